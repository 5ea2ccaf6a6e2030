internal import Foundation

extension String {
    /// Composed (NFC), which is how every text is kept.
    package var composed: String { precomposedStringWithCanonicalMapping }

    /// What is left when case, diacritics and the width of spaces do not count: `Mã  hồ sơ` and `MA HO SO` are the same header.
    package var folded: String {
        var folded = ""
        var isSpaced = false
        for scalar in decomposedStringWithCanonicalMapping.lowercased().unicodeScalars {
            if scalar.properties.isWhitespace || scalar.value == 0xFEFF {
                isSpaced = !folded.isEmpty
                continue
            }
            if scalar.properties.generalCategory == .nonspacingMark { continue }
            if isSpaced { folded += " " }
            isSpaced = false
            folded.unicodeScalars.append(scalar == "đ" ? "d" : scalar)
        }
        return folded
    }
}

extension Bytes {
    /// The text in composed form; nil when the bytes are not UTF-8.
    var composedText: String? {
        // Only a combining sign (U+0300 to U+036F) can be composed with the letter before it.
        guard let text else { return nil }
        return contains { $0 == 0xCC || $0 == 0xCD } ? text.composed : text
    }
}
