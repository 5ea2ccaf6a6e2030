package import Adoption
internal import FoundationEssentials
internal import Glibc
package import Storage

/// Copies of the store and of the accounts: made while it serves, verified, sealed if wanted, and thrown away when they are old.
package struct Backup {
    package struct Made: Sendable {
        package let path: String
        package let bytes: Int
        package let position: Position
        /// The copy of the accounts with their number; nil where there are none.
        package let accounts: (path: String, bytes: Int, count: Int)?
        /// Older ones that were deleted.
        package let deleted: [String]
    }

    /// How many are kept.
    package struct Retention: Sendable {
        /// The newest; nil for all.
        package let newest: Int?
        /// Besides, the last of each of so many months.
        package let months: Int

        package init(newest: Int?, months: Int) {
            self.newest = newest
            self.months = months
        }
    }

    /// Copies the store and the accounts into a folder. Older copies are deleted only when the new ones are complete, verified and on the disk.
    ///
    /// - Parameters:
    ///   - accounts: nil where nobody has one.
    ///   - seal: nil to leave them open.
    package static func make(_ store: Store, accounts: AccountStore?, in folder: String, seal: Seal?, retention: Retention, at moment: Instant) throws -> Made {
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
            throw InputError("\(folder): cannot be created; name another folder with --to")
        }
        // What is to be sealed is never open where the backups are: it stands beside the store, which is open too.
        let openFolder = seal == nil ? folder : Backup.folder(of: store.path)
        for place in Set([folder, openFolder]) { try Aside.clear("backup", in: place) }
        let kept = try keep(in: folder, open: openFolder, seal, copy: { try store.copy(to: $0) }, verify: Store.verify) { Backup.name(moment, "v\($0.dataVersion)", isSealed: seal != nil) }
        let keptAccounts = try accounts.map { accounts in
            try keep(in: folder, open: openFolder, seal, copy: { try accounts.copy(to: $0) }, verify: AccountStore.verify) { _ in Backup.name(moment, "accounts", isSealed: seal != nil) }
        }
        let position = kept.state
        try store.audit("backup", kept.path, "data version \(position.dataVersion), act \(position.act)\(accounts == nil ? "" : ", with the accounts")\(seal == nil ? "" : ", sealed")", at: moment)
        return Made(
            path: kept.path, bytes: kept.bytes, position: position, accounts: keptAccounts.map { (path: $0.path, bytes: $0.bytes, count: $0.state) }, deleted: try clear(folder, retention))
    }

    /// Copies one file, verifies it and seals it; it gets its name when it is complete and on the disk.
    ///
    /// - Parameter verify: returns what is in a copy, by which the opened one must be the same as the sealed one.
    private static func keep<State: Equatable>(
        in folder: String, open openFolder: String, _ seal: Seal?, copy: (String) throws -> Void, verify: (String) throws -> State, name: (State) -> String
    ) throws -> (path: String, bytes: Int, state: State) {
        let aside = Aside.name("backup")
        let (open, sealed) = (openFolder + "/" + aside, folder + "/" + aside + "-sealed")
        defer { for path in [open, open + "-journal", open + "-opened", sealed] { unlink(path) } }
        try copy(open)
        let state = try verify(open)
        var complete = open
        if let seal {
            complete = sealed
            try seal.seal(open, to: complete)
            // What cannot be opened is no backup.
            try Backup.reserve(open + "-opened")
            try seal.open(complete, to: open + "-opened")
            guard try verify(open + "-opened") == state else { throw StoreError("the sealed backup is not what was sealed") }
        }
        let path = folder + "/" + name(state)
        guard rename(complete, path) == 0 else { throw InputError("\(path): cannot be written: \(String(cString: strerror(errno)))") }
        return (path, (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0, state)
    }

    /// What was sealed is opened for its owner's eyes only.
    private static func reserve(_ path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw InputError("\(path): cannot be written: \(String(cString: strerror(errno)))") }
        close(file)
    }

    private static func folder(of path: String) -> String {
        path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) + "/" : "."
    }

    /// `uptake-20250514-080000-v12.sqlite`, and beside it `uptake-20250514-080000-accounts.sqlite`.
    private static func name(_ moment: Instant, _ what: String, isSealed: Bool) -> String {
        let digits = moment.iso.prefix(19).filter(\.isNumber)
        return "uptake-\(digits.prefix(8))-\(digits.suffix(6))-\(what).sqlite\(isSealed ? ".sealed" : "")"
    }

    /// Only files that bear the name of a backup.
    private static func clear(_ folder: String, _ retention: Retention) throws -> [String] {
        guard let newest = retention.newest else { return [] }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter(isBackup).sorted(by: >)
        // Those of the accounts are counted apart: there may be some that no store stands beside.
        let kept = Dictionary(grouping: names) { $0.contains("-accounts.") }.values.reduce(into: Set<String>()) { kept, names in
            kept.formUnion(names.prefix(newest))
            let months = Dictionary(grouping: names) { String($0.dropFirst(7).prefix(6)) }.sorted { $0.key > $1.key }.prefix(retention.months)
            for (_, ofMonth) in months { kept.formUnion(ofMonth.prefix(1)) }
        }
        let old = names.filter { !kept.contains($0) }
        for name in old where unlink(folder + "/" + name) != 0 { throw InputError("\(folder)/\(name): cannot be deleted: \(String(cString: strerror(errno)))") }
        return old
    }

    private static func isBackup(_ name: String) -> Bool {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "uptake", parts[1].count == 8, parts[2].count == 6, parts[3].hasPrefix("v") || parts[3].hasPrefix("accounts.") else { return false }
        return parts[1...2].allSatisfy { $0.allSatisfy(\.isNumber) } && (name.hasSuffix(".sqlite") || name.hasSuffix(".sqlite.sealed"))
    }

    package struct Restored: Sendable {
        package enum Content: Sendable {
            case store(Position)
            /// So many; whoever was signed in has to sign in again, and one-time links of then are dead.
            case accounts(Int)
        }

        package let content: Content
        /// Where what was there is now.
        package let former: String?
    }

    /// Puts a backup in the place of a store, or of the accounts, by what is in it. It is verified before anything is touched, and what was there is kept beside it.
    ///
    /// - Parameters:
    ///   - seal: nil for a backup that is not sealed.
    ///   - isReplacing: what is there may be put aside.
    ///   - actor: who does it, for the log.
    /// - Throws: `InputError` when the backup cannot be used, or when something is there and may not be put aside.
    package static func restore(_ path: String, to storePath: String, accounts accountsPath: String, seal: Seal?, isReplacing: Bool, by actor: String, at moment: Instant) throws -> Restored {
        var status = stat()
        guard stat(path, &status) == 0 else { throw InputError("\(path): cannot be read: \(String(cString: strerror(errno)))") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw InputError("\(path): is no file; name one of the backups in it") }
        let partials = [storePath, accountsPath].map { $0 + ".restoring" }
        func clear() { for partial in partials { for ending in ["", "-wal", "-shm", "-journal"] { unlink(partial + ending) } } }
        clear()
        defer { clear() }
        let partial = partials[0]
        if try Seal.isSealed(path) {
            guard let seal else { throw InputError("\(path): is sealed; give its key with --key") }
            try reserve(partial)
            try seal.open(path, to: partial)
        } else {
            do { try FileManager.default.copyItem(atPath: path, toPath: partial) } catch { throw InputError("\(path): cannot be copied to \(partial)") }
        }
        guard try AccountStore.areIn(partial) else {
            try admit(storePath, "a store", option: "--store", isReplacing)
            let position = try Store.verify(partial)
            try Store.note("restore", path, "data version \(position.dataVersion), act \(position.act)", by: actor, at: moment, in: partial)
            return Restored(content: .store(position), former: try put(partial, at: storePath, moment))
        }
        try admit(accountsPath, "a file with accounts", option: "--accounts", isReplacing)
        let count = try AccountStore.verify(partial)
        // They may lie on another disk than the store.
        do { try FileManager.default.copyItem(atPath: partial, toPath: partials[1]) } catch { throw InputError("\(path): cannot be copied to \(partials[1])") }
        try AccountStore.revive(partials[1], from: path, by: actor, at: moment)
        return Restored(content: .accounts(count), former: try put(partials[1], at: accountsPath, moment))
    }

    private static func admit(_ path: String, _ what: String, option: String, _ isReplacing: Bool) throws {
        guard isReplacing || !FileManager.default.fileExists(atPath: path) else {
            throw InputError("\(path): there is \(what) already; name another one with \(option), or put this one aside with --replace")
        }
    }

    /// Puts a file in its place.
    ///
    /// - Returns: where the one that was there is now; nil when there was none.
    private static func put(_ partial: String, at path: String, _ moment: Instant) throws -> String? {
        let isThere = FileManager.default.fileExists(atPath: path)
        let aside = unusedName(path + ".before-restore-" + moment.iso.prefix(19).filter { $0.isNumber || $0 == "T" })
        if isThere {
            try Store.foldJournal(path)
            // A second name for the file that is there, and then one step: there is one at the path at every moment.
            guard link(path, aside) == 0 else { throw InputError("\(path): cannot be put aside: \(String(cString: strerror(errno)))") }
        }
        // The journal of a file that is gone would be taken for the restored one's.
        for ending in ["-wal", "-shm", "-journal"] where FileManager.default.fileExists(atPath: path + ending) {
            guard rename(path + ending, aside + ending) == 0 else { throw InputError("\(path)\(ending): cannot be put aside: \(String(cString: strerror(errno)))") }
        }
        guard rename(partial, path) == 0 else { throw InputError("\(path): cannot be written: \(String(cString: strerror(errno)))") }
        return isThere ? aside : nil
    }

    private static func unusedName(_ name: String) -> String {
        var (unused, number) = (name, 1)
        while FileManager.default.fileExists(atPath: unused) {
            number += 1
            unused = "\(name)-\(number)"
        }
        return unused
    }
}
