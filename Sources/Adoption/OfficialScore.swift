/// Which of the national portal's evaluation pages a response comes from.
package enum Evaluation: String, CaseIterable, Sendable {
    /// `formality-online-payment-tree`
    case payment
    /// `dvc-progress-tree`
    case progress
    /// `provide-online-tree`
    case online
}

/// What the national portal counted, by name of the count.
package enum OfficialCount: String, CaseIterable, Sendable {
    case paidOnline, obliged, proceduresPaidOnline, feeProceduresWithDossiers, feeProcedures
    case received, onTime, overdue, completed
    case proceduresUnderAuthority, proceduresPartial, proceduresFull
    case servicesUsedOnline, onlineServices
    case filedOnline, filedAtCounter, filedByPost, filed
    case onlineOnTime, onlineOverdue
}

/// One unit's row of one evaluation response.
package struct OfficialRecord: Hashable, Sendable {
    package let evaluation: Evaluation
    package let period: Period
    package let agencyCode: String
    package let agencyName: String
    package let level: AgencyLevel
    /// The counts that the portal gave; empty where it publishes only a score.
    package let counts: [OfficialCount: Int]
    /// The score as published, in hundredths of a point.
    package let publishedHundredths: Int

    package init(
        evaluation: Evaluation, period: Period, agencyCode: String, agencyName: String, level: AgencyLevel,
        counts: [OfficialCount: Int], publishedHundredths: Int
    ) {
        self.evaluation = evaluation
        self.period = period
        self.agencyCode = agencyCode
        self.agencyName = agencyName
        self.level = level
        self.counts = counts
        self.publishedHundredths = publishedHundredths
    }
}

/// One term of a score: `min(cap, points · n / d)`.
package struct ScoreTerm: Hashable, Sendable {
    package let name: Text
    package let numerator: Int
    package let denominator: Int
    package let hundredths: Int
}

/// A score by the method of QĐ 766/QĐ-TTg, computed from the published counts.
package struct OfficialScore: Hashable, Sendable {
    /// `qd766-payment-v1`: which reading of the method was used.
    package let profile: String
    package let terms: [ScoreTerm]
    package let maximum: Int

    /// The sum of the terms, in hundredths of a point.
    package var hundredths: Int { terms.reduce(0) { $0 + $1.hundredths } }

    /// Nil when the portal gave no counts from which the score could be computed.
    package init?(_ record: OfficialRecord) { self.init(record.evaluation, counts: record.counts) }

    /// The same from any counts, such as those of a unit's own records.
    ///
    /// The factors and caps are a fit to published scores, exact in every row tried; the decision's own names of the
    /// terms may differ.
    package init?(_ evaluation: Evaluation, counts: [OfficialCount: Int]) {
        func term(_ name: Text, _ part: [OfficialCount], of whole: OfficialCount, points: Double, fullAt: Double = 100, cap: Double? = nil) -> ScoreTerm? {
            let parts = part.compactMap { counts[$0] }
            guard parts.count == part.count, let whole = counts[whole] else { return nil }
            let n = parts.reduce(0, +)
            let percent = whole == 0 ? 0 : twoDecimals(100 * Double(n) / Double(whole))
            let value = twoDecimals(Double(percent) / 100 * points / fullAt)
            let most = cap.map { Int($0 * 100) } ?? Int.max
            return ScoreTerm(name: name, numerator: n, denominator: whole, hundredths: min(most, value))
        }
        let terms: [ScoreTerm?]
        switch evaluation {
        case .payment:
            terms = [
                term(Text(vi: "Hồ sơ thanh toán trực tuyến / hồ sơ có nghĩa vụ tài chính", en: "Paid online / with a financial obligation"),
                    [.paidOnline], of: .obliged, points: 6),
                term(Text(vi: "TTHC có thanh toán trực tuyến / TTHC có phí, lệ phí", en: "Fee procedures paid online / fee procedures"),
                    [.proceduresPaidOnline], of: .feeProcedures, points: 2.5, cap: 2),
                term(Text(vi: "TTHC có phí phát sinh hồ sơ / TTHC có phí, lệ phí", en: "Fee procedures with dossiers / fee procedures"),
                    [.feeProceduresWithDossiers], of: .feeProcedures, points: 2.5),
            ]
            maximum = 10
        case .progress:
            terms = [
                term(Text(vi: "Hồ sơ đúng hạn / hồ sơ tiếp nhận", en: "On time / received"), [.onTime], of: .received, points: 20)
            ]
            maximum = 20
        case .online:
            terms = [
                term(Text(vi: "TTHC cung cấp trực tuyến / TTHC thuộc thẩm quyền", en: "Partial and full / under authority"),
                    [.proceduresPartial, .proceduresFull], of: .proceduresUnderAuthority, points: 2, fullAt: 80, cap: 2),
                term(Text(vi: "DVCTT phát sinh hồ sơ trực tuyến / DVCTT", en: "Services with online dossiers / online services"),
                    [.servicesUsedOnline], of: .onlineServices, points: 4),
                term(Text(vi: "Hồ sơ trực tuyến / hồ sơ tiếp nhận", en: "Online dossiers / received"),
                    [.filedOnline], of: .filed, points: 6, fullAt: 50, cap: 6),
            ]
            maximum = 12
        }
        guard terms.allSatisfy({ $0 != nil }) else { return nil }
        self.terms = terms.compactMap { $0 }
        profile = "qd766-\(evaluation.rawValue)-v1"
    }
}

extension Rate {
    /// The points of an item of QĐ 766/QĐ-TTg in hundredths: all of them from the threshold on, below it in proportion. Nil without data.
    package func pointsHundredths(of points: Int, fullAtPercent threshold: Int) -> Int? {
        if isNoData { return nil }
        let percent = twoDecimals(100 * Double(numerator) / Double(denominator))
        return min(points * 100, twoDecimals(Double(percent) / 100 * Double(points) / Double(threshold)))
    }
}

/// A value in hundredths, halves rounded up on the binary value: what JavaScript's `toFixed(2)` gives. The portal
/// rounds each percentage so, and each term again, and only that reproduces its published scores; this is the one
/// place outside drawing where a `Double` is needed. The fused multiply keeps the sign of the remainder exact.
func twoDecimals(_ value: Double) -> Int {
    let below = (value * 100).rounded(.down)
    for candidate in [below - 1, below, below + 1] where (-(candidate + 0.5)).addingProduct(value, 100) < 0 {
        return Int(candidate)
    }
    return Int(below + 2)
}
