import Adoption
import GRDB

@testable import Storage

extension ImportSession {
    /// One record alone, stored at once.
    @discardableResult
    func put(_ record: DossierRecord, confirming: Bool = false) throws -> Arrival {
        try put([record], confirming: confirming)
        return try settle().arrival
    }

    @discardableResult
    func put(_ record: PaymentRecord, confirming: Bool = false) throws -> Arrival {
        try put([record], confirming: confirming)
        return try settle().arrival
    }
}

extension FileCounts {
    /// What became of the only record.
    var arrival: Arrival { stored == 1 ? .stored : corrected == 1 ? .corrected : older == 1 ? .older : .unchanged }
}

extension Store {
    /// The records as they stand, a line each, in an order of their own.
    func recordLines() throws -> [String] {
        var lines: [String] = []
        try records { code, dossier, payments in
            if let d = dossier {
                lines.append("dossier \(code) \(d.agencyID) \(d.procedureID) \(d.channel.word) \(d.state.word) \(d.counted.iso) \(d.settled?.iso ?? "-") \(d.amountDueVND ?? -1) \(d.updated.iso)")
            } else {
                lines.append("awaited \(code)")
            }
            for (own, p) in payments {
                lines.append("payment \(own) \(code) \(p.amountVND) \(p.method.word) \(p.state.word) \(p.provider.name) \(p.paid?.iso ?? "-") \(p.updated.iso)")
            }
        }
        return lines.sorted()
    }

    /// The versions that were replaced, or came late.
    func historyLines() throws -> [String] {
        try queue.read { db in
            let codes = try RecordTable(db).codes
            let dossiers = try Row.fetchAll(db, sql: "SELECT dossier_key, channel, state, amount_due_vnd, updated_at FROM dossier_history WHERE withdrawn_in IS NULL")
            let payments = try Row.fetchAll(db, sql: "SELECT payment_key, dossier_key, amount_vnd, state, updated_at FROM payment_history WHERE withdrawn_in IS NULL")
            func text(_ row: Row, from first: Int) -> String { Array(row.databaseValues)[first...].map(\.description).joined(separator: " ") }
            return try (dossiers.map { "history \(try codes.code(of: $0[0])) \(text($0, from: 1))" }
                + payments.map { "payment history \(try codes.code(of: $0[0])) \(try codes.code(of: $0[1])) \(text($0, from: 2))" }).sorted()
        }
    }

    func tallyLines() throws -> [String] {
        try queue.read { db in
            // The days say which import came first, and that differs between ways of loading the same.
            try Row.fetchAll(db, sql: "SELECT kind, half_month, agency_id, hex(counts) FROM tally_block WHERE kind != \(TallyBlock.Kind.receivedByDay.rawValue) ORDER BY id")
                .map { "tally " + $0.databaseValues.map(\.description).joined(separator: " ") }
        }
    }
}
