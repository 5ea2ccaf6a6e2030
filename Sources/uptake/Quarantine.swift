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
        let refusals = try store.opened().refusals(importNumber: number)
        guard let csv else {
            for refusal in refusals { print(Words.refusalLine(refusal, .english)) }
            printToStandardError("\(refusals.count) faults")
            return
        }
        let file = try CSVFile(path: csv, header: Words.refusalHeader)
        for refusal in refusals { try file.put(Words.refusalRow(refusal)) }
        try file.close()
        print("\(refusals.count) faults written to \(csv)")
    }
}

/// For commands that only read: a store that is not there is not created.
func existing(_ path: String) throws -> String {
    guard storeIsThere(path) else { throw InputError("\(path): there is no such store; create it with `uptake ingest --store \(path) FILES…`") }
    return path
}

func storeIsThere(_ path: String) -> Bool { access(path, F_OK) == 0 }
