import Adoption
import Dispatch
import Foundation
import GRDB
import Synchronization
import Testing
import TestSupport

@testable import Storage

/// What was due, made and sent is never lost and never done twice, whoever is killed where.
@Suite struct DeliveryStoreTests {
    private let may = Period(.administrative, year: 2025, months: 5...5)

    private func new(_ key: String, due: Int = 0, revision: Int? = nil, period: Period? = nil, skippedBecause reason: String? = nil) -> NewRun {
        NewRun(key: key, schedule: "monthly", due: at(due), period: period ?? may, revision: revision, skippedBecause: reason)
    }

    private func parcel(_ key: String, _ content: String = "{}") -> NewParcel {
        NewParcel(key: key, recipient: "account:\(key)", unitCode: "616", messageID: "\(key)@example.vn", content: content)
    }

    /// One run, number 1, in a state that it came to by the usual steps. Unless it is due or being made, it has the parcels 1 and 2.
    private func ledger(_ state: RunState, path: String? = nil) throws -> DeliveryStore {
        let ledger = try DeliveryStore(path: path)
        try ledger.plan([new("monthly/2025-05")], of: "monthly", through: at(0), now: at(0))
        if state == .due { return ledger }
        try ledger.startMaking(1, now: at(1))
        if state == .making { return ledger }
        try ledger.finishMaking(1, publication: 4, dataVersion: 12, parcels: [parcel("a"), parcel("b")], now: at(2))
        switch state {
        case .sent: for number in 1...2 { try ledger.send(number) }
        case .failed: for number in 1...2 { try ledger.fail(parcel: number, reason: "550", now: at(3)) }
        case .skipped: for number in 1...2 { try ledger.skip(parcel: number, reason: "no right", now: at(3)) }
        default: return ledger
        }
        #expect(try ledger.finish(1, now: at(4)) == state)
        return ledger
    }

    /// Parcel 1 in a state, its run made.
    private func ledger(parcel state: RunState) throws -> DeliveryStore {
        let ledger = try ledger(.made)
        switch state {
        case .due, .made: break
        case .making: try ledger.startSending(1, now: at(3))
        case .sent: try ledger.send(1)
        case .failed: try ledger.fail(parcel: 1, reason: "550", now: at(3))
        case .skipped: try ledger.skip(parcel: 1, reason: "no right", now: at(3))
        }
        return ledger
    }

    // The steps of a run

    private struct Step: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// What it leads to from where.
        let leads: [RunState: RunState]
        let take: @Sendable (DeliveryStore) throws -> Void
    }

    private static let runSteps = [
        Step(testDescription: "hold", leads: [.due: .due]) { try $0.hold(1, until: at(99), reason: "3 days are missing", now: at(9)) },
        Step(testDescription: "startMaking", leads: [.due: .making]) { try $0.startMaking(1, now: at(9)) },
        Step(testDescription: "finishMaking", leads: [.making: .made]) { try $0.finishMaking(1, publication: nil, dataVersion: 1, parcels: [], now: at(9)) },
        Step(testDescription: "retryMaking", leads: [.making: .due]) { try $0.retryMaking(1, at: at(99), reason: "the disk is full", now: at(9)) },
        Step(testDescription: "fail", leads: [.due: .failed, .making: .failed, .made: .failed]) { try $0.fail(run: 1, reason: "a fault", now: at(9)) },
        Step(testDescription: "skip", leads: [.due: .skipped, .making: .skipped, .made: .skipped]) { try $0.skip(run: 1, reason: "not wanted", now: at(9)) },
        Step(testDescription: "hurry", leads: [.due: .due, .made: .made]) { try $0.hurry(1, by: "root", now: at(9)) },
        Step(testDescription: "makeAgain", leads: [.made: .due]) { try $0.makeAgain(1, reason: "it was restated", now: at(9)) },
        Step(testDescription: "again", leads: [.sent: .due, .failed: .due, .skipped: .due]) { try $0.again(1, by: "root", now: at(9)) },
    ]

    @Test(arguments: runSteps, RunState.allCases)
    private func aRunTakesTheStepsOfItsStateOnly(_ step: Step, _ state: RunState) throws {
        let ledger = try ledger(state)
        let before = try ledger.lines()
        guard let next = step.leads[state] else {
            let error = #expect(throws: StoreError.self) { try step.take(ledger) }
            #expect(error?.description.contains("run 1 cannot be") == true && error?.description.contains("it is \(state.rawValue), and has to be") == true, "\(String(describing: error))")
            #expect(try ledger.lines() == before, "nothing was changed, and nothing noted")
            return
        }
        try step.take(ledger)
        #expect(try ledger.run(1)?.state == next)
        let told = try ledger.history(of: 1).filter { $0.moment == at(9) && $0.parcel == nil }
        #expect(told.map(\.state) == [next.rawValue])
    }

    @Test(arguments: RunState.allCases)
    func aRunIsEndedWhenItIsMadeAndAllItsParcelsAreOver(_ state: RunState) throws {
        let ledger = try ledger(state)
        let before = try ledger.lines()
        #expect(throws: StoreError.self) { try ledger.finish(1, now: at(9)) }
        #expect(try ledger.lines() == before)
        guard state == .made else { return }
        try ledger.send(1)
        let error = #expect(throws: StoreError.self) { try ledger.finish(1, now: at(9)) }
        #expect(error?.description == "run 1 cannot be ended: 1 of its parcels are not over")
        try ledger.startSending(2, now: at(9))
        #expect(throws: StoreError.self) { try ledger.finish(1, now: at(9)) }
        try ledger.finishSending(2, now: at(9))
        #expect(try ledger.finish(1, now: at(10)) == .sent)
        #expect(try ledger.run(1) == Run(
            number: 1, key: "monthly/2025-05", schedule: "monthly", due: at(0), period: may, state: .sent, attempts: 1, publication: 4, dataVersion: 12, created: at(0), waitsSince: at(0), ended: at(10)))
    }

    @Test func whatARunIsInTheEndIsSaidByItsParcels() throws {
        for (sent, failed, skipped, state, reason) in [
            (2, 0, 0, RunState.sent, ""), (1, 0, 1, .sent, "1 sent, 1 skipped"), (1, 1, 0, .failed, "1 sent, 1 failed"), (0, 1, 1, .failed, "1 failed, 1 skipped"),
            (0, 0, 2, .skipped, "2 skipped"), (0, 0, 0, .skipped, "nothing was left to send"),
        ] {
            let ledger = try ledger(.making)
            let numbers = 1..<sent + failed + skipped + 1
            try ledger.finishMaking(1, publication: nil, dataVersion: 1, parcels: numbers.map { parcel("p\($0)") }, now: at(2))
            for number in numbers {
                switch number {
                case ...sent: try ledger.send(number)
                case ...(sent + failed): try ledger.fail(parcel: number, reason: "550", now: at(3))
                default: try ledger.skip(parcel: number, reason: "no right", now: at(3))
                }
            }
            #expect(try ledger.finish(1, now: at(4)) == state)
            #expect(try ledger.run(1)?.reason == reason)
        }
    }

    @Test func whatIsNotThereIsSaid() throws {
        let ledger = try ledger(.due)
        let run = #expect(throws: StoreError.self) { try ledger.startMaking(7, now: at(1)) }
        #expect(run?.description == "there is no run 7")
        let parcel = #expect(throws: StoreError.self) { try ledger.startSending(7, now: at(1)) }
        #expect(parcel?.description == "there is no parcel 7")
        #expect(try ledger.run(7) == nil)
        #expect(try ledger.run(key: "monthly/2025-06") == nil)
    }

    @Test func aRunThatEndsTakesItsOpenParcelsWithItUnlessOneIsOnItsWay() throws {
        let ledger = try ledger(.made)
        try ledger.send(1)
        try ledger.startSending(2, now: at(3))
        #expect(throws: StoreError.self) { try ledger.fail(run: 1, reason: "a fault", now: at(3)) }
        #expect(throws: StoreError.self) { try ledger.skip(run: 1, reason: "not wanted", now: at(3)) }
        try ledger.retrySending(2, at: at(99), reason: "451", isUncertain: false, now: at(4))
        try ledger.skip(run: 1, reason: "the schedule is gone", now: at(5))
        #expect(try ledger.parcels(of: 1).map(\.state) == [.sent, .skipped])
        #expect(try ledger.parcels(of: 1).map(\.reason) == ["", "the schedule is gone"])
    }

    // The steps of a parcel

    private static let parcelSteps = [
        Step(testDescription: "startSending", leads: [.made: .making]) { try $0.startSending(1, now: at(9)) },
        Step(testDescription: "noteHandover", leads: [.making: .making]) { try $0.noteHandover(1, now: at(9)) },
        Step(testDescription: "finishSending", leads: [.making: .sent]) { try $0.finishSending(1, now: at(9)) },
        Step(testDescription: "retrySending", leads: [.making: .made]) { try $0.retrySending(1, at: at(99), reason: "451", isUncertain: false, now: at(9)) },
        Step(testDescription: "fail", leads: [.made: .failed, .making: .failed]) { try $0.fail(parcel: 1, reason: "550", now: at(9)) },
        Step(testDescription: "skip", leads: [.made: .skipped, .making: .skipped]) { try $0.skip(parcel: 1, reason: "no right", now: at(9)) },
    ]

    @Test(arguments: parcelSteps, [RunState.made, .making, .sent, .failed, .skipped])
    private func aParcelTakesTheStepsOfItsStateOnly(_ step: Step, _ state: RunState) throws {
        let ledger = try ledger(parcel: state)
        let before = try ledger.lines()
        guard let next = step.leads[state] else {
            let error = #expect(throws: StoreError.self) { try step.take(ledger) }
            #expect(error?.description.contains("parcel 1 cannot be") == true && error?.description.contains("it is \(state.rawValue), and has to be") == true, "\(String(describing: error))")
            #expect(try ledger.lines() == before, "nothing was changed, and nothing noted")
            return
        }
        try step.take(ledger)
        #expect(try ledger.parcels(of: 1).map(\.state) == [next, .made])
        let told = try ledger.history(of: 1).filter { $0.moment == at(9) }
        #expect(told.map(\.state) == [next.rawValue])
        #expect(told.map(\.parcel) == [1])
    }

    /// A run that was asked for again has parcels before it is made.
    @Test(arguments: parcelSteps)
    private func noParcelGoesOutOfARunThatIsNotMade(_ step: Step) throws {
        let ledger = try ledger(.failed)
        try ledger.again(1, by: "root", now: at(5))
        #expect(try ledger.parcels(of: 1).map(\.state) == [.made, .made])
        let before = try ledger.lines()
        let error = #expect(throws: StoreError.self) { try step.take(ledger) }
        #expect(error?.description.hasSuffix("its run 1 is due, and has to be made") == true)
        #expect(try ledger.lines() == before)
    }

    @Test func aParcelKeepsWhatIsKnownOfIt() throws {
        let ledger = try ledger(.made)
        try ledger.startSending(1, now: at(3))
        try ledger.retrySending(1, at: at(60), reason: "451 later", isUncertain: false, now: at(4))
        #expect(try ledger.parcels(of: 1).first == Parcel(
            number: 1, run: 1, key: "a", recipient: "account:a", unitCode: "616", state: .made, attempts: 1, nextTry: at(60), messageID: "a@example.vn", reason: "451 later", content: "{}"))
        try ledger.startSending(1, now: at(60))
        try ledger.finishSending(1, now: at(61))
        #expect(try ledger.parcels(of: 1).first == Parcel(
            number: 1, run: 1, key: "a", recipient: "account:a", unitCode: "616", state: .sent, attempts: 2, messageID: "a@example.vn", content: "{}", ended: at(61)))
    }

    /// Between the last words and the answer nobody knows; afterwards one knows of the last try, and still not of the one before.
    @Test func whatMayHaveArrivedIsSaidUntilItHas() throws {
        let ledger = try ledger(.made)
        func isUncertain() throws -> Bool? { try ledger.parcels(of: 1).first?.isUncertain }
        try ledger.startSending(1, now: at(3))
        #expect(try isUncertain() == false)
        try ledger.noteHandover(1, now: at(3))
        #expect(try isUncertain() == true)
        try ledger.retrySending(1, at: at(4), reason: "451 after all of it", isUncertain: false, now: at(3))
        #expect(try isUncertain() == false, "the server has refused it")
        try ledger.startSending(1, now: at(4))
        try ledger.noteHandover(1, now: at(4))
        try ledger.retrySending(1, at: at(5), reason: "no answer", isUncertain: true, now: at(4))
        #expect(try isUncertain() == true)
        try ledger.startSending(1, now: at(5))
        #expect(try isUncertain() == true)
        try ledger.noteHandover(1, now: at(5))
        try ledger.retrySending(1, at: at(6), reason: "451 after all of it", isUncertain: false, now: at(5))
        #expect(try isUncertain() == true, "the try before may have brought it")
        try ledger.startSending(1, now: at(6))
        try ledger.finishSending(1, now: at(6))
        #expect(try isUncertain() == false)
    }

    @Test func whatFailsOrIsSkippedMayHaveArrived() throws {
        for (known, said, expected) in [(false, nil, true), (false, false, false), (false, true, true), (true, nil, true), (true, false, true), (true, true, true)] as [(Bool, Bool?, Bool)] {
            let ledger = try ledger(.made)
            if known {
                try ledger.startSending(1, now: at(3))
                try ledger.retrySending(1, at: at(4), reason: "no answer", isUncertain: true, now: at(3))
            }
            try ledger.startSending(1, now: at(4))
            try ledger.noteHandover(1, now: at(4))
            try ledger.fail(parcel: 1, reason: "given up", isUncertain: said, now: at(4))
            #expect(try ledger.parcels(of: 1).first?.isUncertain == expected, "\(known) \(String(describing: said))")
        }
        let ledger = try ledger(.made)
        try ledger.startSending(1, now: at(3))
        try ledger.retrySending(1, at: at(4), reason: "no answer", isUncertain: true, now: at(3))
        try ledger.fail(parcel: 1, reason: "given up", isUncertain: false, now: at(4))
        #expect(try ledger.parcels(of: 1).first?.isUncertain == true, "no try runs of which that could be said")
    }

    // Planning

    @Test func aKeyIsPlannedOnce() throws {
        let ledger = try DeliveryStore(path: nil)
        let first = try ledger.plan([new("a", due: 5), new("b", due: 6, skippedBecause: "missed while nothing ran")], of: "monthly", through: at(6), now: at(7))
        #expect(first == [
            Run(number: 1, key: "a", schedule: "monthly", due: at(5), period: may, state: .due, created: at(7), waitsSince: at(7)),
            Run(number: 2, key: "b", schedule: "monthly", due: at(6), period: may, state: .skipped, reason: "missed while nothing ran", created: at(7), waitsSince: at(7), ended: at(7)),
        ])
        let second = try ledger.plan([new("b", due: 8), new("c", due: 9), new("c", due: 9)], of: "monthly", through: at(9), now: at(9))
        #expect(second.map(\.key) == ["c"])
        #expect(try ledger.run(key: "b") == first[1], "it stays as it was")
        #expect(try ledger.history(of: 2).map(\.detail) == ["missed while nothing ran"])
        #expect(try ledger.history(of: 1).map(\.state) == ["due"])
    }

    @Test func aPlanThatCannotBeKeptLeavesNothing() throws {
        let ledger = try DeliveryStore(path: nil)
        let before = try ledger.lines()
        #expect(throws: DatabaseError.self) { try ledger.plan([new("a"), new("")], of: "monthly", through: at(9), now: at(0)) }
        let strange = Period(.calendar, year: 2025, months: 2...3)
        #expect(throws: StoreError.self) { try ledger.plan([new("a"), new("b", period: strange)], of: "monthly", through: at(9), now: at(0)) }
        #expect(try ledger.lines() == before)
    }

    /// Two schedulers, each with two threads.
    @Test func thoseWhoPlanAtOnceMakeOneRun() throws {
        let folder = try Folder()
        let ledgers = try (0..<2).map { _ in try DeliveryStore(path: folder.path + "/deliveries.sqlite") }
        let keys = (1...6).map { "monthly/2025-0\($0)" }
        let planned = Mutex<[String]>([])
        let errors = Mutex<[any Error]>([])
        DispatchQueue.concurrentPerform(iterations: 16) { index in
            do {
                for key in index % 3 == 0 ? keys : keys.reversed() {
                    let runs = try ledgers[index % 2].plan([new(key)], of: "monthly", through: at(index), now: at(0))
                    planned.withLock { $0 += runs.map(\.key) }
                }
            } catch { errors.withLock { $0.append(error) } }
        }
        #expect(errors.withLock { $0.count } == 0, "\(errors.withLock { "\($0)" })")
        #expect(planned.withLock { $0.sorted() } == keys, "each was new to one of them only")
        for ledger in ledgers {
            #expect(try ledger.runs(limit: 99).map(\.key).sorted() == keys)
            #expect(try ledger.standing(of: ["monthly"])["monthly"]?.plannedThrough == at(15))
        }
    }

    @Test func whatManyTakeUpAtOnceOneHas() throws {
        let folder = try Folder()
        let path = folder.path + "/deliveries.sqlite"
        let ledgers = [try ledger(.made, path: path), try DeliveryStore(path: path)]
        let taken = Mutex(0)
        let errors = Mutex<[any Error]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { index in
            do {
                try ledgers[index % 2].startSending(1, now: at(3))
                taken.withLock { $0 += 1 }
            } catch is StoreError {} catch { errors.withLock { $0.append(error) } }
        }
        #expect(taken.withLock { $0 } == 1)
        #expect(errors.withLock { $0.count } == 0, "\(errors.withLock { "\($0)" })")
        #expect(try ledgers[0].parcels(of: 1).first?.attempts == 1)
    }

    @Test func manyMayBeginANewLedgerAtOnce() throws {
        let folder = try Folder()
        let errors = Mutex<[any Error]>([])
        for number in 1...20 {
            // An empty file is one that was just created.
            let path = try folder.file("\(number).sqlite", "")
            DispatchQueue.concurrentPerform(iterations: 4) { _ in
                do { try DeliveryStore(path: path).plan([new("a")], of: "monthly", through: at(0), now: at(0)) } catch { errors.withLock { $0.append(error) } }
            }
            #expect(try DeliveryStore(path: path).runs(limit: 9).map(\.key) == ["a"])
        }
        #expect(errors.withLock { $0.count } == 0, "\(errors.withLock { "\($0)" })")
    }

    @Test func lookingBeginsNoSchedule() throws {
        let ledger = try DeliveryStore(path: nil)
        #expect(try ledger.standing(of: ["weekly", "monthly"]).isEmpty)
        #expect(try ledger.beginRound(["weekly", "monthly"], now: at(0)) == nil)
        #expect(try ledger.beginRound(["weekly", "monthly", "quarterly"], now: at(60)) == nil)
        let standing = try ledger.standing(of: ["weekly", "monthly", "quarterly", "unknown"])
        #expect(standing.mapValues(\.since) == ["weekly": at(0), "monthly": at(0), "quarterly": at(60)])
    }

    @Test func aClockThatWasSetBackUndoesNoPlan() throws {
        let ledger = try DeliveryStore(path: nil)
        let day = 86_400
        _ = try ledger.beginRound(["monthly"], now: at(0))
        try ledger.plan([new("a", due: day)], of: "monthly", through: at(day), now: at(day))
        try ledger.plan([new("a", due: 60), new("b", due: 60)], of: "monthly", through: at(60), now: at(60))
        #expect(try ledger.standing(of: ["monthly"])["monthly"]?.plannedThrough == at(day))
        #expect(try ledger.run(key: "a")?.due == at(day), "a known key is left alone")
        #expect(try ledger.nextRuns(now: at(60)).map(\.key) == ["b"], "the other is not due yet, by this clock")
        #expect(try ledger.nextRuns(now: at(day)).map(\.key) == ["b", "a"], "the longest due first")
    }

    /// Runs that a clock that was ahead has skipped or failed are due at their own time; what was sent, and what is over by the right clock, stays.
    @Test func whatAClockThatWasAheadEndedIsDueAgain() throws {
        let ledger = try DeliveryStore(path: nil)
        let day = 86_400
        _ = try ledger.beginRound(["monthly"], now: at(0))
        try ledger.plan([new("past", due: 10, skippedBecause: "missed")], of: "monthly", through: at(20), now: at(20))
        #expect(try ledger.beginRound(["monthly"], now: at(90 * day)) == nil)
        try ledger.plan([new("skipped", due: 30 * day, skippedBecause: "missed"), new("failed", due: 60 * day), new("sent", due: 80 * day)], of: "monthly", through: at(90 * day), now: at(90 * day))
        try ledger.fail(run: 3, reason: "nothing is stored", now: at(90 * day))
        try ledger.startMaking(4, now: at(90 * day))
        try ledger.finishMaking(4, publication: nil, dataVersion: 1, parcels: [parcel("p")], now: at(90 * day))
        try ledger.send(1, at: 90 * day)
        #expect(try ledger.finish(4, now: at(90 * day)) == .sent)
        #expect(try ledger.beginRound(["monthly"], now: at(90 * day - 500)) == nil, "a few minutes are none")
        #expect(try ledger.beginRound(["monthly"], now: at(day)) == at(90 * day - 500))
        #expect(try ledger.runs(limit: 9).reversed().map(\.state) == [.skipped, .due, .due, .sent])
        #expect(try ledger.nextRuns(now: at(day)).isEmpty, "they are not due yet")
        #expect(try ledger.nextRuns(now: at(30 * day)).map(\.key) == ["skipped"])
        #expect(try ledger.run(3)?.waitsSince == at(60 * day) && ledger.run(3)?.attempts == 0)
        #expect(try ledger.standing(of: ["monthly"])["monthly"]?.plannedThrough == at(day))
        #expect(try ledger.history(of: 2).last?.detail == "the clock was ahead when it was planned")
        #expect(try ledger.beginRound(["monthly"], now: at(day + 60)) == nil, "it is told once")
    }

    @Test func aRunByHandSaysNothingOfOthers() throws {
        let ledger = try DeliveryStore(path: nil)
        _ = try ledger.beginRound(["monthly"], now: at(0))
        #expect(try ledger.plan([new("a", due: 50)], of: "monthly", through: nil, now: at(50)).count == 1)
        #expect(try ledger.standing(of: ["monthly"])["monthly"]?.plannedThrough == at(0))
    }

    @Test func whatWaitsForAMomentOfAWrongClockGoesOn() throws {
        let (ledger, year) = (try ledger(.made), 365 * 86_400)
        try ledger.plan([new("held"), new("waits")], of: "monthly", through: at(0), now: at(0))
        try ledger.hold(3, until: at(500), reason: "3 days are missing", now: at(3))
        // The clock is a year ahead.
        for number in 1...2 {
            try ledger.startSending(number, now: at(year))
            try ledger.retrySending(number, at: at(year + 60), reason: "451", isUncertain: false, now: at(year))
        }
        try ledger.hold(2, until: at(year + 60), reason: "3 days are missing", now: at(year))
        try ledger.notify(key: "n", subject: "s", text: "t", now: at(year))
        try ledger.retryNotice(1, at: at(year + 60), now: at(year))
        #expect(try ledger.nextRuns(now: at(10)).isEmpty)
        #expect(try ledger.openNotices(now: at(10)).isEmpty)
        #expect(try ledger.recover(now: at(10)) == 0)
        #expect(try ledger.nextRuns(now: at(10)).map(\.number) == [1, 2])
        #expect(try ledger.parcels(of: 1).map(\.nextTry) == [nil, nil])
        #expect(try ledger.openNotices(now: at(10)).map(\.key) == ["n"])
        #expect(try ledger.run(3)?.nextTry == at(500), "what the right clock said holds")
    }

    @Test func aScheduleIsPausedAndGoesOn() throws {
        let ledger = try DeliveryStore(path: nil)
        try ledger.pause("monthly", by: "root", why: "Tết", now: at(5))
        let paused = try #require(try ledger.standing(of: ["monthly"])["monthly"]?.paused)
        #expect(paused == ("root", at(5), "Tết"))
        let error = #expect(throws: InputError.self) { try ledger.pause("monthly", by: "an", why: "", now: at(6)) }
        #expect(error?.description == "schedule 'monthly' was paused already, by root at 2025-06-15T22:06:45+07:00")
        try ledger.resume("monthly", by: "an", now: at(7))
        #expect(try ledger.standing(of: ["monthly"])["monthly"]?.paused == nil)
        #expect(throws: InputError.self) { try ledger.resume("monthly", by: "an", now: at(8)) }
        #expect(throws: InputError.self) { try ledger.resume("nobody-knows-it", by: "an", now: at(8)) }
        try ledger.pause("monthly", by: "an", why: "", now: at(9))
        #expect(try ledger.history(ofSchedule: "monthly").map { "\($0.moment.secondsSinceEpoch - at(0).secondsSinceEpoch) \($0.state) \($0.detail)" } == [
            "5 paused by root: Tết", "7 resumed by an", "9 paused by an",
        ])
    }

    // Making and sending

    @Test func aRunIsTakenUpWhenItsTimeHasCome() throws {
        let ledger = try ledger(.due)
        func next(_ seconds: Int) throws -> [Int] { try ledger.nextRuns(now: at(seconds)).map(\.number) }
        #expect(try next(0) == [1])
        try ledger.hold(1, until: at(50), reason: "3 days are missing", now: at(1))
        #expect(try next(49).isEmpty)
        #expect(try next(50) == [1])
        #expect(try ledger.run(1)?.reason == "3 days are missing")
        try ledger.startMaking(1, now: at(50))
        #expect(try next(999).isEmpty, "somebody is at it")
        try ledger.retryMaking(1, at: at(60), reason: "the disk is full", now: at(51))
        #expect(try next(59).isEmpty)
        #expect(try next(60) == [1])
        try ledger.startMaking(1, now: at(60))
        #expect(try ledger.run(1)?.attempts == 2)
        try ledger.finishMaking(1, publication: nil, dataVersion: 1, parcels: [parcel("a"), parcel("b")], now: at(61))
        #expect(try ledger.run(1)?.reason == "")
        try ledger.startSending(1, now: at(62))
        try ledger.retrySending(1, at: at(90), reason: "451", isUncertain: false, now: at(62))
        #expect(try next(62) == [1], "the other parcel can go")
        try ledger.startSending(2, now: at(62))
        try ledger.retrySending(2, at: at(80), reason: "451", isUncertain: false, now: at(62))
        #expect(try ledger.run(1)?.nextTry == at(80), "the first of them")
        #expect(try next(79).isEmpty)
        #expect(try next(80) == [1])
        try ledger.send(2, at: 80)
        #expect(try ledger.run(1)?.nextTry == at(90))
        try ledger.fail(parcel: 1, reason: "given up", now: at(81))
        #expect(try next(81) == [1], "it is to be ended")
        try ledger.finish(1, now: at(82))
        #expect(try next(999).isEmpty)
    }

    @Test func aSecondParcelWithAKnownKeyIsNotAddedAndItIsSaid() throws {
        let ledger = try ledger(.made)
        try ledger.plan([new("again")], of: "monthly", through: at(0), now: at(3))
        try ledger.startMaking(2, now: at(3))
        try ledger.finishMaking(2, publication: 5, dataVersion: 13, parcels: [parcel("a", "another letter"), parcel("c"), parcel("c")], now: at(4))
        #expect(try ledger.parcels(of: 2).map(\.key) == ["c"])
        #expect(try ledger.parcels(of: 1).map(\.content) == ["{}", "{}"])
        #expect(try ledger.history(of: 2).map { "\($0.parcel.map(String.init) ?? "-") \($0.state) \($0.detail)" } == [
            "- due planned", "- making ", "- made data version 13, publication 5, parcels: 3", "- known not added: a is parcel 1 of run 1, which is made",
            "3 made for account:c", "- known not added: c is there twice",
        ])
    }

    @Test func whatWasAskedForAgainIsMadeAnewAndSentToThoseWhoDidNotGetIt() throws {
        let ledger = try ledger(.making)
        try ledger.finishMaking(1, publication: 4, dataVersion: 12, parcels: ["sent", "failed", "skipped", "gone"].map { parcel($0) }, now: at(2))
        try ledger.send(1)
        for number in [2, 4] {
            try ledger.startSending(number, now: at(3))
            try ledger.noteHandover(number, now: at(3))
            try ledger.fail(parcel: number, reason: "no answer", now: at(3))
        }
        try ledger.skip(parcel: 3, reason: "no right", now: at(3))
        #expect(try ledger.finish(1, now: at(4)) == .failed)
        try ledger.again(1, by: "root", now: at(5))
        #expect(try ledger.run(1) == Run(number: 1, key: "monthly/2025-05", schedule: "monthly", due: at(0), period: may, state: .due, publication: 4, dataVersion: 12, created: at(0), waitsSince: at(5)))
        #expect(try ledger.nextRuns(now: at(5)).map(\.number) == [1])
        #expect(try ledger.parcels(of: 1).map(\.state) == [.sent, .made, .skipped, .made])
        #expect(try ledger.parcels(of: 1).map(\.attempts) == [1, 0, 0, 0])
        try ledger.startMaking(1, now: at(6))
        try ledger.finishMaking(1, publication: 5, dataVersion: 13, parcels: ["sent", "failed", "skipped", "new"].map { parcel($0, "made anew") }, now: at(7))
        #expect(try ledger.parcels(of: 1).map(\.state) == [.sent, .made, .made, .skipped, .made])
        #expect(try ledger.parcels(of: 1).map(\.content) == ["{}", "made anew", "made anew", "{}", "made anew"])
        #expect(try ledger.parcels(of: 1).map(\.isUncertain) == [false, true, false, true, false], "it may have arrived then")
        #expect(try ledger.parcels(of: 1)[3].reason == "the run was made again without it")
        for number in [2, 3, 5] { try ledger.send(number, at: 8) }
        #expect(try ledger.finish(1, now: at(9)) == .sent)
        #expect(try ledger.run(1)?.reason == "4 sent, 1 skipped")
    }

    @Test func aRunThatWasMissedCanBeAskedFor() throws {
        let ledger = try DeliveryStore(path: nil)
        try ledger.plan([new("a", skippedBecause: "missed while nothing ran")], of: "monthly", through: at(0), now: at(1))
        try ledger.again(1, by: "root", now: at(2))
        #expect(try ledger.run(1) == Run(number: 1, key: "a", schedule: "monthly", due: at(0), period: may, state: .due, created: at(1), waitsSince: at(2)))
        #expect(try ledger.history(of: 1).map(\.detail) == ["missed while nothing ran", "asked for again by root"])
    }

    @Test func whatAKilledProcessLeftIsTakenUp() throws {
        let ledger = try ledger(.made)
        try ledger.plan([new("b"), new("c")], of: "monthly", through: at(0), now: at(0))
        try ledger.startMaking(2, now: at(3))
        try ledger.startSending(1, now: at(3))
        try ledger.noteHandover(1, now: at(3))
        try ledger.startSending(2, now: at(3))
        #expect(try ledger.recover(now: at(9)) == 3)
        #expect(try ledger.runs(limit: 9).reversed().map(\.state) == [.made, .due, .due])
        #expect(try ledger.run(2)?.attempts == 1, "what kills its process every time is noticed")
        #expect(try ledger.parcels(of: 1).map(\.state) == [.made, .made])
        #expect(try ledger.parcels(of: 1).map(\.isUncertain) == [true, false])
        #expect(try ledger.parcels(of: 1).map(\.nextTry) == [nil, nil])
        #expect(try ledger.nextRuns(now: at(9)).map(\.number) == [1, 2, 3])
        #expect(try ledger.history(of: 1).suffix(2).map { "\($0.parcel ?? 0) \($0.state) \($0.detail)" } == (1...2).map { "\($0) made the process that was at it has ended" })
        let before = try ledger.lines()
        #expect(try ledger.recover(now: at(10)) == 0)
        #expect(try ledger.lines() == before)
    }

    // Looking

    @Test func runsAreReadInPagesFromTheNewest() throws {
        let ledger = try ledger(.sent)
        try ledger.plan((2...5).map { new("r\($0)") }, of: "monthly", through: at(0), now: at(0))
        try ledger.plan([NewRun(key: "d", schedule: "digest", due: at(0), period: may)], of: "digest", through: at(0), now: at(0))
        try ledger.startMaking(3, now: at(1))
        let pages = [try ledger.runs(limit: 2), try ledger.runs(before: 5, limit: 2), try ledger.runs(before: 3, limit: 2)]
        #expect(pages.map { $0.map(\.number) } == [[6, 5], [4, 3], [2, 1]])
        #expect(pages.map(\.next) == [5, 3, nil])
        #expect(pages.map(\.previous) == [nil, nil, 5])
        #expect(try ledger.runs(limit: 9, schedule: "monthly", state: .due).map(\.number) == [5, 4, 2])
        #expect(try ledger.runs(before: 4, limit: 9, state: .due).map(\.number) == [2])
        #expect(try ledger.runs(limit: 9, schedule: "digest").map(\.key) == ["d"])
        #expect(try ledger.runs(limit: 0).isEmpty)
        #expect(try ledger.counts() == [.due: 4, .making: 1, .made: 0, .sent: 1, .failed: 0, .skipped: 0])
    }

    @Test func theNewestRevisionThatWasSentIsWhatReadersHave() throws {
        let ledger = try DeliveryStore(path: nil)
        let (june, calendar) = (Period(.administrative, year: 2025, months: 6...6), Period(.calendar, year: 2025, months: 5...5))
        let runs = [new("r8", revision: 8), new("may"), new("r9", revision: 9), new("june", period: june), new("calendar", period: calendar), new("r7", revision: 7)]
        try ledger.plan(runs, of: "monthly", through: at(0), now: at(0))
        for (index, number) in [1, 2, 4, 5, 6, 3].enumerated() {
            try ledger.startMaking(number, now: at(1))
            try ledger.finishMaking(number, publication: nil, dataVersion: 20 - number, parcels: [parcel("p\(number)")], now: at(1))
            if number == 3 { try ledger.fail(parcel: 6, reason: "550", now: at(1)) } else { try ledger.send(index + 1) }
            try ledger.finish(number, now: at(number * 10))
        }
        #expect(try ledger.sentRuns(since: at(0)).map(\.key) == ["r8", "june", "calendar"], "the ninth never got there, and the seventh is older")
        #expect(try ledger.sentRuns(since: at(50)).map(\.key) == ["calendar"])
        #expect(try ledger.sentRuns(since: at(51)).isEmpty, "an older one that was sent later does not count")
    }

    @Test func theOwnerIsToldOnce() throws {
        let ledger = try DeliveryStore(path: nil)
        #expect(try ledger.notify(key: "monthly/2025-05 failed", subject: "Không gửi được", text: "550", now: at(0)))
        #expect(try !ledger.notify(key: "monthly/2025-05 failed", subject: "another", text: "another", now: at(1)))
        #expect(try ledger.notify(key: "b", subject: "s", text: "t", now: at(2)))
        #expect(try ledger.openNotices(now: at(2)).map(\.number) == [1, 2])
        try ledger.retryNotice(1, at: at(60), now: at(3))
        #expect(try ledger.openNotices(now: at(59)).map(\.number) == [2])
        #expect(try ledger.openNotices(now: at(60)).first == Notice(
            number: 1, key: "monthly/2025-05 failed", subject: "Không gửi được", text: "550", created: at(0), attempts: 1, nextTry: at(60)))
        try ledger.noticeSent(1, now: at(61))
        #expect(try ledger.openNotices(now: at(99)).map(\.number) == [2])
        for number in [1, 9] {
            #expect(throws: StoreError.self) { try ledger.noticeSent(number, now: at(62)) }
            #expect(throws: StoreError.self) { try ledger.retryNotice(number, at: at(99), now: at(62)) }
        }
        #expect(try !ledger.notify(key: "monthly/2025-05 failed", subject: "", text: "", now: at(63)), "not even after it was told")
        #expect(try ledger.notices(limit: 9).map(\.sent) == [nil, at(61)])
        #expect(try ledger.notices(limit: 1).map(\.key) == ["b"])
    }

    @Test func oldLettersAreTakenAwayAndWhatBecameOfThemStays() throws {
        let ledger = try ledger(.made)
        try ledger.send(1, at: 3)
        #expect(try ledger.clearContents(endedBefore: at(3)) == 0)
        #expect(try ledger.clearContents(endedBefore: at(4)) == 1)
        #expect(try ledger.clearContents(endedBefore: at(4)) == 0)
        #expect(try ledger.parcels(of: 1).map(\.content) == ["", "{}"])
        #expect(try ledger.parcels(of: 1).map(\.state) == [.sent, .made])
    }

    // The file

    @Test(arguments: [
        "UPDATE parcel SET state = 'made', ended_at = NULL", "UPDATE parcel SET ended_at = 1", "UPDATE parcel SET key = 'z'", "UPDATE parcel SET message_id = 'z'", "DELETE FROM parcel",
        "INSERT OR REPLACE INTO parcel (run_id, key, recipient, unit_code, message_id, content, state, changed_at) VALUES (1, 'a', 'account:a', '', '', '', 'made', 1)",
        "UPDATE run SET state = 'failed'", "UPDATE run SET key = 'z'", "DELETE FROM run",
        "INSERT OR REPLACE INTO run (key, schedule, due_at, calendar, period, state, reason, created_at, changed_at) VALUES ('monthly/2025-05', 'monthly', 1, 'calendar', '2025', 'due', '', 1, 1)",
        "UPDATE history SET detail = ''", "DELETE FROM history", "INSERT OR REPLACE INTO history VALUES (1, 1, NULL, NULL, 0, 'due', '')",
    ])
    func whatWasSentCannotBeMadeUndone(_ change: String) throws {
        let ledger = try ledger(.sent)
        let before = try ledger.lines()
        #expect(throws: DatabaseError.self) { try ledger.queue.write { try $0.execute(sql: change) } }
        #expect(try ledger.lines() == before)
    }

    @Test func theFileIsForItsOwnerOnly() throws {
        let folder = try Folder()
        let ledger = try ledger(.making, path: folder.path + "/deliveries.sqlite")
        for name in try folder.files {
            #expect(try FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)[.posixPermissions] as? Int == 0o600, "\(name)")
        }
        #expect(try ledger.queue.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
    }

    @Test func whatIsNoLedgerIsRefused() throws {
        let folder = try Folder()
        let text = try folder.file("a.sqlite", String(repeating: "not a database ", count: 100))
        let error = #expect(throws: InputError.self) { try DeliveryStore(path: text) }
        #expect(error?.description == "\(text): is not a file with deliveries of uptake; name another one as 'ledger' under 'delivery' in the settings")
        #expect(throws: InputError.self) { try DeliveryStore(path: folder.path + "/nowhere/a.sqlite") }
        #expect(throws: InputError.self, "accounts are no deliveries") {
            _ = try AccountStore(path: folder.path + "/b.sqlite")
            _ = try DeliveryStore(path: folder.path + "/b.sqlite")
        }
    }

    @Test func aFullDiskIsSaidAndLeavesWhatWasThere() throws {
        let ledger = try ledger(.making)
        let before = try ledger.lines()
        func limit(pages: Int) throws { try ledger.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(pages)") } }
        // Less than there are is as many as there are.
        try limit(pages: 1)
        let letters = (1...50).map { parcel("p\($0)", String(repeating: "x", count: 10_000)) }
        let error = #expect(throws: StoreError.self) { try ledger.finishMaking(1, publication: nil, dataVersion: 1, parcels: letters, now: at(2)) }
        #expect(error?.description.hasSuffix(": the disk is full; nothing was written, make room and try again") == true)
        #expect(try ledger.lines() == before)
        try limit(pages: 100_000)
        try ledger.finishMaking(1, publication: nil, dataVersion: 1, parcels: letters, now: at(3))
        #expect(try ledger.parcels(of: 1).count == 50)
    }

    /// Every step of a month with faults: once with one connection in memory, once with the file opened anew for each step, and as a process would find
    /// it that was started after a kill: the file and its log copied while they are open.
    @Test func whatWasDoneBeforeAnyTwoStepsIsThereAfterAKill() throws {
        let steps: [(DeliveryStore) throws -> Void] = [
            { _ = try $0.beginRound(["monthly", "digest"], now: at(0)) },
            { try $0.plan([new("a", due: 1), new("b", due: 1, skippedBecause: "missed")], of: "monthly", through: at(1), now: at(1)) },
            { try $0.pause("digest", by: "root", why: "Tết", now: at(1)) },
            { try $0.hold(1, until: at(2), reason: "3 days are missing", now: at(1)) },
            { try $0.startMaking(1, now: at(2)) },
            { try $0.recover(now: at(3)) },
            { try $0.startMaking(1, now: at(3)) },
            { try $0.retryMaking(1, at: at(4), reason: "the disk is full", now: at(3)) },
            { try $0.startMaking(1, now: at(4)) },
            { try $0.finishMaking(1, publication: 4, dataVersion: 12, parcels: [parcel("a"), parcel("b"), parcel("c")], now: at(5)) },
            { try $0.startSending(1, now: at(6)) },
            { try $0.noteHandover(1, now: at(6)) },
            { try $0.recover(now: at(7)) },
            { try $0.startSending(1, now: at(7)) },
            { try $0.noteHandover(1, now: at(7)) },
            { try $0.finishSending(1, now: at(7)) },
            { try $0.startSending(2, now: at(7)) },
            { try $0.retrySending(2, at: at(9), reason: "451", isUncertain: true, now: at(7)) },
            { try $0.skip(parcel: 3, reason: "no right", now: at(8)) },
            { try $0.startSending(2, now: at(9)) },
            { try $0.fail(parcel: 2, reason: "550", now: at(9)) },
            { try $0.finish(1, now: at(9)) },
            { try $0.notify(key: "a failed", subject: "s", text: "t", now: at(9)) },
            { try $0.retryNotice(1, at: at(10), now: at(9)) },
            { try $0.again(1, by: "root", now: at(10)) },
            { try $0.noticeSent(1, now: at(10)) },
            { try $0.resume("digest", by: "root", now: at(10)) },
            { try $0.startMaking(1, now: at(11)) },
            { try $0.finishMaking(1, publication: 5, dataVersion: 13, parcels: [parcel("a"), parcel("b")], now: at(11)) },
            { try $0.startSending(2, now: at(12)) },
            { try $0.finishSending(2, now: at(12)) },
            { try $0.finish(1, now: at(12)) },
        ]
        let (folder, copies) = (try Folder(), try Folder())
        let (path, copy) = (folder.path + "/deliveries.sqlite", copies.path + "/deliveries.sqlite")
        let inMemory = try DeliveryStore(path: nil)
        for (index, step) in steps.enumerated() {
            try step(inMemory)
            let expected = try inMemory.lines()
            let ledger = try DeliveryStore(path: path)
            try step(ledger)
            #expect(try ledger.lines() == expected, "step \(index)")
            for name in try copies.files { try FileManager.default.removeItem(atPath: copies.path + "/" + name) }
            for name in ["deliveries.sqlite", "deliveries.sqlite-wal"] { try FileManager.default.copyItem(atPath: folder.path + "/" + name, toPath: copies.path + "/" + name) }
            #expect(try DeliveryStore(path: copy).lines() == expected, "killed after step \(index)")
        }
        #expect(try inMemory.run(1)?.state == .sent)
        #expect(try inMemory.parcels(of: 1).map(\.state) == [.sent, .sent, .skipped])
    }

    /// Steps at random, allowed or not, by two processes that are killed now and then.
    @Test(arguments: 1...4)
    func aParcelThatWasSentNeverBecomesAnythingElse(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let folder = try Folder()
        var ledgers: [DeliveryStore] = []
        var (sent, refused): ([Int: Parcel], Int) = ([:], 0)
        for moment in 1...500 {
            if ledgers.isEmpty || Int.random(in: 0..<40, using: &random) == 0 { ledgers = try (0..<2).map { _ in try DeliveryStore(path: folder.path + "/deliveries.sqlite") } }
            do {
                let ledger = ledgers[Int.random(in: 0...1, using: &random)]
                if Int.random(in: 0..<3, using: &random) == 0 { try stride(ledger, at(moment), &random) } else { try stumble(ledger, at(moment), &random) }
            } catch is StoreError { refused += 1 }
            let reader = ledgers[moment % 2]
            let runs = try reader.runs(limit: 99)
            let parcels = try runs.flatMap { try reader.parcels(of: $0.number) }
            let states = Dictionary(uniqueKeysWithValues: runs.map { ($0.number, $0.state) })
            for parcel in parcels where parcel.state == .sent && sent[parcel.number] == nil { sent[parcel.number] = parcel }
            for (number, parcel) in sent { #expect(parcels.first { $0.number == number } == parcel, "seed \(seed), step \(moment)") }
            #expect(Set(parcels.map(\.key)).count == parcels.count, "a key is there once, seed \(seed), step \(moment)")
            #expect(!parcels.contains { $0.state == .making && states[$0.run] != .made }, "only what is made goes out, seed \(seed), step \(moment)")
            #expect(!parcels.contains { !$0.state.isOver && states[$0.run]?.isOver != false }, "what is over is over with its parcels, seed \(seed), step \(moment)")
            #expect(!parcels.contains { $0.state == .failed && states[$0.run] == .sent }, "seed \(seed), step \(moment)")
        }
        let told = try ledgers[0].queue.read { try Int.fetchAll($0, sql: "SELECT parcel_id FROM history WHERE parcel_id IS NOT NULL AND state = 'sent' ORDER BY parcel_id") }
        #expect(told == sent.keys.sorted(), "each was sent once, seed \(seed)")
        #expect(sent.count >= 5 && refused >= 100, "the steps of seed \(seed) lead nowhere: \(sent.count) sent, \(refused) refused")
    }

    /// The next step of a run that is not over.
    private func stride(_ ledger: DeliveryStore, _ now: Instant, _ random: inout SeededGenerator) throws {
        guard let run = try ledger.runs(limit: 99).filter({ !$0.state.isOver }).randomElement(using: &random) else { return }
        switch run.state {
        case .due: try ledger.startMaking(run.number, now: now)
        case .making: try make(ledger, run.number, now, &random)
        default:
            let parcels = try ledger.parcels(of: run.number)
            if let one = parcels.first(where: { $0.state == .making }) { return try ledger.finishSending(one.number, now: now) }
            guard let one = parcels.first(where: { $0.state == .made }) else { _ = try ledger.finish(run.number, now: now); return }
            try ledger.startSending(one.number, now: now)
        }
    }

    /// Some of its keys are those of other runs.
    private func make(_ ledger: DeliveryStore, _ run: Int, _ now: Instant, _ random: inout SeededGenerator) throws {
        let letters = (0..<3).map { _ in "abcdef".randomElement(using: &random) ?? "a" }
        try ledger.finishMaking(run, publication: nil, dataVersion: 1, parcels: (letters.map(String.init) + ["of \(run)", "also of \(run)"]).map { parcel($0, now.iso) }, now: now)
    }

    /// Any step of anything.
    private func stumble(_ ledger: DeliveryStore, _ now: Instant, _ random: inout SeededGenerator) throws {
        let (run, parcel, isEven) = (Int.random(in: 1...6, using: &random), Int.random(in: 1...12, using: &random), Bool.random(using: &random))
        switch Int.random(in: 0..<18, using: &random) {
        case 0: try ledger.plan([new("run \(run)")], of: "monthly", through: now, now: now)
        case 1: try ledger.startMaking(run, now: now)
        case 2: try make(ledger, run, now, &random)
        case 3: try ledger.retryMaking(run, at: now, reason: "r", now: now)
        case 4: try ledger.hold(run, until: now, reason: "r", now: now)
        case 5: if isEven { try ledger.fail(run: run, reason: "r", now: now) } else { try ledger.skip(run: run, reason: "r", now: now) }
        case 6: try ledger.finish(run, now: now)
        case 7...9: try ledger.again(run, by: "root", now: now)
        case 10: try ledger.recover(now: now)
        case 11: try ledger.startSending(parcel, now: now)
        case 12: try ledger.noteHandover(parcel, now: now)
        case 13: try ledger.finishSending(parcel, now: now)
        case 14: try ledger.retrySending(parcel, at: now, reason: "r", isUncertain: isEven, now: now)
        case 15: try ledger.fail(parcel: parcel, reason: "r", isUncertain: isEven, now: now)
        case 16: try ledger.skip(parcel: parcel, reason: "r", now: now)
        default: try ledger.clearContents(endedBefore: Instant(secondsSinceEpoch: 0))
        }
    }
}

/// So many seconds after the first of all.
private func at(_ seconds: Int) -> Instant { Instant(secondsSinceEpoch: 1_750_000_000 + seconds) }

extension DeliveryStore {
    fileprivate func send(_ parcel: Int, at seconds: Int = 3) throws {
        let now = at(seconds)
        try startSending(parcel, now: now)
        try noteHandover(parcel, now: now)
        try finishSending(parcel, now: now)
    }

    /// Everything in the ledger.
    fileprivate func lines() throws -> [String] {
        try queue.read { db in
            try ["schedule", "run", "parcel", "notice", "history"].flatMap { table in
                try Row.fetchAll(db, sql: "SELECT * FROM \(table) ORDER BY id").map { "\(table) \($0)" }
            }
        }
    }
}
