internal import Adoption
internal import ArgumentParser
internal import Pipeline
internal import Reporting
internal import Storage

struct Completeness: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show which units and days are expected, received, late, suspiciously low or confirmed zero.",
        discussion: "What is usual is taken from the last eight weeks with records before the period. A day is expected when its weekday had records in three quarters of them, and three dossiers or more in the middle one. Low is less than a fifth of the usual count of that weekday.")

    @OptionGroup var store: StoreOption
    @OptionGroup var period: PeriodOption

    @Option(help: ArgumentHelp("Only this unit; may be given several times.", valueName: "code"))
    var unit: [String] = []

    @Option(help: ArgumentHelp("How many days after its own day a record may be loaded.", valueName: "days"))
    var lateAfter = Look.usualLateAfterDays

    @Option(help: ArgumentHelp("Write every unit and day that needs attention to a CSV file.", valueName: "file"))
    var csv: String?

    func run() throws {
        let store = try store.opened()
        let register = try store.register()
        let period = try period.parsed()
        let asOf = try store.latestUpdate()?.day ?? period.last
        let all = try Look.completeness(store, in: period, register: register, asOf: asOf, lateAfterDays: lateAfter).filter { unit.isEmpty || unit.contains($0.agency.code) }
        print("period \(period.id): \(period.first.iso) to \(period.last.iso); records as of \(asOf.iso)")
        print("code              dossiers  expected  received   missing      late       low      zero  unit")
        for one in all {
            let numbers = [one.dossiers, one.expected.count, one.received.count, one.missing.count, one.late.count, one.low.count, one.confirmedZero.count]
            print("\(padded(one.agency.code, 16))\(numbers.map { padded($0, 10) }.joined())  \(one.agency.name)\(one.isSilent ? "  (nothing has come for half a year)" : "")")
            if !one.missing.isEmpty { print("                  missing: \(one.missing.map(\.iso).joined(separator: " "))") }
            if !one.low.isEmpty { print("                  low: \(one.low.map(\.iso).joined(separator: " "))") }
        }
        print("\(all.count { $0.needsAttention }) of \(all.count) units need attention")
        guard let csv else { return }
        let file = try CSVFile(path: csv, header: ["mã đơn vị", "đơn vị", "ngày", "tình trạng"])
        for one in all {
            if one.isSilent { try file.put([one.agency.code, one.agency.name, "", "chưa có số liệu"]) }
            for (days, word) in [(one.missing, "thiếu"), (one.late, "nộp muộn"), (one.low, "thấp bất thường"), (one.confirmedZero, "xác nhận không phát sinh")] {
                for day in days { try file.put([one.agency.code, one.agency.name, day.vietnamese, word]) }
            }
        }
        try file.close()
        print("written to \(csv)")
    }
}
