import Adoption
import Foundation
import Testing
import TestSupport

@testable import Ingestion

/// What a spoilt file or row is answered with.
@Suite struct TableTests {
    private static let header = "dossier_code,procedure_code,unit_code,channel,received_at,due_at,settled_at,state,amount_due_vnd,fee_lines,updated_at"
    private static let good = "616-250514-0001,9.000001,616,online,14/05/2025 08:00,,,in_process,50000,,14/05/2025 08:00"
    private static let asOf = Instant(local: Day(number: 20_300))  // 2025-07-31

    private static let register = Register(
        agencies: [
            1: Agency(code: "616", name: "UBND huyện Sa Thầy", level: .district, parentCode: "62", validity: Validity(first: Day(number: 18_628), last: Day(number: 20_269))),
            2: Agency(code: "616", name: "Phường khác", level: .commune, parentCode: "51", validity: Validity(first: Day(number: 20_270), last: nil)),
        ], procedures: [7: Procedure(code: "9.000001", name: "Cấp giấy phép xây dựng", sector: "Xây dựng", bearsFee: true)])

    private func open(_ content: Data, profiles: [Profile] = []) throws -> TableFile {
        guard case .table(let plan) = try #require(try Source.open(try Folder.shared.file("\(UUID())/f.csv".replacing("/", with: "-"), content), profiles: profiles).first) else {
            throw InputError("not a table")
        }
        return try plan.open()
    }

    private func read(_ lines: String...) throws -> (dossiers: [DossierRecord], refusals: [Refusal]) {
        try read(Data(([Self.header] + lines).joined(separator: "\n").utf8 + [10]))
    }

    private func read(_ content: Data) throws -> (dossiers: [DossierRecord], refusals: [Refusal]) {
        let table = try open(content)
        var reader = SubmissionReader(table, register: Self.register, asOf: Self.asOf)
        var dossiers: [DossierRecord] = []
        var refusals: [Refusal] = []
        while try table.next() {
            if let record = reader.record() { dossiers.append(record) } else { #expect(!reader.refusals.isEmpty) }
            refusals += reader.refusals
        }
        return (dossiers, refusals)
    }

    @Test func aGoodRowIsADossier() throws {
        let record = try #require(try read(Self.good).dossiers.first)
        let dossier = record.dossier
        #expect(record.code == "616-250514-0001")
        #expect(dossier.agencyID == 1)
        #expect(dossier.procedureID == 7)
        #expect(dossier.amountDueVND == 50_000)
        #expect(dossier.counted.iso == "2025-05-14T08:00:00+07:00")
    }

    /// Replaces one field of a good row and expects one fault in that field.
    @Test(arguments: [
        (0, "", Fault.missingValue), (0, "616 250514", .badCode), (0, "616-Đ", .badCode), (1, "9.999999", .unknownProcedure), (1, "", .missingValue),
        (2, "617", .unknownUnit), (2, "", .missingValue), (3, "webb", .unknownWord), (3, "", .missingValue), (3, "Online", .unknownWord),
        (4, "31/02/2025", .notADate), (4, "1890-01-01", .dateOutOfRange), (4, "2025-08-02", .dateInFuture), (4, "", .noReception),
        (6, "13/05/2025", .settledBeforeReceived), (7, "done", .unknownWord), (8, "-5", .negativeAmount),
        (8, "5.5", .fractionalAmount), (8, "abc", .notAnAmount), (9, "fee:30000", .feeLinesDisagree), (9, "fee:x", .notAnAmount), (9, "tip:5", .notAnAmount),
        (10, "", .missingValue), (10, "yesterday", .notADate),
    ])
    func aBadFieldIsRefusedWithItsPlace(field: Int, value: String, fault: Fault) throws {
        var fields = Self.good.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        fields[field] = value
        let (dossiers, refusals) = try read(Self.good, fields.joined(separator: ","))
        #expect(dossiers.count == 1, "the good row before it is kept")
        let refusal = try #require(refusals.first)
        #expect(refusals.count == 1)
        #expect(refusal.fault == fault)
        #expect(refusal.line == 3)
        #expect(refusal.field == Self.header.split(separator: ",")[field])
        #expect(refusal.column == fields[..<field].reduce(1) { $0 + $1.count + 1 })
    }

    @Test func aSettledDossierWithoutItsDayIsRefusedAtTheEmptyField() throws {
        let refusal = try #require(try read(Self.good.replacing("in_process", with: "settled")).refusals.first)
        #expect(refusal.fault == .settledWithoutDate)
        #expect(refusal.field == "settled_at")
    }

    @Test func everyFaultOfARowIsToldAtOnce() throws {
        let refusals = try read("616-250514-0001,9.999999,617,webb,31/02/2025,,,done,-5,,14/05/2025").refusals
        #expect(Set(refusals.map(\.fault)) == [.unknownProcedure, .unknownUnit, .unknownWord, .notADate, .negativeAmount])
    }

    /// A code was reused in the reorganisation: before 01/7/2025 it is the district, after it another unit.
    @Test func theUnitIsTheOneThatBoreTheCodeOnTheDayOfReception() throws {
        let dossiers = try read(Self.good, Self.good.replacing("14/05/2025 08:00,,", with: "2025-06-30T17:00:00Z,,").replacing("0001,9", with: "0002,9")).dossiers
        #expect(dossiers.map(\.dossier.agencyID) == [1, 2])
    }

    @Test func aRowWithAnotherNumberOfFieldsIsRefusedAsAWhole() throws {
        let refusals = try read(Self.good, "616-250514-0002,9.000001", Self.good + ",more").refusals
        #expect(refusals.map(\.fault) == [.wrongFieldCount, .wrongFieldCount])
        #expect(refusals.map(\.line) == [3, 4])
    }

    @Test func bytesThatAreNoTextAreRefusedRowByRow() throws {
        var content = Data((Self.header + "\n" + Self.good + "\n").utf8)
        content += Data(Self.good.replacing("online", with: "on\u{0}line").utf8) + [10]
        content += Data("616-250514-0003,9.000001,616,".utf8) + [0xFF, 0xFE] + Data(",14/05/2025,,,in_process,,,14/05/2025\n".utf8)
        let (dossiers, refusals) = try read(content)
        #expect(dossiers.count == 1)
        #expect(refusals.map(\.fault) == [.nulByte, .notUTF8])
        #expect(refusals.first?.field == "channel", "the NUL stands there")
    }

    @Test func aFieldOfTenMegabytesIsRefusedAndTheRowsAroundItAreKept() throws {
        let long = String(repeating: "x", count: 10 << 20)
        let (dossiers, refusals) = try read(Self.good, Self.good.replacing("616-250514-0001", with: long), Self.good)
        #expect(dossiers.count == 2)
        #expect(refusals.map(\.fault) == [.fieldTooLong])
    }

    @Test(arguments: [
        ("", "is empty"), (header.replacing("channel,", with: ""), "no column for 'channel'"), (header + ",channel", "stands twice"),
        ("tên;tuổi\n1;2\n", "no column is known"), ("PK\u{3}\u{4}rest", "damaged archive"), ("\u{1}\u{2}\u{3}binary", "is not text"),
        ("{\"a\": 1}", "no column is known"), ("{\"data\":", "cut off"), ("{\"data\":{\"parent\":1}}", "is not an evaluation response"),
        (header + "\n616-250514-0001,9.000001,616,onl", "was cut off"),
    ])
    func aSpoiltFileIsRefusedAsAWhole(content: String, message: String) throws {
        let error = #expect(throws: InputError.self) { try read(Data(content.utf8)) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("f.csv") == true)
    }

    @Test func foreignEncodingsAreNamed() throws {
        for bytes in [Data([0xFF, 0xFE, 0x61, 0]), Data([0xFE, 0xFF, 0, 0x61])] {
            #expect(throws: InputError.self) { try read(bytes) }
        }
        #expect(throws: InputError.self) { try read(Data([0x1F, 0x8B, 8])) }
        #expect(throws: InputError.self) { try read(Data([0x6D, 0xE3, 0x2C, 0x62])) }
    }

    @Test func theDelimiterIsTheHeadersOwn() throws {
        for delimiter in [";", "\t", "|"] {
            let content = [Self.header, Self.good].joined(separator: "\n").replacing(",", with: delimiter) + "\n"
            #expect(try read(Data(content.utf8)).dossiers.count == 1)
        }
    }

    @Test func everyColumnAndWordIsInTheReadme() throws {
        let readme = try String(contentsOfFile: Repository.root + "/README.md", encoding: .utf8)
        let columns = SourceKind.allCases.flatMap(\.fields)
        let words = Channel.words + DossierState.words + Applicant.words.dropFirst() + Filer.words.dropFirst() + ServiceLevel.words.dropFirst()
            + ResultDelivery.words.dropFirst() + PaymentMethod.words + PaymentState.words + AgencyLevel.words
        for name in columns + words { #expect(readme.contains("`\(name)`"), "\(name)") }
    }

    @Test func aProfileTranslatesColumnsAndWords() throws {
        let profile = try Profile(path: try Folder.shared.file("profile.yaml", """
            profile: one-stop list
            kind: submissions
            columns:
              dossier_code: [Mã hồ sơ, Số hồ sơ]
              procedure_code: Mã TTHC
              unit_code: Đơn vị
              channel: Hình thức nộp
              received_at: Ngày tiếp nhận
              state: Trạng thái
              updated_at: Cập nhật
            values:
              channel: {Trực tuyến: online, Trực tiếp: counter}
              state: {Đang xử lý: in_process}
            """))
        let table = try open(Data("""
            Mã hồ sơ,Họ tên,Mã TTHC,Đơn vị,Hình thức nộp,Ngày tiếp nhận,Trạng thái,Cập nhật
            616-250514-0001,Người Giả Định,9.000001,616,Trực tuyến,14/05/2025,Đang xử lý,14/05/2025
            616-250514-0002,Người Giả Định,9.000001,616,Qua mạng,14/05/2025,Đang xử lý,14/05/2025

            """.utf8), profiles: [profile])
        var reader = SubmissionReader(table, register: Self.register, asOf: Self.asOf)
        #expect(table.droppedColumns == ["Họ tên"])
        _ = try table.next()
        #expect(reader.record()?.dossier.channel == .online)
        _ = try table.next()
        #expect(reader.record() == nil)
        #expect(reader.refusals.first?.allowed == ["Trực tiếp", "Trực tuyến"])
    }
}
