import Adoption
import Reporting
import Testing

/// What the page of a unit tells of its past, about the reorganisation of 01/7/2025 in small.
@Suite struct TimelineTests {
    private static func day(_ iso: String) -> Day { Day(iso: iso) ?? Day(number: 0) }

    private static func document(_ number: String, _ clause: String = "") -> Document { Document(number: number, date: nil, clause: clause) }

    private static let indicator = Indicator(
        id: "O1", version: 1, name: Text(vi: "Tỷ lệ hồ sơ trực tuyến", en: "Online submission rate"), definition: Text(vi: "", en: ""), basis: .received, denominator: Condition(),
        numerator: Condition(), source: document("QĐ 766"))

    private static let may = Period(.administrative, year: 2025, months: 5...5)
    private static let july = Period(.administrative, year: 2025, months: 7...7)
    private static let august = Period(.administrative, year: 2025, months: 8...8)

    /// Province 62 with district 608 and four communes, one of whose codes passes to another; then province 51.
    private static func register() throws -> Register {
        func unit(_ code: String, _ name: String, _ level: AgencyLevel, _ parent: String?, isOld: Bool) -> Agency {
            let validity = isOld ? Validity(first: day("2021-01-01"), last: day("2025-06-30")) : Validity(first: day("2025-07-01"), last: nil)
            return Agency(code: code, name: name, level: level, parentCode: parent, validity: validity)
        }
        func event(_ kind: UnitEvent.Kind, _ from: String?, _ to: String?, _ number: String = "1677/NQ-UBTVQH15") throws -> UnitEvent {
            try UnitEvent(kind: kind, date: day("2025-07-01"), fromCode: from, toCode: to, document: document(number))
        }
        return Register(
            agencies: [
                1: unit("62", "Tỉnh Kon Tum", .province, nil, isOld: true), 2: unit("608", "Thành phố Kon Tum", .district, "62", isOld: true),
                3: unit("23302", "Phường Lê Lợi", .commune, "608", isOld: true), 4: unit("23305", "Phường Nguyễn Trãi", .commune, "608", isOld: true),
                5: unit("23530", "Xã Rơ Kơi", .commune, "608", isOld: true), 6: unit("23536", "Xã Mô Rai", .commune, "608", isOld: true),
                7: unit("51", "Tỉnh Quảng Ngãi", .province, nil, isOld: false), 8: unit("23302", "Phường Đăk Bla", .commune, "51", isOld: false),
                9: unit("23530", "Xã Rờ Kơi", .commune, "51", isOld: false), 10: unit("23536", "Xã Mô Rai", .commune, "51", isOld: false),
            ], procedures: [:],
            events: [
                try event(.merge, "62", "51", "202/2025/QH15"), try event(.abolish, "608", nil, "19/2025/QĐ-TTg"), try event(.merge, "23302", "23302"), try event(.merge, "23305", "23302"),
                try event(.rename, "23530", "23530"), try event(.move, "23536", "23536"),
            ])
    }

    private static func target(_ coverage: Coverage, _ basisPoints: Int, _ first: String, _ last: String?, _ document: Document, isIllustrative: Bool = false) -> Target {
        Target(
            indicatorID: "O1", coverage: coverage, validity: Validity(first: day(first), last: last.map { day($0) }), basisPoints: basisPoints, document: document, isIllustrative: isIllustrative)
    }

    private static let targets = [
        target(.province, 4_500, "2023-12-15", "2024-12-14", document("CT 01", "điểm 1")), target(.level(.commune), 5_000, "2024-12-15", "2025-12-14", document("CT 02", "điểm 3"), isIllustrative: true),
        target(.level(.commune), 7_000, "2025-12-15", nil, document("CT 03")), target(.level(.district), 6_000, "2024-12-15", nil, document("CT 02")),
    ]

    /// - Parameter unit: its code, or its code and validity.
    private static func page(
        _ unit: String, in period: Period, _ sections: [ReportDefinition.SectionKind] = [.timeline, .explanations], audience: ReportDefinition.Audience = .unit, restatedTo structureDay: Day? = nil,
        register: Register? = nil, targets: [Target] = TimelineTests.targets, remarks: [Remark] = [], acts: [Act] = []
    ) throws -> Report {
        let stood = try register ?? Self.register()
        let definition = ReportDefinition(
            id: "unit", audience: audience, title: Text(vi: "Đơn vị", en: "Unit"), indicatorIDs: ["O1"], headlineIDs: ["O1"], sections: sections, trendMonths: 12, minimumVolume: 30, peerVolume: 10)
        let question = Question(period: period, definitions: [definition])
        let shown = structureDay.map { Restatement(of: stood, to: $0).register } ?? stood
        let cube = RateCube(indicators: [indicator], trendIDs: ["O1"], ofProcedures: [indicator], period: period, halfMonths: question.halfMonths)
        let standing = Standing(history: PeriodHistory(period: period, acts: acts), remarks: Dictionary(remarks.map { ($0.figure, $0) }, uniquingKeysWith: { $1 }))
        let evidence = Evidence(
            question: question, indicators: [indicator], figures: Figures(period: period, register: shown, cube: cube), targets: Targets(targets), standing: standing, officialRecords: [],
            sources: [], quarantine: [], paymentsWithoutDossier: 0, dataVersion: 1, asOf: Instant(local: day("2025-08-20")), inputHash: "", structure: structureDay.map { Structure.restated(to: $0) } ?? .then,
            stood: stood)
        let agency = try #require(evidence.agencies.first { $0.code == unit || $0.key == unit })
        return Composer(definition, evidence: evidence, agency: agency, language: .vietnamese).report()
    }

    private static func rows(_ table: String, _ report: Report) -> [[String]] {
        report.tables.first { $0.id == table }?.rows.map { $0.cells.map { $0.text(.vietnamese) } } ?? []
    }

    private static func sentences(_ section: String, _ report: Report) -> [String] {
        report.sections.first { $0.id == section }?.blocks.flatMap { block -> [String] in
            if case .paragraphs(let sentences) = block { sentences } else { [] }
        } ?? []
    }

    /// In the period that the reorganisation falls into, a district's page has what happened to its communes, each with both names.
    @Test func whatHappenedBelowIsToldInItsMonths() throws {
        #expect(try Self.rows("reorganisations-table", Self.page("608", in: Self.july)) == [
            ["01/07/2025", "Đổi tên", "Xã Rơ Kơi (23530)", "Xã Rờ Kơi (23530)", "1677/NQ-UBTVQH15"],
            ["01/07/2025", "Sáp nhập", "Phường Lê Lợi (23302)", "Phường Đăk Bla (23302)", "1677/NQ-UBTVQH15"],
            ["01/07/2025", "Sáp nhập", "Phường Nguyễn Trãi (23305)", "Phường Đăk Bla (23302)", "1677/NQ-UBTVQH15"],
            ["01/07/2025", "Chuyển cơ quan cấp trên", "Xã Mô Rai (23536), Thành phố Kon Tum", "Xã Mô Rai (23536), Tỉnh Quảng Ngãi", "1677/NQ-UBTVQH15"],
            ["01/07/2025", "Kết thúc hoạt động", "Thành phố Kon Tum (608)", "–", "19/2025/QĐ-TTg"],
        ])
        #expect(try Self.rows("reorganisations-table", Self.page("608", in: Self.may)) == [["01/07/2025", "Kết thúc hoạt động", "Thành phố Kon Tum (608)", "–", "19/2025/QĐ-TTg"]])
    }

    /// Of others that went the same way nothing is said: the reader of one unit may not see them.
    @Test func aUnitIsToldItsOwnWay() throws {
        let (leLoi, nguyenTrai) = (
            ["01/07/2025", "Sáp nhập", "Phường Lê Lợi (23302)", "Phường Đăk Bla (23302)", "1677/NQ-UBTVQH15"],
            ["01/07/2025", "Sáp nhập", "Phường Nguyễn Trãi (23305)", "Phường Đăk Bla (23302)", "1677/NQ-UBTVQH15"]
        )
        #expect(try Self.rows("reorganisations-table", Self.page("23302", in: Self.may)) == [leLoi])
        #expect(try Self.rows("reorganisations-table", Self.page("23302@2021-01-01", in: Self.july)) == [leLoi])
        for period in [Self.july, Self.august] { #expect(try Self.rows("reorganisations-table", Self.page("23302@2025-07-01", in: period)) == [leLoi, nguyenTrai]) }
        // Earlier months restated: the records of both count for the heir.
        #expect(try Self.rows("reorganisations-table", Self.page("23302", in: Self.may, restatedTo: Self.day("2025-07-01"))) == [leLoi, nguyenTrai])
    }

    @Test func aUnitWithoutAPastSaysSo() throws {
        let still = Register(agencies: try Self.register().agencies, procedures: [:])
        let report = try Self.page("608", in: Self.may, register: still, targets: [])
        #expect(Self.sentences("timeline", report) == ["Danh mục đơn vị không ghi sắp xếp nào liên quan đến đơn vị này.", "Không có chỉ tiêu nào được giao cho đơn vị này."])
    }

    /// The targets that held while the unit was there: the province's until its level had one, and none that begins after its end.
    @Test func theStepsOfItsTargetsAreTold() throws {
        let province = ["Tỷ lệ hồ sơ trực tuyến (O1 v1)", "45,00%", "15/12/2023", "14/12/2024", "Tỉnh", "CT 01, điểm 1"]
        let commune = ["Tỷ lệ hồ sơ trực tuyến (O1 v1)", "50,00%", "15/12/2024", "14/12/2025", "Xã", "CT 02, điểm 3 (minh họa)"]
        #expect(try Self.rows("target-steps-table", Self.page("23302", in: Self.may)) == [province, commune])
        let next = ["Tỷ lệ hồ sơ trực tuyến (O1 v1)", "70,00%", "15/12/2025", "chưa có hạn", "Xã", "CT 03"]
        #expect(try Self.rows("target-steps-table", Self.page("23302", in: Self.august)) == [commune, next])
        // A renamed unit was there before.
        #expect(try Self.rows("target-steps-table", Self.page("23530", in: Self.august)) == [province, commune, next])
        let own = Self.target(.agency(code: "608"), 6_500, "2025-01-01", nil, Self.document("CT 04"))
        let district = try Self.rows("target-steps-table", Self.page("608", in: Self.may, targets: Self.targets + [own]))
        #expect(district.map { Array($0[1...4]) } == [
            ["45,00%", "15/12/2023", "14/12/2024", "Tỉnh"], ["60,00%", "15/12/2024", "31/12/2024", "Huyện"], ["65,00%", "01/01/2025", "chưa có hạn", "Thành phố Kon Tum"],
        ])
    }

    private static func remark(_ figure: String, _ text: String, on day: String, by actor: String = "h") -> Remark {
        Remark(figure: figure, text: text, actor: actor, moment: Instant(local: Self.day(day), secondOfDay: 28_800))
    }

    @Test func explanationsStandNewestFirst() throws {
        let remarks = [
            Self.remark("O1.v1/23305/2025-05/administrative", "Mất mạng", on: "2025-05-20"), Self.remark("P9.v1/23305/2025-05/administrative", "Hỏng máy", on: "2025-05-21", by: ""),
            Self.remark("O1.v1/23305@2021-01-01/online/2025-05/administrative", "Mất điện", on: "2025-05-19"),
            Self.remark("O1.v1/23302/2025-05/administrative", "của đơn vị khác", on: "2025-05-22"), Self.remark("O1.v1/608/2025-05/administrative", "của cấp trên", on: "2025-05-22"),
            Self.remark("O1.v1/23305/2025-04/administrative", "của kỳ khác", on: "2025-05-22"), Self.remark("O1.v1/23305/2025-05/calendar", "của lịch khác", on: "2025-05-22"),
            Self.remark("O1.v1/23305/2025-05/administrative/restated-2025-07-01", "của cơ cấu khác", on: "2025-05-22"),
        ]
        let report = try Self.page("23305", in: Self.may, remarks: remarks)
        #expect(Self.rows("explanations-table", report) == [
            ["P9.v1", "Hỏng máy", "–", "21/05/2025"], ["Tỷ lệ hồ sơ trực tuyến (O1 v1)", "Mất mạng", "h", "20/05/2025"],
            ["Tỷ lệ hồ sơ trực tuyến (O1 v1) · Trực tuyến", "Mất điện", "h", "19/05/2025"],
        ])
        #expect(report.tables.first { $0.id == "explanations-table" }?.rows[1].links == [0: .figure("O1.v1/23305/2025-05/administrative")])
        // The page of a province has those of the units that report to it, with their names.
        #expect(try Self.rows("explanations-table", Self.page("62", in: Self.may, audience: .province, remarks: remarks)).map { Array($0[1...2]) } == [["Thành phố Kon Tum", "của cấp trên"]])
    }

    /// A code that passed to another unit within the period means neither of them.
    @Test func anAmbiguousNameExplainsNothing() throws {
        let remarks = [
            Self.remark("O1.v1/23302/2025-07/administrative", "của ai", on: "2025-07-20"), Self.remark("O1.v1/23302@2025-07-01/2025-07/administrative", "của Đăk Bla", on: "2025-07-20"),
        ]
        #expect(try Self.rows("explanations-table", Self.page("23302@2025-07-01", in: Self.july, remarks: remarks)).map { $0[1] } == ["của Đăk Bla"])
        #expect(try Self.rows("explanations-table", Self.page("23302@2021-01-01", in: Self.july, remarks: remarks)).isEmpty)
    }

    @Test func withoutExplanationsTheWayToOneIsTold() throws {
        let open = try Self.page("23305", in: Self.may)
        #expect(Self.sentences("explanations", open).first?.hasPrefix("Chưa có giải trình nào về số liệu của đơn vị trong kỳ này. Để ghi: mở một con số") == true)
        let act = Act(number: 1, kind: .freeze, period: Self.may, moment: Instant(local: Self.day("2025-05-20")), actor: "r", reason: "x", override: "", dataVersion: 1)
        #expect(try Self.sentences("explanations", Self.page("23305", in: Self.may, acts: [act])) == ["Kỳ này đã chốt mà không có giải trình nào về số liệu của đơn vị."])
    }

    /// What has a section of its own is not said twice.
    @Test func theSummaryLeavesExplanationsToTheirSection() throws {
        let remarks = [Self.remark("O1.v1/23305/2025-05/administrative", "Mất mạng", on: "2025-05-20")]
        func isInSummary(_ sections: [ReportDefinition.SectionKind]) throws -> Bool {
            try Self.sentences("summary", Self.page("23305", in: Self.may, sections, remarks: remarks)).contains { $0.contains("Mất mạng") }
        }
        #expect(try isInSummary([.summary]))
        #expect(try !isInSummary([.summary, .explanations]))
    }
}
