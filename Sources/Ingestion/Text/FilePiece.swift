internal import Adoption
internal import Glibc

/// Reads the next piece of an open file; 0 is its end.
///
/// - Parameter name: what the error calls the file.
func readPiece(_ descriptor: Int32, into bytes: UnsafeMutableRawBufferPointer, of name: String) throws(InputError) -> Int {
    while true {
        let count = read(descriptor, bytes.baseAddress, bytes.count)
        if count >= 0 { return count }
        if errno != EINTR { throw InputError("\(name): cannot be read: \(String(cString: strerror(errno)))") }
    }
}
