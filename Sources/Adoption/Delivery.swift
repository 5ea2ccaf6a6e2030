/// How far a run of a schedule, or one parcel of it, has come.
package enum RunState: String, CaseIterable, Sendable {
    /// Its reports are to be made as soon as its time has come.
    case due
    /// A process is at it: makes the reports of a run, or sends a parcel.
    case making
    /// The reports are made; what is to be sent is not over.
    case made
    case sent, failed, skipped

    /// Nothing more happens with it unless somebody asks for it again.
    package var isOver: Bool {
        switch self {
        case .due, .making, .made: false
        case .sent, .failed, .skipped: true
        }
    }
}

/// One time that a schedule was due.
package struct Run: Hashable, Sendable {
    package let number: Int
    /// There is one run with this key, whoever plans it and however often: `unit-monthly/2025-05/administrative`.
    package let key: String
    package let schedule: String
    package let due: Instant
    package let period: Period
    /// The number of the act that restated the period, when its readers are told what has changed; else nil.
    package let revision: Int?
    package let state: RunState
    /// How often its reports were begun since it was planned, or asked for again.
    package let attempts: Int
    /// When it is taken up again; nil for at once. Of a run that is made: when the first of its parcels is.
    package let nextTry: Instant?
    /// Why it waits, failed or was skipped; else empty.
    package let reason: String
    /// The number of the publication that its files belong to; nil for what is not published, and before it is made.
    package let publication: Int?
    /// The state of the store that its reports were made from; nil before.
    package let dataVersion: Int?
    package let created: Instant
    /// From when on its patience counts: when it was due, planned, or asked for again, whichever came last.
    package let waitsSince: Instant
    package let ended: Instant?

    package init(
        number: Int, key: String, schedule: String, due: Instant, period: Period, revision: Int? = nil, state: RunState, attempts: Int = 0, nextTry: Instant? = nil,
        reason: String = "", publication: Int? = nil, dataVersion: Int? = nil, created: Instant, waitsSince: Instant, ended: Instant? = nil
    ) {
        self.number = number
        self.key = key
        self.schedule = schedule
        self.due = due
        self.period = period
        self.revision = revision
        self.state = state
        self.attempts = attempts
        self.nextTry = nextTry
        self.reason = reason
        self.publication = publication
        self.dataVersion = dataVersion
        self.created = created
        self.waitsSince = waitsSince
        self.ended = ended
    }
}

/// A run that is to be planned.
package struct NewRun: Hashable, Sendable {
    package let key: String
    package let schedule: String
    package let due: Instant
    package let period: Period
    package let revision: Int?
    /// Why it is skipped from the beginning, such as a rule about what was missed; nil when it is to be made.
    package let skippedBecause: String?

    package init(key: String, schedule: String, due: Instant, period: Period, revision: Int? = nil, skippedBecause: String? = nil) {
        self.key = key
        self.schedule = schedule
        self.due = due
        self.period = period
        self.revision = revision
        self.skippedBecause = skippedBecause
    }
}

/// What one recipient gets from a run.
package struct Parcel: Hashable, Sendable {
    package let number: Int
    package let run: Int
    /// There is one parcel with this key among all runs.
    package let key: String
    /// `account:an`, `folder:archive`, `webhook:portal`
    package let recipient: String
    package let unitCode: String
    /// Never `due`; `making` while it is being sent.
    package let state: RunState
    /// How often sending was begun since it was made, or asked for again.
    package let attempts: Int
    /// When sending is tried again; nil for at once.
    package let nextTry: Instant?
    /// The same in every try, so that the receiver's side can tell a second copy.
    package let messageID: String
    /// The last words went out once and no answer came: it may have arrived.
    package let isUncertain: Bool
    /// Why it waits, failed or was skipped; else empty.
    package let reason: String
    /// The letter as JSON; empty when it was taken away, see `DeliveryStore.clearContents`.
    package let content: String
    package let ended: Instant?

    package init(
        number: Int, run: Int, key: String, recipient: String, unitCode: String, state: RunState, attempts: Int = 0, nextTry: Instant? = nil, messageID: String,
        isUncertain: Bool = false, reason: String = "", content: String, ended: Instant? = nil
    ) {
        self.number = number
        self.run = run
        self.key = key
        self.recipient = recipient
        self.unitCode = unitCode
        self.state = state
        self.attempts = attempts
        self.nextTry = nextTry
        self.messageID = messageID
        self.isUncertain = isUncertain
        self.reason = reason
        self.content = content
        self.ended = ended
    }
}

/// A parcel that was made and is to be sent.
package struct NewParcel: Hashable, Sendable {
    package let key: String
    package let recipient: String
    package let unitCode: String
    package let messageID: String
    package let content: String

    package init(key: String, recipient: String, unitCode: String, messageID: String, content: String) {
        self.key = key
        self.recipient = recipient
        self.unitCode = unitCode
        self.messageID = messageID
        self.content = content
    }
}

/// Something that the owner of the service has to know, such as a fault that keeps a report from its readers.
package struct Notice: Hashable, Sendable {
    package let number: Int
    /// The same fault has the same key, and is told once.
    package let key: String
    package let subject: String
    package let text: String
    package let created: Instant
    package let attempts: Int
    /// When telling is tried again; nil for at once.
    package let nextTry: Instant?
    package let sent: Instant?

    package init(number: Int, key: String, subject: String, text: String, created: Instant, attempts: Int = 0, nextTry: Instant? = nil, sent: Instant? = nil) {
        self.number = number
        self.key = key
        self.subject = subject
        self.text = text
        self.created = created
        self.attempts = attempts
        self.nextTry = nextTry
        self.sent = sent
    }
}

/// How far a schedule is planned, and whether it runs.
package struct ScheduleStanding: Sendable {
    package let id: String
    /// When it was seen first: nothing before that is due.
    package let since: Instant
    /// Everything that was due up to here has its run.
    package let plannedThrough: Instant
    /// Nil while it runs.
    package let paused: (by: String, at: Instant, why: String)?

    package init(id: String, since: Instant, plannedThrough: Instant, paused: (by: String, at: Instant, why: String)? = nil) {
        self.id = id
        self.since = since
        self.plannedThrough = plannedThrough
        self.paused = paused
    }
}
