/// What a person is in the server: it decides which pages are there, and the scope decides for which units.
package enum Role: String, CaseIterable, Sendable {
    case administrator, reviewer, head, clerk, auditor

    package func may(_ permission: Permission) -> Bool {
        let roles: Set<Role> = switch permission {
        case .view: Set(Role.allCases)
        case .dossiers: [.administrator, .head, .clerk, .auditor]
        case .upload: [.administrator, .clerk]
        case .undo, .decide, .schedule: [.administrator, .reviewer]
        case .explain: [.administrator, .head, .clerk]
        case .audit: [.administrator, .auditor, .reviewer]
        case .users, .seeAs: [.administrator]
        }
        return roles.contains(self)
    }
}

/// Something that some roles may do within their scope, and others not.
package enum Permission: String, CaseIterable, Sendable {
    case view
    /// To see the codes of the dossiers behind a number.
    case dossiers
    case upload
    /// To take an import back.
    case undo
    /// To review, freeze, reopen and publish periods.
    case decide
    /// To run, pause and resume what is sent unattended.
    case schedule
    /// To say in words why a figure is what it is.
    case explain
    /// To read what was done and who did it.
    case audit
    /// To add, change and disable accounts and tokens.
    case users
    /// To look at the pages as somebody else sees them.
    case seeAs = "see-as"

    /// Whether something is done with it, and not only read.
    package var changes: Bool {
        switch self {
        case .view, .dossiers, .audit: false
        case .upload, .undo, .decide, .schedule, .explain, .users, .seeAs: true
        }
    }
}

/// Somebody who may sign in.
package struct Account: Hashable, Sendable {
    /// Without capitals, so that `An` and `an` are the same.
    package let name: String
    package let role: Role
    /// The code of a unit: that one and all below it as of the period asked for.
    package let scope: String
    /// For people; may be empty.
    package let displayName: String
    package let isDisabled: Bool
    /// False until the first one-time link was used, and for accounts that only sign in elsewhere.
    package let hasPassword: Bool
    package let created: Instant
    package let passwordChanged: Instant?
    /// How the provider of single sign-on (OpenID Connect) names this person.
    package let subject: String?
    /// Where the account's reports go: an office's address; nil for nowhere.
    package let mail: String?

    package init(
        name: String, role: Role, scope: String, displayName: String = "", isDisabled: Bool = false, hasPassword: Bool = false, created: Instant,
        passwordChanged: Instant? = nil, subject: String? = nil, mail: String? = nil
    ) {
        self.name = name
        self.role = role
        self.scope = scope
        self.displayName = displayName
        self.isDisabled = isDisabled
        self.hasPassword = hasPassword
        self.created = created
        self.passwordChanged = passwordChanged
        self.subject = subject
        self.mail = mail
    }

    /// The scope of those who work for the whole province, whatever its code is in a period.
    package static let everything = "all"

    package var seesEverything: Bool { scope == Account.everything }

    package func may(_ permission: Permission) -> Bool { !isDisabled && role.may(permission) }

    /// Whether a text is an address for mail that stays one wherever it is written: RFC 5321, 4.1.2 without quoted names, literal networks and letters with marks.
    package static func isMailAddress(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, parts.count == 2, parts[0].count <= 64 else { return false }
        let (names, labels) = (parts[0].split(separator: dot, omittingEmptySubsequences: false), parts[1].split(separator: dot, omittingEmptySubsequences: false))
        return names.allSatisfy { !$0.isEmpty && $0.allSatisfy { isLetterOrDigit($0) || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0) } }
            && labels.allSatisfy { (1...63).contains($0.count) && $0.allSatisfy { isLetterOrDigit($0) || $0 == hyphen } && $0.first != hyphen && $0.last != hyphen }
    }
}

private let (dot, hyphen) = (UInt8(ascii: "."), UInt8(ascii: "-"))

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
}

/// What became of a name and a password.
package enum SignIn: Hashable, Sendable {
    case welcome(Account)
    /// Unknown name, wrong password, no password yet, or a disabled account: the answer never says which.
    case refused
    /// Too many failures: nothing was tried. Try again after so many seconds.
    case wait(seconds: Int)
}

/// What a token may be used for, within what its account may.
package enum TokenScope: String, CaseIterable, Sendable {
    case read, write, metrics
}
