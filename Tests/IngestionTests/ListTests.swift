import Adoption
import Foundation
import Testing
import TestSupport

@testable import Ingestion

/// Lists as provinces have them, read through the profiles of the examples.
@Suite struct ListTests {
    static let validity = Validity(first: Day(number: 18_628), last: nil)
    static let register = Register(
        agencies: [
            1: Agency(code: "616", name: "UBND huyện Sa Thầy", level: .district, parentCode: "62", validity: validity, aliases: ["000.00.16.H99"]),
            2: Agency(code: "23527", name: "UBND thị trấn Sa Thầy", level: .commune, parentCode: "616", validity: validity),
        ],
        procedures: [
            1: Procedure(code: "9.000033", name: "a", sector: "", bearsFee: true), 2: Procedure(code: "9.000040", name: "b", sector: "", bearsFee: true),
            3: Procedure(code: "9.000080", name: "c", sector: "", bearsFee: false),
        ])
    static let asOf = Instant(local: Day(number: 20_400))
    static let exported = Instant(local: Day(number: 20_228))  // 2025-05-20

    static func profile(_ name: String) throws -> Profile { try Profile(path: Repository.root + "/examples/profiles/\(name).yaml") }

    struct Read {
        var records: [DossierRecord] = []
        var paymentRecords: [PaymentRecord] = []
        var dossiers: [Dossier] { records.map(\.dossier) }
        var payments: [Payment] { paymentRecords.map(\.payment) }
        var refusals: [Refusal] = []
        var skipped = 0
    }

    static func read(_ path: String, _ profiles: [Profile], exported: Instant? = exported) throws -> Read {
        var read = Read()
        for source in try Source.open(path, profiles: profiles, exported: exported) {
            guard case .table(let plan) = source else { continue }
            let table = try plan.open()
            var submissions = table.kind == .submissions ? SubmissionReader(table, register: register, asOf: asOf) : nil
            var payments = table.kind == .payments ? PaymentReader(table, asOf: asOf) : nil
            while try table.next() {
                if let record = submissions?.record() { read.records.append(record) }
                if let record = payments?.record() { read.paymentRecords.append(record) }
                read.refusals += (submissions?.refusals ?? []) + (payments?.refusals ?? [])
            }
            read.skipped += table.skippedRows
        }
        return read
    }

    private static func file(_ name: String) -> String { Repository.root + "/examples/profiles/" + name }

    @Test func everyProfileOfTheExamplesLoads() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Repository.root + "/examples/profiles").filter { $0.hasSuffix(".yaml") }
        #expect(files.count == 5)
        for file in files { #expect(throws: Never.self) { try Profile(path: Self.file(file)) } }
    }

    /// A title, a header of two rows with merged cells, numbered columns, an empty first column, totals and a signature.
    @Test func theListOfAOneStopSystemIsRead() throws {
        let read = try Self.read(Self.file("danh-sach-ho-so.csv"), [Self.profile("one-stop-list")])
        #expect(read.records.map(\.code) == ["616-250415-9001", "616-250415-9002", "23527-250416-9001"])
        #expect(read.dossiers.map(\.channel) == [.online, .counter, .online])
        #expect(read.dossiers.map(\.agencyID) == [1, 1, 2], "an empty unit repeats the one above")
        #expect(read.dossiers.map(\.amountDueVND) == [75_000, 100_000, 0])
        #expect(read.dossiers[0].settled?.iso == "2025-04-24T16:00:00+07:00")
        #expect(read.dossiers[0].due?.iso == "2025-04-25T23:59:59+07:00")
        #expect(read.dossiers.allSatisfy { $0.updated == Self.exported })
        #expect(read.skipped == 3, "a copy, the total and the signature")
        #expect(read.refusals.map(\.fault) == [.unknownWord])
        #expect(read.refusals.first?.value == "7", "an unknown id is named")
        #expect(read.refusals.first?.line == 11)
    }

    @Test func synchronisationMessagesAreReadInEveryWrapping() throws {
        let whole = try String(contentsOfFile: Self.file("dong-bo-ho-so.json"), encoding: .utf8)
        let start = try #require(whole.range(of: "\"data\": ")).upperBound
        let list = String(whole[start...].trimmingCharacters(in: .whitespacesAndNewlines).dropLast())
        let objects = try #require(JSONSerialization.jsonObject(with: Data(list.utf8)) as? [Any])
        let lines = try objects.map { String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self) }.joined(separator: "\n")
        for (index, text) in [whole, list, lines].enumerated() {
            let read = try Self.read(try Folder.shared.file("\(UUID()).json", text), [Self.profile("dong-bo-ho-so")])
            #expect(read.records.map(\.code) == ["616-250415-9101", "616-250415-9102"], "wrapping \(index)")
            #expect(read.dossiers.map(\.channel) == [.online, .counter], "an empty channel is the counter")
            #expect(read.dossiers.map(\.amountDueVND) == [75_000, nil], "the sum of the fee lines")
            #expect(read.dossiers.map(\.state) == [.settled, .inProcess])
            #expect(read.dossiers.map(\.procedureID) == [1, 2], "the suffix of a code is cut")
            #expect(read.dossiers.map(\.paymentMark) == [.paidOnline, .unpaid])
            #expect(read.dossiers[0].received?.iso == "2025-04-15T08:30:00+07:00")
            #expect(read.refusals.map(\.value) == ["7"])
        }
    }

    @Test func dossiersOfIGateAreReadWithThePaymentsInsideThem() throws {
        let read = try Self.read(Self.file("igate.json"), [Self.profile("igate-dossiers"), Self.profile("igate-payments")])
        #expect(read.records.map(\.code) == ["616-250415-9201"])
        #expect(read.dossiers.first?.amountDueVND == 75_000, "2 × 37 500,0")
        #expect(read.dossiers.first?.level == .level4)
        #expect(read.payments.map(\.amountVND) == [75_000])
        #expect(read.payments.first?.method == .online)
        #expect(read.payments.first?.paid?.iso == "2025-04-15T08:10:00+07:00")
        #expect(read.refusals.map(\.value) == ["99"], "an unknown state of an installation is named")
    }

    private static let header = "dossier_code,procedure_code,unit_code,channel,received_at,state,updated_at\n"
    private static let row = "616-1,9.000033,616,online,2025-05-05,in_process,2025-05-05\n"

    @Test func gzipAndEveryEncodingAreReadAlike() throws {
        let profile = try Profile(path: try Folder.shared.file("\(UUID()).yaml", """
            profile: encoded
            kind: submissions
            columns: {dossier_code: Mã hồ sơ, procedure_code: Mã thủ tục, unit_code: Đơn vị, channel: Hình thức nộp, received_at: Ngày tiếp nhận, state: Trạng thái}
            values: {unit_code: {Huyện Sa Thầy: "616"}, channel: {Trực tuyến: online}, state: {Đang xử lý: in_process}}
            """))
        let text = "Mã hồ sơ;Mã thủ tục;Đơn vị;Hình thức nộp;Ngày tiếp nhận;Trạng thái\r\n616-1;9.000033;Huyện Sa Thầy;Trực tuyến;05/05/2025;Đang xử lý\r\n"
        let forms: [(String, Data)] = [
            ("utf-8", Data(text.utf8)), ("utf-8 with a mark", Data([0xEF, 0xBB, 0xBF]) + Data(text.utf8)),
            ("decomposed", Data(text.decomposedStringWithCanonicalMapping.utf8)), ("utf-16le", Data([0xFF, 0xFE]) + text.data(using: .utf16LittleEndian)!),
            ("utf-16be", Data([0xFE, 0xFF]) + text.data(using: .utf16BigEndian)!), ("utf-16le without a mark", text.data(using: .utf16LittleEndian)!),
            ("windows-1258", try python("sys.stdout.buffer.write(sys.stdin.buffer.read().decode().translate({0x1ea5:0}).encode('cp1258', 'ignore') if False else __import__('subprocess').run(['iconv','-f','UTF-8','-t','CP1258'], input=sys.stdin.buffer.read(), capture_output=True, check=True).stdout)", Data(text.utf8))),
            ("gzip", try python("import gzip; sys.stdout.buffer.write(gzip.compress(sys.stdin.buffer.read()))", Data(text.utf8))),
            ("gzip in two members", try python("import gzip; d=sys.stdin.buffer.read(); sys.stdout.buffer.write(gzip.compress(d[:50])+gzip.compress(d[50:]))", Data(text.utf8))),
        ]
        for (name, data) in forms {
            let read = try Self.read(try Folder.shared.file("\(UUID()).csv", data), [profile])
            #expect(read.records.map(\.code) == ["616-1"], "\(name): \(read.refusals)")
        }
    }

    @Test func brokenEncodingsAreToldAndNeverGuessedAt() throws {
        let packed = try python("import gzip; sys.stdout.buffer.write(gzip.compress(sys.stdin.buffer.read()))", Data((Self.header + Self.row).utf8))
        for length in [10, packed.count / 2, packed.count - 1] {
            #expect(throws: InputError.self) { try Self.read(try Folder.shared.file("\(UUID()).csv.gz", packed.prefix(length)), []) }
        }
        let odd = Data([0xFF, 0xFE]) + (Self.header + Self.row).data(using: .utf16LittleEndian)!.dropLast()
        #expect(throws: InputError.self) { try Self.read(try Folder.shared.file("\(UUID()).csv", odd), []) }
        // Latin letters that Vietnamese does not have: no windows-1258.
        let latin = Data(Self.header.utf8) + Data(Self.row.utf8).map { $0 == UInt8(ascii: "o") ? 0xF8 : $0 }
        #expect(try Self.read(try Folder.shared.file("\(UUID()).csv", latin), []).refusals.contains { $0.fault == .notUTF8 })
    }

    private func python(_ script: String, _ input: Data) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", "import sys; " + script]
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: input)
        try stdin.fileHandleForWriting.close()
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return output
    }

    /// The corpus holds one table in five encodings; read back it is one table.
    @Test func theVietnameseEncodingsOfTheCorpusAgree() throws {
        guard let folder = Repository.corpus("vietnamese-encodings") else { return print("the corpus is not here; skipped") }
        let expected = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: folder + "/expected.json"))) as? [[String]])
        let files = try FileManager.default.contentsOfDirectory(atPath: folder + "/samples").sorted()
        #expect(files.count == 5 && expected.count > 10)
        for file in files {
            let reader = try CSVReader(try TextInput(path: folder + "/samples/" + file, name: file))
            var rows: [[String]] = []
            while try reader.next() { rows.append((0..<reader.cellCount).map { reader.bytes($0).composedText ?? "?" }) }
            #expect(rows == expected, "\(file)")
        }
    }

    @Test(arguments: [
        ("1.234", "1.234,5", 1_234), ("1.234.567", "1.234,5", 1_234_567), ("1.234.567,00", "1.234,5", 1_234_567), ("1234", "1.234,5", 1_234), ("1,234", "1,234.5", 1_234),
        ("12.34", "1.234,5", nil), ("1.234,50", "1.234,5", nil), ("1.2345", "1.234,5", nil), (".123", "1.234,5", nil), ("1.234.0", "1.234,5", nil), ("1.234", "none", nil), ("1..234", "1.234,5", nil),
    ])
    func marksInNumbersMeanWhatTheProfileSays(text: String, marks: String, amount: Int?) {
        let read = Array(text.utf8).withUnsafeBufferPointer { AmountText.read($0, marks: NumberMarks(rawValue: marks) ?? .none) }
        #expect((try? read.get()) == amount)
    }

    @Test(arguments: [
        ("d/M/yyyy HH:mm", "5/6/2025 08:00", "2025-06-05T08:00:00+07:00"), ("HH:mm dd/MM/yyyy", "08:00 14/05/2025", "2025-05-14T08:00:00+07:00"), ("MM/dd/yyyy", "05/14/2025", "2025-05-14T00:00:00+07:00"),
        ("dd/MM/yyyy", "5/06/2025", nil), ("dd/MM/yyyy", "31/02/2025", nil), ("dd/MM/yyyy", "14/05/2025 08:00", nil), ("d.M.yyyy", "1.12.2025", "2025-12-01T00:00:00+07:00"),
    ])
    func patternsReadWhatTheySay(pattern: String, text: String, expected: String?) throws {
        let pattern = try #require(MomentPattern(pattern))
        #expect(Array(text.utf8).withUnsafeBufferPointer { pattern.moment($0, endOfDay: false)?.iso } == expected)
    }

    @Test(arguments: ["dd/MM", "dd/MM/yy", "ngày dd/MM/yyyy", "dd/MM/yyyy dd", ""])
    func aPatternThatCannotGiveADayIsRefused(pattern: String) { #expect(MomentPattern(pattern) == nil) }

    @Test func aListWithoutUpdateTimesAsksWhenItWasMade() throws {
        let error = #expect(throws: InputError.self) { try Self.read(Self.file("danh-sach-ho-so.csv"), [Self.profile("one-stop-list")], exported: nil) }
        #expect(error?.description.contains("--exported") == true)
    }

    @Test func unitsAreFoundByTheirAliases() throws {
        let read = try Self.read(try Folder.shared.file("\(UUID()).csv", Self.header + Self.row.replacing(",616,", with: ",000.00.16.H99,")), [])
        #expect(read.dossiers.map(\.agencyID) == [1])
    }

    @Test func registersInYAMLAreReadAsTables() throws {
        let path = try Folder.shared.file("\(UUID()).yaml", """
            units:
              - {code: "616", name: Huyện Sa Thầy, level: district, parent_code: "62", valid_from: 2021-01-01, aliases: [A1, A2]}
              - {code: "617", name: "", level: district, parent_code: "62", valid_from: 2021-01-01}
            events:
              - {date: 2025-07-01, event: abolish, from_code: "616", document: {number: "19/2025/QĐ-TTg", date: 2025-06-30}}
            """)
        let sources = try Source.open(path, profiles: [])
        guard case .table(let first) = sources[0], case .table(let second) = sources[1] else { throw InputError("no tables") }
        let (units, events) = (try first.open(), try second.open())
        var reader = AgencyReader(units)
        #expect(try units.next())
        #expect(reader.agency()?.aliases == ["A1", "A2"])
        #expect(try units.next())
        #expect(reader.agency() == nil && reader.refusals.map(\.fault) == [.missingValue])
        #expect(reader.refusals.map(\.line) == [3])
        var eventReader = EventReader(events)
        #expect(try events.next())
        #expect(eventReader.event()?.document.number == "19/2025/QĐ-TTg")
    }

    @Test(arguments: ["[", "[{]", "{\"data\": [{\"a\": 1}", "[{\"a\": 1},]", "[{\"a\": 1} {\"a\": 2}]", "[,{\"a\": 1}]", "{\"a\": 1} x", "[{\"a\": [1,]}]", "[{'a': 1}]", "[{\"a\": 01}]", "[] []"])
    func brokenJSONIsRefusedWithItsPlace(text: String) throws {
        let path = try Folder.shared.file("\(UUID()).json", text)
        let error = #expect(throws: InputError.self) { try Source.open(path, profiles: []) }
        #expect(error?.description.contains(".json") == true)
    }

    /// Every file that must be refused is refused, and every one that must be accepted is no broken JSON.
    @Test func theJSONTestSuiteIsKept() throws {
        guard let folder = Repository.corpus("json-test-suite/test_parsing") else { return print("the corpus is not here; skipped") }
        var wrong: [String] = []
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }.sorted()
        for file in files {
            // Wrapped as the only record of a list, which is how values come here.
            let value = try Data(contentsOf: URL(filePath: folder + "/" + file))
            let path = try Folder.shared.file("\(UUID()).json", Data("[{\"v\":".utf8) + value + Data("}]".utf8))
            var isAccepted = true
            do {
                let reader = try JSONReader(path: path, name: file, profiles: [])
                while try reader.next() { _ = reader.bytes(0) }
            } catch { isAccepted = false }
            if file.hasPrefix("y_") && !isAccepted || file.hasPrefix("n_") && isAccepted { wrong.append(file) }
        }
        #expect(files.count > 300)
        #expect(wrong.isEmpty, "\(wrong)")
    }
}
