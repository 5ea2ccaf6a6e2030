/// A set of short texts, looked up by bytes, so that no `String` is made for a value that is only recognised.
struct Lexicon {
    private var slots: [Int32] = Array(repeating: -1, count: 64)
    private var words: [[UInt8]] = []

    /// The number of the word, which is new or known; numbers count from 0.
    mutating func insert(_ word: [UInt8]) -> Int {
        if let known = word.withUnsafeBufferPointer({ index(of: $0) }) { return known }
        words.append(word)
        if words.count * 2 > slots.count { grow() } else { place(words.count - 1) }
        return words.count - 1
    }

    func index(of bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var slot = Lexicon.hash(bytes) & (slots.count - 1)
        while slots[slot] >= 0 {
            let word = words[Int(slots[slot])]
            if word.count == bytes.count && word.elementsEqual(bytes) { return Int(slots[slot]) }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: slots.count * 2)
        for index in words.indices { place(index) }
    }

    private mutating func place(_ index: Int) {
        var slot = words[index].withUnsafeBufferPointer { Lexicon.hash($0) } & (slots.count - 1)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(index)
    }

    /// FNV-1a.
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: hash >> 1)
    }
}
