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
        let partial = folder + "/.uptake-backup-\(UUID().uuidString)"
        defer { for ending in ["", "-journal", ".sealed", ".opened"] { unlink(partial + ending) } }
        try store.copy(to: partial)
        let position = try Store.verify(partial)
        var complete = partial
        if let seal {
            complete = partial + ".sealed"
            try seal.seal(partial, to: complete)
            // What cannot be opened is no backup.
            try seal.open(complete, to: partial + ".opened")
            guard try Store.verify(partial + ".opened") == position else { throw StoreError("the sealed backup is not what was sealed") }
        }
        let path = folder + "/" + name(moment, position, isSealed: seal != nil)
        guard rename(complete, path) == 0 else { throw InputError("\(path): cannot be written: \(String(cString: strerror(errno)))") }
        try store.audit("backup", path, "data version \(position.dataVersion), act \(position.act)\(seal == nil ? "" : ", sealed")", at: moment)
        let bytes = (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        return Made(path: path, bytes: bytes, position: position, deleted: try clear(folder, retention))
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
    /// - Throws: `InputError` when the backup cannot be used, or when a store is there and may not be put aside.
    package static func restore(_ path: String, to storePath: String, seal: Seal?, isReplacing: Bool, at moment: Instant) throws -> Restored {
        let isThere = FileManager.default.fileExists(atPath: storePath)
        guard isReplacing || !isThere else { throw InputError("\(storePath): there is a store already; name another one with --store, or put this one aside with --replace") }
        let partial = storePath + ".restoring"
        for ending in ["", "-wal", "-shm"] { unlink(partial + ending) }
        defer { for ending in ["", "-wal", "-shm"] { unlink(partial + ending) } }
        if try Seal.isSealed(path) {
            guard let seal else { throw InputError("\(path): is sealed; give its key with --key") }
            try seal.open(path, to: partial)
        } else {
            do { try FileManager.default.copyItem(atPath: path, toPath: partial) } catch { throw InputError("\(path): cannot be copied to \(partial)") }
        }
        let position = try Store.verify(partial)
        var former: String?
        if isThere {
            let aside = storePath + ".before-restore-" + moment.iso.prefix(19).filter { $0.isNumber || $0 == "T" }
            try Store.foldJournal(storePath)
            guard rename(storePath, aside) == 0 else { throw InputError("\(storePath): cannot be put aside: \(String(cString: strerror(errno)))") }
            former = aside
        }
        guard rename(partial, storePath) == 0 else { throw InputError("\(storePath): cannot be written: \(String(cString: strerror(errno)))") }
        return Restored(position: position, former: former)
    }
}
