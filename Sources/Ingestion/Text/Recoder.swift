internal import Adoption
internal import Glibc

/// Turns another encoding into UTF-8 with the C library's iconv. It is a class because it owns a conversion.
///
/// A sign that the encoding does not have becomes a byte that UTF-8 does not have, so that its row is refused and nothing is guessed.
final class Recoder {
    private let name: String
    private let conversion: iconv_t
    /// The beginning of a letter whose end comes with the next piece.
    private var rest: [UInt8] = []

    init(_ encoding: TextEncoding, name: String) throws(InputError) {
        self.name = name
        guard let conversion = iconv_open("UTF-8", encoding.iconvName), conversion != iconv_t(bitPattern: -1) else {
            throw InputError(file: name, "is written in \(encoding.rawValue), which this machine cannot read; save it as UTF-8")
        }
        self.conversion = conversion
    }

    deinit { iconv_close(conversion) }

    func utf8(_ piece: [UInt8]) throws(InputError) -> [UInt8] {
        var input = rest + piece
        rest = []
        var output = [UInt8](repeating: 0, count: input.count * 3 + 16)
        var written = 0
        var taken = 0
        while taken < input.count {
            let (code, used, made) = convert(&input, from: taken, &output, from: written)
            (taken, written) = (taken + used, written + made)
            if code == 0 { continue }
            switch code {
            case EILSEQ:
                output[written] = 0xFF
                (taken, written) = (taken + 1, written + 1)
            case EINVAL:
                rest = Array(input[taken...])
                taken = input.count
            case E2BIG: output += [UInt8](repeating: 0, count: input.count + 16)
            default: throw InputError(file: name, "cannot be recoded: \(String(cString: strerror(code)))")
            }
        }
        return Array(output[0..<written])
    }

    /// What the conversion held back: the last letter may have waited for its tone.
    func end() throws(InputError) -> [UInt8] {
        guard rest.isEmpty else { throw InputError(file: name, "ends in the middle of a letter; it was cut off, export it again") }
        var output = [UInt8](repeating: 0, count: 16)
        var left = output.count
        let code = output.withUnsafeMutableBytes { target -> Int in
            var at: UnsafeMutablePointer<CChar>? = target.baseAddress?.assumingMemoryBound(to: CChar.self)
            return iconv(conversion, nil, nil, &at, &left)
        }
        guard code != -1 else { throw InputError(file: name, "cannot be recoded at its end") }
        return Array(output[0..<(output.count - left)])
    }

    /// One call of iconv: its error number or 0, the bytes used and the bytes made.
    private func convert(_ input: inout [UInt8], from taken: Int, _ output: inout [UInt8], from written: Int) -> (Int32, Int, Int) {
        var (inLeft, outLeft) = (input.count - taken, output.count - written)
        let code = input.withUnsafeMutableBytes { source in
            output.withUnsafeMutableBytes { target -> Int32 in
                var from: UnsafeMutablePointer<CChar>? = source.baseAddress?.advanced(by: taken).assumingMemoryBound(to: CChar.self)
                var to: UnsafeMutablePointer<CChar>? = target.baseAddress?.advanced(by: written).assumingMemoryBound(to: CChar.self)
                return iconv(conversion, &from, &inLeft, &to, &outLeft) == -1 ? errno : 0
            }
        }
        return (code, input.count - taken - inLeft, output.count - written - outLeft)
    }
}
