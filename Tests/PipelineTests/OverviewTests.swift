import Adoption
import Storage
import Testing
import TestSupport

@testable import Pipeline

@Suite struct OverviewTests {
    private func put(_ store: Store, _ body: (ImportSession) throws -> Void) throws {
        try store.record(at: Instant(secondsSinceEpoch: 0)) { session in
            try session.beginFile(name: "f", kind: "submissions", isIllustrative: false)
            try body(session)
            try session.endFile(sha256: String(repeating: "a", count: 64), counts: try session.settle())
        }
    }

    /// The page's figures are those of `uptake figure`, and follow the next import.
    @Test func aPageShowsWhatTheFiguresSay() throws {
        let store = try Store(path: nil)
        try put(store) { session in
            for agency in Records.agencies { _ = try session.put(agency) }
            for procedure in Records.procedures { _ = try session.put(procedure) }
            try session.put(try (0..<90).map { number in
                try Records.dossier(
                    Records.code("H-250505-\(number)"), agencyID: 2 + number % 3, channel: number % 4 == 0 ? .counter : .online,
                    received: Instant(local: Records.day("2025-01-10").advanced(by: number)))
            })
            try session.put(try (0..<30).map { try Records.payment(Records.code("P\($0)"), of: Records.code("H-250505-\($0 * 2)"), paid: Records.moment("2025-02-03")) })
        }
        let home = try Home(path: Repository.root, program: "")
        let (look, overviews) = (Look(store), Overviews(indicators: home.indicators))
        let april = Period(.calendar, year: 2025, months: 4...4)
        func compare() throws {
            let page = try #require(try overviews.overview(store, agencyCode: "62", endingWith: april, months: 4))
            #expect(page.months.map(\.id) == ["2025-01", "2025-02", "2025-03", "2025-04"])
            for (place, indicator) in page.indicators.enumerated() {
                for (month, rates) in zip(page.months, page.trend) {
                    #expect(try look.explain(indicator, Scope(agencyCode: "62", procedureCode: nil, channel: nil), in: month, limit: 0).figure.rate == rates[place])
                }
                for unit in page.units {
                    #expect(try look.explain(indicator, Scope(agencyCode: unit.agency.code, procedureCode: nil, channel: nil), in: april, limit: 0).figure.rate == unit.rates[place])
                }
            }
            #expect(page.units.map(\.agency.code) == ["23527", "616", "62", "62.SYT"])
        }
        try compare()
        try put(store) { _ = try $0.put([try Records.dossier("H-250505-0", channel: .online, received: Records.moment("2025-04-02"), updated: Records.moment("2025-06-01"))]) }
        try compare()
        #expect(try overviews.overview(store, agencyCode: "nobody", endingWith: april) == nil)
    }
}
