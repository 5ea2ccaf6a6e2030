import Adoption
import Testing

@Suite struct DemandTests {
    private static func target(_ basisPoints: Int) -> Target {
        Target(
            indicatorID: "O1", coverage: .province, validity: Validity(first: Day(number: 0), last: nil), basisPoints: basisPoints,
            document: Document(number: "Ví dụ 01", date: nil, clause: ""), isIllustrative: true)
    }

    /// Worked by hand from r = (t(N + V) − n)/V.
    @Test(arguments: [
        (59, 100, 6_000, 0, .outOfReach(best: Rate(59, of: 100))), (60, 100, 6_000, 0, .secured), (61, 100, 6_000, 0, .secured),
        // 60 % of 101, 102 and 103 is 60,6, 61,2 and 61,8: only with three further dossiers can 59 become enough.
        (59, 100, 6_000, 1, .outOfReach(best: Rate(60, of: 101))), (59, 100, 6_000, 2, .outOfReach(best: Rate(61, of: 102))),
        (59, 100, 6_000, 3, .reachable(needed: 3, of: 3)), (60, 100, 6_000, 1, .reachable(needed: 1, of: 1)),
        (61, 100, 6_000, 1, .secured), (61, 100, 6_000, 2, .reachable(needed: 1, of: 2)),
        (49_995, 100_000, 5_000, 0, .outOfReach(best: Rate(49_995, of: 100_000))),
        (49_995, 100_000, 5_000, 9, .outOfReach(best: Rate(50_004, of: 100_009))),
        (49_995, 100_000, 5_000, 10, .reachable(needed: 10, of: 10)), (50_000, 100_000, 5_000, 0, .secured),
        (4, 4, 10_000, 0, .secured), (4, 4, 10_000, 3, .reachable(needed: 3, of: 3)), (3, 4, 10_000, 5, .outOfReach(best: Rate(8, of: 9))),
        (0, 5, 0, 5, .secured), (90, 100, 7_000, 28, .secured), (90, 100, 7_000, 29, .reachable(needed: 1, of: 29)),
        // `Gap.add` of 620 of 1000 at 70 % is 267: with one fewer it is out of reach.
        (620, 1_000, 7_000, 266, .outOfReach(best: Rate(886, of: 1_266))), (620, 1_000, 7_000, 267, .reachable(needed: 267, of: 267)),
        (620, 1_000, 7_000, 300, .reachable(needed: 290, of: 300)), (0, 0, 7_000, 10, .reachable(needed: 7, of: 10)),
    ] as [(Int, Int, Int, Int, Demand)])
    func isExact(numerator: Int, denominator: Int, basisPoints: Int, further: Int, demand: Demand) {
        #expect(Self.target(basisPoints).demand(of: Rate(numerator, of: denominator), further: further) == demand)
    }

    @Test(arguments: [0, 7_000, 10_000])
    func nothingOfNothingIsNeitherSecuredNorOutOfReach(basisPoints: Int) {
        #expect(Self.target(basisPoints).demand(of: .none, further: 0) == nil)
    }

    /// What is needed is the smallest number that meets the target: found here by trying.
    @Test func isTheSmallestNumberThatMeetsTheTarget() {
        for denominator in 1...9 {
            for numerator in 0...denominator {
                for further in 0...9 {
                    for basisPoints in [0, 1, 2_500, 3_333, 5_000, 6_667, 7_000, 9_999, 10_000] {
                        let target = Self.target(basisPoints)
                        let needed = (0...further).first { target.verdict(on: Rate(numerator + $0, of: denominator + further)) == .met }
                        let demand: Demand = switch needed {
                        case 0: .secured
                        case let needed?: .reachable(needed: needed, of: further)
                        case nil: .outOfReach(best: Rate(numerator + further, of: denominator + further))
                        }
                        #expect(target.demand(of: Rate(numerator, of: denominator), further: further) == demand)
                    }
                }
            }
        }
    }
}
