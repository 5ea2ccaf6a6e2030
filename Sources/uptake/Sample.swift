internal import Adoption
internal import ArgumentParser
internal import Glibc
internal import Sampling

struct Sample: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write invented but lifelike records to try uptake with.",
        discussion: "Registers, submissions, payments and corrections of Sa Thầy district, its neighbours and three departments, 15/03/2024 to 30/06/2025. The same number and seed give the same bytes. Everything drawn from them says that they are invented.")

    @Option(help: ArgumentHelp("How many dossiers.", valueName: "number"))
    var dossiers = 6_000

    @Option(help: ArgumentHelp("Another seed gives other records.", valueName: "number"))
    var seed: UInt64 = 2_025

    @Option(help: ArgumentHelp("The folder for the files; created when it is not there. Files in it are not overwritten.", valueName: "folder"))
    var out: String

    func validate() throws {
        if !(1...100_000_000).contains(dossiers) { throw ValidationError("--dossiers takes a number from 1 to 100000000") }
    }

    func run() throws {
        guard mkdir(out, 0o777) == 0 || errno == EEXIST else { throw failure(out) }
        var files: [String: UnsafeMutablePointer<FILE>] = [:]
        var sample = Sampling.Sample(dossiers: dossiers, seed: seed)
        try sample.write { name, bytes in
            let path = out + "/" + name
            if files[name] == nil {
                // "x": a file that is there may be somebody's real one.
                guard let file = fopen(path, "wx") else { throw failure(path) }
                files[name] = file
            }
            guard let file = files[name], fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw failure(path) }
        }
        for (name, file) in files.sorted(by: { $0.key < $1.key }) {
            guard fclose(file) == 0 else { throw failure(out + "/" + name) }
            print("\(out)/\(name)")
        }
    }

    private func failure(_ path: String) -> InputError { InputError("\(path): cannot be written: \(String(cString: strerror(errno)))") }
}
