/// What can be asked about a counted dossier: the closed list of words that indicators are made of.
package enum Dimension: String, CaseIterable, Sendable {
    case channel, level, applicant, filer, state, delivery, obligation, payment, timing, requests, digitised, signed

    /// Of its place, and not of its name, which would be read letter by letter.
    package func hash(into hasher: inout Hasher) { hasher.combine(shift) }

    /// The words of this dimension, at the index of their code.
    package var words: [String] {
        switch self {
        case .channel: Channel.words
        case .level: ServiceLevel.words
        case .applicant: Applicant.words
        case .filer: Filer.words
        case .state: DossierState.words
        case .delivery: ResultDelivery.words
        case .obligation: Obligation.words
        case .payment: PaymentMeans.words
        case .timing: Timing.words
        case .requests: PaymentRequests.words
        case .digitised, .signed: Answer.words
        }
    }

    /// Where the code stands in the bits of `Traits`. These places are on disk and never change.
    var shift: UInt32 {
        switch self {
        case .channel: 0
        case .level: 2
        case .applicant: 5
        case .filer: 7
        case .state: 9
        case .delivery: 13
        case .obligation: 15
        case .payment: 17
        case .timing: 19
        case .requests: 21
        case .digitised: 23
        case .signed: 25
        }
    }

    var mask: UInt32 {
        switch self {
        case .state: 0b1111
        case .level: 0b111
        default: 0b11
        }
    }
}

/// Everything about one dossier that an indicator may ask, in 27 bits.
package struct Traits: Hashable, Comparable, Sendable {
    package let bits: UInt32

    package init(bits: UInt32) { self.bits = bits }

    /// - Parameter payments: all payments of this dossier, and of no other.
    package init(_ dossier: Dossier, terms: Terms, payments: [Payment]) {
        let means = PaymentMeans(of: payments)
        var bits: UInt32 = 0
        func put(_ dimension: Dimension, _ code: UInt8) { bits |= UInt32(code) << dimension.shift }
        put(.channel, dossier.channel.rawValue)
        put(.level, (terms.level ?? dossier.level).rawValue)
        put(.applicant, dossier.applicant.rawValue)
        put(.filer, dossier.filer.rawValue)
        put(.state, dossier.state.rawValue)
        put(.delivery, dossier.delivery.rawValue)
        put(.payment, means.rawValue)
        put(.timing, dossier.timing.rawValue)
        put(.requests, PaymentRequests(of: payments).rawValue)
        put(.digitised, dossier.digitised.rawValue)
        put(.signed, dossier.signed.rawValue)
        put(.obligation, Traits.obligation(dossier, terms.bearsFee, payments, means).rawValue)
        self.bits = bits
    }

    package func code(_ dimension: Dimension) -> UInt8 { UInt8(bits >> dimension.shift & dimension.mask) }

    package func word(_ dimension: Dimension) -> String { dimension.words[Int(code(dimension))] }

    package static func < (a: Traits, b: Traits) -> Bool { a.bits < b.bits }

    /// Something is owed when a fee line says so, when somebody paid, or when the procedure bears a fee and the source
    /// has no fee lines; "every fee line is 0" is said by lines that are there (QĐ 766 item 3.6).
    private static func obligation(
        _ dossier: Dossier, _ bearsFee: Bool?, _ payments: [Payment], _ means: PaymentMeans
    ) -> Obligation {
        if means != .none { return .owed }
        if payments.contains(where: { $0.state == .exempt }) { return .exempt }
        switch (dossier.amountDueVND, bearsFee) {
        case (.some(1...), _): return .owed
        case (nil, true): return .owed
        case (_, true): return .zero
        default: return .none
        }
    }
}

extension PaymentMeans {
    /// The best way in which any of the payments was made: one online payment makes a dossier paid online. Nothing is paid with 0 đồng.
    init(of payments: [Payment]) {
        var best = PaymentMeans.none
        for payment in payments where payment.state == .paid && payment.amountVND > 0 {
            switch payment.method {
            case .online: best = .online
            case .transfer: if best != .online { best = .transfer }
            case .counter: if best == .none { best = .counter }
            }
        }
        self = best
    }
}

extension PaymentRequests {
    init(of payments: [Payment]) {
        let stands = payments.contains { $0.state != .cancelled && $0.state != .refunded }
        self = stands ? .standing : payments.isEmpty ? .none : .withdrawn
    }
}

/// The date by which a dossier falls into a period.
package enum DateBasis: UInt8, Vocabulary {
    /// The moment of reception (`Dossier.counted`).
    case received
    /// The moment at which it was settled; a dossier that is open is in no period.
    case settled
    /// The moment of the first payment that was kept; a dossier that was not paid is in no period.
    case collected
    package static let words = ["received", "settled", "collected"]
}

/// What one dossier adds to the counts of one half-month.
package struct Contribution: Hashable, Sendable {
    package let basis: DateBasis
    package let halfMonth: HalfMonth
    package let agencyID: Int
    package let procedureID: Int
    package let traits: Traits
    /// The sum of what was paid and not refunded.
    package let collectedVND: Int

    /// One contribution for each date that the dossier has.
    package static func all(of dossier: Dossier, terms: Terms, payments: [Payment]) -> [Contribution] {
        let count = DossierCount(dossier, terms: terms, payments: payments)
        func contribution(_ basis: DateBasis, _ halfMonth: HalfMonth) -> Contribution {
            Contribution(
                basis: basis, halfMonth: halfMonth, agencyID: dossier.agencyID, procedureID: dossier.procedureID, traits: count.traits,
                collectedVND: count.collectedVND)
        }
        return [contribution(.received, count.received)] + [count.settled.map { contribution(.settled, $0) }, count.collected.map { contribution(.collected, $0) }].compactMap { $0 }
    }
}

/// As what one dossier is counted, and in which half-month by each date.
package struct DossierCount: Hashable, Sendable {
    package let traits: Traits
    /// The sum of what was paid and not refunded.
    package let collectedVND: Int
    package let received: HalfMonth
    /// Nil while it is open.
    package let settled: HalfMonth?
    /// Nil while nothing was paid.
    package let collected: HalfMonth?

    /// - Parameter payments: all payments of this dossier, and of no other.
    package init(_ dossier: Dossier, terms: Terms, payments: [Payment]) {
        traits = Traits(dossier, terms: terms, payments: payments)
        var collectedVND = 0
        var collected: Instant?
        for payment in payments where payment.state == .paid && payment.amountVND > 0 {
            collectedVND += payment.amountVND
            if let paid = payment.paid { collected = min(paid, collected ?? paid) }
        }
        self.collectedVND = collectedVND
        received = HalfMonth(dossier.counted.day)
        settled = dossier.settled.map { HalfMonth($0.day) }
        self.collected = collected.map { HalfMonth($0.day) }
    }

    package func halfMonth(_ basis: DateBasis) -> HalfMonth? {
        switch basis {
        case .received: received
        case .settled: settled
        case .collected: collected
        }
    }
}

/// How many dossiers of one unit and half-month share a procedure and all traits.
package struct Tally: Hashable, Sendable {
    package let basis: DateBasis
    package let halfMonth: HalfMonth
    package let agencyID: Int
    /// 0 for all procedures together.
    package let procedureID: Int
    package let traits: Traits
    /// Distinct dossiers, more than 0.
    package let dossiers: Int
    package let collectedVND: Int

    package init(
        basis: DateBasis, halfMonth: HalfMonth, agencyID: Int, procedureID: Int, traits: Traits, dossiers: Int,
        collectedVND: Int
    ) {
        self.basis = basis
        self.halfMonth = halfMonth
        self.agencyID = agencyID
        self.procedureID = procedureID
        self.traits = traits
        self.dossiers = dossiers
        self.collectedVND = collectedVND
    }

    package var kind: Kind { Kind(self) }

    /// What the dossiers of one tally have in common.
    package struct Kind: Hashable, Sendable {
        let basis: DateBasis
        package let halfMonth: HalfMonth
        let agencyID: Int
        let procedureID: Int
        let traits: Traits

        init(_ tally: Tally) {
            (basis, halfMonth, agencyID) = (tally.basis, tally.halfMonth, tally.agencyID)
            (procedureID, traits) = (tally.procedureID, tally.traits)
        }

        /// - Parameter agencyID: the unit that the dossier counts for.
        package init(_ contribution: Contribution, agencyID: Int, byProcedure: Bool) {
            basis = contribution.basis
            halfMonth = contribution.halfMonth
            self.agencyID = agencyID
            procedureID = byProcedure ? contribution.procedureID : 0
            traits = contribution.traits
        }
    }

    package init(_ kind: Kind, dossiers: Int, collectedVND: Int) {
        self.init(
            basis: kind.basis, halfMonth: kind.halfMonth, agencyID: kind.agencyID, procedureID: kind.procedureID, traits: kind.traits,
            dossiers: dossiers, collectedVND: collectedVND)
    }

    /// The same dossiers, counted for another unit.
    package func moved(to agencyID: Int) -> Tally {
        Tally(
            basis: basis, halfMonth: halfMonth, agencyID: agencyID, procedureID: procedureID, traits: traits, dossiers: dossiers,
            collectedVND: collectedVND)
    }
}
