package import Adoption
internal import FoundationEssentials
internal import Ingestion

extension Settings {
    /// How reports get out unattended: `delivery` in the settings. Without a mail server, a folder or a webhook nothing goes out.
    package struct Delivery: Sendable {
        /// What was due, made and sent. UPTAKE_DELIVERIES.
        package var ledger = ""
        /// Where reports stand that were made, until `keepDays` are over. UPTAKE_MADE.
        package var folder = ""
        package var keepDays = 400
        /// Who is told of faults, by mail.
        package var owner: String?
        /// The domains that mail may go to; empty for any.
        package var allowedDomains: [String] = []
        /// Larger files are linked to and not attached.
        package var attachMegabytes = 10
        package var mail: Mail?
        /// Folders by the names that schedules use.
        package var folders: [String: String] = [:]
        package var webhooks: [String: Webhook] = [:]

        /// Nothing could go anywhere.
        package var hasNoWay: Bool { mail == nil && folders.isEmpty && webhooks.isEmpty }

        /// The server that takes mail.
        package struct Mail: Sendable {
            package enum Security: String, CaseIterable, Sendable { case tls, starttls, plain }

            package let host: String
            package let port: Int
            package let security: Security
            package let user: String?
            package let passwordFile: String?
            package let from: String
            package let fromName: String
            /// A PEM file of the authorities whose certificates count, in the place of the system's.
            package let authorities: String?
        }

        /// An address that is told of what was made, signed with a secret of both sides.
        package struct Webhook: Sendable {
            package let url: String
            package let secretFile: String
            package let authorities: String?
        }

        package init() {}

        init(_ part: Definition) throws(InputError) {
            try part.allow(["ledger", "folder", "keep_days", "owner", "allowed_domains", "attach_megabytes", "mail", "folders", "webhooks"])
            ledger = try part.optionalText("ledger") ?? ""
            folder = try part.optionalText("folder") ?? ""
            keepDays = try part.number("keep_days", keepDays, 1...10_000)
            owner = try part.optionalText("owner")
            if part.has("allowed_domains") { allowedDomains = try part.texts("allowed_domains").map { $0.lowercased() } }
            if let wrong = allowedDomains.first(where: { $0.contains("@") || $0.isEmpty }) { throw part.fault("allowed_domains", "'\(wrong)' must be a domain without @, such as example.vn") }
            attachMegabytes = try part.number("attach_megabytes", attachMegabytes, 0...100)
            if part.has("mail") { mail = try Mail(part.definition("mail")) }
            if part.has("folders") {
                let inner = try part.definition("folders")
                for name in inner.keys { folders[name] = try inner.text(name) }
            }
            if part.has("webhooks") {
                let inner = try part.definition("webhooks")
                for name in inner.keys { webhooks[name] = try Webhook(inner.definition(name)) }
            }
        }
    }
}

extension Settings.Delivery.Mail {
    fileprivate init(_ part: Definition) throws(InputError) {
        try part.allow(["server", "security", "user", "password_file", "from", "from_name", "authorities"])
        let server = try part.text("server")
        guard let colon = server.lastIndex(of: ":"), let port = Int(server[server.index(after: colon)...]), (1...65_535).contains(port), colon != server.startIndex else {
            throw part.fault("server", "'server' must be a name and a port, such as mail.example.vn:587")
        }
        host = String(server[..<colon])
        self.port = port
        let usual = port == 465 ? "tls" : "starttls"
        let word = part.has("security") ? try part.choice("security", of: Security.allCases.map(\.rawValue)) : usual
        guard let security = Security(rawValue: word) else { throw part.fault("security", "'security' must be tls, starttls or plain") }
        self.security = security
        user = try part.optionalText("user")
        passwordFile = try part.optionalText("password_file")
        guard (user == nil) == (passwordFile == nil) else { throw part.fault(nil, "'user' and 'password_file' go together; give both, or neither") }
        from = try part.text("from")
        fromName = try part.optionalText("from_name") ?? ""
        authorities = try part.optionalText("authorities")
    }
}

extension Settings.Delivery.Webhook {
    fileprivate init(_ part: Definition) throws(InputError) {
        try part.allow(["url", "secret_file", "authorities"])
        (url, secretFile, authorities) = (try part.text("url"), try part.text("secret_file"), try part.optionalText("authorities"))
    }
}

extension Definition {
    /// A whole number within a range; `usual` where the key is left out.
    func number(_ key: String, _ usual: Int, _ range: ClosedRange<Int>) throws(InputError) -> Int {
        guard has(key) else { return usual }
        let number = try integer(key)
        guard range.contains(number) else { throw fault(key, "'\(key)' must be from \(range.lowerBound) to \(range.upperBound)") }
        return number
    }
}
