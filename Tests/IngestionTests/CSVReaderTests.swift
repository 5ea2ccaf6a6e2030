import Adoption
import Foundation
import Testing
import TestSupport

@testable import Ingestion

@Suite struct CSVReaderTests {
    private func rows(_ path: String, pieceLength: Int = 1 << 20, delimiter: Character = ",") throws -> [[String]] {
        let reader = try CSVReader(TextInput(path: path, name: "f.csv"), pieceLength: pieceLength)
        reader.delimiter = delimiter.asciiValue ?? 0
        var rows: [[String]] = []
        while try reader.next() { rows.append((0..<reader.cellCount).map { String(decoding: reader.bytes($0), as: UTF8.self) }) }
        return rows
    }

    @Test(arguments: [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        ("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
        ("a,b\r\n1,2\n3,4\r5,6", [["a", "b"], ["1", "2"], ["3", "4"], ["5", "6"]]),
        ("\u{FEFF}a,b\n1,2", [["a", "b"], ["1", "2"]]),
        ("a,b\n\n1,2\n\r\n", [["a", "b"], ["1", "2"]]),
        ("a,\"b\"\n\"1\n2\",\"say \"\"yes\"\"\"\n", [["a", "b"], ["1\n2", "say \"yes\""]]),
        ("a,b\n,\n", [["a", "b"], ["", ""]]),
        ("a,b\n1,", [["a", "b"], ["1", ""]]),
        ("\"\",\"\"\"\"\n", [["", "\""]]),
        ("\"a\"b,c\n", [["ab", "c"]]),
        ("Đắk Glei,Sa Thầy\n", [["Đắk Glei", "Sa Thầy"]]),
    ])
    func splitsRecordsTheSameAtEveryPieceLength(text: String, expected: [[String]]) throws {
        let path = try Folder.shared.file("\(UUID()).csv", text)
        for length in Array(3...17) + [65_536] { #expect(try rows(path, pieceLength: length) == expected, "pieces of \(length)") }
    }

    @Test func aQuoteThatIsNeverClosedIsAnErrorWithItsLine() throws {
        let path = try Folder.shared.file("open.csv", "a,b\n1,\"2\n3,4\n")
        #expect(throws: InputError("f.csv:2: a quotation mark is opened in this record and never closed; close it, or export the file again")) { try rows(path) }
    }

    @Test func aFieldsPlaceIsItsLineAndItsCharacter() throws {
        let path = try Folder.shared.file("place.csv", "a,b\nĐắk,\"x\",y\n\"1\n2\",z,w\n")
        let reader = try CSVReader(TextInput(path: path, name: "f.csv"))
        _ = try reader.next()
        _ = try reader.next()
        #expect(reader.place(1) == (2, 5))
        #expect(reader.place(2) == (2, 9))
        _ = try reader.next()
        #expect(reader.place(0) == (3, 1))
        #expect(reader.place(1) == (4, 4))
    }

    @Test func theFingerprintIsTheFilesSHA256() throws {
        let path = try Folder.shared.file("abc.csv", "abc")
        let reader = try CSVReader(TextInput(path: path, name: "f.csv"))
        while try reader.next() {}
        #expect(reader.fingerprint() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    /// The corpus `csv-spectrum` holds CSV files with the rows that they mean, as JSON.
    @Test(.enabled(if: Repository.corpus("csv-spectrum") != nil, "the corpus csv-spectrum is not beside the repository"))
    func agreesWithTheCorpusCSVSpectrum() throws {
        let corpus = try #require(Repository.corpus("csv-spectrum"))
        let names = try FileManager.default.subpathsOfDirectory(atPath: corpus).filter { $0.hasSuffix(".csv") }
        #expect(names.count >= 10)
        for name in names {
            let json = corpus + "/" + name.replacing("csvs/", with: "json/").replacing(".csv", with: ".json")
            let expected = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: json))) as? [[String: String]])
            var content = try String(contentsOfFile: corpus + "/" + name, encoding: .utf8)
            // Some copies of the corpus have lost the CR of the files that are about CRLF.
            if name.contains("crlf") { content = content.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n") }
            let rows = try rows(try Folder.shared.file("spectrum.csv", content))
            let header = try #require(rows.first)
            #expect(rows.dropFirst().map { Dictionary(zip(header, $0), uniquingKeysWith: { $1 }) } == expected, "\(name)")
        }
    }
}

extension Folder {
    static let shared: Folder = {
        do { return try Folder() } catch { fatalError("no temporary folder: \(error)") }
    }()
}
