/// How the rest of a period is guessed.
package enum ProjectionMethod: String, CaseIterable, Sendable {
    /// The half-months to come bring what the last four complete ones brought on average.
    case pace = "pace-4"
    /// They bring what the same half-months brought a year before, changed as this year has changed so far.
    case lastYearShape = "last-year-shape"

    /// The name by which every output says how it was projected.
    package var id: String { rawValue }
}

/// A rate at a period's end as one method sees it, with what the method has been worth so far.
package struct Projection: Hashable, Sendable {
    package let method: ProjectionMethod
    /// What the complete half-months of the period have brought.
    package let soFar: Rate
    /// Whole dossiers: what was, and what the method adds.
    package let projected: Rate
    /// Nil when there is no earlier period that the method could have been tried on.
    package let backTest: BackTest?

    /// How far the method was from what came, at the same point of earlier periods.
    package struct BackTest: Hashable, Sendable {
        /// From 1 to 6.
        package let periods: Int
        /// The mean of the errors without their signs, each in hundredths of a percentage point, halves rounded up.
        package let meanAbsoluteErrorHundredths: Int
        package let largestErrorHundredths: Int
    }

    /// How many dossiers the method expects until the period's end.
    package var furtherDossiers: Int { projected.denominator - soFar.denominator }
    package var meanAbsoluteErrorHundredths: Int? { backTest?.meanAbsoluteErrorHundredths }
    package var testedPeriods: Int { backTest?.periods ?? 0 }

    /// The projected rate ± the largest error of the back-test, in hundredths of a percent, never outside 0 to 100 %.
    package var bandHundredths: ClosedRange<Int>? {
        guard let backTest, let middle = projected.hundredthsOfPercent else { return nil }
        return max(0, middle - backTest.largestErrorHundredths)...min(10_000, middle + backTest.largestErrorHundredths)
    }

    /// The projections by all methods that can be applied, the one with the smallest mean error first, those without a back-test last.
    ///
    /// Empty for a period that is complete, and where a half-month is missing that a method needs.
    /// - Parameters:
    ///   - series: what each half-month brought. One in which nothing was received is `Rate.none`; one that is missing is not known,
    ///     and what is not known is never taken for nothing.
    ///   - lastComplete: later half-months are not looked at, even where the series has a part of them.
    package static func best(for period: Period, series: [HalfMonth: Rate], lastComplete: HalfMonth) -> [Projection] {
        let halfMonths = period.halfMonths
        let course = Course(
            series: series, first: halfMonths.lowerBound.index, last: halfMonths.upperBound.index, lastComplete: lastComplete.index)
        guard course.lastComplete < course.last, let soFar = course.total(course.elapsed) else { return [] }
        let earlier = course.earlierPeriods(length: period.months.count)
        let projections = ProjectionMethod.allCases.compactMap { method in
            method.projected(course).map { Projection(method: method, soFar: soFar, projected: $0, backTest: BackTest(of: method, earlier)) }
        }
        // The sort is stable: equal errors stay in the order of the methods.
        return projections.sorted { ($0.meanAbsoluteErrorHundredths ?? .max) < ($1.meanAbsoluteErrorHundredths ?? .max) }
    }
}

extension Projection.BackTest {
    /// - Parameter earlier: the latest period first; of those that the method can be tried on, six are.
    fileprivate init?(of method: ProjectionMethod, _ earlier: [(course: Course, actual: Rate)]) {
        let errors = earlier.lazy.compactMap { course, actual in
            method.projected(course).flatMap { actual.changeHundredths(to: $0) }.map(abs)
        }.prefix(6).map { $0 }
        guard let largest = errors.max() else { return nil }
        periods = errors.count
        meanAbsoluteErrorHundredths = roundedQuotient(Int128(errors.reduce(0, +)), Int128(errors.count))
        largestErrorHundredths = largest
    }
}

/// A period as it stands when one half-month has become complete; half-months are numbered as by `HalfMonth.index`.
private struct Course {
    let series: [HalfMonth: Rate]
    let first: Int
    let last: Int
    let lastComplete: Int

    var elapsed: Range<Int> { first..<max(first, lastComplete + 1) }
    var remaining: Range<Int> { elapsed.upperBound..<last + 1 }

    /// Nil when one of the half-months is missing, or was not yet complete.
    func total(_ halfMonths: Range<Int>) -> Rate? {
        var sum = Rate.none
        for index in halfMonths {
            guard index <= lastComplete, let rate = series[HalfMonth(index: index)] else { return nil }
            sum = sum + rate
        }
        return sum
    }

    /// The same point of each earlier period that is complete by now, with what it came to; the latest first.
    ///
    /// Months, quarters and years follow each other; half years and nine months are compared with those of the years before.
    func earlierPeriods(length months: Int) -> [(course: Course, actual: Rate)] {
        guard let oldest = series.keys.min()?.index else { return [] }
        let step = 2 * (months == 1 || months == 3 ? months : 12)
        return stride(from: step, through: max(0, first - oldest), by: step).compactMap { back in
            guard let actual = total(first - back..<last - back + 1), !actual.isNoData else { return nil }
            return (Course(series: series, first: first - back, last: last - back, lastComplete: lastComplete - back), actual)
        }
    }
}

extension ProjectionMethod {
    private static let paceHalfMonths = 4
    private static let yearHalfMonths = 24

    /// The rate at the end of the course; nil when a half-month that the method needs is missing, or nothing came and nothing is expected.
    fileprivate func projected(_ course: Course) -> Rate? {
        guard let soFar = course.total(course.elapsed) else { return nil }
        let further = switch self {
        case .pace: ProjectionMethod.atPace(course)
        case .lastYearShape: ProjectionMethod.inLastYearsShape(course, soFar)
        }
        return further.map { soFar + $0 }.flatMap { $0.isNoData ? nil : $0 }
    }

    /// Both counts are rounded by the same rule, halves up, so that the smaller stays the smaller.
    private static func atPace(_ course: Course) -> Rate? {
        guard let recent = course.total(course.lastComplete - paceHalfMonths + 1..<course.lastComplete + 1) else { return nil }
        func further(_ count: Int) -> Int { roundedQuotient(Int128(count * course.remaining.count), Int128(paceHalfMonths)) }
        return Rate(further(recent.numerator), of: further(recent.denominator))
    }

    /// Last year's volume, scaled by the volumes so far; its rate, moved by the difference of the rates so far and kept from 0 to 100 %.
    ///
    /// The volume is rounded to whole dossiers first, and of these the numerator. Nil when either year has nothing so far to compare.
    private static func inLastYearsShape(_ course: Course, _ soFar: Rate) -> Rate? {
        func yearBefore(_ halfMonths: Range<Int>) -> Range<Int> { halfMonths.lowerBound - yearHalfMonths..<halfMonths.upperBound - yearHalfMonths }
        guard let then = course.total(yearBefore(course.elapsed)), let rest = course.total(yearBefore(course.remaining)),
            !then.isNoData, !soFar.isNoData
        else { return nil }
        if rest.isNoData { return Rate.none }
        let volume = roundedQuotient(Int128(rest.denominator) * Int128(soFar.denominator), Int128(then.denominator))
        // rest + soFar − then over their common denominator, times the volume.
        let (d, e, f) = (Int128(rest.denominator), Int128(soFar.denominator), Int128(then.denominator))
        let (n, o, p) = (Int128(rest.numerator), Int128(soFar.numerator), Int128(then.numerator))
        let counted = roundedQuotient(Int128(volume) * (n * e * f + o * d * f - p * d * e), d * e * f)
        return Rate(min(volume, max(0, counted)), of: volume)
    }
}
