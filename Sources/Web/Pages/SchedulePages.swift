internal import Adoption
internal import Delivery
internal import HTTPTypes
internal import Pipeline
internal import Rendering
internal import Reporting
internal import Storage

/// What is made and sent unattended, and what became of it.
extension WebService {
    private func unattended(_ ask: Ask) throws -> Scheduler {
        // Runs are about every unit's reports and everybody's letters.
        let reader = try ask.reader
        guard try stores.read({ try isOfWholeProvince(reader, $0) }) else { throw Refused.outside("schedules") }
        return try scheduler.reloaded()
    }

    func schedulesPage(_ ask: Ask) async throws -> Answer {
        try await onThread {
            let (scheduler, words, now) = (try self.unattended(ask), ask.words, self.now)
            let mayChange = try ask.reader.may(.schedule)
            let standing = try scheduler.ledger.standing(of: scheduler.schedules.map(\.id))
            let rows = try scheduler.schedules.map { one -> [Markup] in
                let paused = standing[one.id]?.paused
                let next = paused == nil ? scheduler.next(one, after: now, count: 1).first : nil
                let last = try scheduler.ledger.runs(limit: 1, schedule: one.id).first
                let place = "/schedules/\(percentEncoded(one.id))"
                let change: Markup = paused == nil
                    ? "<form method=\"post\" action=\"\(place)/pause\" data-confirm=\"\(words.pause): \(one.id)?\">\(ask.csrf)<label><span class=\"visually-hidden\">\(words.reason)</span><input name=\"why\" maxlength=\"200\" size=\"12\" placeholder=\"\(words.reason)\"></label> <button>\(words.pause)</button></form>"
                    : "<form method=\"post\" action=\"\(place)/resume\">\(ask.csrf)<button>\(words.resume)</button></form>"
                let run: Markup = "<form method=\"post\" action=\"\(place)/run\" data-confirm=\"\(words.runNow): \(one.id)?\">\(ask.csrf)<button>\(words.runNow)</button></form>"
                return [
                    "<strong>\(one.title(words.language))</strong><br><code class=\"mono\">\(one.id)</code>", "\(one.rule.words(words.language)), \(Self.clock(one.secondOfDay))", "\(one.what == .reminder ? words.onlyWhereMissing : words.gate(one.gate.rawValue))",
                    "\(one.recipients.map { words.recipient($0.word) }.joined(separator: ", "))", paused.map { "\(words.pausedBy($0.by))\($0.why.isEmpty ? "" : ": \($0.why)")" } ?? next.map(WebService.time) ?? "–",
                    last.map { "<a href=\"/schedules/runs/\($0.number)\">\(words.runState($0.state))</a>" } ?? "–", mayChange ? "\(scheduler.hasNoWay ? "" : run)\(change)" : "",
                ]
            }
            let upcoming = scheduler.schedules.filter { standing[$0.id]?.paused == nil }
                .flatMap { one in scheduler.next(one, after: now, count: 10).map { (moment: $0, schedule: one) } }.sorted { ($0.moment, $0.schedule.id) < ($1.moment, $1.schedule.id) }.prefix(10)
            let next = upcoming.map { one -> [Markup] in [WebService.time(one.moment), "\(one.schedule.title(words.language))", "\(one.schedule.period(on: one.moment.day).id)"] }
            let unknown: Markup = scheduler.calendar.knownThrough.flatMap { known in upcoming.contains { $0.moment.day > known } ? "<p class=\"hint\">\(words.holidaysKnownTo(known.vietnamese))</p>\n" : nil } ?? ""
            let runs = try scheduler.ledger.runs(before: ask.key("before"), limit: Chrome.rowsPerPage)
            let done = runs.map { run -> [Markup] in
                ["<a href=\"/schedules/runs/\(run.number)\">\(run.number)</a>", "\(run.key)", WebService.time(run.due), Self.badge(run.state, words), "\(run.attempts)", run.nextTry.map(WebService.time) ?? "–", "\(run.reason)"]
            }
            let notices = try scheduler.ledger.notices(limit: 10).map { one -> [Markup] in [WebService.time(one.created), "\(one.subject)", "\(one.text)", one.sent.map(WebService.time) ?? "–"] }
            let noWay: Markup = scheduler.hasNoWay ? "<p class=\"flash error\" role=\"status\">\(words.noWayOut)</p>\n" : ""
            func part(_ id: String, _ title: String, _ columns: [String], _ rows: [[Markup]], empty: String, after: Markup = "") -> Markup {
                "<section><h2>\(title)</h2>\n\(rows.isEmpty ? "<p class=\"empty\">\(empty)</p>\n" : Chrome.table(id, caption: title, columns, rows))\(after)</section>\n"
            }
            let content: Markup = """
                <h1>\(words.schedules)</h1>
                \(ask.flash)\(noWay)\(part("schedules", words.schedules, [words.schedule, words.when, words.condition, words.recipients, words.nextTime, words.lastTime, words.what], rows, empty: words.noSchedules))\(part("next", words.nextTen, [words.when, words.schedule, words.period], Array(next), empty: words.noSchedules, after: unknown))\(part("runs", words.runs, ["#", words.runTitle, words.dueAt, words.state, words.tries, words.nextTry, words.reason], done, empty: words.nothingRunYet, after: Chrome.pagination(runs, of: words.runs, at: "/schedules", "before", ask)))\(part("notices", words.notices, [words.when, words.what, words.detail, words.sentAt], notices, empty: words.noNotices))
                """
            return ask.page(words.schedules, content)
        }
    }

    func schedulePage(_ ask: Ask) async throws -> Answer {
        try await onThread {
            let (scheduler, words, number) = (try self.unattended(ask), ask.words, try ask.number("number"))
            guard let run = try scheduler.ledger.run(number) else { throw Refused.notFound }
            let parcels = try scheduler.ledger.parcels(of: number).map { one -> [Markup] in
                let state: Markup = "\(Self.badge(one.state, words))\(one.isUncertain ? " \(words.mayHaveArrived)" : "")"
                return ["\(words.recipient(one.recipient))", state, "\(one.attempts)", one.nextTry.map(WebService.time) ?? "–", "\(one.reason)", "<code class=\"mono\">\(one.messageID)</code>"]
            }
            let steps = try scheduler.ledger.history(of: number).map { one -> [Markup] in [WebService.time(one.moment), "\(one.parcel.map { "#\($0)" } ?? "")", "\(RunState(rawValue: one.state).map(words.runState) ?? one.state)", "\(one.detail)"] }
            let publication: Markup = run.publication.map { "<a href=\"/publications/\($0)\">\($0)</a>" } ?? "–"
            let facts: [(String, Markup)] = [
                (words.dueAt, WebService.time(run.due)), (words.period, "\(run.period.id) (\(words.calendarName(run.period.calendar)))"), (words.state, Self.badge(run.state, words)), (words.reason, "\(run.reason.isEmpty ? "–" : run.reason)"),
                (words.publications, publication), (words.madeFrom, "\(run.dataVersion.map(String.init) ?? "–")"), (words.tries, "\(run.attempts)"), (words.nextTry, run.nextTry.map(WebService.time) ?? "–"),
            ]
            let mayChange = try ask.reader.may(.schedule) && run.state.isOver
            let again: Markup = mayChange ? "<form method=\"post\" action=\"/schedules/runs/\(number)/again\" data-confirm=\"\(words.again)?\">\(ask.csrf)<p><button>\(words.again)</button></p></form>\n" : ""
            let content: Markup = """
                <h1>\(run.key)</h1>
                \(ask.flash)\(Chrome.list(facts))\(again)<section><h2>\(words.recipients)</h2>
                \(parcels.isEmpty ? "<p class=\"empty\">\(words.nothingSentYet)</p>\n" : Chrome.table("parcels", caption: words.recipients, [words.recipients, words.state, words.tries, words.nextTry, words.reason, "Message-ID"], parcels))</section>
                <section><h2>\(words.steps)</h2>
                \(Chrome.table("steps", caption: words.steps, [words.when, words.recipients, words.what, words.detail], steps))</section>

                """
            return ask.page(run.key, content)
        }
    }

    func changeSchedule(_ ask: Ask, _ what: String) async throws -> Answer {
        let (reader, now, id) = (try ask.reader, now, try ask.parameter("id"))
        return try await onThread {
            let scheduler = try self.unattended(ask)
            guard let schedule = scheduler.schedules.first(where: { $0.id == id }) else { throw Refused.notFound }
            switch what {
            case "pause":
                try scheduler.ledger.pause(schedule.id, by: reader.person.name, why: (ask.form["why"] ?? "").trimmed, now: now)
            case "resume": try scheduler.ledger.resume(schedule.id, by: reader.person.name, now: now)
            default:
                guard !scheduler.hasNoWay else { throw Refused.conflict(ask.words.noWayOut) }
                let run = try scheduler.runNow(schedule, period: nil, by: reader.person.name, now: now)
                self.note(.schedule, reader, "run \(run.number)", schedule.id)
                return Answer.redirect(to: "/schedules/runs/\(run.number)?done=run")
            }
            self.note(.schedule, reader, schedule.id, what)
            return Answer.redirect(to: "/schedules?done=\(what)")
        }
    }

    func runAgain(_ ask: Ask) async throws -> Answer {
        let (reader, now, number) = (try ask.reader, now, try ask.number("number"))
        return try await onThread {
            let scheduler = try self.unattended(ask)
            guard let run = try scheduler.ledger.run(number) else { throw Refused.notFound }
            guard run.state.isOver else { throw Refused.conflict(ask.words.notEnded) }
            try scheduler.ledger.again(number, by: reader.person.name, now: now)
            self.note(.schedule, reader, "run \(number)", "again")
            return Answer.redirect(to: "/schedules/runs/\(number)?done=run")
        }
    }

    private static func clock(_ second: Int) -> String {
        let (hour, minute) = (second / 3_600, second / 60 % 60)
        return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }

    private static func badge(_ state: RunState, _ words: Phrases) -> Markup {
        let look: Markup = switch state {
        case .sent: "final"
        case .failed: "illustrative"
        default: "provisional"
        }
        return "<span class=\"badge \(look)\">\(words.runState(state))</span>"
    }
}
