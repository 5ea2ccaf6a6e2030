import Adoption
import Testing
import TestSupport

@testable import Storage

/// A long list is read in pages: every row stands on one of them, and each knows where the pages beside it begin.
@Suite struct ListPageTests {
    private func at(_ seconds: Int) -> Instant { Instant(secondsSinceEpoch: 1_750_000_000 + seconds) }

    private func load(_ store: Store, _ files: String..., put: (ImportSession) throws -> Void = { _ in }) throws {
        try store.record(at: at(0)) { session in
            for file in files {
                try session.beginFile(name: file, kind: "submissions", isIllustrative: false)
                try put(session)
                var counts = FileCounts()
                counts.count(.stored)
                try session.endFile(sha256: String(repeating: "b", count: 64), counts: counts)
            }
        }
    }

    /// Seven imports: the units, five files or pairs of files, and the undoing of the third import.
    private func storeOfSevenImports() throws -> Store {
        let store = try Store(path: nil)
        try load(store, "units") { session in
            for agency in Records.agencies { _ = try session.put(agency) }
        }
        for number in 2...5 { try load(store, "f\(number)") }
        try load(store, "f6", "g6")
        _ = try store.undo(importNumber: 3, at: at(9))
        return store
    }

    /// Of the numbers 1 to 7 in pages of three: the page before 2 holds 1 alone, the one before it 4, 3, 2, and that is asked for by 5.
    @Test(arguments: [
        (nil, [7, 6, 5], nil, 5), (5, [4, 3, 2], nil, 2), (2, [1], 5, nil), (1, [], 4, nil), (7, [6, 5, 4], nil, 4), (8, [7, 6, 5], nil, 5), (Int.max, [7, 6, 5], nil, 5), (-1, [], 4, nil),
    ] as [(Int?, [Int], Int?, Int?)])
    func importsComeFromTheNewestOn(before: Int?, numbers: [Int], previous: Int?, next: Int?) throws {
        let page = try storeOfSevenImports().imports(before: before, limit: 3)
        #expect(page.map(\.number) == numbers && page.previous == previous && page.next == next, "\(page)")
    }

    @Test func aListThatFillsItsPageHasNoOther() throws {
        let store = try storeOfSevenImports()
        let (page, all) = (try store.imports(limit: 7), try store.imports())
        #expect(page.count == 7 && page.previous == nil && page.next == nil)
        #expect(Array(page) == all.reversed())
        #expect(try Store(path: nil).imports(limit: 7).isEmpty)
    }

    @Test func anImportIsFoundWithItsFiles() throws {
        let store = try storeOfSevenImports()
        #expect(try store.importRecord(3) == ImportRecord(number: 3, recorded: at(0), undoes: nil, undoneIn: 7))
        #expect(try store.importRecord(7) == ImportRecord(number: 7, recorded: at(9), undoes: 3, undoneIn: nil))
        #expect(try store.importRecord(8) == nil)
        #expect(try store.sources(ofImports: [7, 6, 3]).map(\.name) == ["f3", "f6", "g6"], "an undoing has no files")
        #expect(try store.sources(ofImports: []).isEmpty)
    }

    @Test func theLogOfRecordsComesFromTheNewestOn() throws {
        let store = try Store(path: nil)
        for number in 1...5 { try store.audit("export", "s", "d\(number)", at: at(number)) }
        let pages = try [nil, 4, 2].map { try store.auditLog(before: $0, limit: 2) }
        #expect(pages.map { $0.map(\.detail) } == [["d5", "d4"], ["d3", "d2"], ["d1"]])
        #expect(pages.map(\.next) == [4, 2, nil] && pages.map(\.previous) == [nil, nil, 4])
    }

    @Test func publicationsComeFromTheNewestOnOrAlone() throws {
        let store = try storeOfSevenImports()
        let period = Period(.administrative, year: 2025, months: 5...5)
        let order = PublicationOrder(period: period, structure: .then, language: "vi", formats: ["html"], reports: ["unit-monthly"], units: [])
        for number in 1...3 {
            let position = try store.position()
            let file = Publication.File(name: "f\(number).html", report: "r", unitCode: "616", sha256: String(repeating: "c", count: 64), bytes: number)
            let publication = Publication(order: order, position: position, files: [file], parts: [], figures: [:], recipients: [], program: "")
            #expect(try store.register(publication, ActWords(period: period, moment: at(number), reason: "r"), since: position) == number)
        }
        let (first, last) = (try store.publications(limit: 2), try store.publications(before: 2, limit: 2))
        #expect(first.map { $0.number } == [3, 2] && first.previous == nil && first.next == 2)
        #expect(last.map { $0.publication.files[0].bytes } == [1] && last.previous == nil && last.next == nil)
        #expect(try store.publication(2)?.publication.files.map(\.name) == ["f2.html"])
        #expect(try store.publication(4)?.number == nil)
    }

    @Test func accountsComeByTheirNames() throws {
        let accounts = try AccountStore(path: nil)
        for name in ["root", "c", "a", "d", "b"] { try accounts.add(name, role: .clerk, scope: "616", now: at(0)) }
        let pages = try [nil, "b", "d", "zz"].map { try accounts.accounts(after: $0, limit: 2) }
        #expect(pages.map { $0.map(\.name) } == [["a", "b"], ["c", "d"], ["root"], []])
        #expect(pages.map(\.next) == ["b", "d", nil, nil])
        // Behind "zz" stands nobody; the page before holds d and root, and begins behind c.
        #expect(pages.map(\.previous) == [nil, nil, "b", "c"])
    }

    /// Tokens of one second go by their names, and a page begins where it did when the token that it begins behind is revoked.
    @Test func tokensComeFromTheNewestOn() throws {
        let accounts = try AccountStore(path: nil)
        try accounts.add("an", role: .clerk, scope: "616", now: at(0))
        for (id, second) in [("a", 0), ("b", 0), ("c", 10), ("d-1", 5), ("e", 10)] {
            let hash = String(repeating: String(id.prefix(1)), count: 64)
            try accounts.addToken(id: id, hash: hash, account: "an", label: "", scopes: [.read], validUntil: at(100), now: at(second))
        }
        let first = try accounts.tokens(limit: 2)
        #expect(first.map(\.id) == ["e", "c"] && first.previous == nil && first.next?.description == "1750000010-c")
        try accounts.revokeToken(id: "c")
        let second = try accounts.tokens(before: first.next, limit: 2)
        #expect(second.map(\.id) == ["d-1", "b"] && second.previous == nil && second.next?.description == "1750000000-b")
        let third = try accounts.tokens(before: second.next, limit: 2)
        // At or above b stand b, d-1 and e: the page before holds the first two, and begins behind e.
        #expect(third.map(\.id) == ["a"] && third.previous?.description == "1750000010-e" && third.next == nil)
    }

    @Test(arguments: ["", "x", "12", "12-", "-3", "a-b", "1.5-b"])
    func whatIsNoPlaceOfATokenIsNone(_ text: String) { #expect(TokenPlace(text) == nil) }

    @Test func aPlaceOfATokenIsReadAsItIsWritten() { #expect(TokenPlace("1750000005-d-1")?.description == "1750000005-d-1") }
}
