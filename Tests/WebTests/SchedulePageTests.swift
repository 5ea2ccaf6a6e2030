import Adoption
import Delivery
import Foundation
import Pipeline
import Storage
import Testing
import TestSupport

@testable import Web

/// The page of schedules, the runs behind it, and the files that letters link to.
@Suite struct SchedulePageTests {
    /// An office that delivers into a folder, nothing else.
    private func harness() throws -> Harness {
        let place = try Folder()
        return try Harness { $0.delivery.folders = ["van-thu": place.path] }
    }

    @Test func schedulesAreShownPausedAndRun() async throws {
        let harness = try harness()
        let session = try harness.session("xem", .reviewer)
        let page = try await harness.ask("GET", "/schedules", session: session)
        #expect(page.status == 200 && page.body.contains("unit-monthly") && page.body.contains("2 ngày làm việc sau ngày 14") && page.body.contains("Mười lần tới"))
        // The clock of the tests says 8 July 2025, a Tuesday: the next Monday is the 14th, and two working days after that day is Wednesday the 16th.
        #expect(page.body.contains("14/07/2025 07:00") && page.body.contains("16/07/2025 07:30"), "\(page.body)")
        let paused = try await harness.post("/schedules/weekly-digest/pause", session: session, as: "xem", ["why": "nghỉ hè"])
        #expect(paused.status == 303 && paused.header("Location") == "/schedules?done=pause")
        let after = try await harness.ask("GET", "/schedules?done=pause", session: session)
        #expect(after.body.contains("Tạm dừng bởi xem: nghỉ hè") && after.body.contains("Đã tạm dừng lịch.") && !after.body.contains("14/07/2025 07:00"))
        #expect(try await harness.post("/schedules/weekly-digest/resume", session: session, as: "xem").status == 303)
        let run = try await harness.post("/schedules/weekly-digest/run", session: session, as: "xem")
        let place = try #require(run.header("Location"))
        #expect(place == "/schedules/runs/1?done=run")
        let shown = try await harness.ask("GET", "/schedules/runs/1", session: session)
        #expect(shown.status == 200 && shown.body.contains("weekly-digest/2025-07-09") && shown.body.contains("đến hạn"), "\(shown.body)")
        #expect(try await harness.post("/schedules/runs/1/again", session: session, as: "xem").status == 409, "it has not ended")
        #expect(try harness.service.accounts.accessLog(limit: 9).count { $0.event == "schedule" } == 3)
    }

    @Test func aRunThatFailedIsShownWithItsStepsAndDoneAgain() async throws {
        let harness = try harness()
        let (session, ledger) = (try harness.session("xem", .reviewer), harness.service.scheduler.ledger)
        let may = Period(.administrative, year: 2025, months: 5...5)
        try ledger.plan([NewRun(key: "unit-monthly/2025-05/administrative", schedule: "unit-monthly", due: harness.clock.now, period: may)], of: "unit-monthly", through: nil, now: harness.clock.now)
        try ledger.fail(run: 1, reason: "the disk is full", now: harness.clock.now)
        let shown = try await harness.ask("GET", "/schedules/runs/1", session: session)
        #expect(shown.body.contains("the disk is full") && shown.body.contains("lỗi") && shown.body.contains("Làm lại"))
        #expect(try await harness.post("/schedules/runs/1/again", session: session, as: "xem").status == 303)
        #expect(try ledger.run(1)?.state == .due)
    }

    @Test func runsAreOfTheWholeProvinceOnly() async throws {
        let harness = try harness()
        let (part, auditor) = (try harness.session("mot-phan", .reviewer, scope: "616"), try harness.session("kiem-tra", .auditor))
        for path in ["/schedules", "/schedules/runs/1"] { #expect(try await harness.ask("GET", path, session: part).status == 404) }
        #expect(try await harness.post("/schedules/weekly-digest/run", session: part, as: "mot-phan").status == 404)
        let page = try await harness.ask("GET", "/schedules", session: auditor)
        #expect(page.status == 200 && !page.body.contains("Chạy ngay"), "an auditor looks")
        #expect(try await harness.post("/schedules/weekly-digest/pause", session: auditor, as: "kiem-tra").status == 403)
        #expect(try await harness.post("/schedules/no-such/pause", session: try harness.session("xem", .reviewer), as: "xem").status == 404)
    }

    @Test func aServerWithoutAWayOutSaysSo() async throws {
        let harness = try Harness()
        let session = try harness.session("xem", .reviewer)
        let page = try await harness.ask("GET", "/schedules", session: session)
        #expect(page.body.contains("Chưa gửi gì ra ngoài") && !page.body.contains("Chạy ngay"))
        #expect(try await harness.post("/schedules/unit-monthly/run", session: session, as: "xem").status == 409)
    }

    @Test func aPublishedFileIsTakenAwayByWhoMaySeeIt() async throws {
        let harness = try harness()
        let (session, head) = (try harness.session("xem", .reviewer), try harness.session("sa-thay", .head, scope: "616"))
        #expect(try await harness.post("/publications", session: session, as: "xem", ["period": "2025-05", "calendar": "administrative", "why": "thử"]).status == 303)
        let page = try await harness.ask("GET", "/publications/1", session: head)
        let name = "unit-monthly_616_2025-05_administrative.xlsx"
        #expect(page.body.contains("href=\"/publications/1/\(name)\"") && !page.body.contains("provincial-review"))
        let file = try await harness.ask("GET", "/publications/1/\(name)", session: head)
        let kept = try #require(try harness.service.stores.read { try $0.publications() }.first?.publication.files.first { $0.name == name })
        #expect(file.status == 200 && file.header("Content-Type")?.contains("spreadsheetml") == true && file.header("Content-Disposition")?.contains(name) == true)
        #expect(file.bytes == kept.bytes)
        // The province's file, another unit's and one that was never published are all not there.
        for other in ["provincial-review_62_2025-05_administrative.xlsx", "unit-monthly_611_2025-05_administrative.xlsx", "nothing.xlsx", "..%2Fuptake.sqlite"] {
            #expect(try await harness.ask("GET", "/publications/1/\(other)", session: head).status == 404, "\(other)")
        }
        #expect(try await harness.ask("GET", "/publications/1/provincial-review_62_2025-05_administrative.xlsx", session: session).status == 200)
    }

    @Test func anAccountGetsAnAddressForItsReports() async throws {
        let harness = try Harness(isFilled: false)
        let (root, _) = (try harness.session("root", .administrator), try harness.session("an", .auditor))
        #expect(try await harness.post("/users/an/mail", session: root, as: "root", ["mail": " van-phong@example.vn "]).header("Location") == "/users?done=mail")
        #expect(try harness.service.accounts.account(named: "an")?.mail == "van-phong@example.vn")
        #expect(try await harness.ask("GET", "/users", session: root).body.contains("value=\"van-phong@example.vn\""))
        #expect(try await harness.post("/users/an/mail", session: root, as: "root", ["mail": "a b@example.vn"]).status == 400)
        #expect(try await harness.post("/users/an/mail", session: root, as: "root", ["mail": ""]).status == 303)
        #expect(try harness.service.accounts.account(named: "an")?.mail == nil)
    }
}
