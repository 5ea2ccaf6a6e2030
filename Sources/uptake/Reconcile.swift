internal import Adoption
internal import ArgumentParser
internal import Pipeline
internal import Reporting
internal import Storage

struct Reconcile: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hold payments, dossiers and the source's own marks against each other.",
        discussion: "Of dossiers received in the period, and payments of the period that wait for a dossier. Nothing of it changes a figure: payment records are what is counted, and here is where others disagree.")

    @OptionGroup var store: StoreOption
    @OptionGroup var period: PeriodOption

    @Option(help: ArgumentHelp("Only this unit, with the units below it.", valueName: "code"))
    var unit: String?

    @Option(help: ArgumentHelp("How many cases of each kind to list; 0 for none, all for all.", valueName: "number"))
    var list: String = "5"

    @Option(help: ArgumentHelp("Write every case to a CSV file.", valueName: "file"))
    var csv: String?

    func run() throws {
        guard let limit = list == "all" ? Int.max : Int(list), limit >= 0 else { throw ValidationError("--list takes a number or 'all'") }
        let store = try store.opened()
        let register = try store.register()
        let period = try period.parsed()
        let agencies = try unit.map { code in
            guard let agency = register.agencies(named: code, in: period).last else { throw InputError("no unit '\(code)' in \(period.id); `uptake register list units` lists them") }
            return register.subtree(of: agency, in: period)
        }
        let all = try store.discrepancies(in: period, agencies: agencies)
        print("period \(period.id): \(period.first.iso) to \(period.last.iso)")
        for kind in Discrepancy.Kind.allCases {
            if kind == .paymentWithoutDossier && unit != nil {
                print("        –  \(padded(kind.rawValue, 30))  their unit is not known until the dossier comes; leave --unit out to see them")
                continue
            }
            let cases = all.filter { $0.kind == kind }
            print("\(padded(cases.count, 9))  \(padded(kind.rawValue, 30))  \(kind.explanation)")
            for one in cases.prefix(limit) { print("           " + line(one, register)) }
            if limit > 0 && cases.count > limit { print("           … --list all lists every one") }
        }
        guard let csv else { return }
        let file = try CSVFile(path: csv, header: ["loại", "mã đơn vị", "mã hồ sơ", "mã giao dịch", "số tiền"])
        for one in all {
            try file.put([one.kind.rawValue, one.agencyID.flatMap { register.agencies[$0]?.code } ?? "", one.dossierCode, one.paymentCode, one.amountVND.map(String.init) ?? ""])
        }
        try file.close()
        print("\(all.count) cases written to \(csv)")
    }

    private func line(_ one: Discrepancy, _ register: Adoption.Register) -> String {
        let unit = one.agencyID.flatMap { register.agencies[$0]?.code } ?? ""
        let amount = one.amountVND.map { grouped($0, .english) + " đ" } ?? ""
        return [unit, one.dossierCode, one.paymentCode, amount].filter { !$0.isEmpty }.joined(separator: "  ")
    }
}
