package import Adoption
internal import GRDB

extension Store {
    /// Keeps a publication in the register.
    ///
    /// - Parameter position: the newest state of the store when the reports were begun.
    /// - Returns: its number.
    /// - Throws: `InputError` when the store has changed since: the reports would be of two states.
    package func register(_ publication: Publication, _ words: ActWords, since position: Position) throws -> Int {
        try writing { db in
            guard try Storage.position(db) == position else { throw InputError("the store was changed by another run meanwhile; nothing was published, start again") }
            let order = publication.order
            let act = try insert(.publish, words, dataVersion: publication.position.dataVersion, db)
            try db.execute(literal: """
                INSERT INTO publication (act_id, through_act, structure, language, formats, reports, units, is_external, threshold, program)
                VALUES (\(act.number), \(publication.position.act), \(order.structure?.day?.iso ?? ""), \(order.language), \(order.formats.joined(separator: " ")),
                  \(order.reports.joined(separator: " ")), \(order.units.joined(separator: "\t")), \(order.isExternal), \(order.threshold), \(publication.program))
                """)
            let number = Int(db.lastInsertedRowID)
            try put(publication, number, db)
            let recipients = publication.recipients.isEmpty ? "" : " to \(publication.recipients.joined(separator: ", "))"
            try audit(
                db, "publish", "publication \(number)",
                "\(order.period.id) (\(order.period.calendar.rawValue)), \(publication.files.count) files\(recipients)\(order.isExternal ? ", external" : "")", at: words.moment)
            return number
        }
    }

    private func put(_ publication: Publication, _ number: Int, _ db: Database) throws {
        for file in publication.files {
            try db.execute(literal: "INSERT INTO publication_file VALUES (\(number), \(file.name), \(file.report), \(file.unitCode), \(file.sha256), \(file.bytes))")
        }
        for recipient in Set(publication.recipients) { try db.execute(literal: "INSERT INTO publication_recipient VALUES (\(number), \(recipient))") }
        for part in publication.parts { try db.execute(literal: "INSERT INTO publication_section VALUES (\(number), \(part.report), \(part.section), \(part.sha256))") }
        for (name, rate) in publication.figures {
            try db.execute(literal: "INSERT INTO publication_figure VALUES (\(number), \(name), \(rate.numerator), \(rate.denominator))")
        }
        for line in publication.lines {
            try db.execute(literal: """
                INSERT INTO publication_line VALUES (\(number), \(line.indicator), \(line.key), \(line.leaves.joined(separator: "\t")), \(line.rate.numerator),
                  \(line.rate.denominator), \(line.isHidden))
                """)
        }
    }

    /// The publications with the acts by which they were published, oldest first.
    package func publications() throws -> [(number: Int, act: Act, publication: Publication)] { try queue.read { try publications($0, "ORDER BY p.id") } }

    /// The newest first.
    ///
    /// - Parameter before: the number of the last publication of the page before; nil for the first page.
    package func publications(before: Int? = nil, limit: Int) throws -> ListPage<(number: Int, act: Act, publication: Publication), Int> {
        try queue.read { db in
            let found = try publications(db, "WHERE p.id < \(before ?? Int.max) ORDER BY p.id DESC LIMIT \(limit + 1)")
            return ListPage(found, limit: limit, previous: try previousNumber(db, "publication", before, limit)) { $0.number }
        }
    }

    /// Nil when there is none of that number.
    package func publication(_ number: Int) throws -> (number: Int, act: Act, publication: Publication)? { try queue.read { try publications($0, "WHERE p.id = \(number)").first } }

    private func publications(_ db: Database, _ which: SQL) throws -> [(number: Int, act: Act, publication: Publication)] {
        try rows(db, "SELECT p.*, p.id AS number FROM publication p \(which)").map { row in
            guard let acted = try Row.fetchOne(db, sql: "SELECT * FROM act WHERE id = ?", arguments: [row["act_id"] as Int]) else { throw StoreError("a publication has no act") }
            let act = try readAct(acted)
            return (row["number"], act, try readPublication(row, act, db))
        }
    }
}

private func readPublication(_ row: Row, _ act: Act, _ db: Database) throws -> Publication {
    func words(_ column: String, _ separator: Character = " ") -> [String] { (row[column] as String).split(separator: separator).map(String.init) }
    let (number, day): (Int, String) = (row["number"], row["structure"])
    func all(_ sql: String) throws -> [Row] { try Row.fetchAll(db, sql: sql, arguments: [number]) }
    let order = PublicationOrder(
        period: act.period, structure: Day(iso: day).map(Structure.restated(to:)) ?? Structure.then, language: row["language"], formats: words("formats"), reports: words("reports"),
        units: words("units", "\t"), isExternal: row["is_external"], threshold: row["threshold"])
    let figures = try all("SELECT * FROM publication_figure WHERE publication_id = ?").map { ($0["figure"] as String, try readRate($0)) }
    return Publication(
        order: order, position: Position(dataVersion: act.dataVersion, act: row["through_act"]),
        files: try all("SELECT * FROM publication_file WHERE publication_id = ? ORDER BY name").map {
            Publication.File(name: $0["name"], report: $0["report"], unitCode: $0["unit_code"], sha256: $0["sha256"], bytes: $0["bytes"])
        },
        parts: try all("SELECT * FROM publication_section WHERE publication_id = ? ORDER BY report, section").map {
            Publication.Part(report: $0["report"], section: $0["section"], sha256: $0["sha256"])
        },
        figures: Dictionary(figures, uniquingKeysWith: { first, _ in first }),
        lines: try all("SELECT * FROM publication_line WHERE publication_id = ? ORDER BY indicator, line").map {
            Publication.Line(
                indicator: $0["indicator"], key: $0["line"], leaves: ($0["leaves"] as String).split(separator: "\t").map(String.init),
                rate: try readRate($0), isHidden: $0["is_hidden"])
        },
        recipients: try all("SELECT recipient FROM publication_recipient WHERE publication_id = ? ORDER BY recipient").map { $0[0] }, program: row["program"])
}
