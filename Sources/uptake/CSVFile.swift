internal import Adoption
internal import Glibc
internal import Reporting

/// A list that Excel opens with its Vietnamese letters right. The file bears its name when it is complete. It is a class because it owns a file.
final class CSVFile {
    private let file: UnsafeMutablePointer<FILE>
    private let path: String
    private let isForPeople: Bool

    /// - Parameter isForPeople: false for a file that programs read, in which every text stays as it is.
    init(path: String, header: [String], isForPeople: Bool = true) throws {
        guard let file = fopen(path + ".partial", "w") else { throw InputError("\(path): cannot be written: \(String(cString: strerror(errno)))") }
        self.file = file
        self.path = path
        self.isForPeople = isForPeople
        try write("\u{FEFF}" + header.joined(separator: ",") + "\n")
    }

    func put(_ cells: [String]) throws { try write(cells.map { commaSeparatedCell($0, isForPeople: isForPeople) }.joined(separator: ",") + "\n") }

    func close() throws {
        guard fclose(file) == 0, rename(path + ".partial", path) == 0 else { throw InputError("\(path): cannot be written: \(String(cString: strerror(errno)))") }
    }

    private func write(_ text: String) throws {
        guard fputs(text, file) >= 0 else { throw InputError("\(path): cannot be written: \(String(cString: strerror(errno)))") }
    }
}
