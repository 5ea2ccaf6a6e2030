internal import Adoption
internal import GRDBSQLite

/// The providers of payments under the small numbers by which a store knows them. It is a class because it owns a prepared statement.
final class Providers {
    private var stored: [Provider] = [.unnamed]
    /// By the number that holds in this process; −1 for those that the store does not have.
    private var numbers: [Int] = []
    private let insert: FastStatement

    init(_ connection: OpaquePointer) throws {
        insert = try FastStatement(connection, "INSERT INTO provider (id, name) VALUES (?, ?)")
        numberLast()
        let select = try FastStatement(connection, "SELECT name FROM provider ORDER BY id")
        while try select.step() {
            stored.append(Provider(select.text(0)))
            numberLast()
        }
    }

    /// The number of a provider, which may be new.
    func number(of provider: Provider) throws -> Int {
        if numbers.indices.contains(provider.number), numbers[provider.number] >= 0 { return numbers[provider.number] }
        try insert.bind(1, stored.count)
        try insert.bind(2, provider.name)
        try insert.run()
        stored.append(provider)
        numberLast()
        return stored.count - 1
    }

    func provider(_ number: Int) throws -> Provider {
        guard stored.indices.contains(number) else { throw ByteScan.damage }
        return stored[number]
    }

    private func numberLast() {
        let provider = stored[stored.count - 1].number
        if provider >= numbers.count { numbers += Array(repeating: -1, count: provider + 1 - numbers.count) }
        numbers[provider] = stored.count - 1
    }
}
