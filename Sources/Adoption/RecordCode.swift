/// The code that points to one record, such as `000.00.16.H38-250514-0001`: 1 to 64 letters, digits and signs, or none.
///
/// The bytes lie in the value itself: a text of this length would cost an allocation for each of millions of rows.
package struct RecordCode: Hashable, Sendable {
    private var a: UInt64 = 0, b: UInt64 = 0, c: UInt64 = 0, d: UInt64 = 0, e: UInt64 = 0, f: UInt64 = 0, g: UInt64 = 0, h: UInt64 = 0

    package static let limit = 64

    /// No code.
    package init() {}

    /// Nil for more than 64 bytes; the bytes are not looked at, and none may be 0.
    package init?(bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count <= RecordCode.limit else { return nil }
        withUnsafeMutableBytes(of: &self) { $0.copyMemory(from: UnsafeRawBufferPointer(bytes)) }
    }

    package init?(_ text: some StringProtocol) {
        var text = String(text)
        guard let code = text.withUTF8({ RecordCode(bytes: $0) }) else { return nil }
        self = code
    }

    package var isEmpty: Bool { a == 0 }

    package var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }

    package func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
        try withUnsafeBytes(of: self) { raw in
            let bytes = raw.bindMemory(to: UInt8.self)
            var length = 0
            while length < bytes.count, bytes[length] != 0 { length += 1 }
            return try body(UnsafeBufferPointer(rebasing: bytes[0..<length]))
        }
    }
}

extension RecordCode: Comparable {
    /// By the bytes, the shorter first.
    package static func < (x: RecordCode, y: RecordCode) -> Bool {
        for (left, right) in [(x.a, y.a), (x.b, y.b), (x.c, y.c), (x.d, y.d), (x.e, y.e), (x.f, y.f), (x.g, y.g), (x.h, y.h)] where left != right {
            return left.bigEndian < right.bigEndian
        }
        return false
    }
}

extension RecordCode: ExpressibleByStringLiteral, CustomStringConvertible {
    package init(stringLiteral text: StaticString) {
        guard let code = text.withUTF8Buffer({ RecordCode(bytes: $0) }) else { preconditionFailure("'\(text)' is longer than a code") }
        self = code
    }

    package var description: String { text }
}
