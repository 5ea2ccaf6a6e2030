internal import Adoption
internal import ArgumentParser
internal import Pipeline
internal import Reporting
internal import Storage

struct Imports: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List what was loaded, import by import.")

    @OptionGroup var store: StoreOption

    func run() throws {
        print("import  file                              kind               read     stored  corrected      older  quarantined  sha256")
        for file in try Store(path: existing(store.store)).sources() {
            let counts = file.counts
            let numbers = [counts.read, counts.stored, counts.corrected, counts.older].map { padded($0, 11) }.joined()
            let name = padded(file.name, 32) + "  " + padded(file.kind, 12)
            print("\(padded(file.importNumber, 6))  \(name)\(numbers)\(padded(counts.quarantined, 13))  \(file.sha256.prefix(16))")
        }
    }
}

struct Indicators: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the indicators with their definitions and sources.")

    @OptionGroup var home: HomeOption

    @Option(help: ArgumentHelp("vi or en.", valueName: "language"))
    var language: Language = .english

    func run() throws {
        for indicator in try home.load().indicators {
            print("\(padded(indicator.label, 8))\(indicator.name(language))")
            print("        \(indicator.definition(language))")
            print("        by date of \(indicator.basis.word); \(indicator.source.number), \(indicator.source.clause)")
        }
    }
}
