import Adoption
import Reporting
import Testing

@testable import Rendering

@Suite struct TableFileTests {
    @Test func aTableIsAListThatProgramsRead() {
        let table = Table(
            id: "t", caption: "c", columns: [Column("Đơn vị"), Column("Tử số", group: "O1 v1"), Column("Tỷ lệ", group: "O1 v1"), Column("Chênh"), Column("Ẩn")],
            rows: [
                Row(.body, [.text("=HYPERLINK(\"x\")"), .count(12_345), .rate(Rate(1, of: 3)), .percentagePoints(hundredths: -120), .suppressed]),
                Row(.total, [.text("Tổng, \"cộng\""), .count(-5), .rate(.none), .percentagePoints(hundredths: 0), .notReported]),
            ])
        #expect(commaSeparated(table, language: .vietnamese) == """
            \u{FEFF}"Đơn vị","O1 v1 – Tử số","O1 v1 – Tỷ lệ","Chênh","Ẩn"\r
            "'=HYPERLINK(""x"")",12345,"33,33%","-1,20","▒ ẩn"\r
            "Tổng, ""cộng""\",-5,"–","0,00","không báo cáo"\r

            """)
    }
}
