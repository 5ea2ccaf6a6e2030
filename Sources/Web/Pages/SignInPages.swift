internal import Adoption
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Pipeline
internal import Rendering
internal import Reporting
internal import Storage
internal import Synchronization

/// The ways in and out.
extension WebService {
    func signInPage(_ ask: Ask, fault: String? = nil, status: HTTPResponse.Status = .ok) -> Answer {
        let words = ask.words
        let next = WebService.inside(ask.form["next"] ?? ask.query("next"))
        let elsewhere: Markup = settings.singleSignOn.map { sso in
            "<p class=\"or\">·</p>\n<p><a class=\"button secondary\" href=\"/sso/start\">\(sso.button.isEmpty ? words.signInElsewhere : sso.button)</a></p>\n"
        } ?? ""
        let content: Markup = """
            <section class="login"><h1>\(words.signIn)</h1>
            \(Chrome.flash(fault, isError: true))<form method="post" action="/login"><input type="hidden" name="next" value="\(next)">
            <p class="field"><label for="name">\(words.name)</label><input id="name" name="name" autocomplete="username" required maxlength="64" autofocus></p>
            <p class="field"><label for="password">\(words.password)</label><input id="password" name="password" type="password" autocomplete="current-password" required maxlength="512"></p>
            <p><button>\(words.signIn)</button></p></form>
            \(elsewhere)</section>

            """
        var answer = ask.page(words.signIn, content)
        answer.status = status
        return answer
    }

    /// A place on this server; the first page for everything else.
    static func inside(_ place: String?) -> String {
        // By bytes: what browsers drop or fold, such as a tab or a variation selector, would make another address of it.
        let bytes = Array((place ?? "").utf8)
        guard let place, bytes.count < 2_000, bytes.first == 0x2F, bytes.count < 2 || bytes[1] != 0x2F, bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x5C }) else { return "/" }
        return place
    }

    func signIn(_ ask: Ask) async throws -> Answer {
        let (name, password) = (ask.form["name"] ?? "", ask.form["password"] ?? "")
        guard name.utf8.count <= 256, password.utf8.count <= 2_048 else { return signInPage(ask, fault: ask.words.wrongSignIn, status: .unauthorized) }
        let (address, now) = (ask.visit.address, now)
        let outcome = try await onDoorThread { try self.accounts.signIn(name, password: password, address: address, now: now) }
        switch outcome {
        case .welcome(let account): return try await welcome(account, ask, to: WebService.inside(ask.form["next"]))
        case .refused: return signInPage(ask, fault: ask.words.wrongSignIn, status: .unauthorized)
        case .wait(let seconds):
            var answer = signInPage(ask, fault: ask.words.tooMany(seconds), status: .tooManyRequests)
            answer.headers.append((.retryAfter, String(seconds)))
            return answer
        }
    }

    /// A new session for whoever has just proved who they are; the one that the browser had before ends.
    private func welcome(_ account: Account, _ ask: Ask, to place: String) async throws -> Answer {
        let (token, csrf, now) = (Secrets.token(), Secrets.token(), now)
        let former = ask.request.cookies[WebService.cookie].map { Secrets.hash($0.value) }
        try await onThread {
            if let former { try self.accounts.closeSession(tokenHash: former) }
            try self.accounts.openSession(tokenHash: Secrets.hash(token), csrf: csrf, for: account.name, now: now)
        }
        var answer = Answer.redirect(to: place)
        answer.headers.append((.setCookie, "\(WebService.cookie)=\(token); Path=/; Secure; HttpOnly; SameSite=Lax"))
        return answer
    }

    func signOut(_ ask: Ask) async throws -> Answer {
        let reader = try ask.reader
        try await onThread { if let session = reader.session { try self.accounts.closeSession(tokenHash: session.tokenHash) } }
        await note(.signOut, reader, "")
        var answer = Answer.redirect(to: "/login")
        answer.headers += [(.setCookie, "\(WebService.cookie)=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")]
        if let name = HTTPField.Name("Clear-Site-Data") { answer.headers.append((name, "\"cache\"")) }
        return answer
    }

    // MARK: One-time links

    func setupPage(_ ask: Ask, fault: String? = nil) async throws -> Answer {
        let (secret, words, now) = (try ask.parameter("secret"), ask.words, now)
        guard let account = try await onThread({ try self.accounts.linkHolder(secretHash: Secrets.hash(secret), now: now) }) else {
            return ask.page(words.setPassword, "<section class=\"login\"><h1>\(words.setPassword)</h1>\n\(Chrome.flash(words.linkDead, isError: true))</section>\n").with(status: .notFound)
        }
        let content: Markup = """
            <section class="login"><h1>\(words.setPassword)</h1>
            <p>\(words.setPasswordFor(account.name))</p>
            \(Chrome.flash(fault, isError: true))<form method="post" action="/setup/\(percentEncoded(secret))">
            <input type="hidden" name="name" value="\(account.name)" autocomplete="username">
            \(passwordFields(words))<p><button>\(words.setPassword)</button></p></form></section>

            """
        return ask.page(words.setPassword, content).with(status: fault == nil ? .ok : .badRequest)
    }

    private func passwordFields(_ words: Phrases) -> Markup {
        """
        <p class="field"><label for="password">\(words.newPassword)</label><input id="password" name="password" type="password" autocomplete="new-password" required minlength="12" maxlength="512" aria-describedby="rules"><span class="hint" id="rules">\(words.passwordRules)</span></p>
        <p class="field"><label for="again">\(words.passwordAgain)</label><input id="again" name="again" type="password" autocomplete="new-password" required maxlength="512"></p>

        """
    }

    func setUp(_ ask: Ask) async throws -> Answer {
        let (secret, words, now) = (try ask.parameter("secret"), ask.words, now)
        let hash = Secrets.hash(secret)
        guard let holder = try await onThread({ try self.accounts.linkHolder(secretHash: hash, now: now) }) else { return try await setupPage(ask) }
        let password = ask.form["password"] ?? ""
        if let fault = Passwords.fault(in: password, name: holder.name) { return try await setupPage(ask, fault: fault.text(words.language)) }
        if password != ask.form["again"] { return try await setupPage(ask, fault: words.notTheSame) }
        guard let account = try await onDoorThread({ () throws -> Account? in
            // Hashed before the link is spent: a machine that cannot do one must not lose the other.
            let made = try Passwords.hash(password)
            guard let account = try self.accounts.useLink(secretHash: hash, now: now) else { return nil }
            try self.accounts.setPassword(hash: made, of: account.name, now: now)
            try self.accounts.logAccess(.account, actor: account.name, subject: account.name, detail: "password set by a one-time link", now: now)
            return account
        }) else { return try await setupPage(ask) }
        return try await welcome(account, ask, to: "/")
    }

    // MARK: One's own account

    func accountPage(_ ask: Ask, fault: String? = nil) throws -> Answer {
        let (reader, words) = (try ask.reader, ask.words)
        let facts: [(String, Markup)] = [
            (words.name, "\(reader.account.name)"), (words.roleTitle, "\(words.role(reader.account.role))"), (words.scope, "\(reader.account.seesEverything ? words.everything : reader.account.scope)"),
        ]
        let form: Markup = reader.isLookingOnly ? "" : """
            <section><h2>\(words.changePassword)</h2>
            \(Chrome.flash(fault, isError: true))<form method="post" action="/account/password">\(ask.csrf)
            <p class="field"><label for="current">\(words.currentPassword)</label><input id="current" name="current" type="password" autocomplete="current-password" required maxlength="512"></p>
            \(passwordFields(words))<p><button>\(words.changePassword)</button></p></form></section>

            """
        let done: Markup = ask.query("done") == "password" ? Chrome.flash(words.passwordChanged) : ""
        return ask.page(words.myAccount, "<div class=\"narrow\"><h1>\(words.myAccount)</h1>\n\(done)\(Chrome.list(facts))\(form)</div>\n").with(status: fault == nil ? .ok : .badRequest)
    }

    func changePassword(_ ask: Ask) async throws -> Answer {
        let (reader, words, now, address) = (try ask.reader, ask.words, now, ask.visit.address)
        guard !reader.isLookingOnly else { throw Refused.forbidden }
        let name = reader.person.name
        // The same brake as at the door: a session that was left open is no way to guess the password.
        let outcome = try await onDoorThread { try self.accounts.signIn(name, password: ask.form["current"] ?? "", address: address, now: now) }
        if case .wait(let seconds) = outcome { return try accountPage(ask, fault: words.tooMany(seconds)) }
        guard case .welcome(let account) = outcome else { return try accountPage(ask, fault: words.wrongSignIn) }
        let password = ask.form["password"] ?? ""
        if let fault = Passwords.fault(in: password, name: name) { return try accountPage(ask, fault: fault.text(words.language)) }
        if password != ask.form["again"] { return try accountPage(ask, fault: words.notTheSame) }
        try await onDoorThread { try self.accounts.setPassword(hash: Passwords.hash(password), of: name, now: now) }
        await note(.account, reader, name, "password changed")
        return try await welcome(account, ask, to: "/account?done=password")
    }

    // MARK: Single sign-on

    func startSignOn(_ ask: Ask) async throws -> Answer {
        guard let sso = settings.singleSignOn else { throw Refused.notFound }
        let redirect = settings.publicURL + "/sso/callback"
        let (state, now) = (Secrets.token(), now)
        let begun: (SignOns.Begun, String)
        let begin: @Sendable () throws -> (SignOns.Begun, String) = {
            let client = try SingleSignOn(issuer: sso.issuer, clientID: sso.clientID, clientSecret: SingleSignOn.clientSecret(file: sso.clientSecretFile), redirect: redirect)
            let provider = try self.signOns.provider(client, now: now)
            let begun = SignOns.Begun(client: client, provider: provider, nonce: try SingleSignOn.secret(), verifier: try SingleSignOn.secret(), until: now.secondsSinceEpoch + 600)
            return (begun, client.authorization(provider, state: state, nonce: begun.nonce, verifier: begun.verifier))
        }
        do {
            // Where it is known what the provider says of itself, it need not be asked.
            begun = signOns.knowsProvider(now: now) ? try await onThread(begin) : try await Pools.providers.run(begin)
        } catch let error as SingleSignOnError {
            log.note("single sign-on: \(error)")
            return signInPage(ask, fault: ask.words.ssoFailed, status: .badGateway)
        } catch Refused.tooMany(let seconds) {
            var answer = signInPage(ask, fault: ask.words.tooMany(seconds), status: .tooManyRequests)
            answer.headers.append((.retryAfter, String(seconds)))
            return answer
        }
        signOns.put(begun.0, state, now: now)
        var answer = Answer.redirect(to: begun.1)
        answer.headers.append((.setCookie, "__Host-uptake-sso=\(state); Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600"))
        return answer
    }

    func finishSignOn(_ ask: Ask) async throws -> Answer {
        let (words, now) = (ask.words, now)
        guard let state = ask.query("state"), let cookie = ask.request.cookies["__Host-uptake-sso"]?.value, Secrets.isEqual(state, cookie), let begun = signOns.take(state, now: now), let code = ask.query("code") else {
            return signInPage(ask, fault: words.ssoFailed, status: .unauthorized)
        }
        do {
            let account = try await Pools.providers.run { () throws -> Account? in
                let identity = try begun.client.identity(begun.provider, code: code, verifier: begun.verifier, nonce: begun.nonce, now: now)
                guard let account = try self.accounts.account(subject: identity.subject), !account.isDisabled else {
                    try self.accounts.logAccess(.signInFailed, actor: "?", subject: "single sign-on", detail: "no account is linked", now: now)
                    return nil
                }
                try self.accounts.logAccess(.signIn, actor: account.name, subject: "single sign-on", now: now)
                return account
            }
            guard let account else { return signInPage(ask, fault: words.noAccountThere, status: .unauthorized) }
            return try await welcome(account, ask, to: "/")
        } catch let error as SingleSignOnError {
            log.note("single sign-on: \(error)")
            return signInPage(ask, fault: words.ssoFailed, status: .unauthorized)
        }
    }
}

/// Sign-ons that went to the provider and are not back yet.
///
/// It is a class because it keeps them.
final class SignOns: Sendable {
    struct Begun: Sendable {
        let client: SingleSignOn
        let provider: SingleSignOn.Provider
        let nonce: String
        let verifier: String
        let until: Int
    }

    private let known = Mutex<[String: Begun]>([:])
    /// By the hour in which it was asked.
    private let providers = Kept<Int, SingleSignOn.Provider>(most: 1)

    func knowsProvider(now: Instant) -> Bool { providers.known(now.secondsSinceEpoch / 3_600) != nil }

    /// What the provider says of itself, asked once an hour and by one at a time.
    ///
    /// - Throws: `SingleSignOnError` when it cannot be had.
    func provider(_ client: SingleSignOn, now: Instant) throws -> SingleSignOn.Provider {
        guard let provider = try providers.value(now.secondsSinceEpoch / 3_600, make: { () throws -> SingleSignOn.Provider? in try client.discover() }) else { throw SingleSignOnError.provider("does not describe itself") }
        return provider
    }

    func put(_ begun: Begun, _ state: String, now: Instant) {
        known.withLock { known in
            known = known.filter { $0.value.until > now.secondsSinceEpoch }
            if known.count < 10_000 { known[state] = begun }
        }
    }

    /// Once only.
    func take(_ state: String, now: Instant) -> Begun? { known.withLock { $0.removeValue(forKey: state) }.flatMap { $0.until > now.secondsSinceEpoch ? $0 : nil } }
}

extension Answer {
    func with(status: HTTPResponse.Status) -> Answer {
        var answer = self
        answer.status = status
        return answer
    }
}
