package import Adoption
internal import FoundationEssentials

/// A name, which may be empty, and an address for mail.
package struct Mailbox: Hashable, Sendable {
    /// In one line.
    package let name: String
    package let address: String

    /// - Throws: `InputError` for what is no address, see `Account.isMailAddress`; it does not repeat it.
    package init(name: String, address: String) throws(InputError) {
        guard Account.isMailAddress(address) else { throw InputError("this is no address for mail: it needs a name, one @ and a domain, such as vanphong@example.vn") }
        self.name = oneLine(name)
        self.address = address
    }

    var domain: String { address.split(separator: "@").last.map(String.init) ?? "" }
}

/// The server that takes the office's mail, as the settings name it.
package struct MailServer: Sendable {
    /// What protects the connection.
    package enum Security: Sendable {
        /// From its first byte; usually port 465.
        case tls
        /// From the command STARTTLS on, without which nothing is said; usually port 587.
        case startTLS
        /// Nothing; only within this machine.
        case plain
    }

    package let host: String
    package let port: Int
    package let security: Security
    /// Nil where the server knows this machine without a password.
    package let user: String?
    package let passwordFile: String?
    package let from: Mailbox
    /// A PEM file of the authorities whose certificates count, in the place of the system's.
    package let authorities: String?
    /// How long the server may be silent; ten times as long, and ten minutes at least, after the end of a message (RFC 5321, section 4.5.3.2.6).
    package let seconds: Int

    package init(
        host: String, port: Int, security: Security, user: String? = nil, passwordFile: String? = nil, from: Mailbox, authorities: String? = nil, seconds: Int = 60
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.user = user
        self.passwordFile = passwordFile
        self.from = from
        self.authorities = authorities
        self.seconds = seconds
    }

    /// What errors call it.
    var name: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// As libcurl takes it: the path is what this machine calls itself when it greets the server (EHLO), and the sender's domain is a name that servers can look up.
    var url: String { "\(security == .tls ? "smtps" : "smtp")://\(name)/\(from.domain)" }

    /// - Throws: what cannot be used, with the remedy.
    func check() throws(InputError) {
        let isName = host.utf8.allSatisfy { UInt8(ascii: "-") == $0 || UInt8(ascii: ".") == $0 || MailServer.isLetterOrDigit($0) }
        // Of IPv6, which has two colons at least.
        let isAddress = host.count { $0 == ":" } >= 2 && host.allSatisfy { $0 == ":" || $0 == "." || ($0.isASCII && $0.isHexDigit) }
        guard (1...253).contains(host.utf8.count), isName || isAddress else { throw InputError("the mail server must have a name such as mail.example.vn; letters with marks are written as the DNS has them (xn--…)") }
        guard (1...65_535).contains(port) else { throw InputError("the port of the mail server must be from 1 to 65535") }
        guard seconds > 0 else { throw InputError("the mail server must be given at least a second") }
        if security == .plain, !["127.0.0.1", "::1", "localhost"].contains(host) {
            throw InputError("mail is sent without encryption within this machine only; for \(host) use starttls (port 587) or tls (port 465)")
        }
        guard (user == nil) == (passwordFile == nil) else { throw InputError("the mail server's user and its password go together; give both, or neither") }
        if let user, !MailServer.isWord(user) { throw InputError("the mail server's user must be a word of at most 255 letters, digits and signs") }
        if let authorities, !FileManager.default.isReadableFile(atPath: authorities) { throw InputError("\(authorities): cannot be read; it is the file of the authorities that sign the mail server's certificate") }
    }

    /// Nil where none is needed.
    func password() throws(InputError) -> String? {
        guard let passwordFile else { return nil }
        let bytes: [UInt8]
        do { bytes = [UInt8](try Data(contentsOf: URL(filePath: passwordFile))) } catch { throw InputError("\(passwordFile): cannot be read; it is the file of the mail server's password") }
        let text = String(decoding: bytes, as: UTF8.self)
        let word = text.hasSuffix("\r\n") || text.hasSuffix("\n") ? String(text.dropLast()) : text
        guard Array(text.utf8) == bytes, (1...1_024).contains(word.utf8.count), !word.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw InputError(file: passwordFile, "must hold the mail server's password and nothing else, on one line")
        }
        return word
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }

    private static func isWord(_ text: String) -> Bool { (1...255).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) } }
}

/// Why something did not get out.
package enum MailFault: Error, Hashable, CustomStringConvertible, Sendable {
    /// It may be tried again: the other side is not reached, is busy, or the office has a setting to mend.
    ///
    /// With `isUncertain` everything was handed over and no answer came: it may have arrived.
    case temporary(String, isUncertain: Bool)
    /// It will never be taken as it is.
    case permanent(String)

    /// The other side is not there, or takes nothing from this office: the next letter would fare the same.
    package var isOfServer: Bool {
        guard case .temporary(let text, isUncertain: false) = self else { return false }
        // An attachment that cannot be read is this letter's alone.
        if text.hasPrefix("/") { return false }
        return !text.contains(": answers ") || ["EHLO", "HELO", "STARTTLS", "AUTH", "MAIL"].contains { text.contains(": answers \($0) ") }
    }

    /// What happened, and what the other side said; never a password.
    package var description: String {
        switch self {
        case .temporary(let text, isUncertain: false), .permanent(let text): text
        case .temporary(let text, isUncertain: true): text + "; it may have arrived"
        }
    }
}
