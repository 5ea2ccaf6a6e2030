/// What is wrong with one field of one row. The closed list keeps counts by cause comparable between imports.
package enum Fault: String, CaseIterable, Hashable, Sendable {
    case missingValue = "missing-value"
    case notADate = "not-a-date"
    case dateOutOfRange = "date-out-of-range"
    case dateInFuture = "date-in-future"
    case noReception = "no-reception"
    case settledBeforeReceived = "settled-before-received"
    case settledWithoutDate = "settled-without-date"
    case paidWithoutDate = "paid-without-date"
    case noPaymentDate = "no-payment-date"
    case unknownWord = "unknown-word"
    case unknownUnit = "unknown-unit"
    case unknownProcedure = "unknown-procedure"
    case notAnAmount = "not-an-amount"
    case negativeAmount = "negative-amount"
    case fractionalAmount = "fractional-amount"
    case feeLinesDisagree = "fee-lines-disagree"
    case badCode = "bad-code"
    case wrongFieldCount = "wrong-field-count"
    case fieldTooLong = "field-too-long"
    case notUTF8 = "not-utf8"
    case nulByte = "nul-byte"
    case registerOverlap = "register-overlap"
    case endsBeforeItBegins = "ends-before-it-begins"
    case saidTwice = "said-twice"
    case eventEnds = "event-ends"
    case unknownPayment = "unknown-payment"
    case unknownDossier = "unknown-dossier"
    case notAnObject = "not-an-object"
    case notYourUnit = "not-your-unit"
}

/// A row that was kept aside, and why. It names the place and never the value.
package struct Refusal: Hashable, Sendable {
    /// The file's name without its folder.
    package let file: String
    /// The first line is 1.
    package let line: Int
    /// Counted in characters from 1; where the field begins.
    package let column: Int
    /// The column's name as the file writes it; empty when the whole row is at fault.
    package let field: String
    package let fault: Fault
    /// The words that would have been right, when the list is closed and short.
    package let allowed: [String]
    /// The word that is not known, where it is an id and can be nothing about a person; empty otherwise.
    package let value: String
    /// The record's own code where the row has a readable one: when a later import brings the record, the refusal is settled.
    package let recordCode: String

    package init(file: String, line: Int, column: Int, field: String, fault: Fault, allowed: [String] = [], value: String = "", recordCode: String = "") {
        self.file = file
        self.line = line
        self.column = column
        self.field = field
        self.fault = fault
        self.allowed = allowed
        self.value = value
        self.recordCode = recordCode
    }
}

/// A whole file that cannot be used, or an order that cannot be carried out: nothing was stored.
package struct InputError: Error, Hashable, CustomStringConvertible, Sendable {
    /// A sentence that says where, what, and what to do.
    package let description: String

    package init(_ description: String) { self.description = description }

    package init(file: String, line: Int? = nil, column: Int? = nil, _ message: String) {
        description = ([file] + [line, column].compactMap { $0.map(String.init) }).joined(separator: ":") + ": " + message
    }
}
