internal import Adoption
internal import ArgumentParser
internal import Glibc
internal import Pipeline
internal import Reporting
internal import Storage

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write all dossiers and payments as they stand to submissions.csv and payments.csv.",
        discussion: "The files are in the form that `uptake ingest` reads, so whoever doubts a figure can count it with tools of their own. Versions that were replaced, and rows that are kept aside, are not in them. From a store with pseudonyms come pseudonyms: load them into a store without a key.")

    @OptionGroup var store: StoreOption

    @Option(help: ArgumentHelp("The folder for the two files.", valueName: "folder"))
    var out: String

    func run() throws {
        let store = try store.opened()
        let register = try store.register()
        let isIllustrative = try store.sources().contains(where: \.isIllustrative)
        // Noted before the first record leaves.
        try store.audit("export", out, "all dossiers and payments, data version \(try store.dataVersion())", at: now())
        guard mkdir(out, 0o777) == 0 || errno == EEXIST else { throw InputError("\(out): cannot be created; name another folder with --out") }
        let mark = isIllustrative ? ["illustrative"] : []
        let submissions = try CSVFile(path: out + "/submissions.csv", header: [
            "dossier_code", "procedure_code", "unit_code", "channel", "filed_at", "received_at", "due_at", "settled_at", "state", "applicant_type", "filed_by",
            "level", "amount_due_vnd", "result_delivery", "payment_mark", "digitised", "signed", "updated_at",
        ] + mark, isForPeople: false)
        let payments = try CSVFile(path: out + "/payments.csv", header: [
            "payment_id", "dossier_code", "amount_vnd", "method", "provider", "state", "requested_at", "paid_at", "refunded_at", "updated_at",
        ] + mark, isForPeople: false)
        let last = isIllustrative ? ["yes"] : []
        var (dossierCount, paymentCount) = (0, 0)
        try store.records { code, dossier, paid in
            if let dossier {
                dossierCount += 1
                try submissions.put([code.text] + cells(dossier, register) + last)
            }
            for (paymentCode, payment) in paid {
                paymentCount += 1
                try payments.put([paymentCode.text, code.text] + cells(payment) + last)
            }
        }
        try submissions.close()
        try payments.close()
        print("\(grouped(dossierCount, .english)) dossiers written to \(out)/submissions.csv, \(grouped(paymentCount, .english)) payments to \(out)/payments.csv")
    }

    private func cells(_ dossier: Dossier, _ register: Adoption.Register) -> [String] {
        [
            register.procedures[dossier.procedureID]?.code ?? "", register.agencies[dossier.agencyID]?.code ?? "", dossier.channel.word,
            dossier.filed?.iso ?? "", dossier.received?.iso ?? "", dossier.due?.iso ?? "", dossier.settled?.iso ?? "", dossier.state.word,
            known(dossier.applicant), known(dossier.filer), known(dossier.level), dossier.amountDueVND.map(String.init) ?? "", known(dossier.delivery),
            known(dossier.paymentMark), known(dossier.digitised), known(dossier.signed), dossier.updated.iso,
        ]
    }

    private func cells(_ payment: Payment) -> [String] {
        [
            String(payment.amountVND), payment.method.word, payment.provider.name, payment.state.word, payment.requested?.iso ?? "", payment.paid?.iso ?? "",
            payment.refunded?.iso ?? "", payment.updated.iso,
        ]
    }

    /// What is unknown stands as an empty cell.
    private func known<V: Vocabulary>(_ word: V) -> String { word.rawValue == 0 ? "" : word.word }
}
