internal import Adoption
internal import Ingestion
package import Storage

extension Store {
    /// Opens the store at a path.
    ///
    /// - Parameters:
    ///   - path: nil for a store in memory.
    ///   - pseudonymKey: a file with the secret by which codes of dossiers become pseudonyms; nil to keep codes.
    package static func open(_ path: String?, pseudonymKey: String?, actor: String = "") throws -> Store {
        let key = try pseudonymKey.map { path throws(InputError) in try PseudonymKey(path: path) }
        return try Store(path: path, pseudonyms: key.map { key in Pseudonyms(keyMark: key.mark) { key.pseudonym($0) } }, actor: actor)
    }
}
