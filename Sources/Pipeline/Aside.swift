internal import Adoption
internal import FoundationEssentials
internal import Glibc
internal import Storage

/// Names for what is not finished yet, and the end of what a run that was killed has left.
enum Aside {
    /// A name beside the finished files that tells by its number which run it belongs to.
    static func name(_ what: String) -> String { ".uptake-\(what)-\(getpid())-\(UUID().uuidString)" }

    /// Takes away what runs that are no more have left in a folder.
    static func clear(_ what: String, in folder: String) throws {
        for name in try leftovers(".uptake-\(what)-", in: folder) { try FileManager.default.removeItem(atPath: folder + "/" + name) }
    }
}

/// A folder beside the files that are to be: nobody takes half a pack for a whole one.
struct AsideFolder {
    let path: String
    private let folder: String

    init(_ folder: String) throws {
        self.folder = folder
        path = folder + "/" + Aside.name("publish")
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try Aside.clear("publish", in: folder)
        } catch {
            throw InputError("\(folder): cannot be created or written; name another folder with --out")
        }
    }

    /// Puts the files in their place, each replaced only when its successor is complete.
    ///
    /// - Parameter place: the name that a file gets.
    func release(_ names: [String], place: (String) -> String = { $0 }) throws -> [String] {
        // Nothing is replaced when one of them could not be.
        for name in names {
            var status = stat()
            let target = folder + "/" + place(name)
            if stat(target, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { throw InputError("\(target): cannot be written, for a folder has that name; move it away") }
        }
        return try names.map { name in
            let target = folder + "/" + place(name)
            guard rename(path + "/" + name, target) == 0 else { throw InputError("\(target): cannot be written: \(String(cString: strerror(errno)))") }
            return target
        }
    }

    func clear() {
        do { try FileManager.default.removeItem(atPath: path) } catch {
            // What cannot be taken away now is taken away by the next run.
        }
    }
}
