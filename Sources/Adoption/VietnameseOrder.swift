/// A text's place in the Vietnamese alphabet, as Unicode's collation for Vietnamese has it: a ă â b c d đ e ê … o ô ơ … u ư v x y, and among
/// texts of the same letters the tones in the order none, huyền, hỏi, ngã, sắc, nặng. Small letters come before capitals, spaces and signs
/// before digits and letters.
///
/// Swift's own order goes by code points, where Đ comes after Z.
package struct VietnameseOrder: Comparable, Hashable, Sendable {
    private let letters: [UInt32]
    private let tones: [UInt8]
    private let capitals: [UInt8]

    package init(_ text: String) {
        let places = text.map(VietnameseOrder.place)
        letters = places.map(\.letter)
        tones = places.map(\.tone)
        capitals = text.map { $0.isUppercase ? 1 : 0 }
    }

    package static func < (a: VietnameseOrder, b: VietnameseOrder) -> Bool {
        if a.letters != b.letters { return a.letters.lexicographicallyPrecedes(b.letters) }
        if a.tones != b.tones { return a.tones.lexicographicallyPrecedes(b.tones) }
        return a.capitals.lexicographicallyPrecedes(b.capitals)
    }

    /// One letter in its six tones, letter after letter.
    private static let alphabet = [
        "aàảãáạ", "ăằẳẵắặ", "âầẩẫấậ", "b", "c", "d", "đ", "eèẻẽéẹ", "êềểễếệ", "f", "g", "h", "iìỉĩíị", "j", "k", "l", "m", "n", "oòỏõóọ", "ôồổỗốộ", "ơờởỡớợ",
        "p", "q", "r", "s", "t", "uùủũúụ", "ưừửữứự", "v", "w", "x", "yỳỷỹýỵ", "z",
    ]

    /// Letters have the places from here on; what is no letter keeps its code point below.
    private static let firstLetter: UInt32 = 0x20_0000

    private static let places: [Character: (letter: UInt32, tone: UInt8)] = Dictionary(
        uniqueKeysWithValues: alphabet.enumerated().flatMap { place, tones in
            tones.enumerated().map { ($1, (firstLetter + UInt32(place), UInt8($0))) }
        })

    private static func place(_ character: Character) -> (letter: UInt32, tone: UInt8) {
        if let place = places[character] { return place }
        let small = character.lowercased()
        if small.count == 1, let first = small.first, let place = places[first] { return place }
        return (character.unicodeScalars.first?.value ?? 0, 0)
    }
}

extension Sequence {
    /// Sorted by name as Vietnamese readers look for it. The places of the names are made once, which takes longer than all comparing.
    ///
    /// - Parameter rank: what comes before the name; the smallest first.
    package func inVietnameseOrder(of name: (Element) -> String, after rank: (Element) -> [Int] = { _ in [] }) -> [Element] {
        map { (rank: rank($0), name: VietnameseOrder(name($0)), element: $0) }.sorted { a, b in
            a.rank == b.rank ? a.name < b.name : a.rank.lexicographicallyPrecedes(b.rank)
        }.map(\.element)
    }
}
