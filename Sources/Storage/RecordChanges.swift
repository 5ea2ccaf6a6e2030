package import Adoption
internal import GRDB

/// How many more or fewer dossiers there are of one kind.
package struct TallyChange: Sendable {
    package private(set) var dossiers = 0
    package private(set) var collectedVND = 0

    package init() {}

    package mutating func add(_ dossiers: Int, _ collectedVND: Int) {
        self.dossiers += dossiers
        self.collectedVND += collectedVND
    }
}

extension Store {
    /// What has become of the records since an earlier position, as changes of the tallies of some half-months by cause: the tallies then and
    /// all these changes give the tallies now, unless the register of procedures or services has changed.
    ///
    /// - Parameter register: by whose fees and levels the dossiers of both times are counted.
    package func changes(since rewound: Rewound, in halfMonths: Set<HalfMonth>, register: Register) throws -> [RevisionCause: [Tally.Kind: TallyChange]] {
        var changes: [RevisionCause: [Tally.Kind: TallyChange]] = [:]
        func add(_ version: DossierVersion?, times sign: Int, _ cause: RevisionCause) {
            guard let version else { return }
            let all = Contribution.all(of: version.dossier, terms: register.terms(of: version.dossier), payments: version.payments.sorted { $0.key < $1.key }.map(\.value))
            for one in all where halfMonths.contains(one.halfMonth) {
                let kind = Tally.Kind(one, agencyID: one.agencyID, byProcedure: true)
                changes[cause, default: [:]][kind, default: TallyChange()].add(sign, sign * one.collectedVND)
            }
        }
        let keys = rewound.touched.sorted()
        let (old, new) = (try rewound.store.versions(of: keys), try versions(of: keys))
        for key in keys {
            var last = old[key]
            if last == nil, new[key] == nil { continue }
            for (cause, version) in DossierVersion.steps(from: last, to: new[key]) where version != last {
                add(last, times: -1, cause)
                add(version, times: 1, cause)
                last = version
            }
        }
        return changes
    }

    private func versions(of keys: [Int]) throws -> [Int: DossierVersion] {
        try queue.read { db in
            let entries = try RecordTable(db).entries
            var versions: [Int: DossierVersion] = [:]
            for key in keys {
                guard let entry = try entries.item(key), let dossier = entry.dossier else { continue }
                versions[key] = DossierVersion(dossier, payments: Dictionary(entry.payments.map { ($0.key, $0.payment) }, uniquingKeysWith: { first, _ in first }))
            }
            return versions
        }
    }
}
