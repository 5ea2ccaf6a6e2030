import Adoption
import Testing
import TestSupport

@Suite struct TargetStepTests {
    private static func target(_ coverage: Coverage, _ percent: Int, _ first: String, _ last: String? = nil) -> Target {
        Target(
            indicatorID: "O1", coverage: coverage, validity: Validity(first: Records.day(first), last: last.map(Records.day)), basisPoints: percent * 100,
            document: Document(number: "x", date: nil, clause: ""), isIllustrative: true)
    }

    private static func steps(_ targets: [Target], of code: String = "616") throws -> [String] {
        let unit = try #require(Records.agencies.first { $0.code == code })
        return Targets(targets).steps("O1", of: unit).map { "\($0.target.basisPoints / 100) \($0.days.first.iso) \($0.days.last?.iso ?? "open")" }
    }

    /// A unit's own target comes before the province's, which comes back after it.
    @Test func theCloserTargetHoldsAndTheOtherComesBack() throws {
        let targets = [Self.target(.province, 45, "2024-01-01", "2024-12-31"), Self.target(.province, 60, "2025-01-01"), Self.target(.agency(code: "616"), 65, "2025-03-01", "2025-06-30")]
        #expect(try Self.steps(targets) == ["45 2024-01-01 2024-12-31", "60 2025-01-01 2025-02-28", "65 2025-03-01 2025-06-30", "60 2025-07-01 open"])
        #expect(try Self.steps(targets, of: "62.SYT") == ["45 2024-01-01 2024-12-31", "60 2025-01-01 open"])
    }

    /// What changes below a closer target is no step, and a hole stays one.
    @Test func aStepIsWhatTheUnitSees() throws {
        let own = Self.target(.agency(code: "616"), 65, "2024-01-01", "2025-06-30")
        #expect(try Self.steps([own, Self.target(.level(.district), 50, "2024-03-01", "2024-12-31"), Self.target(.province, 70, "2025-09-01")]) == ["65 2024-01-01 2025-06-30", "70 2025-09-01 open"])
        #expect(try Self.steps([Self.target(.level(.commune), 50, "2024-01-01")]).isEmpty)
        #expect(try Self.steps([]).isEmpty)
    }
}
