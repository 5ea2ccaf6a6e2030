import Adoption
import Pipeline
import Storage
import Testing
import TestSupport

/// What a clerk of a part of the province can bring, and what not.
@Suite struct PartOfProvinceTests {
    private static let asOf = Records.moment("2025-06-15")
    private let folder: Folder
    private let store: Store

    /// 616 Sa Thầy with 23527 Sa Thầy below it, and 611 Ngọc Hồi.
    init() throws {
        folder = try Folder()
        store = try Store(path: nil)
        let example = Repository.root + "/examples/kon-tum-2025/"
        _ = try Ingest.run([example + "units.csv", example + "procedures.csv"], into: store, asOf: Self.asOf)
    }

    /// - Returns: the places and faults.
    @discardableResult
    private func load(_ name: String, _ rows: [String], as scope: String?, keep: Bool = true) throws -> [String] {
        let header = name.hasPrefix("p") ? "payment_id,dossier_code,amount_vnd,method,state,paid_at,updated_at" : "dossier_code,procedure_code,unit_code,channel,received_at,state,updated_at"
        let path = try folder.file(name, ([header] + rows).joined(separator: "\n") + "\n")
        var refusals: [String] = []
        _ = try Ingest.run([path], into: store, scope: scope, keep: keep, asOf: Self.asOf, onRefusal: { refusals.append("\($0.line):\($0.column) \($0.fault.rawValue)") })
        return refusals
    }

    private func dossier(_ code: String, _ unit: String, on day: String = "2025-05-10") -> String { "\(code),9.000001,\(unit),online,\(day),received,2025-05-11" }

    private func payment(_ code: String, _ dossier: String) -> String { "\(code),\(dossier),1000,online,paid,2025-05-11,2025-05-11" }

    private func open() throws -> [String] { try store.refusals(importNumber: nil).map { "\($0.file):\($0.line) \($0.fault.rawValue)" } }

    /// Payments of the whole province often come before the units' dossiers.
    @Test func aDossierForWhichAPaymentOfTheProvinceWaitsComesIn() throws {
        try load("p.csv", [payment("P-1", "616-250510-7777")], as: nil)
        #expect(try load("d.csv", [dossier("616-250510-7777", "616")], as: "616") == [])
        #expect(try store.paymentsWithoutDossier() == 0)
    }

    @Test(arguments: [(nil, []), ("611", ["2:1 not-your-unit"]), ("616", []), ("23527", [])] as [(String?, [String])])
    func aDossierWhoseRowOthersHadRefusedIsNotTaken(refused: String?, faults: [String]) throws {
        let unit = refused == "23527" ? "23527" : refused ?? "611"
        #expect(try load("a.csv", [dossier("X-250510-7777", unit, on: "")], as: refused).map { $0.hasSuffix(" no-reception") } == [true])
        #expect(try load("d.csv", [dossier("X-250510-7777", "616")], as: "616") == faults)
    }

    /// Whoever sends the list of all by mistake keeps nobody from loading their own.
    @Test func whatWasNotOnesOwnToLoadKeepsNobodyFromIt() throws {
        #expect(try load("d.csv", [dossier("611-250510-7777", "611")], as: "616") == ["2:26 unknown-unit"])
        #expect(try load("d.csv", [dossier("611-250510-7777", "611")], as: "611") == [])
    }

    /// The dossier was taken back, and its payment waits again.
    @Test func whatWaitsForAnOwnDossierDoesNotKeepItOut() throws {
        try load("d.csv", [dossier("616-250510-7777", "616")], as: "616")
        try load("p.csv", [payment("P-1", "616-250510-7777")], as: "616")
        _ = try store.undo(importNumber: 2, at: Self.asOf)
        #expect(try store.paymentsWithoutDossier() == 1)
        #expect(try load("d.csv", [dossier("616-250510-7777", "616")], as: "616") == [])
        #expect(try store.paymentsWithoutDossier() == 0)
    }

    /// Rows about a dossier of others, about one that is nowhere, with a payment that is known and with one that is not: each says the same.
    @Test(arguments: [false, true]) func aPaymentRowTellsNothingAboutOthers(keep: Bool) throws {
        try load("d.csv", [dossier("611-250510-0001", "611"), dossier("616-250510-0001", "616")], as: nil)
        try load("p.csv", [payment("P-1", "611-250510-0001"), payment("P-2", "611-250510-0002")], as: nil)
        let rows = [("P-1", "611-250510-0001"), ("P-9", "611-250510-0001"), ("P-1", "611-250510-0009"), ("P-9", "611-250510-0009"), ("P-2", "611-250510-0002"), ("P-9", "611-250510-0002")]
        #expect(try load("p2.csv", rows.map(payment), as: "616", keep: keep) == (2...7).map { "\($0):5 not-your-unit" })
        // The code of a payment stands elsewhere: that is told.
        #expect(try load("p3.csv", [payment("P-1", "616-250510-0001"), payment("P-8", "616-250510-0001")], as: "616", keep: keep) == ["2:1 not-your-unit"])
    }

    @Test func aFileOfTheSameNameSettlesNothingOfTheProvince() throws {
        try load("b.csv", [dossier("611-250510-0001", "611"), dossier("", "611")], as: nil)
        #expect(try open() == ["b.csv:3 missing-value"])
        try load("b.csv", [dossier("616-250510-0001", "616")], as: "616")
        #expect(try open() == ["b.csv:3 missing-value"])
        try load("b.csv", [dossier("611-250510-0001", "611"), dossier("611-250510-0002", "611")], as: nil)
        #expect(try open() == [])
    }
}
