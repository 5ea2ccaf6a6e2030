internal import Adoption
internal import CZip
internal import Glibc

/// A zip archive whose directory was checked before anything in it is unpacked.
///
/// The sizes that an archive declares decide whether it is read at all, and `ZipPart` holds each part to them. So
/// an archive cannot unpack to more than its limit, whatever it declares.
final class ZipArchive {
    struct Entry {
        let index: UInt64
        let size: Int
        let packedSize: Int
    }

    /// The file as it was when it was opened, to notice that another took its place.
    struct Identity: Equatable {
        let device: UInt
        let number: UInt
        let byteCount: Int
        let seconds: Int
        let nanoseconds: Int
    }

    static let entryLimit = 1_000
    /// A real sheet unpacks to forty times its size, not to more than a hundred.
    static let ratioLimit = 100
    private static let ratioFreeSize = 100 << 10

    let name: String
    let identity: Identity
    var byteCount: Int { identity.byteCount }
    fileprivate let archive: OpaquePointer
    /// By their names in lower case, since some programs write `SharedStrings.xml` and refer to `sharedStrings.xml`.
    private var entries: [String: Entry] = [:]

    init(path: String, name: String) throws(InputError) {
        self.name = name
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw InputError("\(path): cannot be opened: \(String(cString: strerror(errno)))") }
        do throws(InputError) {
            identity = try ZipArchive.identity(of: descriptor, path: path)
            try ZipDirectoryEnd.check(descriptor, byteCount: identity.byteCount, name: name)
        } catch {
            close(descriptor)
            throw error
        }
        var code: Int32 = 0
        guard let archive = zip_fdopen(descriptor, 0, &code) else {
            close(descriptor)
            throw InputError(file: name, "is a cut-off or damaged archive (\(ZipArchive.text(of: code))); copy it or export it again")
        }
        self.archive = archive
        try list()
    }

    deinit { zip_discard(archive) }

    func entry(_ part: String) -> Entry? { entries[part.lowercased()] }

    private static func identity(of descriptor: Int32, path: String) throws(InputError) -> Identity {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw InputError("\(path): is no file; name the files themselves")
        }
        return Identity(
            device: UInt(status.st_dev), number: UInt(status.st_ino), byteCount: Int(status.st_size), seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec)
    }

    private static func text(of code: Int32) -> String {
        var error = zip_error_t()
        zip_error_init_with_code(&error, code)
        defer { zip_error_fini(&error) }
        return String(cString: zip_error_strerror(&error))
    }

    private func list() throws(InputError) {
        let count = zip_get_num_entries(archive, 0)
        guard count <= ZipArchive.entryLimit else { throw ZipArchive.tooManyEntries(name) }
        let limit = max(1 << 30, 20 * byteCount)
        var total = 0
        for index in 0..<UInt64(max(0, count)) {
            var status = zip_stat_t()
            let needed = UInt64(ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD)
            guard zip_stat_index(archive, index, zip_flags_t(ZIP_FL_ENC_RAW), &status) == 0, status.valid & needed == needed, let text = status.name
            else { throw InputError(file: name, "is a damaged archive: its entry \(index + 1) cannot be read; copy it or export it again") }
            guard status.encryption_method == ZIP_EM_NONE else {
                throw InputError(file: name, "is protected with a password; remove it and save again")
            }
            guard status.size <= UInt64(limit), status.comp_size <= UInt64(byteCount) else { throw bomb }
            let entry = Entry(index: index, size: Int(status.size), packedSize: Int(status.comp_size))
            total += entry.size
            guard total <= limit, entry.size <= ZipArchive.ratioFreeSize || entry.size / ZipArchive.ratioLimit <= entry.packedSize else { throw bomb }
            guard status.comp_method == ZIP_CM_STORE || status.comp_method == ZIP_CM_DEFLATE else {
                throw InputError(file: name, "is packed in a way that no workbook is; open it in Excel and save it again")
            }
            let part = normalisedPart(String(cString: text)).lowercased()
            if part.isEmpty { continue }
            guard entries.updateValue(entry, forKey: part) == nil else {
                throw InputError(file: name, "is a damaged archive: it holds '\(part)' twice; export it again")
            }
        }
    }

    private var bomb: InputError {
        InputError(file: name, "unpacks to far more than a workbook of its size does; open it in Excel and save it again")
    }

    static func tooManyEntries(_ name: String) -> InputError {
        InputError(file: name, "is an archive of more than \(entryLimit) files and not a workbook; save the sheet alone as .xlsx")
    }
}

/// One part of an archive while it is unpacked.
///
/// It is a class because it owns a C handle.
final class ZipPart {
    /// How many bytes have come out.
    private(set) var unpacked = 0
    let size: Int
    private let archive: ZipArchive
    private let part: String
    private let handle: OpaquePointer

    init(_ part: String, of archive: ZipArchive) throws(InputError) {
        guard let entry = archive.entry(part) else {
            throw InputError(file: archive.name, "is damaged: it lacks its part '\(part)'; open it in Excel and save it again")
        }
        guard let handle = zip_fopen_index(archive.archive, entry.index, 0) else {
            throw InputError(file: archive.name, "is damaged: '\(part)' cannot be unpacked (\(String(cString: zip_strerror(archive.archive)))); export it again")
        }
        (self.part, self.archive, self.handle, size) = (part, archive, handle, entry.size)
    }

    // What a closed handle of reading could report, the last read has reported.
    deinit { zip_fclose(handle) }

    /// Unpacks at most `count` bytes; 0 at the end, where the archive's checksum has been compared too.
    func read(into buffer: UnsafeMutableRawPointer, count: Int) throws(InputError) -> Int {
        let read = Int(zip_fread(handle, buffer, UInt64(count)))
        guard read >= 0 else {
            let reason = String(cString: zip_file_strerror(handle))
            throw InputError(file: archive.name, "is damaged: '\(part)' cannot be unpacked (\(reason)); copy it or export it again")
        }
        unpacked += read
        guard unpacked <= size, read > 0 || unpacked == size else {
            throw InputError(file: archive.name, "is damaged: '\(part)' is not as long as the archive says; export it again")
        }
        return read
    }
}

/// The name of a part without `/` in front, `.` and `..`; empty for a folder.
func normalisedPart(_ path: String) -> String {
    var steps: [Substring] = []
    let path = String(path.map { $0 == "\\" ? "/" : $0 })
    for step in path.split(separator: "/") {
        if step == ".." {
            if !steps.isEmpty { steps.removeLast() }
        } else if step != "." {
            steps.append(step)
        }
    }
    return path.hasSuffix("/") ? "" : steps.joined(separator: "/")
}
