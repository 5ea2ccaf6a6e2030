import Adoption
import Foundation
import Testing
import TestSupport

@testable import Ingestion

/// Files that nobody here wrote, and what fuzzing found.
@Suite struct CorpusTests {
    private struct Expected: Decodable {
        struct File: Decodable {
            let encoding: String?
            let valid_utf8: Bool?
            let rows: [[String]]?
            let strict_error: String?
        }
        let files: [String: File]
    }

    /// What CPython's reader gives for the CSV files of frictionless. It cuts at commas whatever the file uses, so the comparison does too.
    @Test func theTablesOfFrictionlessAreAsPythonReadsThem() throws {
        guard let folder = Repository.corpus("frictionless") else { return print("skipped: the corpus frictionless is absent") }
        let expected = try JSONDecoder().decode(Expected.self, from: Data(contentsOf: URL(filePath: folder + "/expected-python-csv.json")))
        var compared = 0
        for (file, entry) in expected.files.sorted(by: { $0.key < $1.key }) {
            // Python was told an encoding for the others, and reads some only because it is not strict; it keeps blank lines, which are no records.
            guard entry.valid_utf8 == true, entry.strict_error == nil, var rows = entry.rows, let content = FileManager.default.contents(atPath: folder + "/" + file), !content.contains(0) else { continue }
            let own = try self.rows(folder + "/" + file)
            rows = rows.filter { !$0.isEmpty && $0 != [""] }
            #expect(Array(own.prefix(rows.count)) == rows, "\(file)")
            compared += 1
        }
        #expect(compared > 80, "\(compared)")
    }

    private func rows(_ path: String) throws -> [[String]] {
        let reader = try CSVReader(try TextInput(path: path, name: "f.csv", encoding: .utf8))
        reader.delimiter = UInt8(ascii: ",")
        var rows: [[String]] = []
        while try reader.next() { rows.append((0..<reader.cellCount).map { String(decoding: reader.bytes($0), as: UTF8.self) }) }
        return rows
    }

    /// Whatever the file, it is read or refused with a reason.
    @Test(arguments: ["frictionless", "rust-csv", "csv-spectrum", "vietnamese-encodings", "json-test-suite", "blns", "payloads", "unicode"])
    func everyFileIsReadOrRefused(corpus: String) throws {
        guard let folder = Repository.corpus(corpus) else { return print("skipped: the corpus \(corpus) is absent") }
        var files = 0
        for file in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder + "/" + file, isDirectory: &isFolder), !isFolder.boolValue else { continue }
            try readOrRefuse(folder + "/" + file)
            files += 1
        }
        #expect(files > 0)
    }

    /// The inputs that fuzzing kept because each of them went another way through the readers.
    @Test(arguments: ["csv", "json", "yaml", "html", "xlsx", "sheet"])
    func whatFuzzingFoundIsReplayed(kind: String) throws {
        let folder = Folder.shared.path + "/fuzz-" + kind
        try WorkbookBuilder.python("import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])", [Repository.root + "/Tests/Fuzzing/corpus/\(kind).zip", folder])
        let ending = ["yaml": "yaml", "html": "xls", "xlsx": "xlsx", "sheet": "xlsx", "json": "json"][kind] ?? "csv"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        for file in files {
            var content = try Data(contentsOf: URL(filePath: folder + "/" + file))
            if kind == "sheet" { content = sheetArchive(Array(content)) }
            if kind == "html" { content = Data("<html><table><tr>".utf8) + content }
            try readOrRefuse(try Folder.shared.file("fuzzed.\(ending)", content))
        }
        #expect(files.count >= (kind == "xlsx" ? 1 : 50), "\(kind): \(files.count)")
    }

    private func readOrRefuse(_ path: String) throws {
        do throws(InputError) {
            for source in try Source.open(path, profiles: [], exported: ListTests.exported) {
                guard case .table(let plan) = source else { continue }
            let table = try plan.open()
                var submissions = SubmissionReader(table, register: ListTests.register, asOf: ListTests.asOf)
                while try table.next() {
                    guard table.kind == .submissions else { continue }
                    let isRefused = submissions.record() == nil
                    #expect(isRefused == !submissions.refusals.isEmpty)
                }
            }
        } catch {
            #expect(!error.description.isEmpty)
        }
    }
}
