package import Adoption
internal import FoundationEssentials
internal import Hashing
internal import Ingestion
package import Reporting
package import Storage
internal import Synchronization

/// The trip of the store's records into files that people read.
package struct Publish {
    /// The store as it was when the period's figures became final, or as it is while they are open.
    let store: Store
    /// The definitions by which they are made.
    let home: Home
    let period: Period
    package let structure: Structure
    /// What is written.
    let definitions: [ReportDefinition]
    /// What the figures are made from.
    package let position: Position
    private let isAsOf: Bool

    /// - Parameters:
    ///   - structure: whose units the records count for; nil for what the reports say.
    ///   - reportIDs: the reports that are written; empty for all that are not made on request only and are about such periods.
    ///   - at: the state of the store that is shown; nil for that at which the period's figures became final, or for the newest.
    /// - Throws: an unknown report, with the nearest known one; one that is not about such periods.
    package init(_ store: Store, home: Home, period: Period, structure: Structure? = nil, reportIDs: [String] = [], at: PositionAsked = .official) throws {
        let home = try home.official(for: period, in: store, at: at)
        for id in reportIDs where !home.reports.contains(where: { $0.id == id }) { throw unknown("report", id, home.reports.map(\.id)) }
        definitions = home.reports.filter { reportIDs.isEmpty ? !$0.isOnRequest && $0.isAbout(period) : reportIDs.contains($0.id) }
        if let other = definitions.first(where: { !$0.isAbout(period) }) {
            let calendar = other.calendar.map { " of the \($0.rawValue) calendar" } ?? ""
            throw InputError("the report '\(other.id)' is about periods of other kinds: \(Span.allCases.filter(other.spans.contains).map(\.rawValue).joined(separator: ", "))\(calendar); name such a period")
        }
        self.structure = try structure ?? Publish.structure(of: definitions, in: store)
        let asked = try at.position(in: store, for: period, structure: self.structure)
        self.store = try store.rewound(to: asked).store
        position = asked
        isAsOf = at.isAsOf
        self.home = home
        self.period = period
    }

    private static func structure(of definitions: [ReportDefinition], in store: Store) throws -> Structure {
        if let one = definitions.first, let other = definitions.first(where: { $0.structure != one.structure }) {
            throw InputError("the reports '\(one.id)' and '\(other.id)' count for the units of different days; write one after the other, or give both the same with --structure")
        }
        return try (definitions.first?.structure ?? .then).structure(in: store)
    }

    /// All reports of the period, the province's first.
    ///
    /// - Parameter units: codes of departments and districts to be reported on; empty for the province and all of them.
    /// - Throws: `InputError` when nothing is stored for the period or a unit is unknown.
    package func reports(units: [String], language: Language? = nil) throws -> [Report] { try reports(units: units, language: language, disclosure: nil).reports }

    /// Dossiers of the period are stored.
    var hasRecords: Bool { get throws { try store.hasTallies(in: period.halfMonths) } }

    /// What pages are a function of.
    func desk() throws -> Evidence { try evidence(from: nil) }

    var pages: [ReportDefinition] { definitions }
    var letterhead: Letterhead { home.letterhead }

    /// One report, to look at: the unit's, or the first. One for outsiders hides what would be hidden if it were published now.
    package func preview(unit: String?, language: Language?) throws -> [Report] {
        let earlier = try store.publications().map(\.publication)
        let threshold = earlier.last { $0.order.isExternal }?.order.threshold ?? 5
        let disclosure = definitions.allSatisfy(\.isForOutsiders) ? Disclosure(threshold: threshold, earlier: earlier) : nil
        return Array(try reports(units: unit.map { [$0] } ?? [], language: language, disclosure: disclosure).reports.prefix(1))
    }

    /// - Parameters:
    ///   - language: nil for what each report says.
    ///   - disclosure: how small counts are hidden, for reports to outsiders; nil for others.
    ///   - only: the names of the reports that are wanted, of which none hangs on another; nil for all.
    /// - Returns: the reports, and what outsiders are shown by them.
    func reports(units: [String], language: Language?, disclosure: Disclosure?, only: Set<String>? = nil) throws -> (reports: [Report], counts: PublicCounts?) {
        if disclosure != nil, let other = definitions.first(where: { !$0.isForOutsiders }) {
            throw InputError("the report '\(other.id)' shows counts that outsiders must not see; publish \(home.reports.filter(\.isForOutsiders).map(\.id).joined(separator: " or ")), or leave --external out")
        }
        if disclosure == nil, let other = definitions.first(where: \.isForOutsiders) {
            throw InputError("the report '\(other.id)' is for outsiders and has small counts hidden; write it with `uptake publish --external`")
        }
        let evidence = try evidence(from: disclosure?.earliest)
        let hasDossiers = try store.hasTallies(in: period.halfMonths)
        guard hasDossiers || !evidence.officialRecords.isEmpty else {
            throw InputError("nothing is stored for \(period.id) (\(period.first.iso) to \(period.last.iso), \(period.calendar.rawValue) calendar); ingest that period first, or name another one")
        }
        if hasDossiers, evidence.province == nil { throw InputError("the register has no unit of level 'province' in \(period.id); load one with `uptake ingest units.csv`") }
        if hasDossiers, let severed = evidence.severedProvince {
            throw InputError("\(severed.key) (\(severed.name)) is a province of \(period.id) too, and no event says what became of it, so its dossiers would be in no total; load an events file that names its merger")
        }
        let communes = definitions.contains { $0.audience == .commune } ? evidence.communes : []
        let known = evidence.reportingUnits + [evidence.province].compactMap { $0 } + communes
        let wanted = { (agency: Agency) in units.contains(agency.code) || units.contains(agency.key) || agency.aliases.contains(where: units.contains) }
        for code in units where !known.contains(where: { $0.code == code || $0.key == code || $0.aliases.contains(code) }) {
            let hint = nearest(to: code, in: known.map(\.code)).map { "did you mean '\($0)'?" } ?? "known are \(known.map(\.code).joined(separator: ", "))"
            throw InputError("no unit '\(code)' gets a report in \(period.id); \(hint)")
        }
        var plans = definitions.sorted { a, b in (a.audience.order, a.id) < (b.audience.order, b.id) }.flatMap { definition in
            audience(of: definition, evidence, hasDossiers: hasDossiers).filter { units.isEmpty || wanted($0) }.map { (definition: definition, agency: $0) }
        }
        if plans.isEmpty {
            let audiences = Set(definitions.map(\.audience)).map { audience in
                switch audience {
                case .province: "the province"
                case .unit: "departments and districts"
                case .commune: "communes"
                case .evaluation: "the portal's evaluation, of which nothing is stored for the period"
                }
            }.sorted().joined(separator: ", ")
            throw InputError("no report would be written\(units.isEmpty ? "" : " for \(units.joined(separator: ", "))"): \(definitions.map(\.id).joined(separator: ", ")) is about \(audiences); name another report or unit")
        }
        if let only {
            // A report's name begins with its definition and its unit.
            plans = plans.filter { plan in only.contains { $0.hasPrefix("\(plan.definition.id)/\(evidence.name(of: plan.agency))/") } }
        }
        let counts = disclosure.map { evidence.publicCounts(definitions, $0) }
        let letterhead = home.letterhead
        let composed = plans
        let reports = Mutex([Report?](repeating: nil, count: composed.count))
        try sideBySide(composed.count, makeTool: {}) { index, _ in
            let (definition, agency) = composed[index]
            let composer = Composer(
                definition, evidence: evidence, agency: agency, language: language ?? definition.language, publicCounts: counts,
                disclosureThreshold: disclosure?.threshold ?? 5, letterhead: letterhead)
            let report = composer.report()
            reports.withLock { $0[index] = report }
        }
        return (reports.withLock { $0 }.compactMap { $0 }, counts)
    }

    /// Draws the reports into a folder; a file is replaced only when its successor is complete.
    ///
    /// - Parameter progress: told after each report.
    package func write(
        _ reports: [Report], to folder: String, formats: Set<ReportFiles.Format>, progress: @escaping ReportFiles.Progress = { _, _ in }
    ) throws -> ReportFiles.Written {
        try ReportFiles(formats, stylesheet: home.stylesheet).write(reports, to: folder, progress: progress)
    }

    private func audience(of definition: ReportDefinition, _ evidence: Evidence, hasDossiers: Bool) -> [Agency] {
        switch definition.audience {
        case .province: hasDossiers ? [evidence.province].compactMap { $0 } : []
        case .unit: hasDossiers ? evidence.reportingUnits : []
        case .commune: hasDossiers ? evidence.communes : []
        case .evaluation:
            evidence.officialRecords.first { $0.level == .province }.map {
                [Agency(code: $0.agencyCode, name: $0.agencyName, level: .province, parentCode: nil, validity: period.validity)]
            } ?? []
        }
    }

    private func evidence(from earliest: HalfMonth?) throws -> Evidence {
        let question = Question(period: period, definitions: definitions, earliest: earliest)
        let stood = try store.register()
        let restatement = structure.day.map { Restatement(of: stood, to: $0) }
        let (sources, targets) = (try store.sources(), try store.targets())
        let asOf = try store.latestUpdate() ?? Instant(local: period.last)
        let filings = stood.services.isEmpty ? [] : try store.onlineFilings(in: period)
        return Evidence(
            question: question, indicators: home.indicators(shownIn: definitions),
            figures: Figures(period: period, register: restatement?.register ?? stood, cube: try cube(question, targets, restatement)), targets: targets,
            standing: try standing(question), cubeBefore: question.asks(for: .movement) ? try cube(ofProceduresIn: period.previous, restatement) : nil,
            flows: question.asks(for: .form_ii06, .form_07a, .ownScores) ? try flows(stood, restatement) : nil, officialRecords: try store.officialRecords(in: period), sources: sources,
            quarantine: try store.quarantineCounts(), paymentsWithoutDossier: try store.paymentsWithoutDossier(),
            dataVersion: try store.dataVersion(), asOf: asOf, inputHash: Digest.sha256(sources.map(\.sha256).joined(separator: "\n")),
            structure: structure, stood: stood, accounts: try store.accountCounts(from: period.first, to: period.last).map { $0.moved(to: restatement?.heirs[$0.agencyID]) },
            collections: question.asks(for: .collections, .paymentByUnit) ? try collections(restatement) : [],
            oddities: question.asks(for: .questions) ? try oddities(in: period, restatement) : [:],
            odditiesBefore: question.asks(for: .questions) ? try oddities(in: period.yearBefore, restatement) : [:],
            savings: restated(stood.savings(of: filings), restatement),
            completeness: try Look.completeness(store, in: period, register: stood, asOf: asOf.day, lateAfterDays: Look.usualLateAfterDays),
            pushed: definitions.filter { $0.sections.contains(.push) }.compactMap { report in
                report.headlineIDs.first.flatMap { id in home.indicators.first { $0.id == id } }.map { ($0, report.peerVolume) }
            })
    }

    private func standing(_ question: Question) throws -> Standing {
        let acts = try store.acts()
        let history = PeriodHistory(period: period, acts: acts)
        let days = Validity(first: question.halfMonths.lowerBound.first, last: period.last)
        let others = Dictionary(grouping: acts.filter { $0.kind == .restate && $0.period != period && $0.period.validity.overlaps(days) }, by: \.period)
        let revised = others.values.compactMap { acts in acts.last.map { Standing.Revised(act: $0, number: acts.count) } }
        return Standing(
            history: history, revisions: try history.frozen.map { try store.revisions(of: $0.number) } ?? [],
            revisedElsewhere: revised.sorted { ($0.act.period.first, $0.act.number) < ($1.act.period.first, $1.act.number) }, remarks: try store.remarks(),
            isAsOf: isAsOf)
    }

    private var headlineIDs: Set<String> { Set(definitions.flatMap(\.headlineIDs)) }

    private func cube(_ question: Question, _ targets: Targets, _ restatement: Restatement?) throws -> RateCube {
        let (shown, headlineIDs) = (home.indicators(shownIn: definitions), headlineIDs)
        // Tables of procedures show the headline, and of what is missed to a target the procedures behind it.
        let ofProcedures = shown.filter { indicator in
            indicator.subject != .dossiers || headlineIDs.contains(indicator.id) || targets.all.contains { $0.indicatorID == indicator.id }
        }
        var cube = RateCube(
            indicators: shown.filter { $0.subject == .dossiers }, trendIDs: headlineIDs, ofProcedures: ofProcedures, period: period,
            halfMonths: question.halfMonths)
        try store.eachTally(TallyQuestion(question.halfMonths, byProcedure: false), restated: restatement) { cube.add(ofAll: $0) }
        try store.eachTally(TallyQuestion(period.halfMonths, byProcedure: true), restated: restatement) { cube.add(ofProcedure: $0) }
        return cube
    }

    private func cube(ofProceduresIn period: Period, _ restatement: Restatement?) throws -> RateCube {
        let headlineIDs = headlineIDs
        var cube = RateCube(indicators: [], ofProcedures: home.indicators.filter { headlineIDs.contains($0.id) }, period: period, halfMonths: period.halfMonths)
        try store.eachTally(TallyQuestion(period.halfMonths, byProcedure: true), restated: restatement) { cube.add(ofProcedure: $0) }
        return cube
    }

    /// What came in, went out and is left, by unit and procedure. Dossiers that a unit left open when it ended are its heir's; those of a unit
    /// that has no heir, or several, are the province's.
    private func flows(_ stood: Register, _ restatement: Restatement?) throws -> Flows {
        let register = restatement?.register ?? stood
        guard let province = register.agencies(on: period.last).first(where: { $0.agency.level == .province }) else { return Flows() }
        let takenOver = restatement == nil ? bearers(stood, province.id) : [:]
        let attributions = restatement?.divided.isEmpty == false ? try store.attributions() : [:]
        var flows = Flows()
        // Restated tallies come under their bearers already.
        let all = TallyQuestion(HalfMonth(index: 0)...period.halfMonths.upperBound, byProcedure: true, live: .all)
        try store.eachTally(all, restated: restatement) { tally in
            flows.change(agencyID: takenOver[tally.agencyID] ?? tally.agencyID, procedureID: tally.procedureID) { $0.add(tally, in: period) }
        }
        try store.dossiersOpen(at: period.last) { number, dossier in
            let bearer = restatement.map { $0.heir(of: dossier.agencyID, successorCode: attributions[number]) } ?? takenOver[dossier.agencyID]
            flows.change(agencyID: bearer ?? dossier.agencyID, procedureID: dossier.procedureID) { $0.addOpen(dossier, at: period) }
        }
        let (inTotal, everywhere) = (flows.sum(agencies: register.subtree(of: province.agency, in: period)), flows.total)
        guard inTotal == everywhere else {
            throw InputError("\(everywhere.received - inTotal.received) dossiers of units that ended before \(period.first.iso) would be in no total of the form; restate it with --structure, or load an events file that names their heirs")
        }
        if let one = flows.unbalanced.first {
            throw StoreError("the dossiers received, settled and open under \(stood.procedures[one.procedureID]?.code ?? "") at \(register.agencies[one.agencyID]?.code ?? "") do not add up; restore the store from its backup and report this")
        }
        return flows
    }

    /// For each unit the one that has its dossiers in the period: itself while it is there, then its heir, or the province.
    private func bearers(_ register: Register, _ provinceID: Int) -> [Int: Int] {
        let takenOver = Restatement(of: register, to: period.last)
        func isPresent(_ id: Int) -> Bool { register.agencies[id]?.validity.overlaps(period.validity) == true }
        return Dictionary(uniqueKeysWithValues: register.agencies.keys.map { id in
            (id, isPresent(id) ? id : takenOver.heir(of: id, successorCode: nil).flatMap { isPresent($0) ? $0 : nil } ?? provinceID)
        })
    }

    private func oddities(in period: Period, _ restatement: Restatement?) throws -> [Int: Oddities] {
        try store.oddities(in: period).reduce(into: [:]) { sums, entry in
            let heir = restatement?.bearer(of: entry.key) ?? entry.key
            sums[heir] = (sums[heir] ?? Oddities()) + entry.value
        }
    }

    /// Under the heirs of their units; what a divided unit collected stays with it.
    private func collections(_ restatement: Restatement?) throws -> [CollectedAmount] {
        try store.collections(in: period).map { one in
            CollectedAmount(
                agencyID: restatement?.bearer(of: one.agencyID) ?? one.agencyID, method: one.method, provider: one.provider, payments: one.payments, amountVND: one.amountVND)
        }
    }

    /// The savings under the heirs of their units; those of a divided unit stay with it.
    private func restated(_ savings: [Int: [Int: Saving]], _ restatement: Restatement?) -> [Int: [Int: Saving]] {
        guard let restatement else { return savings }
        return savings.reduce(into: [:]) { sums, entry in
            sums[restatement.bearer(of: entry.key), default: [:]].merge(entry.value, uniquingKeysWith: +)
        }
    }
}

extension ReportDefinition.Audience {
    fileprivate var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
