import Adoption
import Testing

@Suite struct CompletenessTests {
    private static let period = Period(.calendar, year: 2025, months: 5...5)
    private static let register = Register(
        agencies: [
            1: Agency(code: "62", name: "Tỉnh", level: .province, parentCode: nil, validity: Validity(first: Day(number: 0), last: nil)),
            2: Agency(code: "616", name: "Sa Thầy", level: .district, parentCode: "62", validity: Validity(first: Day(number: 0), last: nil)),
            3: Agency(code: "615", name: "Đăk Hà", level: .district, parentCode: "62", validity: Validity(first: Day(number: 0), last: nil)),
        ], procedures: [:])

    /// Ten dossiers on every working day from eight weeks before to the end of May, but for what a test takes out.
    private static func counts(_ change: (Day) -> Int? = { _ in nil }, loadedAfter: Int = 1) -> [DayCount] {
        (Self.period.first.number - 56...Self.period.last.number).compactMap { number in
            let day = Day(number: number)
            // 1970-01-01 was a Thursday: 2 and 3 days later is the weekend.
            let dossiers = change(day) ?? ((number + 3) % 7 < 5 ? 10 : 0)
            return dossiers == 0 ? nil : DayCount(agencyID: 2, day: day, dossiers: dossiers, loaded: Instant(local: day.advanced(by: loadedAfter)))
        }
    }

    private static func completeness(_ counts: [DayCount], zeros: [ZeroDays] = [], asOf: Day = period.last, since: Day = Day(number: 0)) -> [Completeness] {
        Completeness.all(in: period, register: register, counts: counts, zeros: zeros, asOf: asOf, lateAfterDays: 7, since: since)
    }

    @Test func workingDaysAreExpectedWithoutACalendar() throws {
        let unit = try #require(Self.completeness(Self.counts()).first { $0.agency.code == "616" })
        // May 2025 has 22 days from Monday to Friday.
        #expect(unit.expected.count == 22 && unit.received.count == 22)
        #expect(!unit.needsAttention)
    }

    @Test func aMissingDayIsMissingUnlessTheUnitConfirmsIt() throws {
        let (gone, low) = (Day(iso: "2025-05-14") ?? Self.period.first, Day(iso: "2025-05-15") ?? Self.period.first)
        let counts = Self.counts { $0 == gone ? 0 : $0 == low ? 1 : nil }
        let unit = try #require(Self.completeness(counts).first { $0.agency.code == "616" })
        #expect(unit.missing == [gone] && unit.low == [low])
        let confirmed = try #require(Self.completeness(counts, zeros: [ZeroDays(agencyID: 2, validity: Validity(first: gone, last: gone))]).first { $0.agency.code == "616" })
        #expect(confirmed.missing.isEmpty && confirmed.confirmedZero == [gone])
    }

    /// One gap does not silence its weekday, and a month without records does not become usual.
    @Test func aGapDoesNotBecomeUsual() throws {
        let holiday = Day(iso: "2025-04-30") ?? Self.period.first
        let unit = try #require(Self.completeness(Self.counts { $0 == holiday || $0 == holiday.advanced(by: 7) ? 0 : nil }).first { $0.agency.code == "616" })
        #expect(unit.missing == [holiday.advanced(by: 7)])
        let empty = try #require(Self.completeness(Self.counts { $0 >= Self.period.first.advanced(by: -28) ? 0 : nil }).first { $0.agency.code == "616" })
        #expect(empty.missing.count == 22 && !empty.isSilent)
    }

    @Test func whatIsLoadedLaterThanAllowedIsLate() throws {
        #expect(try #require(Self.completeness(Self.counts(loadedAfter: 7)).first { $0.agency.code == "616" }).late.isEmpty)
        #expect(try #require(Self.completeness(Self.counts(loadedAfter: 8)).first { $0.agency.code == "616" }).late.count == 22)
        // What was due before the store was begun could not have been loaded in time.
        let since = Self.period.last.advanced(by: 8)
        #expect(try #require(Self.completeness(Self.counts(loadedAfter: 8), since: since).first { $0.agency.code == "616" }).late.isEmpty)
    }

    @Test func aUnitThatNeverReportsIsNamedAndComingDaysAreNotAskedFor() throws {
        let units = Self.completeness(Self.counts(), asOf: Day(iso: "2025-05-02") ?? Self.period.first)
        #expect(units.map(\.agency.code) == ["615", "616"])
        #expect(units[0].isSilent && units[0].needsAttention)
        #expect(units[1].expected.count == 2)
    }
}
