/// What became of one row.
package enum Arrival: Sendable { case stored, corrected, older, unchanged }

/// One file of an import, counted: read = stored + corrected + older + unchanged + quarantined.
package struct FileCounts: Hashable, Sendable {
    package var read = 0
    package var stored = 0
    /// It replaced a version that is kept as history.
    package var corrected = 0
    /// A newer version was there; this one is kept as history.
    package var older = 0
    package var unchanged = 0
    package var quarantined = 0
    /// Rows that are no records, beside those that were read: totals, signatures, what a profile leaves out.
    package var skipped = 0

    package init() {}

    package mutating func count(_ arrival: Arrival?) {
        read += 1
        switch arrival {
        case .stored: stored += 1
        case .corrected: corrected += 1
        case .older: older += 1
        case .unchanged: unchanged += 1
        case nil: quarantined += 1
        }
    }

    package static func + (a: FileCounts, b: FileCounts) -> FileCounts {
        var sum = a
        sum.read += b.read
        sum.stored += b.stored
        sum.corrected += b.corrected
        sum.older += b.older
        sum.unchanged += b.unchanged
        sum.quarantined += b.quarantined
        sum.skipped += b.skipped
        return sum
    }
}

/// One import: the files of one call, or the undoing of another.
package struct ImportRecord: Hashable, Sendable {
    package let number: Int
    package let recorded: Instant
    /// The import that it takes back; nil for one that brought files.
    package let undoes: Int?
    /// The import that took it back; nil while it stands.
    package let undoneIn: Int?

    package init(number: Int, recorded: Instant, undoes: Int?, undoneIn: Int?) {
        self.number = number
        self.recorded = recorded
        self.undoes = undoes
        self.undoneIn = undoneIn
    }
}

/// A file that stands behind the figures.
package struct SourceFile: Hashable, Sendable {
    package let importNumber: Int
    package let name: String
    package let kind: String
    package let sha256: String
    package let isIllustrative: Bool
    package let counts: FileCounts
    /// The mapping profile by which it was read; empty where none was needed.
    package let profile: String

    package init(
        importNumber: Int, name: String, kind: String, sha256: String, isIllustrative: Bool, counts: FileCounts, profile: String = ""
    ) {
        self.profile = profile
        self.importNumber = importNumber
        self.name = name
        self.kind = kind
        self.sha256 = sha256
        self.isIllustrative = isIllustrative
        self.counts = counts
    }
}

/// How many rows of a file were kept aside for one fault. A row is counted under its first fault.
package struct QuarantineCount: Hashable, Sendable {
    package let importNumber: Int
    package let file: String
    package let fault: Fault
    package let rows: Int

    package init(importNumber: Int, file: String, fault: Fault, rows: Int) {
        self.importNumber = importNumber
        self.file = file
        self.fault = fault
        self.rows = rows
    }
}
