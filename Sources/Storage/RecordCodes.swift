internal import Adoption
internal import GRDB

/// Makes a pseudonym of a record's code with a key that the store never sees.
package struct Pseudonyms: Sendable {
    /// Is the same for the same key, and does not give the key away.
    package let keyMark: String
    package let pseudonym: @Sendable (String) -> String

    package init(keyMark: String, pseudonym: @escaping @Sendable (String) -> String) {
        self.keyMark = keyMark
        self.pseudonym = pseudonym
    }
}

/// How a store keeps the codes of dossiers, payments and attempts: a code points to one person.
struct RecordCodes: Sendable {
    private let pseudonyms: Pseudonyms?

    /// - Throws: when the store was begun with another choice or another key.
    init(_ pseudonyms: Pseudonyms?, _ queue: DatabaseQueue) throws {
        self.pseudonyms = pseudonyms
        let wanted = pseudonyms?.keyMark ?? "plain"
        try queue.inDatabase { db in
            let known = try String.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'record_codes'")
            let isEmpty = try Bool.fetchOne(db, sql: "SELECT NOT EXISTS (SELECT * FROM code_stem) AND NOT EXISTS (SELECT * FROM other_code) AND NOT EXISTS (SELECT * FROM refusal WHERE record_code != '')") ?? true
            if let known = known ?? (isEmpty ? nil : "plain"), !isEmpty {
                switch (known, wanted) {
                case (wanted, _): return
                case ("plain", _): throw InputError("this store keeps the codes of dossiers; a store with pseudonyms has to be begun anew (--store), with --pseudonym-key from its first import on")
                case (_, "plain"): throw InputError("this store keeps pseudonyms in place of codes; give its key with --pseudonym-key or the variable UPTAKE_PSEUDONYM_KEY")
                default: throw InputError("this is not the key with which the store's pseudonyms were made; give the first one")
                }
            }
            if known != wanted { try db.execute(literal: "INSERT OR REPLACE INTO setting VALUES ('record_codes', \(wanted))") }
        }
    }

    var isPlain: Bool { pseudonyms == nil }

    func kept(_ code: RecordCode) throws -> RecordCode {
        guard let pseudonyms else { return code }
        guard let kept = RecordCode(pseudonyms.pseudonym(code.text)) else { throw StoreError("a pseudonym is longer than a code may be") }
        return kept
    }

    func kept(_ code: String) -> String { pseudonyms?.pseudonym(code) ?? code }
}
