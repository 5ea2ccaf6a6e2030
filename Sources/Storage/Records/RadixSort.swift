/// What can be sorted by a whole number that is not negative.
protocol Keyed {
    var sortKey: UInt64 { get }
}

extension Array where Element: Keyed {
    /// Sorts by key, and leaves elements of one key in their order: a byte of the keys at a time, the lowest first, and only the bytes in
    /// which they differ. Several times faster than comparing for the batches and tallies of a large import (see Benchmarks/README.md).
    mutating func sortByKey() {
        if count < 48 {
            withUnsafeMutableBufferPointer { insertionSort($0) }
            return
        }
        var differing: UInt64 = 0
        if let first { for element in self { differing |= element.sortKey ^ first.sortKey } }
        let shifts = stride(from: UInt64(0), to: 64, by: 8).filter { differing >> $0 & 0xFF != 0 }
        if shifts.isEmpty { return }
        var other = self
        withUnsafeMutableBufferPointer { mine in
            other.withUnsafeMutableBufferPointer { other in
                var (from, to) = (mine, other)
                for shift in shifts {
                    distribute(from, to, shift)
                    swap(&from, &to)
                }
            }
        }
        if !shifts.count.isMultiple(of: 2) { self = other }
    }
}

private func distribute<Element: Keyed>(_ from: UnsafeMutableBufferPointer<Element>, _ to: UnsafeMutableBufferPointer<Element>, _ shift: UInt64) {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { places in
        places.initialize(repeating: 0)
        for element in from { places[Int(element.sortKey >> shift & 0xFF)] += 1 }
        var place = 0
        for byte in 0..<256 { (places[byte], place) = (place, place + places[byte]) }
        for element in from {
            let byte = Int(element.sortKey >> shift & 0xFF)
            to[places[byte]] = element
            places[byte] += 1
        }
    }
}

private func insertionSort<Element: Keyed>(_ elements: UnsafeMutableBufferPointer<Element>) {
    for next in elements.indices.dropFirst() {
        let element = elements[next]
        var place = next
        while place > 0, elements[place - 1].sortKey > element.sortKey {
            elements[place] = elements[place - 1]
            place -= 1
        }
        elements[place] = element
    }
}
