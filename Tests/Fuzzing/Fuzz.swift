import Adoption
import Foundation
import Ingestion
import TestSupport

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
    let content = kind == "sheet" ? sheetArchive(Array(data)) : kind == "html" ? Data("<html><table><tr>".utf8) + data : Data(data)
    guard FileManager.default.createFile(atPath: path, contents: content) else { preconditionFailure("\(path) cannot be written") }
    do {
        for source in try Source.open(path, profiles: profiles, exported: Instant(secondsSinceEpoch: 1_747_000_000)) {
            guard case .table(let plan) = source else { continue }
            let table = try plan.open()
            var submissions = SubmissionReader(table, register: register, asOf: Instant(secondsSinceEpoch: 1_760_000_000))
            var payments = PaymentReader(table, asOf: Instant(secondsSinceEpoch: 1_760_000_000))
            var rows = 0
            while try table.next(), rows < 10_000 {
                rows += 1
                if table.kind == .submissions { check(submissions.record() == nil, submissions.refusals) }
                if table.kind == .payments { check(payments.record() == nil, payments.refusals) }
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
