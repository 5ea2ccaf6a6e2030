internal import Adoption
internal import Glibc

/// Why a file cannot be read that begins as the files of Excel before 2007 do. With a password, newer ones begin so too.
func compoundFileReason(path: String) -> String {
    let wanted = [UInt8]("EncryptedPackage".utf8.flatMap { [$0, 0] })
    var isEncrypted = false
    do throws(InputError) {
        var tail: [UInt8] = []
        try eachPiece(of: path, name: path) { piece in
            // The name may lie across the border of two pieces.
            let border = tail + piece.prefix(wanted.count)
            isEncrypted = isEncrypted || border.withUnsafeBufferPointer { contains($0, wanted) } || contains(piece, wanted)
            tail = Array(piece.suffix(wanted.count))
            return !isEncrypted
        }
    } catch {
        return "cannot be read: \(error)"
    }
    if isEncrypted { return "is protected with a password; remove it and save again" }
    return "is an old Excel workbook (.xls); open it and save it as .xlsx"
}

private func contains(_ bytes: Bytes, _ wanted: [UInt8]) -> Bool {
    guard let start = bytes.baseAddress else { return false }
    var at = 0
    while at + wanted.count <= bytes.count, let found = memchr(start + at, Int32(wanted[0]), bytes.count - wanted.count - at + 1) {
        if memcmp(found, wanted, wanted.count) == 0 { return true }
        at = UnsafeRawPointer(found) - UnsafeRawPointer(start) + 1
    }
    return false
}

/// Reads a file from its beginning in pieces of 1 MiB.
/// - Parameter visit: false ends the reading.
func eachPiece(of path: String, name: String, _ visit: (Bytes) -> Bool) throws(InputError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw InputError("\(path): cannot be opened: \(String(cString: strerror(errno)))") }
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: 1 << 20)
    defer {
        buffer.deallocate()
        close(descriptor)
    }
    while true {
        let count = read(descriptor, buffer, 1 << 20)
        if count < 0 && errno == EINTR { continue }
        if count < 0 && errno == EISDIR { throw InputError("\(path): is a folder; name the files in it") }
        guard count >= 0 else { throw InputError("\(name): cannot be read: \(String(cString: strerror(errno)))") }
        if count == 0 || !visit(Bytes(start: buffer, count: count)) { return }
    }
}
