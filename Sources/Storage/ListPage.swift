internal import GRDB

/// What stands on one page of a long list, with the keys by which the pages beside it are asked for. The page without a key is the first.
package struct ListPage<Element: Sendable, Key: Sendable>: RandomAccessCollection, Sendable {
    private let elements: [Element]
    /// Of the page before; nil when that is the first, or there is none.
    package let previous: Key?
    /// Of the page behind; nil when there is none.
    package let next: Key?

    /// - Parameters:
    ///   - found: from the page's key on, and one more than has room on it unless there is none.
    ///   - key: of the page behind the one that ends with an element.
    package init(_ found: [Element], limit: Int, previous: Key?, key: (Element) -> Key) {
        elements = Array(found.prefix(limit))
        self.previous = previous
        next = found.count > limit ? elements.last.map(key) : nil
    }

    package var startIndex: Int { elements.startIndex }
    package var endIndex: Int { elements.endIndex }
    package subscript(index: Int) -> Element { elements[index] }
}

/// The key of the page before, in a list of numbers that runs backwards: the number behind as many as have room on that page; nil where it is the first.
///
/// - Parameter before: the key of the page itself.
func previousNumber(_ db: Database, _ table: String, _ before: Int?, _ limit: Int) throws -> Int? {
    guard let before else { return nil }
    return try Int.fetchOne(db, sql: "SELECT id FROM \(table) WHERE id >= ? ORDER BY id LIMIT 1 OFFSET ?", arguments: [before, limit])
}
