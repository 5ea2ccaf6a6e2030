internal import Adoption

/// What can stand in a block: it has a key, and may become empty.
protocol BlockItem {
    var key: Int { get }
    var isEmpty: Bool { get }
    init(key: Int)
}

/// Writes items of neighbouring keys beside each other.
protocol BlockCoder {
    associatedtype Item: BlockItem
    /// What the next item is written beside.
    associatedtype Last
    var start: Last { get }
    func put(_ item: Item, after last: inout Last, into sink: ByteSink) throws
    func item(_ scan: inout ByteScan, first: Int, after last: inout Last) throws -> Item
    func include(_ item: Item, in zone: inout Zone)
}

/// A list sorted by key, cut into blocks of about a page, each in one row under its first key.
///
/// SQLite spends more on a row than a dossier holds; a block is one row for some two hundred. A sorted batch goes through the list once:
/// what is new is added at the end, and only the blocks in which something changes are written again.
///
/// It is a class because it owns prepared statements.
final class BlockTable<Coder: BlockCoder> {
    typealias Item = Coder.Item

    private let coder: Coder
    private let floor: FastStatement
    private let following: FastStatement
    private let insert: FastStatement
    private let update: FastStatement
    private let remove: FastStatement
    private let all: FastStatement
    private let hasZones: Bool
    private let sink = ByteSink()

    /// With its zone, what a page of 8 KiB holds.
    private static var byteLimit: Int { 7_900 }
    /// New blocks at the end have room, since dossiers grow when they are settled and paid.
    private static var tailLimit: Int { 6_200 }
    /// How many records of a batch are held before what they make is written.
    private static var stride: Int { 4_096 }

    init(_ connection: OpaquePointer, _ coder: Coder, _ statements: BlockStatements) throws {
        self.coder = coder
        hasZones = statements.hasZones
        floor = try FastStatement(connection, statements.floor)
        following = try FastStatement(connection, statements.following)
        insert = try FastStatement(connection, statements.insert)
        update = try FastStatement(connection, statements.update)
        remove = try FastStatement(connection, statements.remove)
        all = try FastStatement(connection, statements.all)
    }

    /// Nil when nothing stands under the key.
    func item(_ key: Int) throws -> Item? {
        try floor.bind(1, key)
        defer { floor.reset() }
        guard try floor.step() else { return nil }
        var scan = try ByteScan(floor.bytes(1))
        var last = coder.start
        while !scan.isAtEnd {
            let item = try coder.item(&scan, first: floor.int(0), after: &last)
            if item.key >= key { return item.key == key ? item : nil }
        }
        return nil
    }

    /// All items in the order of their keys. Nothing may be changed meanwhile.
    func walk(_ visit: (Item) throws -> Void) throws {
        defer { all.reset() }
        while try all.step() { try decode(all.int(0), all.bytes(1), visit) }
    }

    func decode(_ first: Int, _ bytes: UnsafeRawBufferPointer, _ visit: (Item) throws -> Void) throws {
        var scan = try ByteScan(bytes)
        var last = coder.start
        while !scan.isAtEnd { try visit(try coder.item(&scan, first: first, after: &last)) }
    }

    /// Takes a sorted batch through the list.
    ///
    /// - Parameters:
    ///   - keys: those of the batch's records, sorted; a key may come several times.
    ///   - change: is given each item that the batch names, or a new one, and the places of its records in the batch; it says
    ///     whether it changed anything. An item that is empty afterwards is taken away.
    func edit(_ keys: [Int], change: (inout Item, Range<Int>) throws -> Bool) throws {
        var next = 0
        while next < keys.count {
            let (first, size, items) = try block(around: keys[next])
            let end = try first.map(key(after:)) ?? Int.max
            var stop = next
            while stop < keys.count, keys[stop] < end, stop - next < BlockTable.stride || keys[stop] == keys[stop - 1] { stop += 1 }
            let (edited, isChanged) = try edited(items, keys, next..<stop, change)
            if isChanged { try write(items, edited, over: first, isTail: end == Int.max, size: size + 40 * edited.count { $0.place == nil }) }
            next = stop
        }
    }

    /// An item that a batch names, and where it stands among those of its block; nil for a new one.
    private struct Edit {
        var item: Item
        let place: Int?
    }

    /// The named items in the order of their keys, as they are afterwards.
    private func edited(
        _ items: [Item], _ keys: [Int], _ range: Range<Int>, _ change: (inout Item, Range<Int>) throws -> Bool
    ) throws -> (edits: [Edit], isChanged: Bool) {
        var (edits, isChanged) = ([Edit](), false)
        edits.reserveCapacity(range.count)
        var (place, next) = (0, range.lowerBound)
        while next < range.upperBound {
            let key = keys[next]
            while place < items.count, items[place].key < key { place += 1 }
            var stop = next + 1
            while stop < range.upperBound, keys[stop] == key { stop += 1 }
            let isKnown = place < items.count && items[place].key == key
            edits.append(Edit(item: isKnown ? items[place] : Item(key: key), place: isKnown ? place : nil))
            if try change(&edits[edits.count - 1].item, next..<stop) { isChanged = true }
            next = stop
        }
        return (edits, isChanged)
    }

    /// Goes through all blocks and changes what is to be changed.
    func editAll(change: (inout Item) throws -> Bool) throws {
        var key = Int.min
        while true {
            let (first, _, items) = try block(around: key)
            guard let first else { return }
            var edited: [Edit] = []
            for place in items.indices {
                var edit = Edit(item: items[place], place: place)
                if try change(&edit.item) { edited.append(edit) }
            }
            let next = try self.key(after: first)
            if !edited.isEmpty { try write(items, edited, over: first, isTail: next == Int.max, size: 0) }
            if next == Int.max { return }
            key = next
        }
    }

    /// The block that holds the key or would hold it, which for a key before all others is the first; no items when there is none at all.
    private func block(around key: Int) throws -> (first: Int?, size: Int, items: [Item]) {
        try floor.bind(1, key)
        if try !floor.step() {
            let first = try self.key(after: key)
            if first == Int.max { return (nil, 0, []) }
            return try block(around: first)
        }
        defer { floor.reset() }
        let (first, bytes) = (floor.int(0), floor.bytes(1))
        var items: [Item] = []
        items.reserveCapacity(bytes.count / 24)
        try decode(first, bytes) { items.append($0) }
        return (first, bytes.count, items)
    }

    /// The first key of the block after the one that begins with this key.
    private func key(after first: Int) throws -> Int {
        try following.bind(1, first)
        defer { following.reset() }
        return try following.step() ? following.int(0) : Int.max
    }

    /// - Parameters:
    ///   - size: about how many bytes the items take; a block in the middle is cut into equal parts, so that each has room; 0 for no more than before.
    private func write(_ items: [Item], _ edited: [Edit], over first: Int?, isTail: Bool, size: Int) throws {
        let limit = BlockTable.byteLimit
        let parts = (size + limit - 1) / limit
        var output = Output(first: first, cut: isTail ? BlockTable.tailLimit : parts < 2 ? limit : min(limit, size / parts + 64), last: coder.start)
        sink.clear()
        var old = 0
        for edit in edited {
            while old < items.count, items[old].key < edit.item.key {
                try put(items[old], &output)
                old += 1
            }
            if edit.place != nil { old += 1 }
            if !edit.item.isEmpty { try put(edit.item, &output) }
        }
        while old < items.count {
            try put(items[old], &output)
            old += 1
        }
        if sink.count > 0 { try finishBlock(&output) }
        if let left = output.first { try removeBlock(left) }
    }

    /// The blocks that take the place of one.
    private struct Output {
        /// The key of the old block, until it is written over.
        var first: Int?
        let cut: Int
        var last: Coder.Last
        var zone = Zone()
        var begin = 0
    }

    private func put(_ item: Item, _ output: inout Output) throws {
        if sink.count == 0 { output.begin = item.key }
        try coder.put(item, after: &output.last, into: sink)
        if hasZones { coder.include(item, in: &output.zone) }
        if sink.count >= output.cut { try finishBlock(&output) }
    }

    private func finishBlock(_ output: inout Output) throws {
        // A new block before the old one: that one is gone before another may take its key.
        if let first = output.first, first < output.begin {
            try removeBlock(first)
            output.first = nil
        }
        try putBlock(output.begin, output.zone, isNew: output.begin != output.first)
        if output.begin == output.first { output.first = nil }
        sink.clear()
        (output.last, output.zone) = (coder.start, Zone())
    }

    private func removeBlock(_ first: Int) throws {
        try remove.bind(1, first)
        try remove.run()
    }

    /// Not with `INSERT OR REPLACE`, for which SQLite keeps a journal of its own beside that of the transaction.
    private func putBlock(_ first: Int, _ zone: Zone, isNew: Bool) throws {
        let statement = isNew ? insert : update
        try statement.bind(1, first)
        try statement.bind(2, sink.bytes)
        if hasZones { try zone.bind(statement, from: 3) }
        try statement.run()
    }
}

/// The SQL of one table of blocks: `(first_key, bytes)`, and the zone where it has one.
struct BlockStatements {
    let floor: StaticString
    let following: StaticString
    let insert: StaticString
    let update: StaticString
    let remove: StaticString
    let all: StaticString
    let hasZones: Bool

    static let records = BlockStatements(
        floor: "SELECT first_key, entries FROM record_block WHERE first_key <= ? ORDER BY first_key DESC LIMIT 1",
        following: "SELECT first_key FROM record_block WHERE first_key > ? ORDER BY first_key LIMIT 1",
        insert: """
            INSERT INTO record_block (first_key, entries, counted_from, counted_to, settled_from, settled_to, paid_from, paid_to, agencies)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
        update: """
            UPDATE record_block SET entries = ?2, counted_from = ?3, counted_to = ?4, settled_from = ?5, settled_to = ?6, paid_from = ?7, paid_to = ?8, agencies = ?9
            WHERE first_key = ?1
            """,
        remove: "DELETE FROM record_block WHERE first_key = ?",
        all: "SELECT first_key, entries FROM record_block ORDER BY first_key", hasZones: true)

    static let places = BlockStatements(
        floor: "SELECT first_key, places FROM payment_place_block WHERE first_key <= ? ORDER BY first_key DESC LIMIT 1",
        following: "SELECT first_key FROM payment_place_block WHERE first_key > ? ORDER BY first_key LIMIT 1",
        insert: "INSERT INTO payment_place_block (first_key, places) VALUES (?, ?)",
        update: "UPDATE payment_place_block SET places = ?2 WHERE first_key = ?1",
        remove: "DELETE FROM payment_place_block WHERE first_key = ?",
        all: "SELECT first_key, places FROM payment_place_block ORDER BY first_key", hasZones: false)
}

extension Zone {
    fileprivate func bind(_ statement: FastStatement, from first: Int32) throws {
        for (index, range) in [counted, settled, paid].enumerated() {
            try statement.bind(first + Int32(index * 2), range?.lowerBound)
            try statement.bind(first + Int32(index * 2 + 1), range?.upperBound)
        }
        try statement.bind(first + 6, Int(truncatingIfNeeded: agencies))
    }
}
