import Foundation
import Testing
import TestSupport

/// Schedules from the command line, into a folder, as a systemd timer would run them.
@Suite struct ScheduleCommandTests {
    private static let schedules = """
        schedules:
          - id: monthly
            title: {vi: Báo cáo tháng, en: Monthly report}
            reports: [unit-monthly]
            due: two working days after the 14th
            period: finished month
            gate: provisional
            to: {folders: [van-thu]}
            units: ["616"]

        """

    private func office() throws -> (folder: Folder, run: (String, Int32) throws -> String) {
        let folder = try Folder()
        try FileManager.default.copyItem(atPath: Repository.root + "/reports", toPath: folder.path + "/reports")
        try folder.file("reports/schedules.yaml", Self.schedules)
        try FileManager.default.createDirectory(atPath: folder.path + "/van-thu", withIntermediateDirectories: false)
        try folder.file("settings.yaml", "delivery: {folders: {van-thu: van-thu}}\n")
        let names = ["units.csv", "procedures.csv", "targets.yaml", "submissions.csv", "payments.csv"].map { Example.folder + $0 }
        #expect(try Command(["ingest"] + names, in: folder).code == 0)
        return (folder, { line, code in
            let done = try Command(line.split(separator: " ").map(String.init), in: folder, environment: ["UPTAKE_HOME": folder.path, "UPTAKE_SETTINGS": "settings.yaml", "TZ": "UTC"])
            #expect(done.code == code, "\(line): \(done.output)\(done.errors)")
            return done.output + done.errors
        })
    }

    @Test func whatIsDueIsMadeOnceAndShown() throws {
        let (folder, run) = try office()
        #expect(try run("schedule list --at 2025-05-01", 0).contains("monthly               two working days after the 14th           next 2025-05-16 07:30  last: nothing yet"))
        // 14/06/2025 is a Saturday, so the second working day after it is Tuesday the 17th; 14/07 is a Monday.
        #expect(try run("schedule next --at 2025-05-01 --count 3", 0) == "2025-05-16 07:30  monthly               2025-05\n2025-06-17 07:30  monthly               2025-06\n2025-07-16 07:30  monthly               2025-07\n")
        #expect(try run("scheduler --once --at 2025-05-01T08:00", 0) == "planned 0, made 0, sent 0, failed 0, skipped 0, waiting 0\n")
        // 00:29 and 00:30 UTC are 07:29 and 07:30 in Viet Nam.
        #expect(try run("scheduler --once --at 2025-05-16T07:29", 0).contains("planned 0"))
        #expect(try run("scheduler --once --at 2025-05-16T07:30", 0) == "planned 1, made 1, sent 1, failed 0, skipped 0, waiting 0\n")
        #expect(try run("scheduler --once --at 2025-05-16T07:35", 0).contains("sent 0"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/van-thu/monthly/2025-05").sorted() == ["SHA256SUMS", "unit-monthly_616_2025-05_administrative.xlsx"])
        let runs = try run("schedule runs", 0)
        #expect(runs.contains("1       sent     2025-05-16 07:30  1      -                 monthly/2025-05/administrative"), "\(runs)")
        #expect(try run("schedule runs --state failed", 0).split(separator: "\n").count == 1)
        let shown = try run("schedule show 1", 0)
        #expect(shown.contains("monthly/2025-05/administrative: sent") && shown.contains("folder:van-thu") && shown.contains("publication 1"), "\(shown)")
        #expect(try run("schedule run monthly --period 2025-05 --at 2025-05-20T08:00", 0).contains("run 1, monthly/2025-05/administrative: sent"))
        #expect(try run("schedule show 1", 0).split(separator: "\n").count { $0.hasPrefix("  folder:van-thu") } == 1, "nothing is sent twice")
        #expect(try run("schedule run monthly --period 2025-05 --at 2025-05-10T08:00", 1).contains("2025-05 ends on 2025-05-14"))
        #expect(try run("schedule run monthly --period 2025-04 --at 2025-05-20T08:00", 0).contains("monthly/2025-04/administrative: sent"))
    }

    @Test func aPauseIsKeptAndMistakesAreTold() throws {
        let (_, run) = try office()
        #expect(try run("schedule pause monthly --why holidays --by an", 0).contains("monthly is paused"))
        #expect(try run("schedule list", 0).contains("paused by an: holidays"))
        #expect(try run("schedule pause monthly", 1).contains("was paused already"))
        #expect(try run("schedule resume monthly", 0).contains("monthly goes on; due next at "))
        #expect(try run("schedule resume monthly", 1).contains("is not paused"))
        #expect(try run("schedule run montly", 1).contains("there is no schedule 'montly' in reports/schedules.yaml; did you mean 'monthly'?"))
        #expect(try run("schedule show 9", 1).contains("there is no run 9"))
        #expect(try run("schedule again 9", 1).contains("there is no run 9") && run("schedule skip 9 --why x", 1).contains("there is no run 9"))
        #expect(try run("schedule test-mail an@example.vn", 1).contains("the settings name no mail server"))
        #expect(try run("scheduler --at 2025-05-16T08:00", 64).contains("--at goes with --once"))
        #expect(try run("schedule next --at never", 64).contains("'never' is no moment"))
    }

    @Test func aPlaceThatTheSettingsDoNotNameIsRefused() throws {
        let (folder, run) = try office()
        try folder.file("settings.yaml", "listen: 127.0.0.1:0\n")
        #expect(try run("scheduler --once", 1).contains("'monthly' delivers into the folder 'van-thu', which the settings do not name"))
    }
}
