internal import GRDB
internal import GRDBSQLite

/// A prepared statement of SQLite with its return codes checked, for the loops that run once for every record.
///
/// Everything else speaks to the database through GRDB. It is a class because it owns a C object.
final class FastStatement {
    private let statement: OpaquePointer
    private let connection: OpaquePointer

    init(_ connection: OpaquePointer, _ sql: StaticString) throws {
        var statement: OpaquePointer?
        let code = sql.withUTF8Buffer { text in
            text.withMemoryRebound(to: CChar.self) {
                sqlite3_prepare_v3(connection, $0.baseAddress, Int32($0.count), UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
            }
        }
        guard code == SQLITE_OK, let statement else { throw StoreError(code, connection) }
        self.statement = statement
        self.connection = connection
    }

    deinit { sqlite3_finalize(statement) }

    func bind(_ index: Int32, _ value: Int) throws { try check(sqlite3_bind_int64(statement, index, Int64(value))) }

    func bind(_ index: Int32, _ value: Int?) throws {
        try check(value.map { sqlite3_bind_int64(statement, index, Int64($0)) } ?? sqlite3_bind_null(statement, index))
    }

    func bind(_ index: Int32, _ value: some FixedWidthInteger) throws { try bind(index, Int(value)) }

    func bind(_ index: Int32, _ value: String) throws {
        // SQLite's SQLITE_TRANSIENT: it takes its own copy.
        let copy = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        try check(sqlite3_bind_text(statement, index, value, Int32(value.utf8.count), copy))
    }

    /// - Parameter bytes: stay where they are until the statement has run.
    func bind(_ index: Int32, _ bytes: UnsafeRawBufferPointer) throws {
        try check(sqlite3_bind_blob(statement, index, bytes.baseAddress, Int32(bytes.count), nil))
    }

    /// Runs a statement that gives no rows; returns how many rows it changed.
    @discardableResult
    func run() throws -> Int {
        let code = sqlite3_step(statement)
        sqlite3_reset(statement)
        guard code == SQLITE_DONE || code == SQLITE_ROW else { throw StoreError(code, connection) }
        return Int(sqlite3_changes(connection))
    }

    /// Goes to the next row; at the end the statement is ready to be bound again.
    func step() throws -> Bool {
        let code = sqlite3_step(statement)
        if code == SQLITE_ROW { return true }
        sqlite3_reset(statement)
        guard code == SQLITE_DONE else { throw StoreError(code, connection) }
        return false
    }

    func reset() { sqlite3_reset(statement) }

    func int(_ column: Int32) -> Int { Int(sqlite3_column_int64(statement, column)) }

    func optionalInt(_ column: Int32) -> Int? {
        sqlite3_column_type(statement, column) == SQLITE_NULL ? nil : int(column)
    }

    func text(_ column: Int32) -> String {
        guard let bytes = sqlite3_column_text(statement, column) else { return "" }
        return String(decoding: UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, column))), as: UTF8.self)
    }

    /// Valid until the next step or reset.
    func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: sqlite3_column_blob(statement, column), count: Int(sqlite3_column_bytes(statement, column)))
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw StoreError(code, connection) }
    }
}

extension Database {
    /// For prepared statements beside GRDB's.
    var connection: OpaquePointer {
        get throws {
            guard let sqliteConnection else { throw StoreError("the store is closed") }
            return sqliteConnection
        }
    }
}

/// The store cannot be read or written.
package struct StoreError: Error, CustomStringConvertible {
    package let description: String
    /// SQLite's extended code; 0 when it is not SQLite that fails.
    let code: Int32

    package init(_ description: String) { self.init(description, code: 0) }

    private init(_ description: String, code: Int32) { (self.description, self.code) = (description, code) }

    fileprivate init(_ code: Int32, _ connection: OpaquePointer) {
        self.init("\(String(cString: sqlite3_errmsg(connection))) (SQLite \(code))", code: sqlite3_extended_errcode(connection))
    }
}
