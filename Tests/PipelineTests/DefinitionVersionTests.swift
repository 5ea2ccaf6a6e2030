import Adoption
import Foundation
import Pipeline
import Testing
import TestSupport

/// A changed definition is a new version beside the old one: what was published under the old one can still be explained.
@Suite struct DefinitionVersionTests {
    @Test func theNewestIsUsedAndTheOldOneStays() throws {
        let folder = try Folder()
        try FileManager.default.copyItem(atPath: Repository.root + "/reports", toPath: folder.path + "/reports")
        let old = try String(contentsOfFile: folder.path + "/reports/indicators/O1.yaml", encoding: .utf8)
        try old.write(toFile: folder.path + "/reports/indicators/O1.v1.yaml", atomically: true, encoding: .utf8)
        #expect(throws: (any Error).self, "the same version twice") { try Home(path: folder.path, program: "") }
        try old.replacing("version: 1", with: "version: 2").replacing("not: [new, refused]", with: "not: [new, refused, withdrawn]")
            .write(toFile: folder.path + "/reports/indicators/O1.yaml", atomically: true, encoding: .utf8)
        let home = try Home(path: folder.path, program: "")
        #expect(home.indicators.filter { $0.id == "O1" }.map(\.version) == [2])
        #expect(try home.indicator(named: "O1").label == "O1 v2")
        #expect(try home.indicator(named: "O1.v2").version == 2)
        let first = try home.indicator(named: "O1.v1")
        let second = try home.indicator(named: "O1")
        #expect(first.version == 1 && first.denominator != second.denominator)
        #expect(throws: (any Error).self) { try home.indicator(named: "O1.v3") }
        let shown = home.indicators(shownIn: home.reports).map(\.label)
        #expect(shown.contains("O1 v2") && !shown.contains("O1 v1"))
    }
}
