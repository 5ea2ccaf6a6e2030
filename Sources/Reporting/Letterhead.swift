package import Adoption
internal import Glibc

/// Who issues reports and how they look: `reports/letterhead/letterhead.yaml`.
package struct Letterhead: Hashable, Sendable {
    /// What stands about the signature of some units in some time.
    package struct Entry: Hashable, Sendable {
        package let coverage: Coverage
        /// Nil without a beginning or an end.
        package let first: Day?
        package let last: Day?
        /// The place before the day of signing.
        package let place: Text?
        /// "GIÁM ĐỐC"; lines are parted by line feeds.
        package let signer: Text?
        /// Instead of "NGƯỜI LẬP BIỂU".
        package let preparedBy: Text?
        /// Instead of the register's name of the body above.
        package let superior: Text?

        package init(coverage: Coverage, first: Day?, last: Day?, place: Text?, signer: Text?, preparedBy: Text?, superior: Text?) {
            self.coverage = coverage
            self.first = first
            self.last = last
            self.place = place
            self.signer = signer
            self.preparedBy = preparedBy
            self.superior = superior
        }

        func holds(_ agency: Agency, _ day: Day) -> Bool { coverage.covers(agency) && first.map { $0 <= day } ?? true && last.map { day <= $0 } ?? true }
    }

    package let entries: [Entry]
    package let look: Look

    package init(entries: [Entry] = [], look: Look = Look()) {
        self.entries = entries
        self.look = look
    }

    /// What holds for a unit on a day, each word from the narrowest entry that has it: the unit's own before its level's before all.
    func find(_ word: KeyPath<Entry, Text?>, _ agency: Agency, on day: Day) -> Text? {
        entries.filter { $0.holds(agency, day) && $0[keyPath: word] != nil }.min { $0.coverage.rank < $1.coverage.rank }?[keyPath: word]
    }

    /// The colours and the mark of the office.
    package struct Look: Hashable, Sendable {
        /// Of titles, rules and the first series of charts; nil for uptake's own.
        package let accent: Colour?
        /// The same on a dark screen.
        package let darkAccent: Colour?
        package let logo: Picture?

        package init(accent: Colour? = nil, darkAccent: Colour? = nil, logo: Picture? = nil) {
            self.accent = accent
            self.darkAccent = darkAccent
            self.logo = logo
        }
    }

    /// A PNG picture.
    package struct Picture: Hashable, Sendable {
        package let bytes: [UInt8]
        package let width: Int
        package let height: Int

        /// Nil when the bytes are no PNG.
        package init?(png bytes: [UInt8]) {
            let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
            // It begins as a PNG does and has its end.
            guard bytes.count > 45, bytes.starts(with: signature), bytes.suffix(8).prefix(4).elementsEqual("IEND".utf8) else { return nil }
            func number(_ place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
            (width, height) = (number(16), number(20))
            guard width > 0, height > 0 else { return nil }
            self.bytes = bytes
        }
    }
}

/// A colour of the screen, sRGB.
package struct Colour: Hashable, Sendable {
    /// 0xRRGGBB
    package let number: UInt32

    package init(_ number: UInt32) { self.number = number }

    /// `#1c4278`; nil for anything else.
    package init?(_ text: String) {
        guard text.utf8.count == 7, text.hasPrefix("#"), !text.contains("+"), let number = UInt32(text.dropFirst(), radix: 16) else { return nil }
        self.number = number
    }

    package var text: String {
        let digits = String(number, radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// The ratio of contrast of WCAG 2.2, from 1 to 21.
    package func contrast(with other: Colour) -> Double {
        let (a, b) = (luminance, other.luminance)
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    private var luminance: Double {
        func part(_ shift: UInt32) -> Double {
            let share = Double(number >> shift & 0xFF) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
    }

    /// `share` of it on white.
    package func tint(_ share: Double) -> Colour {
        let parts = [16, 8, 0].map { shift -> UInt32 in
            let part = Double(number >> UInt32(shift) & 0xFF)
            return UInt32((255 - (255 - part) * share).rounded()) << UInt32(shift)
        }
        return Colour(parts.reduce(0, |))
    }
}
