/// What was asked for when reports were published: with a state of the store it gives the same bytes again.
package struct PublicationOrder: Hashable, Sendable {
    package let period: Period
    /// Nil for what the reports say; what is registered has one.
    package let structure: Structure?
    /// `vi` or `en`; empty for what each report says.
    package let language: String
    /// `xlsx`, `html`.
    package let formats: [String]
    /// The ids of the reports that were written.
    package let reports: [String]
    /// The codes of the units that were asked for; empty for all.
    package let units: [String]
    /// It is for outsiders, and hides small counts.
    package let isExternal: Bool
    /// From which count on a count is not small.
    package let threshold: Int

    package init(
        period: Period, structure: Structure?, language: String, formats: [String], reports: [String], units: [String], isExternal: Bool = false, threshold: Int = 5
    ) {
        self.period = period
        self.structure = structure
        self.language = language
        self.formats = formats
        self.reports = reports
        self.units = units
        self.isExternal = isExternal
        self.threshold = threshold
    }
}

/// Reports that were published, with everything by which they can be made again and compared.
package struct Publication: Hashable, Sendable {
    package struct File: Hashable, Sendable {
        package let name: String
        /// The report's name, such as `unit-monthly/616/2025-05/administrative`.
        package let report: String
        package let unitCode: String
        package let sha256: String
        package let bytes: Int

        package init(name: String, report: String, unitCode: String, sha256: String, bytes: Int) {
            self.name = name
            self.report = report
            self.unitCode = unitCode
            self.sha256 = sha256
            self.bytes = bytes
        }
    }

    /// A section of a report, by the hash of what it says.
    package struct Part: Hashable, Sendable {
        package let report: String
        package let section: String
        package let sha256: String

        package init(report: String, section: String, sha256: String) {
            self.report = report
            self.section = section
            self.sha256 = sha256
        }
    }

    /// Counts that an external publication showed or hid together.
    package struct Line: Hashable, Sendable {
        package let indicator: String
        package let key: String
        /// What it is the sum of: own records of units in months.
        package let leaves: [String]
        package let rate: Rate
        package let isHidden: Bool

        package init(indicator: String, key: String, leaves: [String], rate: Rate, isHidden: Bool) {
            self.indicator = indicator
            self.key = key
            self.leaves = leaves
            self.rate = rate
            self.isHidden = isHidden
        }
    }

    package let order: PublicationOrder
    /// The state of the store that it was made from.
    package let position: Position
    package let files: [File]
    package let parts: [Part]
    package let figures: [String: Rate]
    package let lines: [Line]
    package let recipients: [String]
    /// The programs that drew it.
    package let program: String

    package init(
        order: PublicationOrder, position: Position, files: [File], parts: [Part], figures: [String: Rate], lines: [Line] = [], recipients: [String], program: String
    ) {
        self.order = order
        self.position = position
        self.files = files
        self.parts = parts
        self.figures = figures
        self.lines = lines
        self.recipients = recipients
        self.program = program
    }

    /// The same with some of its files.
    package func with(files: [File]) -> Publication {
        Publication(order: order, position: position, files: files, parts: parts, figures: figures, lines: lines, recipients: recipients, program: program)
    }
}
