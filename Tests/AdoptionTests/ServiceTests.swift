import Adoption
import Testing

@Suite struct ServiceTests {
    private static let agency = Agency(code: "616", name: "Sa Thầy", level: .district, parentCode: "62", validity: Validity(first: Day(number: 0), last: nil), aliases: ["000.00.16.H34"])
    private static let other = Agency(code: "615", name: "Đăk Hà", level: .district, parentCode: "62", validity: Validity(first: Day(number: 0), last: nil))

    private static func service(_ coverage: Coverage, _ level: ServiceLevel = .unknown, from: Int = 0, to: Int? = nil, fees: (Int?, Int?) = (nil, nil), days: (Int?, Int?) = (nil, nil)) -> Service {
        Service(
            procedureCode: "1.000001", coverage: coverage, validity: Validity(first: Day(number: from), last: to.map(Day.init(number:))), level: level,
            counterFeeVND: fees.0, onlineFeeVND: fees.1, counterDays: days.0, onlineDays: days.1, document: Document(number: "QĐ 337", date: nil, clause: ""))
    }

    private static func register(_ services: Service...) -> Register {
        Register(
            agencies: [1: agency, 2: other], procedures: [7: Procedure(code: "1.000001", name: "x", sector: "", bearsFee: true)], services: services)
    }

    /// Raised to level 4 and dropped again within months, as in 2021: what counts is the day of reception.
    @Test(arguments: [(9, nil), (10, ServiceLevel.level3), (19, .level3), (20, .level4), (29, .level4), (30, nil)])
    func theLevelIsTheOneValidAtReception(day: Int, level: ServiceLevel?) {
        let register = Self.register(Self.service(.province, .level3, from: 10, to: 19), Self.service(.province, .level4, from: 20, to: 29))
        #expect(register.services.level(of: 7, at: Self.agency, on: Day(number: day)) == level)
    }

    @Test func aUnitsOwnRuleComesBeforeItsLevelsBeforeTheProvinces() {
        let register = Self.register(Self.service(.province, .partial), Self.service(.level(.district), .full), Self.service(.agency(code: "616"), .information))
        #expect(register.services.level(of: 7, at: Self.agency, on: Day(number: 1)) == .information)
        #expect(register.services.level(of: 7, at: Self.other, on: Day(number: 1)) == .full)
        let byAlias = Self.register(Self.service(.province, .partial), Self.service(.agency(code: "000.00.16.H34"), .full))
        #expect(byAlias.services.level(of: 7, at: Self.agency, on: Day(number: 1)) == .full)
    }

    /// 3 dossiers before the reduction and 5 after it: 5 × (50 000 − 25 000) đồng, and all 8 × 2 days.
    @Test func savingsFollowTheFeesOfTheDay() throws {
        let register = Self.register(
            Self.service(.province, days: (5, 3)), Self.service(.agency(code: "616"), from: 0, to: 9, fees: (50_000, nil)),
            Self.service(.agency(code: "616"), from: 10, fees: (50_000, 25_000)))
        let filings = [
            OnlineFiling(agencyID: 1, procedureID: 7, day: Day(number: 9), dossiers: 3), OnlineFiling(agencyID: 1, procedureID: 7, day: Day(number: 10), dossiers: 5),
        ]
        let saving = try #require(register.savings(of: filings)[1]?[7])
        #expect(saving.dossiers == 8)
        #expect(saving.withFees == 5 && saving.feeVND == 125_000)
        #expect(saving.withDays == 8 && saving.days == 16)
    }
}
