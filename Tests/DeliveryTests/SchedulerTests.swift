import Adoption
@testable import Delivery
import Foundation
import Pipeline
import Storage
import Synchronization
import Testing
import TestSupport

/// The whole way from a schedule to a mailbox, with a real mail server and the files of an office.
@Suite(.enabled(if: PostOffice.isFetched, "the mail server of scripts/setup.sh is missing"))
struct SchedulerTests {
    private static let may = Period(.administrative, year: 2025, months: 5...5)

    @Test func eachReaderGetsTheirOwnOnceAndNothingElse() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.head("y-te", of: "62.SYT")
        try office.reviewer("tinh")
        try office.fillMay()
        #expect(try office.round("2025-05-01").didNothing == true)
        #expect(try office.round("2025-05-16", 7).didNothing, "it is due at 07:30")
        let round = try office.round("2025-05-16")
        #expect(round.planned == 1 && round.made == 1 && round.sent == 2 && round.failed == 0)
        #expect(try office.readers.sorted() == ["sa-thay@example.vn", "y-te@example.vn"])
        let letter = try #require(try office.letters(to: "sa-thay@example.vn").first)
        let publication = try #require(try office.store.publications().first).publication
        let own = publication.files.filter { $0.unitCode == "616" }
        #expect(own.count == 1 && letter.attachments.map(\.sha256) == own.map(\.sha256) && letter.attachments.map(\.name) == own.map(\.name))
        #expect(letter.values("Subject").first?.contains("60,00%") == true, "6 of 10: \(letter.values("Subject"))")
        #expect(letter.text.contains(own[0].sha256) && letter.text.contains("https://uptake.example.vn/units/616?period=2025-05"))
        let other = try #require(try office.letters(to: "y-te@example.vn").first)
        #expect(other.values("Subject").first?.contains("25,00%") == true && !other.text.contains("Sa Thầy") && !letter.text.contains("Sở Y tế"))
        #expect(letter.recipients == 1 && letter.values("Message-ID") != other.values("Message-ID"))
        // Later rounds, another process, another day: nothing is sent again.
        for day in ["2025-05-16", "2025-05-17", "2025-06-01"] { #expect(try office.round(day, 20).sent == 0) }
        #expect(try office.post.count == 2)
        #expect(try office.ledger.run(key: "monthly/2025-05/administrative")?.state == .sent)
    }

    @Test func nothingGoesOutBeforeThePeriodIsCompleteAndTheOwnerIsTold() throws {
        let office = try Office(Office.monthly.replacing("gate: provisional", with: "gate: complete"))
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.round("2025-05-01")
        #expect(try office.round("2025-05-16").waiting == 1)
        #expect(try office.readers == ["phu-trach@example.vn"])
        let notice = try #require(try office.letters(to: "phu-trach@example.vn").first)
        #expect(notice.text.contains("monthly/2025-05/administrative") && notice.text.contains("the records reach to 2025-05-06"), "\(notice.text)")
        // Looked at again within the hour: told once.
        #expect(try office.round("2025-05-16", 10).waiting == 1)
        #expect(try office.post.count == 1)
        // The commune, the department and the district report until the last day: it goes out by itself.
        for agency in 2...4 { try office.receive(1, online: 1, agency: agency, on: "2025-05-14") }
        #expect(try office.round("2025-05-17").sent == 1)
        #expect(try office.letters(to: "sa-thay@example.vn").count == 1)
    }

    @Test func aScheduleGivesUpWhenItsPatienceEnds() throws {
        let office = try Office(Office.monthly.replacing("gate: provisional", with: "gate: final\n    wait_days: 3"))
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.round("2025-05-01")
        for day in 16...19 { #expect(try office.round("2025-05-\(day)").failed == 0) }
        #expect(try office.round("2025-05-20").failed == 1)
        let run = try #require(try office.ledger.run(key: "monthly/2025-05/administrative"))
        #expect(run.state == .failed && run.reason.contains("waited for 3 days") && run.reason.contains("is not final"))
        #expect(try office.readers == ["phu-trach@example.vn", "phu-trach@example.vn"], "that it waits, and that it has ended")
        // Asked for by hand once it is final.
        try office.freeze(Self.may, at: Office.moment("2025-05-21"))
        let scheduler = try office.scheduler()
        _ = try scheduler.runNow(try scheduler.schedule(named: "monthly"), period: Self.may, by: "an", now: Office.moment("2025-05-21", 9))
        #expect(try office.round("2025-05-21", 9).sent == 1)
        #expect(try office.letters(to: "sa-thay@example.vn").first?.values("Subject").first?.contains("TẠM TÍNH") == false)
    }

    @Test func aServerThatIsDownLosesAndDoublesNothing() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.head("y-te", of: "62.SYT")
        try office.fillMay()
        try office.round("2025-05-01")
        office.post.stop()
        let round = try office.round("2025-05-16")
        #expect(round.made == 1 && round.sent == 0 && round.waiting == 2)
        for hour in 9...12 { try office.round("2025-05-16", hour) }
        #expect(try office.store.publications().count == 1, "it was made once")
        try office.post.start()
        for hour in 13...23 { try office.round("2025-05-16", hour) }
        #expect(try office.readers.filter { $0 != "phu-trach@example.vn" }.sorted() == ["sa-thay@example.vn", "y-te@example.vn"])
    }

    @Test func oneRefusedReaderKeepsNobodyElseWaiting() throws {
        let office = try Office()
        for (name, unit) in [("sa-thay", "616"), ("thi-tran", "23527"), ("y-te", "62.SYT")] { try office.head(name, of: unit) }
        try office.fillMay()
        try office.post.behave("rcpt to sa-thay@example.vn 550 no such office\n")
        try office.round("2025-05-01")
        let round = try office.round("2025-05-16")
        #expect(round.sent == 1 && round.failed == 1, "the commune has no report of its own")
        #expect(try office.readers.contains("y-te@example.vn") && !office.readers.contains("sa-thay@example.vn"))
        let notice = try #require(try office.letters(to: "phu-trach@example.vn").first { $0.text.contains("no such office") })
        #expect(notice.values("Subject").first?.contains("account:sa-thay") == true)
        #expect(try office.ledger.run(key: "monthly/2025-05/administrative")?.state == .failed)
        for hour in 9...23 { try office.round("2025-05-16", hour) }
        #expect(try office.readers.filter { $0 == "y-te@example.vn" }.count == 1)
    }

    @Test(arguments: ["content drop 2000\n", "dot drop\n", "rcpt once 451 come back\n", "greeting reply 421 busy\n", "data reply 452 full\n"])
    func aLetterThatDidNotArriveIsSentAgain(_ fault: String) throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.round("2025-05-01")
        try office.post.behave(fault)
        #expect(try office.round("2025-05-16").sent == 0)
        #expect(try !office.readers.contains("sa-thay@example.vn"))
        try office.post.behave("")
        for hour in 9...12 { try office.round("2025-05-16", hour) }
        #expect(try office.letters(to: "sa-thay@example.vn").count == 1)
    }

    @Test func aLetterThatMayHaveArrivedComesUnderTheSameMessageIDAndIsTold() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.round("2025-05-01")
        // The server keeps the message and is cut off before it can say so: nobody can know.
        try office.post.behave("dot keep\n")
        #expect(try office.round("2025-05-16").sent == 0)
        try office.post.behave("")
        try office.round("2025-05-16", 9)
        let letters = try office.letters(to: "sa-thay@example.vn")
        #expect(letters.count == 2 && Set(letters.map { $0.values("Message-ID") }).count == 1)
        #expect(try office.letters(to: "phu-trach@example.vn").contains { $0.values("Subject").first?.contains("có thể đến hai lần") == true })
    }

    @Test func aRightThatVanishedStopsTheSending() throws {
        let office = try Office(delivery: "allowed_domains: [example.vn]")
        for (name, unit) in [("sa-thay", "616"), ("y-te", "62.SYT")] { try office.head(name, of: unit) }
        try office.head("ngoai", of: "616", mail: "ngoai@elsewhere.example")
        try office.fillMay()
        try office.round("2025-05-01")
        try office.post.behave("connect drop\n")
        #expect(try office.round("2025-05-16").waiting > 0)
        try office.accounts.disable("sa-thay")
        try office.accounts.setRole(.head, scope: "616", of: "y-te")
        try office.post.behave("")
        let round = try office.round("2025-05-16", 12)
        #expect(round.sent == 0 && round.skipped == 2)
        #expect(try Set(office.readers) == ["phu-trach@example.vn"])
        let told = try office.letters(to: "phu-trach@example.vn").map(\.text).joined()
        #expect(told.contains("'sa-thay' is disabled") && told.contains("'y-te' may no longer see") && told.contains("none of the allowed domains"))
    }

    @Test func readersOfFiguresThatWereRestatedAreToldTheDifference() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.round("2025-05-01")
        try office.round("2025-05-16")
        // Final with the same records: nothing new to say.
        try office.freeze(Self.may, at: Office.moment("2025-05-20"))
        try office.round("2025-05-20", 9)
        #expect(try office.letters(to: "sa-thay@example.vn").count == 1)
        // Two late dossiers, both online: 8 of 12.
        try office.receive(2, online: 2, agency: 3, on: "2025-05-13")
        try office.restate(Self.may, at: Office.moment("2025-06-02"))
        #expect(try office.round("2025-06-02", 9).sent == 1)
        let letter = try #require(try office.letters(to: "sa-thay@example.vn").last)
        #expect(letter.values("Subject").first?.contains("SỬA ĐỔI lần 1") == true, "\(letter.values("Subject"))")
        #expect(letter.text.contains("60,00%") && letter.text.contains("66,67%") && letter.text.contains("Hồ sơ nộp muộn"))
        for day in 3...5 { #expect(try office.round("2025-06-0\(day)").sent == 0) }
    }

    @Test(arguments: [("make", 4, 0), ("newest", 1, 3), ("skip", 0, 4)])
    func whatWasDueWhileTheMachineWasOffIsCaughtUpByRule(_ rule: String, sent: Int, skipped: Int) throws {
        let office = try Office(Office.monthly.replacing("gate: provisional", with: "gate: provisional\n    missed: \(rule)"))
        try office.head("sa-thay", of: "616")
        for day in ["2024-12-20", "2025-01-20", "2025-02-20", "2025-03-20"] { try office.receive(4, online: 2, agency: 3, on: day) }
        try office.round("2025-01-02")
        // Off from 2 January to 1 May: due on 16/1, 18/2, 18/3 and 16/4.
        let round = try office.round("2025-05-01")
        #expect(round.planned == 4 && round.sent == sent)
        let runs = try office.ledger.runs(limit: 10).reversed()
        #expect(runs.map(\.due) == ["2025-01-16", "2025-02-18", "2025-03-18", "2025-04-16"].map { Instant(local: Records.day($0), secondOfDay: 27_000) })
        #expect(runs.count { $0.state == .skipped && $0.reason.contains("missed while nothing ran") } == skipped)
        #expect(try office.letters(to: "sa-thay@example.vn").compactMap { $0.values("Subject").first }.count == sent)
    }

    @Test func aPausedScheduleRestsAndSaysSo() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.round("2025-05-01")
        try office.ledger.pause("monthly", by: "an", why: "sắp xếp", now: Office.moment("2025-05-10"))
        #expect(try office.round("2025-05-16").sent == 0)
        #expect(try office.ledger.run(key: "monthly/2025-05/administrative")?.reason == "the schedule was paused by an")
        try office.ledger.resume("monthly", by: "an", now: Office.moment("2025-05-20"))
        #expect(try office.round("2025-05-20").sent == 0)
        #expect(try office.readers == ["phu-trach@example.vn"], "that it was skipped")
    }

    @Test func aClockThatStepsDoublesAndSkipsNothing() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.receive(5, online: 5, agency: 3, on: "2025-06-10")
        try office.round("2025-05-01")
        try office.round("2025-05-16")
        // Back by an hour, by a day, forth by a day, back again.
        for (day, hour) in [("2025-05-16", 7), ("2025-05-15", 8), ("2025-05-17", 8), ("2025-05-16", 8), ("2025-05-16", 9)] { try office.round(day, hour) }
        #expect(try office.letters(to: "sa-thay@example.vn").count == 1)
        // The clock says next year for a while.
        try office.round("2026-05-30")
        for day in ["2025-06-16", "2025-06-17", "2025-06-18"] { try office.round(day) }
        let subjects = try office.letters(to: "sa-thay@example.vn").compactMap { $0.values("Subject").first }
        #expect(subjects.count { $0.contains("tháng 6/2025") } == 1 && subjects.count { $0.contains("tháng 5/2025") } == 1, "\(subjects)")
    }

    @Test func severalAtOnceDoTheWorkOnce() throws {
        let office = try Office()
        for (name, unit) in [("sa-thay", "616"), ("y-te", "62.SYT")] { try office.head(name, of: unit) }
        try office.fillMay()
        try office.round("2025-05-01")
        let schedulers = try (0..<4).map { _ in try office.scheduler() }
        let rounds = Mutex<[Scheduler.Round]>([])
        DispatchQueue.concurrentPerform(iterations: 4) { index in
            do {
                let round = try schedulers[index].round(now: Office.moment("2025-05-16"))
                rounds.withLock { $0.append(round) }
            } catch { Issue.record(error) }
        }
        #expect(rounds.withLock { $0.reduce(0) { $0 + $1.sent } } == 2)
        #expect(try office.post.count == 2)
        #expect(try office.store.publications().count == 1)
    }

    @Test func unitsThatMissRecordsAreReminded() throws {
        let office = try Office("""
              - id: reminder
                title: {vi: Nhắc việc, en: Reminder}
                reminder: yes
                due: two working days before the 14th
                period: running month
                to: {roles: [head]}

            """)
        try office.head("sa-thay", of: "616")
        try office.head("y-te", of: "62.SYT")
        // Every weekday since February for both; from Tuesday 6 May on nothing of the district: 6, 7, 8 and 9 May are missing on Monday the 12th.
        var day = Records.day("2025-02-03")
        while day <= Records.day("2025-05-11") {
            let weekday = (day.number + 3) % 7
            if weekday < 5 {
                for agency in [2, 3, 4] where agency != 3 || day < Records.day("2025-05-06") { try office.receive(5, online: 3, agency: agency, on: day.iso) }
            }
            day = day.advanced(by: 1)
        }
        try office.round("2025-05-01")
        #expect(try office.round("2025-05-12").sent == 1)
        #expect(try office.readers == ["sa-thay@example.vn"])
        let letter = try #require(try office.post.messages.first)
        #expect(letter.text.contains("06/05/2025") && letter.text.contains("09/05/2025") && letter.text.contains("14/05/2025"), "\(letter.text)")
        #expect(!letter.text.contains("https://uptake.example.vn/upload"), "a head may not upload")
    }

    @Test func filesGoIntoAFolderWithTheirHashes() throws {
        let place = try Folder()
        let office = try Office(Office.monthly.replacing("to: {roles: [head]}", with: "to: {folders: [van-thu]}\n    units: [\"616\"]"), delivery: "folders: {van-thu: \(place.path)}")
        try office.fillMay()
        try office.round("2025-05-01")
        #expect(try office.round("2025-05-16").sent == 1)
        let sums = String(decoding: try Data(contentsOf: URL(filePath: place.path + "/monthly/2025-05/SHA256SUMS")), as: UTF8.self)
        let file = try #require(try office.store.publications().first?.publication.files.first { $0.unitCode == "616" })
        #expect(sums == "\(file.sha256)  \(file.name)\n")
        #expect(FileManager.default.fileExists(atPath: "\(place.path)/monthly/2025-05/\(file.name)"))
        #expect(try office.post.count == 0)
    }

    @Test func whatCannotBeWrittenIsToldAndMadeLater() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.round("2025-05-01")
        // A file stands where the folder of made files is to be.
        let folder = office.settings.delivery.folder
        try Data().write(to: URL(filePath: folder))
        #expect(try office.round("2025-05-16").waiting == 1)
        #expect(try office.readers == ["phu-trach@example.vn"])
        try FileManager.default.removeItem(atPath: folder)
        #expect(try office.round("2025-05-16", 9).sent == 1)
    }

    @Test func madeFilesGoWhenTheirTimeIsOverAndTheLedgerStays() throws {
        let office = try Office(delivery: "keep_days: 30")
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.round("2025-05-01")
        try office.round("2025-05-16")
        let folder = office.settings.delivery.folder
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
        try office.round("2025-06-14")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
        try office.round("2025-06-16")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        #expect(try office.ledger.run(key: "monthly/2025-05/administrative")?.state == .sent)
    }

    // MARK: What changes in between

    @Test(arguments: ["xlsx", "html", "csv"])
    func everyFormatArrives(_ format: String) throws {
        let office = try Office(Office.monthly.replacing("gate: provisional", with: "gate: provisional\n    formats: [\(format)]"))
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.round("2025-05-01")
        #expect(try office.round("2025-05-16").sent == 1)
        let letter = try #require(try office.letters(to: "sa-thay@example.vn").first)
        #expect(!letter.attachments.isEmpty && letter.attachments.allSatisfy { $0.name?.hasSuffix("." + format) == true }, "\(letter.attachments)")
    }

    @Test func lookingAheadBeginsNothing() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        let scheduler = try office.scheduler()
        #expect(scheduler.next(try scheduler.schedule(named: "monthly"), after: Office.moment("2024-04-01"), count: 3).count == 3)
        #expect(try office.ledger.standing(of: ["monthly"]).isEmpty)
        // The first round is on the 20th: what was due before it is nobody's.
        #expect(try office.round("2025-05-20").didNothing)
    }

    /// Final with other data of other months: nothing that was sent has changed.
    @Test func nobodyIsToldOfChangesThatAreNone() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.head("y-te", of: "62.SYT")
        try office.fillMay()
        try office.round("2025-05-01")
        try office.round("2025-05-16")
        try office.receive(3, online: 1, agency: 3, on: "2025-06-02")
        try office.freeze(Self.may, at: Office.moment("2025-06-03"))
        for hour in 9...10 { #expect(try office.round("2025-06-03", hour).sent == 0) }
        // Restated for Sa Thầy alone: the department's figures are what they were.
        try office.receive(2, online: 2, agency: 3, on: "2025-05-13")
        try office.restate(Self.may, at: Office.moment("2025-06-04"))
        #expect(try office.round("2025-06-04", 9).sent == 1)
        #expect(try office.letters(to: "sa-thay@example.vn").count == 2 && office.letters(to: "y-te@example.vn").count == 1)
        #expect(try office.store.publications().count == 2, "what tells nothing new is not published")
    }

    @Test func whoeverGotTheFiguresIsToldThoughAnotherWasRefused() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.head("y-te", of: "62.SYT")
        try office.fillMay()
        try office.round("2025-05-01")
        try office.post.behave("rcpt to y-te@example.vn 550 no such office\n")
        #expect(try office.round("2025-05-16").failed == 1)
        try office.freeze(Self.may, at: Office.moment("2025-05-20"))
        try office.receive(2, online: 2, agency: 3, on: "2025-05-13")
        try office.restate(Self.may, at: Office.moment("2025-06-02"))
        // A head who came later gets no correction of what they never saw.
        try office.head("moi", of: "616")
        #expect(try office.round("2025-06-02", 9).sent == 1)
        #expect(try office.letters(to: "sa-thay@example.vn").count == 2 && office.letters(to: "moi@example.vn").isEmpty)
    }

    @Test func aClockThatWasAYearAheadIsForgotten() throws {
        let office = try Office(Office.monthly.replacing("gate: provisional", with: "gate: provisional\n    missed: skip"))
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.round("2025-05-01")
        #expect(try office.round("2026-05-01").skipped > 10)
        try office.round("2025-05-02")
        #expect(try office.letters(to: "phu-trach@example.vn").contains { $0.values("Subject").first?.contains("Đồng hồ máy chủ đã lùi") == true })
        #expect(try office.round("2025-05-16").sent == 1)
    }

    @Test func patienceCountsFromWhenItCouldBegin() throws {
        let office = try Office(Office.monthly.replacing("gate: provisional", with: "gate: final\n    wait_days: 3"))
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.round("2025-05-01")
        // The machine was off until ten days after the day.
        #expect(try office.round("2025-05-26").failed == 0)
        try office.freeze(Self.may, at: Office.moment("2025-05-28"))
        #expect(try office.round("2025-05-28", 9).sent == 1)
    }

    @Test func aRuleThatIsChangedLosesNoPeriod() throws {
        let office = try Office(Office.monthly.replacing("two working days after the 14th", with: "the last day of the month"))
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.round("2025-05-01")
        try office.round("2025-05-19")
        // On the 20th the rule says: due since the 16th.
        try office.folder.file("reports/schedules.yaml", "schedules:\n" + Office.monthly)
        #expect(try office.round("2025-05-20").sent == 1)
        for day in ["2025-05-31", "2025-06-01"] { #expect(try office.round(day).sent == 0) }
    }

    @Test func twoSchedulesForOnePlaceBothDeliver() throws {
        let place = try Folder()
        func entry(_ id: String, _ unit: String) -> String {
            Office.monthly.replacing("id: monthly", with: "id: \(id)").replacing("to: {roles: [head]}", with: "to: {folders: [van-thu]}\n    units: [\"\(unit)\"]")
        }
        let office = try Office(entry("one", "616") + entry("two", "62.SYT"), delivery: "folders: {van-thu: \(place.path)}")
        try office.fillMay()
        try office.round("2025-05-01")
        #expect(try office.round("2025-05-16").sent == 2)
        #expect(try ["one", "two"].map { try FileManager.default.contentsOfDirectory(atPath: "\(place.path)/\($0)/2025-05").count } == [2, 2])
    }

    @Test func whatIsMadeByHandTakesNoPlannedPlace() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.round("2025-05-01")
        let scheduler = try office.scheduler()
        let monthly = try scheduler.schedule(named: "monthly")
        let june = Period(.administrative, year: 2025, months: 6...6)
        #expect(throws: InputError.self) { try scheduler.runNow(monthly, period: june, by: "an", now: Office.moment("2025-05-20")) }
        try office.ledger.pause("monthly", by: "an", why: "", now: Office.moment("2025-05-20"))
        #expect(throws: InputError.self) { try scheduler.runNow(monthly, period: Self.may, by: "an", now: Office.moment("2025-05-20")) }
    }

    @Test func whoeverGetsAnAddressLaterGetsTheReport() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.accounts.add("y-te", role: .head, scope: "62.SYT", now: Office.moment("2025-05-01"))
        try office.fillMay()
        try office.round("2025-05-01")
        #expect(try office.round("2025-05-16").sent == 1)
        #expect(try office.letters(to: "phu-trach@example.vn").contains { $0.text.contains("'y-te' has no address") })
        try office.accounts.setMail("y-te@example.vn", of: "y-te")
        let scheduler = try office.scheduler()
        _ = try scheduler.runNow(scheduler.schedule(named: "monthly"), period: Self.may, by: "an", now: Office.moment("2025-05-17"))
        #expect(try office.round("2025-05-17", 9).sent == 1)
        #expect(try office.letters(to: "y-te@example.vn").count == 1 && office.letters(to: "sa-thay@example.vn").count == 1)
        #expect(try office.store.publications().count == 1)
    }

    @Test func aReaderOfAnotherUnitIsToldOfToTheOwner() throws {
        let office = try Office(Office.monthly.replacing("reports: [unit-monthly]", with: "reports: [provincial-review]"))
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.round("2025-05-01")
        #expect(try office.round("2025-05-16").sent == 0)
        #expect(try office.letters(to: "phu-trach@example.vn").contains { $0.values("Subject").first?.contains("'sa-thay' không có gì để nhận") == true })
        #expect(try office.store.publications().isEmpty, "what nobody gets is not published")
    }

    @Test func everyFailureIsTold() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.post.behave("rcpt to sa-thay@example.vn 550 no such office\n")
        try office.round("2025-05-01")
        try office.round("2025-05-16")
        let run = try #require(try office.ledger.run(key: "monthly/2025-05/administrative"))
        try office.ledger.again(run.number, by: "an", now: Office.moment("2025-05-17"))
        #expect(try office.round("2025-05-17").failed == 1)
        #expect(try office.letters(to: "phu-trach@example.vn").count { $0.text.contains("no such office") } == 2)
    }

    @Test func aShareThatIsAwayKeepsNothingElseWaiting() throws {
        let place = try Folder()
        let office = try Office(Office.monthly.replacing("to: {roles: [head]}", with: "to: {roles: [head], folders: [van-thu]}"), delivery: "folders: {van-thu: \(place.path)/mount}")
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.round("2025-05-01")
        let round = try office.round("2025-05-16")
        #expect(round.sent == 1 && round.waiting == 1)
        try FileManager.default.createDirectory(atPath: place.path + "/mount", withIntermediateDirectories: false)
        #expect(try office.round("2025-05-16", 9).sent == 1)
    }

    @Test func filesThatWereTakenAwayAreMadeAgain() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.round("2025-05-01")
        office.post.stop()
        try office.round("2025-05-16")
        try FileManager.default.removeItem(atPath: office.settings.delivery.folder + "/1")
        try office.post.start()
        #expect(try office.round("2025-05-16", 9).sent == 1)
        let file = try #require(try office.store.publications().first?.publication.files.first { $0.unitCode == "616" })
        #expect(try office.letters(to: "sa-thay@example.vn").first?.attachments.map(\.sha256) == [file.sha256])
    }

    @Test func aDecisionBeforeTheSendingMakesItAgain() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.round("2025-05-01")
        office.post.stop()
        try office.round("2025-05-16")
        try office.receive(2, online: 2, agency: 3, on: "2025-05-13")
        try office.freeze(Self.may, at: Office.moment("2025-05-16", 9))
        try office.post.start()
        #expect(try office.round("2025-05-16", 10).sent == 1)
        let subjects = try office.letters(to: "sa-thay@example.vn").compactMap { $0.values("Subject").first }
        #expect(subjects.count == 1 && subjects[0].contains("66,67%") && !subjects[0].contains("TẠM TÍNH"), "8 of 12, and final: \(subjects)")
        for hour in 11...12 { #expect(try office.round("2025-05-16", hour).sent == 0) }
    }

    @Test func aRoleThatTheScheduleLeavesOutGetsNothingMore() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.round("2025-05-01")
        office.post.stop()
        try office.round("2025-05-16")
        try office.folder.file("reports/schedules.yaml", "schedules:\n" + Office.monthly.replacing("roles: [head]", with: "roles: [reviewer]"))
        try office.post.start()
        #expect(try office.round("2025-05-16", 9).skipped == 1)
        #expect(try office.letters(to: "sa-thay@example.vn").isEmpty)
    }

    @Test func schedulesThatAreWrongAreToldAndTheOldGoOn() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        let scheduler = try office.scheduler()
        _ = try scheduler.round(now: Office.moment("2025-05-01"))
        try office.folder.file("reports/schedules.yaml", "schedules:\n" + Office.monthly.replacing("gate: provisional", with: "gait: provisional"))
        #expect(try scheduler.round(now: Office.moment("2025-05-16")).sent == 1)
        #expect(try office.letters(to: "phu-trach@example.vn").contains { $0.values("Subject").first?.contains("Lịch gửi hoặc danh mục ngày nghỉ có lỗi") == true && $0.text.contains("'gait'") })
    }

    @Test func aProcessThatIsToEndFinishesTheLetterAndBeginsNoOther() throws {
        let office = try Office()
        for (name, unit) in [("sa-thay", "616"), ("y-te", "62.SYT")] { try office.head(name, of: unit) }
        try office.fillMay()
        try office.round("2025-05-01")
        let isEnding = Mutex(false)
        var scheduler = try office.scheduler { if $0 == "handover" { isEnding.withLock { $0 = true } } }
        scheduler.mayGoOn = { !isEnding.withLock { $0 } }
        #expect(try scheduler.round(now: Office.moment("2025-05-16")).sent == 1)
        #expect(try office.round("2025-05-16", 9).sent == 1)
        #expect(try office.readers.sorted() == ["sa-thay@example.vn", "y-te@example.vn"])
    }

    /// One head has the letter and the other waits for it when the month becomes final: nobody gets it twice.
    @Test func aDecisionWhileSomeHaveItSendsNobodyTheSameTwice() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.head("y-te", of: "62.SYT")
        try office.fillMay()
        try office.post.behave("rcpt to y-te@example.vn 451 later\n")
        try office.round("2025-05-01")
        #expect(try office.round("2025-05-16").sent == 1)
        try office.receive(3, online: 1, agency: 3, on: "2025-06-02")
        try office.freeze(Self.may, at: Office.moment("2025-05-16", 9))
        try office.post.behave("")
        for hour in 10...12 { try office.round("2025-05-16", hour) }
        #expect(try office.letters(to: "sa-thay@example.vn").count == 1 && office.letters(to: "y-te@example.vn").count == 1)
    }

    /// After a decision a reader who comes late gets the figures of now, and those who have theirs nothing again.
    @Test func whoComesAfterADecisionGetsWhatHolds() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.round("2025-05-01")
        try office.round("2025-05-16")
        try office.freeze(Self.may, at: Office.moment("2025-05-18"))
        try office.round("2025-05-18", 9)
        try office.head("moi", of: "616")
        let scheduler = try office.scheduler()
        _ = try scheduler.runNow(scheduler.schedule(named: "monthly"), period: Self.may, by: "an", now: Office.moment("2025-05-19"))
        #expect(try office.round("2025-05-19", 9).sent == 1)
        #expect(try office.letters(to: "moi@example.vn").first?.values("Subject").first?.contains("TẠM TÍNH") == false)
        #expect(try office.letters(to: "sa-thay@example.vn").count == 1)
        for day in 20...22 { #expect(try office.round("2025-05-\(day)").sent == 0) }
    }

    @Test func formsAreSentAnewWhenTheyAreRestated() throws {
        let office = try Office(Office.monthly.replacing("reports: [unit-monthly]", with: "reports: [form-07a-unit]"))
        try office.head("sa-thay", of: "616")
        try office.head("y-te", of: "62.SYT")
        try office.fillMay()
        try office.freeze(Self.may, at: Office.moment("2025-05-15"))
        try office.round("2025-05-01")
        #expect(try office.round("2025-05-16").sent == 2)
        try office.receive(2, online: 2, agency: 3, on: "2025-05-13")
        try office.restate(Self.may, at: Office.moment("2025-06-02"))
        #expect(try office.round("2025-06-02", 9).sent == 1)
        #expect(try office.letters(to: "sa-thay@example.vn").last?.values("Subject").first?.contains("SỬA ĐỔI lần 1") == true)
    }

    @Test func aRestatementTakesThePlaceOfTheOneThatStillWaits() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.round("2025-05-01")
        try office.round("2025-05-16")
        try office.freeze(Self.may, at: Office.moment("2025-05-18"))
        try office.receive(2, online: 2, agency: 3, on: "2025-05-13")
        try office.restate(Self.may, at: Office.moment("2025-06-02"))
        office.post.stop()
        try office.round("2025-06-02", 9)
        try office.receive(2, online: 0, agency: 3, on: "2025-05-12")
        try office.restate(Self.may, at: Office.moment("2025-06-03"))
        try office.post.start()
        for hour in 9...12 { try office.round("2025-06-03", hour) }
        let subjects = try office.letters(to: "sa-thay@example.vn").compactMap { $0.values("Subject").first }
        #expect(subjects.count == 2 && subjects.last?.contains("SỬA ĐỔI lần 2") == true && subjects.last?.contains("57,14%") == true, "8 of 14: \(subjects)")
    }

    @Test func whatFailedByHandIsMadeAtItsTime() throws {
        let office = try Office("""
              - id: digest
                title: {vi: Bản tin, en: Digest}
                reports: [weekly-digest]
                due: every Monday
                period: running month
                gate: provisional
                to: {roles: [reviewer]}

            """)
        try office.reviewer("tinh")
        try office.fillMay()
        try office.round("2025-05-06")
        try office.post.behave("rcpt to tinh@example.vn 550 closed for the night\n")
        let scheduler = try office.scheduler()
        _ = try scheduler.runNow(scheduler.schedule(named: "digest"), period: nil, by: "an", now: Office.moment("2025-05-12", 6))
        let first = try office.round("2025-05-12", 6)
        let runs = try office.ledger.runs(limit: 3).map { "\($0.key) \($0.state) \($0.reason)" }
        #expect(first.failed == 1, "\(first) \(runs)")
        try office.post.behave("")
        #expect(try office.round("2025-05-12", 8).sent == 1)
        #expect(try office.letters(to: "tinh@example.vn").count == 1)
    }

    @Test func aScheduleOfOtherPeriodsBeginsAnew() throws {
        let office = try Office()
        try office.head("sa-thay", of: "616")
        try office.fillMay()
        try office.receive(4, online: 2, agency: 3, on: "2025-04-10")
        try office.round("2025-03-01")
        for day in ["2025-04-16", "2025-05-16"] { #expect(try office.round(day).sent == 1) }
        try office.folder.file("reports/schedules.yaml", "schedules:\n" + Office.monthly.replacing("period: finished month", with: "period: finished month\n    calendar: calendar"))
        #expect(try office.round("2025-05-20").sent == 0, "April and March of the other calendar are nobody's")
    }

    // MARK: Kills

    private struct Killed: Error {}

    /// The round is ended before its n-th step, for every n, and another process goes on.
    @Test func aKillBetweenAnyTwoStepsLosesAndDoublesNothing() throws {
        var (number, ended) = (0, false)
        while !ended {
            number += 1
            let office = try Office()
            try office.head("sa-thay", of: "616")
            try office.head("y-te", of: "62.SYT")
            try office.fillMay()
            try office.round("2025-05-01")
            let steps = Mutex<[String]>([])
            let last = number
            do {
                _ = try office.scheduler { name in
                    let count = steps.withLock { steps in
                        steps.append(name)
                        return steps.count
                    }
                    if count == last { throw Killed() }
                }.round(now: Office.moment("2025-05-16"))
                ended = true
            } catch is Scheduler.Interrupted {}
            let name = steps.withLock { $0.last ?? "" }
            for hour in 9...11 { try office.round("2025-05-16", hour) }
            let letters = try office.post.messages.filter { $0.toAddress != "phu-trach@example.vn" }
            #expect(Set(letters.map(\.toAddress)) == ["sa-thay@example.vn", "y-te@example.vn"], "killed before step \(number), \(name)")
            #expect(Set(letters.flatMap { $0.values("Message-ID") }).count == 2, "killed before step \(number), \(name)")
            // Only a letter that was handed over and not noted as sent may come twice, and that is told.
            let doubled = letters.count - 2
            let told = try office.ledger.notices(limit: 10).count { $0.subject.contains("có thể đến hai lần") }
            #expect(doubled == told && (doubled == 0 || name == "finishSending"), "killed before step \(number), \(name): \(doubled) doubled, \(told) told")
            #expect(try office.store.publications().count == 1, "killed before step \(number), \(name)")
            #expect(try office.ledger.run(key: "monthly/2025-05/administrative")?.state == .sent, "killed before step \(number), \(name)")
        }
        #expect(number > 15, "\(number) steps")
    }

    // MARK: A year

    /// Eleven months with restarts at random steps, a mail server that is now and then away, and a clock that is set by an hour: every run that is due is done once.
    @Test func aYearOfDaysWithRestarts() throws {
        let office = try Office(Office.monthly.replacing("gate: provisional", with: "gate: complete") + """
              - id: review
                title: {vi: Toàn tỉnh, en: Province}
                reports: [provincial-review]
                due: two working days after the 14th
                period: finished month
                gate: complete
                to: {roles: [reviewer]}
              - id: digest
                title: {vi: Bản tin, en: Digest}
                reports: [weekly-digest]
                due: every Monday
                period: running month
                gate: provisional
                to: {roles: [reviewer]}
              - id: last-day
                title: {vi: Ngày cuối, en: Last day}
                reports: [unit-monthly]
                due: the 31st
                period: finished month
                calendar: calendar
                gate: provisional
                to: {accounts: [sa-thay]}

            """)
        try office.head("sa-thay", of: "616")
        try office.head("y-te", of: "62.SYT")
        try office.reviewer("tinh")
        let seed = UInt64.random(in: 0...UInt64.max)
        let generator = Mutex(SeededGenerator(seed: seed))
        func chance(_ of: Int) -> Bool { generator.withLock { $0.next() % UInt64(of) == 0 } }
        var (kills, day) = (0, Records.day("2024-07-15"))
        func receive() throws {
            guard (day.number + 3) % 7 < 5 else { return }
            for agency in 2...4 { try office.receive(5, online: 3, agency: agency, on: day.iso) }
        }
        while day < Records.day("2024-08-01") {
            try receive()
            day = day.advanced(by: 1)
        }
        let last = Records.day("2025-06-30")
        while day <= last.advanced(by: 2) {
            // Nothing is due on the two days after, in which what waits is done.
            let isQuiet = day > last
            try office.post.behave(!isQuiet && chance(9) ? "connect drop\n" : "")
            for hour in [1, 7, 8, 14, 20] {
                if hour == 7, !isQuiet { try receive() }
                let shift = !isQuiet && chance(30) ? (chance(2) ? 3_600 : -3_600) : 0
                let moment = Instant(secondsSinceEpoch: Office.moment(day.iso, hour).secondsSinceEpoch + shift)
                var isDone = false
                while !isDone {
                    let mayDie = !isQuiet
                    do {
                        _ = try office.scheduler { _ in if mayDie, generator.withLock({ $0.next() % 60 == 0 }) { throw Killed() } }.round(now: moment)
                        isDone = true
                    } catch is Scheduler.Interrupted { kills += 1 }
                }
            }
            day = day.advanced(by: 1)
        }
        // Worked out with a calendar: the second working day after each 14th.
        let due = ["2024-08-16", "2024-09-17", "2024-10-16", "2024-11-18", "2024-12-17", "2025-01-16", "2025-02-18", "2025-03-18", "2025-04-16", "2025-05-16", "2025-06-17"]
        let months = ["2024-08", "2024-09", "2024-10", "2024-11", "2024-12", "2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06"]
        let runs = try office.ledger.runs(limit: 1_000)
        #expect(runs.allSatisfy { $0.state == .sent }, "seed \(seed): \(runs.filter { $0.state != .sent }.map { "\($0.key) \($0.state.rawValue) \($0.reason)" })")
        for (schedule, readers) in [("monthly", 2), ("review", 1)] {
            let own = runs.filter { $0.schedule == schedule }.reversed()
            #expect(own.map(\.key) == months.map { "\(schedule)/\($0)/administrative" }, "seed \(seed)")
            #expect(own.map { $0.due.day.iso } == due, "seed \(seed)")
            for run in own { #expect(try office.ledger.parcels(of: run.number).count { $0.state == .sent } == readers, "seed \(seed): \(run.key)") }
        }
        // 5 August 2024 and 47 Mondays more, up to 30 June 2025.
        #expect(runs.count { $0.schedule == "digest" } == 48, "seed \(seed)")
        // On the last day of each month the one before has ended: July 2024 to May 2025.
        let ends = ["2024-08-31", "2024-09-30", "2024-10-31", "2024-11-30", "2024-12-31", "2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31", "2025-06-30"]
        #expect(runs.filter { $0.schedule == "last-day" }.reversed().map { $0.due.day.iso } == ends, "seed \(seed)")
        let letters = try office.post.messages.filter { $0.toAddress != "phu-trach@example.vn" }
        let told = try office.ledger.notices(limit: 1_000).count { $0.subject.contains("có thể đến hai lần") }
        let distinct = Set(letters.flatMap { $0.values("Message-ID") })
        #expect(distinct.count == 11 * 3 + 48 + 11, "seed \(seed): \(distinct.count)")
        // A letter that was cut off twice came three times, and is told of once.
        let doubled = Dictionary(grouping: letters.flatMap { $0.values("Message-ID") }, by: { $0 }).count { $0.value.count > 1 }
        #expect(doubled == told, "seed \(seed): \(doubled) letters came more than once, \(told) told")
        #expect(kills > 20, "seed \(seed): \(kills) kills")
    }
}
