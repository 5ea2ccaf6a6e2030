/// Two counts of distinct dossiers. A rate is carried as this pair and divided only where it is drawn.
package struct Rate: Hashable, Sendable {
    package internal(set) var numerator: Int
    package internal(set) var denominator: Int

    package init(_ numerator: Int, of denominator: Int) {
        precondition(numerator >= 0 && numerator <= denominator, "a rate is between 0 and 1")
        self.numerator = numerator
        self.denominator = denominator
    }

    package static let none = Rate(0, of: 0)

    /// 0 of 0 is no data: neither 0 % nor 100 %.
    package var isNoData: Bool { denominator == 0 }

    /// The rate of both together: Σn/Σd, never a mean of percentages.
    package static func + (a: Rate, b: Rate) -> Rate {
        Rate(a.numerator + b.numerator, of: a.denominator + b.denominator)
    }

    /// The percentage in hundredths of a percent, halves rounded up: 777 of 1000 is 7770. Nil without data.
    /// This is the one rounding of a rate, and only drawing asks for it.
    package var hundredthsOfPercent: Int? {
        isNoData ? nil : (numerator * 20_000 + denominator) / (2 * denominator)
    }

    /// The exact order of two rates; one without data comes after all others.
    package func isGreater(than other: Rate) -> Bool {
        if isNoData || other.isNoData { return !isNoData && other.isNoData }
        return numerator * other.denominator > other.numerator * denominator
    }
}

/// One number of a report, with everything that it needs to be defended.
package struct Figure: Hashable, Sendable {
    package let indicator: Indicator
    package let scope: Scope
    package let period: Period
    package let rate: Rate
    package let structure: Structure
    /// The import up to which the records were read.
    package let dataVersion: Int

    package init(indicator: Indicator, scope: Scope, period: Period, rate: Rate, structure: Structure = .then, dataVersion: Int) {
        self.indicator = indicator
        self.scope = scope
        self.period = period
        self.rate = rate
        self.structure = structure
        self.dataVersion = dataVersion
    }

    /// The same figure has the same name in every output.
    package var id: String { FigureID(indicator: indicator.versionedID, scope: scope, period: period, structure: structure).text }
}

/// The name of a figure, which is the same whatever data it is made from: `O1.v1/616/2025-05/administrative`, with the procedure and the
/// channel after the unit where it is about one, and `restated-2025-07-01` at the end where records count for the units of that day.
package struct FigureID: Hashable, Sendable {
    /// `O1.v1`, or `O1` for the newest version.
    package let indicator: String
    package let scope: Scope
    package let period: Period
    package let structure: Structure

    package init(indicator: String, scope: Scope, period: Period, structure: Structure) {
        self.indicator = indicator
        self.scope = scope
        self.period = period
        self.structure = structure
    }

    /// Nil when the text is no name of a figure.
    package init?(_ text: String) {
        var parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard !parts.contains("") else { return nil }
        var structure = Structure.then
        if let last = parts.last, last.hasPrefix("restated-") {
            guard let day = Day(iso: String(last.dropFirst(9))) else { return nil }
            structure = .restated(to: day)
            parts.removeLast()
        }
        guard (4...6).contains(parts.count), let calendar = ReportingCalendar(rawValue: parts.removeLast()),
            let period = Period(parts.removeLast(), calendar: calendar)
        else { return nil }
        let channel = parts.count > 2 ? Channel(word: parts[parts.count - 1]) : nil
        if channel != nil { parts.removeLast() }
        guard parts.count <= 3 else { return nil }
        self.init(
            indicator: parts[0], scope: Scope(agencyCode: parts[1], procedureCode: parts.count == 3 ? parts[2] : nil, channel: channel), period: period,
            structure: structure)
    }

    package var text: String {
        ([indicator, scope.agencyCode] + [scope.procedureCode, scope.channel?.word].compactMap { $0 } + [period.id, period.calendar.rawValue]
            + [structure.day.map { "restated-\($0.iso)" }].compactMap { $0 }).joined(separator: "/")
    }
}

/// Which dossiers a figure is about.
package struct Scope: Hashable, Sendable {
    /// A unit with all units below it.
    package let agencyCode: String
    package let procedureCode: String?
    package let channel: Channel?

    package init(agencyCode: String, procedureCode: String? = nil, channel: Channel? = nil) {
        self.agencyCode = agencyCode
        self.procedureCode = procedureCode
        self.channel = channel
    }
}
