internal import Adoption

/// Bytes that grow. It is a class because it owns its memory: blocks are made one after the other in the same place.
final class ByteSink {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    private var capacity: Int

    init() {
        capacity = 1 << 14
        base = .allocate(capacity: capacity)
    }

    deinit { base.deallocate() }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    func clear() { count = 0 }

    /// LEB128: seven bits a byte, the lowest first.
    @inline(__always)
    func put(_ number: UInt64) {
        if count + 10 > capacity { grow() }
        var rest = number
        while rest >= 0x80 {
            base[count] = UInt8(truncatingIfNeeded: rest) | 0x80
            count += 1
            rest >>= 7
        }
        base[count] = UInt8(truncatingIfNeeded: rest)
        count += 1
    }

    @inline(__always)
    func put(_ number: Int) { put(UInt64(bitPattern: Int64(number))) }

    /// Four bytes, the lowest first.
    @inline(__always)
    func putWord(_ number: UInt32) {
        if count + 4 > capacity { grow() }
        UnsafeMutableRawPointer(base + count).storeBytes(of: number.littleEndian, as: UInt32.self)
        count += 4
    }

    /// Small numbers of either sign are short.
    @inline(__always)
    func putSigned(_ number: Int) { put(UInt64(bitPattern: Int64(number << 1 ^ number >> 63))) }

    private func grow() {
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2)
        larger.update(from: base, count: count)
        base.deallocate()
        (base, capacity) = (larger, capacity * 2)
    }
}

/// Reads what a `ByteSink` wrote. Valid as long as the bytes are.
struct ByteScan {
    private var at: UnsafeRawPointer
    private let end: UnsafeRawPointer

    /// - Parameter bytes: not empty.
    init(_ bytes: UnsafeRawBufferPointer) throws {
        guard let base = bytes.baseAddress else { throw ByteScan.damage }
        (at, end) = (base, base + bytes.count)
    }

    var isAtEnd: Bool { at >= end }

    @inline(__always)
    mutating func number() throws -> Int {
        if at < end {
            let first = at.load(as: UInt8.self)
            if first < 0x80 {
                at += 1
                return Int(first)
            }
        }
        return try long()
    }

    @inline(__always)
    mutating func word() throws -> UInt32 {
        guard end - at >= 4 else { throw ByteScan.damage }
        defer { at += 4 }
        return UInt32(littleEndian: at.loadUnaligned(as: UInt32.self))
    }

    private mutating func long() throws -> Int {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while at < end, shift < 64 {
            let byte = at.load(as: UInt8.self)
            at += 1
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int(Int64(bitPattern: number)) }
            shift += 7
        }
        throw ByteScan.damage
    }

    @inline(__always)
    mutating func signed() throws -> Int {
        let number = UInt64(bitPattern: Int64(try number()))
        return Int(Int64(bitPattern: number >> 1)) ^ -Int(number & 1)
    }

    static var damage: StoreError { StoreError("a block of records is damaged; restore the store from its backup") }
}
