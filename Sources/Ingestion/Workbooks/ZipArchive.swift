internal import Adoption
internal import CZip
internal import Glibc

/// The parts of a workbook, which is a ZIP archive. It is a class because it owns the archive.
///
/// What an archive says of its own sizes is not believed: bytes are counted while they are unpacked.
final class ZipArchive {
    let name: String
    let byteCount: Int
    private let archive: OpaquePointer
    private let entries: [String: UInt64]
    private var unpackedBytes = 0

    /// No workbook has more parts.
    private static let entryLimit: Int64 = 1_000
    /// A part may be this large whatever it was packed to; beyond it, a hundred times its packed size.
    private static let freeBytes = 100 << 10
    private static let greatestRatio = 100
    /// Everything together: 1 GiB, or twenty times the file where that is more.
    private static let totalLimit = 1 << 30
    private static let totalRatio = 20

    init(path: String, name: String) throws(InputError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw InputError("\(path): cannot be opened: \(String(cString: strerror(errno)))") }
        var code: Int32 = 0
        guard let archive = zip_open(path, ZIP_RDONLY, &code) else {
            throw InputError(file: name, "is no readable workbook: it was cut off or damaged; copy or export it again")
        }
        self.archive = archive
        self.name = name
        byteCount = Int(status.st_size)
        do throws(InputError) {
            entries = try ZipArchive.entries(archive, name)
        } catch {
            zip_discard(archive)
            throw error
        }
    }

    deinit { zip_discard(archive) }

    private static func entries(_ archive: OpaquePointer, _ name: String) throws(InputError) -> [String: UInt64] {
        let count = zip_get_num_entries(archive, 0)
        guard count <= entryLimit else { throw InputError(file: name, "has \(count) parts, more than any workbook; it may have been made to do harm") }
        var entries: [String: UInt64] = [:]
        for index in 0..<UInt64(max(count, 0)) {
            var facts = zip_stat_t()
            zip_stat_init(&facts)
            guard zip_stat_index(archive, index, 0, &facts) == 0, let entryName = facts.name else { throw InputError(file: name, "has a part that cannot be read; export it again") }
            let key = String(cString: entryName)
            if entries.updateValue(index, forKey: key) != nil { throw InputError(file: name, "has the part '\(key)' twice; export it again") }
            if facts.encryption_method != 0 { throw InputError(file: name, "is protected with a password; remove it and save the workbook again") }
        }
        return entries
    }

    var names: [String] { entries.keys.sorted() }

    func has(_ part: String) -> Bool { entries[part] != nil }

    /// A part, to be read from its start; nil when there is none of that name.
    func part(_ part: String) throws(InputError) -> Part? {
        guard let index = entries[part] else { return nil }
        var facts = zip_stat_t()
        zip_stat_init(&facts)
        guard zip_stat_index(archive, index, 0, &facts) == 0, let file = zip_fopen_index(archive, index, 0) else {
            throw InputError(file: name, "has the damaged part '\(part)'; export it again")
        }
        return Part(self, part, file, packed: Int(facts.comp_size), size: Int(facts.size))
    }

    fileprivate func count(_ bytes: Int) throws(InputError) {
        unpackedBytes += bytes
        // A sheet may be read more than once: for its header and for its rows.
        guard unpackedBytes <= 3 * max(ZipArchive.totalLimit, byteCount * ZipArchive.totalRatio) else {
            throw InputError(file: name, "unpacks to more than any list of records does; it may have been made to do harm")
        }
    }

    /// It is a class because it owns an open part.
    final class Part {
        private let archive: ZipArchive
        private let name: String
        private let file: OpaquePointer
        let packed: Int
        let size: Int
        private(set) var unpacked = 0

        fileprivate init(_ archive: ZipArchive, _ name: String, _ file: OpaquePointer, packed: Int, size: Int) {
            self.archive = archive
            self.name = name
            self.file = file
            self.packed = packed
            self.size = size
        }

        deinit { zip_fclose(file) }

        /// Fills the buffer as far as it can; 0 at the end.
        func read(into buffer: inout [UInt8]) throws(InputError) -> Int {
            let count = zip_fread(file, &buffer, UInt64(buffer.count))
            guard count >= 0 else { throw InputError(file: archive.name, "has the damaged part '\(name)'; export it again") }
            unpacked += Int(count)
            try archive.count(Int(count))
            guard unpacked <= ZipArchive.freeBytes || unpacked <= max(packed, 1) * ZipArchive.greatestRatio else {
                throw InputError(file: archive.name, "has a part that unpacks to more than \(ZipArchive.greatestRatio) times its size; it may have been made to do harm")
            }
            if count == 0 && unpacked != size { throw InputError(file: archive.name, "has the damaged part '\(name)': it is shorter than it says") }
            return Int(count)
        }
    }
}
