internal import Glibc

/// Bytes that are collected and then looked at through pointers.
///
/// It is a class because it owns its memory: an array gives no pointer that outlives a call.
final class ByteBuffer {
    private(set) var count = 0
    private var memory: UnsafeMutablePointer<UInt8>
    private var capacity: Int

    init(capacity: Int = 1 << 12) {
        self.capacity = capacity
        memory = .allocate(capacity: capacity)
    }

    deinit { memory.deallocate() }

    var bytes: Bytes { Bytes(start: memory, count: count) }

    /// Valid until something is appended.
    func bytes(_ start: Int, _ end: Int) -> Bytes { Bytes(start: memory + start, count: end - start) }

    func append(_ bytes: Bytes) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
        reserve(bytes.count)
        memcpy(memory + count, start, bytes.count)
        count += bytes.count
    }

    func append(_ byte: UInt8) {
        reserve(1)
        memory[count] = byte
        count += 1
    }

    func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    func truncate(to length: Int) { count = min(count, length) }

    /// Empties it and gives its memory back.
    func release() {
        memory.deallocate()
        (count, capacity) = (0, 1 << 12)
        memory = .allocate(capacity: capacity)
    }

    /// Removes bytes from the front.
    func drop(_ length: Int) {
        memmove(memory, memory + length, count - length)
        count -= length
    }

    subscript(_ at: Int) -> UInt8 {
        get { memory[at] }
        set { memory[at] = newValue }
    }

    private func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        capacity = max(2 * capacity, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        memcpy(larger, memory, count)
        memory.deallocate()
        memory = larger
    }
}
