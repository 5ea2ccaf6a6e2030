import Foundation
import Testing
import TestSupport

/// Accounts from the command line, and what the server refuses before it begins.
@Suite struct ServeCommandTests {
    @Test func accountsAreMadeChangedAndClosed() throws {
        let folder = try Folder()
        #expect(try Command(["ingest"] + Example.registers, in: folder).code == 0)
        let added = try Command(["users", "add", "an", "--role", "administrator", "--url", "https://uptake.example"], in: folder)
        #expect(added.code == 0 && added.output.hasPrefix("https://uptake.example/setup/"), "\(added.output)\(added.errors)")
        #expect(try Command(["users", "add", "binh", "--role", "head", "--scope", "616"], in: folder).code == 0)
        let unknown = try Command(["users", "add", "chi", "--role", "head", "--scope", "617"], in: folder)
        #expect(unknown.code == 1 && unknown.errors.contains("no unit of the register has the code '617'"))
        #expect(try Command(["users", "add", "chi", "--role", "head"], in: folder).errors.contains("needs a scope: the code of the unit"))
        #expect(try Command(["users", "add", "an", "--role", "clerk"], in: folder).code == 1, "the name is taken")
        #expect(try Command(["users", "role", "binh", "--role", "clerk", "--scope", "611"], in: folder).code == 0)
        let token = try Command(["users", "token", "binh", "--label", "kho", "--scope-of-token", "read"], in: folder)
        #expect(token.output.contains("uptk_"), "\(token.errors)")
        let list = try Command(["users", "list"], in: folder).output
        #expect(list.contains("binh") && list.contains("clerk") && list.contains("611") && !list.contains("uptk_"), "\(list)")
        #expect(try Command(["users", "disable", "an"], in: folder).errors.contains("last"), "the last administrator stays")
        #expect(try Command(["users", "disable", "binh"], in: folder).code == 0)
        #expect(try Command(["users", "reset", "an"], in: folder).output.contains("/setup/"))
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/uptake-accounts.sqlite")[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func theServerChecksEverythingFirst() throws {
        let folder = try Folder()
        #expect(try Command(["serve", "--check"], in: folder).output.contains("are right"))
        try folder.file("settings.yaml", "listen: 0.0.0.0:80\n")
        let open = try Command(["serve", "--settings", "settings.yaml"], in: folder)
        #expect(open.code == 1 && open.errors.contains("put a proxy with TLS before it"), "\(open.errors)")
        #expect(try Command(["serve", "--listen", "nowhere"], in: folder).code == 1)
        #expect(try Command(["serve", "--home", "nowhere", "--check"], in: folder).code == 1)
    }
}
