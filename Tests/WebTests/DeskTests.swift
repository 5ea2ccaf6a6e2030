import Adoption
import Foundation
import Pipeline
import Storage
import Synchronization
import Testing
import TestSupport

@testable import Web

/// What is made once for everybody.
@Suite struct DeskTests {
    private struct Fault: Error {}

    /// What so many threads got that asked for one thing at once, and how often it was made. The first to make it waits until all have begun.
    private func asking(_ count: Int, _ kept: Kept<String, Int>, make: @escaping @Sendable (_ attempt: Int) throws -> Int?) -> (made: Int, answers: [Result<Int?, any Error>]) {
        let (begun, made, answers) = (Counter(), Counter(), Answers())
        for _ in 0..<count {
            Thread {
                _ = begun.next()
                let answer = Result { try kept.value("one") {
                    let attempt = made.next()
                    while begun.count < count { sched_yield() }
                    return try make(attempt)
                } }
                answers.all.withLock { $0.append(answer) }
            }.start()
        }
        while answers.all.withLock({ $0.count }) < count { sched_yield() }
        return (made.count, answers.all.withLock { $0 })
    }

    private final class Counter: Sendable {
        private let value = Mutex(0)
        var count: Int { value.withLock { $0 } }

        func next() -> Int {
            value.withLock { value in
                value += 1
                return value
            }
        }
    }

    private final class Answers: Sendable { let all = Mutex<[Result<Int?, any Error>]>([]) }

    @Test func ofManyWhoAskAtOnceOneMakesIt() throws {
        let (made, answers) = asking(8, Kept(most: 2)) { $0 }
        #expect(made == 1)
        #expect(try answers.map { try $0.get() } == [Int?](repeating: 1, count: 8))
    }

    /// Whoever waited for one who failed tries it, and those after that have it.
    @Test func aFaultIsForTheOneWhoMetIt() throws {
        let (made, answers) = asking(8, Kept(most: 2)) { attempt in
            if attempt == 1 { throw Fault() }
            return attempt
        }
        let failed = answers.count { if case .failure = $0 { true } else { false } }
        #expect(made == 2 && failed == 1 && answers.count { (try? $0.get()) == .some(2) } == 7)
    }

    @Test func whatIsNothingIsAskedForAgain() throws {
        let kept = Kept<String, Int>(most: 2)
        #expect(kept.value("one") { nil } == nil && kept.value("one") { 1 } == 1 && kept.value("one") { 2 } == 1)
    }

    @Test func whatWasAskedForLastIsKept() {
        let kept = Kept<String, Int>(most: 2)
        for (place, key) in ["a", "b", "a", "c"].enumerated() { _ = kept.value(key) { place } }
        #expect(["a", "c", "b"].map { kept.value($0) { 9 } } == [0, 3, 9])
    }

    @Test func whatIsHeavyGoesSooner() {
        let kept = Kept<String, Int>(most: 10) { $0 }
        #expect(["a", "b", "c"].map { kept.value($0) { 4 } } == [4, 4, 4])
        #expect(["a", "b", "c"].map { kept.known($0) } == [nil, 4, 4])
        #expect(kept.value("d") { 11 } == 11 && kept.known("d") == nil && kept.known("c") == 4, "what is too heavy alone drives nothing else out")
    }

    /// What is said, reviewed or published of April concerns nobody who looks at May; what is final or open again of April does.
    @Test(arguments: [(Act.Kind.explain, 4, false), (.review, 4, false), (.publish, 4, false), (.reopen, 4, true), (.explain, 5, true), (.review, 5, true), (.publish, 5, true), (.reopen, 5, true)])
    func aDeskIsMadeAnewByWhatConcernsIt(kind: Act.Kind, month: Int, isRenewed: Bool) throws {
        let harness = try Harness()
        let (may, other) = (Period(.administrative, year: 2025, months: 5...5), Period(.administrative, year: 2025, months: month...month))
        func state() throws -> Position { try harness.service.stores.read { try #require(try harness.service.desks.desk($0, may, .then)).state } }
        let before = try state()
        _ = try harness.service.stores.write(as: "r") { try $0.act(kind, ActWords(period: other, moment: harness.clock.now, reason: "x")) }
        #expect(try (state() != before) == isRenewed)
    }

    /// The example's units are the same from 2021-01-01 to 2025-06-30. A day among these stands for the first, and everything on the page says so.
    @Test(arguments: ["2021-01-01", "2023-04-05", "2025-06-30"])
    func aDayShowsTheStructureThatItIsIn(day: String) async throws {
        let harness = try Harness()
        let page = try await harness.ask("GET", "/?period=2025-05&view=\(day)", session: try harness.session("r", .reviewer))
        #expect(page.status == 200 && page.body.contains("TÍNH LẠI theo cơ cấu ngày 01/01/2021") && page.body.contains("313 / 438"), "\(page.body)")
        #expect(page.body.contains("<option value=\"2021-01-01\" selected>01/01/2021</option>") && page.body.contains("/figures?name=O1.v1/62/2025-05/administrative/restated-2021-01-01"))
        #expect(page.body.contains("view=2021-01-01") && (day == "2021-01-01" || !page.body.contains("view=\(day)")))
    }

    @Test func aDayBeforeAllUnitsShowsNone() async throws {
        let harness = try Harness()
        let page = try await harness.ask("GET", "/?period=2025-05&view=1999-01-01", session: try harness.session("r", .reviewer))
        #expect(page.status < 500 && !page.body.contains("Sa Thầy"), "\(page.status) \(page.body)")
    }
}
