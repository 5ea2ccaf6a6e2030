package import Adoption
internal import Ingestion
package import Storage

extension PeriodDesk {
    /// What came of returned drafts.
    package struct Explained {
        /// Nil when nothing was new.
        package let act: Act?
        package let count: Int
    }

    /// Keeps what units wrote beside their figures, in returned workbooks or in files that a draft's page saved.
    ///
    /// All files are taken, or none.
    /// - Throws: `InputError` for a file that cannot be read, a figure that this period does not have, or words that are too long.
    package func explain(_ paths: [String], at moment: Instant) throws -> Explained {
        let register = try store.register()
        var texts: [(figure: String, text: String)] = []
        for line in try paths.flatMap(ExplanationReader.lines) {
            guard let id = FigureID(line.figure), id.period == period else {
                throw InputError("\(line.place): '\(line.figure)' is not the name of a figure of \(period.id) (\(period.calendar.rawValue)); the first column of a draft must stay as it was sent")
            }
            _ = try home.indicator(named: id.indicator)
            guard !register.agencies(named: id.scope.agencyCode, in: period).isEmpty else {
                throw InputError("\(line.place): no unit of \(period.id) has the code '\(id.scope.agencyCode)'")
            }
            guard line.text.count <= ExplanationReader.limit else {
                throw InputError("\(line.place): the explanation has \(line.text.count) characters; at most \(ExplanationReader.limit) are kept")
            }
            if let other = texts.first(where: { $0.figure == line.figure && $0.text != line.text }) {
                throw InputError("\(line.place): '\(other.figure)' is explained twice in these files; leave one of them out")
            }
            texts.append((line.figure, line.text))
        }
        let words = ActWords(period: period, moment: moment, reason: paths.map { $0.split(separator: "/").last.map(String.init) ?? $0 }.joined(separator: ", "))
        return Explained(act: texts.isEmpty ? nil : try store.explain(texts, words), count: texts.count)
    }
}
