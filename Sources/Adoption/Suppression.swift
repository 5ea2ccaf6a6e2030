/// Which lines of a publication must be hidden so that no small count can be read or worked out.
///
/// The promise: for every small count (1 to threshold − 1) of a hidden line there are two tables of whole non-negative counts that agree with
/// everything shown now and before, and between which the count differs by at least `threshold`. So no sum of hidden lines that contains it
/// is known to be small either. Each such pair of tables
/// is really found; a line for which there is none is named in `determined` or `confined`.
package struct Suppression: Sendable {
    /// What is shown or hidden as a whole: the sum of the records of some leaves, a leaf being the own records of one unit in one month.
    ///
    /// What is left of a unit after those below it is no line by itself; who wants to protect it hands it over as a line too.
    package struct Line: Hashable, Sendable {
        package let key: String
        /// Places in the list of leaves.
        package let leaves: Set<Int>
        package let status: Status
        /// The unit that knows the line because it is its own. Nil stands for a holder of this line only.
        package let holder: String?
        /// A line of all units: it is hidden when nothing else protects a small count, and never because of what a holder knows.
        package let isTotal: Bool

        package init(key: String, leaves: Set<Int>, status: Status = .open, holder: String? = nil, isTotal: Bool = false) {
            self.key = key
            self.leaves = leaves
            self.status = status
            self.holder = holder
            self.isTotal = isTotal
        }
    }

    /// What earlier publications decided about a line.
    package enum Status: Hashable, Sendable { case open, shownBefore, hiddenBefore }

    /// The keys of the lines to hide: those with a small count, those that would give it away, and those hidden before.
    package let hidden: Set<String>
    /// The hidden lines with a small count that what was shown before gives away, whatever else is hidden now.
    package let determined: Set<String>
    /// The hidden lines with a small count that can be estimated more closely than promised, because of what was shown before.
    package let confined: Set<String>
    /// The hidden lines with a small count that the holder of one other hidden line can work out exactly with it, and that a few more
    /// hidden lines would not help. Another line is one of other leaves and of another holder.
    package let knownToOneOther: Set<String>

    /// - Parameters:
    ///   - lines: each key once; their order does not matter.
    ///   - leaves: what the lines are sums of.
    ///   - threshold: from which count on a count is not small.
    package init(_ lines: [Line], leaves: [Rate], threshold: Int = 5) {
        let sums = Self.sums(lines, leaves)
        var hidden = Set(lines.filter { $0.status == .hiddenBefore }.map(\.key))
        for sum in sums where sum.isSensitive(threshold) { hidden.formUnion(sum.keysNotShownBefore) }
        var (determined, confined, knownToOneOther): (Set<String>, Set<String>, Set<String>) = ([], [], [])
        for sum in sums where sum.isSensitive(threshold) && sum.status == .shownBefore { determined.formUnion(sum.keysNotShownBefore) }

        var search = SuppressionSearch(Self.connected(sums, threshold), leaves, threshold)
        search.run()
        for sum in search.hiddenSums { hidden.formUnion(sum.keysNotShownBefore) }
        for sum in search.determined { determined.formUnion(sum.keysNotShownBefore) }
        for sum in search.confined { confined.formUnion(sum.keysNotShownBefore) }
        for sum in search.knownToOneOther { knownToOneOther.formUnion(sum.keysNotShownBefore) }
        (self.hidden, self.determined, self.confined, self.knownToOneOther) = (hidden, determined, confined, knownToOneOther)
    }

    /// All lines with the same leaves: who sees one sees all, so they are hidden together.
    struct Sum {
        let leaves: [Int]
        let rate: Rate
        let status: Status
        /// The first of all keys, for the order.
        let key: String
        let keysNotShownBefore: [String]
        let holders: Set<String>
        let isTotal: Bool

        func isSensitive(_ threshold: Int) -> Bool { !smallMeasures(threshold).isEmpty }

        /// 0 when the numerator is small, 1 when the rest of the denominator is.
        func smallMeasures(_ threshold: Int) -> [Int] {
            [rate.numerator, rate.denominator - rate.numerator].enumerated().filter { 0 < $1 && $1 < threshold }.map(\.offset)
        }

        /// Fewer dossiers are hidden first, those of no dossiers after, for behind them little can be hidden, and totals last.
        static func isCheaper(_ a: Sum, _ b: Sum) -> Bool {
            (a.group, a.rate.denominator, a.key) < (b.group, b.rate.denominator, b.key)
        }

        private var group: Int { isTotal ? 2 : rate.isNoData ? 1 : 0 }
    }

    private static func sums(_ lines: [Line], _ leaves: [Rate]) -> [Sum] {
        Dictionary(grouping: lines.filter { !$0.leaves.isEmpty }, by: \.leaves).map { set, alike in
            let before: Status = alike.contains { $0.status == .hiddenBefore } ? .hiddenBefore : .open
            let keys = alike.sorted { $0.key < $1.key }
            return Sum(
                leaves: set.sorted(), rate: set.reduce(.none) { $0 + leaves[$1] },
                status: alike.contains { $0.status == .shownBefore } ? .shownBefore : before,
                key: keys[0].key, keysNotShownBefore: keys.filter { $0.status != .shownBefore }.map(\.key),
                holders: Set(keys.compactMap(\.holder)), isTotal: keys.contains { $0.isTotal })
        }
        .sorted(by: Sum.isCheaper)
    }

    /// Only the sums that are linked by common leaves, however far, with one that must be protected.
    private static func connected(_ sums: [Sum], _ threshold: Int) -> [Sum] {
        var linked: [Int: [Int]] = [:]
        for (index, sum) in sums.enumerated() {
            for leaf in sum.leaves { linked[leaf, default: []].append(index) }
        }
        var pending = sums.indices.filter { sums[$0].status != .shownBefore && sums[$0].isSensitive(threshold) }
        var reached = Set(pending)
        while let index = pending.popLast() {
            for leaf in sums[index].leaves {
                for other in linked.removeValue(forKey: leaf) ?? [] where reached.insert(other).inserted { pending.append(other) }
            }
        }
        return reached.sorted().map { sums[$0] }
    }
}
