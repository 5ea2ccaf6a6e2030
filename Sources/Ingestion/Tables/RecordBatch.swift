package import Adoption

/// The next rows of a table: its records, and the rows that are refused.
package struct RecordBatch<Record: Sendable>: Sendable {
    package private(set) var records: [Record] = []
    /// Each with its number among the rows of the table, from 1, and everything that is wrong with it.
    package private(set) var refused: [(row: Int, refusals: [Refusal])] = []
    package private(set) var rows = 0
    /// How much of the file was read so far.
    package private(set) var bytesRead = 0

    /// What keeps the machine busy without taking much memory: a batch is sorted and stored at once.
    package static var limit: Int { 1 << 16 }

    fileprivate mutating func add(_ record: Record) {
        rows += 1
        records.append(record)
    }

    fileprivate mutating func add(_ refusals: [Refusal], row: Int) {
        rows += 1
        refused.append((row, refusals))
    }

    fileprivate mutating func end(bytesRead: Int) { self.bytesRead = bytesRead }

    fileprivate mutating func reserve() { records.reserveCapacity(RecordBatch.limit) }
}

/// Turns the rows of a table into records, or says why not.
protocol RecordReader {
    associatedtype Record: Sendable
    var table: TableFile { get }
    var refusals: [Refusal] { get }
    mutating func record() -> Record?
}

extension RecordReader {
    /// Nil at the end.
    /// - Parameter before: how many rows of the table were read already.
    fileprivate mutating func batch(after before: Int) throws -> RecordBatch<Record>? {
        var batch = RecordBatch<Record>()
        while batch.rows < RecordBatch<Record>.limit, try table.next() {
            if batch.rows == 0 { batch.reserve() }
            if let record = record() { batch.add(record) } else { batch.add(refusals, row: before + batch.rows + 1) }
        }
        batch.end(bytesRead: table.bytesRead)
        return batch.rows == 0 ? nil : batch
    }
}

extension SubmissionReader: RecordReader {
    package mutating func nextBatch(after rows: Int) throws -> RecordBatch<DossierRecord>? { try batch(after: rows) }
}

extension PaymentReader: RecordReader {
    package mutating func nextBatch(after rows: Int) throws -> RecordBatch<PaymentRecord>? { try batch(after: rows) }
}
