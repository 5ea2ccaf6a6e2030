import Adoption
import Testing

@Suite struct OfficialScoreTests {
    private func record(_ evaluation: Evaluation, _ counts: [OfficialCount: Int]) -> OfficialRecord {
        OfficialRecord(
            evaluation: evaluation, period: Period(.calendar, year: 2026, months: 8...8), agencyCode: "H44", agencyName: "UBND tỉnh Phú Thọ",
            level: .province, counts: counts, publishedHundredths: 0)
    }

    /// Published figures of the national portal, domain handbook 11.
    @Test(arguments: [
        (82_913, 98_459, 93, 56, 310, 625), (1_516, 1_707, 12, 7, 35, 669), (1_310, 1_429, 18, 11, 37, 746), (0, 0, 0, 0, 2, 0),
    ])
    func paymentEqualsThePublishedScore(paid: Int, obliged: Int, paidOnline: Int, withDossiers: Int, all: Int, hundredths: Int) throws {
        let score = try #require(OfficialScore(record(.payment, [
            .paidOnline: paid, .obliged: obliged, .proceduresPaidOnline: paidOnline, .feeProceduresWithDossiers: withDossiers, .feeProcedures: all,
        ])))
        #expect(score.hundredths == hundredths)
        #expect(score.profile == "qd766-payment-v1")
    }

    @Test func onlineServicesEqualThePublishedScore() throws {
        let score = try #require(OfficialScore(record(.online, [
            .proceduresUnderAuthority: 56, .proceduresPartial: 31, .proceduresFull: 21, .servicesUsedOnline: 406, .onlineServices: 1_968,
            .filedOnline: 150_956, .filed: 152_595,
        ])))
        #expect(score.hundredths == 883)
        #expect(score.terms.map(\.hundredths) == [200, 83, 600])
        #expect(score.maximum == 12)
    }

    @Test func progressEqualsThePublishedScore() throws {
        #expect(try #require(OfficialScore(record(.progress, [.onTime: 200_568, .received: 248_677]))).hundredths == 1_613)
    }

    @Test func aScoreWithoutCountsIsNotComputed() {
        #expect(OfficialScore(record(.online, [:])) == nil)
        #expect(OfficialScore(record(.progress, [.onTime: 3])) == nil)
    }
}

@Suite struct ItemPointsTests {
    /// Item 4.2: four points from 80 % on, in proportion below it.
    @Test(arguments: [(0, 10, 0), (4, 10, 200), (79, 100, 395), (80, 100, 400), (100, 100, 400), (2, 3, 333)])
    func pointsGrowToTheThreshold(numerator: Int, denominator: Int, hundredths: Int) {
        #expect(Rate(numerator, of: denominator).pointsHundredths(of: 4, fullAtPercent: 80) == hundredths)
        #expect(Rate.none.pointsHundredths(of: 4, fullAtPercent: 80) == nil)
    }
}
