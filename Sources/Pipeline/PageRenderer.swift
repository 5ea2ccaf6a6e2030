internal import Adoption
internal import FoundationEssentials
internal import Glibc
internal import Ingestion
internal import Storage

/// Draws a page on paper, by a browser that is on the machine.
struct PageRenderer: Sendable {
    private let path: String
    /// Such as `Chromium 140.0`: other versions may draw other bytes.
    let version: String

    private static let names = ["chromium", "chromium-browser", "google-chrome"]

    /// - Throws: `InputError` when no browser is there.
    init() throws {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let known = folders.flatMap { folder in PageRenderer.names.map { "\(folder)/\($0)" } }
        guard let path = known.first(where: { access($0, X_OK) == 0 }) else {
            throw InputError("PDF files are drawn by Chromium, which is not on this machine; install it (apt-get install chromium), or leave PDF out")
        }
        let output = Aside.name("version")
        let file = FileManager.default.temporaryDirectory.appending(path: output).path
        defer { unlink(file) }
        _ = try PageRenderer.run([path, "--version"], home: FileManager.default.temporaryDirectory.path, output: file)
        self.path = path
        version = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").first.map { $0.split(separator: " ").prefix(2).joined(separator: " ") } ?? "Chromium"
    }

    /// - Parameters:
    ///   - folder: for what the browser keeps while it draws; taken away with what is in it by the caller.
    ///   - moment: the date of the file, so that the same page gives the same bytes.
    /// - Throws: what the browser said when it gave no file.
    func draw(_ page: String, to pdf: String, in folder: String, dated moment: Instant) throws {
        let profile = "\(folder)/\(Aside.name("browser"))"
        defer {
            do { try FileManager.default.removeItem(atPath: profile) } catch {
                // It goes with the folder that it is in.
            }
        }
        try FileManager.default.createDirectory(atPath: profile, withIntermediateDirectories: true)
        var arguments = [
            path, "--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-sync", "--disable-background-networking", "--disable-component-update",
            "--no-pdf-header-footer", "--user-data-dir=\(profile)", "--print-to-pdf=\(pdf)", URL(filePath: page).absoluteString,
        ]
        // The browser's sandbox needs a user of its own; the page is ours and runs no script.
        if geteuid() == 0 { arguments.insert("--no-sandbox", at: 1) }
        let said = "\(profile)/output"
        let status = try PageRenderer.run(arguments, home: profile, output: said)
        let drawn = FileManager.default.contents(atPath: pdf) ?? Data()
        guard status == 0, drawn.starts(with: Data("%PDF-".utf8)), drawn.suffix(32).firstRange(of: Data("%%EOF".utf8)) != nil else {
            let last = try String(contentsOfFile: said, encoding: .utf8).split(separator: "\n").last.map { ": \($0)" } ?? ""
            throw StoreError("\(path) drew no whole PDF file (it ended with \(status)\(last)); try it by hand, or leave PDF out")
        }
        try PageRenderer.date(pdf, moment)
    }

    /// The browser writes the time of day; the same number of signs takes its place.
    private static func date(_ path: String, _ moment: Instant) throws {
        var bytes = try Data(contentsOf: URL(filePath: path))
        let signs = moment.iso.filter { $0.isASCII && $0.isNumber }
        let date = Data("(D:\(signs.prefix(14))+07'00')".utf8)
        for key in ["/CreationDate ", "/ModDate "] {
            let name = Data(key.utf8)
            guard let place = bytes.firstRange(of: name), bytes[place.upperBound...].starts(with: Data("(D:".utf8)) else { continue }
            bytes.replaceSubrange(place.upperBound..<place.upperBound + date.count, with: date)
        }
        try bytes.write(to: URL(filePath: path))
    }

    /// Runs a program to its end, at most two minutes.
    ///
    /// - Parameter home: the folder that it takes for its user's, so that it leaves nothing in theirs.
    /// - Returns: its exit status, or 128 and the number of the signal that ended it.
    private static func run(_ arguments: [String], home: String, output: String) throws -> Int {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_CREAT | O_TRUNC | O_WRONLY, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let pointers = arguments.map { strdup($0) } + [nil]
        let variables = ProcessInfo.processInfo.environment.filter { $0.key != "HOME" && !$0.key.hasPrefix("XDG_") }.map { strdup("\($0.key)=\($0.value)") } + [strdup("HOME=" + home), nil]
        defer { for pointer in pointers + variables { free(pointer) } }
        // A group of its own, so that all that it starts can be ended with it.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)
        var child = pid_t()
        let code = posix_spawn(&child, arguments[0], &actions, &attributes, pointers, variables)
        guard code == 0 else { throw StoreError("\(arguments[0]) cannot be started: \(String(cString: strerror(code)))") }
        var (status, waited): (CInt, Int) = (0, 0)
        while waitpid(child, &status, WNOHANG) == 0 {
            waited += 1
            if waited > 12_000 {
                kill(-child, SIGKILL)
                waitpid(child, &status, 0)
                throw StoreError("\(arguments[0]) did not end within two minutes")
            }
            usleep(10_000)
        }
        let signal = status & 0x7F
        return signal == 0 ? Int(status >> 8 & 0xFF) : 128 + Int(signal)
    }
}
