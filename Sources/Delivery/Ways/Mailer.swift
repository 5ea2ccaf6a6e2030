package import Adoption
internal import CCurl
internal import FoundationEssentials
internal import Hashing
internal import Pipeline

/// Sends letters, each to one reader in a connection of its own, through the office's mail server.
package struct Mailer: Sendable {
    private let server: MailServer
    private let password: String?
    /// How long the server may think about a whole message before it answers.
    private let lastSeconds: Int

    /// - Throws: `InputError` for settings that cannot be used, such as a server elsewhere without encryption.
    package init(_ server: MailServer) throws(InputError) { try self.init(server, lastSeconds: max(600, server.seconds * 10)) }

    init(_ server: MailServer, lastSeconds: Int) throws(InputError) {
        try server.check()
        self.server = server
        password = try server.password()
        self.lastSeconds = lastSeconds
    }

    /// Sends to one recipient only.
    ///
    /// - Parameters:
    ///   - messageID: without brackets; the same for the same letter, however often it is tried.
    ///   - handover: called once, after everything but the last byte and the final dot has been given to the connection: from then on nobody knows until
    ///     the server answers. What it throws ends the connection there, and the server has no message.
    /// - Throws: `MailFault`, or what `handover` throws. Permanent is what the server says of this reader or this letter (5xx to RCPT and DATA, 552 to
    ///   MAIL) and an attachment that is not what it was; everything else is temporary: a refused password or sender is the office's to mend.
    package func send(_ letter: Letter, to recipient: Mailbox, messageID: String, date: Instant, handover: () throws -> Void) throws {
        let headers = try MailHeaders.message(letter, from: server.from, to: recipient, messageID: messageID, date: date)
        // Read and checked before anything is said: the bytes that were checked are the ones that go.
        var parts = [
            MailPart(headers: ["Content-Type: text/plain; charset=utf-8"], bytes: Mailer.lines(letter.text)),
            MailPart(headers: ["Content-Type: text/html; charset=utf-8"], bytes: Mailer.lines(letter.html)),
        ]
        for attachment in letter.attachments { parts.append(try MailPart(attachment)) }
        guard HTTPClient.isStarted, let handle = curl_easy_init() else { throw fault("libcurl cannot be used on this machine, or there is not enough memory") }
        try withoutActuallyEscaping(handover) { handover in
            let conversation = Conversation(last: parts[parts.count - 1].bytes, seconds: server.seconds, lastSeconds: lastSeconds, handover: handover)
            let (code, said): (CURLcode, String)
            do {
                // The connection ends before whoever listens to it does.
                defer {
                    curl_easy_cleanup(handle)
                    conversation.end()
                }
                (code, said) = try perform(handle, headers, parts, to: recipient, conversation)
            }
            if let error = conversation.error { throw error }
            if let fault = fault(code, said, conversation) { throw fault }
        }
    }

    /// With the ends of lines that mail has.
    private static func lines(_ text: String) -> [UInt8] {
        var (bytes, last): ([UInt8], UInt8) = ([], 0)
        bytes.reserveCapacity(text.utf8.count + 1_024)
        for byte in text.utf8 {
            switch byte {
            case carriageReturn: bytes += [carriageReturn, newline]
            case newline where last == carriageReturn: break
            case newline: bytes += [carriageReturn, newline]
            default: bytes.append(byte)
            }
            last = byte
        }
        return bytes
    }

    // MARK: - libcurl

    private func perform(
        _ handle: UnsafeMutableRawPointer, _ headers: [String], _ parts: [MailPart], to recipient: Mailbox, _ conversation: Conversation
    ) throws(MailFault) -> (CURLcode, String) {
        let me = Unmanaged.passUnretained(conversation).toOpaque()
        let hasAttachments = parts.count > 2
        let head = try list(hasAttachments ? headers : headers + ["Content-Type: multipart/alternative"])
        defer { curl_slist_free_all(head) }
        let recipients = try list([recipient.address])
        defer { curl_slist_free_all(recipients) }
        guard let address = uptake_curl_address(server.url) else { throw fault("libcurl does not take the mail server's name") }
        defer { curl_url_cleanup(address) }
        guard let whole = curl_mime_init(handle) else { throw fault("there is not enough memory") }
        defer { curl_mime_free(whole) }
        try fill(whole, handle, parts, me)
        let said = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
        said.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        defer { said.deallocate() }
        // libcurl writes into it as long as the handle lives.
        defer { _ = uptake_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, nil) }
        let codes = settings(handle, address) + [
            uptake_curl_set_text(handle, CURLOPT_MAIL_FROM, server.from.address),
            uptake_curl_set_list(handle, CURLOPT_MAIL_RCPT, recipients),
            uptake_curl_set_list(handle, CURLOPT_HTTPHEADER, head),
            uptake_curl_set_mime(handle, whole),
            uptake_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, said),
            uptake_curl_set_listener(handle, hearConversation, me),
            uptake_curl_set_watch(handle, watchConversation, me),
        ]
        if let refused = codes.first(where: { $0 != CURLE_OK }) { throw fault("libcurl refuses a setting: \(Mailer.text(refused))") }
        let code = curl_easy_perform(handle)
        let words = String(cString: said)
        return (code, words.isEmpty ? Mailer.text(code) : words)
    }

    private func settings(_ handle: UnsafeMutableRawPointer, _ address: OpaquePointer) -> [CURLcode] {
        var codes = [
            uptake_curl_set_address(handle, address),
            uptake_curl_set_mail_protocols(handle),
            uptake_curl_set_number(handle, CURLOPT_USE_SSL, server.security == .startTLS ? Int(CURLUSESSL_ALL.rawValue) : Int(CURLUSESSL_NONE.rawValue)),
            uptake_curl_set_trust(handle, server.authorities),
            uptake_curl_set_number(handle, CURLOPT_NOSIGNAL, 1),
            // Mail does not go through a proxy of the environment.
            uptake_curl_set_text(handle, CURLOPT_PROXY, ""),
            uptake_curl_set_number(handle, CURLOPT_FORBID_REUSE, 1),
            // The conversation itself watches over silence; these are for what goes on without an end.
            uptake_curl_set_number(handle, CURLOPT_CONNECTTIMEOUT, 5 * server.seconds),
            uptake_curl_set_number(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, lastSeconds + server.seconds),
            uptake_curl_set_number(handle, CURLOPT_TIMEOUT, 60 * server.seconds + lastSeconds),
        ]
        if let user = server.user, let password {
            codes += [
                uptake_curl_set_text(handle, CURLOPT_USERNAME, user),
                uptake_curl_set_text(handle, CURLOPT_PASSWORD, password),
                // Under TLS these are enough; what else servers offer (GSSAPI, NTLM) needs more than a password.
                uptake_curl_set_text(handle, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN"),
            ]
        }
        return codes
    }

    /// The two texts are one thing in two forms; attachments stand beside them.
    private func fill(_ whole: OpaquePointer, _ handle: UnsafeMutableRawPointer, _ parts: [MailPart], _ me: UnsafeMutableRawPointer) throws(MailFault) {
        var texts = whole
        if parts.count > 2 {
            guard let first = curl_mime_addpart(whole), let inner = curl_mime_init(handle) else { throw fault("there is not enough memory") }
            guard curl_mime_subparts(first, inner) == CURLE_OK else {
                curl_mime_free(inner)
                throw fault("libcurl cannot put the message together")
            }
            try describe(first, ["Content-Type: multipart/alternative"])
            texts = inner
        }
        for (index, one) in parts.enumerated() {
            guard let part = curl_mime_addpart(index < 2 ? texts : whole) else { throw fault("there is not enough memory") }
            try describe(part, one.headers)
            // In base 64 libcurl knows how long it will be and tells the server first (SIZE), which may say at once that it is too much.
            // The last part's bytes are fetched while they are sent, so that somebody is told before the last of them goes.
            let code = index < parts.count - 1
                ? one.bytes.withUnsafeBytes { curl_mime_data(part, $0.assumingMemoryBound(to: CChar.self).baseAddress, $0.count) }
                : curl_mime_data_cb(part, one.bytes.isEmpty ? -1 : one.bytes.count, giveLastPart, nil, nil, me)
            guard code == CURLE_OK, curl_mime_encoder(part, "base64") == CURLE_OK else { throw fault("libcurl cannot put the message together") }
        }
    }

    private func describe(_ part: OpaquePointer, _ headers: [String]) throws(MailFault) {
        let list = try list(headers)
        guard curl_mime_headers(part, list, 1) == CURLE_OK else {
            curl_slist_free_all(list)
            throw fault("libcurl cannot put the message together")
        }
    }

    private func list(_ lines: [String]) throws(MailFault) -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = curl_slist_append(list, line) else {
                curl_slist_free_all(list)
                throw fault("there is not enough memory")
            }
            list = longer
        }
        return list
    }

    private static func text(_ code: CURLcode) -> String { curl_easy_strerror(code).map { String(cString: $0) } ?? "libcurl \(code.rawValue)" }

    // MARK: - What became of it

    private func fault(_ text: String, isUncertain: Bool = false) -> MailFault { .temporary("\(server.name): \(text)", isUncertain: isUncertain) }

    /// Nil when the server has taken the message. Its own words count before those of libcurl, whose codes differ between versions.
    private func fault(_ code: CURLcode, _ said: String, _ conversation: Conversation) -> MailFault? {
        let isHandedOver = conversation.isHandedOver
        if isHandedOver, code == CURLE_OK || conversation.verdict?.kind == 2 { return nil }
        if let reply = isHandedOver ? conversation.verdict : conversation.reply, isHandedOver || reply.kind >= 4 {
            let text = "answers \(reply.command.isEmpty ? "" : "\(reply.command) with ")\(reply.shown)"
            // "Go on" is no answer to a whole message.
            return reply.isFinal ? .permanent("\(server.name): \(text)") : fault(text + remedy(reply), isUncertain: reply.kind < 4)
        }
        if let seconds = conversation.silence { return fault("was silent for \(seconds) seconds", isUncertain: isHandedOver) }
        let text = switch code {
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING: "broke the connection off"
        case CURLE_OPERATION_TIMEDOUT: "did not come to an end in time"
        case CURLE_LOGIN_DENIED: "does not let this office in; correct 'user' and the password file under delivery, mail"
        case CURLE_USE_SSL_FAILED: "offers no encryption (STARTTLS), and without it nothing is sent; ask whoever runs it, or use tls with port 465"
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
            "\(said); its certificate must be for the name in the settings, and 'authorities' names the file of an authority of the office's own"
        default: said
        }
        return fault(text, isUncertain: isHandedOver)
    }

    private func remedy(_ reply: Reply) -> String {
        switch (reply.command, reply.code) {
        case ("AUTH", 500...): "; correct 'user' and the password file under delivery, mail"
        case (_, 530): "; it wants to know who sends: give 'user' and 'password_file' under delivery, mail"
        case ("MAIL", 500...): "; it does not take mail from this sender: correct 'from' under delivery, mail"
        default: ""
        }
    }
}

private let carriageReturn = UInt8(ascii: "\r")
private let newline = UInt8(ascii: "\n")

/// One leaf of a message.
private struct MailPart {
    let headers: [String]
    let bytes: [UInt8]

    init(headers: [String], bytes: [UInt8]) {
        self.headers = headers
        self.bytes = bytes
    }

    /// - Throws: a permanent fault when the file is gone, or is not the one that the letter was written for.
    init(_ attachment: Attachment) throws(MailFault) {
        headers = try MailHeaders.attachment(attachment.name, type: attachment.type)
        bytes = try checkedBytes(attachment.path, sha256: attachment.sha256)
    }
}

/// The bytes of a made file.
///
/// - Throws: a permanent fault when it is gone or other bytes are in it now, a temporary one when it cannot be read.
func checkedBytes(_ path: String, sha256: String) throws(MailFault) -> [UInt8] {
    guard FileManager.default.fileExists(atPath: path) else { throw .permanent("\(path): is gone; make the report again") }
    let bytes: [UInt8]
    do { bytes = [UInt8](try Data(contentsOf: URL(filePath: path))) } catch { throw .temporary("\(path): cannot be read", isUncertain: false) }
    guard bytes.withUnsafeBytes({ Digest.sha256($0) }) == sha256 else { throw .permanent("\(path): is not what was made: its SHA-256 is another one; make the report again") }
    return bytes
}
