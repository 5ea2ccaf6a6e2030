import Adoption
import Pipeline
import Storage
import Testing
import TestSupport

/// Whatever the records are: the parts of a figure make up the whole, and the dossiers that it lists are those that it counted.
@Suite struct FigurePropertyTests {
    private func store(_ random: inout SeededGenerator) throws -> Store {
        let store = try Store(path: nil)
        func any<T>(_ values: [T]) throws -> T { try #require(values.randomElement(using: &random)) }
        try store.record(at: Instant(secondsSinceEpoch: 0)) { session in
            try session.beginFile(name: "f", kind: "submissions", isIllustrative: false)
            for agency in Records.agencies { _ = try session.put(agency) }
            for procedure in Records.procedures { _ = try session.put(procedure) }
            var dossiers: [DossierRecord] = []
            var payments: [PaymentRecord] = []
            for number in 0..<400 {
                let received = Instant(local: Records.day("2025-04-01").advanced(by: Int.random(in: 0..<60, using: &random)))
                let isSettled = Bool.random(using: &random)
                dossiers.append(DossierRecord(code: Records.code("H-\(number)"), dossier: try Dossier(
                    agencyID: Int.random(in: 1...Records.agencies.count, using: &random), procedureID: Int.random(in: 1...3, using: &random),
                    channel: try any(Channel.allCases), level: try any(ServiceLevel.allCases), applicant: try any(Applicant.allCases), filer: try any(Filer.allCases),
                    state: isSettled ? .settled : try any(DossierState.allCases.filter { $0 != .settled && $0 != .returned }), delivery: try any(ResultDelivery.allCases),
                    filed: received, received: received, due: received,
                    settled: isSettled ? Instant(secondsSinceEpoch: received.secondsSinceEpoch + Int.random(in: 0..<2_000_000, using: &random)) : nil,
                    amountDueVND: try any([nil, 0, 50_000]), digitised: try any(Answer.allCases), signed: try any(Answer.allCases), updated: Records.moment("2025-09-01"))))
                for part in 0..<Int.random(in: 0...2, using: &random) {
                    payments.append(try Records.payment(
                        Records.code("P\(number)x\(part)"), of: Records.code("H-\(number)"), try any(PaymentMethod.allCases), try any(PaymentState.allCases),
                        paid: Instant(secondsSinceEpoch: received.secondsSinceEpoch + Int.random(in: 0..<3_000_000, using: &random))))
                }
            }
            try session.put(dossiers)
            try session.put(payments)
            let counts = try session.settle()
            try session.endFile(sha256: String(repeating: "0", count: 64), counts: counts)
        }
        return store
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func thePartsMakeUpTheWhole(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let store = try store(&random)
        let home = try Home(path: Repository.root, program: "")
        let look = Look(store)
        let period = Period(seed % 2 == 0 ? .calendar : .administrative, year: 2025, months: 5...5)
        let register = try store.register()
        let province = try #require(register.agencies.values.first { $0.level == .province })
        var counted = 0
        for indicator in home.indicators {
            func explain(_ scope: Scope) throws -> Explanation { try look.explain(indicator, scope, in: period, limit: .max) }
            let whole = try explain(Scope(agencyCode: province.code))
            counted += whole.figure.rate.denominator
            #expect(whole.lines.count == whole.dossiers, "\(indicator.label), seed \(seed)")
            guard indicator.subject == .dossiers else { continue }
            #expect(whole.lines.count == whole.figure.rate.denominator && whole.lines.count { $0.place == .counted } == whole.figure.rate.numerator)
            #expect(whole.otherwise.reduce(0) { $0 + $1.dossiers } == whole.figure.rate.denominator - whole.figure.rate.numerator, "what is in the denominator only is told")
            let byChannel = try Channel.allCases.map { try explain(Scope(agencyCode: province.code, channel: $0)).figure.rate }
            #expect(byChannel.reduce(.none, +) == whole.figure.rate, "\(indicator.label), by channel, seed \(seed)")
            let byProcedure = try register.procedures.values.map { try explain(Scope(agencyCode: province.code, procedureCode: $0.code)).figure.rate }
            #expect(byProcedure.reduce(.none, +) == whole.figure.rate, "\(indicator.label), by procedure, seed \(seed)")
            // Of the units below it, and of what the province received itself.
            let units = try register.agencies.values.filter { $0.parentCode == province.code }.map { try explain(Scope(agencyCode: $0.code)) }
            let below = Set(units.flatMap { $0.lines.map(\.code) })
            let own = whole.lines.filter { !below.contains($0.code) }
            #expect(own.allSatisfy { register.agencies[$0.dossier.agencyID]?.code == province.code })
            #expect(units.map(\.figure.rate).reduce(Rate(own.count { $0.place == .counted }, of: own.count), +) == whole.figure.rate, "\(indicator.label), by unit, seed \(seed)")
        }
        #expect(counted > 1_000)
    }
}
