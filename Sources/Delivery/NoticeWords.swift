internal import Adoption
internal import Pipeline
internal import Reporting

/// What the owner of the schedules is told, in one language.
struct NoticeWords: Sendable {
    let language: Language

    private func say(_ vi: String, _ en: String) -> String { Text(vi: vi, en: en)(language) }

    func held(_ run: String) -> String { say("Chưa gửi được \(run): còn chờ số liệu", "\(run) is not sent yet: it waits for records") }
    func givenUp(_ run: String, days: Int) -> String { say("Đã thôi chờ \(run) sau \(days) ngày", "\(run) was given up after \(days) days") }
    func givenUp(_ run: String, tries: Int) -> String { say("Đã thôi lập \(run) sau \(tries) lần thử", "\(run) was given up after \(tries) tries") }
    func cannotBeMade(_ run: String) -> String { say("Không lập được báo cáo \(run)", "\(run) cannot be made") }
    func nobody(_ run: String) -> String { say("Không có người nhận cho \(run)", "Nobody gets \(run)") }
    func notReached(_ name: String) -> String { say("Không gửi được cho '\(name)'", "'\(name)' cannot be reached") }
    func notSent(_ recipient: String) -> String { say("Không gửi cho \(recipient)", "Not sent to \(recipient)") }
    func late(_ recipient: String) -> String { say("Thư cho \(recipient) bị chậm, hệ thống đang gửi lại", "The letter to \(recipient) is late and is being tried again") }
    func maybeTwice(_ recipient: String) -> String { say("Thư cho \(recipient) có thể đến hai lần", "The letter to \(recipient) may have come twice") }
    func missed(_ run: String) -> String { say("Đã bỏ qua \(run)", "\(run) was skipped") }
    var wrongDefinitions: String { say("Lịch gửi hoặc danh mục ngày nghỉ có lỗi", "The schedules or the holidays are wrong") }
    func noSlice(_ name: String, _ run: String) -> String { say("'\(name)' không có gì để nhận từ \(run)", "There is nothing in \(run) for '\(name)'") }
    func clockMoved(_ then: Day, _ now: Day) -> String { say("Đồng hồ máy chủ đã lùi từ \(then.vietnamese) về \(now.vietnamese)", "The server's clock went back from \(then.iso) to \(now.iso)") }

    var testSubject: String { say("Thư thử của uptake", "A test message of uptake") }
    var testText: String { say("Máy chủ thư đã nhận thư này; việc gửi báo cáo tự động hoạt động.", "The mail server took this message; reports can be sent.") }

    /// What happened, and where to look.
    func fault(_ reason: String, _ run: String) -> String {
        say("Nguyên nhân: \(reason)\nLần chạy: \(run)\nXem: trang Lịch gửi, hoặc lệnh `uptake schedule runs`.", "Cause: \(reason)\nRun: \(run)\nSee the page of schedules, or `uptake schedule runs`.")
    }
}

extension Scheduler {
    var words: NoticeWords { NoticeWords(language: settings.language) }
}
