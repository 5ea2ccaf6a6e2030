import Foundation
import Testing
import TestSupport

/// Files full of what is nobody's business: none of it reaches the store, the output, the lists or the reports.
@Suite struct PrivacyTests {
    /// Made up, and of the shapes that people's names, numbers and addresses have.
    private static let secrets = [
        "Nguyễn Thị Bí Mật", "Trần Văn Kín", "062099001234", "0912345678", "bi.mat@example.vn", "12 đường Kín, xã Bí Mật", "01/02/1990", "Ba Na", "VCB-9704361234567890",
    ]

    private func files(_ folder: Folder) throws -> [String] {
        let s = Self.secrets
        try folder.file("list.csv", """
            Mã hồ sơ,Họ và tên,Số CCCD,Điện thoại,Email,Địa chỉ,Ngày sinh,Dân tộc,Mã TTHC,Đơn vị tiếp nhận,Hình thức nộp,Ngày tiếp nhận,Trạng thái,Ghi chú
            616-1,\(s[0]),\(s[2]),\(s[3]),\(s[4]),"\(s[5])",\(s[6]),\(s[7]),9.000033,616,Trực tuyến,15/4/2025,Đang xử lý,"Gọi \(s[1]), \(s[3])"
            616-2,\(s[0]),\(s[2]),\(s[3]),\(s[4]),"\(s[5])",\(s[6]),\(s[7]),9.000033,616,\(s[1]),15/4/2025,\(s[0]),x
            \(s[0]),\(s[0]),\(s[2]),\(s[3]),\(s[4]),"\(s[5])",\(s[6]),\(s[7]),\(s[4]),\(s[5].replacing(",", with: " ")),Trực tuyến,\(s[1]),Đang xử lý,x

            """)
        try folder.file("payments.csv", """
            payment_id,dossier_code,amount_vnd,method,provider,state,paid_at,payer,account
            P-1,616-1,75000,online,\(s[8]),paid,2025-04-16,\(s[0]),\(s[8])
            P-2,616-1,75000,online,\(s[4]),paid,2025-04-16,\(s[0]),\(s[8])
            P-3,616-1,\(s[1]),online,VNPT Money,paid,2025-04-16,\(s[0]),\(s[8])

            """)
        try folder.file("message.json", """
            [{"code": "616-9", "procedure": {"code": "9.000033"}, "agency": {"code": "616"}, "applyMethod": {"id": "\(s[1])"}, "appliedDate": "2025-04-15", "dossierStatus": {"id": "\(s[2])"},
              "applicant": {"data": {"fullname": "\(s[0])", "identityNumber": "\(s[2])", "phoneNumber": "\(s[3])", "email": "\(s[4])", "address": "\(s[5])"}}},
             {"code": "616-8", "procedure": {"code": "9.000033"}, "agency": {"code": "616"}, "applyMethod": {"id": 0}, "appliedDate": "2025-04-15", "dossierStatus": {"id": 2},
              "applicant": {"data": {"fullname": "\(s[0])", "identityNumber": "\(s[2])", "phoneNumber": "\(s[3])"}}}]
            """)
        return ["list.csv", "payments.csv", "message.json"]
    }

    @Test func nothingAboutPeopleGetsAnywhere() throws {
        let folder = try Folder()
        let names = try files(folder)
        let profiles = ["one-stop-list", "igate-dossiers"].flatMap { ["--profile", Repository.root + "/examples/profiles/\($0).yaml"] }
        try Command(["ingest"] + Example.registers, in: folder)
        var said = ""
        let runs: [[String]] = [
            ["ingest", "--exported", "2025-05-01", "--quarantine", "aside.csv"] + profiles + names, ["ingest", "--json", "--exported", "2025-05-02"] + profiles + names, ["quarantine"],
            ["quarantine", "--csv", "aside2.csv"], ["imports", "list"], ["imports", "show", "2"], ["profile", "try", "--exported", "2025-05-01"] + profiles + ["list.csv"],
            ["profile", "try"] + profiles + ["message.json"], ["report", "--period", "2025-05", "--out", "out"], ["figure", "--indicator", "O1", "--unit", "616", "--period", "2025-05", "--list", "all"],
            ["reconcile", "--period", "2025-05", "--csv", "r.csv"], ["completeness", "--period", "2025-05", "--csv", "c.csv"],
        ]
        for arguments in runs {
            let run = try Command(arguments, in: folder)
            #expect(run.code == 0, "\(arguments[0]) \(arguments[1]): \(run.errors.suffix(300))")
            // `profile try` shows the first texts of columns that a profile reads, here names in the column of the channel: that is what it is for.
            if arguments[0] != "profile" { said += run.output + run.errors } else { #expect(!run.output.contains(Self.secrets[3]), "the phone's column is not read") }
        }
        #expect(said.contains("616-1") && said.contains("columns not read: Họ và tên"))
        var written = Data(said.utf8)
        for file in try folder.files where !names.contains(file) && file != "out" { written += try folder.read(file) }
        let out = folder.path + "/out/"
        for file in try FileManager.default.contentsOfDirectory(atPath: out) { written += try unpacked(out + file) }
        #expect(written.count > 100_000)
        for secret in Self.secrets {
            #expect(written.range(of: Data(secret.utf8)) == nil, "'\(secret)' got through")
        }
    }

    /// With a key only pseudonyms are kept, and figures are the same.
    @Test func withAKeyNoCodeOfADossierIsKept() throws {
        let (plain, hidden) = (try Folder(), try Folder())
        try hidden.file("key", String(repeating: "k3y-", count: 3) + "of this test, long enough and mixed")
        try Command(["ingest"] + Example.registers + Example.records, in: plain)
        let key = ["UPTAKE_PSEUDONYM_KEY": "key"]
        #expect(try Command(["ingest"] + Example.registers + Example.records, in: hidden, environment: key).code == 0)
        let question = ["figure", "--indicator", "P1", "--unit", "62", "--period", "2025-05", "--list", "0"]
        #expect(try Command(question, in: hidden, environment: key).output == Command(question, in: plain).output)
        #expect(try Command(question, in: hidden).errors.contains("--pseudonym-key"))
        try Command(["export", "--out", "records"], in: plain)
        try Command(["export", "--out", "records"], in: hidden, environment: key)
        let codes = ["616-250415-0001", "KT-1", "23527-250415-0001"]
        for code in codes {
            for file in ["uptake.sqlite", "records/submissions.csv", "records/payments.csv"] { #expect(try hidden.read(file).range(of: Data(code.utf8)) == nil) }
        }
        #expect(try plain.read("records/submissions.csv").range(of: Data(codes[0].utf8)) != nil, "the search would have found it")
        // A code of the usual shape is a number and a stem; with a key there are no stems.
        let stems = ["-c", "import sqlite3; print([r[0] for r in sqlite3.connect('uptake.sqlite').execute('SELECT stem FROM code_stem')])"]
        #expect(try Command(stems, in: plain, program: "/usr/bin/python3").output.contains("'616'"))
        #expect(try Command(stems, in: hidden, program: "/usr/bin/python3").output == "[]\n")
        try hidden.file("short", "too short")
        #expect(try Command(question + ["--pseudonym-key", "short"], in: hidden).errors.contains("at least 32 random bytes"))
    }

    /// What stands in the parts of a workbook, or the file itself.
    private func unpacked(_ path: String) throws -> Data {
        guard path.hasSuffix(".xlsx") else { return try Data(contentsOf: URL(filePath: path)) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nfor n in z.namelist(): sys.stdout.buffer.write(z.read(n))", path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return data
    }
}
