package import Adoption
package import Hummingbird
internal import NIOCore
package import Storage

/// One request on its way: who asks, from where, in which language.
package struct Visit: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The address of the other end of the connection, or what a trusted proxy says it is.
    package var address: String
    /// Nil for somebody who has not signed in.
    package var reader: Reader?
    /// Nil where nobody is at its other end, as in tests.
    private let connection: (any NIOCore.Channel)?

    package init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        address = source.channel.remoteAddress?.ipAddress ?? ""
        connection = source.channel.remoteAddress == nil ? nil : source.channel
    }

    /// Ends the connection after a while, whatever is still on its way.
    func hangUp(after time: Duration) {
        guard let connection else { return }
        connection.eventLoop.scheduleTask(in: TimeAmount(time)) { connection.close(promise: nil) }
    }
}

/// Somebody who is signed in, or a program with a token.
package struct Reader: Sendable {
    /// Whose rights hold: another's, when an administrator sees as they do.
    package let account: Account
    /// Who it really is, for the log.
    package let person: Account
    /// Nil for a program with a token.
    package let session: Session?
    /// What a program may; nil for a person.
    package let scopes: Set<TokenScope>?

    /// A look through another's eyes shows, and changes nothing.
    package var isLookingOnly: Bool { account.name != person.name }

    package func may(_ permission: Permission) -> Bool {
        if isLookingOnly, permission.changes { return false }
        // Whoever makes accounts could make one that sees more than they do.
        if [.users, .seeAs].contains(permission), !account.seesEverything { return false }
        if let scopes, !scopes.contains(permission.changes ? .write : .read) { return false }
        return account.role.may(permission)
    }
}
