import Adoption
@testable import Delivery
import Foundation
import Testing
import TestSupport

/// The head of a message, sign by sign. The encoded words were worked out by hand, by another program where they are long.
@Suite struct MailHeaderTests {
    @Test(arguments: [
        ("1970-01-01", 0, "Thu, 1 Jan 1970 00:00:00 +0700"), ("2025-05-14", 28_800, "Wed, 14 May 2025 08:00:00 +0700"), ("2024-02-29", 86_399, "Thu, 29 Feb 2024 23:59:59 +0700"),
        ("2000-02-29", 43_200, "Tue, 29 Feb 2000 12:00:00 +0700"), ("2025-12-31", 61_200, "Wed, 31 Dec 2025 17:00:00 +0700"), ("1969-12-31", 1, "Wed, 31 Dec 1969 00:00:01 +0700"),
    ])
    func aDateIsOfHanoi(_ day: String, _ second: Int, _ text: String) { #expect(MailHeaders.text(Records.moment(day, second: second)) == text) }

    @Test(arguments: [
        ("Report for May", "Subject: Report for May"), ("", "Subject: "), ("Báo cáo", "Subject: =?UTF-8?B?QsOhbyBjw6Fv?="), ("  a \r\n b\t", "Subject: a b"), ("=?x?=", "Subject: =?UTF-8?B?PT94Pz0=?="),
        ("a\u{0}b", "Subject: a b"), ("🎉", "Subject: =?UTF-8?B?8J+OiQ==?="),
    ])
    func aSubjectIsASCII(_ text: String, _ header: String) { #expect(MailHeaders.text("Subject", text) == header) }

    @Test func aLongSubjectGoesOnInTheNextLine() {
        // 39 bytes fit in the first line, 45 in the others: 13 and 15 letters of three bytes.
        #expect(
            MailHeaders.text("Subject", String(repeating: "ế", count: 29))
                == "Subject: =?UTF-8?B?\(String(repeating: "4bq/", count: 13))?=\r\n =?UTF-8?B?\(String(repeating: "4bq/", count: 15))?=\r\n =?UTF-8?B?4bq/?=")
        // 67 letters are a full line; one more makes it encoded words.
        #expect(MailHeaders.text("Subject", String(repeating: "a", count: 67)) == "Subject: " + String(repeating: "a", count: 67))
        #expect(MailHeaders.text("Subject", String(repeating: "a", count: 68)).hasPrefix("Subject: =?UTF-8?B?YWFh"))
    }

    /// RFC 2047, sections 2 and 5.
    @Test func encodedWordsAreShortAndOfWholeCharacters() throws {
        var generator = SeededGenerator(seed: 2_047)
        let signs = ["a", " ", "ế", "Đ", "🎉", "👩‍👩‍👧‍👦", "e\u{323}\u{302}", "中", "=?", "\"", "Z" + String(repeating: "\u{310}", count: 40)]
        for _ in 0..<2_000 {
            let text = (0..<Int(generator.next() % 120)).map { _ in signs[Int(generator.next() % UInt64(signs.count))] }.joined()
            let header = MailHeaders.text("Subject", text)
            let lines = header.components(separatedBy: "\r\n")
            #expect(lines.allSatisfy { $0.utf8.count <= 76 && $0.utf8.allSatisfy { (0x20...0x7E).contains($0) } } && lines.dropFirst().allSatisfy { $0.hasPrefix(" =?") })
            guard header.hasPrefix("Subject: =?UTF-8?B?") else {
                #expect(header == "Subject: " + oneLine(text))
                continue
            }
            let words = String(header.dropFirst("Subject: ".count)).components(separatedBy: "\r\n ")
            let pieces = try words.map { word in
                #expect(word.utf8.count <= 75)
                return try #require(Data(base64Encoded: String(word.dropFirst(10).dropLast(2))).flatMap { String(data: $0, encoding: .utf8) })
            }
            #expect(pieces.joined() == oneLine(text))
        }
    }

    @Test(arguments: [
        ("", "From: an@example.vn"), ("An", "From: \"An\" <an@example.vn>"), ("A \"B\" \\ C", "From: \"A \\\"B\\\" \\\\ C\" <an@example.vn>"),
        ("Văn An", "From: =?UTF-8?B?VsSDbiBBbg==?=\r\n <an@example.vn>"), ("An\r\nBcc: x", "From: \"An Bcc: x\" <an@example.vn>"),
        ("Office of the people's committee of the commune", "From: \"Office of the people's committee of the commune\" <an@example.vn>"),
        ("Office of the people's committee of the great commune", "From: \"Office of the people's committee of the great commune\"\r\n <an@example.vn>"),
    ])
    func aNameStandsBeforeItsAddress(_ name: String, _ header: String) throws {
        #expect(MailHeaders.mailbox("From", try Mailbox(name: name, address: "an@example.vn")) == header)
    }

    @Test func anAddressIsOneAndASCII() throws {
        #expect(try Mailbox(name: " Văn\r\nAn ", address: "an.nguyen+x@so-y-te.example.vn").name == "Văn An")
        for address in ["", "an", "an@", "@example.vn", "an@example.vn\r\n", "an@example.vn,binh@example.vn", "a n@example.vn", "<an@example.vn>", "ân@example.vn", "an@ví-dụ.vn", "an@@example.vn", "an\u{0}@example.vn"] {
            #expect(throws: InputError.self, "\(address)") { try Mailbox(name: "", address: address) }
        }
        let error = #expect(throws: InputError.self) { try Mailbox(name: "", address: "an.rieng,@example.vn") }
        #expect(error?.description.contains("rieng") == false, "an address is somebody's")
    }

    @Test func aFilesNameIsASCIIAndWhole() throws {
        #expect(
            try MailHeaders.attachment("bao-cao 5.pdf", type: "application/pdf")
                == ["Content-Type: application/pdf;\r\n name=\"bao-cao 5.pdf\"", "Content-Disposition: attachment;\r\n filename=\"bao-cao 5.pdf\""])
        #expect(
            try MailHeaders.attachment("Báo \"5\".pdf", type: "application/pdf")
                == ["Content-Type: application/pdf;\r\n name=\"B_o__5_.pdf\"", "Content-Disposition: attachment;\r\n filename*=UTF-8''B%C3%A1o%20%225%22.pdf"])
        #expect(
            try MailHeaders.attachment("=?UTF-8?Q?a?=", type: "text/csv")
                == ["Content-Type: text/csv;\r\n name=\"__UTF-8_Q_a__\"", "Content-Disposition: attachment;\r\n filename*=UTF-8''%3D%3FUTF-8%3FQ%3Fa%3F%3D"], "some readers take it for an encoded word")
        #expect(try MailHeaders.attachment("../a\\b\r\n\u{0}.pdf", type: "text/csv")[1] == "Content-Disposition: attachment;\r\n filename=\".._a_b .pdf\"")
        for name in ["", " ", ".", "..", "\r\n", String(repeating: "a", count: 256), String(repeating: "ế", count: 86)] {
            #expect(throws: MailFault.self, "\(name)") { try MailHeaders.attachment(name, type: "text/csv") }
        }
        for type in ["", "text", "text/", "/csv", "text/csv; x=y", "text/csv\r\nX: y", "text/csv/x", "text/ế"] {
            #expect(throws: MailFault.self, "\(type)") { try MailHeaders.attachment("a", type: type) }
        }
    }

    @Test func theMessageIDIsTheGivenOneOrNone() throws {
        let mailbox = try Mailbox(name: "", address: "an@example.vn")
        func head(_ id: String) throws -> [String] { try MailHeaders.message(Letter(subject: "s", text: "", html: ""), from: mailbox, to: mailbox, messageID: id, date: Records.moment("2025-05-14")) }
        #expect(
            try head("0af9.x-1@example.vn") == [
                "Date: Wed, 14 May 2025 08:00:00 +0700", "From: an@example.vn", "To: an@example.vn", "Subject: s", "Message-ID: <0af9.x-1@example.vn>", "MIME-Version: 1.0",
                "Auto-Submitted: auto-generated",
            ])
        for id in ["", "a", "a@", "@b", "a@b@c", "a b@c", "<a@b>", "a@b\r\nX: y", "a..b@c", ".a@b", "ế@b", "a@b>", "a/b@c", String(repeating: "a", count: 250) + "@b"] {
            #expect(throws: MailFault.self, "\(id)") { try head(id) }
        }
    }
}
