internal import Adoption
internal import FoundationEssentials
internal import Glibc
internal import HTTPTypes
internal import HummingbirdCore
internal import Ingestion
internal import NIOCore
internal import NIOPosix
internal import Pipeline
internal import Rendering
internal import Reporting
internal import Storage

/// A value that is written as null where there is none, so that an answer always has the same keys.
struct Nullable<Value: Encodable>: Encodable {
    private let value: Value?

    init(_ value: Value?) { self.value = value }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let value { try container.encode(value) } else { try container.encodeNil() }
    }
}

/// The one shape of errors.
struct APIError: Encodable {
    struct Body: Encodable {
        let code: String
        let message: String
        let field: Nullable<String>
        let id: String
    }

    let error: Body

    init(code: String, message: String, field: String?, id: String) { error = Body(code: code, message: message, field: Nullable(field), id: id) }
}

/// Version 1 of the interface for programs, as `dashboards/openapi.json` describes it.
extension WebService {
    func health(_ ask: Ask) async throws -> Answer {
        if let fault = try await stores.fault() {
            log.note("health: \(fault)")
            throw Refused.busy("the store cannot be read")
        }
        return try Answer.json(["status": "ok", "store": "ok", "version": programVersion])
    }

    func metricsPage(_ ask: Ask) async throws -> Answer {
        // Whoever is on this machine, or has a token for it. A proxy is on this machine too, and says for whom it asks whether or not it is believed.
        let isForwarded = ["X-Forwarded-For", "Forwarded"].contains { name in HTTPField.Name(name).map { ask.request.headers[$0] != nil } ?? false }
        let isHere = ["127.0.0.1", "::1", ""].contains(ask.visit.address) && !isForwarded
        guard isHere || ask.visit.reader?.scopes?.contains(.metrics) == true || ask.visit.reader?.scopes == nil && ask.visit.reader?.may(.users) == true else { throw Refused.notFound }
        let (version, imports) = try await onThread { try self.stores.read { (try $0.dataVersion(), try $0.imports().count) } }
        return Answer.text(metrics.text([("uptake_data_version", "The number of the last import.", version), ("uptake_imports", "How many imports there are.", imports)]), type: "text/plain; version=0.0.4; charset=utf-8")
    }

    func status(_ ask: Ask) async throws -> Answer {
        struct PeriodStatus: Encodable { let period, calendar, state: String }
        struct Status: Encodable {
            let version: String
            let data_version, imports: Int
            let latest_update: Nullable<String>
            let periods: [PeriodStatus]

        }
        return try await onThread { try self.stores.read { store in
            let latest = try store.latestUpdate()
            let acts = try store.acts()
            let newest = try [ReportingCalendar.administrative, .calendar].compactMap { try self.desks.newestPeriod(store, $0) }
            let periods = Set(acts.map(\.period)).union(newest).sorted { ($1.first, $0.calendar.rawValue) < ($0.first, $1.calendar.rawValue) }
            let states = try periods.map { period in
                PeriodStatus(period: period.id, calendar: period.calendar.rawValue, state: WebService.word(try store.history(of: period).state(asOf: latest?.day ?? period.last)))
            }
            return try Answer.json(Status(version: programVersion, data_version: try store.dataVersion(), imports: try store.imports().count, latest_update: Nullable(latest?.iso), periods: states))
        } }
    }

    private static func word(_ state: PeriodState) -> String { state.rawValue.replacing(" ", with: "-") }

    private func calendar(_ ask: Ask) throws -> ReportingCalendar {
        guard let calendar = ReportingCalendar(rawValue: ask.query("calendar") ?? "administrative") else { throw Refused.bad("'calendar' must be administrative or calendar", field: "calendar") }
        return calendar
    }

    private func period(_ ask: Ask) throws -> Period {
        let calendar = try calendar(ask)
        guard let text = ask.query("period"), let period = Period(text, calendar: calendar) else { throw Refused.bad("'period' must be such as 2025-05, 2025-Q2, 2025-6M, 2025-9M or 2025", field: "period") }
        return period
    }

    // MARK: Figures

    private struct FigureAnswer: Encodable {
        struct Definition: Encodable { let id: String; let version: Int; let name: String }
        struct Unit: Encodable { let code, name: String }
        struct Days: Encodable { let id, calendar, first, last: String }
        struct Goal: Encodable {
            let percent, document, verdict: String
            let convert, add: Nullable<Int>
            let illustrative: Bool
        }

        let figure: String
        let indicator: Definition
        let unit: Unit
        let period: Days
        let numerator, denominator: Int
        let percent: Nullable<String>
        let target: Nullable<Goal>
        let state: String
        let illustrative: Bool
        let data_version: Int
    }

    func figure(_ ask: Ask) async throws -> Answer {
        try await onThread { try self.stores.read { store in
            let (period, reader, language) = (try self.period(ask), try ask.reader, ask.words.language)
            guard let name = ask.query("indicator") else { throw Refused.bad("'indicator' is missing, such as O1", field: "indicator") }
            guard let unit = ask.query("unit"), unit.utf8.count <= 64 else { throw Refused.bad("'unit' is missing: the code of a unit, such as 616", field: "unit") }
            let channel = try ask.query("channel").map { word throws(Refused) in
                guard let channel = Channel(word: word) else { throw .bad("'channel' must be counter, online or postal", field: "channel") }
                return channel
            }
            let scope = Scope(agencyCode: unit, procedureCode: ask.query("procedure"), channel: channel)
            let definitions = try self.home.official(for: period, in: store)
            let indicator = try orAbsent { try definitions.indicator(named: name) }
            try self.authorise(FigureID(indicator: indicator.versionedID, scope: scope, period: period, structure: .then), reader, store)
            let e = try orAbsent { try Look(store).explain(indicator, scope, in: period, limit: 0, recount: false) }
            let rate = e.figure.rate
            let isWhole = scope.procedureCode == nil && scope.channel == nil
            let goal = (isWhole ? e.target : nil).map { target -> FigureAnswer.Goal in
                let gap = rate.isNoData || indicator.subject != .dossiers ? nil : target.gap(of: rate)
                return FigureAnswer.Goal(
                    percent: WebService.percent(hundredths: target.basisPoints), document: target.document.number, verdict: rate.isNoData ? "no-data" : target.verdict(on: rate) == .met ? "met" : "missed",
                    convert: Nullable(gap?.convert), add: Nullable(gap?.add), illustrative: target.isIllustrative)
            }
            return try Answer.json(FigureAnswer(
                figure: e.figure.id, indicator: FigureAnswer.Definition(id: indicator.id, version: indicator.version, name: indicator.name(language)), unit: FigureAnswer.Unit(code: e.agency.code, name: e.agency.name),
                period: FigureAnswer.Days(id: period.id, calendar: period.calendar.rawValue, first: period.first.iso, last: period.last.iso), numerator: rate.numerator, denominator: rate.denominator,
                percent: Nullable(rate.hundredthsOfPercent.map(WebService.percent)), target: Nullable(goal), state: WebService.word(e.standing.history.state(asOf: try store.latestUpdate()?.day ?? period.last)), illustrative: try store.sources().contains(where: \.isIllustrative),
                data_version: e.figure.dataVersion))
        } }
    }

    private static func percent(hundredths: Int) -> String { "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)" }

    func indicators(_ ask: Ask) throws -> Answer {
        struct Definition: Encodable { let id: String; let version: Int; let name, definition, family: String }
        let language = ask.words.language
        return try Answer.json(home.indicators.map { Definition(id: $0.id, version: $0.version, name: $0.name(language), definition: $0.definition(language), family: $0.family) })
    }

    // MARK: Reports and registers

    func reports(_ ask: Ask) throws -> Answer {
        struct Entry: Encodable { let id, title, audience: String; let periods: [String] }
        let language = ask.words.language
        return try Answer.json(home.reports.filter { !$0.isForOutsiders }.map { one in
            Entry(id: one.id, title: one.title(language), audience: one.audience.rawValue, periods: Span.allCases.filter(one.spans.contains).map(\.rawValue))
        })
    }

    func report(_ ask: Ask) async throws -> Answer {
        try await onMakingThread { try self.stores.read { store in
            let (id, period, reader) = (try ask.parameter("id"), try self.period(ask), try ask.reader)
            let format = ask.query("format") ?? "xlsx"
            guard ["xlsx", "html", "csv"].contains(format) else { throw Refused.bad("'format' must be xlsx, html or csv", field: "format") }
            guard let definition = self.home.reports.first(where: { $0.id == id && !$0.isForOutsiders }) else { throw Refused.notFound }
            let isWhole = try self.isOfWholeProvince(reader, store, in: period)
            // What speaks of the whole province is for those who may see all of it.
            if !isWhole, definition.audience == .province || definition.audience == .evaluation { throw Refused.outside("report \(definition.id)") }
            let unit = ask.query("unit") ?? (reader.account.seesEverything ? nil : reader.account.scope)
            if let unit { try self.authorise(FigureID(indicator: "", scope: Scope(agencyCode: unit), period: period, structure: .then), reader, store) }
            let drawn = try orAbsent { try Publish(store, home: self.home, period: period, reportIDs: [id]).reports(units: unit.map { [$0] } ?? [], language: ask.words.language).first }
            guard let report = drawn else { throw Refused.notFound }
            self.note(.download, reader, report.id, format)
            switch format {
            case "html": return Answer.file(report.fileStem + ".html", Array(page(of: report, stylesheet: self.home.stylesheet).utf8), type: "text/html; charset=utf-8")
            case "csv":
                let tables = report.tables.map { "\"\($0.caption.replacing("\"", with: "\"\""))\"\r\n" + commaSeparated($0, language: report.language, remark: report.remark).replacing("\u{FEFF}", with: "") }
                return Answer.file(report.fileStem + ".csv", Array(("\u{FEFF}" + tables.joined(separator: "\r\n")).utf8), type: "text/csv; charset=utf-8")
            default: return Answer.file(report.fileStem + ".xlsx", try ReportFiles.workbook(of: report), type: ReportFiles.Format.xlsx.mediaType)
            }
        } }
    }

    func register(_ ask: Ask) async throws -> Answer {
        struct Rows: Encodable { let name: String; let rows: [[String: String]] }
        return try await onThread { try self.stores.read { store in
            let (name, reader, register) = (try ask.parameter("name"), try ask.reader, try store.register())
            let visible = VisibleRegister(register, self.everVisible(reader, register))
            func document(_ document: Document) -> [String: String] { ["document_number": document.number, "document_date": document.date?.iso ?? "", "document_clause": document.clause] }
            let rows: [[String: String]]
            switch name {
            case "units":
                rows = visible.agencies.sorted { ($0.code, $0.validity.first) < ($1.code, $1.validity.first) }.map { one in
                    ["code": one.code, "name": one.name, "level": one.level.word, "parent_code": one.parentCode ?? "", "valid_from": one.validity.first.iso, "valid_to": one.validity.last?.iso ?? "", "aliases": one.aliases.joined(separator: ";")]
                }
            case "procedures":
                rows = register.procedures.values.sorted { $0.code < $1.code }.map { one in
                    ["code": one.code, "name": one.name, "sector": one.sector, "authority": one.authority?.word ?? "", "bears_fee": one.bearsFee.map { $0 ? "yes" : "no" } ?? ""]
                }
            case "events":
                rows = visible.events.map { one in
                    ["date": one.date.iso, "event": one.kind.word, "from_code": one.fromCode ?? "", "to_code": one.toCode ?? ""].merging(document(one.document)) { $1 }
                }
            case "targets":
                rows = visible.targets(of: try store.targets()).map { one in
                    ["indicator": one.indicatorID, "applies_to": WebService.word(one.coverage), "valid_from": one.validity.first.iso, "valid_to": one.validity.last?.iso ?? "", "value": WebService.percent(hundredths: one.basisPoints)]
                        .merging(document(one.document)) { $1 }
                }
            default: throw Refused.notFound
            }
            return try Answer.json(Rows(name: name, rows: rows))
        } }
    }

    private static func word(_ coverage: Coverage) -> String {
        switch coverage {
        case .province: "province"
        case .level(let level): level.word
        case .agency(let code): code
        }
    }

    // MARK: Records in

    private struct RecordsAnswer: Encodable {
        struct File: Encodable { let name, kind: String; let rows, stored, corrected, known, quarantined: Int }
        struct Fault: Encodable { let file: String; let line, column: Int; let field, fault, remedy: String }
        let dry_run: Bool
        let data_version: Int
        let imported: Nullable<Int>
        let files: [File]
        let refusals: [Fault]
        let refusals_total: Int

        private enum CodingKeys: String, CodingKey { case dry_run, data_version, imported = "import", files, refusals, refusals_total }
    }

    private static let recordsLimit = 50_000_000

    /// The body is the file as it is; it goes to the disk as it comes.
    func records(_ ask: Ask) async throws -> Answer {
        let reader = try ask.reader
        guard reader.scopes?.contains(.write) == true else { throw Refused.forbidden }
        guard let name = ask.query("name"), name.utf8.count <= 200, !name.contains(where: { $0 == "/" || $0 == "\\" || $0.isNewline }) else { throw Refused.bad("'name' is missing: the name of the file, such as thang-5.csv", field: "name") }
        guard let isRehearsal = ["true": true, "false": false][ask.query("dry_run") ?? "false"] else { throw Refused.bad("'dry_run' must be true or false", field: "dry_run") }
        if let length = ask.request.headers[.contentLength].flatMap(Int.init), length > WebService.recordsLimit { throw Refused.tooLarge("the body has more than 50 MB; send the file in parts, or packed with gzip") }
        let place = try await place(for: ask.request, of: reader.person.name, limit: WebService.recordsLimit, ask.words)
        defer {
            uploads.remove(folder: place.path)
            uploads.release(place.id)
        }
        let path = place.path + "/" + Multipart.safeName(name)
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw StoreFault("\(path) cannot be written") }
        let body = ask.request.body
        do {
            try await within(place.time) {
                var count = 0
                for try await buffer in body {
                    count += buffer.readableBytes
                    guard count <= WebService.recordsLimit else { throw Refused.tooLarge("the body has more than 50 MB; send the file in parts, or packed with gzip") }
                    try await onThread {
                        let written = buffer.withUnsafeReadableBytes { Glibc.write(file, $0.baseAddress, $0.count) }
                        guard written == buffer.readableBytes else { throw StoreFault("\(path) cannot be written: \(String(cString: strerror(errno)))") }
                    }
                }
                guard count > 0 else { throw Refused.bad("the body is empty; send the file as it is") }
            }
        } catch {
            close(file)
            throw error
        }
        guard close(file) == 0 else { throw StoreFault("\(path) cannot be written") }
        let outcome = try await uploads.inLine(place.id) { try self.ingest([path], profile: nil, exported: nil, as: reader, keep: !isRehearsal) }
        let summary = outcome.summary
        if !isRehearsal { await note(.upload, reader, "import \(summary.version)") }
        return try Answer.json(RecordsAnswer(
            dry_run: isRehearsal, data_version: summary.version, imported: Nullable(summary.version == summary.versionBefore ? nil : summary.version),
            files: summary.files.map { one in
                RecordsAnswer.File(
                    name: one.name, kind: one.kind, rows: one.counts.read, stored: one.counts.stored, corrected: one.counts.corrected, known: one.counts.older + one.counts.unchanged, quarantined: one.counts.quarantined)
            },
            refusals: outcome.refusals.map { one in
                RecordsAnswer.Fault(
                    file: one.file, line: one.line, column: one.column, field: one.field, fault: one.fault.rawValue, remedy: Words.remedy(one.fault)(ask.words.language))
            }, refusals_total: outcome.refusalsTotal))
    }
}

/// A well-formed word for something that is not there is answered as that, with the reason.
private func orAbsent<T>(_ work: () throws -> T) throws -> T {
    do { return try work() } catch let error as InputError { throw Refused.absent(error.description) }
}
