internal import Adoption

/// All counts of one kind, unit and half-month: the piece that is rewritten when a record of it changes.
///
/// On disk it is a list sorted by key, each entry three LEB128 numbers: the distance from the key before, the dossiers, the
/// đồng collected. So a block costs a few bytes for each kind of dossier, whatever the number of dossiers.
struct TallyBlock {
    /// What is counted. These numbers are on disk and never change.
    enum Kind: Int, CaseIterable {
        /// By procedure and traits, by the dossier's three dates.
        case received, settled, collected
        /// The same by traits alone, whatever the procedure: made from the ones above whenever those are written.
        case receivedOfAll, settledOfAll, collectedOfAll
        /// Online filings that are not new and not refused at intake, by procedure and day.
        case filedOnline
        /// By the import that brought the first version, and the day of reception.
        case receivedByDay

        init(_ basis: DateBasis) {
            switch basis {
            case .received: self = .received
            case .settled: self = .settled
            case .collected: self = .collected
            }
        }

        var ofAll: Kind? {
            switch self {
            case .received: .receivedOfAll
            case .settled: .settledOfAll
            case .collected: .collectedOfAll
            default: nil
            }
        }
    }

    struct Key: Hashable, Comparable {
        let kind: Kind
        let halfMonth: Int
        let agencyID: Int

        /// In the order of kind, half-month and unit.
        var id: Int { Key.id(kind, halfMonth, agencyID) }

        static func id(_ kind: Kind, _ halfMonth: Int, _ agencyID: Int) -> Int { kind.rawValue << 52 | halfMonth << 32 | agencyID }

        static func < (a: Key, b: Key) -> Bool { a.id < b.id }
    }

    struct Count: Keyed {
        /// Two numbers in one: procedure and traits, procedure and day, import and day.
        let key: UInt64
        var dossiers: Int
        var collectedVND: Int

        init(_ first: Int, _ second: Int, dossiers: Int, collectedVND: Int = 0) {
            key = UInt64(first) << 32 | UInt64(second)
            self.dossiers = dossiers
            self.collectedVND = collectedVND
        }

        init(key: UInt64, dossiers: Int, collectedVND: Int) { (self.key, self.dossiers, self.collectedVND) = (key, dossiers, collectedVND) }

        var first: Int { Int(key >> 32) }
        var second: Int { Int(key & 0xFFFF_FFFF) }
        var sortKey: UInt64 { key }
        var isNothing: Bool { dossiers == 0 && collectedVND == 0 }
    }

    /// Sorted by key, each key once.
    private(set) var counts: [Count] = []

    init() {}

    init(encoded bytes: UnsafeRawBufferPointer) throws {
        try TallyBlock.counts(bytes) { counts.append($0) }
    }

    /// The counts of an encoded block, without a list in between.
    static func counts(_ bytes: UnsafeRawBufferPointer, _ visit: (Count) throws -> Void) throws {
        if bytes.isEmpty { return }
        var scan = try ByteScan(bytes)
        var key: UInt64 = 0
        while !scan.isAtEnd {
            key &+= UInt64(bitPattern: Int64(try scan.number()))
            try visit(Count(key: key, dossiers: try scan.number(), collectedVND: try scan.number()))
        }
    }

    /// Adds changes in any order.
    mutating func add(_ changes: [Count]) {
        var sorted = changes
        sorted.sortByKey()
        let merged = [Count](unsafeUninitializedCapacity: counts.count + sorted.count) { merged, length in
            func put(_ count: Count) {
                if length > 0, merged[length - 1].key == count.key {
                    merged[length - 1].dossiers += count.dossiers
                    merged[length - 1].collectedVND += count.collectedVND
                } else {
                    if length > 0, merged[length - 1].isNothing { length -= 1 }
                    merged.initializeElement(at: length, to: count)
                    length += 1
                }
            }
            var old = 0
            for change in sorted {
                while old < counts.count, counts[old].key <= change.key {
                    put(counts[old])
                    old += 1
                }
                put(change)
            }
            while old < counts.count {
                put(counts[old])
                old += 1
            }
            if length > 0, merged[length - 1].isNothing { length -= 1 }
        }
        counts = merged
    }

    /// The same dossiers by the second number alone.
    var ofAll: TallyBlock {
        var block = TallyBlock()
        block.add(counts.map { Count(0, $0.second, dossiers: $0.dossiers, collectedVND: $0.collectedVND) })
        return block
    }

    /// - Throws: when a count is negative, which no sequence of imports can give.
    func encode(into sink: ByteSink) throws {
        var last: UInt64 = 0
        for count in counts {
            guard count.dossiers > 0, count.collectedVND >= 0 else { throw StoreError("a tally would become negative") }
            sink.put(count.key - last)
            sink.put(count.dossiers)
            sink.put(count.collectedVND)
            last = count.key
        }
    }
}
