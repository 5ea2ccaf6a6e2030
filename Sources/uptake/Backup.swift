internal import Adoption
internal import ArgumentParser
internal import Glibc
internal import Pipeline
internal import Reporting
internal import Storage

struct Backup: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the store while it is in use, and verify the copy.",
        discussion: "The copy is one committed state in one file, uptake-20250514-080000-v12.sqlite. With --key it is encrypted. Older copies are deleted only when the new one is verified and on the disk. `uptake restore` puts one back.")

    @OptionGroup var store: StoreOption

    @Option(help: ArgumentHelp("The folder for the copies; best on another disk.", valueName: "folder"))
    var to: String

    @Option(help: ArgumentHelp("A file with a secret of at least 32 random bytes: the copy is encrypted with it. Without the file nobody opens the copy again.", valueName: "file"))
    var key: String?

    @Option(help: ArgumentHelp("How many of the newest copies to keep; without it all.", valueName: "number"))
    var keep: Int?

    @Option(help: ArgumentHelp("Besides, keep the last copy of each of so many months.", valueName: "number"))
    var keepMonths = 12

    func validate() throws {
        if let keep, keep < 1 { throw ValidationError("--keep takes a number from 1") }
        if keepMonths < 0 { throw ValidationError("--keep-months takes a number from 0") }
    }

    func run() throws {
        let made = try Pipeline.Backup.make(
            try store.opened(), in: to, seal: try key.map { path throws(InputError) in try Seal(secretFile: path) }, retention: Pipeline.Backup.Retention(newest: keep, months: keepMonths), at: now())
        print("\(made.path): \(grouped(made.bytes, .english)) bytes, data version \(made.position.dataVersion), verified")
        for name in made.deleted { print("deleted \(name)") }
    }
}

struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put a backup in the place of the store.",
        discussion: "The backup is verified first. A store that is there is not touched without --replace, and with it kept beside the restored one.")

    @OptionGroup var store: StoreOption

    @Argument(help: "The backup.")
    var file: String

    @Option(help: ArgumentHelp("The file with the secret by which it was encrypted.", valueName: "file"))
    var key: String?

    @Flag(help: "Put a store that is there aside.")
    var replace = false

    func run() throws {
        let restored = try Pipeline.Backup.restore(
            file, to: store.store, seal: try key.map { path throws(InputError) in try Seal(secretFile: path) }, isReplacing: replace, by: store.actor, at: now())
        // A store of an earlier version is brought over now, and not in the middle of somebody's work.
        _ = try store.opened()
        print("\(store.store): restored to data version \(restored.position.dataVersion)")
        if let former = restored.former { print("the store that was there is now \(former)") }
    }
}

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check that the store is sound and the machine fit to keep it.",
        discussion: "The file and its references, the audit log's chain, payments and their places, the tallies counted again from all records, final figures against what was kept with them, free space, the clock. Exit code 2 when something is wrong.")

    @OptionGroup var store: StoreOption

    func run() throws {
        let opened = try store.opened()
        let isTerminal = isatty(2) == 1
        let findings = try Doctor.findings(opened, path: store.store, now: now()) { step in
            if isTerminal { printToStandardError("looking at \(step) …") }
        }
        for one in findings { print("\(one.fault == nil ? "ok   " : "WRONG")  \(padded(one.subject, 14))  \([one.fault, one.detail.isEmpty ? nil : one.detail].compactMap { $0 }.joined(separator: "; "))") }
        let wrong = findings.count { $0.fault != nil }
        if wrong > 0 {
            printToStandardError("uptake: \(wrong) of \(findings.count) checks failed; restore the store from its backup (`uptake restore`), or set right what the line names")
            throw ExitCode(2)
        }
    }
}
