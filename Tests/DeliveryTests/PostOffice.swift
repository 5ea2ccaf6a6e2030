import Adoption
@testable import Delivery
import Foundation
import Hashing
import TestSupport

/// A real mail server on this machine, with a folder of its own, that behaves as a test says.
///
/// It is a class because it owns the server.
final class PostOffice {
    /// What `scripts/setup.sh test` fetched.
    static let program = Repository.root + "/.build-checks/mail/bin/python"
    static let isFetched = FileManager.default.fileExists(atPath: Repository.root + "/.build-checks/mail/ready")

    static let (sender, reader) = ("vanphong@example.vn", "an@example.vn")

    let folder: Folder
    private var server: LocalServer?
    let port: Int

    /// - Parameters:
    ///   - behaviour: lines of `mail_server.py`; empty for a server that takes everything.
    ///   - arguments: such as `--tls starttls`.
    init(_ behaviour: String = "", _ arguments: [String] = []) throws {
        folder = try Folder()
        try folder.file("behaviour", behaviour)
        let server = try LocalServer(Self.program, [Repository.root + "/Tests/DeliveryTests/mail_server.py", folder.path] + arguments)
        (self.server, port) = (server, server.port)
    }

    deinit { stop() }

    func stop() {
        server?.stop()
        server = nil
    }

    /// The same server once more, with what it has kept.
    func start() throws { server = try LocalServer(Self.program, [Repository.root + "/Tests/DeliveryTests/mail_server.py", folder.path, "--port", "\(port)"]) }

    func behave(_ behaviour: String) throws { try folder.file("behaviour", behaviour) }

    /// - Parameters:
    ///   - seconds: how long it may be silent.
    ///   - last: how long it may think about a message.
    func mailer(
        _ security: MailServer.Security = .plain, host: String = "127.0.0.1", user: String? = nil, password: String? = nil, knowsAuthority: Bool = true, seconds: Int = 20, last: Int = 20
    ) throws -> Mailer {
        let passwordFile = try password.map { try folder.file("password", $0 + "\n") }
        let server = MailServer(
            host: host, port: port, security: security, user: user, passwordFile: passwordFile, from: try Mailbox(name: "Văn phòng UBND tỉnh", address: Self.sender),
            authorities: security == .plain || !knowsAuthority ? nil : folder.path + "/authority.pem", seconds: seconds)
        return try Mailer(server, lastSeconds: last)
    }

    /// What happened, line by line.
    var log: [String] {
        get throws {
            guard FileManager.default.fileExists(atPath: folder.path + "/log") else { return [] }
            return String(decoding: try folder.read("log"), as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }

    private var kept: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path + "/messages").filter { $0.hasSuffix(".json") }.sorted().map { String($0.dropLast(5)) } }
    }

    /// How many messages the server has kept.
    var count: Int { get throws { try kept.count } }

    struct Envelope: Decodable, Hashable {
        let from: String
        let to: [String]
        let options: [String]
        let user: String?
    }

    var envelopes: [Envelope] {
        get throws { try kept.map { try JSONDecoder().decode(Envelope.self, from: folder.read("messages/\($0).json")) } }
    }

    /// A kept message as Python's reader of mail sees it.
    struct Message: Decodable {
        struct File: Decodable, Hashable {
            let name: String?
            let type: String
            let sha256: String
            let disposition: String?
            /// What the oldest readers show.
            let plainName: String?
        }

        let headers: [[String]]
        /// The head line by line, as it came.
        let raw: [String]
        let isASCII: Bool
        let longestLine: Int
        /// There is a CR or LF without the other.
        let hasBareEnds: Bool
        let structure: [String]
        let fromName, fromAddress, toName, toAddress: String
        let recipients: Int
        let date: String
        let text, html: String
        let attachments: [File]
        let defects: [String]

        func values(_ name: String) -> [String] { headers.filter { $0[0].lowercased() == name.lowercased() }.map { $0[1] } }
    }

    var messages: [Message] {
        get throws {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/python3")
            process.arguments = [Repository.root + "/Tests/DeliveryTests/read_mail.py"] + (try kept.map { "\(folder.path)/messages/\($0).eml" })
            let output = try FileHandle(forWritingTo: URL(filePath: folder.file("read", "")))
            process.standardOutput = output
            try process.run()
            process.waitUntilExit()
            return try JSONDecoder().decode([Message].self, from: folder.read("read"))
        }
    }

    // MARK: - Letters

    /// A file in the folder, as somebody made it.
    func attachment(_ name: String, _ content: Data = Data("made".utf8), type: String = "application/pdf") throws -> Attachment {
        let path = try folder.file("attached-\(UUID().uuidString)", content)
        return Attachment(name: name, path: path, sha256: content.withUnsafeBytes { Digest.sha256($0) }, bytes: content.count, type: type)
    }

    static func letter(_ subject: String = "Báo cáo tháng 5/2025", text: String = "Kính gửi\n", html: String = "<p>Kính gửi</p>\n", attachments: [Attachment] = []) -> Letter {
        Letter(subject: subject, text: text, html: html, attachments: attachments)
    }

    /// Many bytes that look like none of base 64's own.
    static func bytes(_ count: Int) -> Data {
        var generator = SeededGenerator(seed: 616)
        var data = Data(capacity: count + 8)
        while data.count < count { withUnsafeBytes(of: generator.next()) { data.append(contentsOf: $0) } }
        return data.prefix(count)
    }
}

/// What became of one try, in a word: sent, later, uncertain, never.
func outcome(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "sent"
    } catch MailFault.temporary(_, let isUncertain) {
        return isUncertain ? "uncertain" : "later"
    } catch MailFault.permanent {
        return "never"
    } catch {
        return "\(error)"
    }
}
