internal import CCurl
internal import FoundationEssentials

/// What a server answered, whatever its status.
package struct HTTPAnswer: Sendable {
    package let status: Int
    /// In lower case and without parameters, such as `application/json`; empty where the server names none.
    package let contentType: String
    /// Where a redirect would lead; nobody went there.
    package let redirect: String?
    package let body: [UInt8]
}

/// A request that got no answer. It names the server and never the query, which may hold secrets.
package struct HTTPError: Error, Hashable, CustomStringConvertible, Sendable {
    package let description: String
    /// The request, or a part of it, has left: nobody knows what the server did with it.
    package let mayHaveArrived: Bool

    init(_ description: String, mayHaveArrived: Bool = false) {
        self.description = description
        self.mayHaveArrived = mayHaveArrived
    }
}

/// For a value in an address or a header: everything but letters, digits, `-`, `.`, `_` and `~` as `%` and two digits, byte by byte of UTF-8 (RFC 3986, section 2.1).
package func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    let bytes = text.utf8.flatMap { byte -> [UInt8] in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): [byte]
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): [byte]
        default: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// Asks other servers, whose addresses the administrator has set: over verified TLS, without redirects, with limits of time and size.
package struct HTTPClient: Sendable {
    private let authorities: String?
    private let seconds: Int

    package static let answerLimit = 1 << 20

    /// - Parameters:
    ///   - authorities: a PEM file of the authorities whose certificates count, in the place of the system's; for an office that has its own.
    ///   - seconds: for the whole of one request.
    package init(authorities: String? = nil, seconds: Int = 10) {
        self.authorities = authorities
        self.seconds = seconds
    }

    /// - Parameter bearer: a token that proves who asks.
    /// - Throws: when no whole answer came, or the address may not be asked.
    package func get(_ url: String, bearer: String? = nil) throws(HTTPError) -> HTTPAnswer {
        try answer(url, headers: bearer.map { ["Authorization: Bearer \($0)"] } ?? [], body: nil)
    }

    /// - Parameters:
    ///   - form: names and values in their order.
    ///   - basic: a client's name and its secret.
    /// - Throws: when no whole answer came, or the address may not be asked.
    package func post(_ url: String, form: [(String, String)], basic: (String, String)? = nil) throws(HTTPError) -> HTTPAnswer {
        var headers = ["Content-Type: application/x-www-form-urlencoded"]
        if let (name, secret) = basic {
            // Both are encoded as in a form first (RFC 6749, section 2.3.1).
            let pair = "\(percentEncoded(name)):\(percentEncoded(secret))"
            headers.append("Authorization: Basic \(Data(pair.utf8).base64EncodedString())")
        }
        return try answer(url, headers: headers, body: Array(HTTPClient.query(form).utf8))
    }

    /// - Parameter headers: names and values besides the type.
    /// - Throws: when no whole answer came, the address may not be asked, or a header has signs that none may have.
    package func post(_ url: String, json: [UInt8], headers: [(String, String)] = []) throws(HTTPError) -> HTTPAnswer {
        try answer(url, headers: ["Content-Type: application/json"] + headers.map { "\($0.0): \($0.1)" }, body: json)
    }

    /// Names and values as a form sends them: everything but unreserved signs as `%` and two digits.
    static func query(_ form: [(String, String)]) -> String { form.map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" }.joined(separator: "&") }

    /// Whose address a URL is.
    package enum Place: Hashable, Sendable { case loopback, elsewhere }

    /// - Throws: unless it is an absolute `https` URL, or an `http` one of this machine itself.
    package static func place(of url: String) throws(HTTPError) -> Place {
        let address = try parsed(url)
        defer { curl_url_cleanup(address) }
        return try place(of: address, url)
    }

    // MARK: - libcurl

    /// False where libcurl cannot be used at all. Whoever calls it asks this first.
    package static let isStarted = uptake_curl_start() == CURLE_OK

    /// The addresses that never leave the machine, as libcurl writes them; other spellings of 127.0.0.1 become it.
    private static let loopback: Set<String> = ["127.0.0.1", "[::1]", "localhost"]

    private static func parsed(_ url: String) throws(HTTPError) -> OpaquePointer {
        guard url.utf8.count <= 8_192, url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let address = uptake_curl_address(url) else {
            throw HTTPError("'\(shown(url))' is no address; write it as https://sso.example.vn")
        }
        return address
    }

    private static func place(of address: OpaquePointer, _ url: String) throws(HTTPError) -> Place {
        let place: Place = part(address, CURLUPART_HOST).map { loopback.contains($0.lowercased()) } == true ? .loopback : .elsewhere
        switch part(address, CURLUPART_SCHEME)?.lowercased() {
        case "https": return place
        case "http" where place == .loopback: return place
        default: throw HTTPError("'\(shown(url))' is not asked: only https is, and http on this machine itself")
        }
    }

    private static func part(_ address: OpaquePointer, _ part: CURLUPart) -> String? {
        guard let text = uptake_curl_part(address, part) else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }

    /// Without the query, and without what would break a line of the log.
    private static func shown(_ url: String) -> String {
        let front = url.prefix { $0 != "?" && $0 != "#" }.prefix(200)
        return String(front.map { (sign: Character) -> Character in sign.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? sign : "·" })
    }

    private func answer(_ url: String, headers: [String], body: [UInt8]?) throws(HTTPError) -> HTTPAnswer {
        guard HTTPClient.isStarted else { throw HTTPError("libcurl cannot be started on this machine") }
        let address = try HTTPClient.parsed(url)
        defer { curl_url_cleanup(address) }
        let place = try HTTPClient.place(of: address, url)
        let list = try HTTPClient.list(headers)
        defer { curl_slist_free_all(list) }
        guard let handle = curl_easy_init() else { throw HTTPError("libcurl gives no connection: there is not enough memory") }
        defer { curl_easy_cleanup(handle) }
        let received = Received()
        // The address that was looked at is the one that is asked, so that no two readers can differ about it.
        let codes = settings(handle, address, place, body) + [
            uptake_curl_set_list(handle, CURLOPT_HTTPHEADER, list),
            uptake_curl_set_writer(handle, writeReceived, Unmanaged.passUnretained(received).toOpaque()),
        ]
        if let fault = codes.first(where: { $0 != CURLE_OK }) { throw HTTPError("libcurl refuses a setting: \(HTTPClient.text(fault))") }
        let code = withExtendedLifetime(received) { curl_easy_perform(handle) }
        guard code == CURLE_OK else {
            let cause = received.isTooLong || code == CURLE_FILESIZE_EXCEEDED ? "its answer is longer than \(HTTPClient.answerLimit) bytes" : HTTPClient.text(code)
            throw HTTPError("\(HTTPClient.shown(url)): \(cause)", mayHaveArrived: HTTPClient.hasSent(handle))
        }
        var (status, type, redirect): (Int, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?) = (0, nil, nil)
        guard uptake_curl_status(handle, &status) == CURLE_OK, uptake_curl_content_type(handle, &type) == CURLE_OK, uptake_curl_redirect(handle, &redirect) == CURLE_OK else {
            throw HTTPError("\(HTTPClient.shown(url)): the answer has no status", mayHaveArrived: true)
        }
        let media = type.map { String(cString: $0) } ?? ""
        return HTTPAnswer(
            status: status, contentType: String(media.prefix { $0 != ";" }.filter { !$0.isWhitespace }).lowercased(),
            redirect: redirect.map { String(cString: $0) }, body: received.bytes)
    }

    private func settings(_ handle: UnsafeMutableRawPointer, _ address: OpaquePointer, _ place: Place, _ body: [UInt8]?) -> [CURLcode] {
        var codes = [
            uptake_curl_set_address(handle, address),
            uptake_curl_set_protocols(handle, place == .loopback ? 1 : 0),
            uptake_curl_set_number(handle, CURLOPT_FOLLOWLOCATION, 0),
            uptake_curl_set_number(handle, CURLOPT_TIMEOUT, seconds),
            uptake_curl_set_number(handle, CURLOPT_CONNECTTIMEOUT, seconds),
            uptake_curl_set_number(handle, CURLOPT_NOSIGNAL, 1),
            uptake_curl_set_number(handle, CURLOPT_MAXFILESIZE, HTTPClient.answerLimit),
            uptake_curl_set_trust(handle, authorities),
            uptake_curl_set_text(handle, CURLOPT_USERAGENT, "uptake/\(programVersion)"),
        ]
        // A proxy of the environment is for what is elsewhere.
        if place == .loopback { codes.append(uptake_curl_set_text(handle, CURLOPT_PROXY, "")) }
        if let body {
            codes.append(uptake_curl_set_number(handle, CURLOPT_POSTFIELDSIZE, body.count))
            // Copied by the size; the byte behind it only gives an empty body an address.
            var bytes = body + [0]
            codes.append(bytes.withUnsafeMutableBytes { uptake_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, $0.baseAddress) })
        }
        return codes
    }

    private static func list(_ headers: [String]) throws(HTTPError) -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        for header in headers {
            guard header.utf8.allSatisfy({ (0x20...0x7E).contains($0) }), let longer = curl_slist_append(list, header) else {
                curl_slist_free_all(list)
                throw HTTPError("a token or a secret has signs that no header may have")
            }
            list = longer
        }
        return list
    }

    private static func hasSent(_ handle: UnsafeMutableRawPointer) -> Bool {
        var bytes = 0
        return uptake_curl_sent(handle, &bytes) != CURLE_OK || bytes > 0
    }

    private static func text(_ code: CURLcode) -> String { curl_easy_strerror(code).map { String(cString: $0) } ?? "libcurl \(code.rawValue)" }
}

/// The bytes of an answer. It is a class because libcurl hands a pointer to it back.
private final class Received {
    private(set) var bytes: [UInt8] = []
    private(set) var isTooLong = false

    /// False ends the transfer.
    func take(_ piece: UnsafeRawBufferPointer) -> Bool {
        isTooLong = bytes.count + piece.count > HTTPClient.answerLimit
        if !isTooLong { bytes.append(contentsOf: piece) }
        return !isTooLong
    }
}

private func writeReceived(_ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?) -> Int {
    guard let bytes, let context else { return 0 }
    let received = Unmanaged<Received>.fromOpaque(context).takeUnretainedValue()
    return received.take(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}
