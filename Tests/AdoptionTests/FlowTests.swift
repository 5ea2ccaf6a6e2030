import Adoption
import Testing

@Suite struct FlowTests {
    private static let may = Period(.administrative, year: 2025, months: 5...5)

    private static func moment(_ text: String) throws -> Instant {
        let parts = text.split(separator: "T")
        let day = try #require(Day(iso: String(parts[0])))
        let clock = parts.count == 2 ? parts[1].split(separator: ":").compactMap { Int($0) } : [8, 0, 0]
        return Instant(secondsSinceEpoch: Instant(local: day).secondsSinceEpoch + clock[0] * 3_600 + clock[1] * 60 + clock[2])
    }

    private static func dossier(
        _ received: String, due: String? = nil, settled: String? = nil, _ state: DossierState = .inProcess, _ channel: Channel = .online
    ) throws -> Dossier {
        try Dossier(
            agencyID: 1, procedureID: 1, channel: channel, level: .full, applicant: .individual, filer: .applicant, state: settled == nil ? state : .settled,
            delivery: .unknown, filed: nil, received: try moment(received), due: try due.map(moment), settled: try settled.map(moment), amountDueVND: nil,
            updated: try moment("2025-09-01"))
    }

    /// As a store counts it: by tallies of every half-month up to the period's end, and by the dossier itself.
    private static func flow(_ dossier: Dossier) -> Flow {
        var flow = Flow()
        for one in Contribution.all(of: dossier, terms: Terms(bearsFee: nil), payments: []) where one.halfMonth <= may.halfMonths.upperBound {
            flow.add(Tally(Tally.Kind(one, agencyID: 1, byProcedure: true), dossiers: 1, collectedVND: 0), in: may)
        }
        flow.addOpen(dossier, at: may)
        return flow
    }

    /// 15/04 to 14/05. A case for each edge: what is carried over, what is open, and whether it is late then, and not today.
    @Test(arguments: [
        ("2025-04-14T23:59:59", nil, nil, "carriedOver openInTime"), ("2025-04-15T00:00:00", nil, nil, "online openInTime"),
        ("2025-05-14T23:59:59", nil, nil, "online openInTime"), ("2025-05-15T00:00:00", nil, nil, ""),
        ("2025-04-01", nil, "2025-04-14T23:59:59", ""), ("2025-04-01", nil, "2025-04-15T00:00:00", "carriedOver onTime"),
        ("2025-04-20", nil, "2025-05-14T23:59:59", "online onTime"), ("2025-04-20", nil, "2025-05-15T00:00:00", "online openInTime"),
        ("2025-04-20", "2025-05-01T23:59:59", "2025-04-30", "online early"), ("2025-04-20", "2025-05-01T10:00:00", "2025-05-01T08:00:00", "online onTime"),
        ("2025-04-20", "2025-05-01T10:00:00", "2025-05-01T10:00:01", "online late"),
        ("2025-04-20", "2025-05-14T23:59:59", nil, "online openInTime"), ("2025-04-20", "2025-05-14T17:00:00", nil, "online openLate"),
        ("2025-04-20", "2025-05-15T00:00:00", nil, "online openInTime"), ("2025-04-20", "2025-05-13T23:59:59", nil, "online openLate"),
        // Settled late after the period: at the period's end it was open, and late already or not yet.
        ("2025-04-20", "2025-05-13", "2025-06-20", "online openLate"), ("2025-04-20", "2025-05-20", "2025-06-20", "online openInTime"),
    ] as [(String, String?, String?, String)])
    func aDossierFlowsThroughTheForm(received: String, due: String?, settled: String?, columns: String) throws {
        let flow = Self.flow(try Self.dossier(received, due: due, settled: settled))
        let found = [
            ("carriedOver", flow.carriedOver), ("online", flow.online), ("early", flow.early), ("onTime", flow.onTime), ("late", flow.late), ("openInTime", flow.openInTime),
            ("openLate", flow.openLate),
        ].filter { $0.1 != 0 }
        #expect(found.map(\.0).joined(separator: " ") == columns)
        #expect(found.allSatisfy { $0.1 == 1 })
        #expect(flow.isBalanced)
    }

    @Test func whatIsNewOrRefusedIsNotReceived() throws {
        for state in [DossierState.new, .refused] {
            let flow = Self.flow(try Self.dossier("2025-04-20", due: nil, settled: nil, state))
            #expect(flow.received == 0 && flow.open == 0 && flow.refused == (state == .refused ? 1 : 0))
        }
    }

    /// Form 07a tells how those that came in ended; without a recorded end they are still open.
    @Test func withdrawnStoppedAndWaitingAreTold() throws {
        let flow = try [DossierState.withdrawn, .stopped, .supplementAsked, .paymentAsked].map { Self.flow(try Self.dossier("2025-04-20", due: nil, settled: nil, $0, .counter)) }.reduce(Flow(), +)
        #expect(flow.counter == 4 && flow.withdrawn == 1 && flow.stopped == 1 && flow.waiting == 2 && flow.open == 4 && flow.isBalanced)
    }

    @Test func aSumIsTheSumOfEveryCount() throws {
        let parts = [Self.flow(try Self.dossier("2025-04-20")), Self.flow(try Self.dossier("2025-04-01", settled: "2025-04-20")), Self.flow(try Self.dossier("2025-04-20", due: nil, settled: nil, .refused))]
        let sum = parts.reduce(Flow(), +)
        #expect(sum.received == 2 && sum.settled == 1 && sum.open == 1 && sum.refused == 1 && sum.isBalanced)
    }
}
