import Adoption
import Testing
import TestSupport

@Suite struct ProjectionTests {
    private static let may = Period(.calendar, year: 2025, months: 5...5)

    /// The half-months of a calendar month, from the 1st and from the 15th.
    private static func halves(_ year: Int, _ month: Int) -> (HalfMonth, HalfMonth) {
        let index = (year * 12 + month - 1) * 2
        return (HalfMonth(index: index), HalfMonth(index: index + 1))
    }

    private static func series(from first: HalfMonth, _ rates: [Rate]) -> [HalfMonth: Rate] {
        Dictionary(uniqueKeysWithValues: rates.enumerated().map { (HalfMonth(index: first.index + $0.offset), $0.element) })
    }

    /// Half-months in a row, of 100 dossiers each.
    private static func series(from first: HalfMonth, _ numerators: [Int]) -> [HalfMonth: Rate] {
        series(from: first, numerators.map { Rate($0, of: 100) })
    }

    @Test func thereIsNothingToProjectInACompletePeriodOrWithoutData() {
        let full = Self.series(from: Self.halves(2024, 1).0, Array(repeating: 50, count: 34))
        let (first, second) = Self.halves(2025, 5)
        #expect(Projection.best(for: Self.may, series: full, lastComplete: second).isEmpty)
        #expect(Projection.best(for: Self.may, series: full, lastComplete: HalfMonth(index: second.index + 1)).isEmpty)
        #expect(Projection.best(for: Self.may, series: [:], lastComplete: first).isEmpty)
        // Nothing was received: known, and still no rate.
        let nothing = Self.series(from: Self.halves(2024, 1).0, Array(repeating: Rate.none, count: 34))
        #expect(Projection.best(for: Self.may, series: nothing, lastComplete: first).isEmpty)
        // What is missing is not taken for nothing.
        var gap = full
        gap[first] = nil
        #expect(Projection.best(for: Self.may, series: gap, lastComplete: first).isEmpty)
    }

    /// The second quarter after April: 220 of 440 in the last four half-months, and four are to come.
    @Test func thePaceOfTheLastFourHalfMonthsGoesOn() throws {
        let series = Self.series(from: Self.halves(2025, 3).0, [Rate(40, of: 100), Rate(50, of: 100), Rate(60, of: 110), Rate(70, of: 130)])
        let quarter = Period(.calendar, year: 2025, months: 4...6)
        let found = Projection.best(for: quarter, series: series, lastComplete: Self.halves(2025, 4).1)
        let projection = try #require(found.first)
        #expect(found.count == 1 && projection.method == .pace && projection.method.id == "pace-4")
        #expect(projection.soFar == Rate(130, of: 240) && projection.projected == Rate(350, of: 680) && projection.furtherDossiers == 440)
        #expect(projection.backTest == nil && projection.bandHundredths == nil && projection.meanAbsoluteErrorHundredths == nil && projection.testedPeriods == 0)
        // May begins with none of its days known: two half-months of 55 of 110 are to come.
        let unbegun = try #require(Projection.best(for: Self.may, series: series, lastComplete: Self.halves(2025, 4).1).first)
        #expect(unbegun.soFar == .none && unbegun.projected == Rate(110, of: 220))
    }

    /// A mean of 3/4 of 5/4 dossiers: one half-month more, after 1 of 1, gives 1 of 1; two give 1,5 of 2,5, so 2 of 3: halves go up.
    @Test(arguments: [(1, Rate(2, of: 2)), (0, Rate(2, of: 3))])
    func furtherDossiersAreWhole(known: Int, projected: Rate) {
        let (first, _) = Self.halves(2025, 5)
        let last = HalfMonth(index: first.index + known - 1)
        let series = Self.series(from: HalfMonth(index: last.index - 3), [Rate(0, of: 1), Rate(1, of: 2), Rate(1, of: 1), Rate(1, of: 1)])
        #expect(Projection.best(for: Self.may, series: series, lastComplete: last).map(\.projected) == [projected])
    }

    /// 100 of now for 80 of then make 50 of the 40 that came then; 75 % + 60 % − 50 % of 50 are 42,5, and so 43.
    @Test(arguments: [
        (Rate(60, of: 100), Rate(40, of: 80), Rate(30, of: 40), Rate(103, of: 150)),
        (Rate(100, of: 100), Rate(40, of: 80), Rate(40, of: 40), Rate(150, of: 150)),
        (Rate(0, of: 100), Rate(80, of: 80), Rate(0, of: 40), Rate(0, of: 150)),
        (Rate(60, of: 100), Rate(40, of: 80), Rate(0, of: 0), Rate(60, of: 100)),
        (Rate(1, of: 3), Rate(1, of: 2), Rate(1, of: 1), Rate(3, of: 5)),
    ])
    func lastYearsShapeIsScaledAndMoved(soFar: Rate, then: Rate, rest: Rate, projected: Rate) throws {
        let (first, _) = Self.halves(2025, 5)
        let (thenFirst, thenSecond) = Self.halves(2024, 5)
        let found = Projection.best(for: Self.may, series: [first: soFar, thenFirst: then, thenSecond: rest], lastComplete: first)
        #expect(found.map(\.method.id) == ["last-year-shape"])
        #expect(found.first?.projected == projected)
    }

    @Test(arguments: [(Rate.none, Rate(40, of: 80)), (Rate(60, of: 100), .none)])
    func withoutBothYearsSoFarThereIsNothingToScale(soFar: Rate, then: Rate) {
        let (first, _) = Self.halves(2025, 5)
        let (thenFirst, thenSecond) = Self.halves(2024, 5)
        #expect(Projection.best(for: Self.may, series: [first: soFar, thenFirst: then, thenSecond: Rate(1, of: 2)], lastComplete: first).isEmpty)
    }

    /// From January: 40 40, 40 60, 60 60, 60 20, and 50 of the first half of May.
    ///
    /// May: 50 + (50 + 20 + 60 + 60)/4 = 97,5, so 98 of 200. April at the same point: 60 + 60 = 60 %, and it was 40 %: 20 points too many.
    /// March: 60 + 50 = 55 %, and it was 60 %: 5 too few. February lacks a half-month before it.
    @Test func theErrorsOfEarlierPeriodsAreTheBand() throws {
        let series = Self.series(from: Self.halves(2025, 1).0, [40, 40, 40, 60, 60, 60, 60, 20, 50, 99])
        let found = Projection.best(for: Self.may, series: series, lastComplete: Self.halves(2025, 5).0)
        let projection = try #require(found.first)
        #expect(found.count == 1 && projection.projected == Rate(98, of: 200))
        #expect(projection.testedPeriods == 2 && projection.meanAbsoluteErrorHundredths == 1_250)
        #expect(projection.backTest?.largestErrorHundredths == 2_000)
        #expect(projection.bandHundredths == 2_900...6_900)
    }

    /// April at the same point: 100 + (100 + 80 + 80 + 80)/4 = 185 of 200, 92,5 %, and it was 50 %: 42,5 points too many.
    ///
    /// May: 100 + (100 + 0 + 100 + 80)/4 = 170 of 200, 85 %, and 127,5 % is not possible.
    @Test func theBandStaysWithinAllAndNothing() throws {
        let series = Self.series(from: Self.halves(2025, 2).1, [80, 80, 80, 100, 0, 100])
        let projection = try #require(Projection.best(for: Self.may, series: series, lastComplete: Self.halves(2025, 5).0).first)
        #expect(projection.projected == Rate(170, of: 200))
        #expect(projection.testedPeriods == 1 && projection.bandHundredths == 4_250...10_000)
    }

    /// The seventh period back was far off, and is not asked any more.
    @Test func atMostSixPeriodsAreTested() throws {
        // August 2024 is 50 0, then all is 50. November to April are the six; the pace of October, the seventh, has the 0 in it.
        let numerators = [50, 0] + Array(repeating: 50, count: 17)
        let series = Self.series(from: Self.halves(2024, 8).0, numerators)
        let projection = try #require(Projection.best(for: Self.may, series: series, lastComplete: Self.halves(2025, 5).0).first)
        #expect(projection.testedPeriods == 6 && projection.bandHundredths == 5_000...5_000)
    }

    /// Half years are compared with the first halves of other years: the second half of 2024 has another rate and is not one of them.
    @Test func aHalfYearIsComparedWithTheSameMonthsOfOtherYears() throws {
        let numerators = Array(repeating: 50, count: 12) + Array(repeating: 0, count: 12) + Array(repeating: 50, count: 6)
        let series = Self.series(from: Self.halves(2024, 1).0, numerators)
        let period = Period(.calendar, year: 2025, months: 1...6)
        let found = Projection.best(for: period, series: series, lastComplete: Self.halves(2025, 3).1)
        #expect(found.map(\.method) == [.pace, .lastYearShape])
        #expect(found.map(\.projected) == [Rate(600, of: 1_200), Rate(600, of: 1_200)])
        #expect(found.map(\.testedPeriods) == [1, 0] && found[0].bandHundredths == 5_000...5_000)
    }

    /// Every month has 20 and then 80: last year knows it, the pace does not. Where all half-months are alike both are right, and keep their order.
    @Test func theMethodThatErredLeastComesFirst() {
        func methods(_ numerators: [Int]) -> [ProjectionMethod] {
            Projection.best(for: Self.may, series: Self.series(from: Self.halves(2023, 1).0, numerators), lastComplete: Self.halves(2025, 5).0).map(\.method)
        }
        #expect(methods((0..<57).map { $0 % 2 == 0 ? 20 : 80 }) == [.lastYearShape, .pace])
        #expect(methods(Array(repeating: 50, count: 57)) == [.pace, .lastYearShape])
    }

    /// The pace has four half-months for May and too few for April; last year's shape has both Aprils.
    @Test func aMethodWithoutABackTestComesLast() {
        let series = Self.series(from: Self.halves(2024, 4).0, [10, 90, 10, 90]).merging(
            Self.series(from: Self.halves(2025, 3).1, [70, 30, 60, 30])) { $1 }
        let found = Projection.best(for: Self.may, series: series, lastComplete: Self.halves(2025, 5).0)
        #expect(found.map(\.method) == [.lastYearShape, .pace])
        #expect(found.map(\.testedPeriods) == [1, 0])
        // April: 30 and then 90 + 30 − 10, at most 100: 65 %, and it was 45 %.
        #expect(found.first?.meanAbsoluteErrorHundredths == 2_000)
    }

    /// Random series with gaps: no crash, no dossier lost, the band around the projection, and no look at what came later.
    @Test(arguments: [3, 5_000])
    func whateverTheSeries(most: Int) throws {
        var random = SeededGenerator(seed: UInt64(most))
        let lengths = [1...1, 5...5, 12...12, 1...3, 10...12, 1...6, 1...9, 1...12]
        var projected = 0
        for round in 0..<1_000 {
            let (gaps, begin) = (round % 2 == 0 ? 0 : Int.random(in: 5...100, using: &random), Self.halves(2020, 1).0.index)
            var series: [HalfMonth: Rate] = [:]
            for offset in 0..<Int.random(in: 0...144, using: &random) where gaps == 0 || Int.random(in: 0..<gaps, using: &random) > 0 {
                let denominator = Int.random(in: 0...most, using: &random)
                series[HalfMonth(index: begin + offset)] = Rate(Int.random(in: 0...denominator, using: &random), of: denominator)
            }
            let period = Period(
                round % 3 == 0 ? .administrative : .calendar, year: Int.random(in: 2020...2025, using: &random),
                months: lengths[Int.random(in: lengths.indices, using: &random)])
            let last = HalfMonth(index: period.halfMonths.lowerBound.index + Int.random(in: -4...24, using: &random))
            let found = Projection.best(for: period, series: series, lastComplete: last)
            #expect(Projection.best(for: period, series: series.filter { $0.key <= last }, lastComplete: last) == found)
            #expect(found.map { $0.meanAbsoluteErrorHundredths ?? .max } == found.map { $0.meanAbsoluteErrorHundredths ?? .max }.sorted())
            for projection in found {
                projected += 1
                let drawn = try #require(projection.projected.hundredthsOfPercent)
                #expect(projection.furtherDossiers >= 0 && projection.projected.numerator >= projection.soFar.numerator)
                #expect((0...6).contains(projection.testedPeriods) && (projection.backTest == nil) == (projection.bandHundredths == nil))
                guard let band = projection.bandHundredths, let mean = projection.meanAbsoluteErrorHundredths else { continue }
                #expect(band.contains(drawn) && band.lowerBound >= 0 && band.upperBound <= 10_000)
                #expect(mean <= projection.backTest?.largestErrorHundredths ?? -1)
            }
        }
        #expect(projected > 100, "the series are not so poor that nothing is tried")
    }
}
