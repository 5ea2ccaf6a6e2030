internal import Adoption
internal import FoundationEssentials
internal import Ingestion
internal import Reporting

/// The file, and the names of all files that belong to it.
struct LetterheadFile {
    static let folder = "reports/letterhead"
    let letterhead: Letterhead
    /// `reports/letterhead/letterhead.yaml` and the picture; nothing where there is none.
    let names: [String]

    /// - Parameter home: the folder that holds `reports`.
    /// - Throws: what is wrong, with file and line.
    init(home: String) throws {
        let path = "\(home)/\(LetterheadFile.folder)/letterhead.yaml"
        guard FileManager.default.fileExists(atPath: path) else {
            (letterhead, names) = (Letterhead(), [])
            return
        }
        let file = try Definition(path: path, name: "letterhead.yaml")
        try file.allow(["signing", "accent", "accent_dark", "logo"])
        var entries: [Letterhead.Entry] = []
        for entry in file.has("signing") ? try file.definitions("signing") : [] { entries.append(try entry.signing()) }
        let logo = try file.optionalText("logo")
        letterhead = Letterhead(
            entries: entries,
            look: Letterhead.Look(
                accent: try file.colour("accent", on: Colour(0xFFFFFF), "white paper"), darkAccent: try file.colour("accent_dark", on: Colour(0x191C21), "a dark page"),
                logo: try logo.map { try file.picture($0, in: "\(home)/\(LetterheadFile.folder)") }))
        names = ["\(LetterheadFile.folder)/letterhead.yaml"] + [logo].compactMap { $0 }.map { "\(LetterheadFile.folder)/\($0)" }
    }
}

extension Definition {
    fileprivate func signing() throws(InputError) -> Letterhead.Entry {
        try allow(["scope", "from", "to", "place", "signer", "prepared_by", "superior"])
        let (first, last) = (try optionalDay("from"), try optionalDay("to"))
        if let first, let last, last < first { throw fault("to", "'to' is before 'from'") }
        func words(_ key: String) throws(InputError) -> Text? { has(key) ? try bilingual(key) : nil }
        return Letterhead.Entry(
            coverage: try coverage(), first: first, last: last, place: try words("place"), signer: try words("signer"), preparedBy: try words("prepared_by"),
            superior: try words("superior"))
    }

    /// A colour in which text can be read: 4.5 to 1 at least, as WCAG 2.2 AA demands.
    fileprivate func colour(_ key: String, on ground: Colour, _ name: String) throws(InputError) -> Colour? {
        guard let text = try optionalText(key) else { return nil }
        guard let colour = Colour(text) else { throw fault(key, "'\(key)' must be a colour such as \"#1c4278\", in quotation marks") }
        let contrast = colour.contrast(with: ground)
        if contrast < 4.5 {
            let tenths = Int(contrast * 10)
            throw fault(key, "'\(key)' has a contrast of \(tenths / 10).\(tenths % 10) to 1 on \(name), and text needs 4.5; choose \(ground == Colour(0xFFFFFF) ? "a darker" : "a lighter") one")
        }
        return colour
    }

    fileprivate func picture(_ name: String, in folder: String) throws -> Letterhead.Picture {
        if name.contains("/") || !name.hasSuffix(".png") { throw fault("logo", "'logo' must be the name of a PNG file beside letterhead.yaml, such as logo.png") }
        let path = folder + "/" + name
        guard FileManager.default.fileExists(atPath: path) else { throw fault("logo", "there is no file '\(name)' beside letterhead.yaml") }
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        if bytes.count > 500_000 { throw fault("logo", "'\(name)' has \(bytes.count) bytes, and every report carries it; use a picture of at most 500000") }
        guard let picture = Letterhead.Picture(png: bytes) else { throw fault("logo", "'\(name)' is no PNG picture") }
        return picture
    }
}
