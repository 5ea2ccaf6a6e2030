import Adoption
import Testing

@Suite struct TraitsTests {
    static func dossier(
        amountDueVND: Int? = nil, state: DossierState = .received, received: Int = 1_000_000, due: Int? = nil, settled: Int? = nil
    ) throws -> Dossier {
        try Dossier(
            agencyID: 1, procedureID: 2, channel: .online, level: .full, applicant: .stateAgency, filer: .officer,
            state: state, delivery: .electronic, filed: nil, received: Instant(secondsSinceEpoch: received),
            due: due.map(Instant.init(secondsSinceEpoch:)), settled: settled.map(Instant.init(secondsSinceEpoch:)),
            amountDueVND: amountDueVND, digitised: .yes, signed: .no, updated: Instant(secondsSinceEpoch: received))
    }

    static func payment(_ method: PaymentMethod, _ state: PaymentState, _ paid: Int = 5_000_000, amountVND: Int = 50_000) throws -> Payment {
        try Payment(
            amountVND: amountVND, method: method, provider: .unnamed, state: state,
            requested: nil, paid: Instant(secondsSinceEpoch: paid), refunded: nil, updated: nil)
    }

    @Test func nothingIsPaidWithZero() throws {
        let traits = Traits(try Self.dossier(amountDueVND: 50_000), terms: Terms(bearsFee: true), payments: [try Self.payment(.online, .paid, amountVND: 0)])
        #expect(traits.word(.payment) == "none" && traits.word(.obligation) == "owed")
    }

    @Test(arguments: [
        (nil, nil, "none"), (nil, false, "none"), (nil, true, "owed"), (0, true, "zero"), (0, nil, "none"), (50_000, nil, "owed"), (50_000, false, "owed"),
    ] as [(Int?, Bool?, String)])
    func whatIsOwedFollowsTheFeeLinesAndThenTheProcedure(amount: Int?, bearsFee: Bool?, obligation: String) throws {
        #expect(Traits(try Self.dossier(amountDueVND: amount), terms: Terms(bearsFee: bearsFee), payments: []).word(.obligation) == obligation)
    }

    @Test func anExemptionCountsUntilSomebodyPays() throws {
        let exempt = try Self.payment(.counter, .exempt)
        #expect(Traits(try Self.dossier(amountDueVND: 9), terms: Terms(bearsFee: true), payments: [exempt]).word(.obligation) == "exempt")
        let paid = try Self.payment(.online, .paid)
        #expect(Traits(try Self.dossier(amountDueVND: 9), terms: Terms(bearsFee: true), payments: [exempt, paid]).word(.obligation) == "owed")
    }

    /// A cash payment does not count as online because a flag says so: only payment records decide.
    @Test func oneOnlinePaymentMakesADossierPaidOnline() throws {
        let cases: [([(PaymentMethod, PaymentState)], String)] = [
            ([], "none"), ([(.online, .failed), (.online, .pending), (.online, .refunded), (.online, .cancelled)], "none"),
            ([(.counter, .paid)], "counter"), ([(.counter, .paid), (.transfer, .paid)], "transfer"),
            ([(.online, .failed), (.counter, .paid), (.online, .paid)], "online"),
        ]
        for (payments, means) in cases {
            let payments = try payments.map { try Self.payment($0.0, $0.1) }
            #expect(Traits(try Self.dossier(), terms: Terms(bearsFee: nil), payments: payments).word(.payment) == means)
        }
    }

    /// P3 leaves out what was cancelled or refunded; a dossier of which one request still stands is asked to pay.
    @Test func aRequestStandsUntilItIsCancelledOrRefunded() throws {
        let cases: [([PaymentState], String)] = [
            ([], "none"), ([.cancelled], "withdrawn"), ([.refunded, .cancelled], "withdrawn"), ([.cancelled, .pending], "standing"), ([.failed], "standing"),
            ([.unpaid], "standing"), ([.paid], "standing"), ([.exempt], "standing"),
        ]
        for (states, word) in cases {
            let payments = try states.map { try Self.payment(.online, $0) }
            #expect(Traits(try Self.dossier(), terms: Terms(bearsFee: nil), payments: payments).word(.requests) == word)
        }
    }

    @Test func everyWordOfEveryDimensionSurvivesPacking() throws {
        for dimension in Dimension.allCases {
            #expect(dimension.words.count <= Int(dimension == .state ? 16 : dimension == .level ? 8 : 4))
        }
        let traits = Traits(try Self.dossier(amountDueVND: 1, state: .stopped), terms: Terms(bearsFee: nil), payments: [try Self.payment(.transfer, .paid)])
        let words = Dimension.allCases.map { traits.word($0) }
        #expect(words == ["online", "full", "state_agency", "officer", "stopped", "electronic", "owed", "transfer", "open", "standing", "yes", "no"])
    }

    /// Form II.06: early before the due day, on time until the due moment or without one, late after it.
    @Test(arguments: [
        (nil, nil, Timing.open), (nil, 2_000_000, .onTime), (2_000_000, 2_000_000, .onTime), (2_000_000, 2_000_001, .late), (2_000_000, 1_900_000, .early),
        (2_000_000, 1_999_999, .onTime),
    ] as [(Int?, Int?, Timing)])
    func timingIsJudgedAgainstTheDueMoment(due: Int?, settled: Int?, timing: Timing) throws {
        #expect(try Self.dossier(due: due, settled: settled).timing == timing)
    }

    @Test func contradictionsAreRefused() throws {
        #expect(throws: DossierContradiction.settledBeforeReceived) { try Self.dossier(settled: 999_999) }
        #expect(throws: DossierContradiction.settledWithoutDate) { try Self.dossier(state: .settled) }
        #expect(throws: PaymentContradiction.paidWithoutDate) {
            try Payment(amountVND: 1, method: .online, provider: .unnamed, state: .paid, requested: Instant(secondsSinceEpoch: 1), paid: nil, refunded: nil, updated: nil)
        }
    }

    /// A dossier with three payments is one dossier; joining rows would count it three times.
    @Test func aDossierContributesOnceForEachOfItsDates() throws {
        let dossier = try Self.dossier(state: .settled, settled: 9_000_000)
        let payments = [try Self.payment(.online, .paid, 6_000_000), try Self.payment(.online, .paid, 5_000_000), try Self.payment(.online, .failed)]
        let contributions = Contribution.all(of: dossier, terms: Terms(bearsFee: true), payments: payments)
        #expect(contributions.map(\.basis) == [.received, .settled, .collected])
        #expect(contributions.map(\.collectedVND) == [100_000, 100_000, 100_000])
        #expect(contributions[2].halfMonth == HalfMonth(Instant(secondsSinceEpoch: 5_000_000).day))
    }

    @Test func twoVersionsOfTheSameSecondHaveOneWinner() throws {
        let a = try Self.dossier(amountDueVND: 1), b = try Self.dossier(amountDueVND: 2)
        #expect(a.supersedes(b) != b.supersedes(a))
        #expect(!a.supersedes(a))
    }
}
