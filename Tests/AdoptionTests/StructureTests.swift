import Adoption
import Testing

/// Which units stand where, on one day and at any time.
@Suite struct StructureTests {
    private static func day(_ iso: String) -> Day { Day(iso: iso) ?? Day(number: 0) }

    private static func agency(_ code: String, _ level: AgencyLevel, below parent: String?, _ from: String, _ to: String? = nil, aliases: [String] = []) -> Agency {
        Agency(code: code, name: code, level: level, parentCode: parent, validity: Validity(first: day(from), last: to.map(day)), aliases: aliases)
    }

    /// Province 62 becomes 51; commune 700 moves from one district to another; code 70 passes to another unit, and 23302 too.
    private static func register() throws -> Register {
        let (begin, end, next) = ("2021-01-01", "2025-06-30", "2025-07-01")
        let agencies = [
            1: agency("62", .province, below: nil, begin, end), 2: agency("608", .district, below: "62", begin, end), 3: agency("23302", .commune, below: "608", begin, end),
            4: agency("611", .district, below: "62", begin, end, aliases: ["000.00.11.H34"]), 5: agency("51", .province, below: nil, next), 6: agency("23302", .commune, below: "51", next),
            7: agency("700", .commune, below: "608", begin, "2023-12-31"), 8: agency("700", .commune, below: "611", "2024-01-01", end), 9: agency("70", .district, below: "62", begin, "2022-12-31"),
            10: agency("70", .other, below: "51", next), 11: agency("71", .commune, below: "70", next),
            // Never all three on one day.
            12: agency("80", .district, below: "62", begin, "2021-12-31"), 13: agency("81", .commune, below: "80", begin, "2023-12-31"), 14: agency("82", .commune, below: "81", "2022-06-01", "2023-12-31"),
        ]
        let document = Document(number: "1", date: nil, clause: "")
        return Register(agencies: agencies, procedures: [:], events: [
            try UnitEvent(kind: .merge, date: day(next), fromCode: "62", toCode: "51", document: document), try UnitEvent(kind: .merge, date: day(next), fromCode: "23302", toCode: "23302", document: document),
            try UnitEvent(kind: .move, date: day("2024-01-01"), fromCode: "700", toCode: "700", document: document),
        ])
    }

    @Test(arguments: [
        ("62", [1, 2, 3, 4, 7, 8, 9, 12, 13]), ("608", [2, 3, 7]), ("611", [4, 8]), ("000.00.11.H34", [4, 8]), ("51", [5, 6, 10, 11]), ("23302", [3, 6]), ("23302@2025-07-01", [6]), ("70", [9, 10, 11]), ("80", [12, 13]),
        ("nowhere", []), ("", []),
    ])
    func aScopeHasTheUnitsThatStoodBelowItOnSomeDay(code: String, numbers: [Int]) throws { #expect(try Self.register().everWithin(code).sorted() == numbers) }

    @Test func unitsBelowEachOtherHaveAnEnd() {
        let register = Register(agencies: [1: Self.agency("a", .commune, below: "b", "2021-01-01"), 2: Self.agency("b", .commune, below: "a", "2021-01-01")], procedures: [:])
        #expect(register.everWithin("a") == [1, 2])
    }

    @Test(arguments: [
        ("2021-01-01", "2021-01-01"), ("2021-12-31", "2021-01-01"), ("2022-01-01", "2022-01-01"), ("2022-05-31", "2022-01-01"), ("2022-12-31", "2022-06-01"), ("2024-01-01", "2024-01-01"), ("2025-06-30", "2024-01-01"),
        ("2025-07-01", "2025-07-01"), ("2099-12-31", "2025-07-01"), ("2020-12-31", "2020-12-31"), ("1900-01-01", "2020-12-31"),
    ])
    func aDayIsInTheStructureOfTheLastChange(asked: String, begin: String) throws {
        let register = try Self.register()
        #expect(register.structureBegin(on: Self.day(asked)) == Self.day(begin))
        // Nothing but the day itself is another.
        let (one, other) = (Restatement(of: register, to: Self.day(asked)), Restatement(of: register, to: Self.day(begin)))
        #expect(one.heirs == other.heirs && one.divided == other.divided && one.register.agencies == other.register.agencies)
    }

    @Test func aRegisterWithoutUnitsHasOneStructure() { #expect(Register(agencies: [:], procedures: [:]).structureBegin(on: Self.day("2025-07-01")) == Day(number: 0)) }
}
