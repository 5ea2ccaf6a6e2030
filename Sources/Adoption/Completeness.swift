/// How many dossiers a unit received on a day, and when the first of them was loaded.
package struct DayCount: Hashable, Sendable {
    package let agencyID: Int
    package let day: Day
    package let dossiers: Int
    package let loaded: Instant

    package init(agencyID: Int, day: Day, dossiers: Int, loaded: Instant) {
        self.agencyID = agencyID
        self.day = day
        self.dossiers = dossiers
        self.loaded = loaded
    }
}

/// What is there of one unit in a period, and what seems to be missing.
package struct Completeness: Hashable, Sendable {
    package let agency: Agency
    package let dossiers: Int
    /// Days on which dossiers were to be expected, by the eight weeks before each.
    package let expected: [Day]
    package let received: [Day]
    /// Expected, and there is neither a dossier nor a confirmed zero.
    package let missing: [Day]
    /// Loaded later than was allowed.
    package let late: [Day]
    /// Less than a fifth of what the same weekday usually brings.
    package let low: [Day]
    package let confirmedZero: [Day]
    /// No record of it has come, in this period or in the half year before.
    package let isSilent: Bool

    /// Something was to be expected of it in the period, or has not come for half a year, and nothing is there.
    package var isUnreported: Bool { isSilent || received.isEmpty && !missing.isEmpty }

    /// Something seems to be missing, by the records alone.
    package var isDoubtful: Bool { isSilent || !missing.isEmpty || !low.isEmpty }

    /// Doubtful, or loaded late: that is about the clock, so no report says it, and every report stays the same when it is made again.
    package var needsAttention: Bool { isDoubtful || !late.isEmpty }

    /// How far back records are looked for.
    package static let lookbackWeeks = 26
    /// How many weeks with records say what is usual.
    private static let usualWeeks = 8

    /// One entry for each department, district and commune of the period, in the order of their codes; none for a unit that only groups others.
    ///
    /// What is usual is taken from the last eight weeks before the period in which the unit had records, at least four, so that a gap
    /// does not become usual. A day is expected when its weekday had records in three quarters of them, and three dossiers or more in
    /// the middle one. So weekends, small and new units are left in peace, and no calendar of working days has to be kept.
    /// - Parameters:
    ///   - counts: of the period and of the half year before it.
    ///   - asOf: later days are not yet expected.
    ///   - lateAfterDays: how many days after its own day a record may be loaded.
    ///   - since: the day on which the store was begun; what was due before it is not late.
    package static func all(
        in period: Period, register: Register, counts: [DayCount], zeros: [ZeroDays], asOf: Day, lateAfterDays: Int, since: Day
    ) -> [Completeness] {
        let byAgency = Dictionary(grouping: counts, by: \.agencyID)
        let last = min(period.last, asOf)
        let reporting = Set(counts.map(\.agencyID)).union(zeros.map(\.agencyID))
        let units = register.agencies(in: period)
        let parents = Set(units.filter { !register.numbers(of: $0).isDisjoint(with: reporting) }.compactMap(\.parentCode))
        return units.filter { agency in
            // What has never a record of its own, and units below it that have, only groups them.
            let isGroup = parents.contains(agency.code) && register.numbers(of: agency).isDisjoint(with: reporting)
            return [.department, .district, .commune].contains(agency.level) && !isGroup
        }.map { agency in
            let numbers = register.numbers(of: agency)
            var days: [Day: (dossiers: Int, loaded: Instant)] = [:]
            for count in numbers.flatMap({ byAgency[$0] ?? [] }) {
                let known = days[count.day]
                days[count.day] = ((known?.dossiers ?? 0) + count.dossiers, min(known?.loaded ?? count.loaded, count.loaded))
            }
            let zero = zeros.filter { numbers.contains($0.agencyID) }
            return Completeness(agency, days, zero, first: max(period.first, agency.validity.first), last: min(last, agency.validity.last ?? last), lateAfterDays, since)
        }
    }

    private init(
        _ agency: Agency, _ days: [Day: (dossiers: Int, loaded: Instant)], _ zeros: [ZeroDays], first: Day, last: Day, _ lateAfterDays: Int,
        _ since: Day
    ) {
        var (expected, received, missing, late, low, confirmed): ([Day], [Day], [Day], [Day], [Day], [Day]) = ([], [], [], [], [], [])
        let usual = Completeness.usual(days, before: first)
        var dossiers = 0
        var day = first
        while day <= last {
            defer { day = day.advanced(by: 1) }
            let counts = usual[weekday(day)] ?? []
            let median = counts.isEmpty ? 0 : counts.sorted()[counts.count / 2]
            let isExpected = counts.count >= 4 && counts.count { $0 > 0 } * 4 >= counts.count * 3 && median >= 3
            let isZero = zeros.contains { $0.validity.contains(day) }
            if isExpected { expected.append(day) }
            if isZero { confirmed.append(day) }
            guard let count = days[day] else {
                if isExpected && !isZero { missing.append(day) }
                continue
            }
            dossiers += count.dossiers
            received.append(day)
            let deadline = day.advanced(by: lateAfterDays)
            if deadline >= since, count.loaded.day > deadline { late.append(day) }
            if isExpected, median >= 5, count.dossiers * 5 < median { low.append(day) }
        }
        isSilent = days.isEmpty && confirmed.isEmpty
        (self.agency, self.dossiers, self.expected, self.received) = (agency, dossiers, expected, received)
        (self.missing, self.late, self.low, confirmedZero) = (missing, late, low, confirmed)
    }

    /// For each weekday, its counts in the last weeks with records before a day.
    private static func usual(_ days: [Day: (dossiers: Int, loaded: Instant)], before first: Day) -> [Int: [Int]] {
        var usual: [Int: [Int]] = [:]
        var found = 0
        for week in 1...lookbackWeeks where found < usualWeeks {
            let counts = (0..<7).map { offset -> (Int, Int) in
                let day = first.advanced(by: -7 * week + offset)
                return (weekday(day), days[day]?.dossiers ?? 0)
            }
            guard counts.contains(where: { $0.1 > 0 }) else { continue }
            found += 1
            for (weekday, count) in counts { usual[weekday, default: []].append(count) }
        }
        return usual
    }
}

/// 0 to 6, in no particular order.
private func weekday(_ day: Day) -> Int { ((day.number % 7) + 7) % 7 }
