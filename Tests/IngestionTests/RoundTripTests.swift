import Adoption
import Foundation
import Testing
import TestSupport

@testable import Ingestion

/// Any set of records, written as CSV, as a workbook and as JSON, reads back as the same records.
@Suite struct RoundTripTests {
    private static let fields = ["dossier_code", "procedure_code", "unit_code", "channel", "received_at", "due_at", "settled_at", "state", "amount_due_vnd", "level", "updated_at"]

    private struct Row {
        let code: String
        let procedure: String
        let unit: String
        let channel: Channel
        let received: Instant
        let due: Day?
        let settled: Instant?
        let state: DossierState
        let amount: Int?
        let level: ServiceLevel
        let updated: Instant

        init(_ number: Int, _ random: inout SeededGenerator) {
            code = "616-250\(Int.random(in: 1...9, using: &random))\(Int.random(in: 10...28, using: &random))-\(1_000 + number)"
            procedure = ["9.000033", "9.000040", "9.000080"].randomElement(using: &random) ?? ""
            unit = ["616", "23527"].randomElement(using: &random) ?? ""
            channel = Channel.allCases.randomElement(using: &random) ?? .online
            received = Instant(local: Day(number: Int.random(in: 20_000...20_200, using: &random)), secondOfDay: Int.random(in: 0..<86_400, using: &random))
            due = Bool.random(using: &random) ? received.day.advanced(by: 7) : nil
            settled = Bool.random(using: &random) ? Instant(secondsSinceEpoch: received.secondsSinceEpoch + Int.random(in: 0...900_000, using: &random)) : nil
            state = settled == nil ? .inProcess : .settled
            amount = Bool.random(using: &random) ? Int.random(in: 0...5_000_000, using: &random) : nil
            level = ServiceLevel.allCases.randomElement(using: &random) ?? .full
            updated = Instant(local: Day(number: 20_228), secondOfDay: Int.random(in: 0..<86_400, using: &random))
        }

        /// As the canonical table writes them.
        var texts: [String] {
            [
                code, procedure, unit, channel.word, received.iso, due?.iso ?? "", settled?.iso ?? "", state.word, amount.map(String.init) ?? "",
                level == .unknown ? "" : level.word, updated.iso,
            ]
        }

        func dossier() throws -> DossierRecord {
            DossierRecord(code: Records.code(code), dossier: try Dossier(
                agencyID: unit == "616" ? 1 : 2, procedureID: ["9.000033": 1, "9.000040": 2, "9.000080": 3][procedure] ?? 0, channel: channel, level: level, applicant: .unknown,
                filer: .unknown, state: state, delivery: .unknown, filed: nil, received: received, due: due.map { Instant(local: $0, secondOfDay: 86_399) }, settled: settled,
                amountDueVND: amount, updated: updated))
        }
    }

    private func csv(_ rows: [Row], _ random: inout SeededGenerator) -> Data {
        let mark = [",", ";", "\t", "|"].randomElement(using: &random) ?? ","
        let end = ["\n", "\r\n", "\r"].randomElement(using: &random) ?? "\n"
        var generator = random
        func line(_ cells: [String]) -> String {
            cells.map { Int.random(in: 0..<4, using: &generator) == 0 ? "\"\($0)\"" : $0 }.joined(separator: mark)
        }
        let text = ([Self.fields] + rows.map(\.texts)).map(line).joined(separator: end) + end
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return Data([0xEF, 0xBB, 0xBF]) + Data(text.utf8)
        case 1: return Data([0xFF, 0xFE]) + Data(text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
        default: return Data(text.utf8)
        }
    }

    private func json(_ rows: [Row], _ random: inout SeededGenerator) throws -> Data {
        let objects = rows.map { row -> [String: Any] in
            var object: [String: Any] = Dictionary(uniqueKeysWithValues: zip(Self.fields, row.texts))
            if let amount = row.amount { object["amount_due_vnd"] = Bool.random(using: &random) ? amount as Any : Double(amount) as Any }
            return object.filter { ($0.value as? String)?.isEmpty != true || $0.key == "amount_due_vnd" }
        }
        if Bool.random(using: &random) { return try JSONSerialization.data(withJSONObject: ["session": "x", "data": objects]) }
        return Data(try objects.map { String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self) }.joined(separator: "\n").utf8)
    }

    /// Moments as Excel's numbers with and without a date format, amounts as numbers, everything else as text.
    private func workbook(_ rows: [Row], _ random: inout SeededGenerator) throws -> String {
        func serial(_ moment: Instant) -> String { "\(Double(moment.secondsSinceEpoch + Instant.localOffset) / 86_400 + 25_569)" }
        func text(_ text: String) -> String { "<c t=\"inlineStr\"><is><t>\(text)</t></is></c>" }
        var body = "<row>" + Self.fields.map(text).joined() + "</row>"
        for row in rows {
            let style = Int.random(in: 0...1, using: &random)
            func moment(_ moment: Instant?) -> String { moment.map { "<c s=\"\(style)\"><v>\(serial($0))</v></c>" } ?? "<c/>" }
            let cells = row.texts
            body += "<row>" + text(cells[0]) + text(cells[1]) + text(cells[2]) + text(cells[3]) + moment(row.received) + moment(row.due.map { Instant(local: $0) })
                + moment(row.settled) + text(cells[7]) + (row.amount.map { "<c><v>\($0)</v></c>" } ?? "<c/>") + text(cells[9]) + moment(row.updated) + "</row>"
        }
        return try WorkbookBuilder.sheet(body, styles: "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs>")
    }

    @Test(arguments: 1...25)
    func everyFormReadsBackTheSame(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let rows = (0..<Int.random(in: 1...60, using: &random)).map { Row($0, &random) }
        let expected = try rows.map { try $0.dossier() }
        let files = [
            try Folder.shared.file("\(UUID()).csv", csv(rows, &random)), try Folder.shared.file("\(UUID()).json", json(rows, &random)), try workbook(rows, &random),
        ]
        for file in files {
            let read = try ListTests.read(file, [])
            #expect(read.refusals.isEmpty, "seed \(seed) \(file.suffix(5)): \(read.refusals.prefix(2))")
            #expect(read.records == expected, "seed \(seed) \(file.suffix(5))")
        }
    }
}
