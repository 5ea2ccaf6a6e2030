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

    /// The accounts' copy goes with the store's, and comes back without what would be alive again.
    @Test func accountsAreCopiedCheckedAndPutBack() throws {
        let folder = try Folder()
        func run(_ line: String, code: Int32 = 0) throws -> String {
            let done = try Command(line.split(separator: " ").map(String.init), in: folder)
            #expect(done.code == code, "\(line): \(done.output)\(done.errors)")
            return done.output + done.errors
        }
        func sql(_ text: String) throws -> String {
            let done = try Command(["-c", "import sqlite3; db = sqlite3.connect('uptake-accounts.sqlite'); print(db.execute(\"\(text)\").fetchall()); db.commit()"], in: folder, program: "/usr/bin/python3")
            #expect(done.code == 0, "\(done.errors)")
            return done.output
        }
        func mode(_ name: String) throws -> Int? { try FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)[.posixPermissions] as? Int }
        try folder.file("key", "0123456789abcdef0123456789abcdef0123456789abcdef")
        #expect(try Command(["ingest"] + Example.registers, in: folder).code == 0)
        #expect(try run("backup --to none").contains("uptake-accounts.sqlite: is not there, so no accounts were copied"))
        #expect(try run("backup --to none --accounts other.sqlite", code: 1).contains("other.sqlite: there are no accounts yet"), "what was named has to be there")
        #expect(try !run("doctor").contains("accounts"))
        for name in ["an", "binh"] { _ = try run("users add \(name) --role administrator") }
        _ = try sql("INSERT INTO session (token_hash, account, csrf, created_at, last_seen_at) VALUES ('\(String(repeating: "0", count: 64))', 'an', 'x', 1, 1)")
        #expect(try run("backup --to open").contains("-accounts.sqlite: "))
        let plain = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/open").first { $0.hasSuffix("-accounts.sqlite") })
        #expect(try mode("open/" + plain) == 0o600, "a copy is for its owner's eyes as well")
        #expect(try run("backup --to b --key key").contains("2 accounts, verified"))
        let sealed = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/b").first { $0.hasSuffix("-accounts.sqlite.sealed") })
        #expect(try !folder.read("b/" + sealed).contains(Data("SQLite format 3".utf8)))

        let sound = try run("doctor")
        #expect(sound.contains("ok     accounts        integrity and references, 2 accounts") && sound.contains("ok     accounts' mode  0600"), "\(sound)")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.path + "/uptake-accounts.sqlite")
        #expect(try run("doctor", code: 2).contains("WRONG  accounts' mode  others may read them"))
        _ = try sql("DROP TRIGGER access_log_no_delete")
        #expect(try run("doctor", code: 2).contains("WRONG  accounts        what must never change can be changed: access_log"))

        _ = try run("users disable binh")
        #expect(try run("restore b/\(sealed)", code: 1).contains("is sealed; give its key"))
        #expect(try run("restore b/\(sealed) --key key", code: 1).contains("uptake-accounts.sqlite: there is a file with accounts already"))
        #expect(try run("restore b/\(sealed) --key key --replace").contains("the accounts that were there are now uptake-accounts.sqlite.before-restore-"))
        #expect(try mode("uptake-accounts.sqlite") == 0o600)
        #expect(try sql("SELECT name, is_disabled FROM account") == "[('an', 0), ('binh', 0)]\n")
        #expect(try sql("SELECT (SELECT count(*) FROM session) + (SELECT count(*) FROM link)") == "[(0,)]\n", "nobody is signed in, and no link works again")
        #expect(try sql("SELECT subject, detail FROM access_log ORDER BY id DESC LIMIT 1") == "[('accounts', 'restored from b/\(sealed)')]\n")
        #expect(try run("doctor").contains("ok     accounts        integrity"))
        #expect(try run("restore open/\(plain) --accounts elsewhere.sqlite").contains("elsewhere.sqlite: 2 accounts restored"))

        // Old copies go with those of the store, each kind counted apart.
        for name in ["accounts", "v1"] { try folder.file("b/uptake-20250131-080000-\(name).sqlite", "old") }
        let later = try run("backup --to b --key key --keep 1 --keep-months 0")
        #expect(later.contains("deleted uptake-20250131-080000-accounts.sqlite") && later.contains("deleted uptake-20250131-080000-v1.sqlite"), "\(later)")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/b")
        #expect(left.count == 2 && left.contains { $0.contains("-accounts.") }, "\(left)")
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
