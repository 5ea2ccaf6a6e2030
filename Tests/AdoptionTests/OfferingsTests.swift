import Adoption
import Testing

@Suite struct OfferingsTests {
    private static func day(_ text: String) -> Day { Day(iso: text) ?? Day(number: 0) }
    private static let always = Validity(first: day("2020-01-01"), last: nil)

    private static func service(_ procedure: String, _ coverage: String, _ level: ServiceLevel, from: String = "2020-01-01", to: String? = nil) -> Service {
        Service(
            procedureCode: procedure, coverage: Coverage(coverage), validity: Validity(first: day(from), last: to.map(day)), level: level, counterFeeVND: nil,
            onlineFeeVND: nil, counterDays: nil, onlineDays: nil, document: Document(number: "QĐ", date: nil, clause: ""))
    }

    /// A province with a department and two communes; five procedures, of which a and b bear fees.
    private static func register(_ services: [Service]) -> Register {
        Register(
            agencies: [
                1: Agency(code: "P", name: "", level: .province, parentCode: nil, validity: always),
                2: Agency(code: "S", name: "", level: .department, parentCode: "P", validity: always),
                3: Agency(code: "X1", name: "", level: .commune, parentCode: "P", validity: always),
                4: Agency(code: "X2", name: "", level: .commune, parentCode: "P", validity: always),
            ],
            procedures: [
                1: Procedure(code: "a", name: "", sector: "", authority: .commune, bearsFee: true),
                2: Procedure(code: "b", name: "", sector: "", authority: .commune, bearsFee: true),
                3: Procedure(code: "c", name: "", sector: "", authority: .commune, bearsFee: false),
                4: Procedure(code: "d", name: "", sector: "", authority: .department, bearsFee: nil),
                5: Procedure(code: "e", name: "", sector: "", authority: nil, bearsFee: nil),
            ], services: services)
    }

    private func rate(_ question: ProcedureQuestion, _ unit: Int, _ services: [Service], used: Set<Int> = [], on day: String = "2025-05-14") throws -> [Int] {
        let register = Self.register(services)
        let agency = try #require(register.agencies[unit])
        let rate = Offerings(register, on: Self.day(day)).rate(question, of: agency, agencies: unit == 1 ? [1, 2, 3, 4] : [unit], used: used)
        return [rate.numerator, rate.denominator]
    }

    private static let online: Set<ServiceLevel> = [.partial, .full]
    private static let offers = [
        service("a", "commune", .full), service("b", "commune", .partial, to: "2025-05-13"), service("c", "X1", .information), service("d", "department", .partial),
        service("e", "X1", .full, from: "2025-05-14"),
    ]

    /// b was offered until the day before; e from that day on; c is information only. The province counts each once.
    @Test func whatIsOfferedIsAskedOfTheLastDay() throws {
        #expect(try rate(ProcedureQuestion(countsOffered: Self.online), 1, Self.offers) == [3, 5], "a, d, e")
        #expect(try rate(ProcedureQuestion(countsOffered: Self.online), 1, Self.offers, on: "2025-05-13") == [3, 5], "a, b, d")
        #expect(try rate(ProcedureQuestion(countsOffered: [.full]), 1, Self.offers) == [2, 5])
    }

    /// Communes have what is settled at their level, what no level claims, and what the register gives them by code; d is given to one department.
    @Test func authorityIsWhatTheRegisterGivesOrElseTheLevel() throws {
        #expect(try rate(ProcedureQuestion(countsOffered: Self.online), 3, Self.offers + [Self.service("d", "X1", .full)]) == [3, 5], "a, e and d of a, b, c, e and d")
        #expect(try rate(ProcedureQuestion(countsOffered: Self.online), 2, Self.offers + [Self.service("a", "S", .full)]) == [1, 1], "a alone is given to the department")
        #expect(try rate(ProcedureQuestion(countsOffered: Self.online), 4, Self.offers) == [1, 4], "a of a, b, c, e")
        #expect(try rate(ProcedureQuestion(countsOffered: Self.online), 2, Self.offers) == [1, 2], "d of d and e")
    }

    @Test func aServiceIsUsedWhenOneDossierIs() throws {
        let question = ProcedureQuestion(offered: Self.online, countsUsed: true)
        #expect(try rate(question, 1, Self.offers, used: []) == [0, 3])
        #expect(try rate(question, 1, Self.offers, used: [1, 3, 5]) == [2, 3], "c has a dossier and is not offered")
        #expect(try rate(ProcedureQuestion(bearsFee: true, countsUsed: true), 1, Self.offers, used: [2, 4]) == [1, 2])
    }

    /// A unit's own rule comes before its level's: what X1 does not offer, X2 still does.
    @Test func theMostSpecialServiceHolds() throws {
        let services = [Self.service("a", "commune", .full), Self.service("a", "X1", .information)]
        #expect(try rate(ProcedureQuestion(offered: [.full], countsUsed: true), 3, services) == [0, 0])
        #expect(try rate(ProcedureQuestion(offered: [.full], countsUsed: true), 1, services) == [0, 1])
    }

    /// It is no more there on the last day.
    @Test func aUnitThatEndedWithinThePeriodHasNoData() throws {
        #expect(try rate(ProcedureQuestion(bearsFee: true, countsUsed: true), 3, Self.offers, on: "2019-05-14") == [0, 0])
    }

    /// Without a services register nothing is known about offers; what bears a fee is known.
    @Test func withoutServicesThereIsNoData() throws {
        #expect(try rate(ProcedureQuestion(countsOffered: [.full]), 1, []) == [0, 0])
        #expect(try rate(ProcedureQuestion(bearsFee: true, countsUsed: true), 1, [], used: [1]) == [1, 2])
    }
}
