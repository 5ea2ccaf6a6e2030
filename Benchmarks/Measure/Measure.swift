// Measures what is asked of a store that is open: the figures of a page, and the dossiers of a figure.
//
//     Measure STORE HOME RUNS
//
// Prints one line of JSON: the median in milliseconds of each question. The first run of each is left out, as a server has asked before.
import Adoption
import Foundation
import Pipeline
import Reporting
import Storage

let (store, home, runs) = (try Store(path: CommandLine.arguments[1]), try Home(path: CommandLine.arguments[2], program: ""), Int(CommandLine.arguments[3]) ?? 21)
let month = Period(.calendar, year: 2025, months: 12...12)
let year = Period(.calendar, year: 2025, months: 1...12)
let look = Look(store)
/// What a page about a province has room for.
let shown = home.indicators.filter { ["O1", "P1", "O2", "P2", "T1", "A1", "S1"].contains($0.id) }

func median(_ body: () throws -> Void) rethrows -> Double {
    try body()
    var times: [Double] = []
    for _ in 0..<runs {
        let start = ContinuousClock.now
        try body()
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        times.append(Double(seconds) * 1e3 + Double(attoseconds) / 1e15)
    }
    return times.sorted()[runs / 2]
}

var results: [String: Double] = [:]
@MainActor func page(_ overviews: Overviews) throws {
    guard let overview = try overviews.overview(store, agencyCode: "P", endingWith: month), overview.units.count > 100, overview.trend.count == 12 else {
        fatalError("the page has no figures")
    }
}
let overviews = Overviews(indicators: shown)
results["page"] = try median { try page(overviews) }
results["first page after an import"] = try median { try page(Overviews(indicators: shown)) }
let register = try store.register()
let commune = register.agencies.values.filter { $0.level == .commune }.map(\.code).min() ?? ""
for (name, indicator, unit, period) in [
    ("O1 province month", "O1", "P", month), ("P1 province year", "P1", "P", year), ("P2 province year", "P2", "P", year), ("T1 district year", "T1", "U30", year),
    ("A1 commune month", "A1", commune, month), ("S1 commune year", "S1", commune, year),
] {
    results[name] = try median {
        let explanation = try look.explain(try home.indicator(named: indicator), Scope(agencyCode: unit, procedureCode: nil, channel: nil), in: period, limit: 100, recount: false)
        guard explanation.lines.count == min(100, explanation.figure.rate.denominator), !explanation.lines.isEmpty else { fatalError("\(name) lists \(explanation.lines.count)") }
    }
}
print(String(decoding: try JSONSerialization.data(withJSONObject: results.mapValues { ($0 * 100).rounded() / 100 }, options: [.sortedKeys]), as: UTF8.self))
