package import Adoption
internal import Glibc

/// How many bytes the disk of a file or folder has left for us.
///
/// - Throws: `InputError` when there is no such place.
package func freeBytes(at path: String) throws(InputError) -> Int {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { throw InputError("\(path): its disk cannot be asked: \(String(cString: strerror(errno)))") }
    return Int(status.f_bavail) * Int(status.f_frsize)
}
