import Adoption
import Testing

/// Units through the reorganisation of 01/7/2025, in small.
@Suite struct LineageTests {
    private static func day(_ iso: String) -> Day { Day(iso: iso) ?? Day(number: 0) }

    private static func agency(_ code: String, _ name: String, _ level: AgencyLevel = .commune, below parent: String?, from: String = "2021-01-01", to: String? = nil) -> Agency {
        Agency(code: code, name: name, level: level, parentCode: parent, validity: Validity(first: day(from), last: to.map(day)))
    }

    private static func event(_ kind: UnitEvent.Kind, _ from: String?, _ to: String?) throws -> UnitEvent {
        try UnitEvent(kind: kind, date: day("2025-07-01"), fromCode: from, toCode: to, document: Document(number: "1677/NQ-UBTVQH15", date: nil, clause: ""))
    }

    /// Province 62 with district 608 and communes 1 (which keeps its code and becomes another unit), 2 and 3; then province 51.
    private static func register(events: [UnitEvent]? = nil) throws -> Register {
        let end = "2025-06-30"
        let agencies = [
            1: agency("62", "Tỉnh Kon Tum", .province, below: nil, to: end), 2: agency("608", "TP Kon Tum", .district, below: "62", to: end),
            3: agency("23302", "Phường Lê Lợi", below: "608", to: end), 4: agency("23305", "Phường Nguyễn Trãi", below: "608", to: end),
            5: agency("23530", "Xã Rơ Kơi", below: "608", to: end),
            6: agency("51", "Tỉnh Quảng Ngãi", .province, below: nil, from: "2025-07-01"),
            7: agency("23302", "Phường Đăk Bla", below: "51", from: "2025-07-01"), 8: agency("23530", "Xã Rờ Kơi", below: "51", from: "2025-07-01"),
        ]
        return Register(agencies: agencies, procedures: [:], events: try events ?? [
            event(.merge, "62", "51"), event(.abolish, "608", nil), event(.merge, "23302", "23302"), event(.merge, "23305", "23302"), event(.rename, "23530", "23530"),
        ])
    }

    private static let july = Period(.administrative, year: 2025, months: 7...7)

    /// The administrative July has 16 days of the old structure: nothing of them may be missing.
    @Test func aPeriodAcrossTheBreakHasBothStructuresBelowTheNewProvince() throws {
        let register = try Self.register()
        let province = try #require(register.agencies[6])
        #expect(register.subtree(of: province, in: Self.july) == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(register.subtree(of: province, in: Period(.calendar, year: 2025, months: 7...7)) == [6, 7, 8])
        #expect(try register.subtree(of: #require(register.agencies[1]), in: Period(.calendar, year: 2025, months: 6...6)) == [1, 2, 3, 4, 5])
    }

    /// A code that was given to another unit does not make one unit of two; a renaming does not make two of one.
    @Test func aReusedCodeIsTwoUnitsAndARenamedUnitIsOne() throws {
        let register = try Self.register()
        let inJuly = register.agencies(in: Self.july)
        #expect(inJuly.filter { $0.code == "23302" }.map(\.name) == ["Phường Lê Lợi", "Phường Đăk Bla"])
        #expect(inJuly.filter { $0.code == "23530" }.map(\.name) == ["Xã Rờ Kơi"])
        #expect(register.numbers(of: inJuly.first { $0.name == "Phường Đăk Bla" } ?? inJuly[0], in: Self.july) == [7])
        #expect(register.numbers(of: inJuly.first { $0.code == "23530" } ?? inJuly[0], in: Self.july) == [5, 8])
        #expect(register.agencies(named: "23302", in: Self.july).count == 2)
        #expect(register.agencies(named: "23302@2025-07-01", in: Self.july).map(\.name) == ["Phường Đăk Bla"])
    }

    @Test func everyFormerUnitFindsItsHeir() throws {
        let restatement = Restatement(of: try Self.register(), to: Self.day("2025-07-01"))
        #expect(restatement.heirs == [1: 6, 2: 2, 3: 7, 4: 7, 5: 8, 6: 6, 7: 7, 8: 8])
        #expect(restatement.divided.isEmpty)
        // The abolished district has no heir: it stays, below what became of its province.
        let district = try #require(restatement.register.agencies[2])
        #expect(district.parentCode == "51")
        #expect(district.name == "TP Kon Tum (– 30/06/2025)")
        let province = try #require(restatement.register.agencies[6])
        #expect(restatement.register.subtree(of: province, in: Period(.calendar, year: 2024, months: 5...5)) == [2, 6, 7, 8])
    }

    /// To restate to a day before the break leaves the former units as they were.
    @Test func beforeTheBreakNothingIsMoved() throws {
        let restatement = Restatement(of: try Self.register(), to: Self.day("2025-06-30"))
        #expect(restatement.heirs[3] == 3 && restatement.heirs[1] == 1)
        #expect(restatement.register.agencies[7] == nil)
    }

    @Test func aDividedUnitAsksForEveryDossier() throws {
        let register = try Self.register(events: [
            Self.event(.merge, "62", "51"), Self.event(.split, "23305", "23302"), Self.event(.split, "23305", "23530"), Self.event(.merge, "23302", "23302"), Self.event(.rename, "23530", "23530"),
        ])
        let restatement = Restatement(of: register, to: Self.day("2025-12-31"))
        #expect(restatement.divided == [4: [7, 8]])
        #expect(restatement.heir(of: 4, successorCode: "23530") == 8)
        #expect(restatement.heir(of: 4, successorCode: nil) == nil)
        #expect(restatement.heir(of: 4, successorCode: "51") == nil)
        #expect(restatement.heir(of: 3, successorCode: nil) == 7)
    }

    private static func told(_ events: [UnitEvent]) -> [String] { events.map { "\($0.date.iso) \($0.kind.word) \($0.fromCode ?? "-") → \($0.toCode ?? "-")" } }

    /// Đăk Bla came from two; of either of them only its own way is told.
    @Test(arguments: [
        (1, ["2025-07-01 merge 62 → 51"]), (2, ["2025-07-01 abolish 608 → -"]), (3, ["2025-07-01 merge 23302 → 23302"]), (4, ["2025-07-01 merge 23305 → 23302"]),
        (5, ["2025-07-01 rename 23530 → 23530"]), (7, ["2025-07-01 merge 23302 → 23302", "2025-07-01 merge 23305 → 23302"]), (8, ["2025-07-01 rename 23530 → 23530"]),
    ] as [(Int, [String])])
    func aUnitHasItsOwnLineage(id: Int, events: [String]) throws {
        let register = try Self.register()
        #expect(try Self.told(register.lineage(of: #require(register.agencies[id]))) == events)
    }

    /// B was split from A and went into D. What went into A after that, what else came from it, and what else went into D is not B's.
    @Test func aLineageGoesOneWayInTime() throws {
        func event(_ kind: UnitEvent.Kind, _ year: Int, _ from: String?, _ to: String?) throws -> UnitEvent {
            try UnitEvent(kind: kind, date: Self.day("\(year)-01-01"), fromCode: from, toCode: to, document: Document(number: "x", date: nil, clause: ""))
        }
        func unit(_ code: String, _ from: Int, _ to: Int? = nil) -> Agency { Self.agency(code, code, below: nil, from: "\(from)-01-01", to: to.map { "\($0)-12-31" }) }
        let register = Register(
            agencies: [
                1: unit("A", 2000), 2: unit("B", 2010, 2019), 3: unit("C", 2015), 4: unit("D", 2000, 2023), 5: unit("X", 2000, 2011), 6: unit("Y", 2000, 2019), 7: unit("W", 2000, 2004),
            ], procedures: [:],
            events: [
                try event(.merge, 2005, "W", "A"), try event(.split, 2010, "A", "B"), try event(.merge, 2012, "X", "A"), try event(.split, 2015, "A", "C"), try event(.merge, 2020, "B", "D"),
                try event(.merge, 2020, "Y", "D"), try event(.abolish, 2024, "D", nil),
            ])
        let lineage = register.lineage(of: unit("B", 2010, 2019))
        #expect(Self.told(lineage) == ["2005-01-01 merge W → A", "2010-01-01 split A → B", "2020-01-01 merge B → D", "2024-01-01 abolish D → -"])
        #expect(register.lineage(of: unit("E", 2000)).isEmpty)
    }

    static let wrongEnds: [(UnitEvent.Kind, String?, String?)] = [
        (.create, "1", "2"), (.create, "1", nil), (.abolish, "1", "2"), (.abolish, nil, "2"), (.merge, nil, "2"), (.rename, "1", nil), (.split, nil, nil),
    ]

    @Test(arguments: wrongEnds)
    func anEventWithAWrongEndIsRefused(kind: UnitEvent.Kind, from: String?, to: String?) {
        #expect(throws: UnitEventContradiction.self) { try Self.event(kind, from, to) }
    }

    @Test func theCheckFindsEveryInconsistencyAtOnce() throws {
        let good = try Self.register()
        #expect(RegisterCheck.findings(in: good, targets: Targets([]), indicatorIDs: []).filter { $0.severity == .error }.isEmpty)
        let untold = try Self.register(events: [])
        let findings = RegisterCheck.findings(in: untold, targets: Targets([]), indicatorIDs: [])
        #expect(Set(findings.filter { $0.severity == .error }.map(\.subject)) == ["62@2021-01-01", "608@2021-01-01", "23302@2021-01-01", "23305@2021-01-01", "23530@2021-01-01"])
        let target = Target(
            indicatorID: "O9", coverage: .agency(code: "999"), validity: Validity(first: Day(number: 0), last: nil), basisPoints: 1,
            document: Document(number: "x", date: nil, clause: ""), isIllustrative: true)
        let bad = RegisterCheck.findings(in: good, targets: Targets([target]), indicatorIDs: ["O1"])
        #expect(bad.contains { $0.message.contains("did you mean 'O1'?") })
        #expect(bad.contains { $0.message.contains("'999'") })
    }
}
