internal import Adoption
internal import FoundationEssentials
internal import Ingestion
internal import Rendering
package import Reporting
internal import Storage
internal import Synchronization

/// The files that reports are drawn in.
package struct ReportFiles {
    package enum Format: String, CaseIterable, Sendable {
        case xlsx, html, pdf
        /// One file for each table.
        case csv

        /// RFC 6838.
        package var mediaType: String {
            switch self {
            case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            case .html: "text/html; charset=utf-8"
            case .pdf: "application/pdf"
            case .csv: "text/csv; charset=utf-8"
            }
        }

        /// By the ending of a file's name; nil for others.
        package init?(fileName: String) { self.init(rawValue: fileName.split(separator: ".").last.map(String.init) ?? "") }

        /// What is written when nothing is asked for.
        package static let usual: [Format] = [.xlsx, .html]
    }

    /// A report that could not be drawn, and why.
    package struct Fault: Sendable {
        package let report: String
        package let reason: String
    }

    /// What became of all reports.
    package struct Written {
        /// The paths of all files, report by report.
        package let paths: [String]
        package let faults: [Fault]
    }

    /// Told after each report: how many are done, and how many there are.
    package typealias Progress = @Sendable (Int, Int) -> Void

    private let formats: Set<Format>
    private let stylesheet: String
    private let renderer: PageRenderer?

    /// - Throws: `InputError` when PDF files are asked for and nothing can draw them.
    init(_ formats: Set<Format>, stylesheet: String) throws {
        self.formats = formats
        self.stylesheet = stylesheet
        renderer = formats.contains(.pdf) ? try PageRenderer() : nil
    }

    /// The bytes of one workbook.
    package static func workbook(of report: Report) throws -> [UInt8] {
        let aside = try AsideFolder(FileManager.default.temporaryDirectory.path)
        defer { aside.clear() }
        let path = "\(aside.path)/report.xlsx"
        try writeWorkbook(of: report, to: path)
        return [UInt8](try Data(contentsOf: URL(filePath: path)))
    }

    /// What draws them; the bytes depend on it.
    var program: String { drawingProgram + (renderer.map { ", " + $0.version } ?? "") }

    /// Draws all reports aside and puts each in its place when all its files are complete. A report that cannot be drawn leaves its former files
    /// as they are, and does not stop the others.
    ///
    /// - Throws: `InputError` when the folder cannot be written to, or when not a single report could be drawn.
    func write(_ reports: [Report], to folder: String, progress: @escaping Progress) throws -> Written {
        let aside = try AsideFolder(folder)
        defer { aside.clear() }
        var (paths, faults): ([String], [Fault]) = ([], [])
        for (report, drawn) in zip(reports, try draw(reports, to: aside.path, progress: progress)) {
            do { paths += try aside.release(drawn.get()) } catch { faults.append(Fault(report: report.id, reason: "\(error)")) }
        }
        if let fault = faults.first, faults.count == reports.count { throw InputError("no report could be written; \(fault.report): \(fault.reason)") }
        return Written(paths: paths, faults: faults)
    }

    /// Draws each report's files in a folder that is there, one report beside the other: most of the time goes into workbooks, and none knows of another.
    ///
    /// - Returns: for each report the names of its files, or why there are none.
    func draw(_ reports: [Report], to folder: String, progress: @escaping Progress) throws -> [Result<[String], any Error>] {
        let drawn = Mutex([Result<[String], any Error>?](repeating: nil, count: reports.count))
        let done = Mutex(0)
        try sideBySide(reports.count, makeTool: TextRuler.init) { index, ruler in
            let result = Result { try draw(reports[index], in: folder, ruler) }
            drawn.withLock { $0[index] = result }
            done.withLock {
                $0 += 1
                progress($0, reports.count)
            }
        }
        return drawn.withLock { $0 }.compactMap { $0 }
    }

    private func draw(_ report: Report, in folder: String, _ ruler: TextRuler) throws -> [String] {
        let (stem, name) = ("\(folder)/\(report.fileStem)", report.fileStem)
        var names: [String] = []
        if formats.contains(.xlsx) {
            try writeWorkbook(of: report, to: stem + ".xlsx", ruler: ruler)
            names.append(name + ".xlsx")
        }
        if formats.contains(.html) || formats.contains(.pdf) {
            try Data(page(of: report, stylesheet: stylesheet).utf8).write(to: URL(filePath: stem + ".html"))
            if formats.contains(.html) { names.append(name + ".html") }
        }
        if let renderer {
            try renderer.draw(stem + ".html", to: stem + ".pdf", in: folder, dated: report.provenance.asOf)
            names.append(name + ".pdf")
        }
        if formats.contains(.csv) {
            for table in report.tables {
                try Data(commaSeparated(table, language: report.language, remark: report.remark).utf8).write(to: URL(filePath: "\(stem)_\(table.id).csv"))
                names.append("\(name)_\(table.id).csv")
            }
        }
        return names
    }
}
