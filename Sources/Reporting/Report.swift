package import Adoption

package enum Language: String, CaseIterable, Sendable {
    case vietnamese = "vi"
    case english = "en"
}

extension Text {
    package func callAsFunction(_ language: Language) -> String { language == .vietnamese ? vi : en }
}

/// A report, complete and in one language, before anything is drawn. The workbook and the page are two drawings of it.
package struct Report: Hashable, Sendable {
    /// `monthly-unit/616/2025-05/administrative`: the same for the same report, whatever data it was made from.
    package let id: String
    /// The name of its files without the ending: letters, digits, `-` and `_` only.
    package let fileStem: String
    /// The unit that it is about.
    package let unitCode: String
    package let language: Language
    package let head: Head
    package let title: String
    /// "Kỳ báo cáo tháng 5 năm 2025 (từ ngày 15/04/2025 đến ngày 14/05/2025)"
    package let periodLine: String
    /// What a reader must know before any figure, such as that the records are invented. Drawn above everything else.
    package let notices: [String]
    /// Nil for what was published by somebody else.
    package let status: Status?
    package let sections: [Section]
    /// The figures of the unit, by their names.
    package let figures: [String: Rate]
    /// The names of those that it is headed by, the first first.
    package let headline: [String]
    package let provenance: Provenance
    package let signing: Signing
    package let look: Letterhead.Look

    package init(
        id: String, fileStem: String, unitCode: String = "", language: Language, head: Head, title: String, periodLine: String,
        notices: [String], status: Status? = nil, sections: [Section], figures: [String: Rate] = [:], headline: [String] = [], provenance: Provenance, signing: Signing? = nil,
        look: Letterhead.Look = Letterhead.Look()
    ) {
        self.id = id
        self.fileStem = fileStem
        self.unitCode = unitCode
        self.language = language
        self.head = head
        self.title = title
        self.periodLine = periodLine
        self.notices = notices
        self.status = status
        self.sections = sections
        self.figures = figures
        self.headline = headline
        self.provenance = provenance
        self.signing = signing ?? Signing(place: nil, preparedBy: nil, signer: nil, language)
        self.look = look
    }

    /// How far the figures have come, for which days, and what else must be known of them, in one line.
    package var remark: String { ([status?.state].compactMap { $0 } + [periodLine] + notices).joined(separator: " · ") }

    /// The same report with other sections.
    package func with(sections: [Section]) -> Report {
        Report(
            id: id, fileStem: fileStem, unitCode: unitCode, language: language, head: head, title: title, periodLine: periodLine, notices: notices, status: status, sections: sections,
            figures: figures, headline: headline, provenance: provenance, signing: signing, look: look)
    }

    /// What stands about the signatures.
    package struct Signing: Hashable, Sendable {
        /// "Kon Tum, ngày …… tháng …… năm ………": the day is left to the hand that signs.
        package let day: String
        package let preparedBy: String
        /// Each line of the signer's title.
        package let signer: [String]

        /// - Parameters: nil for the usual words.
        package init(place: Text?, preparedBy: Text?, signer: Text?, _ language: Language) {
            day = Words.signingDay(place)(language)
            self.preparedBy = (preparedBy ?? Words.preparedBy)(language)
            self.signer = (signer ?? Words.headOfUnit)(language).split(separator: "\n").map(String.init)
        }
    }

    /// The left column of an official document's head.
    package struct Head: Hashable, Sendable {
        /// The body above the unit; nil for the province's own reports.
        package let superior: String?
        package let unit: String

        package init(superior: String?, unit: String) {
            self.superior = superior
            self.unit = unit
        }
    }

    /// How far its figures have come.
    package struct Status: Hashable, Sendable {
        /// "TẠM TÍNH"
        package let state: String
        package let isFinal: Bool
        /// What this means, which units are missing, and what was decided.
        package let lines: [String]

        package init(state: String, isFinal: Bool, lines: [String]) {
            self.state = state
            self.isFinal = isFinal
            self.lines = lines
        }
    }

    /// What the report was made from. It holds no clock: the same inputs give the same bytes.
    package struct Provenance: Hashable, Sendable {
        package let dataVersion: Int
        /// The latest update among the records, which is also the document's date.
        package let asOf: Instant
        /// `O1 v1, P1 v1`
        package let definitions: [String]
        /// SHA-256 over the names and hashes of all source files, in hexadecimal.
        package let inputHash: String

        package init(dataVersion: Int, asOf: Instant, definitions: [String], inputHash: String) {
            self.dataVersion = dataVersion
            self.asOf = asOf
            self.definitions = definitions
            self.inputHash = inputHash
        }
    }
}

extension Report {
    /// All its tables, in the order in which they are drawn.
    package var tables: [Table] { sections.flatMap(\.tables) }
}

extension Section {
    package var tables: [Table] {
        blocks.compactMap { block in
            if case .table(let table) = block { table } else { nil }
        }
    }
}

/// One sheet of the workbook, one chapter of the page.
package struct Section: Hashable, Sendable {
    /// An identifier of letters, digits and `-`, unique in the report.
    package let id: String
    /// Also the sheet's name: at most 31 characters, none of `[]:*?/\`.
    package let title: String
    package let blocks: [Block]

    package init(id: String, title: String, blocks: [Block]) {
        self.id = id
        self.title = title
        self.blocks = blocks
    }
}

package enum Block: Hashable, Sendable {
    case paragraphs([String])
    case table(Table)
    /// Drawn before or beside the table of the same section that it shows.
    case chart(Chart)
}

package struct Table: Hashable, Sendable {
    /// Unique in the report.
    package let id: String
    package let caption: String
    package let columns: [Column]
    package let rows: [Row]
    /// Body rows may be sorted and filtered by the reader: there are no headings between them.
    package let isFilterable: Bool
    /// A row (1) (2) (3) … stands below the titles, as official forms have it.
    package let isNumbered: Bool
    /// Rates are shaded by their height, so that the eye finds the low ones.
    package let isShaded: Bool

    package init(
        id: String, caption: String, columns: [Column], rows: [Row], isFilterable: Bool = false, isNumbered: Bool = false, isShaded: Bool = false
    ) {
        for row in rows { precondition(row.cells.count == columns.count, "table \(id): a row has \(row.cells.count) cells") }
        self.id = id
        self.caption = caption
        self.columns = columns
        self.rows = rows
        self.isFilterable = isFilterable
        self.isNumbered = isNumbered
        self.isShaded = isShaded
    }

    /// Its first rows, and the total.
    package func first(_ count: Int) -> Table {
        Table(
            id: id, caption: caption, columns: columns, rows: rows.prefix(count) + rows.dropFirst(count).filter { $0.kind == .total }, isFilterable: isFilterable, isNumbered: isNumbered,
            isShaded: isShaded)
    }

    /// Some of its cells are for the reader to write in.
    package var isOpenForWriting: Bool {
        rows.contains { row in
            row.cells.contains { cell in
                if case .input = cell { true } else { false }
            }
        }
    }
}

package struct Column: Hashable, Sendable {
    package let title: String
    /// The header above it, shared by neighbouring columns of the same group; nil when it stands alone.
    package let group: String?
    /// In characters of the workbook's default font.
    package let width: Int

    package init(_ title: String, group: String? = nil, width: Int = 12) {
        self.title = title
        self.group = group
        self.width = width
    }
}

package struct Row: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case body
        /// "II. Các huyện, thành phố": its first filled cell names what follows.
        case heading
        /// The sum of the body rows.
        case total
    }
    package let kind: Kind
    package let cells: [Cell]
    /// What some cells are about, by their places: a live page leads there, a file does not.
    package let links: [Int: Link]

    package init(_ kind: Kind = .body, _ cells: [Cell], links: [Int: Link] = [:]) {
        self.kind = kind
        self.cells = cells
        self.links = links
    }
}

/// What a cell is about.
package enum Link: Hashable, Sendable {
    /// The unit's code, or its code with its validity where the code was given twice.
    case unit(String)
    /// The name of a figure.
    case figure(String)
}

/// One place of a table. Zero, no data, not applicable, suppressed and not reported are different things and look different.
package enum Cell: Hashable, Sendable {
    case text(String)
    case count(Int)
    /// Drawn as a percentage with two decimals; a rate without data is drawn as `noData`.
    case rate(Rate)
    /// A target: 7000 is drawn as 70 %.
    case basisPoints(Int)
    /// The difference of two percentages in hundredths of a percentage point, drawn with its sign.
    case percentagePoints(hundredths: Int)
    /// Points of an official score, in hundredths.
    case score(hundredths: Int)
    /// The difference of two scores, drawn with its sign.
    case scoreDifference(hundredths: Int)
    case amountVND(Int)
    case day(Day)
    case verdict(Verdict)
    /// A count more or less than before, drawn with its sign; 0 is drawn as nothing.
    case difference(Int)
    /// Words that the reader writes and sends back; drawn open for writing.
    case input(String)
    /// Nothing was counted of which this could be a share: "–".
    case noData
    /// The question does not arise here.
    case notApplicable
    /// Few dossiers stand behind it, or it would give away a cell with few: hidden from outsiders.
    case suppressed
    /// Nothing has come from the unit, or the source did not give it.
    case notReported
    case empty
}

/// A picture of a table of the same report; the numbers are the table's own.
package struct Chart: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// Horizontal bars, one for each body row, in the table's order.
        case bars
        /// A line through the body rows, which are points in time.
        case line
        /// A small line for each body row, whose series are points in time; on the page only.
        case multiples
    }

    /// A day on which the units changed: figures before and after it are about different ones, and no line runs across it.
    package struct Break: Hashable, Sendable {
        /// The body row in whose days it lies, and the share of them that are over by then.
        package let row: Int
        package let passed: Rate
        package let label: String

        package init(row: Int, passed: Rate, label: String) {
            self.row = row
            self.passed = passed
            self.label = label
        }
    }
    package let id: String
    package let title: String
    /// What a reader who cannot see the picture is told.
    package let alternative: String
    package let kind: Kind
    package let tableID: String
    /// Indices of the table's columns. Series and target columns hold rates, basis points or no data.
    package let category: Int
    package let series: [Int]
    package let target: Int?
    package let breaks: [Break]

    package init(
        id: String, title: String, alternative: String, kind: Kind, tableID: String, category: Int, series: [Int],
        target: Int?, breaks: [Break] = []
    ) {
        self.id = id
        self.title = title
        self.alternative = alternative
        self.kind = kind
        self.tableID = tableID
        self.category = category
        self.series = series
        self.target = target
        self.breaks = breaks
    }

    /// A line from one row to the next would run across a break.
    package func isBroken(before row: Int) -> Bool {
        breaks.contains { one in one.row == row || one.row == row - 1 && one.passed.numerator > 0 }
    }
}
