import Adoption
import Testing
import TestSupport

@Suite struct RankingTests {
    /// The intervals of Newcombe (1998), table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29; the others by Python's decimals.
    @Test(arguments: [
        (0, 10, 0, 2_775), (10, 10, 7_225, 10_000), (0, 20, 0, 1_611), (1, 29, 61, 1_718), (81, 263, 2_553, 3_662), (15, 148, 624, 1_605),
        (0, 1, 0, 7_935), (1, 1, 2_065, 10_000), (5, 10, 2_366, 7_634), (29, 29, 8_830, 10_000), (5_781, 11_287, 5_030, 5_214),
    ])
    func theIntervalIsThePublishedOne(numerator: Int, denominator: Int, low: Int, high: Int) throws {
        let interval = try #require(Rate(numerator, of: denominator).wilson())
        #expect(interval.low == low && interval.high == high)
    }

    @Test func theIntervalHasTheRateInItAndNarrowsWithTheDossiers() throws {
        #expect(Rate.none.wilson() == nil)
        var random = SeededGenerator(seed: 16)
        for _ in 0..<2_000 {
            let denominator = Int.random(in: 1...10_000, using: &random)
            let rate = Rate(Int.random(in: 0...denominator, using: &random), of: denominator)
            let drawn = try #require(rate.hundredthsOfPercent)
            let one = try #require(rate.wilson())
            let hundred = try #require(Rate(100 * rate.numerator, of: 100 * denominator).wilson())
            #expect(0 <= one.low && one.low <= drawn && drawn <= one.high && one.high <= 10_000)
            #expect(one.low <= hundred.low && hundred.high <= one.high)
        }
    }

    private static func words(_ places: [Ranked<String>]) -> [String] { places.map { "\($0.rank.map(String.init) ?? "-") \($0.key)" } }

    /// Shown with two decimals, C and D would be equal: 69,96 % is 69,96 % only once.
    @Test func equalRatesShareARankAndTheNextIsLeftFree() {
        let entries = [
            (key: "F", rate: Rate(1, of: 10)), (key: "B", rate: Rate(8, of: 10)), (key: "D", rate: Rate(6_996, of: 10_000)), (key: "A", rate: Rate(16, of: 20)),
            (key: "C", rate: Rate(69_961, of: 100_000)), (key: "E", rate: Rate(2, of: 20)),
        ]
        #expect(Self.words(ranked(entries, minimum: 0)) == ["1 A", "1 B", "3 C", "4 D", "5 E", "5 F"])
    }

    @Test func tooFewDossiersAreListedAfterAndNoDataLast() {
        let entries = [
            (key: "A", rate: Rate.none), (key: "Z", rate: Rate(1, of: 1)), (key: "C", rate: Rate(95, of: 100)), (key: "B", rate: Rate(9, of: 9)),
            (key: "D", rate: Rate(0, of: 10)),
        ]
        #expect(Self.words(ranked(entries, minimum: 10)) == ["1 C", "2 D", "- B", "- Z", "- A"])
        #expect(Self.words(ranked(entries, minimum: 0)) == ["1 B", "1 Z", "3 C", "4 D", "- A"])
        #expect(ranked([(key: String, rate: Rate)](), minimum: 10).isEmpty)
    }

    /// A rank is 1 and the number of those that are better: counted here one by one.
    @Test func theRankIsOneMoreThanTheNumberOfBetterUnits() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<100 {
            let entries = (0..<Int.random(in: 0...20, using: &random)).map { key in
                let denominator = Int.random(in: 0...12, using: &random)
                return (key: key, rate: Rate(Int.random(in: 0...denominator, using: &random), of: denominator))
            }
            let places = ranked(entries, minimum: 4)
            #expect(places.map(\.key).sorted() == entries.map(\.key))
            #expect(ranked(entries.shuffled(using: &random), minimum: 4) == places)
            for place in places {
                let better = entries.count { $0.rate.denominator >= 4 && $0.rate.isGreater(than: place.rate) }
                #expect(place.rank == (place.rate.denominator >= 4 ? better + 1 : nil))
            }
        }
    }
}
