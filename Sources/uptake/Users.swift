internal import Adoption
internal import ArgumentParser
internal import Glibc
internal import Pipeline
internal import Storage

struct Users: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Who may sign in to the server: accounts, their roles, one-time links and tokens.",
        discussion: "Accounts lie in a file of their own beside the store. Passwords are never typed here: `add` and `reset` print a link that sets one, once and within 24 hours. Every change is noted with who made it.",
        subcommands: [List.self, Add.self, ChangeRole.self, Disable.self, Enable.self, Link.self, Reset.self, IssueToken.self, Revoke.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List accounts and tokens.")

        @OptionGroup var store: StoreOption
        @OptionGroup var accounts: AccountsOption

        func run() throws {
            let accounts = try accounts.opened(beside: store)
            print("name              role           scope     password    state     for people")
            for account in try accounts.accounts() {
                let columns = [
                    padded(account.name, 16), padded(account.role.rawValue, 13), padded(account.scope, 8), padded(account.passwordChanged?.day.iso ?? "-", 10),
                    padded(account.isDisabled ? "disabled" : "enabled", 8), account.displayName,
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

        @OptionGroup var store: StoreOption
        @OptionGroup var accounts: AccountsOption
        @OptionGroup var right: RightOption
        @OptionGroup var address: AddressOption

        @Argument(help: "Letters without marks, digits and . _ - @, 64 at most.")
        var name: String

        @Option(help: ArgumentHelp("The person's or the office's name, for people.", valueName: "text"))
        var displayName: String = ""

        func run() throws {
            let accounts = try accounts.created(beside: store)
            let scope = try right.checked(store)
            let account = try accounts.add(name, role: right.role, scope: scope, displayName: displayName, now: now())
            try accounts.logAccess(.account, actor: store.actor, subject: account.name, detail: "added as \(account.role.rawValue) of \(scope)", now: now())
            printToStandardError("\(account.name) was added as \(account.role.rawValue) of \(scope)")
            address.show(try accounts.issueLink(for: account.name, now: now()), for: account.name)
        }
    }

    struct ChangeRole: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "role", abstract: "Give an account another role or scope; it has to sign in again.")

        @OptionGroup var store: StoreOption
        @OptionGroup var accounts: AccountsOption
        @OptionGroup var right: RightOption

        @Argument(help: "The name of the account.")
        var name: String

        func run() throws {
            let accounts = try accounts.opened(beside: store)
            let scope = try right.checked(store)
            try accounts.setRole(right.role, scope: scope, of: name)
            try accounts.logAccess(.account, actor: store.actor, subject: name.lowercased(), detail: "made \(right.role.rawValue) of \(scope)", now: now())
            print("\(name.lowercased()) is \(right.role.rawValue) of \(scope)")
        }
    }

    struct Disable: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Disable an account: its sessions end, and its tokens are revoked.")

        @OptionGroup var store: StoreOption
        @OptionGroup var accounts: AccountsOption

        @Argument(help: "The name of the account.")
        var name: String

        func run() throws {
            let accounts = try accounts.opened(beside: store)
            try accounts.disable(name)
            try accounts.logAccess(.account, actor: store.actor, subject: name.lowercased(), detail: "disabled", now: now())
            print("\(name.lowercased()) is disabled")
        }
    }

    struct Enable: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Enable an account again; its password is the old one.")

        @OptionGroup var store: StoreOption
        @OptionGroup var accounts: AccountsOption

        @Argument(help: "The name of the account.")
        var name: String

        func run() throws {
            let accounts = try accounts.opened(beside: store)
            try accounts.enable(name)
            try accounts.logAccess(.account, actor: store.actor, subject: name.lowercased(), detail: "enabled", now: now())
            print("\(name.lowercased()) is enabled")
        }
    }

    struct Link: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let an account sign in through the provider of single sign-on.")

        @OptionGroup var store: StoreOption
        @OptionGroup var accounts: AccountsOption

        @Argument(help: "The name of the account.")
        var name: String

        @Option(help: ArgumentHelp("The provider's own name for the person ('sub'); without it the account is not linked any more.", valueName: "text"))
        var subject: String?

        func run() throws {
            let accounts = try accounts.opened(beside: store)
            try accounts.link(subject: subject, to: name)
            try accounts.logAccess(.account, actor: store.actor, subject: name.lowercased(), detail: subject == nil ? "not linked to single sign-on any more" : "linked to single sign-on", now: now())
            print("\(name.lowercased()) is \(subject == nil ? "not linked any more" : "linked")")
        }
    }

    struct Reset: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a link that sets a new password.", discussion: "Until it is used the old password holds; disable the account when somebody else may know it.")

        @OptionGroup var store: StoreOption
        @OptionGroup var accounts: AccountsOption
        @OptionGroup var address: AddressOption

        @Argument(help: "The name of the account.")
        var name: String

        func run() throws {
            let accounts = try accounts.opened(beside: store)
            let link = try accounts.issueLink(for: name, now: now())
            // Noted before anybody can use it.
            try accounts.logAccess(.account, actor: store.actor, subject: name.lowercased(), detail: "a link to set a new password", now: now())
            address.show(link, for: name.lowercased())
        }
    }

    struct IssueToken: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "token", abstract: "Make a token for a program, which may what the account may; it is printed once.")

        @OptionGroup var store: StoreOption
        @OptionGroup var accounts: AccountsOption

        @Argument(help: "The name of the account.")
        var name: String

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
            let accounts = try accounts.opened(beside: store)
            let (id, token) = try accounts.issueToken(for: name, label: label, scopes: scopes(), days: days, now: now())
            try accounts.logAccess(.token, actor: store.actor, subject: name.lowercased(), detail: "token \(id) made for \(days) days: \(scopeOfToken); \(label)", now: now())
            print(token)
            printToStandardError("token \(id) of \(name.lowercased()), valid for \(days) days; it is not shown again")
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

        @OptionGroup var store: StoreOption
        @OptionGroup var accounts: AccountsOption

        @Argument(help: "The id of the token, from `uptake users list`.")
        var id: String

        func run() throws {
            let accounts = try accounts.opened(beside: store)
            guard let token = try accounts.revokeToken(id: id) else { throw InputError("there is no token '\(id)'; `uptake users list` lists them") }
            try accounts.logAccess(.token, actor: store.actor, subject: token.account, detail: "token \(id) revoked; \(token.label)", now: now())
            print("token \(id) of \(token.account) is revoked")
        }
    }
}

/// The file with the accounts, which lies beside the store.
struct AccountsOption: ParsableArguments {
    @Option(help: ArgumentHelp("The file with the accounts of the server. Also the variable UPTAKE_ACCOUNTS; without it uptake-accounts.sqlite beside the store.", valueName: "file"))
    var accounts: String?

    func path(beside store: StoreOption) -> String {
        if let accounts { return accounts }
        if let variable = getenv("UPTAKE_ACCOUNTS").map({ String(cString: $0) }), !variable.isEmpty { return variable }
        let folder = store.store.lastIndex(of: "/").map { String(store.store[...$0]) } ?? ""
        return folder + "uptake-accounts.sqlite"
    }

    /// Creates the file when it is not there.
    func created(beside store: StoreOption) throws -> AccountStore { try AccountStore(path: path(beside: store)) }

    /// - Throws: when there is no such file.
    func opened(beside store: StoreOption) throws -> AccountStore {
        let path = path(beside: store)
        guard access(path, F_OK) == 0 else { throw InputError("\(path): there are no accounts yet; `uptake users add NAME --role administrator --scope CODE` adds one") }
        return try AccountStore(path: path)
    }
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
