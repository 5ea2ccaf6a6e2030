internal import Adoption
internal import ArgumentParser
internal import Glibc
internal import Pipeline
internal import Reporting
internal import Storage

struct Backup: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the store and the accounts while they are in use, and verify the copies.",
        discussion: "Each copy is one committed state in one file, uptake-20250514-080000-v12.sqlite and, where people have accounts, uptake-20250514-080000-accounts.sqlite. With --key they are encrypted. Older copies are deleted only when the new one is verified and on the disk. `uptake restore` puts one back.")

    @OptionGroup var accounts: AccountsOption

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
            try accounts.store.opened(), accounts: try accounts.expectedPath == nil ? nil : accounts.opened(), in: to, seal: try key.map { path throws(InputError) in try Seal(secretFile: path) }, retention: Pipeline.Backup.Retention(newest: keep, months: keepMonths), at: now())
        print("\(made.path): \(grouped(made.bytes, .english)) bytes, data version \(made.position.dataVersion), verified")
        print(made.accounts.map { "\($0.path): \(grouped($0.bytes, .english)) bytes, \($0.count) accounts, verified" } ?? "\(accounts.path): is not there, so no accounts were copied")
        for name in made.deleted { print("deleted \(name)") }
    }
}

struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put a backup in the place of the store, or of the accounts when it is a copy of those.",
        discussion: "The backup is verified first. A store that is there is not touched without --replace, and with it kept beside the restored one; the same with accounts. With those nobody is signed in any more, one-time links are dead, and tokens that were revoked since are valid again: revoke them once more.")

    @OptionGroup var accounts: AccountsOption

    @Argument(help: "The backup.")
    var file: String

    @Option(help: ArgumentHelp("The file with the secret by which it was encrypted.", valueName: "file"))
    var key: String?

    @Flag(help: "Put a store that is there aside.")
    var replace = false

    func run() throws {
        let restored = try Pipeline.Backup.restore(
            file, to: accounts.store.store, accounts: accounts.path, seal: try key.map { path throws(InputError) in try Seal(secretFile: path) }, isReplacing: replace, by: accounts.store.actor, at: now())
        switch restored.content {
        case .store(let position):
            // A store of an earlier version is brought over now, and not in the middle of somebody's work.
            _ = try accounts.store.opened()
            print("\(accounts.store.store): restored to data version \(position.dataVersion)")
            if let former = restored.former { print("the store that was there is now \(former)") }
        case .accounts(let count):
            print("\(accounts.path): \(count) accounts restored; nobody is signed in, and tokens that were revoked since are valid again (`uptake users list`)")
            if let former = restored.former { print("the accounts that were there are now \(former)") }
        }
    }
}

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check that the store is sound and the machine fit to keep it.",
        discussion: "The accounts and the mode of their file, the store's file and its references, the audit log's chain, payments and their places, the tallies counted again from all records, final figures against what was kept with them, free space, the clock. Exit code 2 when something is wrong.")

    @OptionGroup var accounts: AccountsOption

    func run() throws {
        let opened = try accounts.store.opened()
        let isTerminal = isatty(2) == 1
        let findings = try Doctor.findings(opened, path: accounts.store.store, accounts: accounts.expectedPath, now: now()) { step in
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
