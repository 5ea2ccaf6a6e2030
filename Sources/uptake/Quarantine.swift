internal import Adoption
internal import ArgumentParser
internal import Glibc
internal import Reporting
internal import Storage

struct Quarantine: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the rows that were kept aside, with place, fault and remedy.",
        discussion: "The list never holds a value of a record. Correct the rows in their file and load the file again.")

    @OptionGroup var store: StoreOption

    @Option(name: .customLong("import"), help: ArgumentHelp("Only this import (data version).", valueName: "number"))
    var number: Int?

    @Option(help: ArgumentHelp("Write the list to a CSV file, in Vietnamese, to hand back to the clerk.", valueName: "file"))
    var csv: String?

    func run() throws {
        let refusals = try Store(path: existing(store.store)).refusals(importNumber: number)
        guard let csv else {
            for refusal in refusals { print(Words.refusalLine(refusal, .english)) }
            printToStandardError("\(refusals.count) faults")
            return
        }
        let file = try QuarantineFile(path: csv)
        for refusal in refusals { try file.put(refusal) }
        try file.close()
        print("\(refusals.count) faults written to \(csv)")
    }
}

/// For commands that only read: a store that is not there is not created.
func existing(_ path: String) throws -> String {
    guard access(path, F_OK) == 0 else { throw InputError("\(path): there is no such store; create it with `uptake ingest --store \(path) FILES…`") }
    return path
}

/// The list for the clerk: CSV that Excel opens with its Vietnamese letters right. It is a class because it owns a file.
final class QuarantineFile {
    private let file: UnsafeMutablePointer<FILE>
    private let path: String

    init(path: String) throws {
        guard let file = fopen(path, "w") else { throw InputError("\(path): cannot be written: \(String(cString: strerror(errno)))") }
        self.file = file
        self.path = path
        try write("\u{FEFF}tệp,dòng,cột,trường,mã lỗi,lỗi,cách sửa,từ cho phép\n")
    }

    func put(_ refusal: Refusal) throws {
        let cells = [
            refusal.file, String(refusal.line), String(refusal.column), refusal.field, refusal.fault.rawValue,
            Words.fault(refusal.fault).vi, Words.remedy(refusal.fault).vi, refusal.allowed.joined(separator: " "),
        ]
        try write(cells.map(cell).joined(separator: ",") + "\n")
    }

    func close() throws {
        guard fclose(file) == 0 else { throw InputError("\(path): cannot be written: \(String(cString: strerror(errno)))") }
    }

    private func write(_ text: String) throws {
        guard fputs(text, file) >= 0 else { throw InputError("\(path): cannot be written: \(String(cString: strerror(errno)))") }
    }

    /// Quoted, and inert where a spreadsheet would take it for a formula.
    private func cell(_ text: String) -> String {
        let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
        return "\"" + (isFormula ? "'" : "") + text.replacing("\"", with: "\"\"") + "\""
    }
}
