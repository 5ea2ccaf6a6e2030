import Glibc

/// Copies of texts for a C library whose structures want them mutable.
///
/// A class because it frees the copies when the last user of them is gone.
final class CStrings {
    private var copies: [UnsafeMutablePointer<CChar>] = []

    deinit { for copy in copies { free(copy) } }

    func copy(_ text: String, limit: Int) throws(WorkbookError) -> UnsafeMutablePointer<CChar> {
        guard let copy = strdup(workbookText(text, limit: limit)) else { throw .workbook(reason: "out of memory") }
        copies.append(copy)
        return copy
    }
}
