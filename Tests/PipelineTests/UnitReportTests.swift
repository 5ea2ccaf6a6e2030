import Adoption
import Pipeline
import Reporting
import Storage
import Testing
import TestSupport

/// The tables by unit hold the figures that `uptake figure` explains, and the amounts that a plain sum over all payments gives.
@Suite struct UnitReportTests {
    private static let may = Period(.administrative, year: 2025, months: 5...5)

    private func example() throws -> (Store, Home) {
        let store = try Store(path: nil)
        let folder = Repository.root + "/examples/kon-tum-2025/"
        let files = ["units.csv", "procedures.csv", "services.csv", "targets.yaml", "submissions.csv", "payments.csv", "corrections.csv"].map { folder + $0 }
        _ = try Ingest.run(files, into: store, asOf: Records.moment("2025-08-01"))
        return (store, try Home(path: Repository.root, program: ""))
    }

    private func table(_ id: String, _ report: String, _ store: Store, _ home: Home) throws -> Table {
        let report = try Publish(store, home: home, period: Self.may, reportIDs: [report]).reports(units: [], language: .english)[0]
        return try #require(report.tables.first { $0.id == id })
    }

    /// The rows of units and of the province, by the unit's code.
    private func rows(_ table: Table, _ store: Store) throws -> [String: [Cell]] {
        let names = Dictionary(try store.register().agencies.values.map { (Cell.text($0.name), $0.code) }, uniquingKeysWith: { first, _ in first })
        return Dictionary(table.rows.filter { $0.kind != .heading }.map { row in (names[row.cells[1]] ?? "62", Array(row.cells.dropFirst(2))) }, uniquingKeysWith: { first, _ in first })
    }

    private func rate(_ id: String, _ unit: String, _ store: Store, _ home: Home) throws -> Rate {
        try Look(store).explain(home.indicator(named: id), Scope(agencyCode: unit), in: Self.may, limit: 0).figure.rate
    }

    @Test func paymentsByUnit() throws {
        let (store, home) = try example()
        let rows = try rows(table("payment-by-unit-table", "payment-by-unit", store, home), store)
        #expect(rows.count == 10, "nine units and the province")
        let register = try store.register()
        var sums: [String: [PaymentMethod: Int]] = [:]
        try store.records { _, dossier, payments in
            guard let dossier else { return }
            for (_, payment) in payments where payment.state == .paid && payment.amountVND > 0 {
                guard let paid = payment.paid, Self.may.contains(paid.day) else { continue }
                var code = register.agencies[dossier.agencyID]?.code
                while let unit = code {
                    sums[unit, default: [:]][payment.method, default: 0] += payment.amountVND
                    code = register.agencies.values.first { $0.code == unit }?.parentCode
                }
            }
        }
        for (unit, cells) in rows {
            let (owed, paid) = (try rate("P1", unit, store, home), try rate("P2", unit, store, home))
            let amounts = [.online, .transfer, .counter].map { sums[unit]?[$0 as PaymentMethod] ?? 0 }
            let expected: [Cell] = [.count(owed.numerator), .count(owed.denominator), .rate(owed), .count(paid.numerator), .count(paid.denominator - paid.numerator)]
                + amounts.map(Cell.amountVND) + [.amountVND(amounts.reduce(0, +))]
            #expect(cells == expected, "\(unit)")
        }
        #expect(sums["62"]?.values.reduce(0, +) ?? 0 > 1_000_000)
    }

    @Test func servicesByUnit() throws {
        let (store, home) = try example()
        let rows = try rows(table("services-by-unit-table", "services-by-unit", store, home), store)
        #expect(rows.count == 10)
        for (unit, cells) in rows {
            func figure(_ id: String) throws -> Rate { try rate(id, unit, store, home) }
            let (online, partial, full, used) = (try figure("V3"), try figure("V4"), try figure("V5"), try figure("V1"))
            let (all, offered, complete) = (try figure("O1"), try figure("O2"), try figure("O5"))
            #expect(cells == [
                online.denominator, online.numerator, full.numerator, partial.numerator, used.numerator, all.denominator, offered.denominator, complete.denominator,
                all.numerator, offered.numerator, complete.numerator,
            ].map(Cell.count), "\(unit)")
            #expect(online.numerator == partial.numerator + full.numerator, "\(unit): what is online is partial or full")
        }
    }

    @Test func targetsOfEveryUnit() throws {
        let (store, home) = try example()
        let rows = try table("targets-table", "targets", store, home).rows.filter { $0.kind == .body }
        let (register, targets) = (try store.register(), try store.targets())
        for row in rows {
            guard case .text(let label) = row.cells[0], let indicator = home.indicators.first(where: { $0.label == label }),
                let unit = register.agencies.values.first(where: { .text($0.name) == row.cells[1] })
            else { Issue.record("an unknown row"); continue }
            let target = try #require(targets.target(indicator.id, agency: unit, on: Self.may.last))
            let figure = try rate(indicator.id, unit.code, store, home)
            #expect(Array(row.cells[2...5]) == [.count(figure.numerator), .count(figure.denominator), .rate(figure), .basisPoints(target.basisPoints)], "\(label) \(unit.code)")
            #expect(row.cells[7] == .verdict(target.verdict(on: figure)))
            if !figure.isNoData { #expect(row.cells[8] == .count(target.gap(of: figure).convert)) }
        }
        #expect(rows.count > 30)
    }

    /// Ia H'Drai and Đắk Tô miss four dossiers each and Sa Thầy two: the first two are more than half of ten.
    @Test func theSummaryNamesWhereMostIsMissing() throws {
        let (store, home) = try example()
        let report = try Publish(store, home: home, period: Self.may, reportIDs: ["provincial-review"]).reports(units: [], language: .english)[0]
        guard case .paragraphs(let sentences) = report.sections[0].blocks[0] else { Issue.record("no sentences"); return }
        #expect(sentences.contains("6 of 9 units reach their target for the online submission rate."))
        #expect(sentences.contains("2 units account for 8 of the 10 dossiers that are missing: UBND huyện Đắk Tô; UBND huyện Ia H' Drai."), "\(sentences)")
    }

    @Test func everyCommuneCanHaveAReport() throws {
        let (store, home) = try example()
        let publish = try Publish(store, home: home, period: Self.may, reportIDs: ["commune-monthly"])
        let reports = try publish.reports(units: [], language: .vietnamese)
        let communes = try store.register().agencies(in: Self.may).filter { $0.level == .commune }
        #expect(reports.map(\.unitCode).sorted() == communes.map(\.code).sorted() && communes.count > 10)
        let one = try #require(try publish.reports(units: ["23527"], language: .vietnamese).first)
        #expect(try one.figures["O1.v1/23527/2025-05/administrative"] == rate("O1", "23527", store, home) && one.head.superior == "UBND huyện Sa Thầy")
        // Each figure of a report can be asked for by the name that stands with its definition.
        let definitions = try #require(one.tables.first { $0.id == "definitions-table" })
        #expect(definitions.rows.allSatisfy { row in one.figures.keys.contains { .text($0) == row.cells.last } })
    }

    @Test(arguments: ["data-quality", "long-review"]) func theOthersAreDrawn(id: String) throws {
        let (store, home) = try example()
        let report = try Publish(store, home: home, period: Period(.administrative, year: 2025, months: 1...3), reportIDs: [id]).reports(units: [], language: .vietnamese)[0]
        let definition = try #require(home.reports.first { $0.id == id })
        #expect(report.sections.map(\.id) == definition.sections.map(\.rawValue), "every section has something to say")
    }
}
