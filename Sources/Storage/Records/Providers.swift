internal import GRDBSQLite

/// The names of banks, wallets and platforms, each under a small number. It is a class because it owns a prepared statement.
final class Providers {
    private var names: [String] = [""]
    private var numbers: [String: Int] = ["": 0]
    private let insert: FastStatement

    init(_ connection: OpaquePointer) throws {
        insert = try FastStatement(connection, "INSERT INTO provider (id, name) VALUES (?, ?)")
        let select = try FastStatement(connection, "SELECT name FROM provider ORDER BY id")
        while try select.step() { add(select.text(0)) }
    }

    /// The number of a name, which may be new.
    func number(of name: String) throws -> Int {
        if name.isEmpty { return 0 }
        if let known = numbers[name] { return known }
        try insert.bind(1, names.count)
        try insert.bind(2, name)
        try insert.run()
        return add(name)
    }

    func name(of number: Int) throws -> String {
        guard names.indices.contains(number) else { throw ByteScan.damage }
        return names[number]
    }

    @discardableResult
    private func add(_ name: String) -> Int {
        names.append(name)
        numbers[name] = names.count - 1
        return names.count - 1
    }
}
