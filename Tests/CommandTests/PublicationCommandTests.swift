import Foundation
import Testing
import TestSupport

/// Freezing, publishing, restating and keeping, as a user does it.
@Suite struct PublicationCommandTests {
    private func example() throws -> Folder {
        let folder = try Folder()
        let files = Example.registers + Example.records.filter { !$0.contains("corrections") }
        #expect(try Command(["ingest"] + files, in: folder).code == 0)
        return folder
    }

    private func bytes(_ folder: Folder, _ out: String) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/" + out)
        return try Dictionary(uniqueKeysWithValues: names.map { ($0, try folder.read(out + "/" + $0)) })
    }

    private func run(_ words: String, _ folder: Folder, code: Int32 = 0) throws -> String {
        let command = try Command(words.split(separator: " ").map(String.init), in: folder)
        #expect(command.code == code, "\(words): \(command.output)\(command.errors)")
        return command.output + command.errors
    }

    @Test func aFinalMonthStaysAndItsRestatementIsPublished() throws {
        let folder = try example()
        let refused = try run("period freeze 2025-05 --why Chốt", folder, code: 1)
        #expect(refused.contains("30 of 30 units have reported") && refused.contains("Sở Y tế (2 days)") && refused.contains("--override"))
        #expect(try run("period status 2025-05", folder).contains("calendar): provisional"))
        let early = try run("period freeze 2025-12 --why Chốt", folder, code: 1)
        #expect(early.contains("nothing is stored for 2025-12"))

        #expect(try run("period freeze 2025-05 --why Chốt --override nghỉ-bù --by An", folder).contains("2025-05 is final: act 1, data version 1"))
        #expect(try run("publish 2025-05 --to Văn-phòng --out first", folder).contains("publication 1: 20 files, data version 1"))
        #expect(try run("ingest \(Example.folder)corrections.csv", folder).contains("the data version is now 2"))
        _ = try run("report --period 2025-05 --out later", folder)
        #expect(try bytes(folder, "later") == bytes(folder, "first"), "what was loaded later changes nothing")
        #expect(try run("report --period 2025-05 --out newest --as-of newest --format html --unit 62", folder).contains("provincial-review"))
        let newest = String(decoding: try folder.read("newest/provincial-review_62_2025-05_administrative.html"), as: UTF8.self)
        #expect(newest.contains("Theo phiên bản dữ liệu 2, không phải số liệu đã chốt."))
        let page = String(decoding: try folder.read("first/provincial-review_62_2025-05_administrative.html"), as: UTF8.self)
        #expect(page.contains("ĐÃ CHỐT") && page.contains("Chốt khi số liệu chưa đủ; lý do: nghỉ-bù") && page.contains("người thực hiện: An") && page.contains("30/30 đơn vị có số liệu."))
        #expect(page.contains("Thiếu số liệu: UBND huyện Đắk Hà (1 ngày); Sở Y tế (2 ngày)."))

        // 315 of 438 were online before two of them turned out to have come by the counter.
        #expect(try run("figure O1/62/2025-05/administrative --list 0", folder).contains("315 / 438 = 71.92%"))
        #expect(try run("restate 2025-05 --dry-run", folder).contains("62@2021-01-01             O1.v1     315/438 → 313/438  channel -2/0"))
        #expect(try run("restate 2025-05", folder, code: 64).contains("--why"))
        let restated = try run("restate 2025-05 --why Sửa --out second", folder)
        #expect(restated.contains("restatement 1 of 2025-05: act 3") && restated.contains("publication 2 to Văn-phòng"))
        let figure = try run("figure O1/62/2025-05/administrative --list 0", folder)
        #expect(figure.contains("313 / 438") && figure.contains("revised     from 315/438 to 313/438: channel -2/0"))
        #expect(try run("figure O1/62/2025-05/administrative --list 0 --as-of 1", folder).contains("315 / 438"))
        #expect(try run("figure O1/62/2025-05/administrative --as-of 9", folder, code: 1).contains("there is no data version 9"))
        #expect(try run("restate 2025-05 --why Sửa", folder).contains("nothing has changed"))
        let revision = String(decoding: try folder.read("second/revision-province_62_2025-05_administrative.html"), as: UTF8.self)
        #expect(revision.contains("Đính chính lần 1, ngày") && revision.contains("Lý do: Sửa"))

        // Both are made again to the byte, also from a backup on another machine's disk.
        #expect(try run("publish --rebuild 1 --out again", folder).contains("publication 1: 20 files, the same to the byte"))
        #expect(try bytes(folder, "again") == bytes(folder, "first"))
        _ = try run("backup --to backups", folder)
        let backup = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/backups").first)
        let other = try Folder()
        _ = try run("restore \(folder.path)/backups/\(backup)", other)
        for number in 1...2 { #expect(try run("publish --rebuild \(number) --out again", other).contains("the same to the byte")) }
        #expect(try run("publish --rebuild 7", folder, code: 1).contains("there is no publication 7"))

        let log = try run("audit", folder)
        for word in ["register  units.csv", "targets   targets.yaml", "import    submissions.csv", "freeze    2025-05", "publish   publication 1", "restate   2025-05", "backup    "] {
            #expect(log.contains(word), "\(word): \(log)")
        }
        #expect(log.contains("An            freeze"))
        #expect(try run("audit --event freeze", folder).split(separator: "\n").count == 1)
        #expect(try run("doctor", folder).components(separatedBy: "ok   ").count == 12)
    }

    @Test func whatIsNotTheSameIsNamed() throws {
        let folder = try example()
        _ = try run("publish 2025-05 --unit 616 --out first", folder)
        // A hand in the store: one dossier of Sa Thầy's tallies is moved to another kind.
        let edit = try Command(["-c", """
            import sqlite3
            db = sqlite3.connect("uptake.sqlite")
            db.execute("DROP TRIGGER publication_figure_no_update")
            db.execute("UPDATE publication_figure SET numerator = numerator - 1 WHERE figure LIKE 'O1.v1/616/%'")
            db.execute("DROP TRIGGER publication_file_no_update")
            db.execute("UPDATE publication_file SET sha256 = '\(String(repeating: "0", count: 64))' WHERE name LIKE '%.xlsx'")
            db.commit()
            """], in: folder, program: "/usr/bin/python3")
        #expect(edit.code == 0, "\(edit.errors)")
        let rebuilt = try run("publish --rebuild 1 --out again", folder, code: 2)
        #expect(rebuilt.contains("unit-monthly_616_2025-05_administrative.xlsx has other bytes") && rebuilt.contains("O1.v1/616/2025-05/administrative was 46/74, is 47/74"), "\(rebuilt)")
        #expect(rebuilt.contains("again/rebuilt-unit-monthly_616_2025-05_administrative.xlsx"), "what was published is not replaced")
        let doctor = try run("doctor", folder, code: 2)
        #expect(doctor.contains("WRONG  append-only") && doctor.contains("publication_figure"), "\(doctor)")
    }

    @Test func theDoctorFindsWhatWasChanged() throws {
        let folder = try example()
        _ = try run("period freeze 2025-05 --why Chốt --override x", folder)
        try FileManager.default.copyItem(atPath: folder.path + "/uptake.sqlite", toPath: folder.path + "/good.sqlite")
        for (name, change) in [
            ("tallies", "UPDATE tally_block SET counts = (SELECT counts FROM tally_block WHERE kind = 1 LIMIT 1) WHERE rowid = (SELECT rowid FROM tally_block WHERE kind = 0 LIMIT 1)"),
            ("records", "DELETE FROM payment_place_block WHERE rowid = (SELECT max(rowid) FROM payment_place_block)"),
            ("final figures", "DROP TRIGGER frozen_figure_no_update; UPDATE frozen_figure SET numerator = numerator + 1 WHERE indicator = 'O1.v1'"),
            ("audit log", "DROP TRIGGER audit_no_update; UPDATE audit SET actor = 'Bình' WHERE id = 2"),
            ("acts", "DROP TRIGGER act_no_update; UPDATE act SET reason = 'other'"),
            ("audit log", "DROP TRIGGER audit_no_delete; DELETE FROM audit WHERE id = 3"),
        ] {
            try FileManager.default.removeItem(atPath: folder.path + "/uptake.sqlite")
            try FileManager.default.copyItem(atPath: folder.path + "/good.sqlite", toPath: folder.path + "/uptake.sqlite")
            let edit = try Command(["-c", "import sqlite3; db = sqlite3.connect('uptake.sqlite'); db.executescript(\"\(change)\"); db.commit()"], in: folder, program: "/usr/bin/python3")
            #expect(edit.code == 0, "\(edit.errors)")
            #expect(try run("doctor", folder, code: 2).contains("WRONG  \(name)"), "\(change)")
        }
        for change in ["DELETE FROM act", "UPDATE act SET reason = 'x'", "INSERT OR REPLACE INTO act SELECT id, kind, calendar, period, acted_at, 'x', reason, override, data_version, definitions FROM act"] {
            let refused = try Command(["-c", "import sqlite3; sqlite3.connect('good.sqlite').execute(\"\(change)\")"], in: folder, program: "/usr/bin/python3")
            #expect(refused.errors.contains("act is append-only"), "\(change)")
        }
    }

    /// A draft goes out, is filled in by a spreadsheet program, and comes back; what was written stands with its figure.
    @Test func explanationsComeBackInTheDraft() throws {
        let folder = try example()
        #expect(try run("period review 2025-05 --out drafts", folder).contains("2025-05 is in review: act 1"))
        let fill = try Command(["-c", """
            import openpyxl
            book = openpyxl.load_workbook("drafts/draft-unit_616_2025-05_administrative.xlsx")
            sheet = book.worksheets[1]
            assert sheet.protection.sheet, "the sheet is locked"
            rows = [row for row in sheet.iter_rows() if isinstance(row[0].value, str) and row[0].value.startswith("O1.v1/")]
            assert len(rows) == 1 and rows[0][0].protection.locked and not rows[0][7].protection.locked
            rows[0][7].value = "Mất mạng <b>hai</b> ngày"
            book.save("returned.xlsx")
            """], in: folder, program: "/usr/bin/python3")
        #expect(fill.code == 0, "\(fill.errors)")
        #expect(try run("period explain --period 2025-05 returned.xlsx", folder).contains("1 explanations read; kept by act 2"))
        #expect(try run("period explain --period 2025-05 returned.xlsx", folder).contains("none of them is new"))
        // What the draft's page saves.
        try folder.file("giai-trinh.csv", "\u{FEFF}figure,explanation\n\"P1.v1/616/2025-05/administrative\",\"Ngân hàng \"\"X\"\" bảo trì, hai ngày\"\n")
        #expect(try run("period explain --period 2025-05 giai-trinh.csv", folder).contains("1 explanations read; kept by act 3"))
        _ = try run("report --period 2025-05 --format html", folder)
        for name in ["unit-monthly_616", "provincial-review_62"] {
            let page = String(decoding: try folder.read("out/\(name)_2025-05_administrative.html"), as: UTF8.self)
            #expect(page.contains("tỷ lệ hồ sơ trực tuyến 63,51%: “Mất mạng &lt;b&gt;hai&lt;/b&gt; ngày”"), "\(name)")
            #expect(page.contains("bảo trì, hai ngày") && page.contains("TẠM TÍNH – ĐANG LẤY Ý KIẾN ĐƠN VỊ"))
        }
        #expect(try run("figure P1/616/2025-05/administrative --list 0", folder).contains("explained   Ngân hàng \"X\" bảo trì, hai ngày"))
        try folder.file("bad.csv", "figure,explanation\nO1.v1/616/2025-04/administrative,x\n")
        #expect(try run("period explain --period 2025-05 bad.csv", folder, code: 1).contains("bad.csv:2: 'O1.v1/616/2025-04/administrative' is not the name of a figure of 2025-05"))
        try folder.file("bad.csv", "figure,explanation\nO1.v1/999/2025-05/administrative,x\n")
        #expect(try run("period explain --period 2025-05 bad.csv", folder, code: 1).contains("no unit of 2025-05 has the code '999'"))
        #expect(try run("ingest giai-trinh.csv", folder, code: 1).contains("uptake period explain"))
        let draft = String(decoding: try folder.read("drafts/draft-unit_616_2025-05_administrative.html"), as: UTF8.self)
        #expect(draft.contains("<textarea") && draft.contains("script-src 'sha256-") && draft.contains("giai-trinh.csv"))
    }

    /// Months, a quarter and a year, one after the other: no hidden count follows from the totals, the other files or the months before.
    @Test func outsidersLearnNoSmallCount() throws {
        let folder = try example()
        let periods = ["2025-04", "2025-05", "2025-06", "2025-Q2", "2025"]
        for period in periods { #expect(try run("publish \(period) --external --out \(period)", folder).contains("20 files")) }
        let check = try Command([Repository.root + "/Tests/CommandTests/check_public.py"] + periods, in: folder, program: "/usr/bin/python3")
        #expect(check.code == 0 && check.output.contains("480 lines of 5 publications"), "\(check.output)\(check.errors)")
        #expect(try run("publish 2025-05 --external --threshold 2", folder, code: 1).contains("use --threshold 5"))
        #expect(try run("publish 2025-05 --external --structure today", folder, code: 1).contains("leave --structure out"))
        let cover = String(decoding: try folder.read("2025-05/public-province_62_2025-05_administrative.html"), as: UTF8.self)
        #expect(!cover.contains("Thiếu số liệu") && !cover.contains("người thực hiện"), "what is missing from whom is not for outsiders")
        #expect(try run("publish 2025-05 --external --report unit-monthly", folder, code: 1).contains("outsiders must not see"))
        #expect(try run("publish 2025-05 --report public-unit", folder, code: 1).contains("--external"))
        #expect(try run("report --period 2025-05 --report public-unit", folder, code: 1).contains("--external"))
        // Only what was shown before is taken into account: the first of them is the same when it is made again.
        #expect(try run("publish --rebuild 1 --out again", folder).contains("the same to the byte"))
    }

    @Test func backupsAreSealedKeptAndPutBack() throws {
        let folder = try example()
        var random = SeededGenerator(seed: 6)
        try folder.file("key", String((0..<48).map { _ in "abcdefghijklmnop".randomElement(using: &random) ?? "x" }))
        try folder.file("short", "secret")
        #expect(try run("backup --to b --key short", folder, code: 1).contains("at least 32 random bytes"))
        #expect(try run("backup --to b --key key", folder).contains("verified"))
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/b").first)
        let sealed = try folder.read("b/" + name)
        #expect(name.hasSuffix("-v1.sqlite.sealed") && !sealed.contains(Data("SQLite format 3".utf8)))
        #expect(try run("restore b/\(name) --store other.sqlite", folder, code: 1).contains("is sealed; give its key"))
        #expect(try run("restore b/\(name) --store uptake.sqlite --key key", folder, code: 1).contains("there is a store already"))
        #expect(try run("restore b/\(name) --store other.sqlite --key key", folder).contains("restored to data version 1"))
        #expect(try run("doctor --store other.sqlite", folder).contains("ok     tallies"))
        for (place, what) in [(sealed.count - 1, "the end is cut off"), (sealed.count / 2, "a bit is flipped")] {
            var bad = sealed
            if place == sealed.count - 1 { bad.removeLast(4_000) } else { bad[place] ^= 1 }
            try folder.file("bad.sealed", bad)
            #expect(try run("restore bad.sealed --store third.sqlite --key key", folder, code: 1).contains("cannot be opened"), "\(what)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/third.sqlite"))
        #expect(try run("restore b --store third.sqlite", folder, code: 1).contains("is no file"))
        #expect(try run("restore nowhere --store third.sqlite", folder, code: 1).contains("cannot be read"))
        #expect(try run("restore \(Example.folder)units.csv --store third.sqlite", folder, code: 1).contains("is not a store that can be read"))

        // Older ones are deleted by their names; a file that is none of them stays.
        for day in ["20250131", "20250227", "20250228", "20250301"] { try folder.file("b/uptake-\(day)-080000-v1.sqlite", "old") }
        try folder.file("b/uptake-notes.sqlite", "mine")
        #expect(try run("backup --to b --keep 1 --keep-months 3", folder).contains("deleted uptake-20250131-080000-v1.sqlite"))
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/b").sorted()
        #expect(left.count == 4 && left.contains("uptake-20250228-080000-v1.sqlite") && left.contains("uptake-20250301-080000-v1.sqlite") && left.contains("uptake-notes.sqlite"), "\(left)")
        #expect(try run("restore b/\(try #require(left.last { $0.hasPrefix("uptake-2") })) --replace", folder).contains("the store that was there is now uptake.sqlite.before-restore-"))
    }

    /// A backup made while files are loaded is one committed state.
    @Test func aBackupIsMadeWhileFilesAreLoaded() throws {
        let folder = try Folder()
        #expect(try Command(["ingest"] + Example.registers, in: folder).code == 0)
        let loading = Process()
        loading.executableURL = URL(filePath: Command.program)
        loading.arguments = ["ingest"] + Example.records
        loading.currentDirectoryURL = URL(filePath: folder.path)
        loading.standardOutput = FileHandle.nullDevice
        loading.standardError = FileHandle.nullDevice
        try loading.run()
        var made = 0
        repeat {
            made += try Command(["backup", "--to", "b\(made)"], in: folder).code == 0 ? 1 : 0
        } while loading.isRunning && made < 40
        loading.waitUntilExit()
        #expect(made > 1)
        for number in 0..<made {
            let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/b\(number)").first)
            #expect(try Command(["restore", "b\(number)/\(name)", "--store", "r\(number).sqlite"], in: folder).code == 0)
            let doctor = try Command(["doctor", "--store", "r\(number).sqlite"], in: folder)
            #expect(doctor.code == 0 && (doctor.output.contains("0 dossiers, 0 payments") || doctor.output.contains("6000 dossiers, 3213 payments")), "\(doctor.output)")
        }
    }
}
