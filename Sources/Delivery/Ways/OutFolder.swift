package import Adoption
internal import FoundationEssentials
internal import Glibc
internal import Hashing
internal import Storage

/// A folder that files are delivered into, such as a share of the office's.
///
/// A file there is always whole, has a line in SHA256SUMS beside it once its delivery is over, and is never replaced by another.
package struct OutFolder: Sendable {
    private let path: String

    private static let sums = "SHA256SUMS"
    private static let aside = ".uptake-out-"

    /// - Throws: `InputError` when there is no such folder, or nothing may be written there. It is not created: what is missing may be a share that is not mounted.
    package init(path: String) throws(InputError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw InputError("\(path): is no folder; create it, or correct it under delivery, folders") }
        guard access(path, W_OK | X_OK) == 0 else { throw InputError("\(path): cannot be written to; give the account that uptake runs as the right to") }
        self.path = path
    }

    /// Puts files in a folder within the folder. What is there already with the same bytes is left alone.
    ///
    /// - Parameters:
    ///   - files: the name that each gets, where it is now, and the SHA-256 that it must have.
    ///   - place: such as `monthly/2025-05`; empty for the folder itself.
    /// - Throws: a permanent fault, before any file is written, when a name is taken by other bytes or a file is not what it was; a temporary one when the
    ///   disk is full or the folder is away. What was put before it stays, and another try adds the rest.
    package func put(_ files: [(name: String, path: String, sha256: String)], in place: String) throws(MailFault) {
        for name in files.map({ $0.name }) where !OutFolder.isName(name) || name == OutFolder.sums { throw .permanent("'\(oneLine(name))' cannot be the name of a file") }
        guard Set(files.map { $0.name }).count == files.count else { throw .permanent("two files of one delivery have the same name") }
        let folder = try folder(place)
        do {
            for name in try leftovers(OutFolder.aside, in: folder) { unlink(folder + "/" + name) }
        } catch { throw .temporary("\(folder): cannot be read", isUncertain: false) }
        var sums = try sums(folder)
        var missing: [(name: String, bytes: [UInt8])] = []
        for file in files {
            let target = folder + "/" + file.name
            guard sums[file.name].map({ $0 == file.sha256 }) ?? true else { throw OutFolder.conflict(target) }
            if let there = try OutFolder.hash(target) {
                guard there == file.sha256 else { throw OutFolder.conflict(target) }
            } else {
                missing.append((file.name, try checkedBytes(file.path, sha256: file.sha256)))
            }
            sums[file.name] = file.sha256
        }
        for file in missing { try OutFolder.write(file.bytes, to: folder, as: file.name) }
        let text = sums.sorted { $0.key < $1.key }.map { "\($0.value)  \($0.key)\n" }.joined()
        if try OutFolder.hash(folder + "/" + OutFolder.sums) != Digest.sha256(text) { try OutFolder.write(Array(text.utf8), to: folder, as: OutFolder.sums) }
    }

    private static func conflict(_ path: String) -> MailFault {
        .permanent("\(path): other bytes were delivered under this name, or the file was changed there; move it and its line in \(sums) away to have it delivered again")
    }

    /// One step of a path that cannot lead out of its folder, is not hidden, and that a share of Windows takes too.
    private static func isName(_ name: String) -> Bool {
        (1...255).contains(name.utf8.count) && !name.hasPrefix(".") && !name.hasSuffix(".") && !name.hasSuffix(" ")
            && name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control && !$0.properties.isBidiControl && !"/\\:*?\"<>|".unicodeScalars.contains($0) }
    }

    /// Makes the folders on the way that are not there. A link is not followed: it leads elsewhere.
    private func folder(_ place: String) throws(MailFault) -> String {
        let steps = place.isEmpty ? [] : place.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard steps.allSatisfy(OutFolder.isName) else { throw .permanent("'\(oneLine(place))' cannot be a folder within the folder of deliveries") }
        var folder = path
        for step in steps {
            let parent = folder
            folder += "/" + step
            if mkdir(folder, 0o755) == 0 {
                try OutFolder.settle(parent)
            } else if errno != EEXIST {
                throw OutFolder.fault(folder)
            }
            var status = stat()
            guard lstat(folder, &status) == 0 else { throw OutFolder.fault(folder) }
            guard status.st_mode & S_IFMT == S_IFDIR else { throw .permanent("\(folder): is no folder; move it away") }
        }
        return folder
    }

    /// The lines that are there, by name.
    private func sums(_ folder: String) throws(MailFault) -> [String: String] {
        let path = folder + "/" + OutFolder.sums
        guard try OutFolder.hash(path) != nil else { return [:] }
        let text: String
        do { text = try String(contentsOf: URL(filePath: path), encoding: .utf8) } catch { throw .temporary("\(path): cannot be read", isUncertain: false) }
        var sums: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let (sum, name) = (String(line.prefix(64)), String(line.dropFirst(66)))
            guard sum.utf8.count == 64, sum.allSatisfy({ $0.isHexDigit }), line.dropFirst(64).hasPrefix("  "), OutFolder.isName(name) else {
                throw .permanent("\(path): was changed; move it away, and the next delivery writes a new one")
            }
            sums[name] = sum
        }
        return sums
    }

    // MARK: - Files

    /// The SHA-256 of what is there; nil when nothing is.
    private static func hash(_ path: String) throws(MailFault) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        if file < 0, errno == ENOENT { return nil }
        if file < 0, errno == ELOOP { throw .permanent("\(path): is a link; move it away") }
        guard file >= 0 else { throw fault(path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw fault(path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .permanent("\(path): is no file; move it away") }
        let digest = Digest()
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw fault(path) }
            if count == 0 { return digest.finish() }
            piece.withUnsafeBytes { digest.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }

    /// Beside its place first, and on the disk before it takes it.
    private static func write(_ bytes: [UInt8], to folder: String, as name: String) throws(MailFault) {
        let (target, part) = (folder + "/" + name, "\(folder)/\(aside)\(getpid())-\(UUID().uuidString)")
        let file = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard file >= 0 else { throw fault(target) }
        var isOpen = true
        defer {
            if isOpen { close(file) }
            unlink(part)
        }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress?.advanced(by: written), bytes.count - written) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw fault(target) }
            written += count
        }
        guard fsync(file) == 0 else { throw fault(target) }
        isOpen = false
        guard close(file) == 0, rename(part, target) == 0 else { throw fault(target) }
        try settle(folder)
    }

    /// The names in a folder are on the disk too.
    private static func settle(_ folder: String) throws(MailFault) {
        let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw fault(folder) }
        defer { close(file) }
        // Shares that cannot do this for a folder say so; the file itself is on the disk.
        guard fsync(file) == 0 || errno == EINVAL else { throw fault(folder) }
    }

    private static func fault(_ path: String) -> MailFault { .temporary("\(path): \(String(cString: strerror(errno)))", isUncertain: false) }
}
