internal import Adoption
internal import Glibc

/// The texts that the cells of a workbook share. Beyond 32 MiB they lie in a temporary file, so that memory does not grow with them.
///
/// It is a class because it owns that file.
final class SharedStrings: XMLTarget {
    private(set) var fault: String?
    private var kept: [UInt8] = []
    /// Where each text ends; it begins where the one before ends.
    private var ends: [UInt64] = []
    private var spill: Int32 = -1
    private var spilled = 0
    private var scratch: [UInt8] = []
    private var isInText = false
    private var phonetic = 0

    private static let memoryLimit = 32 << 20
    /// No cell of Excel holds more than 32 767 letters, of at most four bytes.
    private static let textLimit = 1 << 20

    deinit { if spill >= 0 { close(spill) } }

    var count: Int { ends.count }

    func start(_ element: UnsafePointer<CChar>, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>) {
        switch element {
        case "t": isInText = phonetic == 0
        case "rPh": phonetic += 1
        default: break
        }
    }

    func end(_ element: UnsafePointer<CChar>) {
        switch element {
        case "t": isInText = false
        case "rPh": phonetic -= 1
        case "si":
            unescape(&scratch, from: 0)
            kept += scratch
            scratch.removeAll(keepingCapacity: true)
            ends.append(UInt64(spilled + kept.count))
            if kept.count > SharedStrings.memoryLimit { writeOut() }
        default: break
        }
    }

    func text(_ bytes: Bytes) {
        guard isInText else { return }
        scratch += bytes
        if scratch.count > SharedStrings.textLimit { fault = "has a text of more than 1 MiB in one cell" }
    }

    /// The text with a number, appended; false when there is none.
    func append(_ index: Int, to target: inout [UInt8]) throws(InputError) -> Bool {
        guard ends.indices.contains(index) else { return false }
        let from = index == 0 ? 0 : Int(ends[index - 1])
        let to = Int(ends[index])
        if from >= spilled {
            target += kept[(from - spilled)..<(to - spilled)]
            return true
        }
        var bytes = [UInt8](repeating: 0, count: to - from)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { pread(spill, $0.baseAddress?.advanced(by: done), $0.count - done, off_t(from + done)) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw InputError("the temporary folder cannot be read: \(String(cString: strerror(errno)))") }
            done += count
        }
        target += bytes
        return true
    }

    private func writeOut() {
        if spill < 0 {
            let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
            var template = Array((folder + "/uptake-strings-XXXXXX").utf8CString)
            spill = mkstemp(&template)
            // The file has no name any more and is gone with its last descriptor, whatever happens.
            if spill >= 0 { unlink(template) }
        }
        var done = 0
        while done < kept.count {
            let count = kept.withUnsafeBytes { write(spill, $0.baseAddress?.advanced(by: done), $0.count - done) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                fault = "has more texts than memory, and the temporary folder cannot take them: \(String(cString: strerror(errno)))"
                return
            }
            done += count
        }
        spilled += kept.count
        kept.removeAll(keepingCapacity: true)
    }
}

/// Replaces `_x000D_` by the sign with that number, as workbooks write what XML cannot.
func unescape(_ bytes: inout [UInt8], from start: Int) {
    guard bytes.count - start >= 7, bytes[start...].contains(UInt8(ascii: "_")) else { return }
    var out: [UInt8] = []
    var at = start
    while at < bytes.count {
        if at + 6 < bytes.count, bytes[at] == UInt8(ascii: "_"), bytes[at + 1] == UInt8(ascii: "x"), bytes[at + 6] == UInt8(ascii: "_"),
            let number = UInt32(String(decoding: bytes[(at + 2)..<(at + 6)], as: UTF8.self), radix: 16), let scalar = Unicode.Scalar(number) {
            out += Array(String(Character(scalar)).utf8)
            at += 7
        } else {
            out.append(bytes[at])
            at += 1
        }
    }
    bytes.replaceSubrange(start..., with: out)
}
