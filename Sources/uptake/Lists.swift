internal import Adoption
internal import ArgumentParser
internal import Pipeline
internal import Reporting
internal import Storage

struct Imports: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What was loaded, import by import; take one back.", subcommands: [List.self, Show.self, Undo.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what was loaded, import by import.")

        @OptionGroup var store: StoreOption

        func run() throws {
            let store = try store.opened()
            let imports = Dictionary(try store.imports().map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
            print("import  file                              kind               read     stored  corrected      older  quarantined  sha256")
            var shown = 0
            for file in try store.sources(withUndone: true) {
                printUndoings(of: imports, after: &shown, upTo: file.importNumber - 1)
                let counts = file.counts
                let numbers = [counts.read, counts.stored, counts.corrected, counts.older].map { padded($0, 11) }.joined()
                let name = padded(file.name, 32) + "  " + padded(file.kind, 12)
                let undone = imports[file.importNumber]?.undoneIn.map { "  undone by import \($0)" } ?? ""
                print("\(padded(file.importNumber, 6))  \(name)\(numbers)\(padded(counts.quarantined, 13))  \(file.sha256.prefix(16))\(undone)")
                shown = max(shown, file.importNumber)
            }
            printUndoings(of: imports, after: &shown, upTo: imports.keys.max() ?? 0)
        }

        private func printUndoings(of imports: [Int: ImportRecord], after shown: inout Int, upTo last: Int) {
            while shown < last {
                shown += 1
                if let undoes = imports[shown]?.undoes { print("\(padded(shown, 6))  (import \(undoes) was undone)") }
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one import: when, which files, what became of their rows.")

        @OptionGroup var store: StoreOption

        @Argument(help: "The number of the import.")
        var number: Int

        func run() throws {
            let store = try store.opened()
            guard let record = try store.imports().first(where: { $0.number == number }) else { throw unknown(number) }
            print("import      \(record.number), recorded \(record.recorded.iso)")
            if let undoes = record.undoes { print("            takes back import \(undoes)") }
            if let undoneIn = record.undoneIn { print("            was taken back by import \(undoneIn)") }
            for file in try store.sources(withUndone: true) where file.importNumber == number {
                let c = file.counts
                print("file        \(file.name) (\(file.kind)\(file.profile.isEmpty ? "" : ", read by '\(file.profile)'"))")
                print("            read \(c.read), stored \(c.stored), corrected \(c.corrected), older \(c.older), unchanged \(c.unchanged), kept aside \(c.quarantined), skipped \(c.skipped)")
                print("            SHA-256 \(file.sha256)")
            }
            for item in try store.quarantineCounts() where item.importNumber == number { print("kept aside  \(item.file): \(item.fault.rawValue), \(item.rows) rows") }
        }
    }

    struct Undo: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take one import back: every record stands again as it did without it.",
            discussion: "The undoing is an import of its own, and what it took back is kept as history. To undo the undoing, load the files again. An import on which later ones rest is refused, with the reason.")

        @OptionGroup var store: StoreOption

        @Argument(help: "The number of the import.")
        var number: Int

        func run() throws {
            let store = try store.opened()
            let (versions, version) = try store.undo(importNumber: number, at: now())
            print("import \(number) is undone: \(grouped(versions, .english)) versions were taken back; the data version is now \(version)")
        }
    }

    private static func unknown(_ number: Int) -> InputError { InputError("there is no import \(number); `uptake imports list` lists them") }
}
