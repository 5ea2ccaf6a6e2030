package import Adoption
internal import FoundationEssentials
internal import Hashing
internal import Ingestion
internal import Pipeline

/// Tells another system of what was made, in a message that it can prove to be ours.
package struct Webhook: Sendable {
    private let url: String
    private let secret: [UInt8]
    private let client: HTTPClient

    /// - Parameters:
    ///   - url: `https`, or `http` on this machine itself.
    ///   - secretFile: at least 32 random bytes that both sides know.
    ///   - authorities: a PEM file of the authorities whose certificates count, in the place of the system's.
    /// - Throws: `InputError` for what cannot be used.
    package init(url: String, secretFile: String, authorities: String?) throws(InputError) {
        try self.init(url: url, secretFile: secretFile, authorities: authorities, seconds: 30)
    }

    init(url: String, secretFile: String, authorities: String?, seconds: Int) throws(InputError) {
        do throws(HTTPError) { _ = try HTTPClient.place(of: url) } catch { throw InputError("webhook: \(error)") }
        if let authorities, !FileManager.default.isReadableFile(atPath: authorities) { throw InputError("\(authorities): cannot be read; it is the file of the authorities that sign the webhook's certificate") }
        self.url = url
        secret = try Ingestion.secret(secretFile, named: secretFile)
        client = HTTPClient(authorities: authorities, seconds: seconds)
    }

    /// POSTs a body once. `X-Uptake-Signature` is `sha256=` and the HMAC-SHA-256 of `X-Uptake-Timestamp`, a full stop and the body, by the common secret;
    /// whoever takes it refuses old timestamps, and takes one `Idempotency-Key` once.
    ///
    /// - Parameter key: of printable ASCII, the same for the same message however often it is tried.
    /// - Throws: `MailFault`; permanent when the other side refuses this very message (400, 410, 413, 415, 422). Uncertain is what left and got no answer,
    ///   or only that of a gateway (502, 504).
    package func send(_ json: [UInt8], key: String, now: Instant) throws(MailFault) {
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .permanent("the key of a message must be of 1 to 255 letters, digits and signs of ASCII") }
        let timestamp = String(now.secondsSinceEpoch)
        let headers = [
            ("Idempotency-Key", key), ("X-Uptake-Timestamp", timestamp), ("X-Uptake-Signature", "sha256=" + messageCode(Array("\(timestamp).".utf8) + json, key: secret)),
        ]
        let answer: HTTPAnswer
        do throws(HTTPError) { answer = try client.post(url, json: json, headers: headers) } catch { throw .temporary(error.description, isUncertain: error.mayHaveArrived) }
        let host = url.split(separator: "/").dropFirst().first.map { String($0.prefix { $0 != "?" && $0 != "#" }) } ?? ""
        switch answer.status {
        case 200..<300: return
        case 300..<400: throw .temporary("\(host) answers \(answer.status), and nobody follows it elsewhere; correct the address under delivery, webhooks", isUncertain: false)
        case 400, 410, 413, 415, 422: throw .permanent("\(host) refuses the message with \(answer.status)")
        case 401, 403, 404: throw .temporary("\(host) answers \(answer.status); correct the address or the secret under delivery, webhooks", isUncertain: false)
        default: throw .temporary("\(host) answers \(answer.status)", isUncertain: answer.status == 502 || answer.status == 504)
        }
    }
}
