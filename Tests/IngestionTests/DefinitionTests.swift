import Adoption
import Foundation
import Testing
import TestSupport

@testable import Ingestion

@Suite struct DefinitionTests {
    @Test func everyIndicatorThatIsShippedLoads() throws {
        let folder = Repository.root + "/reports/indicators"
        let indicators = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }.map { try Indicator(path: folder + "/" + $0) }
        #expect(Set(indicators.map(\.id)) == [
            "O1", "O2", "O3", "O4", "O5", "P1", "P2", "P3", "P4", "P5", "T1", "A1", "A2", "A3", "S1", "B1", "B2", "E1", "D1", "D2", "V1", "V2", "V3", "V4", "V5", "V6",
        ])
        #expect(Set(indicators.filter { $0.family == "online_submission" }.map(\.id)) == ["O1", "O2", "O3", "O4", "O5"])
        #expect(Set(indicators.filter { $0.family == "online_payment" }.map(\.id)) == ["P1", "P2", "P3", "P4", "P5"])
        let v1 = try #require(indicators.first { $0.id == "V1" })
        #expect(v1.subject == .procedures(ProcedureQuestion(offered: [.level3, .level4, .partial, .full], countsUsed: true)))
        #expect(v1.denominator.allowed[.channel] == [Channel.online.rawValue])
        let o1 = try #require(indicators.first { $0.id == "O1" })
        #expect(o1.numerator.allowed == [.channel: [Channel.online.rawValue]])
        #expect(o1.denominator.allowed[.state]?.contains(DossierState.new.rawValue) == false)
        #expect(o1.denominator.allowed[.state]?.count == 8)
    }

    private static let indicator = """
        id: X1
        version: 1
        name: {vi: a, en: b}
        definition: {vi: a, en: b}
        date: received
        denominator: {}
        numerator:
          channel: [online]
        rounding: hundredths_half_up
        zero_denominator: no_data
        source: {number: n}
        """

    @Test(arguments: [
        ("channel: [online]", "chanel: [online]", "x.yaml:8: 'chanel' is not known here; did you mean 'channel'?"),
        ("channel: [online]", "channel: [onlin]", "x.yaml:8: 'onlin' is not known for 'channel'; did you mean 'online'?"),
        ("date: received", "date: recieved", "x.yaml:5: 'recieved' is not known for 'date'; did you mean 'received'?"),
        ("version: 1", "version: one", "x.yaml:2: 'version' must be a whole number"),
        ("id: X1\n", "", "x.yaml:1: 'id' is missing"),
        ("id: X1", "id: X/1", "x.yaml:1: 'id' takes letters, digits and '-'"),
        ("version: 1", "version: 0", "x.yaml:2: 'version' counts from 1"),
        ("zero_denominator: no_data", "zero_denominator: hundred", "x.yaml:10: 'hundred' is not known for 'zero_denominator'; known are no_data"),
        ("date: received", "date: received\ncounts: procedure", "x.yaml:6: 'procedure' is not known for 'counts'; did you mean 'procedures'?"),
        ("date: received", "date: received\ncounts: procedures", "x.yaml:9: 'channel' is not known here; known are offered, dossiers"),
        ("name: {vi: a, en: b}", "name: {vi: a}", "x.yaml:3: 'en' is missing"),
        ("source: {number: n}", "source: {number: n}\nmaths: n/d", "x.yaml:12: 'maths' is not known here; known are id, version, name, definition, family, counts, date, denominator, numerator, rounding, zero_denominator, source"),
    ])
    func aMistakeIsNamedWithItsLineAndTheNearestWord(old: String, new: String, message: String) throws {
        let folder = try Folder()
        let path = try folder.file("x.yaml", Self.indicator.replacing(old, with: new))
        #expect(throws: InputError(message)) { try Indicator(path: path) }
    }

    @Test(arguments: [
        ("id: [", "x.yaml:2:1: is not YAML: did not find expected node content"), ("id: a\nid: b\n", "x.yaml: is not YAML: the key 'id' stands twice"),
        ("\tid: a\n", "x.yaml:1:1: is not YAML: found character that cannot start any token"), ("", "x.yaml: is empty"), ("- a\n", "x.yaml:1: keys with values are expected here"),
    ])
    func whatIsNoYAMLIsNamedInOneLine(yaml: String, message: String) throws {
        let folder = try Folder()
        let path = try folder.file("x.yaml", yaml)
        let error = #expect(throws: InputError.self) { try Indicator(path: path) }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        ("values: {channel: {Web: onlin}}", "p.yaml:4: 'onlin' is not known for 'Web'; did you mean 'online'?"),
        ("values: {due_at: {a: b}}", "p.yaml:4: 'due_at' has no closed list of words to translate to"),
        ("values: {chanel: {a: b}}", "p.yaml:4: 'chanel' is not known here; did you mean 'channel'?"),
        ("kind: submissions", "p.yaml: is not YAML: the key 'kind' stands twice"),
    ])
    func aMistakeInAProfileIsNamed(line: String, message: String) throws {
        let folder = try Folder()
        let columns = "{dossier_code: a, procedure_code: b, unit_code: c, channel: d, state: e, updated_at: f}"
        let path = try folder.file("p.yaml", "profile: x\nkind: submissions\ncolumns: \(columns)\n\(line)\n")
        #expect(throws: InputError(message)) { try Profile(path: path) }
    }

    private func targets(_ yaml: String) throws -> [Target] {
        let folder = try Folder()
        return try TargetFile(path: try folder.file("t.yaml", yaml), name: "t.yaml").targets
    }

    private func entry(_ value: String, scope: String = "province", from: String = "2024-01-01", to: String? = nil) -> String {
        "  - {indicator: O1, scope: \(scope), from: \(from), \(to.map { "to: \($0), " } ?? "")value: \(value), document: {number: Ví dụ 01}}\n"
    }

    @Test(arguments: [("70", 7_000), ("62.5", 6_250), ("62.55", 6_255), ("0", 0), ("100", 10_000), ("100.00", 10_000)])
    func aTargetIsReadInBasisPoints(value: String, basisPoints: Int) throws {
        #expect(try targets("targets:\n" + entry(value)).first?.basisPoints == basisPoints)
    }

    @Test(arguments: ["100.01", "101", "-1", "70.555", "70.", "x", "+70", ".5", "70.-5"])
    func aTargetThatIsNoPercentageIsRefused(value: String) throws {
        #expect(throws: InputError.self) { try targets("targets:\n" + entry(value)) }
    }

    @Test func overlappingTargetsAreRefusedWithBothNamed() throws {
        let error = #expect(throws: InputError.self) { try targets("targets:\n" + entry("70", to: "2024-12-31") + entry("80", from: "2024-12-31")) }
        #expect(error?.description == "t.yaml:3: overlaps the target of O1 for 'province' in line 2, which holds from 2024-01-01 to 2024-12-31; end one before the other begins")
        #expect(try targets("targets:\n" + entry("70", to: "2024-12-30") + entry("80", from: "2024-12-31") + entry("60", scope: "{level: district}")).count == 3)
    }
}
