import Adoption
import Foundation
import Ingestion

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ argc: UnsafeMutablePointer<CInt>, _ argv: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt

/// Hands one input after the other to the readers: it becomes a file, and the file is read as `uptake ingest` reads it.
///
/// `FUZZ_KIND` says what the file is called and what the input is wrapped in: csv, json, yaml, html, xlsx (the whole archive) or sheet
/// (the XML of a sheet, in an archive that is whole).
@main
struct Fuzzing {
    static func main() {
        var argc = CommandLine.argc
        var argv = CommandLine.unsafeArgv
        exit(runFuzzer(&argc, &argv) { fuzz($0, $1) })
    }
}

private func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let data = UnsafeBufferPointer(start: bytes, count: count)
    let content = kind == "sheet" ? archive(sheet: data) : kind == "html" ? Data("<html><table><tr>".utf8) + data : Data(data)
    guard FileManager.default.createFile(atPath: path, contents: content) else { preconditionFailure("\(path) cannot be written") }
    do {
        for source in try Source.open(path, profiles: profiles, exported: Instant(secondsSinceEpoch: 1_747_000_000)) {
            guard case .table(let table) = source else { continue }
            var submissions = SubmissionReader(table, register: register, asOf: Instant(secondsSinceEpoch: 1_760_000_000))
            var payments = PaymentReader(table, asOf: Instant(secondsSinceEpoch: 1_760_000_000))
            var rows = 0
            while try table.next(), rows < 10_000 {
                rows += 1
                if table.kind == .submissions { check(submissions.dossier() == nil, submissions.refusals) }
                if table.kind == .payments { check(payments.payment() == nil, payments.refusals) }
            }
        }
    } catch {
        precondition(!"\(error)".isEmpty)
    }
    return 0
}

/// A row is a record or is refused with a reason, and never both or neither.
private func check(_ isRefused: Bool, _ refusals: [Refusal]) {
    precondition(isRefused == !refusals.isEmpty, "a row without a record and without a reason")
    precondition(refusals.allSatisfy { $0.line > 0 && $0.column > 0 }, "a refusal without a place")
}

private let kind = ProcessInfo.processInfo.environment["FUZZ_KIND"] ?? "csv"

private let path: String = {
    let ending = ["yaml": "yaml", "html": "xls", "xlsx": "xlsx", "sheet": "xlsx", "json": "json"][kind] ?? "csv"
    let folder = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    return "\(folder)/uptake-fuzz-\(ProcessInfo.processInfo.processIdentifier).\(ending)"
}()

private let profiles: [Profile] = {
    guard let folder = ProcessInfo.processInfo.environment["FUZZ_PROFILES"] else { return [] }
    do {
        return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }.sorted().map { try Profile(path: folder + "/" + $0) }
    } catch {
        preconditionFailure("\(error)")
    }
}()

private let register: Register = {
    let validity = Validity(first: Day(number: 18_628), last: nil)
    return Register(
        agencies: [1: Agency(code: "616", name: "x", level: .district, parentCode: nil, validity: validity)],
        procedures: [1: Procedure(code: "9.000033", name: "x", sector: "", bearsFee: true)])
}()

/// A workbook of one sheet, packed without compression.
private func archive(sheet: UnsafeBufferPointer<UInt8>) -> Data {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    let parts: [(String, [UInt8])] = [
        ("[Content_Types].xml", Array("<Types/>".utf8)),
        ("_rels/.rels", Array("<Relationships><Relationship Id='a' Type='\(office)/officeDocument' Target='xl/workbook.xml'/></Relationships>".utf8)),
        ("xl/workbook.xml", Array("<workbook xmlns:r='\(office)'><sheets><sheet name='S' sheetId='1' r:id='s'/></sheets></workbook>".utf8)),
        ("xl/_rels/workbook.xml.rels", Array("<Relationships><Relationship Id='s' Type='\(office)/worksheet' Target='worksheets/s.xml'/></Relationships>".utf8)),
        ("xl/worksheets/s.xml", Array(sheet)),
    ]
    var file = Data()
    var directory = Data()
    func put(_ numbers: [(Int, Int)], into data: inout Data) {
        for (number, width) in numbers { for byte in 0..<width { data.append(UInt8(truncatingIfNeeded: number >> (8 * byte))) } }
    }
    for (name, bytes) in parts {
        let start = file.count
        let crc = Int(crc32(bytes))
        let facts = [(20, 2), (0, 2), (0, 2), (0, 2), (33, 2), (crc, 4), (bytes.count, 4), (bytes.count, 4), (name.utf8.count, 2), (0, 2)]
        put([(0x0403_4B50, 4)] + facts, into: &file)
        file += Data(name.utf8) + Data(bytes)
        put([(0x0201_4B50, 4), (20, 2)] + facts + [(0, 2), (0, 2), (0, 2), (0, 4), (start, 4)], into: &directory)
        directory += Data(name.utf8)
    }
    let start = file.count
    file += directory
    put([(0x0605_4B50, 4), (0, 2), (0, 2), (parts.count, 2), (parts.count, 2), (directory.count, 4), (start, 4), (0, 2)], into: &file)
    return file
}

private let crcTable: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
}

private func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { crcTable[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ ($0 >> 8) }
}
