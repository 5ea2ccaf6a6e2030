internal import Adoption
internal import Glibc

/// The right to work, which one process at a time has and which ends with the process, whatever the clock says.
///
/// It is a class because it owns an open file.
final class WorkLock {
    private let file: Int32

    /// Nil while another process has it.
    init?(path: String) throws {
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw InputError("\(path): cannot be written: \(String(cString: strerror(errno)))") }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            return nil
        }
    }

    func release() { close(file) }
}
