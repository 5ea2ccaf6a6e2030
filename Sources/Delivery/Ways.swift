internal import Adoption
internal import Hashing
internal import Pipeline

/// How things get out, as the settings name it.
struct Ways: Sendable {
    let mailer: Mailer?
    /// By name; looked at when something is put there, for a share may be away for a while.
    let folders: [String: String]
    let webhooks: [String: Webhook]
    /// Behind the @ of Message-IDs.
    let domain: String
    private let allowedDomains: [String]

    /// - Throws: `InputError` for what cannot be used.
    init(_ settings: Settings.Delivery) throws(InputError) {
        mailer = try settings.mail.map { mail throws(InputError) in
            let security: MailServer.Security = switch mail.security {
            case .tls: .tls
            case .starttls: .startTLS
            case .plain: .plain
            }
            return try Mailer(MailServer(
                host: mail.host, port: mail.port, security: security, user: mail.user, passwordFile: mail.passwordFile, from: try Mailbox(name: mail.fromName, address: mail.from),
                authorities: mail.authorities))
        }
        var webhooks: [String: Webhook] = [:]
        for (name, one) in settings.webhooks { webhooks[name] = try Webhook(url: one.url, secretFile: one.secretFile, authorities: one.authorities) }
        (folders, self.webhooks) = (settings.folders, webhooks)
        domain = settings.mail.flatMap { $0.from.split(separator: "@").last.map(String.init) } ?? "uptake.invalid"
        allowedDomains = settings.allowedDomains
        if let owner = settings.owner { _ = try Mailbox(name: "", address: owner) }
    }

    /// - Throws: `InputError` when a schedule names a way that the settings do not have.
    func check(_ schedule: Schedule) throws(InputError) {
        for recipient in schedule.recipients {
            switch recipient {
            case .folder(let name) where folders[name] == nil: throw InputError("reports/schedules.yaml: '\(schedule.id)' delivers into the folder '\(name)', which the settings do not name; add it under delivery, folders")
            case .webhook(let name) where webhooks[name] == nil: throw InputError("reports/schedules.yaml: '\(schedule.id)' tells the webhook '\(name)', which the settings do not name; add it under delivery, webhooks")
            default: continue
            }
        }
    }

    func allows(_ address: String) -> Bool {
        guard !allowedDomains.isEmpty else { return true }
        let domain = address.split(separator: "@").last.map { $0.lowercased() } ?? ""
        return allowedDomains.contains { domain == $0 || domain.hasSuffix("." + $0) }
    }
}

/// The first half of a text's SHA-256.
func shortHash(_ text: String) -> String { String(Digest.sha256(text).prefix(32)) }
