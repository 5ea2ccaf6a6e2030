import Adoption
import Foundation
import Testing
import TestSupport

@testable import Ingestion

/// The national portal's responses for Phú Thọ, August 2026, as they were captured.
@Suite struct EvaluationFileTests {
    private let folder = Repository.root + "/examples/phu-tho-2026-08"
    private let august = Period(.calendar, year: 2026, months: 8...8)

    private func records(_ name: String) throws -> [OfficialRecord] {
        try EvaluationFile(path: folder + "/" + name, name: name).records(in: august)
    }

    @Test(arguments: [("formality-online-payment-tree.json", 164), ("dvc-progress-tree.json", 164), ("provide-online-tree.json", 1)])
    func everyScoreComputedFromCountsEqualsThePublishedOne(name: String, computable: Int) throws {
        let records = try records(name)
        #expect(records.count == 164)
        var computed = 0
        for record in records {
            guard let score = OfficialScore(record) else { continue }
            computed += 1
            #expect(score.hundredths == record.publishedHundredths, "\(record.agencyName)")
        }
        #expect(computed == computable)
    }

    @Test func aResponseIsReadAsCounts() throws {
        let province = try #require(try records("formality-online-payment-tree.json").first)
        #expect(province.level == .province)
        #expect(province.agencyCode == "H44")
        #expect(province.counts == [.paidOnline: 82_913, .obliged: 98_459, .proceduresPaidOnline: 93, .feeProceduresWithDossiers: 56, .feeProcedures: 310])
        #expect(province.publishedHundredths == 625)
        let levels = try records("dvc-progress-tree.json").map(\.level)
        #expect(levels.count { $0 == .department } == 15)
        #expect(levels.count { $0 == .commune } == 148)
    }

    /// Paid and obliged are sums over the units; the province's procedure counts are distinct counts, which are not.
    @Test func theProvincesDossierCountsAreTheSumsOfItsUnits() throws {
        let records = try records("formality-online-payment-tree.json")
        for count in [OfficialCount.paidOnline, .obliged] {
            #expect(records.dropFirst().reduce(0) { $0 + ($1.counts[count] ?? 0) } == records[0].counts[count])
        }
    }

    @Test(arguments: [
        ("{\"data\": {\"parent\": null, \"children\": []}}", "needs 'parent' and 'children'"),
        ("{\"data\": {\"parent\": {\"departmentName\": \"A\"}, \"children\": []}}", "'data.parent.departmentCode' is missing"),
        ("{\"data\": {\"parent\": {\"departmentName\": \"A\", \"departmentCode\": 5}, \"children\": []}}", "another type"),
        ("{\"data\": {\"parent\": {\"departmentName\": \"A\", \"departmentCode\": \"H1\", \"totalScore\": 1}, \"children\": []}}", "none of the responses"),
        ("{\"data\": {\"parent\": {\"departmentName\": \"A\", \"departmentCode\": \"H1\", \"totalScore\": 1, \"totalOnTime\": -1, \"totalReceived\": 3}, \"children\": []}}", "negative"),
        ("{\"data\": {\"parent\": {\"departmentName\": \"A\", \"departmentCode\": \"H1\", \"totalScore\": 1e300, \"totalOnTime\": 1, \"totalReceived\": 3}, \"children\": []}}", "no score"),
        ("{\"data\": {\"parent\": {\"departmentName\": \"A\", \"departmentCode\": \"H1\", \"totalScore\": 1, \"totalOnTime\": 9223372036854775807, \"totalReceived\": 1}, \"children\": []}}", "impossible"),
        ("{\"data\": []}", "another type"), ("{", "is not JSON"), ("[]", "is not an evaluation response"),
    ])
    func anotherShapeIsRefused(json: String, message: String) throws {
        let path = try Folder.shared.file("\(UUID()).json", json)
        let error = #expect(throws: InputError.self) { try EvaluationFile(path: path, name: "r.json") }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
}
