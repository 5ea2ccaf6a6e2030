import Adoption
import Foundation
import Pipeline
import Reporting
import Storage
import Testing
import TestSupport

/// The mistakes that running systems make, each tried on the whole trip from file to report.
@Suite struct MistakeTests {
    private static let home = Repository.root
    private static let asOf = Records.moment("2025-07-31")
    private static let header = "dossier_code,procedure_code,unit_code,channel,received_at,due_at,settled_at,state,amount_due_vnd,updated_at\n"

    private func store(_ folder: Folder) throws -> Store {
        let store = try Store(path: folder.path + "/s.sqlite")
        try folder.file("units.csv", """
            code,name,level,parent_code,valid_from,valid_to
            62,UBND tỉnh Kon Tum,province,,2021-01-01,2025-06-30
            62.SYT,Sở Y tế,department,62,2021-01-01,2025-06-30
            616,UBND huyện Sa Thầy,district,62,2021-01-01,2025-06-30

            """)
        try folder.file("procedures.csv", "code,name,sector,bears_fee\n9.000001,Cấp giấy phép xây dựng,Xây dựng,yes\n")
        try ingest(["units.csv", "procedures.csv"], folder, store)
        return store
    }

    @discardableResult
    private func ingest(_ names: [String], _ folder: Folder, _ store: Store) throws -> Ingest.Summary {
        try Ingest.run(names.map { folder.path + "/" + $0 }, into: store, asOf: Self.asOf)
    }

    private func load(_ rows: String, _ folder: Folder, _ store: Store, name: String = "s.csv") throws {
        try folder.file(name, Self.header + rows)
        try ingest([name], folder, store)
    }

    private func rate(_ indicator: String, _ store: Store, _ period: String, _ calendar: ReportingCalendar = .administrative, unit: String = "62") throws -> [Int] {
        let home = try Home(path: Self.home, program: "")
        let explanation = try Look(store).explain(home.indicator(named: indicator), Scope(agencyCode: unit), in: try #require(Period(period, calendar: calendar)), limit: .max)
        #expect(explanation.lines.count == explanation.figure.rate.denominator, "the dossiers listed are those counted")
        return [explanation.figure.rate.numerator, explanation.figure.rate.denominator]
    }

    @Test func theFirstAndTheLastInstantOfAPeriodBelongToIt() throws {
        let folder = try Folder()
        let store = try store(folder)
        try load("""
            A,9.000001,616,online,2025-04-15T00:00:00+07:00,,,in_process,1,2025-05-20
            B,9.000001,616,online,2025-05-14T23:59:59+07:00,,,in_process,1,2025-05-20
            C,9.000001,616,online,2025-04-14T23:59:59+07:00,,,in_process,1,2025-05-20
            D,9.000001,616,online,2025-05-15T00:00:00+07:00,,,in_process,1,2025-05-20

            """, folder, store)
        #expect(try rate("O1", store, "2025-05") == [2, 2])
        #expect(try rate("O1", store, "2025-04", .calendar) == [2, 2])
        #expect(try rate("O1", store, "2025-Q2") == [4, 4], "15/3 to 14/6")
    }

    @Test func aDayIsCutInVietnamAndNotInUTC() throws {
        let folder = try Folder()
        let store = try store(folder)
        try load("""
            A,9.000001,616,online,2025-05-31T16:59:59Z,,,in_process,1,2025-06-20
            B,9.000001,616,online,2025-05-31T17:00:00Z,,,in_process,1,2025-06-20

            """, folder, store)
        #expect(try rate("O1", store, "2025-05", .calendar) == [1, 1])
        #expect(try rate("O1", store, "2025-06", .calendar) == [1, 1])
    }

    @Test func manyPaymentsDoNotMultiplyADossier() throws {
        let folder = try Folder()
        let store = try store(folder)
        try load("A,9.000001,616,online,2025-05-05,,,in_process,50000,2025-05-20\nB,9.000001,616,counter,2025-05-05,,,in_process,50000,2025-05-20\n", folder, store)
        try folder.file("p.csv", "payment_id,dossier_code,amount_vnd,method,state,paid_at\n" + (1...5).map { "P\($0),A,10000,online,paid,2025-05-06\n" }.joined())
        try ingest(["p.csv"], folder, store)
        #expect(try rate("P1", store, "2025-05") == [1, 2])
        #expect(try rate("O1", store, "2025-05") == [1, 2])
    }

    /// What is on time in May is settled in May: a dossier that is settled, or corrected, in June does not change it.
    @Test func aPastMonthIsNotRecountedFromTodaysStates() throws {
        let folder = try Folder()
        let store = try store(folder)
        try load("""
            A,9.000001,616,online,2025-05-02,20/05/2025,2025-05-10,settled,1,2025-05-10
            B,9.000001,616,online,2025-05-02,05/05/2025,,in_process,1,2025-05-10

            """, folder, store)
        #expect(try rate("T1", store, "2025-05", .calendar) == [1, 1])
        try load("B,9.000001,616,online,2025-05-02,05/05/2025,2025-06-10,settled,1,2025-06-10\n", folder, store, name: "june.csv")
        #expect(try rate("T1", store, "2025-05", .calendar) == [1, 1])
        #expect(try rate("T1", store, "2025-06", .calendar) == [0, 1])
    }

    @Test func aBrokenFileDoesNotDeleteTheOldFigures() throws {
        let folder = try Folder()
        let store = try store(folder)
        try load("A,9.000001,616,online,2025-05-05,,,in_process,1,2025-05-20\n", folder, store)
        try folder.file("broken.csv", Self.header + "A,9.000001,616,counter,2025-05-05,,,in_process,1,2025-06-20\nB,9.0000")
        #expect(throws: InputError.self) { try self.ingest(["broken.csv"], folder, store) }
        #expect(try rate("O1", store, "2025-05") == [1, 1])
        #expect(try store.dataVersion() == 2)
    }

    private func page(_ store: Store, unit: String = "62") throws -> Report {
        let publish = try Publish(store, home: try Home(path: Self.home, program: ""), period: Period(.administrative, year: 2025, months: 5...5))
        return try #require(try publish.reports(units: [unit], language: .vietnamese).first)
    }

    private func texts(_ report: Report) -> [String] {
        report.sections.flatMap(\.blocks).flatMap { block -> [String] in
            switch block {
            case .paragraphs(let paragraphs): paragraphs
            case .table(let table): table.rows.flatMap { $0.cells.map { $0.text(report.language) } }
            case .chart: []
            }
        }
    }

    @Test func aReportThatMissesADepartmentSaysSo() throws {
        let folder = try Folder()
        let store = try store(folder)
        try load("A,9.000001,616,online,2025-05-05,,,in_process,1,2025-05-20\n", folder, store)
        let report = try page(store)
        #expect(texts(report).contains("Không có số liệu trong kỳ: Sở Y tế."))
        #expect(texts(report).contains("Sở Y tế"), "it stands in the ranking, without a rate")
    }

    /// A unit outside the province's structure would be missing from every total without a word.
    @Test(arguments: ["611,Ngọc Hồi,district,99,2021-01-01,", "611,Ngọc Hồi,district,,2021-01-01,", "611,A,district,612,2021-01-01,\n612,B,district,611,2021-01-01,"])
    func aUnitThatStandsBelowNoProvinceIsRefused(row: String) throws {
        let folder = try Folder()
        let store = try store(folder)
        try folder.file("more.csv", "code,name,level,parent_code,valid_from,valid_to\n\(row)\n")
        let error = #expect(throws: InputError.self) { try self.ingest(["more.csv"], folder, store) }
        #expect(error?.description.contains("the unit '611' stands below no province") == true)
        #expect(try store.dataVersion() == 1)
    }

    /// The month changes only by another import, and every report names the data version that it was drawn from.
    @Test func aFigureDoesNotChangeWithoutAWord() throws {
        let folder = try Folder()
        let store = try store(folder)
        try load("A,9.000001,616,online,2025-05-05,,,in_process,1,2025-05-20\n", folder, store)
        let before = try page(store)
        #expect(try page(store) == before)
        try load("B,9.000001,616,counter,2025-05-05,,,in_process,1,2025-05-21\n", folder, store, name: "late.csv")
        let after = try page(store)
        #expect(before.provenance.dataVersion == 2 && after.provenance.dataVersion == 3)
        #expect(before.provenance.inputHash != after.provenance.inputHash)
        #expect(texts(after).contains("late.csv"))
    }

    @Test func theTotalIsTheSumOfCountsAndNotAMeanOfRates() throws {
        let folder = try Folder()
        let store = try store(folder)
        let counter = (1...9).map { "B\($0),9.000001,616,counter,2025-05-05,,,in_process,1,2025-05-20\n" }.joined()
        try load("A,9.000001,62.SYT,online,2025-05-05,,,in_process,1,2025-05-20\n" + counter, folder, store)
        #expect(try rate("O1", store, "2025-05") == [1, 10])
        #expect(try rate("O1", store, "2025-05", unit: "62.SYT") == [1, 1])
        #expect(try rate("O1", store, "2025-05", unit: "616") == [0, 9])
        #expect(texts(try page(store)).contains("10,00%"))
    }

    /// 69,996 % looks like 70,00 % and has not met 70 %.
    @Test func aRoundedRateDoesNotPassItsTarget() throws {
        let target = Target(
            indicatorID: "O1", coverage: .province, validity: Validity(first: Day(number: 0), last: nil), basisPoints: 7_000,
            document: Document(number: "Ví dụ", date: nil, clause: ""), isIllustrative: true)
        let rate = Rate(69_996, of: 100_000)
        #expect(Cell.rate(rate).text(.vietnamese) == Cell.basisPoints(7_000).text(.vietnamese))
        #expect(target.verdict(on: rate) == .missed)
        #expect(target.gap(of: rate).convert == 4)
    }

    /// A question is asked of the unit that gives rise to it, and of no other.
    @Test func whatIsOddIsAskedAndChangesNoFigure() throws {
        let folder = try Folder()
        let store = try store(folder)
        let rows = (1...25).map { "A\($0),9.000001,616,online,2025-05-05,,,in_process,1,2025-05-20,officer\n" }.joined()
        try folder.file("o.csv", Self.header.replacing("updated_at\n", with: "updated_at,filed_by\n") + rows + "B,9.000001,62.SYT,online,2025-05-05,,,in_process,1,2025-05-20,officer\n")
        try ingest(["o.csv"], folder, store)
        let found = texts(try page(store))
        #expect(found.filter { $0.hasPrefix("Vì sao từ một nửa hồ sơ trực tuyến trở lên") }.count == 1)
        #expect(texts(try page(store, unit: "62.SYT")).contains { $0.hasPrefix("Năm phép kiểm tra") })
        #expect(try rate("O1", store, "2025-05") == [26, 26])
    }

    @Test func everyReportThatIsShippedLoads() throws {
        let home = try Home(path: Self.home, program: "")
        #expect(home.reports.map(\.id).sorted() == [
            "commune-monthly", "data-quality", "draft-unit", "form-07a-province", "form-07a-unit", "form-ii06-province", "form-ii06-unit", "long-review", "payment-by-unit", "portal-evaluation",
            "provincial-review", "public-province", "public-unit", "qd766-own-province", "qd766-own-unit", "revision-province", "revision-unit", "services-by-unit", "targets",
            "unit-monthly", "weekly-digest",
        ])
    }

    @Test(arguments: [
        ("sections: [summary]", "sections: [sumary]", "'sumary' is not known for 'sections'; did you mean 'summary'?"),
        ("headline: [O1]", "headline: [O9]", "'O9' is not known for 'headline'; did you mean 'O1'?"),
        ("trend_months: 12", "trend_months: 99", "'trend_months' must be from 0 to 60"),
        ("audience: unit", "audience: units", "'units' is not known for 'audience'; did you mean 'unit'?"),
    ])
    func aMistakeInAReportIsNamed(old: String, new: String, message: String) throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(atPath: folder.path + "/reports", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: Self.home + "/reports/indicators", toPath: folder.path + "/reports/indicators")
        try folder.file("reports/print.css", "")
        let yaml = "id: x\naudience: unit\ntitle: {vi: a, en: b}\nindicators: [O1]\nheadline: [O1]\nsections: [summary]\ntrend_months: 12\n"
        try folder.file("reports/x.yaml", yaml.replacing(old, with: new))
        let error = #expect(throws: InputError.self) { try Home(path: folder.path, program: "") }
        #expect(error?.description.hasPrefix("x.yaml:") == true)
        #expect(error?.description.hasSuffix(message) == true, "\(error?.description ?? "")")
    }
}
