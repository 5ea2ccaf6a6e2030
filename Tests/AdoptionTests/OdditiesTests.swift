import Adoption
import Testing

@Suite struct OdditiesTests {
    private static let may = Period(.calendar, year: 2025, months: 5...5)

    private static func moment(_ day: String, hour: Int = 8) throws -> Instant {
        Instant(secondsSinceEpoch: Instant(local: try #require(Day(iso: day))).secondsSinceEpoch + hour * 3_600)
    }

    private static func oddities(
        _ count: Int, _ channel: Channel = .online, on day: String = "2025-05-10", filedHour: Int = 7, filer: Filer = .applicant, paid: String? = nil, state: DossierState = .received
    ) throws -> Oddities {
        var oddities = Oddities()
        let payments = try paid.map {
            [try Payment(amountVND: 1, method: .online, provider: .unnamed, state: .paid, requested: nil, paid: try moment($0), refunded: nil, updated: nil)]
        } ?? []
        for _ in 0..<count {
            oddities.add(
                try Dossier(
                    agencyID: 1, procedureID: 1, channel: channel, level: .full, applicant: .individual, filer: filer, state: state, delivery: .unknown,
                    filed: try moment(day, hour: filedHour), received: try moment(day), due: nil, settled: nil, amountDueVND: nil, updated: try moment("2025-06-01")),
                payments: payments, in: may)
        }
        return oddities
    }

    private func kinds(_ oddities: Oddities, before: Oddities? = nil) -> [Oddities.Doubt.Kind] { oddities.doubts(in: Self.may, before: before).map(\.kind) }

    /// May has 31 days: of 69 dossiers, 20 on the last three are 20 · 31 ≥ 3 · 69 · 3 (620 against 621), and of 68 they are (612).
    @Test func aBurstIsThreeTimesTheUsualPace() throws {
        let end = try Self.oddities(20, on: "2025-05-29")
        #expect(kinds(end + (try Self.oddities(49))) == [])
        #expect(kinds(end + (try Self.oddities(48))) == [.endBurst])
        #expect(kinds(try Self.oddities(19, on: "2025-05-31")) == [], "few dossiers prove nothing")
        #expect(kinds(try Self.oddities(20, on: "2025-05-28")) == [], "the 28th is not among the last three days")
    }

    @Test func halfByOfficersIsAsked() throws {
        #expect(kinds(try Self.oddities(20, filer: .officer) + Self.oddities(20)) == [.oneForMany])
        #expect(kinds(try Self.oddities(20, filer: .officer) + Self.oddities(21)) == [])
    }

    @Test func whatComesInTheWrongOrderIsAsked() throws {
        #expect(kinds(try Self.oddities(5, filedHour: 9)) == [.afterThePaper])
        #expect(kinds(try Self.oddities(4, filedHour: 9)) == [])
        #expect(kinds(try Self.oddities(5, paid: "2025-05-09")) == [.paidBeforeFiling])
        #expect(kinds(try Self.oddities(5, paid: "2025-05-10")) == [], "paid an hour after it was filed")
        #expect(kinds(try Self.oddities(9, filedHour: 9, state: .refused)) == [])
    }

    @Test func aCounterAsFullAsBeforeIsAsked() throws {
        let (online, counter) = (try Self.oddities(90), try Self.oddities(10, .counter))
        let before = try Self.oddities(30) + Self.oddities(11, .counter)
        #expect(kinds(online + counter, before: before) == [.counterUnchanged], "90 is three times 30, and 10 is nine tenths of 11 and more")
        #expect(kinds(online + counter, before: before + (try Self.oddities(1))) == [])
        #expect(kinds(online + counter, before: before + (try Self.oddities(1, .counter))) == [])
        #expect(kinds(online + counter) == [], "nothing to compare with")
    }
}
