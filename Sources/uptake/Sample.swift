internal import ArgumentParser

struct Sample: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Write invented records to try uptake with.")
    func run() throws {}
}
