internal import Adoption
internal import Glibc

/// The record at the end of an archive that says how many entries it has.
///
/// It is read here as well as by libzip because libzip reads the whole directory, however long, before it can be asked.
enum ZipDirectoryEnd {
    /// Room for the directory of a thousand entries with long names.
    private static let directoryLimit: UInt64 = 1 << 20
    private static let recordLength = 22
    private static let locatorLength = 20

    /// Refuses a directory that is too long. Every record that could be meant is looked at, since an archive may hold several.
    static func check(_ descriptor: Int32, byteCount: Int, name: String) throws(InputError) {
        let length = min(byteCount, 0x1_0000 + recordLength + locatorLength)
        let tail = try bytes(descriptor, at: byteCount - length, count: length, name: name)
        guard length >= recordLength else { return }
        for at in 0...(length - recordLength) where tail[at] == 0x50 && number(tail, at, 4) == 0x0605_4B50 {
            if number(tail, at + 20, 2) > length - at - recordLength { continue }
            let count = number(tail, at + 10, 2)
            let size = number(tail, at + 12, 4)
            guard count == 0xFFFF || count <= ZipArchive.entryLimit, size == 0xFFFF_FFFF || size <= directoryLimit else {
                throw ZipArchive.tooManyEntries(name)
            }
            guard at >= locatorLength, number(tail, at - locatorLength, 4) == 0x0706_4B50 else {
                if count == 0xFFFF || size == 0xFFFF_FFFF { throw ZipArchive.tooManyEntries(name) }
                continue
            }
            let place = number(tail, at - locatorLength + 8, 8)
            guard place + 56 <= UInt64(byteCount) else { continue }
            let large = try bytes(descriptor, at: Int(place), count: 56, name: name)
            if number(large, 0, 4) != 0x0606_4B50 { continue }
            guard number(large, 32, 8) <= UInt64(ZipArchive.entryLimit), number(large, 40, 8) <= directoryLimit else {
                throw ZipArchive.tooManyEntries(name)
            }
        }
    }

    private static func number(_ bytes: [UInt8], _ start: Int, _ length: Int) -> UInt64 {
        (0..<length).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) }
    }

    private static func bytes(_ descriptor: Int32, at start: Int, count: Int, name: String) throws(InputError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var read = 0
        while read < count {
            let more = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress.map { $0 + read }, count - read, start + read) }
            if more < 0 && errno == EINTR { continue }
            guard more > 0 else {
                throw InputError(file: name, "cannot be read: \(more < 0 ? String(cString: strerror(errno)) : "it became shorter"); copy it again")
            }
            read += more
        }
        return bytes
    }
}
