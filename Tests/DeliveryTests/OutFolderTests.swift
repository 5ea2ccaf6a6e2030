import Adoption
@testable import Delivery
import Foundation
import Hashing
import Testing
import TestSupport

/// Files put into a folder that others read.
@Suite struct OutFolderTests {
    private typealias File = (name: String, path: String, sha256: String)

    private let made: Folder
    private let share: Folder

    init() throws {
        made = try Folder()
        share = try Folder()
    }

    private func file(_ name: String, _ content: String) throws -> File {
        (name, try made.file(UUID().uuidString, content), Digest.sha256(content))
    }

    private func names(_ place: String = "") throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: share.path + "/" + place).sorted() }

    private func text(_ name: String) throws -> String { String(decoding: try share.read(name), as: UTF8.self) }

    /// What the program says that everybody has for it.
    private func check(_ place: String) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/sha256sum")
        process.arguments = ["--check", "--strict", "--quiet", "SHA256SUMS"]
        process.currentDirectoryURL = URL(filePath: share.path + "/" + place)
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test func filesComeWithTheirSums() throws {
        let folder = try OutFolder(path: share.path)
        try folder.put([file("Báo cáo tháng 5.xlsx", "workbook"), file("a.html", "abc")], in: "monthly/2025-05")
        #expect(try names("monthly/2025-05") == ["Báo cáo tháng 5.xlsx", "SHA256SUMS", "a.html"].sorted())
        #expect(try text("monthly/2025-05/Báo cáo tháng 5.xlsx") == "workbook" && text("monthly/2025-05/a.html") == "abc")
        // FIPS 180-2, B.1.
        #expect(try text("monthly/2025-05/SHA256SUMS").contains("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.html\n"))
        #expect(try check("monthly/2025-05") == 0)
    }

    @Test func theSameTwiceIsNothingNew() throws {
        let folder = try OutFolder(path: share.path)
        let files = [try file("a.csv", "1"), try file("b.csv", "2")]
        try folder.put(files, in: "x")
        func state() throws -> [String] {
            try names("x").map { name in
                var status = stat()
                guard stat(share.path + "/x/" + name, &status) == 0 else { return name }
                return "\(name) \(status.st_ino) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
            }
        }
        let before = try state()
        try folder.put(files, in: "x")
        #expect(try state() == before)
        // Another delivery into the same place adds to it.
        try folder.put([file("c.csv", "3")], in: "x")
        #expect(try names("x") == ["SHA256SUMS", "a.csv", "b.csv", "c.csv"] && text("x/SHA256SUMS").split(separator: "\n").count == 3 && check("x") == 0)
    }

    @Test func otherBytesUnderANameThatIsThereAreAnError() throws {
        let folder = try OutFolder(path: share.path)
        try folder.put([file("a.csv", "1")], in: "")
        #expect(outcome { try folder.put([file("new.csv", "x"), file("a.csv", "2")], in: "") } == "never")
        #expect(try names() == ["SHA256SUMS", "a.csv"] && text("a.csv") == "1", "nothing of the delivery was put")
        // Somebody changed the delivered file.
        try share.file("a.csv", "changed")
        #expect(outcome { try folder.put([file("a.csv", "1")], in: "") } == "never")
        #expect(try text("a.csv") == "changed")
        // Somebody took it away, and its line is still there.
        try FileManager.default.removeItem(atPath: share.path + "/a.csv")
        #expect(outcome { try folder.put([file("a.csv", "2")], in: "") } == "never")
        try folder.put([file("a.csv", "1")], in: "")
        #expect(try text("a.csv") == "1" && check("") == 0)
    }

    @Test func aFileThatIsNotWhatWasMadeIsNotPut() throws {
        let folder = try OutFolder(path: share.path)
        let good = try file("a.csv", "1")
        #expect(outcome { try folder.put([good, ("b.csv", good.path, Digest.sha256("2"))], in: "x") } == "never")
        #expect(outcome { try folder.put([good, ("b.csv", made.path + "/none", Digest.sha256("2"))], in: "x") } == "never")
        #expect(try names("x") == [])
    }

    @Test func whatARunThatWasKilledHasLeftIsFinished() throws {
        let folder = try OutFolder(path: share.path)
        let files = [try file("a.csv", "1"), try file("b.csv", "2")]
        // One file is whole, one had only begun, and there are no sums.
        try FileManager.default.createDirectory(atPath: share.path + "/x", withIntermediateDirectories: true)
        try share.file("x/a.csv", "1")
        try share.file("x/.uptake-out-999999999-B7", "half of")
        try share.file("x/.uptake-out-\(ProcessInfo.processInfo.processIdentifier)-C8", "another thread's")
        try folder.put(files, in: "x")
        #expect(try names("x") == [".uptake-out-\(ProcessInfo.processInfo.processIdentifier)-C8", "SHA256SUMS", "a.csv", "b.csv"] && check("x") == 0)
    }

    @Test(arguments: ["..", ".", "a/../b", "/etc", "a//b", "a/", ".hidden", "a\u{0}b", "a\nb", "a\\b", "C:", "a/ ", "x\u{202E}y", String(repeating: "a", count: 256)])
    func noPlaceLeadsOut(_ place: String) throws {
        let folder = try OutFolder(path: share.path)
        #expect(outcome { try folder.put([file("a.csv", "1")], in: place) } == "never")
        if !place.contains("/") { #expect(outcome { try folder.put([file(place, "1")], in: "") } == "never") }
        #expect(try names() == [])
    }

    @Test func noNameIsTakenTwiceAndNoneIsThatOfTheSums() throws {
        let folder = try OutFolder(path: share.path)
        #expect(outcome { try folder.put([file("a", "1"), file("a", "1")], in: "") } == "never")
        for name in ["", "SHA256SUMS", "a/b"] { #expect(outcome { try folder.put([file(name, "1")], in: "") } == "never", "\(name)") }
        #expect(try names() == [])
    }

    @Test func noLinkIsFollowed() throws {
        let folder = try OutFolder(path: share.path)
        let elsewhere = try Folder()
        try FileManager.default.createSymbolicLink(atPath: share.path + "/x", withDestinationPath: elsewhere.path)
        #expect(outcome { try folder.put([file("a.csv", "1")], in: "x") } == "never")
        try elsewhere.file("target", "1")
        try FileManager.default.createSymbolicLink(atPath: share.path + "/a.csv", withDestinationPath: elsewhere.path + "/target")
        #expect(outcome { try folder.put([file("a.csv", "1")], in: "") } == "never")
        try FileManager.default.createDirectory(atPath: share.path + "/b.csv", withIntermediateDirectories: false)
        #expect(outcome { try folder.put([file("b.csv", "1")], in: "") } == "never")
        #expect(try elsewhere.files == ["target"])
    }

    @Test(arguments: ["nonsense\n", "0123  a.csv\n", String(repeating: "0", count: 64) + "  ../a\n"])
    func sumsThatSomebodyChangedAreNotBuiltUpon(_ sums: String) throws {
        let folder = try OutFolder(path: share.path)
        try share.file("SHA256SUMS", sums)
        #expect(outcome { try folder.put([file("b.csv", "1")], in: "") } == "never")
        #expect(try text("SHA256SUMS") == sums && names() == ["SHA256SUMS"])
    }

    @Test func aFolderThatIsAwayIsTriedAgain() throws {
        let share = try Folder()
        let folder = try OutFolder(path: share.path)
        try FileManager.default.removeItem(atPath: share.path)
        #expect(outcome { try folder.put([file("a.csv", "1")], in: "") } == "later")
        #expect(outcome { try folder.put([file("a.csv", "1")], in: "x") } == "later")
        #expect(throws: InputError.self) { try OutFolder(path: share.path) }
        let plain = try made.file("plain", "")
        #expect(throws: InputError.self) { try OutFolder(path: plain) }
    }
}
