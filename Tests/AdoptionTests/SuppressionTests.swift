import Adoption
import Testing

@Suite struct SuppressionTests {
    /// A table of units and months, whose lines are named `unit/months` (`A/1`, `A/1-3`, `P/2`); P is all units.
    private struct Table {
        let units: [String]
        let counts: [[Rate]]
        var statuses: [String: Suppression.Status] = [:]
        var months: Int { counts[0].count }

        /// All numerators, each of a great denominator, so that only the numerators are in question.
        init(_ rows: KeyValuePairs<String, [Int]>, rest: Int = 100) {
            units = rows.map(\.key)
            counts = rows.map { $0.value.map { Rate($0, of: $0 + rest) } }
        }

        func line(_ unit: String, _ from: Int, _ to: Int) -> Suppression.Line {
            let key = from == to ? "\(unit)/\(from)" : "\(unit)/\(from)-\(to)"
            let rows = units.indices.filter { unit == "P" || unit.contains(units[$0]) }
            return .init(key: key, leaves: Set(rows.flatMap { row in (from...to).map { row * months + $0 - 1 } }), status: statuses[key] ?? .open, holder: unit,
                isTotal: unit == "P")
        }

        /// Every unit and P in every month, and in the spans of months.
        func lines(_ spans: [(Int, Int)] = [], groups: [String] = []) -> [Suppression.Line] {
            (units + groups + ["P"]).flatMap { unit in (1...months).map { line(unit, $0, $0) } + spans.map { line(unit, $0.0, $0.1) } }
        }

        func hidden(_ spans: [(Int, Int)] = [], groups: [String] = []) -> [String] { suppression(spans, groups: groups).hidden.sorted() }

        func suppression(_ spans: [(Int, Int)] = [], groups: [String] = []) -> Suppression {
            Suppression(lines(spans, groups: groups), leaves: counts.flatMap { $0 })
        }
    }

    @Test func nothingIsHiddenWhenNothingIsSmall() {
        #expect(Table(["A": [0, 5], "B": [7, 0], "C": [9, 50]]).hidden([(1, 2)]).isEmpty)
        #expect(Suppression([], leaves: []).hidden.isEmpty)
        #expect(Suppression([.init(key: "none", leaves: [])], leaves: []).hidden.isEmpty)
    }

    /// 4 and the rest of 4 are small; 5 is not, nor is 0.
    @Test func bothCountsOfALineAreProtected() {
        let leaves = [Rate(4, of: 50), Rate(46, of: 50), Rate(5, of: 10), Rate(0, of: 9), Rate(9, of: 9), Rate(2, of: 2)]
        let lines = leaves.indices.map { Suppression.Line(key: "\($0)", leaves: [$0]) }
        #expect(Suppression(lines, leaves: leaves).hidden == ["0", "1", "5"])
        #expect(Suppression(lines, leaves: leaves, threshold: 6).hidden == ["0", "1", "2", "5"])
        #expect(Suppression(lines, leaves: leaves, threshold: 2).hidden.isEmpty)
    }

    /// A is P without B, C and D. With B alone hidden, A and B would know each other.
    @Test func ofSiblingsThreeAreHiddenTheSmallestFirst() {
        #expect(Table(["A": [3], "B": [30], "C": [10], "D": [20]]).hidden() == ["A/1", "C/1", "D/1"])
    }

    @Test func whereThereAreOnlyTwoTheyKnowEachOther() {
        let result = Table(["A": [3], "B": [30]]).suppression()
        #expect(result.hidden == ["A/1", "B/1"] && result.knownToOneOther == ["A/1"] && result.confined.isEmpty)
    }

    @Test func theTotalOfOneUnitIsHiddenWithIt() {
        let result = Table(["A": [3]]).suppression()
        #expect(result.hidden == ["A/1", "P/1"] && result.knownToOneOther.isEmpty && result.determined.isEmpty)
    }

    /// 1 and 2 are 3: who knows that, knows that both are small. 0 hides nothing, and what is hidden with it is not 0.
    @Test func aSmallHiddenSumIsNotEnough() {
        #expect(Table(["A": [1], "B": [2], "C": [50], "D": [60]]).hidden() == ["A/1", "B/1", "C/1"])
        #expect(Table(["A": [1], "B": [0], "C": [50], "D": [60]]).hidden().contains("C/1"))
        #expect(Table(["A": [4], "B": [0], "C": [1], "D": [60]]).hidden() == ["A/1", "B/1", "C/1"])
        #expect(Table(["A": [3], "B": [0], "C": [1], "D": [60]]).hidden().contains("D/1"))
    }

    @Test func aQuarterGivesNoMonthAway() {
        var lines = [1, 2, 3].map { Suppression.Line(key: "\($0)", leaves: [$0 - 1]) } + [.init(key: "Q", leaves: [0, 1, 2])]
        let leaves = [Rate(3, of: 30), Rate(10, of: 20), Rate(10, of: 50), Rate(6, of: 60)]
        #expect(Suppression(lines, leaves: leaves).hidden == ["1", "2", "3"])
        // Year to date in April without that in March is April, so it says nothing of January.
        lines += [.init(key: "4", leaves: [3]), .init(key: "1-4", leaves: [0, 1, 2, 3])]
        #expect(Suppression(lines, leaves: leaves).hidden == ["1", "2", "3"])
    }

    @Test func theDifferenceOfTwoSumsIsNotShown() {
        let sets: KeyValuePairs<String, Set<Int>> = ["1-4": [0], "1-5": [0, 1], "5": [1]]
        let lines = sets.map { Suppression.Line(key: $0.key, leaves: $0.value, holder: "A") }
        // The smaller of the two is hidden, as long as nobody has seen it.
        #expect(Suppression(lines, leaves: [Rate(40, of: 100), Rate(1, of: 20)]).hidden == ["5", "1-4"])
        let second = [Suppression.Line(key: "1-4", leaves: [0], status: .shownBefore)] + lines.dropFirst()
        #expect(Suppression(second, leaves: [Rate(40, of: 100), Rate(1, of: 20)]).hidden == ["5", "1-5"])
    }

    /// A in January is found by its row and by its column; so are B in January, A in February, and B in February is the corner.
    @Test func ofACrossedTableTheCornersAreHidden() {
        let table = Table(["A": [3, 20], "B": [20, 20]])
        #expect(table.hidden([(1, 2)]) == ["A/1", "A/2", "B/1", "B/2"])
        let larger = Table(["A": [3, 20, 20, 20], "B": [20, 20, 20, 20], "C": [20, 20, 20, 20], "D": [90, 90, 90, 90]])
        let result = larger.suppression([(1, 4)])
        // Three in each row and column that has any, or at least so many that nobody knows another's.
        #expect(result.knownToOneOther.isEmpty && result.hidden.count <= 9 && result.hidden.allSatisfy { $0.count == 3 && !$0.hasPrefix("P") })
    }

    @Test func groupsAreHiddenOnlyWhereTheyMustBe() {
        // With AB shown, A and B would know each other; with AB hidden, C must be too.
        #expect(Table(["A": [3], "B": [30], "C": [10], "D": [20]]).suppression(groups: ["AB"]).hidden == ["A/1", "B/1", "AB/1", "C/1"])
    }

    @Test func whatIsKnownIsSaid() {
        var table = Table(["A": [3], "B": [30], "C": [40]])
        table.statuses = ["B/1": .shownBefore, "C/1": .shownBefore, "P/1": .shownBefore]
        #expect(table.suppression().hidden == ["A/1"] && table.suppression().determined == ["A/1"])
        table = Table(["A": [3], "B": [1], "C": [40]])
        table.statuses = ["C/1": .shownBefore, "P/1": .shownBefore]
        #expect(table.suppression().determined.isEmpty && table.suppression().confined == ["A/1", "B/1"])
        table.statuses = ["C/1": .hiddenBefore]
        #expect(table.suppression().hidden == ["A/1", "B/1", "C/1"] && table.suppression().confined.isEmpty)
        table.statuses = ["A/1": .shownBefore, "C/1": .hiddenBefore]
        #expect(table.suppression().hidden.isSuperset(of: ["B/1", "C/1"]))
    }

    @Test func linesOfTheSameLeavesAreHiddenTogether() {
        let lines = ["x", "y"].map { Suppression.Line(key: $0, leaves: [0], holder: $0) } + [.init(key: "z", leaves: [0], status: .shownBefore)]
        #expect(Suppression(Array(lines.dropLast()), leaves: [Rate(1, of: 9)]).hidden == ["x", "y"])
        let known = Suppression(lines, leaves: [Rate(1, of: 9)])
        #expect(known.hidden == ["x", "y"] && known.determined == ["x", "y"])
    }
}
