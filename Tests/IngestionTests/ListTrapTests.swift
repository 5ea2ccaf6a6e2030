import Adoption
import Foundation
import Testing
import TestSupport

@testable import Ingestion

/// Lists that look like something else than they are.
@Suite struct ListTrapTests {
    private static let columns = "{dossier_code: Mã, procedure_code: TTHC, unit_code: Đơn vị, channel: Cách nộp, received_at: Tiếp nhận, state: Trạng thái, amount_due_vnd: Tiền, settled_at: [Kết thúc, Ngày trả]}"

    private func profile(_ more: String = "") throws -> Profile {
        try Profile(path: try Folder.shared.file("\(UUID()).yaml", "profile: trap\nkind: submissions\ncolumns: \(Self.columns)\n" + more))
    }

    private func read(_ text: String, _ profile: Profile, _ ending: String = "csv") throws -> ListTests.Read {
        try ListTests.read(try Folder.shared.file("\(UUID()).\(ending)", text), [profile])
    }

    private static let header = "Mã;TTHC;Đơn vị;Cách nộp;Tiếp nhận;Trạng thái;Tiền;Kết thúc;Ngày trả\n"

    @Test func wordsThatDifferOnlyInDiacriticsAreNotMixedUp() throws {
        let profile = try profile("values: {unit_code: {Xã Đăk La: \"616\", Xã Đắk Lá: \"23527\"}}")
        for _ in 0..<5 {
            let read = try read(Self.header + "a-1;9.000033;Xã Đăk La;online;5/5/2025;in_process;;;\n".replacing("5/5/2025", with: "05/05/2025") + "a-2;9.000033;Xã Đắk Lá;online;05/05/2025;in_process;;;\na-3;9.000033;xa dak la;online;05/05/2025;in_process;;;\n", profile)
            #expect(read.dossiers.map(\.agencyID) == [1, 2])
            #expect(read.refusals.map(\.fault) == [.unknownUnit], "what could be both is neither")
        }
    }

    /// `150,000` is a hundred and fifty in one way of writing and a hundred and fifty thousand in the other.
    @Test(arguments: [("1.234,5", "150,000"), ("1,234.5", "150.000")])
    func aMarkOfTheOtherWayOfWritingIsRefused(marks: String, amount: String) throws {
        let read = try read(Self.header + "a-1;9.000033;616;online;05/05/2025;in_process;\(amount);;\n", profile("numbers: \(marks)"))
        #expect(read.dossiers.isEmpty && read.refusals.map(\.fault) == [.fractionalAmount])
    }

    @Test func aTitleAboveTheHeaderIsNoPartOfIt() throws {
        let text = "Người lập: Nguyễn Văn Kín 0912345678;;;;;;;;\n" + Self.header.replacing("Mã;", with: "Mã;") + "a-1;9.000033;616;online;05/05/2025;in_process;;;\n"
        let plans = try Source.open(try Folder.shared.file("\(UUID()).csv", text), profiles: [profile()], exported: ListTests.exported)
        guard case .table(let plan) = plans[0] else { throw InputError("no table") }
        let table = try plan.open()
        #expect(table.header.labels.first == "Mã" && table.header.line == 2)
        #expect(table.droppedColumns.isEmpty)
    }

    @Test func aCompanyIsNoTotalAndAFirstRecordNoNumbering() throws {
        let profile = try profile()
        let company = try read("Chủ hồ sơ;" + Self.header + "Tổng công ty X;616-250506 -0009;9.000033;616;online;05/05/2025;in_process;;;\nTổng cộng;;;;;;;100;;\n", profile)
        #expect(company.refusals.map(\.fault) == [.badCode] && company.skipped == 1)
        let accounts = try Folder.shared.file("\(UUID()).csv", "unit_code,day,registered,confirmed,first_filing\n616,2025-05-02,1,2,3\n")
        guard case .table(let plan) = try Source.open(accounts, profiles: [])[0] else { throw InputError("no table") }
        let table = try plan.open()
        var reader = AccountReader(table, register: ListTests.register)
        #expect(try table.next())
        #expect(reader.count()?.registered == 1)
    }

    @Test func whereTheFirstLabelIsEmptyTheNextCounts() throws {
        let read = try read(Self.header + "a-1;9.000033;616;online;05/05/2025;settled;;06/05/2025;07/05/2025\na-2;9.000033;616;online;05/05/2025;returned;;;07/05/2025\n", profile())
        #expect(read.dossiers.map { $0.settled?.day.iso } == ["2025-05-06", "2025-05-07"])
    }

    /// Sixty records, the last fifteen of which have what the first do not.
    @Test func fieldsThatComeLateAreRead() throws {
        let records = (1...60).map { number in
            let late = number > 45 ? ", \"paymentMethod\": {\"id\": \"1\"}, \"paymentRequestData\": {\"paidDate\": \"2025-04-15\"}, \"dossierFee\": [{\"amount\": 5000, \"quantity\": 2}]" : ""
            return "{\"code\": \"616-\(number)\", \"procedure\": {\"code\": \"9.000033\"}, \"agency\": {\"code\": \"616\"}, \"applyMethod\": {\"id\": 0}, \"appliedDate\": \"2025-04-15\", \"dossierStatus\": {\"id\": 2}\(late)}"
        }
        let path = try Folder.shared.file("\(UUID()).json", records.joined(separator: "\n"))
        let read = try ListTests.read(path, [ListTests.profile("igate-dossiers"), ListTests.profile("igate-payments")])
        #expect(read.dossiers.count == 60 && read.payments.count == 15)
        #expect(read.dossiers.last?.amountDueVND == 10_000)
        #expect(read.refusals.isEmpty, "\(read.refusals.prefix(2))")
    }

    @Test(arguments: [
        ("[{\"Gia\": \"150.000\"}]", nil), ("[{\"Gia\": \"150000\"}, {\"Gia\": 20000.0}]", 170_000), ("[{\"Gia\": null}]", nil), ("[{\"Gia\": 0.5}]", nil), ("[]", nil),
    ])
    func amountsInListsAreNumbersOrPlainDigits(list: String, amount: Int?) throws {
        let path = try Folder.shared.file("\(UUID()).json", "[{\"MaHoSo\": \"a-1\", \"MaTTHC\": \"9.000033\", \"DonViXuLy\": \"616\", \"KenhThucHien\": \"2\", \"NgayTiepNhan\": \"20250415080000\", \"TrangThaiHoSo\": \"4\", \"DanhSachLePhi\": \(list)}]")
        let read = try ListTests.read(path, [ListTests.profile("dong-bo-ho-so")])
        #expect(read.dossiers.first?.amountDueVND == amount)
        #expect(read.dossiers.isEmpty == ["150.000", "0.5"].contains { list.contains($0) }, "\(read.refusals)")
    }

    @Test func messagesOneAfterTheOtherAndInAListAreRead() throws {
        func envelope(_ code: String) -> String {
            "{\"session\": \"s\", \"data\": [{\"MaHoSo\": \"\(code)\", \"MaTTHC\": \"9.000033\", \"DonViXuLy\": \"616\", \"KenhThucHien\": \"2\", \"NgayTiepNhan\": \"20250415080000\", \"TrangThaiHoSo\": \"4\"}], \"end\": 1}"
        }
        for text in [envelope("a-1") + "\n" + envelope("a-2"), "[" + envelope("a-1") + "," + envelope("a-2") + "]"] {
            let read = try ListTests.read(try Folder.shared.file("\(UUID()).json", text), [ListTests.profile("dong-bo-ho-so")])
            #expect(read.records.map(\.code) == ["a-1", "a-2"])
        }
    }

    @Test func daysOfA1904WorkbookWithoutAFormatAreRefused() throws {
        func sheet(_ properties: String) throws -> ListTests.Read {
            let texts = ["dossier_code", "procedure_code", "unit_code", "channel", "state", "updated_at", "received_at"].map { "<c t=\"inlineStr\"><is><t>\($0)</t></is></c>" }.joined()
            let row = ["a-1", "9.000033", "616", "online", "in_process", "2025-05-05"].map { "<c t=\"inlineStr\"><is><t>\($0)</t></is></c>" }.joined()
            return try ListTests.read(try WorkbookBuilder.sheet("<row>\(texts)</row><row>\(row)<c><v>45782</v></c></row>", properties: properties), [])
        }
        #expect(try sheet("").dossiers.first?.received?.day.iso == "2025-05-05")
        #expect(try sheet("<workbookPr date1904=\"1\"/>").refusals.map(\.fault) == [.notADate])
    }

    @Test func aListWithOurColumnsMayLackUpdateTimesToo() throws {
        let text = "dossier_code,procedure_code,unit_code,channel,received_at,state\na-1,9.000033,616,online,2025-05-05,in_process\n"
        #expect(try ListTests.read(try Folder.shared.file("\(UUID()).csv", text), []).dossiers.map(\.updated) == [ListTests.exported])
    }

    @Test func onlyKnownBanksAndWalletsAreKept() throws {
        let text = "payment_id,dossier_code,amount_vnd,method,provider,state,paid_at\n" + ["VNPT Money", "vietcombank", "Nguyễn Văn Mật 0912 345 678", "Trần Thị Kín"].enumerated().map { "p\($0),a-1,5,online,\($1),paid,2025-05-05\n" }.joined()
        #expect(try ListTests.read(try Folder.shared.file("\(UUID()).csv", text), []).payments.map(\.provider.name) == ["VNPT Money", "vietcombank", "", ""])
    }
}
