internal import Adoption
internal import Reporting

/// Every sentence of letters that no report has, in the reader's language.
struct LetterPhrases: Sendable {
    let language: Language

    private func say(_ vi: String, _ en: String) -> String { language == .vietnamese ? vi : en }

    // MARK: Subject

    /// `[TẠM TÍNH, MINH HỌA] `
    func mark(_ words: [String]) -> String { words.isEmpty ? "" : "[\(words.joined(separator: ", "))] " }
    var invented: String { say("MINH HỌA", "ILLUSTRATIVE") }
    func revised(_ number: Int) -> String { number > 0 ? say("ĐÃ SỬA ĐỔI lần \(number)", "REVISED, no. \(number)") : say("ĐÃ SỬA ĐỔI", "REVISED") }
    var reminder: String { say("NHẮC NỘP SỐ LIỆU", "REMINDER") }
    /// Of several units.
    var reminders: String { say("NHẮC", "REMINDER") }
    func unitsMissing(_ count: Int) -> String { say("\(count) đơn vị thiếu dữ liệu", "\(count) units miss records") }
    func until(_ cut: String) -> String { say("chốt \(cut)", "cut on \(cut)") }

    /// `tháng 5/2025`
    func period(_ period: Period) -> String {
        let first = period.months.lowerBound
        switch period.span {
        case .month: return say("tháng \(first)/\(period.year)", period.id)
        case .quarter: return say("quý \(first / 3 + 1)/\(period.year)", period.id)
        case .sixMonths, .nineMonths: return say("\(period.months.count) tháng/\(period.year)", period.id)
        case .year: return say("năm \(period.year)", period.id)
        }
    }

    /// The name of a rate after words that say already that it is one.
    func short(_ name: String) -> String {
        let rest = name.hasPrefix("Tỷ lệ ") ? String(name.dropFirst(6)) : name
        return rest.prefix(1).lowercased() + rest.dropFirst()
    }

    func headline(_ name: String, _ rate: String, _ target: String?) -> String {
        "\(short(name)) \(rate)" + (target.map { " (\(say("chỉ tiêu", "target")) \($0))" } ?? "")
    }
    var noData: String { say("chưa có số liệu", "no data") }
    func othersToo(_ count: Int) -> String { say("và \(count) báo cáo khác", count == 1 ? "and 1 other report" : "and \(count) other reports") }
    func reports(_ count: Int) -> String { say("\(count) báo cáo", "\(count) reports") }
    /// - Parameters: how many moved up, fell behind, and are out of reach.
    func digest(_ up: Int, _ down: Int, _ out: Int) -> String {
        say("\(up) tiến bộ, \(down) tụt lại, \(out) ngoài tầm với", "\(up) up, \(down) behind, \(out) out of reach")
    }
    func missingUntil(_ days: Int, _ cut: String) -> String { say("thiếu \(days) ngày, chốt \(cut)", "\(days) \(days == 1 ? "day" : "days") missing, cut on \(cut)") }
    func nothingUntil(_ cut: String) -> String { say("chưa có số liệu, chốt \(cut)", "nothing has come, cut on \(cut)") }
    func lowUntil(_ days: Int, _ cut: String) -> String { say("\(days) ngày thấp bất thường, chốt \(cut)", "\(days) \(days == 1 ? "day" : "days") unusually low, cut on \(cut)") }
    func completeUntil(_ cut: String) -> String { say("đã đủ số liệu, chốt \(cut)", "complete, cut on \(cut)") }

    // MARK: Reports

    func greeting(_ name: String) -> String { say("Kính gửi: \(name)", "To: \(name)") }
    func changed(_ name: String, _ days: String, _ before: String, _ change: String) -> String {
        say("\(name) kỳ trước (\(days)): \(before); kỳ này thay đổi \(change) điểm %.", "\(name) of the period before (\(days)): \(before); the change is \(change) points.")
    }
    var notCompared: String {
        say("Không so sánh với kỳ trước: giữa hai kỳ có sắp xếp đơn vị.", "Not compared with the period before: units were reorganised between the two.")
    }
    var indicator: String { say("Chỉ số", "Indicator") }
    var unit: String { say("Đơn vị", "Unit") }
    var rate: String { say("Tỷ lệ", "Rate") }
    var targetTitle: String { say("Chỉ tiêu", "Target") }
    var missing: String { say("Còn thiếu (hồ sơ)", "Missing (dossiers)") }
    var further: String { say("Các báo cáo khác", "Further reports") }
    var inTheFile: String { say("… (đầy đủ trong tệp)", "… (in full in the file)") }
    func livePage(_ unit: String) -> String { say("Xem số liệu mới nhất của \(unit)", "See the live figures of \(unit)") }

    /// Units about which the same is to be said.
    func names(_ names: [String]) -> String {
        let most = 3
        let rest = names.count - most
        let more = rest > 0 ? say(" và \(rest) đơn vị khác", rest == 1 ? " and 1 other unit" : " and \(rest) other units") : ""
        return names.prefix(most).joined(separator: "; ") + more
    }

    // MARK: Forms

    var item: String { say("Nội dung", "Item") }
    var dossiers: String { say("Số hồ sơ", "Dossiers") }
    func received(_ all: String, carriedOver: String, online: String) -> String {
        say("Tiếp nhận \(all) hồ sơ, kể cả \(carriedOver) hồ sơ từ kỳ trước; \(online) hồ sơ nộp trực tuyến.", "Received: \(all), with \(carriedOver) carried over; \(online) were filed online.")
    }
    func receivedFully(_ all: String, carriedOver: String, online: String) -> String {
        say(
            "Tiếp nhận \(all) hồ sơ, kể cả \(carriedOver) hồ sơ từ kỳ trước; \(online) hồ sơ nộp trực tuyến toàn trình.",
            "Received: \(all), with \(carriedOver) carried over; \(online) were filed fully online.")
    }
    func settled(_ all: String, late: String) -> String { say("Đã giải quyết \(all) hồ sơ, trong đó \(late) quá hạn.", "Settled: \(all), of which \(late) late.") }
    func settledInTime(_ inTime: String, late: String) -> String {
        say("Đã giải quyết \(inTime) hồ sơ trước và đúng hạn, \(late) hồ sơ quá hạn.", "Settled early or on time: \(inTime); late: \(late).")
    }
    func open(_ all: String, late: String) -> String { say("Đang giải quyết \(all) hồ sơ, trong đó \(late) quá hạn.", "Open: \(all), of which \(late) late.") }
    func open(_ all: String) -> String { say("Đang giải quyết \(all) hồ sơ.", "Open: \(all).") }

    // MARK: Revisions

    func revision(_ number: Int, _ reason: String) -> String {
        let count = number > 0 ? say(" (sửa đổi lần \(number))", " (revision \(number))") : ""
        let why = reason.isEmpty ? "" : say(" Lý do: \(reason)", " Reason: \(reason)")
        return say("Báo cáo này thay cho báo cáo đã gửi\(count).", "This report takes the place of the one that was sent\(count).") + why
    }
    var whatChanged: String { say("Số liệu thay đổi", "What changed") }
    var old: String { say("Đã gửi", "Sent before") }
    var new: String { say("Nay là", "Now") }
    var difference: String { say("Chênh lệch (điểm %)", "Change (points)") }
    var noHeadlineChanged: String { say("Các chỉ số chính của đơn vị không thay đổi.", "No headline figure of the unit has changed.") }
    func otherFigures(_ count: Int) -> String {
        say("\(count) số liệu khác của đơn vị thay đổi; xem tệp kèm theo.", count == 1 ? "1 other figure of the unit changed; see the files." : "\(count) other figures of the unit changed; see the files.")
    }

    // MARK: Digest

    func moved(_ unit: String, _ before: String, _ now: String, _ change: String) -> String {
        say("\(unit): \(before) → \(now) (\(change) điểm %)", "\(unit): \(before) → \(now) (\(change) points)")
    }
    func behind(_ target: String, _ missing: String) -> String { say("; chỉ tiêu \(target), còn thiếu \(missing) hồ sơ", "; target \(target), \(missing) dossiers missing") }
    func outOfReach(_ unit: String, _ name: String, _ until: String, _ rate: String, _ target: String, _ best: String) -> String {
        say("\(unit), \(short(name)) đến hết \(until): nay \(rate), cao nhất có thể \(best), chỉ tiêu \(target)", "\(unit), \(short(name)) until \(until): \(rate) so far, at best \(best), target \(target)")
    }
    func more(_ count: Int) -> String { say("… và \(count) mục khác trong tệp", count == 1 ? "… and 1 more in the file" : "… and \(count) more in the file") }

    // MARK: Files and origin

    var files: String { say("Tệp", "Files") }
    func size(_ bytes: Int) -> String {
        bytes < 1_000_000 ? "\(hundredths((bytes + 5) / 10, language)) kB" : "\(hundredths((bytes + 5_000) / 10_000, language)) MB"
    }
    var notAttached: String { say("không kèm theo thư vì quá lớn", "too large to be attached") }
    var getFiles: String { say("Tải các tệp không kèm theo thư", "Get the files that are not attached") }
    func origin(_ version: Int, _ day: String) -> String {
        "\(Words.dataVersion(language)): \(version). \(Words.asOf(language)): \(day)."
    }
    func verify(_ name: String) -> String {
        say(
            "Kiểm tra tệp: sha256sum \(name) (Windows: certutil -hashfile \(name) SHA256); kết quả phải trùng với SHA-256 ở trên.",
            "To check a file: sha256sum \(name) (Windows: certutil -hashfile \(name) SHA256); the result must be the SHA-256 above.")
    }
    var automatic: String { say("Thư do uptake lập và gửi tự động; xin không trả lời.", "uptake made and sent this message automatically; please do not reply.") }

    // MARK: Reminders

    func daysMissing(_ missing: Int, of expected: Int) -> String {
        say("Đến nay thiếu số liệu của \(missing) trong \(expected) ngày phải có:", "Up to now, \(missing) of \(expected) days on which records are expected have none:")
    }
    func daysLow(_ count: Int) -> String {
        say("\(count) ngày có số liệu thấp bất thường (dưới một phần năm mức thường ngày):", "\(count) \(count == 1 ? "day has" : "days have") unusually few records (less than a fifth of the usual):")
    }
    var neverReported: String { say("Đến nay chưa có hồ sơ nào của đơn vị, trong kỳ này và nửa năm trước.", "Nothing has come from the unit, in this period and in the half year before.") }
    var nothingMissing: String { say("Đến nay không thiếu ngày nào.", "Up to now no day is missing.") }
    func days(_ count: Int) -> String { say("\(count) ngày", "\(count) days") }
    func moreDays(_ count: Int) -> String { say("… và \(count) ngày khác", count == 1 ? "… and 1 more day" : "… and \(count) more days") }
    func cut(_ day: String) -> String { say("Số liệu của kỳ được chốt ngày \(day).", "The records of the period are cut on \(day).") }
    var toDo: String { say("Việc cần làm", "What to do") }
    func loadMissing(_ day: String) -> String { say("Nạp hồ sơ của những ngày còn thiếu trước hết ngày \(day).", "Load the dossiers of the missing days by the end of \(day).") }
    func load(_ day: String) -> String { say("Nạp hồ sơ của những ngày này trước hết ngày \(day).", "Load the dossiers of these days by the end of \(day).") }
    var confirmZero: String {
        say(
            "Ngày nào thực sự không phát sinh hồ sơ thì nạp tệp xác nhận không phát sinh (các cột unit_code, zero_from, zero_to).",
            "For days on which nothing was received, load a file that confirms zero (columns unit_code, zero_from, zero_to).")
    }
    var otherwise: String { say("Ngày còn thiếu sau đó được ghi rõ trong báo cáo của tỉnh.", "Days that are still missing then are named in the province's report.") }
    var upload: String { say("Nạp tệp", "Upload") }
    var askClerk: String {
        say(
            "Tài khoản này không nạp được tệp: đề nghị cán bộ phụ trách số liệu của đơn vị nạp.",
            "This account cannot load files: please ask the clerk who keeps your unit's records to load them.")
    }
    /// A unit in a list of several.
    func nothing(_ unit: String) -> String { say("\(unit): chưa có hồ sơ nào", "\(unit): nothing has come") }
    func missing(_ unit: String, _ days: Int, of expected: Int) -> String { say("\(unit): thiếu \(days) trong \(expected) ngày", "\(unit): \(days) of \(expected) days missing") }
    func low(_ unit: String, _ days: Int) -> String {
        say("\(unit): \(days) ngày thấp bất thường", "\(unit): \(days) \(days == 1 ? "day" : "days") unusually low")
    }
    var someMissing: String { say("Đến nay còn thiếu số liệu của các đơn vị sau:", "Up to now, records of these units are missing:") }
    func moreUnits(_ count: Int) -> String { say("… và \(count) đơn vị khác", count == 1 ? "… and 1 more unit" : "… and \(count) more units") }
}
