package import Adoption
internal import FoundationEssentials
internal import Hashing

/// Why nobody was let in by the provider of identities.
package enum SingleSignOnError: Error, Hashable, CustomStringConvertible, Sendable {
    /// The provider gave no answer.
    case unreachable(HTTPError)
    /// The provider's description of itself, or its answer to the code, is not what the standard says.
    case provider(String)
    /// The provider did not take the code; its own word, such as `invalid_grant`.
    case refused(String)
    /// The ID token does not prove who it is.
    case token(Fault)

    package enum Fault: String, CaseIterable, Hashable, Sendable {
        case malformed = "is not three parts of JSON as the standard writes them"
        case unsigned = "bears no signature"
        case issuer = "is of another provider"
        case audience = "is for another program"
        case authorizedParty = "was given to another program"
        case expired = "has expired"
        case issuedAt = "was issued more than ten minutes away from this machine's clock"
        case notYetValid = "is not valid yet"
        case nonce = "belongs to another sign-in"
        case subject = "names nobody"
    }

    package var description: String {
        switch self {
        case .unreachable(let error): "the sign-in provider gives no answer: \(error)"
        case .provider(let what): "the sign-in provider \(what)"
        case .refused(let word): "the sign-in provider refuses: \(word)"
        case .token(let fault): "the ID token \(fault.rawValue)"
        }
    }
}

/// Signing in with an account of another system: OpenID Connect, authorization code flow with PKCE.
///
/// The signature of an ID token is not looked at: the token comes straight from the token endpoint over a connection whose certificate
/// was verified, which OpenID Connect Core 1.0, section 3.1.3.7, point 6 takes in its place. A token that came any other way proves nothing here.
package struct SingleSignOn: Sendable {
    private let issuer: String
    private let clientID: String
    private let clientSecret: String
    private let redirect: String
    private let client: HTTPClient

    /// What a provider says about itself.
    package struct Provider: Hashable, Sendable {
        fileprivate let authorizationEndpoint: String
        fileprivate let tokenEndpoint: String
        /// The client's secret goes into the form and not into a header.
        fileprivate let takesSecretInForm: Bool
    }

    /// Who signed in.
    package struct Identity: Hashable, Sendable {
        /// The provider's name for the person: never given to another one, and never changed.
        package let subject: String
        /// For reading only; empty where the provider tells none.
        package let name: String
    }

    /// - Parameters:
    ///   - issuer: the provider's address, exactly as it writes it itself.
    ///   - redirect: where the provider sends the browser back to; as it is registered there.
    /// - Throws: `InputError` for an address that may not be used.
    package init(issuer: String, clientID: String, clientSecret: String, redirect: String, client: HTTPClient = HTTPClient()) throws(InputError) {
        for (key, url) in [("issuer", issuer), ("redirect", redirect)] {
            do throws(HTTPError) { _ = try HTTPClient.place(of: url) } catch { throw InputError("sso: \(key): \(error)") }
            guard !url.contains("#"), !url.contains("?") else { throw InputError("sso: \(key): '?' and '#' may not be in the address; leave them out") }
        }
        guard !clientID.isEmpty, !clientSecret.isEmpty else { throw InputError("sso: a client_id and a file with the client's secret are needed; the provider gives both") }
        (self.issuer, self.clientID, self.clientSecret, self.redirect, self.client) = (issuer, clientID, clientSecret, redirect, client)
    }

    /// 32 random bytes as 43 signs: for a state, a nonce or a verifier, each its own and used once.
    ///
    /// - Throws: `InputError` on a machine without randomness.
    package static func secret() throws -> String {
        try Secrets.prepare()
        return Secrets.token()
    }

    /// The client's secret as the provider gave it, alone in a file.
    ///
    /// - Throws: `InputError` when the file cannot be read, or holds anything but one word.
    package static func clientSecret(file path: String) throws(InputError) -> String {
        var bytes: [UInt8]
        do { bytes = [UInt8](try Data(contentsOf: URL(filePath: path))) } catch { throw InputError("\(path): cannot be read; it is the file that client_secret_file names in the settings") }
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard (1...4_096).contains(bytes.count), bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw InputError(file: path, "must hold the client's secret and nothing else, on one line; the sign-in provider shows it where the client is registered")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Asks the provider for its endpoints.
    ///
    /// - Throws: when it is not reached, is not the one that was asked, or cannot do this flow.
    package func discover() throws(SingleSignOnError) -> Provider {
        let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        let answer = try ask { () throws(HTTPError) in try client.get(base + "/.well-known/openid-configuration") }
        guard answer.status == 200, let found: ProviderDocument = read(answer) else { throw .provider("does not describe itself (status \(answer.status)); correct sso: issuer") }
        guard found.issuer == issuer else { throw .provider("calls itself by another name; write sso: issuer exactly as it does") }
        guard found.response_types_supported?.contains("code") ?? true, found.code_challenge_methods_supported?.contains("S256") ?? true else {
            throw .provider("cannot do the authorization code flow with PKCE")
        }
        let methods = found.token_endpoint_auth_methods_supported ?? ["client_secret_basic"]
        guard methods.contains("client_secret_basic") || methods.contains("client_secret_post") else { throw .provider("takes no client secret") }
        // A provider elsewhere has no business with this machine itself.
        let own = try ask { () throws(HTTPError) in try HTTPClient.place(of: issuer) }
        for endpoint in [found.authorization_endpoint, found.token_endpoint] {
            let place = try ask { () throws(HTTPError) in try HTTPClient.place(of: endpoint) }
            guard place == own, !endpoint.contains("#") else { throw .provider("names an endpoint that may not be asked") }
        }
        return Provider(
            authorizationEndpoint: found.authorization_endpoint, tokenEndpoint: found.token_endpoint, takesSecretInForm: !methods.contains("client_secret_basic"))
    }

    /// Where the browser is sent to.
    ///
    /// - Parameters:
    ///   - state: comes back with the browser; kept with its session and compared there.
    ///   - nonce: comes back inside the ID token.
    ///   - verifier: stays here until the code is redeemed; only its hash goes along.
    package func authorization(_ provider: Provider, state: String, nonce: String, verifier: String) -> String {
        let query = HTTPClient.query([
            ("response_type", "code"), ("client_id", clientID), ("redirect_uri", redirect), ("scope", "openid profile"), ("state", state), ("nonce", nonce),
            ("code_challenge", SingleSignOn.challenge(verifier)), ("code_challenge_method", "S256"),
        ])
        return provider.authorizationEndpoint + (provider.authorizationEndpoint.contains("?") ? "&" : "?") + query
    }

    /// RFC 7636, section 4.2.
    static func challenge(_ verifier: String) -> String { Digest.base64URL(Digest.sha256Bytes(verifier)) }

    /// Redeems the code that the browser brought back.
    ///
    /// - Throws: when the provider refuses it, or what it answers does not prove who it is.
    package func identity(_ provider: Provider, code: String, verifier: String, nonce: String, now: Instant) throws(SingleSignOnError) -> Identity {
        var form = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect), ("code_verifier", verifier)]
        if provider.takesSecretInForm { form += [("client_id", clientID), ("client_secret", clientSecret)] }
        let basic: (String, String)? = provider.takesSecretInForm ? nil : (clientID, clientSecret)
        let answer = try ask { () throws(HTTPError) in try client.post(provider.tokenEndpoint, form: form, basic: basic) }
        guard answer.status == 200 else {
            let word: RefusalDocument? = read(answer)
            throw .refused(word.map { SingleSignOn.plain($0.error) } ?? "status \(answer.status)")
        }
        guard let tokens: TokenDocument = read(answer), tokens.token_type.lowercased() == "bearer" else { throw .provider("answers without an ID token") }
        return try identity(claims(of: tokens.id_token), nonce: nonce, now: now)
    }

    /// What the provider says in an ID token about who signed in, when and for whom.
    struct Claims: Decodable {
        let iss: String
        let sub: String
        let aud: Audience
        let azp: String?
        let exp: Int
        let iat: Int
        let nbf: Int?
        let nonce: String?
        let name: String?
        let preferred_username: String?

        /// One text or a list of them.
        struct Audience: Decodable {
            let all: [String]

            init(from decoder: any Decoder) throws { all = try Audience.texts(decoder.singleValueContainer()) }

            private static func texts(_ value: any SingleValueDecodingContainer) throws -> [String] {
                do { return [try value.decode(String.self)] } catch DecodingError.typeMismatch(_, _) { return try value.decode([String].self) }
            }
        }
    }

    /// Reads a token without believing it.
    func claims(of idToken: String) throws(SingleSignOnError) -> Claims {
        let parts = idToken.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let head: TokenHead = SingleSignOn.decode(parts[0]), head.crit == nil, let claims: Claims = SingleSignOn.decode(parts[1]) else { throw .token(.malformed) }
        // Nothing here asks for tokens without a signature, so a provider that gives them is not set up as it should be.
        guard head.alg.lowercased() != "none", !head.alg.isEmpty, !parts[2].isEmpty else { throw .token(.unsigned) }
        return claims
    }

    /// OpenID Connect Core 1.0, section 3.1.3.7.
    func identity(_ claims: Claims, nonce: String, now: Instant) throws(SingleSignOnError) -> Identity {
        let seconds = now.secondsSinceEpoch
        guard claims.iss == issuer else { throw .token(.issuer) }
        guard claims.aud.all.contains(clientID) else { throw .token(.audience) }
        guard claims.azp == clientID || (claims.azp == nil && claims.aud.all.count == 1) else { throw .token(.authorizedParty) }
        guard claims.exp > seconds else { throw .token(.expired) }
        guard (seconds - SingleSignOn.tolerance...seconds + SingleSignOn.tolerance).contains(claims.iat) else { throw .token(.issuedAt) }
        guard claims.nbf.map({ $0 <= seconds + SingleSignOn.tolerance }) ?? true else { throw .token(.notYetValid) }
        guard let theirs = claims.nonce, Secrets.isEqual(theirs, nonce) else { throw .token(.nonce) }
        // At most 255 ASCII signs (section 2), of which none is a control sign.
        guard (1...255).contains(claims.sub.utf8.count), claims.sub.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { throw .token(.subject) }
        return Identity(subject: claims.sub, name: SingleSignOn.line(claims.name ?? claims.preferred_username ?? ""))
    }

    private static let tolerance = 600

    /// A name as one line of at most 100 signs.
    private static func line(_ text: String) -> String {
        let unseen: Set<Unicode.GeneralCategory> = [.control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned]
        let seen = text.unicodeScalars.filter { !unseen.contains($0.properties.generalCategory) }
        return String(String(String.UnicodeScalarView(seen)).prefix(100))
    }

    /// The provider's word for a refusal, of which only letters and `_` are shown (RFC 6749, section 5.2).
    private static func plain(_ word: String) -> String {
        String(word.prefix(40).map { (sign: Character) -> Character in sign.isASCII && (sign.isLetter || sign == "_") ? sign : "·" })
    }

    // MARK: - Documents of the provider, with its own names

    private struct ProviderDocument: Decodable {
        let issuer: String
        let authorization_endpoint: String
        let token_endpoint: String
        let response_types_supported: [String]?
        let code_challenge_methods_supported: [String]?
        let token_endpoint_auth_methods_supported: [String]?
    }

    private struct TokenDocument: Decodable {
        let id_token: String
        let token_type: String
    }

    private struct RefusalDocument: Decodable { let error: String }

    private struct TokenHead: Decodable {
        let alg: String
        /// What must be understood; nothing of it is.
        let crit: [String]?
    }

    private func ask<Answer>(_ question: () throws(HTTPError) -> Answer) throws(SingleSignOnError) -> Answer {
        do throws(HTTPError) { return try question() } catch { throw .unreachable(error) }
    }

    private func read<Document: Decodable>(_ answer: HTTPAnswer) -> Document? {
        answer.contentType == "application/json" ? SingleSignOn.decode(answer.body) : nil
    }

    private static func decode<Document: Decodable>(_ part: Substring) -> Document? { bytes(base64URL: part).flatMap { decode($0) } }

    private static func decode<Document: Decodable>(_ bytes: [UInt8]) -> Document? {
        do { return try JSONDecoder().decode(Document.self, from: Data(bytes)) } catch {
            // What the decoder says may hold what it read; that it is not as it should be is all that counts.
            return nil
        }
    }

    /// Nil for anything but whole bytes in base 64 for addresses, without `=`.
    static func bytes(base64URL text: Substring) -> [UInt8]? {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard isPlain, text.utf8.count % 4 != 1 else { return nil }
        let usual = text.map { (sign: Character) -> Character in sign == "-" ? "+" : sign == "_" ? "/" : sign }
        guard let data = Data(base64Encoded: String(usual) + String(repeating: "=", count: (4 - usual.count % 4) % 4)) else { return nil }
        // Bits that belong to no byte must be 0, so that every token is written in one way only.
        let bytes = [UInt8](data)
        return Digest.base64URL(bytes) == text ? bytes : nil
    }
}
