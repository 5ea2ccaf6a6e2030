import Adoption
import Testing
import TestSupport

@Suite struct ChangeTests {
    private typealias Part = Change<String>.Part

    private static func part(_ key: String, _ before: (Int, Int), _ after: (Int, Int)) -> Change<String>.Part {
        Change.Part(key: key, before: Rate(before.0, of: before.1), after: Rate(after.0, of: after.1))
    }

    private static func words(_ change: Change<String>) -> [String] {
        change.effects.map { "\($0.part.key) rate \($0.rateHundredths) mix \($0.mixHundredths)" }
    }

    @Test func withoutDataOnOneSideThereIsNoChange() {
        #expect(Change<String>([]) == nil)
        #expect(Change([Self.part("A", (0, 0), (1, 2)), Self.part("B", (0, 0), (1, 2))]) == nil)
        #expect(Change([Self.part("A", (1, 2), (0, 0))]) == nil)
    }

    /// A rises from 20 to 30 % and has half of the dossiers: 5 points, all of them by its rate.
    @Test func aRateThatMovesIsARateEffect() throws {
        let change = try #require(Change([Self.part("A", (20, 100), (30, 100)), Self.part("B", (80, 100), (80, 100))]))
        #expect(change.before == Rate(100, of: 200) && change.after == Rate(110, of: 200))
        #expect(change.hundredths == 500 && change.rateHundredths == 500 && change.mixHundredths == 0)
        #expect(Self.words(change) == ["A rate 500 mix 0", "B rate 0 mix 0"])
    }

    /// No unit changes its rate and the total falls from 82 to 18 %: the dossiers moved. (0,9 − 0,1)(0,1 − 0,5) = −0,32 for each.
    @Test func dossiersThatMoveAreAMixEffect() throws {
        let change = try #require(Change([Self.part("A", (10, 100), (90, 900)), Self.part("B", (810, 900), (90, 100))]))
        #expect(change.hundredths == -6_400)
        #expect(Self.words(change) == ["A rate 0 mix -3200", "B rate 0 mix -3200"])
    }

    /// 50 % to 75 %, mean 62,5 %: A (1/2 − 1)(0,5 − 0,625) = 6,25 points, B (1/2 − 0)(1 − 0,625) = 18,75. A unit that ends is the mirror.
    @Test func aPartOnOneSideOnlyIsAllMix() throws {
        let begun = try #require(Change([Self.part("A", (50, 100), (50, 100)), Self.part("B", (0, 0), (100, 100))]))
        #expect(begun.hundredths == 2_500)
        #expect(Self.words(begun) == ["B rate 0 mix 1875", "A rate 0 mix 625"])
        let ended = try #require(Change([Self.part("A", (50, 100), (50, 100)), Self.part("B", (100, 100), (0, 0))]))
        #expect(ended.hundredths == -2_500)
        #expect(Self.words(ended) == ["B rate 0 mix -1875", "A rate 0 mix -625"])
    }

    @Test func aPartWithoutAnyDataIsLeftOut() throws {
        let change = try #require(Change([Self.part("A", (1, 2), (1, 2)), Self.part("B", (0, 0), (0, 0))]))
        #expect(Self.words(change) == ["A rate 0 mix 0"])
    }

    /// Three times 33,333… are 100: the first by key gets the hundredth that is left, and what is taken away goes to the first two.
    @Test func whatIsShownAddsUp() throws {
        let up = ["C", "A", "B"].map { Self.part($0, (0, 1), (1, 1)) }
        let risen = try #require(Change(up))
        #expect(risen.hundredths == 10_000)
        #expect(Self.words(risen) == ["A rate 3334 mix 0", "B rate 3333 mix 0", "C rate 3333 mix 0"])
        let fallen = try #require(Change(up.map { Part(key: $0.key, before: $0.after, after: $0.before) }))
        #expect(fallen.hundredths == -10_000)
        #expect(Self.words(fallen) == ["C rate -3334 mix 0", "A rate -3333 mix 0", "B rate -3333 mix 0"])
    }

    /// Five units, one new and one ended, by Python's fractions: −1454,73 and −0,78; 282,23 and 28,69; 165,24 and 54,78; 23,25; 10,63.
    @Test func agreesWithFractions() throws {
        let change = try #require(Change([
            Self.part("23302", (412, 650), (530, 700)), Self.part("23305", (88, 310), (97, 205)), Self.part("23530", (0, 0), (41, 64)),
            Self.part("616", (1_201, 1_975), (772, 1_975)), Self.part("H48", (7, 19), (0, 0)),
        ]))
        #expect(change.hundredths == -891)
        #expect(Self.words(change) == [
            "616 rate -1455 mix -1", "23302 rate 282 mix 29", "23305 rate 165 mix 55", "23530 rate 0 mix 23", "H48 rate 0 mix 11",
        ])
    }

    @Test(arguments: [((1, 3), (2, 3), 3_333), ((2, 3), (1, 3), -3_333), ((0, 1), (1, 32), 313), ((1, 32), (0, 1), -313), ((5, 10), (1, 2), 0)])
    func toAndFroAreEquallyFar(before: (Int, Int), after: (Int, Int), hundredths: Int) {
        #expect(Rate(before.0, of: before.1).changeHundredths(to: Rate(after.0, of: after.1)) == hundredths)
        #expect(Rate.none.changeHundredths(to: Rate(after.0, of: after.1)) == nil)
        #expect(Rate(before.0, of: before.1).changeHundredths(to: .none) == nil)
    }

    /// Each effect is at most one hundredth from the formula, all of them make up the total, and their order in the input is nothing.
    @Test(arguments: [5, 1_000, 1_000_000_000])
    func effectsAlwaysSumToTheChange(most: Int) throws {
        var random = SeededGenerator(seed: UInt64(most))
        func rate() -> Rate {
            let denominator = Int.random(in: 0...4, using: &random) == 0 ? 0 : Int.random(in: 1...most, using: &random)
            return Rate(Int.random(in: 0...denominator, using: &random), of: denominator)
        }
        for _ in 0..<200 {
            let parts = (0..<Int.random(in: 1...30, using: &random)).map { Part(key: "\($0)", before: rate(), after: rate()) }
            guard let change = Change(parts) else { continue }
            #expect(change.effects.reduce(0) { $0 + $1.rateHundredths + $1.mixHundredths } == change.hundredths)
            #expect(change.rateHundredths + change.mixHundredths == change.hundredths)
            #expect(Change(parts.shuffled(using: &random)) == change)
            func ratio(_ rate: Rate) -> Double { Double(rate.numerator) / Double(rate.denominator) }
            let mean = (ratio(change.before) + ratio(change.after)) / 2
            for effect in change.effects {
                let (before, after) = (effect.part.before, effect.part.after)
                let (r0, r1) = (ratio(before.isNoData ? after : before), ratio(after.isNoData ? before : after))
                let w0 = Double(before.denominator) / Double(change.before.denominator)
                let w1 = Double(after.denominator) / Double(change.after.denominator)
                #expect(abs(Double(effect.rateHundredths) - 10_000 * (w0 + w1) / 2 * (r1 - r0)) < 1.000_001)
                #expect(abs(Double(effect.mixHundredths) - 10_000 * (w1 - w0) * ((r0 + r1) / 2 - mean)) < 1.000_001)
            }
        }
    }
}
