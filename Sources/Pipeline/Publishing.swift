package import Adoption
internal import FoundationEssentials
internal import Hashing
internal import Rendering
package import Reporting
package import Storage

/// The trip of reports out of the house: written, hashed and kept in the register of publications; and the same trip once more, to compare.
package struct Publishing {
    private let store: Store
    private let home: Home
    private let moment: Instant

    package init(_ store: Store, home: Home, at moment: Instant) {
        self.store = store
        self.home = home
        self.moment = moment
    }

    package struct Published {
        package let number: Int
        package let paths: [String]
        package let publication: Publication
        /// What was drawn.
        package let reports: [Report]
        /// Reports that could not be drawn, and are not in it.
        package let faults: [ReportFiles.Fault]
        /// Hidden lines with a small count that outsiders can work out all the same, from what they were shown before.
        package let exposed: [String]
    }

    /// Publishes the reports of a period.
    ///
    /// The files are drawn aside, registered, and then put in their place: what is in the register can always be made again, and nothing goes out
    /// that is not in it.
    /// - Parameter isWhole: nothing is published when one of the reports cannot be drawn.
    /// - Throws: `InputError` for an unknown report or unit, or when nothing is stored for the period.
    package func publish(
        _ order: PublicationOrder, reason: String, recipients: [String], to folder: String, isWhole: Bool = false, progress: @escaping ReportFiles.Progress = { _, _ in }
    ) throws -> Published {
        let earlier = try store.publications().map(\.publication)
        if order.isExternal, let other = earlier.last(where: { $0.order.isExternal && $0.order.threshold != order.threshold }) {
            throw InputError("earlier publications for outsiders hid counts below \(other.order.threshold); what one shows the other cannot hide, so use --threshold \(other.order.threshold)")
        }
        let forOutsiders = order.isExternal && order.reports.isEmpty ? home.reports.filter(\.isForOutsiders).map(\.id) : order.reports
        let begun = try store.position()
        let publish = try Publish(store, home: home, period: order.period, structure: order.structure, reportIDs: forOutsiders)
        if order.isExternal, publish.structure.day != nil { throw InputError("what goes to outsiders counts for the units of the time; leave --structure out") }
        let order = PublicationOrder(
            period: order.period, structure: publish.structure, language: order.language, formats: order.formats, reports: publish.definitions.map(\.id), units: order.units,
            isExternal: order.isExternal, threshold: order.threshold)
        let aside = try AsideFolder(folder)
        defer { aside.clear() }
        let drawn = try draw(order, publish, to: aside.path, earlier: earlier, progress: progress)
        if isWhole, let fault = drawn.faults.first { throw InputError("\(fault.report) cannot be drawn: \(fault.reason); nothing was published") }
        let publication = Publication(
            order: order, position: publish.position, files: drawn.files, parts: drawn.parts, figures: drawn.figures, lines: drawn.lines, recipients: recipients,
            program: drawn.program)
        let number = try store.register(publication, ActWords(period: order.period, moment: moment, reason: reason, definitions: publish.home.definitionSet), since: begun)
        return Published(number: number, paths: try aside.release(drawn.files.map(\.name)), publication: publication, reports: drawn.reports, faults: drawn.faults, exposed: drawn.exposed)
    }

    /// What became of a publication that was made again.
    package struct Rebuilt {
        package let publication: Publication
        package let paths: [String]
        /// What was drawn again.
        package let reports: [Report]
        /// The names of files with other bytes than those that were published.
        package let different: [String]
        /// Sections that say something else, as report and section.
        package let parts: [Publication.Part]
        /// Figures that are not what they were.
        package let figures: [(name: String, published: Rate?, rebuilt: Rate?)]
        package let program: String

        package var isSame: Bool { different.isEmpty && parts.isEmpty && figures.isEmpty }
    }

    /// Makes a publication again from what is kept: the records and decisions of then, and the definitions of then.
    ///
    /// - Parameters:
    ///   - report: the only one that is made and compared; nil for all.
    ///   - format: the only one that is drawn and compared; nil for all.
    /// - Throws: `InputError` when there is no such publication.
    package static func rebuild(_ number: Int, report: String? = nil, format: ReportFiles.Format? = nil, _ store: Store, to folder: String) throws -> Rebuilt {
        let all = try store.publications()
        guard let (_, act, published) = all.first(where: { $0.number == number }) else {
            throw InputError("there is no publication \(number); `uptake publications` lists them")
        }
        guard let definitions = try store.definitions(of: act.number) else { throw StoreError("the definitions of publication \(number) are gone") }
        let publishing = Publishing(store, home: try Home(definitionSet: definitions), at: act.moment)
        let order = published.order
        let wanted = published.files.filter { file in file.report == report ?? file.report && (format == nil || format == ReportFiles.Format(fileName: file.name)) }
        let publish = try Publish(
            store, home: publishing.home, period: order.period, structure: order.structure, reportIDs: order.reports, at: .at(published.position))
        let aside = try AsideFolder(folder)
        defer { aside.clear() }
        let drawn = try publishing.draw(
            order, publish, to: aside.path, earlier: all.filter { $0.number < number }.map(\.publication), only: Set(wanted.map(\.report)), format: format, progress: { _, _ in })
        if let fault = drawn.faults.first { throw StoreError("\(fault.report) cannot be drawn again: \(fault.reason)") }
        let (old, new) = (Dictionary(wanted.map { ($0.name, $0.sha256) }) { $1 }, Dictionary(drawn.files.map { ($0.name, $0.sha256) }) { $1 })
        // What was published is never replaced by something else.
        let paths = try aside.release(drawn.files.map(\.name)) { name in old[name] == new[name] ? name : "rebuilt-" + name }
        let names = (report == nil ? Set(published.figures.keys).union(drawn.figures.keys) : Set(drawn.figures.keys)).sorted()
        return Rebuilt(
            publication: published, paths: paths, reports: drawn.reports,
            different: Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted(),
            parts: Set(published.parts.filter { $0.report == report ?? $0.report }).symmetricDifference(drawn.parts).sorted { ($0.report, $0.section, $0.sha256) < ($1.report, $1.section, $1.sha256) },
            figures: names.filter { published.figures[$0] != drawn.figures[$0] }.map { ($0, published.figures[$0], drawn.figures[$0]) }, program: drawn.program)
    }

    private struct Drawn {
        let reports: [Report]
        let files: [Publication.File]
        let parts: [Publication.Part]
        let figures: [String: Rate]
        let lines: [Publication.Line]
        let exposed: [String]
        let faults: [ReportFiles.Fault]
        let program: String
    }

    /// - Parameters:
    ///   - only: the names of the reports that are drawn; nil for all.
    ///   - format: the only one in which they are; nil for all of the order.
    private func draw(
        _ order: PublicationOrder, _ publish: Publish, to folder: String, earlier: [Publication], only: Set<String>? = nil, format: ReportFiles.Format? = nil, progress: @escaping ReportFiles.Progress
    ) throws -> Drawn {
        let language = Language(rawValue: order.language)
        if language == nil, !order.language.isEmpty { throw StoreError("a publication has the unknown language '\(order.language)'") }
        let files = try ReportFiles(Set(order.formats.compactMap(ReportFiles.Format.init(rawValue:)).filter { $0 == format ?? $0 }), stylesheet: publish.home.stylesheet)
        let (composed, counts) = try publish.reports(units: order.units, language: language, disclosure: order.isExternal ? Disclosure(threshold: order.threshold, earlier: earlier) : nil, only: only)
        let wanted = composed.filter { only?.contains($0.id) ?? true }
        var (drawn, faults): ([(report: Report, names: [String])], [ReportFiles.Fault]) = ([], [])
        for (report, result) in zip(wanted, try files.draw(wanted, to: folder, progress: progress)) {
            switch result {
            case .success(let names): drawn.append((report, names))
            case .failure(let error): faults.append(ReportFiles.Fault(report: report.id, reason: "\(error)"))
            }
        }
        if drawn.isEmpty, let fault = faults.first { throw InputError("no report could be written; \(fault.report): \(fault.reason)") }
        let hashed = try drawn.flatMap { one in
            try one.names.map { name in
                let bytes = try Data(contentsOf: URL(filePath: folder + "/" + name))
                return Publication.File(
                    name: name, report: one.report.id, unitCode: one.report.unitCode, sha256: bytes.withUnsafeBytes { Digest.sha256($0) }, bytes: bytes.count)
            }
        }
        let reports = drawn.map(\.report)
        return Drawn(
            reports: reports, files: hashed.sorted { $0.name < $1.name },
            parts: reports.flatMap { report in
                report.sections.map { Publication.Part(report: report.id, section: $0.id, sha256: Digest.sha256(Rendering.text(of: $0, in: report))) }
            },
            figures: order.isExternal ? [:] : reports.reduce(into: [:]) { $0.merge($1.figures) { first, _ in first } }, lines: counts?.lines ?? [],
            exposed: counts?.exposed ?? [], faults: faults, program: files.program)
    }
}
