package import Foundation

/// A workbook of one sheet, packed without compression.
package func sheetArchive(_ sheet: [UInt8]) -> Data {
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    let parts: [(String, [UInt8])] = [
        ("[Content_Types].xml", Array("<Types/>".utf8)),
        ("_rels/.rels", Array("<Relationships><Relationship Id='a' Type='\(office)/officeDocument' Target='xl/workbook.xml'/></Relationships>".utf8)),
        ("xl/workbook.xml", Array("<workbook xmlns:r='\(office)'><sheets><sheet name='S' sheetId='1' r:id='s'/></sheets></workbook>".utf8)),
        ("xl/_rels/workbook.xml.rels", Array("<Relationships><Relationship Id='s' Type='\(office)/worksheet' Target='worksheets/s.xml'/></Relationships>".utf8)),
        ("xl/worksheets/s.xml", sheet),
    ]
    var file = Data()
    var directory = Data()
    func put(_ numbers: [(Int, Int)], into data: inout Data) {
        for (number, width) in numbers { for byte in 0..<width { data.append(UInt8(truncatingIfNeeded: number >> (8 * byte))) } }
    }
    for (name, bytes) in parts {
        let start = file.count
        let crc = Int(crc32(bytes))
        let facts = [(20, 2), (0, 2), (0, 2), (0, 2), (33, 2), (crc, 4), (bytes.count, 4), (bytes.count, 4), (name.utf8.count, 2), (0, 2)]
        put([(0x0403_4B50, 4)] + facts, into: &file)
        file += Data(name.utf8) + Data(bytes)
        put([(0x0201_4B50, 4), (20, 2)] + facts + [(0, 2), (0, 2), (0, 2), (0, 4), (start, 4)], into: &directory)
        directory += Data(name.utf8)
    }
    let start = file.count
    file += directory
    put([(0x0605_4B50, 4), (0, 2), (0, 2), (parts.count, 2), (parts.count, 2), (directory.count, 4), (start, 4), (0, 2)], into: &file)
    return file
}

private let crcTable: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
}

private func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { crcTable[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ ($0 >> 8) }
}
