/// What can be sorted by a whole number that is not negative.
protocol Keyed {
    var sortKey: UInt64 { get }
}

extension Array where Element: Keyed {
    /// Sorts by key, and leaves elements of one key in their order: eleven bits at a time, the lowest first, and only of the bits in which
    /// the keys differ: four times as fast as comparing for the batches of a large import (Benchmarks/README.md).
    mutating func sortByKey() {
        if count < 48 {
            withUnsafeMutableBufferPointer { insertionSort($0) }
            return
        }
        guard let first else { return }
        var differing: UInt64 = 0
        for element in self { differing |= element.sortKey ^ first.sortKey }
        if differing == 0 { return }
        let runs = BitRuns(differing)
        guard runs.width <= 64 - BitRuns.placeBits, count <= 1 << BitRuns.placeBits else {
            // Stable, since the place decides between equal keys.
            self = indices.sorted { (self[$0].sortKey, $0) < (self[$1].sortKey, $1) }.map { self[$0] }
            return
        }
        var marks = [UInt64](unsafeUninitializedCapacity: count) { marks, length in
            for (place, element) in enumerated() { marks.initializeElement(at: place, to: runs.gathered(element.sortKey) << BitRuns.placeBits | UInt64(place)) }
            length = count
        }
        sortMarks(&marks, width: runs.width)
        self = marks.map { self[Int($0 & BitRuns.placeMask)] }
    }
}

/// The bits in which keys differ, brought together: two or three runs of the bits of record codes.
private struct BitRuns {
    private var runs: [(shift: UInt64, mask: UInt64, place: UInt64)] = []
    private(set) var width: UInt64 = 0

    /// The place of an element stands below the bits of its key.
    static let placeBits: UInt64 = 20
    static let placeMask: UInt64 = (1 << placeBits) - 1

    init(_ bits: UInt64) {
        var rest = bits
        var shift: UInt64 = 0
        while rest != 0 {
            let zeros = UInt64(rest.trailingZeroBitCount)
            (rest, shift) = (rest >> zeros, shift + zeros)
            let ones = UInt64((~rest).trailingZeroBitCount)
            runs.append((shift, ones == 64 ? .max : (1 << ones) - 1, width))
            width += ones
            (rest, shift) = (ones == 64 ? 0 : rest >> ones, shift + ones)
        }
    }

    func gathered(_ key: UInt64) -> UInt64 {
        var gathered: UInt64 = 0
        for run in runs { gathered |= (key >> run.shift & run.mask) << run.place }
        return gathered
    }
}

/// By the bits above the places.
private func sortMarks(_ marks: inout [UInt64], width: UInt64) {
    var other = marks
    var isSwapped = false
    marks.withUnsafeMutableBufferPointer { mine in
        other.withUnsafeMutableBufferPointer { other in
            withUnsafeTemporaryAllocation(of: Int.self, capacity: 2_048) { places in
                var (from, to) = (mine, other)
                for shift in stride(from: BitRuns.placeBits, to: BitRuns.placeBits + width, by: 11) {
                    places.initialize(repeating: 0)
                    for mark in from { places[Int(mark >> shift & 2_047)] += 1 }
                    var place = 0
                    for digit in 0..<2_048 { (places[digit], place) = (place, place + places[digit]) }
                    for mark in from {
                        let digit = Int(mark >> shift & 2_047)
                        to[places[digit]] = mark
                        places[digit] += 1
                    }
                    swap(&from, &to)
                    isSwapped.toggle()
                }
            }
        }
    }
    if isSwapped { marks = other }
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
