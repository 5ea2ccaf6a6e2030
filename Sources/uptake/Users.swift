internal import Adoption
internal import ArgumentParser
internal import Glibc
internal import Pipeline
internal import Storage

struct Users: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Who may sign in to the server: accounts, their roles, one-time links and tokens.",
        discussion: "Accounts lie in a file of their own beside the store. Passwords are never typed here: `add` and `reset` print a link that sets one, once and within 24 hours. Every change is noted with who made it.",
        subcommands: [List.self, Add.self, ChangeRole.self, Disable.self, Enable.self, Link.self, Mail.self, Reset.self, IssueToken.self, Revoke.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List accounts and tokens.")

        @OptionGroup var accounts: AccountsOption

        func run() throws {
            let accounts = try accounts.opened()
            print("name              role           scope     password    state     mail                      for people")
            for account in try accounts.accounts() {
                let columns = [
                    padded(account.name, 16), padded(account.role.rawValue, 13), padded(account.scope, 8), padded(account.passwordChanged?.day.iso ?? "-", 10),
                    padded(account.isDisabled ? "disabled" : "enabled", 8), padded(account.mail ?? "-", 24), account.displayName,
                ]
                print(columns.joined(separator: "  "))
            }
            let tokens = try accounts.tokens()
            if tokens.isEmpty { return }
            print("\ntoken       account           may                 valid until                last used                  label")
            for token in tokens {
                let scopes = TokenScope.allCases.filter(token.scopes.contains).map(\.rawValue).joined(separator: ",")
                let columns = [padded(token.id, 10), padded(token.account, 16), padded(scopes, 18), padded(token.validUntil.iso, 25), padded(token.lastUsed?.iso ?? "never", 25), token.label]
                print(columns.joined(separator: "  "))
            }
        }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add an account, and print the link that sets its password.")

        @OptionGroup var accounts: AccountsOption
        @OptionGroup var right: RightOption
        @OptionGroup var address: AddressOption

        @Argument(help: "Letters without marks, digits and . _ - @, 64 at most.")
        var name: String

        @Option(help: ArgumentHelp("The person's or the office's name, for people.", valueName: "text"))
        var displayName: String = ""

        func run() throws {
            let (accounts, store) = (try accounts.created(), accounts.store)
            let scope = try right.checked(store)
            let account = try accounts.add(name, role: right.role, scope: scope, displayName: displayName, now: now())
            try accounts.logAccess(.account, actor: store.actor, subject: account.name, detail: "added as \(account.role.rawValue) of \(scope)", now: now())
            printToStandardError("\(account.name) was added as \(account.role.rawValue) of \(scope)")
            address.show(try accounts.issueLink(for: account.name, now: now()), for: account.name)
        }
    }

    struct ChangeRole: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "role", abstract: "Give an account another role or scope; it has to sign in again.")

        @OptionGroup var accounts: AccountsOption
        @OptionGroup var right: RightOption
        @OptionGroup var one: OneAccount

        func run() throws {
            one.isNow(try accounts.change(one) { kept throws -> (String, String) in
                let scope = try right.checked(accounts.store)
                try kept.setRole(right.role, scope: scope, of: one.name)
                return ("\(right.role.rawValue) of \(scope)", "made \(right.role.rawValue) of \(scope)")
            })
        }
    }

    struct Disable: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Disable an account: its sessions end, and its tokens are revoked.")

        @OptionGroup var accounts: AccountsOption
        @OptionGroup var one: OneAccount

        func run() throws {
            one.isNow(try accounts.change(one) { kept throws -> (String, String) in
                try kept.disable(one.name)
                return ("disabled", "disabled")
            })
        }
    }

    struct Enable: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Enable an account again; its password is the old one.")

        @OptionGroup var accounts: AccountsOption
        @OptionGroup var one: OneAccount

        func run() throws {
            one.isNow(try accounts.change(one) { kept throws -> (String, String) in
                try kept.enable(one.name)
                return ("enabled", "enabled")
            })
        }
    }

    struct Link: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let an account sign in through the provider of single sign-on.")

        @OptionGroup var accounts: AccountsOption
        @OptionGroup var one: OneAccount

        @Option(help: ArgumentHelp("The provider's own name for the person ('sub'); without it the account is not linked any more.", valueName: "text"))
        var subject: String?

        func run() throws {
            one.isNow(try accounts.change(one) { kept throws -> (String, String) in
                try kept.link(subject: subject, to: one.name)
                return subject == nil ? ("not linked any more", "not linked to single sign-on any more") : ("linked", "linked to single sign-on")
            })
        }
    }

    struct Mail: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say where an account's reports go; without an address, nowhere.", discussion: "An office's address, not a person's own. Which reports are sent when stands in reports/schedules.yaml.")

        @OptionGroup var accounts: AccountsOption
        @OptionGroup var one: OneAccount

        @Argument(help: "The address.")
        var address: String?

        func run() throws {
            one.isNow(try accounts.change(one) { kept throws -> (String, String) in
                try kept.setMail(address, of: one.name)
                return address.map { ("with the address \($0)", "given an address") } ?? ("without an address", "left without an address")
            })
        }
    }

    struct Reset: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a link that sets a new password.", discussion: "Until it is used the old password holds; disable the account when somebody else may know it.")

        @OptionGroup var accounts: AccountsOption
        @OptionGroup var address: AddressOption
        @OptionGroup var one: OneAccount

        func run() throws {
            let link = try accounts.change(one) { kept throws -> (String, String) in (try kept.issueLink(for: one.name, now: now()), "a link to set a new password") }
            address.show(link, for: one.name.lowercased())
        }
    }

    struct IssueToken: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "token", abstract: "Make a token for a program, which may what the account may; it is printed once.")

        @OptionGroup var accounts: AccountsOption
        @OptionGroup var one: OneAccount

        @Option(help: ArgumentHelp("What it is for, such as the program's name.", valueName: "text"))
        var label: String

        @Option(help: ArgumentHelp("What it is used for, with commas between: read, write, metrics.", valueName: "scopes"))
        var scopeOfToken: String = TokenScope.read.rawValue

        @Option(help: ArgumentHelp("How long it is valid.", valueName: "days"))
        var days: Int = 90

        func validate() throws {
            if !(1...3_660).contains(days) { throw ValidationError("--days takes a number from 1 to 3660") }
            _ = try scopes()
        }

        func run() throws {
            let (id, token) = try accounts.change(one, noted: .token) { kept throws -> ((id: String, token: String), String) in
                let made = try kept.issueToken(for: one.name, label: label, scopes: scopes(), days: days, now: now())
                return (made, "token \(made.id) made for \(days) days: \(scopeOfToken); \(label)")
            }
            print(token)
            printToStandardError("token \(id) of \(one.name.lowercased()), valid for \(days) days; it is not shown again")
        }

        private func scopes() throws -> Set<TokenScope> {
            try Set(scopeOfToken.split(separator: ",").map { word in
                guard let scope = TokenScope(rawValue: String(word)) else { throw ValidationError("'\(word)' is no scope of a token; write read, write or metrics, with commas between") }
                return scope
            })
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revoke a token.")

        @OptionGroup var accounts: AccountsOption

        @Argument(help: "The id of the token, from `uptake users list`.")
        var id: String

        func run() throws {
            let (accounts, store) = (try accounts.opened(), accounts.store)
            guard let token = try accounts.revokeToken(id: id) else { throw InputError("there is no token '\(id)'; `uptake users list` lists them") }
            try accounts.logAccess(.token, actor: store.actor, subject: token.account, detail: "token \(id) revoked; \(token.label)", now: now())
            print("token \(id) of \(token.account) is revoked")
        }
    }
}

/// The file with the accounts, which lies beside the store.
struct AccountsOption: ParsableArguments {
    @OptionGroup var store: StoreOption

    @Option(help: ArgumentHelp("The file with the accounts of the server. Also the variable UPTAKE_ACCOUNTS; without it uptake-accounts.sqlite beside the store.", valueName: "file"))
    var accounts: String?

    private var named: String? { accounts ?? getenv("UPTAKE_ACCOUNTS").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } }

    var path: String {
        if let named { return named }
        let folder = store.store.lastIndex(of: "/").map { String(store.store[...$0]) } ?? ""
        return folder + "uptake-accounts.sqlite"
    }

    private var isThere: Bool { access(path, F_OK) == 0 }

    /// Nil when no file was named and none lies beside the store: nobody has an account.
    var expectedPath: String? { named != nil || isThere ? path : nil }

    /// Creates the file when it is not there.
    func created() throws -> AccountStore { try AccountStore(path: path) }

    /// - Throws: when there is no such file.
    func opened() throws -> AccountStore {
        guard isThere else { throw InputError("\(path): there are no accounts yet; `uptake users add NAME --role administrator --scope CODE` adds one") }
        return try AccountStore(path: path)
    }

    /// Does something to an account that is there, and notes it with who did it before anybody is told.
    ///
    /// - Parameter work: returns what is told, and what is noted.
    func change<Told>(_ one: OneAccount, noted event: AccessEvent = .account, _ work: (AccountStore) throws -> (Told, String)) throws -> Told {
        let accounts = try opened()
        let (told, detail) = try work(accounts)
        try accounts.logAccess(event, actor: store.actor, subject: one.name.lowercased(), detail: detail, now: now())
        return told
    }
}

/// The account that a command is about.
struct OneAccount: ParsableArguments {
    @Argument(help: "The name of the account.")
    var name: String

    func isNow(_ what: String) { print("\(name.lowercased()) is \(what)") }
}

/// What an account may, and for which units.
struct RightOption: ParsableArguments {
    @Option(help: ArgumentHelp("administrator, reviewer, head, clerk or auditor.", valueName: "role"))
    var role: Role

    @Option(help: ArgumentHelp("The code of a unit: the account sees that one and all below it.", valueName: "code"))
    var scope: String = Account.everything

    /// - Throws: when the store has units, and none of this code.
    func checked(_ store: StoreOption) throws -> String {
        guard scope != Account.everything, storeIsThere(store.store) else { return scope }
        let agencies = try store.opened().register().agencies.values
        guard agencies.isEmpty || agencies.contains(where: { $0.code == scope }) else {
            throw InputError("no unit of the register has the code '\(scope)'; whoever works for the whole province has the scope \(Account.everything)")
        }
        return scope
    }
}

extension Role: ExpressibleByArgument {}

/// Where people reach the server.
struct AddressOption: ParsableArguments {
    @Option(help: ArgumentHelp("The address by which people reach the server, for the link.", valueName: "address"))
    var url: String = "http://127.0.0.1:8080"

    func validate() throws {
        guard url.hasPrefix("https://") || url.hasPrefix("http://") else { throw ValidationError("--url takes an address such as https://uptake.example.vn") }
    }

    /// - Parameter link: `/setup/…`
    func show(_ link: String, for name: String) {
        print((url.hasSuffix("/") ? String(url.dropLast()) : url) + link)
        printToStandardError("the link sets the password of \(name), once, within 24 hours; give it to nobody else")
    }
}
