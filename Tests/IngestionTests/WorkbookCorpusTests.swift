import Adoption
import Foundation
import Testing
import TestSupport

@testable import Ingestion

/// Workbooks of other projects, with what two other engines read from them.
@Suite struct WorkbookCorpusTests {
    /// Why a file's cells are not compared.
    private static let exceptions: [String: String] = [:]

    struct Cell {
        let text: String
        let form: CellForm
    }

    @Test(arguments: ["readxl", "corexlsx", "libxlsxwriter", "frictionless"])
    func readsWhatTwoOtherEnginesRead(corpus: String) throws {
        guard let folder = Repository.corpus(corpus) else {
            print("skipped: the corpus \(corpus) is absent")
            return
        }
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: folder + "/expected-values.json")))
        let files = try #require((json as? [String: Any])?["files"] as? [String: [String: Any]])
        var compared = 0
        for (file, expectation) in files.sorted(by: { $0.key < $1.key }) where file.hasSuffix(".xlsx") {
            if let reason = Self.exceptions[file] {
                print("skipped: \(file): \(reason)")
                continue
            }
            let start = ContinuousClock.now
            do throws(InputError) {
                let workbook = try WorkbookFile(path: folder + "/" + file, name: file)
                try compare(workbook, expectation, file)
                compared += 1
            } catch {
                Issue.record("\(error)")
            }
            #expect(ContinuousClock.now - start < .seconds(10), "\(file) takes too long")
        }
        #expect(compared > 5)
    }

    private func compare(_ workbook: WorkbookFile, _ expectation: [String: Any], _ file: String) throws(InputError) {
        let sheets = (expectation["sheets"] as? [[String: Any]] ?? []).filter { $0["kind"] as? String == "WorkSheet" && $0["visible"] as? String == "Visible" }
        #expect(workbook.sheetNames == sheets.compactMap { $0["name"] as? String }, "\(file)")
        for (index, sheet) in sheets.enumerated() where index < workbook.sheetNames.count {
            let expected = (sheet["rows"] as? [[Any]] ?? []).map { $0.map { $0 as? [String] } }
            let rows = try read(workbook, index)
            for (row, cells) in rows where row <= 50 {
                let width = row <= expected.count ? expected[row - 1].count : 0
                let extra = cells.prefix(60).dropFirst(width).filter { !$0.text.trimmingCharacters(in: .whitespaces).isEmpty }
                #expect(extra.isEmpty, "\(file) \(sheet["name"] ?? "") row \(row)")
            }
            let shown = expected.enumerated().flatMap { row, cells in cells.enumerated().map { (row: row + 1, column: $0 + 1, cell: $1) } }
            for place in shown {
                let wanted = place.cell.flatMap { $0.first == "s" && $0[1].isEmpty ? nil : $0 }
                let found = rows[place.row].flatMap { $0.count >= place.column ? $0[place.column - 1] : nil }
                if !matches(found, wanted) {
                    Issue.record("\(file) \(sheet["name"] ?? "") row \(place.row) column \(place.column): \(String(describing: found)), not \(String(describing: wanted))")
                    return
                }
            }
        }
    }

    /// The first rows by their numbers.
    private func read(_ workbook: WorkbookFile, _ index: Int) throws(InputError) -> [Int: [Cell]] {
        let source = try workbook.rows(ofSheet: index)
        var rows: [Int: [Cell]] = [:]
        while try source.next() {
            if source.place(0).line > 200 { continue }
            rows[source.place(0).line] = (0..<source.cellCount).map { Cell(text: String(decoding: source.bytes($0), as: UTF8.self), form: source.form($0)) }
        }
        #expect(source.bytesRead == source.byteCount)
        return rows
    }

    /// Types: n number, s text, b boolean, d moment, t and td time or duration, which stay numbers here, e error.
    private func matches(_ found: Cell?, _ wanted: [String]?) -> Bool {
        // One engine drops the spaces around a text and with them a text of spaces alone.
        guard let wanted else { return found?.text.trimmingCharacters(in: .whitespaces).isEmpty ?? true }
        guard let found else { return false }
        switch wanted[0] {
        case "n": return found.form == .number && Double(found.text) == Double(wanted[1])
        case "s":
            // Longer texts are cut off at 300 characters, and their length is added.
            let parts = wanted[1].components(separatedBy: "…[len=")
            if parts.count == 2 { return found.form == .text && found.text.hasPrefix(parts[0]) && parts[1].hasPrefix("\(found.text.unicodeScalars.count) ") }
            return found.form == .text && found.text.trimmingCharacters(in: .whitespaces) == wanted[1].trimmingCharacters(in: .whitespaces)
        case "b": return found.form == .text && found.text == wanted[1].uppercased()
        case "e": return found.form == .text && found.text == wanted[1]
        case "d": return found.form == .moment && wanted[1].hasPrefix(found.text)
        default: return found.form == .number
        }
    }
}
