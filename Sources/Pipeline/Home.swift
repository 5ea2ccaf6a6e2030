package import Adoption
internal import FoundationEssentials
internal import Ingestion
package import Reporting
package import Storage

/// The folder that holds `reports/`: what is published and how each indicator is defined.
package struct Home: Sendable {
    /// The newest version of every indicator, in the order of their files.
    package let indicators: [Indicator]
    /// Every version: what was published under an older one can still be explained.
    package let definitions: [Indicator]
    package let reports: [ReportDefinition]
    /// Their files, such as `reports/unit-monthly.yaml`.
    private let reportNames: [String]
    private let folder: String
    package let stylesheet: String
    package let letterhead: Letterhead
    /// All files of `reports/` as JSON, so that what was made by them can be made again by the same.
    package let definitionSet: String

    /// - Parameter path: nil to look in the current folder and in the folders above the program.
    /// - Throws: what is wrong with a definition, with file and line.
    package init(path: String?, program: String) throws {
        let folder = try path ?? Home.find(program: program)
        self.folder = folder
        guard Home.isHome(folder) else { throw InputError("\(folder): there is no 'reports/print.css' in it; name the right one with --home") }
        let definitions = try Home.files(in: folder + "/reports/indicators").map { try Indicator(path: $0) }
        for (index, indicator) in definitions.enumerated() where definitions[..<index].contains(where: { $0.label == indicator.label }) {
            throw InputError("\(folder)/reports/indicators: version \(indicator.version) of the indicator '\(indicator.id)' is defined twice; a changed definition is a new version")
        }
        self.definitions = definitions
        let current = definitions.filter { one in !definitions.contains { $0.id == one.id && $0.version > one.version } }
        indicators = current
        let reportFiles = try Home.files(in: folder + "/reports").filter { file in !Home.plans.contains { file.hasSuffix("/\($0).yaml") } }
        let reports = try reportFiles.map { try ReportDefinition(path: $0, indicators: current) }
        for (index, report) in reports.enumerated() {
            if let other = reports[..<index].firstIndex(where: { $0.id == report.id }) {
                throw InputError("\(reportFiles[index]): the id '\(report.id)' is that of \(reportFiles[other]) already, and their files would replace each other; give one of them another id")
            }
        }
        self.reports = reports
        reportNames = reportFiles.map { String($0.dropFirst(folder.count + 1)) }
        let face = try LetterheadFile(home: folder)
        letterhead = face.letterhead
        let names = try Home.files(in: folder + "/reports/indicators") + reportFiles + (["reports/print.css"] + face.names).map { "\(folder)/\($0)" }
        let texts = try names.map { (String($0.dropFirst(folder.count + 1)), try Home.text(ofFileAt: $0)) }
        stylesheet = try String(contentsOfFile: folder + "/reports/print.css", encoding: .utf8)
        definitionSet = try Home.encode(Dictionary(uniqueKeysWithValues: texts))
    }

    /// The definitions as they once were.
    ///
    /// - Throws: `StoreError` when the set is damaged.
    package init(definitionSet: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "uptake-definitions-\(UUID().uuidString)").path
        defer {
            do { try FileManager.default.removeItem(atPath: folder) } catch {
                // Definitions are no secret; the system clears its temporary folder.
            }
        }
        for sub in ["reports/indicators", LetterheadFile.folder] { try FileManager.default.createDirectory(atPath: folder + "/" + sub, withIntermediateDirectories: true) }
        for (name, text) in try Home.decode(definitionSet) {
            guard name.hasPrefix("reports/"), !name.contains("..") else { throw StoreError("a kept definition has the name '\(name)'") }
            guard let bytes = Home.isPicture(name) ? Data(base64Encoded: text) : Data(text.utf8) else { throw StoreError("the kept picture '\(name)' is damaged") }
            try bytes.write(to: URL(filePath: folder + "/" + name))
        }
        try self.init(path: folder, program: "")
    }

    /// `O1` is the newest version of it, `O1.v1` that one.
    ///
    /// - Throws: an unknown name, with the nearest known one.
    package func indicator(named name: String) throws -> Indicator {
        if let indicator = indicators.first(where: { $0.id == name }) ?? definitions.first(where: { $0.versionedID == name }) { return indicator }
        throw unknown("indicator", name, indicators.map(\.id))
    }

    /// What the reports show: the indicators that they list, and those that compete with one of them for its name.
    package func indicators(shownIn reports: [ReportDefinition]) -> [Indicator] {
        let listed = Set(reports.flatMap(\.indicatorIDs))
        let families = Set(indicators.filter { listed.contains($0.id) }.map(\.family)).subtracting([""])
        return indicators.filter { listed.contains($0.id) || families.contains($0.family) }
    }

    /// Reads a report that is not in the folder, or is to take the place of one that is.
    ///
    /// - Throws: what is wrong with it, with file and line.
    package func report(at path: String) throws(InputError) -> ReportDefinition { try ReportDefinition(path: path, indicators: indicators) }

    /// The same definitions with a report from elsewhere, in the place of the one with its id.
    package func adding(reportAt path: String) throws -> Home {
        let report = try report(at: path)
        if Home.plans.contains(report.id) { throw InputError("\(path): 'id' is '\(report.id)', and reports/\(report.id).yaml is no report; give the report another one") }
        var files = try Home.decode(definitionSet)
        for (name, known) in zip(reportNames, reports) where known.id == report.id { files[name] = nil }
        files["reports/\(report.id).yaml"] = try String(contentsOfFile: path, encoding: .utf8)
        return try Home(definitionSet: Home.encode(files))
    }

    /// The definitions of live pages, in `dashboards/`, those in the menu first and in its order; and the same definitions as here with them beside the reports.
    package func addingPages() throws -> (home: Home, pages: [ReportDefinition]) {
        var files = try Home.decode(definitionSet)
        let pages = try Home.files(in: folder + "/dashboards").map { path -> ReportDefinition in
            let page = try report(at: path)
            if reports.contains(where: { $0.id == page.id }) { throw InputError("\(path): 'id' is '\(page.id)', which is a report already; give the page another one") }
            files["reports/page-\(page.id).yaml"] = try String(contentsOfFile: path, encoding: .utf8)
            return page
        }
        return (try Home(definitionSet: Home.encode(files)), pages.sorted { ($0.menu ?? .max, $0.id) < ($1.menu ?? .max, $1.id) })
    }

    /// The place of a file of the folder, such as `reports/schedules.yaml`.
    package func path(of name: String) -> String { "\(folder)/\(name)" }

    /// A file of `dashboards/`, such as `assets/site.css`; nil when it is not there.
    package func asset(_ name: String) throws -> [UInt8]? {
        let path = folder + "/dashboards/" + name
        guard !name.contains(".."), FileManager.default.fileExists(atPath: path) else { return nil }
        return [UInt8](try Data(contentsOf: URL(filePath: path)))
    }

    /// The calendar of the named reports, where they agree; the administrative one otherwise.
    package func calendar(of reportIDs: [String]) -> ReportingCalendar {
        let calendars = Set(reports.filter { reportIDs.contains($0.id) }.map(\.calendar))
        return calendars.count == 1 ? calendars.first.flatMap { $0 } ?? .administrative : .administrative
    }

    /// The definitions by which the final figures of a period were made, with the reports that were added since; these while the figures are open.
    package func official(for period: Period, in store: Store, at asked: PositionAsked = .official) throws -> Home {
        guard asked == .official, let act = try store.history(of: period).official, let kept = try store.definitions(of: act.number) else { return self }
        let then = try Home(definitionSet: kept)
        var files = try Home.decode(kept)
        let now = try Home.decode(definitionSet)
        var isSame = true
        // A report that was added for an indicator that was not there then cannot be drawn.
        let known = Set(then.indicators.map(\.id))
        for (name, report) in zip(reportNames, reports) where files[name] == nil && known.isSuperset(of: report.indicatorIDs) && !then.reports.contains(where: { $0.id == report.id }) {
            files[name] = now[name]
            isSame = false
        }
        if isSame { return then }
        return try Home(definitionSet: Home.encode(files))
    }

    /// Pictures are kept as base 64.
    private static func text(ofFileAt path: String) throws -> String {
        isPicture(path) ? try Data(contentsOf: URL(filePath: path)).base64EncodedString() : try String(contentsOfFile: path, encoding: .utf8)
    }

    private static func isPicture(_ name: String) -> Bool { name.hasSuffix(".png") }

    private static func decode(_ set: String) throws -> [String: String] { try JSONDecoder().decode([String: String].self, from: Data(set.utf8)) }

    private static func encode(_ files: [String: String]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(files), as: UTF8.self)
    }

    private static func find(program: String) throws -> String {
        var folder = program
        let above = program.split(separator: "/").indices.map { _ -> String in
            folder = folder.split(separator: "/").dropLast().map { "/" + $0 }.joined()
            return folder
        }
        guard let home = (["."] + above).first(where: isHome) else {
            throw InputError("the folder 'reports' with the definitions is not found here or above the program; name its parent with --home")
        }
        return home
    }

    private static func isHome(_ folder: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/reports/print.css") }

    /// Files of `reports/` that say when reports are due and are none themselves: they change no figure, so no publication keeps them.
    private static let plans = ["schedules", "holidays"]

    private static func files(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }.sorted().map { folder + "/" + $0 }
    }
}
