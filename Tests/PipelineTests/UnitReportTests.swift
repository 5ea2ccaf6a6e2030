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

    /// The example with a month that was made final for a reason that names a department, and restated.
    private func restated() throws -> (Store, Home, files: [String]) {
        let (store, home) = (try Store(path: nil), try Home(path: Repository.root, program: ""))
        let folder = Repository.root + "/examples/kon-tum-2025/"
        let files = ["units.csv", "procedures.csv", "services.csv", "targets.yaml", "accounts.csv", "submissions.csv", "payments.csv"]
        _ = try Ingest.run(files.map { folder + $0 }, into: store, asOf: Records.moment("2025-08-01"), indicatorIDs: { home.indicators.map(\.id) })
        let desk = PeriodDesk(store, home: home, period: Self.may)
        _ = try desk.freeze(reason: "QĐ 1", override: "Sở Y tế nghỉ bù", at: Records.moment("2025-08-02"))
        _ = try Ingest.run([folder + "corrections.csv"], into: store, asOf: Records.moment("2025-08-03"))
        _ = try #require(try desk.restate(reason: "QĐ 2", at: Records.moment("2025-08-04")))
        return (store, home, files + ["corrections.csv"])
    }

    /// All that a report says, in its cells, sentences and pictures, and where it leads.
    private func texts(_ report: Report) -> [String] {
        let blocks = report.sections.flatMap(\.blocks).flatMap { block -> [String] in
            switch block {
            case .paragraphs(let sentences): sentences
            case .chart(let chart): [chart.title, chart.alternative] + chart.breaks.map(\.label)
            case .table(let table):
                [table.caption] + table.columns.flatMap { [$0.title, $0.group ?? ""] }
                    + table.rows.flatMap { row in row.cells.map { $0.text(report.language) } + row.links.values.map { link in
                        switch link {
                        case .unit(let code): "/\(code)/"
                        case .figure(let name): name
                        }
                    } }
            }
        }
        return [report.title, report.periodLine] + report.notices + (report.status?.lines ?? []) + report.sections.map(\.title) + blocks + report.figures.keys
    }

    /// Reports about one unit go to its head, who may see that unit and those below it: no other unit's name or code, and no file's name, is in them.
    @Test(arguments: [may, Period(.administrative, year: 2025, months: 1...3)]) func aReportAboutOneUnitTellsOfNoOther(period: Period) throws {
        let (store, home, files) = try restated()
        let units = try store.register().agencies(in: period)
        let parents = Dictionary(units.map { ($0.code, $0.parentCode ?? "") }, uniquingKeysWith: { first, _ in first })
        func isWithin(_ code: String, _ other: String) -> Bool { code == other || parents[code].map { isWithin($0, other) } ?? false }
        // Documents that define an indicator are cited by their names, whoever wrote them.
        let citations = Set(home.indicators.flatMap { [$0.source.number, $0.source.clause] })
        var (seen, sections): (Set<String>, Set<String>) = ([], [])
        for definition in home.reports where [.unit, .commune].contains(definition.audience) && definition.isAbout(period) {
            let publish = try Publish(store, home: home, period: period, reportIDs: [definition.id])
            let codes = units.filter { definition.audience == .unit ? $0.parentCode == "62" : $0.level == .commune }.map(\.code)
            let reports = try definition.isForOutsiders ? codes.flatMap { try publish.preview(unit: $0, language: nil) } : publish.reports(units: [])
            #expect(reports.map(\.unitCode).sorted() == codes.sorted() && codes.count >= 9, "\(definition.id)")
            for report in reports {
                let known = units.filter { $0.level == .province || isWithin($0.code, report.unitCode) }
                let others = units.filter { unit in !known.contains { $0.code == unit.code } }
                // "Ngọc Hồi" tells as much as "UBND huyện Ngọc Hồi".
                let short = others.filter { $0.level == .district }.map { $0.name.replacing(#/^UBND (huyện|thành phố) /#, with: "") }
                let names = Set(others.map(\.name) + short).filter { name in !known.contains { $0.name.contains(name) } } + others.map { "/\($0.code)/" } + files
                let all = texts(report).filter { !citations.contains($0) }.joined(separator: "\n")
                for name in names where all.contains(name) { Issue.record("\(report.id) tells of \(name)") }
                seen.insert(report.unitCode)
                sections.formUnion(report.sections.map(\.id))
            }
        }
        #expect(seen.count == units.count - 1, "every unit but the province")
        #expect(sections.isSuperset(of: ["push", "sources", "sections", "unit-months", "movement", "questions", "form-ii06", "own-scores", "public-units"]), "\(sections.sorted())")
        #expect(period != Self.may || sections.contains("revisions"))
    }

    /// What is left of the sections that tell of others in the province's reports, as it is for Sa Thầy: 47 of its 74 dossiers of May were filed online.
    @Test func aUnitIsToldTheBestRateAndNotWhoseItIs() throws {
        let (store, home, files) = try restated()
        let report = try #require(try Publish(store, home: home, period: Self.may, reportIDs: ["unit-monthly"]).reports(units: ["616"], language: .vietnamese).first)
        let push = try #require(report.tables.first { $0.id == "push-table" })
        #expect(push.columns.map(\.title) == ["Mã", "Thủ tục hành chính", "Tử số", "Mẫu số", "Tỷ lệ", "Mức cao nhất của đơn vị cùng cấp", "Tăng thêm (hồ sơ)", "Đơn vị tăng (điểm %)", "Tên số liệu"])
        #expect(push.columns.allSatisfy { $0.group == nil })
        // 6 of 74 are 8,108 %, 2 are 2,703 %.
        #expect(push.rows.map { $0.cells.dropFirst(2).prefix(6) } == [
            [.count(14), .count(20), .rate(Rate(14, of: 20)), .basisPoints(10_000), .count(6), .percentagePoints(hundredths: 811)],
            [.count(0), .count(2), .rate(Rate(0, of: 2)), .basisPoints(10_000), .count(2), .percentagePoints(hundredths: 270)],
        ])
        let sources = try #require(report.sections.first { $0.id == "sources" })
        #expect(sources.blocks == [.paragraphs([
            "Số liệu được lập từ \(files.count) tệp đã nhập, đến phiên bản dữ liệu \(report.provenance.dataVersion) (mã băm dữ liệu nguồn, SHA-256: \(report.provenance.inputHash)); danh sách tệp có trong báo cáo của tỉnh.",
        ])])
        #expect(report.status?.lines.contains { $0.contains("số liệu toàn tỉnh chưa đủ") } == true && report.status?.lines.contains { $0.contains("nghỉ bù") } == false)
        let province = try #require(try Publish(store, home: home, period: Self.may, reportIDs: ["provincial-review"]).reports(units: [], language: .vietnamese).first)
        #expect(province.tables.first { $0.id == "push-table" }?.columns.contains { $0.group == "Đơn vị cùng cấp tốt nhất" } == true)
        #expect(province.tables.first { $0.id == "sources-table" }?.rows.count == files.count)
        #expect(province.status?.lines.contains { $0.contains("nghỉ bù") } == true)
    }

    /// A definition of one's own may list what is about all units: a unit's report has of it what is the unit's, and the whole of the province's nothing.
    @Test func sectionsAboutAllUnitsAreCutToTheUnit() throws {
        let (store, home, _) = try restated()
        let folder = try Folder()
        let path = try folder.file("own.yaml", "id: own\naudience: unit\non_request: yes\ntitle: {vi: Riêng, en: Own}\nindicators: [O1]\nheadline: [O1]\nsections: [completeness, ranking, quarantine, largest-shortfalls]\ntrend_months: 0\n")
        let publish = try Publish(store, home: home.adding(reportAt: path), period: Self.may, reportIDs: ["own"], at: .newest)
        for report in try publish.reports(units: [], language: .vietnamese) {
            #expect(!report.sections.contains { ["ranking", "quarantine"].contains($0.id) })
            #expect(report.unitCode == "62.SYT" || !texts(report).contains { $0.contains("Sở Y tế") })
            let shortfalls = report.tables.first { $0.id == "largest-shortfalls-table" }
            #expect(shortfalls.map { $0.columns.last?.title == "Phần trong đơn vị" } ?? true)
        }
    }

    @Test(arguments: ["data-quality", "long-review"]) func theOthersAreDrawn(id: String) throws {
        let (store, home) = try example()
        let report = try Publish(store, home: home, period: Period(.administrative, year: 2025, months: 1...3), reportIDs: [id]).reports(units: [], language: .vietnamese)[0]
        let definition = try #require(home.reports.first { $0.id == id })
        #expect(report.sections.map(\.id) == definition.sections.map(\.rawValue), "every section has something to say")
    }
}
