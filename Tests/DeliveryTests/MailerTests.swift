import Adoption
@testable import Delivery
import Foundation
import Hashing
import Testing
import TestSupport

/// Letters through a real mail server, read back by a reader that did not write them.
@Suite(.enabled(if: PostOffice.isFetched, "scripts/setup.sh test could not fetch the mail server"))
struct MailerTests {
    private static let date = Records.moment("2025-05-14")
    private static let id = "5f2a.unit-monthly@example.vn"

    private func send(_ mailer: Mailer, _ letter: Letter = PostOffice.letter(), name: String = "", messageID: String = id, handover: () throws -> Void = {}) throws {
        try mailer.send(letter, to: Mailbox(name: name, address: PostOffice.reader), messageID: messageID, date: Self.date, handover: handover)
    }

    // MARK: What arrives

    @Test func aLetterArrivesAsItWasWritten() throws {
        let office = try PostOffice()
        let text = "Kính gửi UBND xã Đăk Hring,\n\n.\n..\n.bắt đầu bằng dấu chấm\nFrom dòng này\ncuối dòng có dấu cách \n" + String(repeating: "Tỷ lệ ", count: 300) + "\nhết 🎉\n"
        let html = "<!DOCTYPE html>\n<html lang=\"vi\"><body><p>Đạt 77,62% – <b>tăng</b></p>\n.\n" + String(repeating: "<td>ế</td>", count: 500) + "</body></html>\n"
        let (workbook, page) = (PostOffice.bytes(100_003), Data("\r\n.\r\n--\r\n\nđuôi".utf8))
        let letter = PostOffice.letter(
            "Tỷ lệ hồ sơ trực tuyến tháng 5/2025 của thị trấn Sa Thầy đạt 77,62%, tăng 3,1 điểm so với tháng trước 🎉", text: text, html: html,
            attachments: [
                try office.attachment("Báo cáo tháng 5 – Sa Thầy 📊.xlsx", workbook, type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                try office.attachment("bao-cao \"5\".html", page, type: "text/html"), try office.attachment("trống.csv", Data(), type: "text/csv"),
            ])
        try send(office.mailer(), letter, name: "UBND thị trấn Sa Thầy, bộ phận \"một cửa\"")
        let message = try #require(try office.messages.first)
        #expect(try office.count == 1)
        #expect(message.values("Subject") == [letter.subject])
        #expect(message.values("Message-ID") == ["<5f2a.unit-monthly@example.vn>"])
        #expect(message.values("Auto-Submitted") == ["auto-generated"] && message.values("MIME-Version") == ["1.0"])
        #expect(message.values("Date") == ["Wed, 14 May 2025 08:00:00 +0700"] && message.date == "2025-05-14T08:00:00+07:00")
        #expect(message.fromName == "Văn phòng UBND tỉnh" && message.fromAddress == "vanphong@example.vn")
        #expect(message.toName == "UBND thị trấn Sa Thầy, bộ phận \"một cửa\"" && message.toAddress == "an@example.vn")
        #expect(message.values("To").count == 1 && message.recipients == 1)
        #expect(message.structure == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/html", "text/csv"])
        #expect(message.text == text)
        #expect(message.html == html)
        #expect(message.attachments.map(\.name) == ["Báo cáo tháng 5 – Sa Thầy 📊.xlsx", "bao-cao \"5\".html", "trống.csv"])
        #expect(message.attachments.map(\.plainName) == ["B_o_c_o_th_ng_5___Sa_Th_y__.xlsx", "bao-cao \"5\".html", "tr_ng.csv"])
        #expect(message.attachments.map(\.sha256) == letter.attachments.map(\.sha256))
        #expect(message.attachments.allSatisfy { $0.disposition == "attachment" })
        #expect(message.isASCII && !message.hasBareEnds && message.longestLine <= 998 && message.defects == [])
        #expect(message.raw.allSatisfy { $0.utf8.count <= 998 })
    }

    @Test func aLetterWithoutAttachmentsIsTwoFormsOfOneText() throws {
        let office = try PostOffice()
        try send(office.mailer())
        let message = try #require(try office.messages.first)
        #expect(message.structure == ["multipart/alternative", "text/plain", "text/html"])
        #expect(message.text == "Kính gửi\n" && message.html == "<p>Kính gửi</p>\n" && message.attachments == [] && message.defects == [])
        #expect(message.toName == "" && message.values("To") == ["an@example.vn"])
    }

    @Test func linesEndAsMailWantsItHoweverTheyWereWritten() throws {
        let office = try PostOffice()
        try send(office.mailer(), PostOffice.letter(text: "a\nb\r\nc\rd\n\n", html: "\r\n\n"))
        let message = try #require(try office.messages.first)
        #expect(message.text == "a\nb\nc\nd\n\n" && message.html == "\n\n")
    }

    @Test func theConversationIsShortAndNamesOneReader() throws {
        let office = try PostOffice()
        try send(office.mailer())
        let log = try office.log
        #expect(log.map { String($0.prefix { $0 != " " }) } == ["connect", "ehlo", "mail", "rcpt", "data", "kept", "quit"])
        #expect(log[1] == "ehlo example.vn outside" && log[2].hasPrefix("mail FROM:<vanphong@example.vn> SIZE=") && log[3] == "rcpt TO:<an@example.vn>")
        #expect(try office.envelopes.map(\.from) == ["vanphong@example.vn"] && office.envelopes.map(\.to) == [["an@example.vn"]])
    }

    /// Reliability Z12.
    @Test func nothingInANameOrASubjectBecomesALineOfItsOwn() throws {
        let naughty = [
            "a\r\nBcc: x@example.vn", "a\nBcc: x@example.vn", "a\rBcc: x@example.vn", "\r\n\r\n<b>body", "a\u{0}b", "a\u{0}\r\n.\r\nMAIL FROM:<x@example.vn>", "a\u{2028}Bcc: x", "a\u{85}Bcc: x",
            "a\u{B}\u{C}Bcc: x", "\u{202E}cod.exe", "=?UTF-8?B?DQpCY2M6IHhAZXhhbXBsZS52bg==?=", "=?utf-8?q?=0D=0ABcc:_x?=", "\"\\\" <x@example.vn>", "a, x@example.vn", "(a) <x@example.vn>; b:",
            ".", "..", "a; name=x.exe", "a\"; filename=\"x.exe", "%0d%0aBcc: x", "UTF-8''x.exe", String(repeating: "ế", count: 80), String(repeating: "a", count: 250), "👩‍👩‍👧‍👦", "Z\u{310}\u{327}\u{353}algo",
        ]
        let office = try PostOffice()
        let mailer = try office.mailer()
        for text in naughty {
            // What is no name of a file at all is refused, and nothing is said to the server.
            let isName = ![".", ".."].contains(text)
            let letter = PostOffice.letter(text, attachments: [try office.attachment(isName ? text : "a.pdf")])
            try send(mailer, letter, name: text)
            if !isName { #expect(outcome { try send(mailer, PostOffice.letter(attachments: [office.attachment(text)])) } == "never") }
        }
        let messages = try office.messages
        #expect(messages.count == naughty.count)
        for (text, message) in zip(naughty, messages) {
            #expect(message.headers.map { $0[0] } == ["Content-Type", "Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Auto-Submitted"], "\(text)")
            #expect(message.recipients == 1 && message.toAddress == "an@example.vn" && message.fromAddress == "vanphong@example.vn", "\(text)")
            #expect(message.values("Subject") == [oneLine(text)] && message.toName == oneLine(text), "\(text)")
            #expect(message.text == "Kính gửi\n" && message.attachments.count == 1 && message.isASCII && message.longestLine <= 998, "\(text)")
            #expect(message.attachments[0].type == "application/pdf" && message.attachments[0].disposition == "attachment", "\(text)")
            if ![".", ".."].contains(text) { #expect(message.attachments[0].name == oneLine(text).replacing("/", with: "_").replacing("\\", with: "_"), "\(text)") }
        }
        #expect(try office.envelopes.allSatisfy { $0.to == ["an@example.vn"] && $0.from == "vanphong@example.vn" })
    }

    // MARK: The handover

    @Test(arguments: [0, 1, 2, 57, 100_000, 3_000_000])
    func theHandoverComesOnceWhenNobodyCanHaveTheMessageYet(_ size: Int) throws {
        let office = try PostOffice()
        let letter = PostOffice.letter(attachments: [try office.attachment("a.bin", PostOffice.bytes(size))])
        var times = 0
        try send(office.mailer(), letter) {
            times += 1
            let (kept, last) = (try office.count, try office.log.last)
            #expect(kept == 0 && last == "data")
        }
        #expect(times == 1)
        #expect(try office.messages.first?.attachments.first?.sha256 == letter.attachments[0].sha256)
    }

    private struct NotNoted: Error, Equatable {}

    @Test(arguments: [-1, 0, 1, 1_000, 3_000_000])
    func whatCannotBeNotedIsNotSent(_ size: Int) throws {
        let office = try PostOffice()
        let letter = PostOffice.letter(attachments: size < 0 ? [] : [try office.attachment("a.bin", PostOffice.bytes(size))])
        let mailer = try office.mailer()
        #expect(throws: NotNoted()) { try send(mailer, letter) { throw NotNoted() } }
        // A second letter comes after the server has seen the end of the first one's connection.
        try send(mailer, messageID: "second@example.vn")
        #expect(try office.messages.map { $0.values("Message-ID") } == [["<second@example.vn>"]])
    }

    @Test func aFileThatIsNoLongerWhatWasMadeIsNeverSent() throws {
        let office = try PostOffice()
        let mailer = try office.mailer()
        let attachment = try office.attachment("a.pdf")
        try Data("made by somebody else".utf8).write(to: URL(filePath: attachment.path))
        let gone = Attachment(name: "a.pdf", path: office.folder.path + "/none", sha256: attachment.sha256, bytes: 4, type: "application/pdf")
        for one in [attachment, gone] {
            var isHandedOver = false
            #expect(outcome { try send(mailer, PostOffice.letter(attachments: [one])) { isHandedOver = true } } == "never")
            #expect(!isHandedOver)
        }
        #expect(try office.log == [], "the server was not even asked")
    }

    // MARK: What goes wrong

    struct Case: CustomTestStringConvertible, Sendable {
        let behaviour: String
        let outcome: String
        /// How many messages the server has in the end.
        let kept: Int
        var seconds = 20
        var last = 20
        var size = 0
        var arguments: [String] = []

        var testDescription: String { "\(behaviour) \(arguments.joined(separator: " "))" }
    }

    private static let cases = [
        Case(behaviour: "connect drop", outcome: "later", kept: 0),
        Case(behaviour: "greeting drop", outcome: "later", kept: 0),
        Case(behaviour: "greeting reply 421 4.3.2 shutting down", outcome: "later", kept: 0),
        Case(behaviour: "greeting reply 554 5.7.1 your address is on a list", outcome: "later", kept: 0),
        Case(behaviour: "greeting reply HTTP/1.1 400 Bad Request", outcome: "later", kept: 0, seconds: 2),
        Case(behaviour: "greeting wait 30", outcome: "later", kept: 0, seconds: 1),
        Case(behaviour: "greeting wait 1", outcome: "sent", kept: 1),
        Case(behaviour: "ehlo reply 502 5.5.1 what is that", outcome: "sent", kept: 1),
        Case(behaviour: "ehlo reply 421 4.7.0 not now", outcome: "later", kept: 0),
        Case(behaviour: "ehlo partial 250-mail.exam", outcome: "later", kept: 0),
        Case(behaviour: "mail reply 451 4.3.0 later", outcome: "later", kept: 0),
        Case(behaviour: "mail reply 550 5.7.1 who are you", outcome: "later", kept: 0),
        Case(behaviour: "mail reply 530 5.7.0 who are you", outcome: "later", kept: 0),
        Case(behaviour: "mail reply 552 5.3.4 too large", outcome: "never", kept: 0),
        Case(behaviour: "", outcome: "never", kept: 0, size: 100_000, arguments: ["--size", "50000"]),
        Case(behaviour: "mail drop", outcome: "later", kept: 0),
        Case(behaviour: "rcpt once 451 4.7.1 come back in five minutes", outcome: "later", kept: 0),
        Case(behaviour: "rcpt to an@example.vn 550 5.1.1 no such reader", outcome: "never", kept: 0),
        Case(behaviour: "rcpt to binh@example.vn 550 5.1.1 no such reader", outcome: "sent", kept: 1),
        Case(behaviour: "rcpt reply 452 4.2.2 mailbox full", outcome: "later", kept: 0),
        Case(behaviour: "rcpt reply 530 5.7.0 who are you", outcome: "later", kept: 0),
        Case(behaviour: "rcpt drop", outcome: "later", kept: 0),
        Case(behaviour: "rcpt partial 550 5.1.1 no such", outcome: "later", kept: 0),
        Case(behaviour: "rcpt partial 250-first", outcome: "later", kept: 0),
        Case(behaviour: "rcpt wait 30", outcome: "later", kept: 0, seconds: 1),
        Case(behaviour: "rcpt reply 550 5.1.1 no such reader\nquit reply 421 4.0.0 and good riddance", outcome: "never", kept: 0),
        Case(behaviour: "rcpt reply 451 4.7.1 later\nquit drop", outcome: "later", kept: 0),
        Case(behaviour: "data drop", outcome: "later", kept: 0),
        Case(behaviour: "data reply 451 4.3.1 no room", outcome: "later", kept: 0),
        Case(behaviour: "data reply 554 5.5.1 no valid readers", outcome: "never", kept: 0),
        Case(behaviour: "content drop 0", outcome: "uncertain", kept: 0),
        Case(behaviour: "content drop 100000", outcome: "later", kept: 0, size: 20_000_000),
        Case(behaviour: "content stop 30", outcome: "later", kept: 0, seconds: 2, size: 20_000_000),
        Case(behaviour: "dot drop", outcome: "uncertain", kept: 0),
        Case(behaviour: "dot keep", outcome: "uncertain", kept: 1),
        Case(behaviour: "dot partial 250-first", outcome: "uncertain", kept: 1),
        Case(behaviour: "dot partial 250 2.0.0 ke", outcome: "uncertain", kept: 1),
        Case(behaviour: "dot partial 451 4.3.0 la\ndot reply 451 4.3.0 later", outcome: "uncertain", kept: 0),
        Case(behaviour: "dot wait 30", outcome: "uncertain", kept: 1, last: 1),
        Case(behaviour: "dot wait 2", outcome: "sent", kept: 1, seconds: 1),
        Case(behaviour: "dot reply 451 4.3.0 later", outcome: "later", kept: 0),
        Case(behaviour: "dot reply 421 4.3.2 shutting down", outcome: "later", kept: 0),
        Case(behaviour: "dot reply 554 5.7.1 looks like advertising", outcome: "never", kept: 0),
        Case(behaviour: "dot reply 552 5.3.4 too large", outcome: "never", kept: 0),
        Case(behaviour: "dot reply 200 fine", outcome: "sent", kept: 1),
        Case(behaviour: "dot reply 250-2.0.0 kept|250 2.0.0 as 0001", outcome: "sent", kept: 1),
        Case(behaviour: "dot reply 354 go on", outcome: "uncertain", kept: 0),
        Case(behaviour: "quit drop", outcome: "sent", kept: 1),
        Case(behaviour: "quit reply 500 5.5.1 what", outcome: "sent", kept: 1),
        Case(behaviour: "quit wait 30", outcome: "sent", kept: 1, seconds: 1),
    ]

    @Test(arguments: cases)
    func everyFaultIsWhatTheServerHasMadeOfTheMessage(_ one: Case) throws {
        let office = try PostOffice(one.behaviour, one.arguments)
        let letter = PostOffice.letter(attachments: one.size == 0 ? [] : [try office.attachment("a.bin", PostOffice.bytes(one.size))])
        let mailer = try office.mailer(seconds: one.seconds, last: one.last)
        var isHandedOver = false
        let result = outcome { try send(mailer, letter) { isHandedOver = true } }
        #expect(result == one.outcome)
        #expect(try office.count == one.kept)
        // Whoever was never told that it is handed over need not fear that it arrived.
        if !isHandedOver { #expect(["later", "never"].contains(result)) }
        if one.outcome == "uncertain" || one.outcome == "sent" { #expect(isHandedOver) }
    }

    @Test func theFaultSaysWhatTheServerSaid() throws {
        let office = try PostOffice("rcpt reply 550-5.1.1 no such reader|550 5.1.1 ask\u{7} the office")
        let mailer = try office.mailer()
        #expect(throws: MailFault.permanent("127.0.0.1:\(office.port): answers RCPT with 550 5.1.1 no such reader 5.1.1 ask the office")) { try send(mailer) }
        try office.behave("mail reply 550 5.7.1 not yours")
        #expect(throws: MailFault.temporary("127.0.0.1:\(office.port): answers MAIL with 550 5.7.1 not yours; it does not take mail from this sender: correct 'from' under delivery, mail", isUncertain: false)) { try send(mailer) }
        try office.behave("dot keep")
        let fault = #expect(throws: MailFault.self) { try send(mailer) }
        #expect(fault?.description == "127.0.0.1:\(office.port): broke the connection off; it may have arrived")
    }

    @Test func aServerThatPutsOffTheFirstTryGetsTheSecond() throws {
        let office = try PostOffice("rcpt once 451 4.7.1 come back in five minutes")
        let mailer = try office.mailer()
        #expect(outcome { try send(mailer) } == "later")
        #expect(outcome { try send(mailer) } == "sent")
        #expect(try office.messages.map { $0.values("Message-ID") } == [["<\(Self.id)>"]])
    }

    @Test func aServerThatIsDownForAWhileGetsItWhenItIsBack() throws {
        let office = try PostOffice()
        let mailer = try office.mailer()
        office.stop()
        #expect(outcome { try send(mailer) } == "later")
        #expect(outcome { try send(mailer) } == "later")
        try office.start()
        #expect(outcome { try send(mailer) } == "sent")
        #expect(try office.count == 1)
    }

    @Test func aServerThatNobodyKnowsIsTriedAgain() throws {
        let server = MailServer(host: "mail.khong-co.invalid", port: 587, security: .startTLS, from: try Mailbox(name: "", address: PostOffice.sender))
        let mailer = try Mailer(server)
        #expect(outcome { try send(mailer) } == "later")
    }

    /// Reliability S6: scripts of faults, each tried until it is sent or never will be. What the server keeps is known for each fault by itself.
    @Test func fiveHundredScriptsOfFaultsLoseNothingAndDoubleOnlyWhatWasSaidToBeUncertain() throws {
        let faults: [(behaviour: String, outcome: String, keeps: Int)] = [
            ("connect drop", "later", 0), ("greeting reply 421 4.3.2 down", "later", 0), ("mail drop", "later", 0), ("mail reply 452 4.3.1 no room", "later", 0), ("rcpt drop", "later", 0),
            ("rcpt reply 451 4.7.1 later", "later", 0), ("data drop", "later", 0), ("data reply 451 4.3.0 later", "later", 0), ("content drop 0", "uncertain", 0), ("dot drop", "uncertain", 0),
            ("dot keep", "uncertain", 1), ("dot partial 250-", "uncertain", 1), ("dot reply 451 4.3.0 later", "later", 0), ("quit drop", "sent", 1), ("", "sent", 1), ("", "sent", 1),
            ("rcpt reply 550 5.1.1 nobody", "never", 0), ("dot reply 554 5.7.1 no", "never", 0),
        ]
        let office = try PostOffice()
        let mailer = try office.mailer()
        var generator = SeededGenerator(seed: 20_250_514)
        var expected: [String: Int] = [:]
        for number in 0..<500 {
            let id = "\(number).s6@example.vn"
            var (tries, mostOften) = (0, 1)
            while true {
                // The eighth try meets a good day.
                let fault = tries == 7 ? (behaviour: "", outcome: "sent", keeps: 1) : faults[Int(generator.next() % UInt64(faults.count))]
                try office.behave(fault.behaviour)
                var handovers = 0
                let result = outcome { try send(mailer, messageID: id) { handovers += 1 } }
                #expect(result == fault.outcome, "script \(number), try \(tries): \(fault.behaviour)")
                #expect(handovers <= 1)
                expected["<\(id)>", default: 0] += fault.keeps
                tries += 1
                if result == "uncertain" { mostOften += 1 }
                if result == "sent" || result == "never" { break }
            }
            #expect(expected["<\(id)>", default: 0] <= mostOften)
        }
        let kept = try office.messages.reduce(into: [String: Int]()) { $0[$1.values("Message-ID")[0], default: 0] += 1 }
        #expect(kept == expected.filter { $0.value > 0 })
    }

    // MARK: TLS and passwords

    @Test(arguments: [(MailServer.Security.startTLS, "starttls"), (.tls, "implicit")])
    func lettersGoUnderTLS(_ security: MailServer.Security, _ word: String) throws {
        let office = try PostOffice("", ["--tls", word])
        try send(office.mailer(security, host: "localhost"))
        #expect(try office.log.filter { $0.hasPrefix("ehlo") }.last == "ehlo example.vn inside")
        #expect(try office.count == 1 && office.messages[0].text == "Kính gửi\n")
    }

    @Test(arguments: [(MailServer.Security.startTLS, "starttls"), (.tls, "implicit")])
    func nothingIsSaidToAServerThatCannotProveItsName(_ security: MailServer.Security, _ word: String) throws {
        let office = try PostOffice("", ["--tls", word, "--user", "reports:geheim-616"])
        for mailer in [
            try office.mailer(security, host: "127.0.0.1", user: "reports", password: "geheim-616"),
            try office.mailer(security, host: "localhost", user: "reports", password: "geheim-616", knowsAuthority: false),
        ] {
            let fault = #expect(throws: MailFault.self) { try send(mailer) }
            #expect(fault?.description.contains("its certificate must be for the name in the settings") == true, "\(fault?.description ?? "")")
            if case .temporary(_, isUncertain: false) = fault {} else { Issue.record("\(fault?.description ?? "")") }
        }
        #expect(try office.log.allSatisfy { $0 == "connect" || $0 == "ehlo example.vn outside" } && office.count == 0)
    }

    @Test func nothingIsSentWithoutTheEncryptionThatWasWanted() throws {
        let office = try PostOffice()
        // A certificate is made by a server that has TLS; here any file does, for it is never asked for.
        try office.folder.file("authority.pem", "")
        let mailer = try office.mailer(.startTLS, host: "localhost", user: "reports", password: "geheim-616", knowsAuthority: false)
        let fault = #expect(throws: MailFault.self) { try send(mailer) }
        #expect(fault?.description.contains("offers no encryption") == true, "\(fault?.description ?? "")")
        #expect(try office.log == ["connect", "ehlo example.vn outside"])
    }

    @Test(arguments: ["content drop 100000", "dot keep"])
    func aConnectionUnderTLSThatBreaksOffIsAFaultAndNotTheEnd(_ behaviour: String) throws {
        for (security, word) in [(MailServer.Security.startTLS, "starttls"), (.tls, "implicit")] {
            let office = try PostOffice(behaviour, ["--tls", word])
            let mailer = try office.mailer(security, host: "localhost")
            let letter = PostOffice.letter(attachments: [try office.attachment("a.bin", PostOffice.bytes(behaviour == "dot keep" ? 10 : 20_000_000))])
            #expect(outcome { try send(mailer, letter) } == (behaviour == "dot keep" ? "uncertain" : "later"))
        }
    }

    @Test(arguments: ["PLAIN", "LOGIN"])
    func thePasswordOpensTheServer(_ mechanism: String) throws {
        let password = "mật khẩu: \"616\" \\ế"
        let office = try PostOffice("", ["--tls", "starttls", "--only", mechanism, "--user", "reports@example.vn:\(password)"])
        try send(office.mailer(.startTLS, host: "localhost", user: "reports@example.vn", password: password))
        #expect(try office.log.contains("auth \(mechanism) reports@example.vn right") && office.envelopes.map(\.user) == ["reports@example.vn"])
    }

    @Test(arguments: ["PLAIN", "LOGIN"])
    func aWrongPasswordIsTheOfficesToMend(_ mechanism: String) throws {
        let office = try PostOffice("", ["--tls", "starttls", "--only", mechanism, "--user", "reports:right"])
        let mailer = try office.mailer(.startTLS, host: "localhost", user: "reports", password: "wrong-616")
        let fault = #expect(throws: MailFault.self) { try send(mailer) }
        #expect(fault == .temporary("localhost:\(office.port): answers AUTH with 535; correct 'user' and the password file under delivery, mail", isUncertain: false))
        #expect(try office.count == 0)
    }

    @Test func aServerThatRepeatsThePasswordIsNotQuoted() throws {
        let word = Digest.base64(Array("\u{0}reports\u{0}wrong-616".utf8))
        let office = try PostOffice("auth reply 535 5.7.8 wrong: wrong-616 \(word)", ["--tls", "starttls", "--user", "reports:right"])
        let mailer = try office.mailer(.startTLS, host: "localhost", user: "reports", password: "wrong-616")
        let fault = #expect(throws: MailFault.self) { try send(mailer) }
        #expect(fault?.description.contains("535") == true && fault?.description.contains("616") == false && fault?.description.contains(word) == false)
    }

    // MARK: Settings

    private func server(_ host: String = "mail.example.vn", port: Int = 587, _ security: MailServer.Security = .startTLS, user: String? = nil, passwordFile: String? = nil, authorities: String? = nil) throws -> MailServer {
        MailServer(host: host, port: port, security: security, user: user, passwordFile: passwordFile, from: try Mailbox(name: "", address: PostOffice.sender), authorities: authorities)
    }

    @Test(arguments: ["", "mail example.vn", "mail.example.vn/x", "a@mail.example.vn", "mail.example.vn:25", "thư.example.vn", "mail.example.vn\r\nx", "mail\u{0}", "[::1]", "x?y", String(repeating: "a", count: 254)])
    func aNameThatIsNoneIsRefused(_ host: String) throws {
        let server = try server(host)
        #expect(throws: InputError.self) { try Mailer(server) }
    }

    @Test func settingsThatCannotBeSafeAreRefused() throws {
        let folder = try Folder()
        let password = try folder.file("password", "geheim\n")
        _ = try Mailer(server(user: "reports", passwordFile: password))
        for host in ["mail.example.vn", "127.0.0.2", "10.0.0.1", "localhost.example.vn", "::2"] {
            let elsewhere = try server(host, .plain)
            #expect(throws: InputError.self, "\(host)") { try Mailer(elsewhere) }
        }
        for host in ["127.0.0.1", "localhost", "::1"] { _ = try Mailer(server(host, .plain)) }
        for wrong in [
            try server(port: 0), try server(port: 65_536), try server(user: "reports"), try server(passwordFile: password), try server(user: "", passwordFile: password),
            try server(user: "a\nb", passwordFile: password), try server(user: "reports", passwordFile: folder.path + "/none"), try server(authorities: folder.path + "/none.pem"),
        ] { #expect(throws: InputError.self) { try Mailer(wrong) } }
        for content in ["", "\n", "two\nlines", "a\u{0}b", "a\tb", String(repeating: "x", count: 1_025)] {
            let file = try folder.file("other", content)
            let wrong = try server(user: "reports", passwordFile: file)
            #expect(throws: InputError.self) { try Mailer(wrong) }
        }
        let broken = try folder.file("broken", Data([0x61, 0xFF, 0x62]))
        let wrong = try server(user: "reports", passwordFile: broken)
        #expect(throws: InputError.self) { try Mailer(wrong) }
    }
}
