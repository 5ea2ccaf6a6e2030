internal import Adoption
internal import Foundation

/// Presents a list of JSON objects as rows whose columns are paths: `procedure.code`, `DanhSachLePhi[].Gia`, `dossierFee[].amount*quantity`.
///
/// The first row is the header: the paths of the first records and those that a profile asks for. Only the paths that are asked for
/// are ever read. It is a class because it owns the stream.
final class JSONReader: RowSource {
    private let records: JSONRecords
    private let paths: [String]
    private var record: [String: Any] = [:]
    private var recordFault: Fault?
    /// Records of an envelope that are still to come, the next one last.
    private var waiting: [[String: Any]] = []
    private var isAtHeader = true
    private var hasBegun = false
    private var cell = Constant("")

    private static let sampleLength = 40
    private static let pathLimit = 2_000

    /// - Parameter profiles: what they name is a column even when the first records lack it, where half of what they need is there.
    init(path: String, name: String, profiles: [Profile]) throws(InputError) {
        let sample = JSONRecords(try TextInput(path: path, name: name))
        var seen: [String] = []
        for _ in 0..<JSONReader.sampleLength {
            guard let bytes = try sample.next() else { break }
            for object in JSONReader.records(in: try JSONReader.object(bytes, name, sample.place)) { JSONReader.collect(object, "", &seen) }
            if seen.count > JSONReader.pathLimit { throw InputError(file: name, "has more than \(JSONReader.pathLimit) different fields, which no list of dossiers has") }
        }
        let roots = Set(seen.map(JSONReader.root))
        let wanted = profiles.filter { profile in
            let needed = profile.kind.requiredFields.compactMap { profile.columns[$0] }
            return needed.count { $0.contains { roots.contains(JSONReader.root($0)) } } * 2 >= needed.count
        }.flatMap { $0.columns.values.flatMap { $0 } + $0.skips.flatMap(\.labels) }
        paths = seen + Set(wanted).subtracting(seen).sorted()
        records = JSONRecords(try TextInput(path: path, name: name))
    }

    var name: String { records.input.name }
    var byteCount: Int { records.input.byteCount }
    var bytesRead: Int { records.input.bytesRead }
    var cellCount: Int { paths.count }

    func next() throws(InputError) -> Bool {
        if !hasBegun {
            hasBegun = true
            return true
        }
        isAtHeader = false
        while waiting.isEmpty {
            guard let bytes = try records.next() else { return false }
            let object = try JSONReader.object(bytes, name, records.place)
            if object == nil {
                (record, recordFault) = ([:], .notAnObject)
                return true
            }
            waiting = JSONReader.records(in: object).reversed()
        }
        (record, recordFault) = (waiting.removeLast(), nil)
        return true
    }

    /// An envelope as one of several holds its records in a list; any other object is a record itself.
    private static func records(in object: [String: Any]?) -> [[String: Any]] {
        guard let object else { return [] }
        for name in JSONRecords.listNames { if let list = object[name] as? [[String: Any]] { return list } }
        return [object]
    }

    /// Nil for JSON that is no object.
    private static func object(_ bytes: [UInt8], _ name: String, _ place: (line: Int, column: Int)) throws(InputError) -> [String: Any]? {
        do {
            return try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) as? [String: Any]
        } catch {
            throw InputError(file: name, line: place.line, column: place.column, "is not JSON; export the file again")
        }
    }

    func bytes(_ index: Int) -> Bytes {
        guard index < paths.count else { return Bytes(start: nil, count: 0) }
        cell = Constant(isAtHeader ? paths[index] : JSONReader.text(at: paths[index], in: record))
        return cell.bytes
    }

    func form(_ index: Int) -> CellForm {
        guard index < paths.count, !isAtHeader else { return .text }
        if paths[index].contains("[]") { return .list }
        return JSONReader.value(at: paths[index], in: record) is NSNumber ? .number : .text
    }

    func place(_ index: Int) -> (line: Int, column: Int) { records.place }

    func rowFault(columns: Int) -> Fault? { recordFault }

    func isCutOff(columns: Int) -> Bool { false }

    func fingerprint() -> String { records.input.fingerprint() }

    /// `dossierFee` of `dossierFee[].amount`.
    private static func root(_ path: String) -> Substring { path.prefix { $0 != "." && $0 != "[" } }

    /// Every path that leads to a text or number.
    private static func collect(_ object: [String: Any], _ prefix: String, _ seen: inout [String]) {
        for (key, value) in object.sorted(by: { $0.key < $1.key }) {
            let path = prefix + key
            switch value {
            case let inner as [String: Any]: collect(inner, path + ".", &seen)
            case let list as [Any]:
                for case let element as [String: Any] in list.prefix(3) { collect(element, path + "[].", &seen) }
                if list.isEmpty, !seen.contains(where: { $0.hasPrefix(path + "[]") }), !seen.contains(path + "[]") { seen.append(path + "[]") }
            default: if !seen.contains(path) { seen.append(path) }
            }
        }
    }

    private static func text(at path: String, in record: [String: Any]) -> String {
        guard let range = path.range(of: "[].") else { return text(value(at: path, in: record)) }
        guard let list = value(at: String(path[..<range.lowerBound]), in: record) as? [Any] else { return "" }
        let factors = path[range.upperBound...].split(separator: "*").map(String.init)
        return list.compactMap { element -> String? in
            guard let element = element as? [String: Any] else { return nil }
            let parts = factors.map { part(value(at: $0, in: element)) }
            if parts.contains("") { return nil }
            if parts.count == 1 { return parts[0] }
            // Only numbers can be multiplied, and texts of digits; `50.000` is fifty to one and fifty thousand to another.
            return parts.reduce(Double?(1)) { product, part in
                product.flatMap { a in (part.hasPrefix("#") ? Double(part.dropFirst()) : part.allSatisfy(\.isNumber) ? Double(part) : nil).map { a * $0 } }
            }.map { "#\($0)" } ?? "?"
        }.joined(separator: ";")
    }

    /// A number with a mark before it, so that a text that looks like one is told from it.
    private static func part(_ value: Any?) -> String { (value is NSNumber ? "#" : "") + text(value) }

    private static func value(at path: String, in record: [String: Any]) -> Any? {
        // A key may hold a dot itself.
        if let value = record[path] { return value }
        guard let dot = path.firstIndex(of: "."), let inner = record[String(path[..<dot])] as? [String: Any] else { return nil }
        return value(at: String(path[path.index(after: dot)...]), in: inner)
    }

    private static func text(_ value: Any?) -> String {
        switch value {
        case let text as String: text
        // A flag is an NSNumber too; its type is that of a C char.
        case let number as NSNumber: String(cString: number.objCType) == "c" ? (number.boolValue ? "true" : "false") : number.stringValue
        case nil, is NSNull: ""
        default: "[object]"
        }
    }
}
