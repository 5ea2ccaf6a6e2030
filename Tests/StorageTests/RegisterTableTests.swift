import Adoption
import GRDB
import Testing
import TestSupport

@testable import Storage

@Suite struct RegisterTableTests {
    @discardableResult
    private func load(_ store: Store, _ put: (ImportSession) throws -> Void) throws -> Int {
        try store.record(at: Instant(secondsSinceEpoch: 0)) { session in
            try session.beginFile(name: "f", kind: "units", isIllustrative: false)
            try put(session)
            var counts = FileCounts()
            counts.count(.stored)
            try session.endFile(sha256: String(repeating: "c", count: 64), counts: counts)
        }
    }

    private func expect(_ arrival: Arrival, _ expected: Arrival) { #expect(arrival == expected) }

    private func filled() throws -> Store {
        let store = try Store(path: nil)
        try load(store) { session in
            for agency in Records.agencies { _ = try session.put(agency) }
            for procedure in Records.procedures { _ = try session.put(procedure) }
        }
        return store
    }

    private func rate(_ store: Store, _ condition: (Traits) -> Bool) throws -> Int {
        try store.tallies(in: Period(.calendar, year: 2025, months: 5...5).halfMonths).filter { $0.basis == .received && condition($0.traits) }.reduce(0) { $0 + $1.dossiers }
    }

    /// Registers and records come in one call: what the register says of fees and levels counts for the records beside it.
    @Test func whatTheRegisterSaysCountsForRecordsOfTheSameImport() throws {
        let store = try Store(path: nil)
        try load(store) { session in
            for agency in Records.agencies { _ = try session.put(agency) }
            for procedure in Records.procedures { _ = try session.put(procedure) }
            _ = try session.put(try Records.dossier("A", amountDueVND: nil))
        }
        #expect(try rate(store) { $0.word(.obligation) == "owed" } == 1)
    }

    private static let document = Document(number: "QĐ 539/QĐ-UBND", date: nil, clause: "")

    @Test func aServiceThatIsLoadedLaterChangesTheLevelOfWhatWasCounted() throws {
        let store = try filled()
        try load(store) { _ = try $0.put(try Records.dossier("A", level: .unknown)) }
        #expect(try rate(store) { $0.word(.level) == "unknown" } == 1)
        let service = Service(
            procedureCode: "9.000001", coverage: .agency(code: "616"), validity: Validity(first: Records.day("2023-11-01"), last: nil), level: .full, counterFeeVND: nil,
            onlineFeeVND: nil, counterDays: nil, onlineDays: nil, document: Self.document)
        let version = try load(store) { expect(try $0.put(service), .stored) }
        #expect(try rate(store) { $0.word(.level) == "full" } == 1)
        _ = try store.undo(importNumber: version, at: Instant(secondsSinceEpoch: 0))
        #expect(try rate(store) { $0.word(.level) == "unknown" } == 1)
    }

    /// A unit that is made to end before its own dossiers would take them out of every figure.
    @Test func aValidityThatLosesDossiersIsRefused() throws {
        let store = try filled()
        try load(store) { _ = try $0.put(try Records.dossier("A")) }
        let district = Records.agencies[2]
        let error = #expect(throws: InputError.self) {
            try load(store) { session in
                _ = try session.put(Agency(
                    code: district.code, name: district.name, level: district.level, parentCode: district.parentCode,
                    validity: Validity(first: district.validity.first, last: Records.day("2025-05-04"))))
            }
        }
        #expect(error?.description.contains("1 dossiers received from 2025-05-05") == true, "\(error?.description ?? "")")
        #expect(try store.register().agencies.values.contains(district), "nothing was changed")
    }

    @Test func twoRowsOfOneImportThatContradictEachOtherAreTold() throws {
        let store = try Store(path: nil)
        let agency = Records.agencies[0]
        try load(store) { session in
            expect(try session.put(agency), .stored)
            expect(try session.put(agency), .unchanged)
            #expect(throws: RegisterConflict.saidTwice) { try session.put(agency.shown(as: "Other")) }
        }
        try load(store) { expect(try $0.put(agency.shown(as: "Other")), .corrected) }
    }

    @Test func divisionNeedsAnAttributionForEveryDossier() throws {
        let store = try Store(path: nil)
        let (end, begin) = (Records.day("2025-06-30"), Records.day("2025-07-01"))
        func agency(_ code: String, _ level: AgencyLevel, _ parent: String?, _ first: Day, _ last: Day?) -> Agency {
            Agency(code: code, name: code, level: level, parentCode: parent, validity: Validity(first: first, last: last))
        }
        try load(store) { session in
            let start = Records.day("2021-01-01")
            for unit in [agency("P", .province, nil, start, nil), agency("X", .commune, "P", start, end), agency("Y", .commune, "P", begin, nil), agency("Z", .commune, "P", begin, nil)] {
                _ = try session.put(unit)
            }
            for heir in ["Y", "Z"] { _ = try session.put(try UnitEvent(kind: .split, date: begin, fromCode: "X", toCode: heir, document: Self.document)) }
            _ = try session.put(Records.procedures[0])
        }
        let register = try store.register()
        let x = try #require(register.agencies.first { $0.value.code == "X" }?.key)
        try load(store) { session in for code in ["A", "B", "C"] as [RecordCode] { _ = try session.put(try Records.dossier(code, agencyID: x)) } }
        let may = Period(.calendar, year: 2025, months: 5...5).halfMonths
        let restatement = Restatement(of: register, to: begin)
        let refused = #expect(throws: InputError.self) { try store.tallies(in: may, restated: restatement) }
        #expect(refused?.description.contains("3 of its dossiers have no attribution") == true)
        try load(store) { session in
            for (code, heir) in [("A", "Y"), ("B", "Z"), ("C", "Z")] { _ = try session.put(Attribution(dossierCode: code, successorCode: heir, document: Self.document)) }
            #expect(throws: RegisterConflict.unknownDossier) { try session.put(Attribution(dossierCode: "none", successorCode: "Y", document: Self.document)) }
        }
        let tallies = try store.tallies(in: may, restated: restatement).filter { $0.basis == .received }
        let counts = Dictionary(grouping: tallies) { register.agencies[$0.agencyID]?.code ?? "" }.mapValues { $0.reduce(0) { $0 + $1.dossiers } }
        #expect(counts == ["Y": 1, "Z": 2])
    }

    /// A daily list without update times says mostly what the last one said: its rows are confirmed, and make no versions.
    @Test func aListThatSaysTheSameLaterMovesTheTimeOnly() throws {
        let store = try filled()
        let first = try Records.dossier("A", updated: Records.moment("2025-05-20"))
        try load(store) { _ = try $0.put(first, confirming: true) }
        try load(store) { expect(try $0.put(try Records.dossier("A", updated: Records.moment("2025-05-22")), confirming: true), .unchanged) }
        // A list of the day between says something else, and comes last: the newest list had said it was not so.
        try load(store) { expect(try $0.put(try Records.dossier("A", state: .stopped, updated: Records.moment("2025-05-21")), confirming: true), .older) }
        #expect(try store.recordLines().map { $0.contains(" in_process ") } == [true])
    }

    /// What was refused is settled when a later import brings the record, and counted once when it is refused again.
    @Test func aRefusalIsSettledByTheRecord() throws {
        let store = try filled()
        func refuse(_ code: String, line: Int) throws {
            try store.record(at: Instant(secondsSinceEpoch: 0)) { session in
                try session.beginFile(name: "f.csv", kind: "submissions", isIllustrative: false)
                try session.put(Refusal(file: "f.csv", line: line, column: 1, field: "x", fault: .notADate, recordCode: code), row: line)
                var counts = FileCounts()
                counts.count(nil)
                try session.endFile(sha256: String(repeating: "\(line)", count: 64), counts: counts)
            }
        }
        try refuse("A", line: 2)
        try refuse("A", line: 3)
        #expect(try store.refusals(importNumber: nil).map(\.line) == [3])
        #expect(try store.quarantineCounts().map(\.rows) == [1])
        try store.record(at: Instant(secondsSinceEpoch: 0)) { session in
            try session.beginFile(name: "g.csv", kind: "submissions", isIllustrative: false)
            var counts = FileCounts()
            counts.count(try session.put(try Records.dossier("A")))
            try session.endFile(sha256: String(repeating: "9", count: 64), counts: counts)
        }
        #expect(try store.refusals(importNumber: nil).isEmpty)
        #expect(try store.refusals(importNumber: 2).map(\.line) == [2])
    }

    @Test func aStoreKeepsToItsPseudonymsAndTheirKey() throws {
        let path = try Folder().path + "-p.sqlite"
        func names(_ mark: String) -> Pseudonyms { Pseudonyms(keyMark: mark) { "p-" + String($0.reversed()) } }
        do {
            let store = try Store(path: path, pseudonyms: names("k"))
            try load(store) { session in
                for agency in Records.agencies { _ = try session.put(agency) }
                for procedure in Records.procedures { _ = try session.put(procedure) }
                _ = try session.put(try Records.dossier("616-1"))
                _ = try session.put(try Records.payment("PAY-1", of: "616-1"))
            }
            #expect(try store.recordLines().map { $0.split(separator: " ").prefix(2).joined(separator: " ") } == ["dossier p-1-616", "payment p-1-YAP"])
            #expect(try store.queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM code_stem WHERE stem LIKE '%616%' OR stem LIKE '%PAY%'") } == 0)
            #expect(try rate(store) { $0.word(.payment) == "online" } == 1, "the payment found its dossier")
        }
        #expect(throws: InputError.self) { try Store(path: path) }
        #expect(throws: InputError.self) { try Store(path: path, pseudonyms: names("another")) }
        #expect(throws: Never.self) { try Store(path: path, pseudonyms: names("k")) }
    }
}
