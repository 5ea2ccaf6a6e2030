import Adoption
import Testing
import TestSupport

@Suite struct OpportunityTests {
    private static func local(_ unit: String, _ numerator: Int, _ denominator: Int, group: String = "commune", procedure: String = "1.000001") -> LocalRate {
        LocalRate(unitKey: unit, groupKey: group, procedureKey: procedure, rate: Rate(numerator, of: denominator))
    }

    private static func words(_ opportunities: [Opportunity]) -> [String] {
        opportunities.map { "\($0.local.unitKey)/\($0.local.procedureKey) +\($0.gainDossiers) rise \($0.riseHundredths) as \($0.peer.unitKey)" }
    }

    /// B's 90 % is the example: C has too few dossiers to be one, D is of another level, F has another procedure.
    @Test func theBestPeerOfTheSameGroupIsTheExample() {
        let found = Opportunity.all(in: [
            Self.local("A", 10, 100), Self.local("B", 90, 100), Self.local("C", 9, 9), Self.local("D", 100, 100, group: "district"),
            Self.local("E", 1, 2), Self.local("F", 50, 50, procedure: "1.000002"), Self.local("G", 0, 0),
        ], province: Rate(1_000, of: 2_000))
        // A: 0,9 · 100 − 10 = 80, of 2000 dossiers 4 points; E: ⌈1,8⌉ − 1 = 1, of 2000 0,05 points.
        #expect(Self.words(found) == ["A/1.000001 +80 rise 400 as B", "E/1.000001 +1 rise 5 as B"])
    }

    /// At a peer's 10 of 30, 3 dossiers would have exactly 1 and 4 would have to have 2; 301 would have 100,33 and so 101.
    @Test(arguments: [(0, 3, 1), (0, 4, 2), (1, 4, 1), (0, 301, 101), (0, 1, 1)])
    func theGainIsExact(numerator: Int, denominator: Int, gain: Int) {
        let found = Opportunity.all(in: [Self.local("A", numerator, denominator), Self.local("B", 10, 30)], province: Rate(10, of: 500))
        #expect(found.first { $0.local.unitKey == "A" }?.gainDossiers == gain)
    }

    @Test func whoIsAsGoodAsTheBestOrHasNoPeerHasNothingToGain() {
        #expect(Opportunity.all(in: [], province: Rate(1, of: 2)).isEmpty)
        #expect(Opportunity.all(in: [Self.local("A", 10, 20)], province: Rate(10, of: 20)).isEmpty)
        #expect(Opportunity.all(in: [Self.local("A", 10, 20), Self.local("B", 20, 40)], province: Rate(30, of: 60)).isEmpty)
        #expect(Opportunity.all(in: [Self.local("A", 1, 20), Self.local("B", 9, 9)], province: Rate(10, of: 29)).isEmpty)
        #expect(Opportunity.all(in: [Self.local("A", 1, 20), Self.local("B", 9, 10)], province: .none).isEmpty)
    }

    /// The best is no example for itself: C (90 %) has nothing to gain until D (2 of 2) is many enough.
    @Test func theMinimumIsInclusiveAndCanBeChosen() {
        let locals = [Self.local("A", 0, 10), Self.local("B", 8, 10), Self.local("C", 9, 10), Self.local("D", 2, 2), Self.local("E", 0, 0)]
        let province = Rate(19, of: 32)
        #expect(Self.words(Opportunity.all(in: locals, province: province)) == ["A/1.000001 +9 rise 2813 as C", "B/1.000001 +1 rise 313 as C"])
        #expect(Self.words(Opportunity.all(in: locals, province: province, minimum: 0)) == [
            "A/1.000001 +10 rise 3125 as D", "B/1.000001 +2 rise 625 as D", "C/1.000001 +1 rise 313 as D",
        ])
    }

    @Test func amongEqualPeersTheOneWithMoreDossiersIsNamed() {
        let locals = [Self.local("A", 0, 10), Self.local("B", 10, 20), Self.local("D", 20, 40), Self.local("C", 20, 40)]
        #expect(Self.words(Opportunity.all(in: locals, province: Rate(50, of: 110))) == ["A/1.000001 +5 rise 455 as C"])
    }

    /// Of 20 000 dossiers one is half a hundredth of a point, which is rounded up; of 20 001 it is less.
    @Test(arguments: [(20_000, 1), (20_001, 0)])
    func theRiseIsRoundedOnce(dossiers: Int, hundredths: Int) {
        let found = Opportunity.all(in: [Self.local("A", 0, 1), Self.local("B", 10, 20)], province: Rate(10, of: dossiers))
        #expect(found.map(\.riseHundredths) == [hundredths])
    }

    @Test func theGreatestGainComesFirstAndThenTheKeys() {
        let locals = [
            Self.local("B", 0, 10, procedure: "2"), Self.local("B", 0, 10, procedure: "1"), Self.local("A", 0, 10, procedure: "2"),
            Self.local("C", 0, 20, procedure: "1"), Self.local("P", 10, 10, procedure: "1"), Self.local("P", 10, 10, procedure: "2"),
        ]
        #expect(Opportunity.all(in: locals, province: Rate(20, of: 70)).map { "\($0.local.unitKey)\($0.local.procedureKey)" } == ["C1", "A2", "B1", "B2"])
    }

    /// With the gain the unit has the peer's rate or more, with one dossier fewer it has less, and nobody else of the group does better.
    @Test func theGainIsTheSmallestThatReachesThePeer() {
        var random = SeededGenerator(seed: 25)
        for _ in 0..<100 {
            let locals = (0..<6).flatMap { unit in
                (0..<4).map { procedure in
                    let denominator = Int.random(in: 0...40, using: &random)
                    return Self.local(
                        "\(unit)", Int.random(in: 0...denominator, using: &random), denominator, group: unit < 3 ? "commune" : "district", procedure: "\(procedure)")
                }
            }
            let province = locals.reduce(Rate.none) { $0 + $1.rate }
            let found = Opportunity.all(in: locals, province: province)
            #expect(Opportunity.all(in: locals.shuffled(using: &random), province: province) == found)
            #expect(found.map(\.gainDossiers) == found.map(\.gainDossiers).sorted(by: >))
            for one in found {
                let (local, peer) = (one.local.rate, one.peer.rate)
                #expect(one.peer.unitKey != one.local.unitKey && peer.denominator >= 10)
                #expect(!peer.isGreater(than: Rate(local.numerator + one.gainDossiers, of: local.denominator)))
                #expect(peer.isGreater(than: Rate(local.numerator + one.gainDossiers - 1, of: local.denominator)))
            }
            for local in locals where !local.rate.isNoData {
                let peers = locals.filter {
                    $0.groupKey == local.groupKey && $0.procedureKey == local.procedureKey && $0.unitKey != local.unitKey && $0.rate.denominator >= 10
                }
                let isBehind = peers.contains { $0.rate.isGreater(than: local.rate) }
                let opportunity = found.first { $0.local == local }
                #expect((opportunity != nil) == isBehind)
                #expect(!peers.contains { peer in opportunity.map { peer.rate.isGreater(than: $0.peer.rate) } ?? false })
            }
        }
    }
}
