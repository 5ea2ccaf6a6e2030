/// A piece of HTML. What stands in the source code is trusted, what is interpolated is escaped:
/// `"<td>\(name)</td>"` cannot grow an element or leave an attribute, whatever `name` holds.
///
/// The literal type is `StaticString`, so that no text of a running program can pass for a literal.
package struct Markup: ExpressibleByStringInterpolation, Hashable, Sendable {
    /// The finished text.
    package let html: String

    package init(stringLiteral literal: StaticString) { html = literal.description }

    package init(stringInterpolation interpolation: StringInterpolation) { html = interpolation.html }

    /// A `<style>` element. A style sheet knows no entities, so here only the end tag is taken away from the text.
    package init(stylesheet: String) {
        let permitted = permittedScalars(of: stylesheet).replacing("</", with: "<\\/")
        html = "<style>\n\(permitted)\n</style>"
    }

    /// A `<script>` element with code that stands in the source.
    package init(script: StaticString) { html = "<script>\(script)</script>\n" }

    /// Collects the parts of one literal.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var html = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            html.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        package mutating func appendLiteral(_ literal: StaticString) { html += literal.description }

        /// Text from outside, escaped for element content and for quoted attributes alike.
        package mutating func appendInterpolation(_ text: String) {
            for scalar in text.unicodeScalars where scalar.isPermitted {
                switch scalar {
                case "&": html += "&amp;"
                case "<": html += "&lt;"
                case ">": html += "&gt;"
                case "\"": html += "&quot;"
                case "'": html += "&#39;"
                default: html.unicodeScalars.append(scalar)
                }
            }
        }

        /// A whole number for a machine, such as a span: digits without separators.
        package mutating func appendInterpolation(_ number: Int) { html += String(number) }

        /// A piece that was escaped when it was made.
        package mutating func appendInterpolation(_ markup: Markup) { html += markup.html }

        /// Pieces one after the other, with nothing between them.
        package mutating func appendInterpolation(_ pieces: [Markup]) {
            for piece in pieces { html += piece.html }
        }
    }
}

private func permittedScalars(of text: String) -> String {
    var permitted = String.UnicodeScalarView()
    permitted.append(contentsOf: text.unicodeScalars.lazy.filter(\.isPermitted))
    return String(permitted)
}

extension Unicode.Scalar {
    /// False for the control characters and noncharacters that HTML or XML 1.0 forbids.
    fileprivate var isPermitted: Bool {
        switch value {
        case 0x09, 0x0A, 0x0D: true
        case 0x00...0x1F, 0x7F...0x9F, 0xFDD0...0xFDEF: false
        default: value & 0xFFFE != 0xFFFE
        }
    }
}
