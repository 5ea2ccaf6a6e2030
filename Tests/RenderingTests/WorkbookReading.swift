import Adoption
import Foundation
import Reporting
import Testing

/// A report with the sections under test.
func report(
    _ sections: [Section], title: String = "Báo cáo", notices: [String] = ["Dữ liệu minh họa & thử"], definitions: [String] = ["O1 v1"],
    asOf: Instant = Instant(secondsSinceEpoch: 1_747_270_000), signing: Report.Signing? = nil, look: Letterhead.Look = Letterhead.Look()
) -> Report {
    Report(
        id: "monthly/1", fileStem: "monthly-1", language: .vietnamese, head: .init(superior: nil, unit: "UBND tỉnh Kon Tum"), title: title,
        periodLine: "Tháng 5 năm 2025", notices: notices, sections: sections,
        provenance: .init(dataVersion: 1, asOf: asOf, definitions: definitions, inputHash: "00ff"), signing: signing, look: look)
}

func sheetXML(_ path: String, _ number: Int) throws -> String {
    try python("import zipfile\nprint(zipfile.ZipFile(sys.argv[1]).read('xl/worksheets/sheet\(number).xml').decode())", path)
}

/// Runs a script in which `w` is the workbook, as another program reads it.
func python(_ script: String, _ path: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = ["-c", "import sys, openpyxl\nw = openpyxl.load_workbook(sys.argv[1])\n" + script, path]
    process.environment = ["PYTHONIOENCODING": "utf-8"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let read = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: read, as: UTF8.self)
}
