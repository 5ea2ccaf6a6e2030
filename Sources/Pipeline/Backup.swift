package import Adoption
internal import FoundationEssentials
internal import Glibc
package import Storage

/// Copies of the store: made while it serves, verified, sealed if wanted, and thrown away when they are old.
package struct Backup {
    package struct Made: Sendable {
        package let path: String
        package let bytes: Int
        package let position: Position
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

    /// Copies the store into a folder. Older copies are deleted only when the new one is complete, verified and on the disk.
    ///
    /// - Parameter seal: nil to leave it open.
    package static func make(_ store: Store, in folder: String, seal: Seal?, retention: Retention, at moment: Instant) throws -> Made {
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
            throw InputError("\(folder): cannot be created; name another folder with --to")
        }
        // What is to be sealed is never open where the backups are: it stands beside the store, which is open too.
        let openFolder = seal == nil ? folder : Backup.folder(of: store.path)
        for place in Set([folder, openFolder]) { try Aside.clear("backup", in: place) }
        let name = Aside.name("backup")
        let (open, sealed) = (openFolder + "/" + name, folder + "/" + name + "-sealed")
        defer { for path in [open, open + "-journal", open + "-opened", sealed] { unlink(path) } }
        try store.copy(to: open)
        let position = try Store.verify(open)
        var complete = open
        if let seal {
            complete = sealed
            try seal.seal(open, to: complete)
            // What cannot be opened is no backup.
            try seal.open(complete, to: open + "-opened")
            guard try Store.verify(open + "-opened") == position else { throw StoreError("the sealed backup is not what was sealed") }
        }
        let path = folder + "/" + Backup.name(moment, position, isSealed: seal != nil)
        guard rename(complete, path) == 0 else { throw InputError("\(path): cannot be written: \(String(cString: strerror(errno)))") }
        try store.audit("backup", path, "data version \(position.dataVersion), act \(position.act)\(seal == nil ? "" : ", sealed")", at: moment)
        let bytes = (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        return Made(path: path, bytes: bytes, position: position, deleted: try clear(folder, retention))
    }

    private static func folder(of path: String) -> String {
        path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) + "/" : "."
    }

    /// `uptake-20250514-080000-v12.sqlite`
    private static func name(_ moment: Instant, _ position: Position, isSealed: Bool) -> String {
        let digits = moment.iso.prefix(19).filter(\.isNumber)
        return "uptake-\(digits.prefix(8))-\(digits.suffix(6))-v\(position.dataVersion).sqlite\(isSealed ? ".sealed" : "")"
    }

    /// Only files that bear the name of a backup.
    private static func clear(_ folder: String, _ retention: Retention) throws -> [String] {
        guard let newest = retention.newest else { return [] }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter(isBackup).sorted(by: >)
        var kept = Set(names.prefix(newest))
        let months = Dictionary(grouping: names) { String($0.dropFirst(7).prefix(6)) }.sorted { $0.key > $1.key }.prefix(retention.months)
        for (_, ofMonth) in months { kept.formUnion(ofMonth.prefix(1)) }
        let old = names.filter { !kept.contains($0) }
        for name in old where unlink(folder + "/" + name) != 0 { throw InputError("\(folder)/\(name): cannot be deleted: \(String(cString: strerror(errno)))") }
        return old
    }

    private static func isBackup(_ name: String) -> Bool {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "uptake", parts[1].count == 8, parts[2].count == 6, parts[3].hasPrefix("v") else { return false }
        return parts[1...2].allSatisfy { $0.allSatisfy(\.isNumber) } && (name.hasSuffix(".sqlite") || name.hasSuffix(".sqlite.sealed"))
    }

    package struct Restored: Sendable {
        package let position: Position
        /// Where the store that was there is now.
        package let former: String?
    }

    /// Puts a backup in the place of a store. It is verified before anything is touched, and the store that was there is kept beside it.
    ///
    /// - Parameters:
    ///   - seal: nil for a backup that is not sealed.
    ///   - isReplacing: a store that is there may be put aside.
    ///   - actor: who does it, for the log.
    /// - Throws: `InputError` when the backup cannot be used, or when a store is there and may not be put aside.
    package static func restore(_ path: String, to storePath: String, seal: Seal?, isReplacing: Bool, by actor: String, at moment: Instant) throws -> Restored {
        var status = stat()
        guard stat(path, &status) == 0 else { throw InputError("\(path): cannot be read: \(String(cString: strerror(errno)))") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw InputError("\(path): is no file; name one of the backups in it") }
        let isThere = FileManager.default.fileExists(atPath: storePath)
        guard isReplacing || !isThere else { throw InputError("\(storePath): there is a store already; name another one with --store, or put this one aside with --replace") }
        let partial = storePath + ".restoring"
        for ending in ["", "-wal", "-shm", "-journal"] { unlink(partial + ending) }
        defer { for ending in ["", "-wal", "-shm", "-journal"] { unlink(partial + ending) } }
        if try Seal.isSealed(path) {
            guard let seal else { throw InputError("\(path): is sealed; give its key with --key") }
            try seal.open(path, to: partial)
        } else {
            do { try FileManager.default.copyItem(atPath: path, toPath: partial) } catch { throw InputError("\(path): cannot be copied to \(partial)") }
        }
        let position = try Store.verify(partial)
        try Store.note("restore", path, "data version \(position.dataVersion), act \(position.act)", by: actor, at: moment, in: partial)
        let aside = unusedName(storePath + ".before-restore-" + moment.iso.prefix(19).filter { $0.isNumber || $0 == "T" })
        if isThere {
            try Store.foldJournal(storePath)
            // A second name for the store that is there, and then one step: there is a store at the path at every moment.
            guard link(storePath, aside) == 0 else { throw InputError("\(storePath): cannot be put aside: \(String(cString: strerror(errno)))") }
        }
        // The journal of a store that is gone would be taken for the restored one's.
        for ending in ["-wal", "-shm", "-journal"] where FileManager.default.fileExists(atPath: storePath + ending) {
            guard rename(storePath + ending, aside + ending) == 0 else { throw InputError("\(storePath)\(ending): cannot be put aside: \(String(cString: strerror(errno)))") }
        }
        guard rename(partial, storePath) == 0 else { throw InputError("\(storePath): cannot be written: \(String(cString: strerror(errno)))") }
        return Restored(position: position, former: isThere ? aside : nil)
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
