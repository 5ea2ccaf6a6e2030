internal import Adoption
internal import Pipeline
internal import Rendering
internal import Storage

/// Accounts and tokens, for administrators.
extension WebService {
    func usersPage(_ ask: Ask, said: Markup = "") async throws -> Answer {
        try await onThread {
            let words = ask.words
            func roles(_ chosen: Role?) -> [Markup] { Role.allCases.map { "<option value=\"\($0.rawValue)\"\($0 == chosen ? " selected" : "")>\(words.role($0))</option>" } }
            func small(_ account: Account, _ action: String, _ title: String, isDangerous: Bool = false) -> Markup {
                let question: Markup = isDangerous ? " data-confirm=\"\(title): \(account.name)?\"" : ""
                let look: Markup = isDangerous ? " class=\"danger\"" : ""
                return "<form method=\"post\" action=\"/users/\(percentEncoded(account.name))/\(action)\"\(question)>\(ask.csrf)<button\(look)>\(title)</button></form>"
            }
            let people = try self.accounts.accounts(after: ask.query("after"), limit: Chrome.rowsPerPage)
            let rows = people.map { one -> [Markup] in
                let change: Markup = """
                    <form method="post" action="/users/\(percentEncoded(one.name))/role">\(ask.csrf)<label><span class="visually-hidden">\(words.roleTitle)</span><select name="role">\(roles(one.role))</select></label> <label><span class="visually-hidden">\(words.scope)</span><input name="scope" value="\(one.scope)" maxlength="64" size="8"></label> <button>\(words.change)</button></form>
                    """
                let link: Markup = self.settings.singleSignOn == nil ? "" : """
                    <form method="post" action="/users/\(percentEncoded(one.name))/link">\(ask.csrf)<label>\(words.subject) <input name="subject" value="\(one.subject ?? "")" maxlength="255" size="12" autocomplete="off"></label> <button>\(words.link)</button></form>
                    """
                let mail: Markup = """
                    <form method="post" action="/users/\(percentEncoded(one.name))/mail">\(ask.csrf)<label>\(words.mail) <input name="mail" type="email" value="\(one.mail ?? "")" maxlength="254" size="20" autocomplete="off"></label> <button>\(words.change)</button></form>
                    """
                return [
                    "\(one.name)\(one.displayName.isEmpty ? "" : " (\(one.displayName))")", "\(change)\(mail)\(link)", "\(one.isDisabled ? words.disabled : one.hasPassword ? "✓" : "–")",
                    "\(one.isDisabled ? small(one, "enable", words.enable) : small(one, "disable", words.disable, isDangerous: true))\(small(one, "reset", words.reset))<form method=\"post\" action=\"/see-as\">\(ask.csrf)<input type=\"hidden\" name=\"name\" value=\"\(one.name)\"><button>\(words.seeAs)</button></form>",
                ]
            }
            let programs = try self.accounts.tokens(before: ask.key("tokens", "1752000000-0a1b2c3d4e"), limit: Chrome.rowsPerPage)
            let tokens = programs.map { one -> [Markup] in
                [
                    "\(one.label)", "\(one.account)", "\(one.scopes.map(\.rawValue).sorted().joined(separator: ", "))", "\(one.validUntil.day.vietnamese)", "\(one.lastUsed.map { $0.day.vietnamese } ?? "–")",
                    "<form method=\"post\" action=\"/users/tokens/\(percentEncoded(one.id))/revoke\" data-confirm=\"\(words.revoke)?\">\(ask.csrf)<button class=\"danger\">\(words.revoke)</button></form>",
                ]
            }
            let checks = TokenScope.allCases.map { scope -> Markup in "<label><input type=\"checkbox\" name=\"\(scope.rawValue)\" value=\"yes\"\(scope == .read ? " checked" : "")> \(scope.rawValue)</label> " }
            let content: Markup = """
                <h1>\(words.users)</h1>
                \(said)\(ask.flash)<section><h2>\(words.users)</h2>
                \(Chrome.table("users", caption: words.users, [words.name, "\(words.roleTitle), \(words.scope)", words.state, words.what], rows))\(Chrome.pagination(people, of: words.users, at: "/users", "after", ask, isByAge: false))</section>
                <section><h2>\(words.addUser)</h2>
                <form method="post" action="/users">\(ask.csrf)<p class="field"><label for="name">\(words.name)</label><input id="name" name="name" required maxlength="64" autocomplete="off"></p>
                <p class="field"><label for="display">\(words.displayName)</label><input id="display" name="display" maxlength="100"></p>
                <p class="field"><label for="role">\(words.roleTitle)</label><select id="role" name="role">\(roles(.head))</select></p>
                <p class="field"><label for="scope">\(words.scope)</label><input id="scope" name="scope" maxlength="64"></p>
                <p><button>\(words.addUser)</button></p></form></section>
                <section><h2>\(words.tokens)</h2>
                \(tokens.isEmpty ? "" : Chrome.table("tokens", caption: words.tokens, [words.label, words.name, words.scope, words.validTo, words.lastUsed, words.what], tokens))\(Chrome.pagination(programs, of: words.tokens, at: "/users", "tokens", ask))<form method="post" action="/users/tokens">\(ask.csrf)
                <p class="field"><label for="token-name">\(words.name)</label><input id="token-name" name="name" required maxlength="64"></p>
                <p class="field"><label for="label">\(words.label)</label><input id="label" name="label" required maxlength="100"></p>
                <p>\(checks)</p><p><button>\(words.makeToken)</button></p></form></section>

                """
            return ask.page(words.users, content)
        }
    }

    func addUser(_ ask: Ask) async throws -> Answer {
        let (reader, now, form, words) = (try ask.reader, now, ask.form, ask.words)
        let link = try await onThread { () throws -> String in
            let (role, scope) = try self.right(form, words)
            let name = (form["name"] ?? "").trimmed
            if try self.accounts.account(named: name) != nil { throw Refused.bad(words.nameTaken(name), field: "name") }
            let account = try inWords(words.nameFault, field: "name") { try self.accounts.add(name, role: role, scope: scope, displayName: (form["display"] ?? "").trimmed, now: now) }
            self.note(.account, reader, account.name, "added as \(role.rawValue) of \(scope)")
            return try self.accounts.issueLink(for: account.name, now: now)
        }
        return try await usersPage(ask, said: secret(ask.words.linkOnce(settings.publicURL + link)))
    }

    /// A role and a unit that the register knows; everything is for those who work for the whole province.
    private func right(_ form: [String: String], _ words: Phrases) throws -> (Role, String) {
        guard let role = Role(rawValue: form["role"] ?? "") else { throw Refused.bad(words.roleFault, field: "role") }
        let scope = (form["scope"] ?? "").trimmed
        if scope.isEmpty {
            guard role != .head else { throw Refused.bad(words.headNeedsScope, field: "scope") }
            return (role, Account.everything)
        }
        if scope == Account.everything, role != .head { return (role, scope) }
        guard role != .administrator else { throw Refused.bad(words.administratorSeesAll, field: "scope") }
        let known = try stores.read { try $0.register() }.agencies.values
        guard known.contains(where: { $0.code == scope }) else { throw Refused.bad(words.scopeFault(String(scope.prefix(64))), field: "scope") }
        return (role, scope)
    }

    private func secret(_ text: String) -> Markup { "<p class=\"secret\" role=\"status\">\(text)</p>\n" }

    func changeUser(_ ask: Ask, _ what: String) async throws -> Answer {
        let (reader, now, name, words) = (try ask.reader, now, try ask.parameter("name"), ask.words)
        let link = try await onThread { () throws -> String? in
            guard let account = try self.accounts.account(named: name) else { throw Refused.notFound }
            switch what {
            case "role":
                let (role, scope) = try self.right(ask.form, words)
                try inWords(words.lastAdministrator, field: "role") { try self.accounts.setRole(role, scope: scope, of: account.name) }
                self.note(.account, reader, account.name, "is \(role.rawValue) of \(scope)")
            case "disable":
                try inWords(words.lastAdministrator) { try self.accounts.disable(account.name) }
                self.note(.account, reader, account.name, "disabled")
            case "enable":
                try self.accounts.enable(account.name)
                self.note(.account, reader, account.name, "enabled")
            case "mail":
                let mail = (ask.form["mail"] ?? "").trimmed
                try inWords(words.mailFault, field: "mail") { try self.accounts.setMail(mail.isEmpty ? nil : mail, of: account.name) }
                self.note(.account, reader, account.name, mail.isEmpty ? "left without an address" : "given an address")
            case "link":
                guard self.settings.singleSignOn != nil else { throw Refused.notFound }
                let subject = (ask.form["subject"] ?? "").trimmed
                if let other = try self.accounts.account(subject: subject), other.name != account.name { throw Refused.bad(words.subjectTaken(other.name), field: "subject") }
                try inWords(words.subjectFault, field: "subject") { try self.accounts.link(subject: subject.isEmpty ? nil : subject, to: account.name) }
                self.note(.account, reader, account.name, subject.isEmpty ? "not linked to single sign-on any more" : "linked to single sign-on")
            default:
                self.note(.account, reader, account.name, "reset link made")
                return try self.accounts.issueLink(for: account.name, now: now)
            }
            return nil
        }
        if let link { return try await usersPage(ask, said: secret(ask.words.linkOnce(settings.publicURL + link))) }
        return Answer.redirect(to: "/users?done=\(what)")
    }

    func makeToken(_ ask: Ask) async throws -> Answer {
        let (reader, now, form) = (try ask.reader, now, ask.form)
        let scopes = Set(TokenScope.allCases.filter { form[$0.rawValue] == "yes" })
        guard !scopes.isEmpty, let label = form["label"]?.trimmed, !label.isEmpty else { throw Refused.bad(ask.words.tokenFault, field: "label") }
        let token = try await onThread { () throws -> String in
            guard let account = try self.accounts.account(named: (form["name"] ?? "").trimmed) else { throw Refused.bad(ask.words.noSuchAccount, field: "name") }
            let made = try self.accounts.issueToken(for: account.name, label: label, scopes: scopes, days: 90, now: now)
            self.note(.token, reader, made.id, "made for \(account.name): \(scopes.map(\.rawValue).sorted().joined(separator: ", "))")
            return made.token
        }
        return try await usersPage(ask, said: secret(ask.words.tokenOnce(token)))
    }

    func revokeToken(_ ask: Ask) async throws -> Answer {
        let (reader, id) = (try ask.reader, try ask.parameter("id"))
        try await onThread {
            guard try self.accounts.revokeToken(id: id) != nil else { throw Refused.notFound }
            self.note(.token, reader, id, "revoked")
        }
        return Answer.redirect(to: "/users?done=revoke")
    }

    func seeAs(_ ask: Ask) async throws -> Answer {
        let (reader, name) = (try ask.reader, ask.form["name"] ?? "")
        try await onThread {
            guard let session = reader.session, let account = try self.accounts.account(named: name), !account.isDisabled else { throw Refused.notFound }
            try self.accounts.setSeeAs(account.name, tokenHash: session.tokenHash)
            self.note(.seeAs, reader, account.name, "begun")
        }
        return Answer.redirect(to: "/")
    }

    func endSeeAs(_ ask: Ask) async throws -> Answer {
        let reader = try ask.reader
        try await onThread {
            guard let session = reader.session else { throw Refused.notFound }
            try self.accounts.setSeeAs(nil, tokenHash: session.tokenHash)
            self.note(.seeAs, reader, reader.account.name, "ended")
        }
        return Answer.redirect(to: "/users")
    }
}

/// What the accounts refuse of a form that was looked through before can only be one thing: said in the reader's language.
private func inWords<T>(_ message: String, field: String? = nil, _ work: () throws -> T) throws -> T {
    do { return try work() } catch is InputError { throw Refused.bad(message, field: field) }
}
