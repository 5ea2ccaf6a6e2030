import Adoption
import Foundation
import Testing
import TestSupport

@testable import Ingestion

/// Workbooks that Excel and others made, against what two other engines read in them.
@Suite struct WorkbookCorpusTests {
    private struct Expected: Decodable {
        struct File: Decodable {
            let verdict: String
            let sheets: [Sheet]?
        }
        struct Sheet: Decodable {
            let name: String
            let kind: String
            let visible: String
            let rows: [[[String]?]]?
        }
        let files: [String: File]
    }

    @Test(arguments: ["readxl", "corexlsx", "libxlsxwriter", "frictionless"])
    func everyCellIsAsTwoOtherEnginesReadIt(corpus: String) throws {
        guard let folder = Repository.corpus(corpus) else { return print("the corpus \(corpus) is not here; skipped") }
        let expected = try JSONDecoder().decode(Expected.self, from: Data(contentsOf: URL(filePath: folder + "/expected-values.json")))
        var compared = 0
        for (file, entry) in expected.files.sorted(by: { $0.key < $1.key }) where file.hasSuffix(".xlsx") && entry.verdict == "agree" {
            let workbook = try WorkbookFile(path: folder + "/" + file, name: file)
            for sheet in entry.sheets ?? [] where sheet.kind == "WorkSheet" && sheet.visible == "Visible" {
                let own = try #require(workbook.sheets.first { $0.name == sheet.name }, "\(file) \(sheet.name)")
                compared += try compare(try workbook.rows(of: own), sheet.rows ?? [], "\(file) \(sheet.name)")
            }
        }
        #expect(compared > 50, "\(corpus): \(compared) cells")
    }

    /// The number of cells that were compared.
    private func compare(_ reader: SheetReader, _ rows: [[[String]?]], _ name: String) throws -> Int {
        var own: [Int: [String]] = [:]
        while try reader.next(), reader.place(0).line <= rows.count {
            own[reader.place(0).line] = (0..<min(60, reader.cellCount)).map { String(decoding: reader.bytes($0), as: UTF8.self) }
        }
        var compared = 0
        // The others begin at the first cell that is used.
        for (index, row) in rows.enumerated() {
            for (column, cell) in row.enumerated() {
                guard let cell, cell.count >= 2, cell[0] != "td", cell[0] != "t" else { continue }
                let text = own[index + 1].flatMap { $0.indices.contains(column) ? $0[column] : nil } ?? ""
                // Serial 60 is 29 February 1900, a day that was not; the others take the day before, we leave the number.
                if cell[0] == "d", cell[1].hasPrefix("1900-02-28"), text.hasPrefix("60.") { continue }
                compared += 1
                #expect(agrees(text, cell), "\(name) row \(index + 1) column \(column + 1): read '\(text.prefix(60))', expected \(cell)")
            }
        }
        return compared
    }

    private func agrees(_ text: String, _ cell: [String]) -> Bool {
        switch cell[0] {
        case "n": return text == cell[1] || (Double(text).map { a in Double(cell[1]).map { a == $0 } ?? false } ?? false)
        case "b": return text == (["1", "true", "TRUE", "True"].contains(cell[1]) ? "TRUE" : "FALSE")
        // We keep whole seconds.
        case "d": return text.prefix(16) == cell[1].replacing(" ", with: "T").prefix(16) || text == cell[1].prefix(10) || isRounded(text, cell[1])
        // A long text is told by its beginning and its length.
        case "s": return text == cell[1] || (text.hasPrefix(cell[1].prefix(200)) && cell[1].contains("…[len=\(text.unicodeScalars.count) "))
        default: return text == cell[1]
        }
    }

    private func isRounded(_ text: String, _ expected: String) -> Bool {
        func moment(_ text: String) -> Instant? {
            let text = Array(text.replacing(" ", with: "T").utf8)
            return text.withUnsafeBufferPointer { if case .success(let moment) = MomentText.read($0) { moment } else { nil } }
        }
        guard let a = moment(text), let b = moment(expected) else { return false }
        return abs(a.secondsSinceEpoch - b.secondsSinceEpoch) <= 1
    }

    /// Whatever is in a file, it is read or refused with a reason.
    @Test(arguments: ["readxl", "corexlsx", "libxlsxwriter", "frictionless"])
    func everyWorkbookIsReadOrRefused(corpus: String) throws {
        guard let folder = Repository.corpus(corpus) else { return print("the corpus \(corpus) is not here; skipped") }
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".xlsx") || $0.hasSuffix(".xls") }
        var (read, refused) = (0, 0)
        for file in files.sorted() {
            do {
                let name = String(file.split(separator: "/").last ?? "")
                for run in try Source.runs(folder + "/" + file, name: name, profiles: []) {
                    let rows = try run.open()
                    while try rows.next() { for column in 0..<rows.cellCount { _ = rows.bytes(column) } }
                }
                read += 1
            } catch {
                #expect(!error.description.isEmpty)
                refused += 1
            }
        }
        #expect(read + refused == files.count)
        #expect(files.isEmpty || read > 0)
    }
}
