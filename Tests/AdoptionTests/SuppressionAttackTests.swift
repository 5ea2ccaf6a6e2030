import Adoption
import Testing
import TestSupport

/// Attacks small publications with everything that an outsider could try: all tables that agree with what is shown.
@Suite struct SuppressionAttackTests {
    private static let threshold = 3

    private struct Publication {
        var lines: [Suppression.Line] = []
        var leaves: [Rate] = []

        func result() -> Suppression { Suppression(lines, leaves: leaves, threshold: threshold) }

        func counts(_ measure: Int) -> [Int] { leaves.map { measure == 0 ? $0.numerator : $0.denominator - $0.numerator } }

        func isSmall(_ line: Suppression.Line, _ measure: Int) -> Bool {
            (1..<threshold).contains(line.leaves.reduce(0) { $0 + counts(measure)[$1] })
        }

        /// Up to four units, of which the last may have another below it, in up to three months with their sums.
        static func random(_ random: inout SeededGenerator) -> Publication {
            let (units, months) = (Int.random(in: 1...3, using: &random), Int.random(in: 1...3, using: &random))
            let hasGroup = Bool.random(using: &random)
            var publication = Publication()
            let limit = Int.random(in: 1...4, using: &random)
            publication.leaves = (0..<(units + 1) * months).map { _ in
                let (n, rest) = (Int.random(in: 0...limit, using: &random), Int.random(in: 0...limit, using: &random))
                return Rate(n, of: n + rest)
            }
            // A group's line is that of its own records and of the first unit's.
            var sets = (0...units).map { [$0] } + [Array(0...units)]
            if hasGroup { sets[units] = Array(Set([0, units])).sorted() }
            var spans = (0..<months).map { $0...$0 }
            if months > 1 { spans.append(0...months - 1) }
            if months > 2 && Bool.random(using: &random) { spans.append(0...1) }
            for (unit, set) in sets.enumerated() {
                for span in spans {
                    let leaves = Set(set.flatMap { row in span.map { row * months + $0 } })
                    publication.lines.append(.init(key: "\(unit)/\(span.lowerBound)-\(span.upperBound)", leaves: leaves, isTotal: unit == units + 1))
                }
            }
            return publication
        }

        func with(_ status: (Suppression.Line) -> Suppression.Status) -> Publication {
            Publication(lines: lines.map { .init(key: $0.key, leaves: $0.leaves, status: status($0), isTotal: $0.isTotal) }, leaves: leaves)
        }
    }

    /// The smallest and greatest possible value of each line, as far as they need to be known. Nil without bound.
    /// Not complete when there are too many tables to try them all.
    private static func ranges(_ lines: [Suppression.Line], shown: [Set<Int>], truth: [Int]) -> (ranges: [ClosedRange<Int>?], isComplete: Bool) {
        let bounded = shown.reduce(into: Set<Int>()) { $0.formUnion($1) }
        let order = truth.indices.filter(bounded.contains)
        let sums = Array(Set(shown)).map { set in (set: set, sum: set.reduce(0) { $0 + truth[$1] }, last: set.max() ?? 0) }
        var table = truth
        var ranges: [ClosedRange<Int>?] = lines.map { line in
            line.leaves.isSubset(of: bounded) ? { $0...$0 }(line.leaves.reduce(0) { $0 + truth[$1] }) : nil
        }
        var left = sums.map(\.sum)
        var tables = 0
        func fill(_ position: Int) -> Bool {
            tables += 1
            if tables > 8_000 { return true }
            guard position < order.count else {
                for (index, line) in lines.enumerated() {
                    guard let range = ranges[index] else { continue }
                    let value = line.leaves.reduce(0) { $0 + table[$1] }
                    ranges[index] = min(range.lowerBound, value)...max(range.upperBound, value)
                }
                return ranges.allSatisfy { ($0?.count ?? .max) > threshold }
            }
            let leaf = order[position]
            let around = sums.indices.filter { sums[$0].set.contains(leaf) }
            let most = around.map { left[$0] }.min() ?? 0
            let least = around.filter { sums[$0].last == leaf }.map { left[$0] }.max() ?? 0
            guard least <= most else { return false }
            for value in least...most {
                table[leaf] = value
                for index in around { left[index] -= value }
                let isExact = around.allSatisfy { sums[$0].last != leaf || left[$0] == 0 }
                let isDone = isExact && fill(position + 1)
                for index in around { left[index] += value }
                if isDone { return true }
            }
            return false
        }
        _ = fill(0)
        return (ranges, tables <= 8_000)
    }

    /// Whether the line is a combination of the shown ones, by elimination modulo a prime; small tables have no larger subdeterminants.
    private static func isSpanned(_ line: Set<Int>, by shown: [Set<Int>], leaves: Int) -> Bool {
        func rank(_ sets: [Set<Int>]) -> Int {
            let prime = 1_000_003
            func inverse(_ value: Int) -> Int {
                var (result, base, exponent) = (1, value, prime - 2)
                while exponent > 0 {
                    if exponent % 2 == 1 { result = result * base % prime }
                    base = base * base % prime
                    exponent /= 2
                }
                return result
            }
            var rows = sets.map { set in (0..<leaves).map { set.contains($0) ? 1 : 0 } }
            var rank = 0
            for column in 0..<leaves {
                guard let pivot = rows.indices.first(where: { $0 >= rank && rows[$0][column] != 0 }) else { continue }
                rows.swapAt(rank, pivot)
                let scale = inverse(rows[rank][column])
                for other in rows.indices where other > rank && rows[other][column] != 0 {
                    let factor = rows[other][column] * scale % prime
                    for index in 0..<leaves { rows[other][index] = (rows[other][index] + (prime - factor) * rows[rank][index]) % prime }
                }
                rank += 1
            }
            return rank
        }
        return rank(shown) == rank(shown + [line])
    }

    /// False when there are too many tables to try.
    private func check(_ publication: Publication, _ seed: UInt64) -> Bool {
        let result = publication.result()
        let shown = publication.lines.filter { !result.hidden.contains($0.key) }
        let before = publication.lines.filter { $0.status == .shownBefore }
        let targets = publication.lines.filter { line in line.status != .shownBefore && (0...1).contains { publication.isSmall(line, $0) } }
        #expect(result.hidden.isSuperset(of: targets.map(\.key)), "\(seed)")
        #expect(result.hidden.isDisjoint(with: before.map(\.key)), "\(seed)")
        #expect(result.hidden.isSuperset(of: publication.lines.filter { $0.status == .hiddenBefore }.map(\.key)), "\(seed)")
        if targets.isEmpty { #expect(publication.lines.allSatisfy { $0.status == .hiddenBefore || !result.hidden.contains($0.key) }, "\(seed)") }
        #expect(result.determined.union(result.confined).union(result.knownToOneOther).isSubset(of: targets.map(\.key)), "\(seed)")
        var (determined, confined): (Set<String>, Set<String>) = ([], [])
        for measure in 0...1 {
            let small = targets.filter { publication.isSmall($0, measure) }
            let truth = publication.counts(measure)
            let now = Self.ranges(small, shown: shown.map(\.leaves), truth: truth)
            let atBest = Self.ranges(small, shown: before.map(\.leaves), truth: truth)
            guard now.isComplete && atBest.isComplete else { return false }
            for (index, line) in small.enumerated() {
                let (width, best) = (now.ranges[index]?.count ?? .max, atBest.ranges[index]?.count ?? .max)
                #expect(min(width, Self.threshold + 1) == min(best, Self.threshold + 1), "seed \(seed) \(line.key) measure \(measure)")
                if best == 1 { determined.insert(line.key) } else if best <= Self.threshold { confined.insert(line.key) }
            }
        }
        #expect(result.determined == determined && result.confined == confined.subtracting(determined), "\(seed)")
        let hidden = publication.lines.filter { result.hidden.contains($0.key) }
        for line in targets where !result.determined.contains(line.key) {
            let count = publication.leaves.count
            #expect(!Self.isSpanned(line.leaves, by: shown.map(\.leaves), leaves: count), "\(seed) \(line.key)")
            let knows = hidden.contains {
                $0.leaves != line.leaves && Self.isSpanned(line.leaves, by: shown.map(\.leaves) + [$0.leaves], leaves: count)
            }
            #expect(knows == result.knownToOneOther.contains(line.key), "\(seed) \(line.key)")
        }
        return true
    }

    @Test(arguments: 0..<8) func noAttackSucceeds(on part: Int) {
        var tried = 0
        for seed in 0..<40 {
            let name = UInt64(part * 1_000 + seed)
            var random = SeededGenerator(seed: name)
            if check(.random(&random), name) { tried += 1 }
        }
        #expect(tried > 20)
    }

    /// The first month was published alone, with what had to be hidden then; or anything was shown.
    @Test(arguments: 0..<8) func earlierPublicationsAreKnown(in part: Int) {
        var tried = 0
        for seed in 0..<40 {
            let name = UInt64(100_000 + part * 1_000 + seed)
            var random = SeededGenerator(seed: name)
            let publication = Publication.random(&random)
            let first = Publication(lines: publication.lines.filter { $0.key.hasSuffix("/0-0") }, leaves: publication.leaves)
            let earlier = first.result()
            let known = Set(first.lines.map(\.key))
            let next = publication.with { earlier.hidden.contains($0.key) ? .hiddenBefore : known.contains($0.key) ? .shownBefore : .open }
            if check(next, name) { tried += 1 }
            let statuses: [Suppression.Status] = [.open, .open, .shownBefore, .hiddenBefore]
            let drawn = publication.lines.map { _ in statuses[Int.random(in: 0...3, using: &random)] }
            let byKey = Dictionary(uniqueKeysWithValues: zip(publication.lines.map(\.key), drawn))
            if check(publication.with({ byKey[$0.key] ?? .open }), name + 500) { tried += 1 }
        }
        #expect(tried > 40)
    }

    @Test func theOrderOfTheLinesDoesNotMatter() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            let publication = Publication.random(&random)
            let result = publication.result()
            let shuffled = Publication(lines: publication.lines.shuffled(using: &random), leaves: publication.leaves).result()
            #expect(shuffled.hidden == result.hidden && shuffled.confined == result.confined)
            #expect(shuffled.knownToOneOther == result.knownToOneOther && shuffled.determined == result.determined)
        }
    }
}
