import Sampling
import Testing

@Suite struct SampleTests {
    private func files(_ dossiers: Int, _ seed: UInt64) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        var sample = Sample(dossiers: dossiers, seed: seed)
        try sample.write { name, bytes in files[name, default: []] += bytes }
        return files
    }

    private func rows(_ bytes: [UInt8]?) throws -> [[String]] {
        String(decoding: try #require(bytes), as: UTF8.self).split(separator: "\n").dropFirst()
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    }

    @Test func theSameSeedGivesTheSameBytesAndAnotherSeedOthers() throws {
        #expect(try files(500, 1) == files(500, 1))
        #expect(try files(500, 1)["submissions.csv"] != files(500, 2)["submissions.csv"])
    }

    @Test(arguments: [1, 10, 500, 3_000])
    func makesAsManyDossiersAsAskedFor(count: Int) throws {
        let rows = try rows(files(count, 5)["submissions.csv"])
        let good = rows.filter { $0.count == 17 && !$0[0].isEmpty && !$0[0].contains("-240401-90") }
        #expect(Set(good.map { $0[0] }).count == count)
        #expect(rows.count { $0.count != 17 || $0[0].isEmpty || $0[0].contains("-240401-90") } == Sample.malformedRows)
    }

    @Test func saThầyHas47ProceduresAndNoCodeIsANationalOne() throws {
        let procedures = String(decoding: try #require(try files(1, 1)["procedures.csv"]), as: UTF8.self)
        #expect(procedures.split(separator: "\n").dropFirst().allSatisfy { $0.hasPrefix("9.") && $0.hasSuffix(",yes") })
        let used = Set(try rows(files(20_000, 3)["submissions.csv"]).filter { $0.count == 17 && $0[2] == "616" && $0[1] != "9.999999" }.map { $0[1] })
        #expect(used.count == 47)
    }

    @Test func paymentsAndCorrectionsBelongToDossiersOfTheSample() throws {
        let files = try files(3_000, 9)
        let codes = Set(try rows(files["submissions.csv"]).map { $0[0] })
        for payment in try rows(files["payments.csv"]) { #expect(codes.contains(payment[1])) }
        for correction in try rows(files["corrections.csv"]) { #expect(codes.contains(correction[0])) }
    }
}
