/// A set of short texts, each under a small number, looked up by bytes, so that no `String` is made for a value that is only recognised.
///
/// It is a class because it owns its memory: it is asked several times for every row of a file.
package final class Lexicon {
    private struct Slot {
        var hash: UInt32
        var number: Int32
    }

    private var slots: UnsafeMutablePointer<Slot>
    private var slotCount = 64
    /// All texts, one behind the other.
    private var letters: UnsafeMutablePointer<UInt8>
    private var letterCapacity = 1_024
    /// Where each text ends.
    private var ends: [Int] = []

    package init() {
        slots = Lexicon.empty(slotCount)
        letters = .allocate(capacity: letterCapacity)
    }

    deinit {
        slots.deallocate()
        letters.deallocate()
    }

    package var count: Int { ends.count }

    /// The number of the text, which is new or known; numbers count from 0.
    package func insert(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        if let known = index(of: text) { return known }
        append(text)
        if ends.count * 2 > slotCount {
            slots.deallocate()
            slotCount *= 2
            slots = Lexicon.empty(slotCount)
            for number in ends.indices { place(number) }
        } else {
            place(ends.count - 1)
        }
        return ends.count - 1
    }

    package func insert(_ text: some Sequence<UInt8>) -> Int { Array(text).withUnsafeBufferPointer { insert($0) } }

    package func index(of text: UnsafeBufferPointer<UInt8>) -> Int? {
        let hash = hashOfBytes(text)
        let mark = UInt32(truncatingIfNeeded: hash >> 32)
        var at = Int(truncatingIfNeeded: hash) & (slotCount - 1)
        while slots[at].number >= 0 {
            if slots[at].hash == mark, isEqual(bytes(Int(slots[at].number)), text) { return Int(slots[at].number) }
            at = (at + 1) & (slotCount - 1)
        }
        return nil
    }

    package func text(_ number: Int) -> String { String(decoding: bytes(number), as: UTF8.self) }

    private func bytes(_ number: Int) -> UnsafeBufferPointer<UInt8> {
        let start = number == 0 ? 0 : ends[number - 1]
        return UnsafeBufferPointer(start: letters + start, count: ends[number] - start)
    }

    private func append(_ text: UnsafeBufferPointer<UInt8>) {
        let used = ends.last ?? 0
        if used + text.count > letterCapacity {
            letterCapacity = 2 * (used + text.count)
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: letterCapacity)
            larger.update(from: letters, count: used)
            letters.deallocate()
            letters = larger
        }
        if let base = text.baseAddress { (letters + used).update(from: base, count: text.count) }
        ends.append(used + text.count)
    }

    private func place(_ number: Int) {
        let hash = hashOfBytes(bytes(number))
        var at = Int(truncatingIfNeeded: hash) & (slotCount - 1)
        while slots[at].number >= 0 { at = (at + 1) & (slotCount - 1) }
        slots[at] = Slot(hash: UInt32(truncatingIfNeeded: hash >> 32), number: Int32(number))
    }

    private static func empty(_ count: Int) -> UnsafeMutablePointer<Slot> {
        let slots = UnsafeMutablePointer<Slot>.allocate(capacity: count)
        slots.initialize(repeating: Slot(hash: 0, number: -1), count: count)
        return slots
    }
}

private func isEqual(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    let (a, b) = (UnsafeRawBufferPointer(a), UnsafeRawBufferPointer(b))
    var at = 0
    while at + 8 <= a.count {
        if a.loadUnaligned(fromByteOffset: at, as: UInt64.self) != b.loadUnaligned(fromByteOffset: at, as: UInt64.self) { return false }
        at += 8
    }
    while at < a.count {
        if a[at] != b[at] { return false }
        at += 1
    }
    return true
}

/// Eight bytes at a time, multiplied and folded.
private func hashOfBytes(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash = UInt64(truncatingIfNeeded: text.count) &* 0x9E37_79B9_7F4A_7C15
    let raw = UnsafeRawBufferPointer(text)
    var at = 0
    func mix(_ word: UInt64) {
        let product = (hash ^ word).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        hash = product.high ^ product.low
    }
    while at + 8 <= raw.count {
        mix(raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        at += 8
    }
    var rest: UInt64 = 0
    while at < raw.count {
        rest = rest << 8 | UInt64(raw[at])
        at += 1
    }
    mix(rest ^ 0xE703_7ED1_A0B4_28DB)
    return hash
}
