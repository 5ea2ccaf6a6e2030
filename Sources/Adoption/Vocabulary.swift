/// A closed list of words, each with a small code that is stored.
///
/// The order of the words is the order of the codes; codes are on disk, so words are only ever added at the end.
package protocol Vocabulary: RawRepresentable<UInt8>, CaseIterable, Hashable, Sendable {
    /// The words as files and definitions write them, at the index of their code.
    static var words: [String] { get }
}

extension Vocabulary {
    package var word: String { Self.words[Int(rawValue)] }

    package init?(word: String) {
        guard let index = Self.words.firstIndex(of: word) else { return nil }
        self.init(rawValue: UInt8(index))
    }
}

/// How a dossier was filed. Source: `KenhThucHien` of the national synchronisation message.
package enum Channel: UInt8, Vocabulary {
    case counter, online, postal
    package static let words = ["counter", "online", "postal"]
}

/// The level at which the procedure was offered when the dossier was received:
/// levels 2 to 4 until 2022 (NĐ 43/2011), partial and full since (NĐ 42/2022).
package enum ServiceLevel: UInt8, Vocabulary {
    case unknown, information, level2, level3, level4, partial, full
    package static let words = ["unknown", "information", "level_2", "level_3", "level_4", "partial", "full"]
}

package enum Applicant: UInt8, Vocabulary {
    case unknown, individual, business, stateAgency
    package static let words = ["unknown", "individual", "business", "state_agency"]
}

/// Who pressed the button: the applicant, or an officer on the applicant's behalf (nộp hộ).
package enum Filer: UInt8, Vocabulary {
    case unknown, applicant, officer
    package static let words = ["unknown", "applicant", "officer"]
}

/// Where a dossier stands. Source: `TrangThaiHoSo` 1 to 10, in that order.
package enum DossierState: UInt8, Vocabulary {
    case new, received, refused, inProcess, supplementAsked, paymentAsked, withdrawn, stopped, settled, returned
    package static let words = [
        "new", "received", "refused", "in_process", "supplement_asked", "payment_asked", "withdrawn", "stopped",
        "settled", "returned",
    ]
}

package enum ResultDelivery: UInt8, Vocabulary {
    case unknown, electronic, counter, postal
    package static let words = ["unknown", "electronic", "counter", "postal"]
}

/// What the applicant owes. Fee-bearing procedures whose every fee line is 0 are `zero`.
package enum Obligation: UInt8, Vocabulary {
    case none, zero, exempt, owed
    package static let words = ["none", "zero", "exempt", "owed"]
}

/// How a dossier was paid, taken from its payment records and never from a flag.
package enum PaymentMeans: UInt8, Vocabulary {
    case none, online, transfer, counter
    package static let words = ["none", "online", "transfer", "counter"]
}

/// Whether payment was asked for. A request that was cancelled or refunded does not stand any more.
package enum PaymentRequests: UInt8, Vocabulary {
    case none, withdrawn, standing
    package static let words = ["none", "withdrawn", "standing"]
}

/// What a source says of a question that it may also pass over.
package enum Answer: UInt8, Vocabulary {
    case unknown, yes, no
    package static let words = ["unknown", "yes", "no"]
}

/// When a dossier was settled, against its due day.
package enum Timing: UInt8, Vocabulary {
    case open, early, onTime, late
    package static let words = ["open", "early", "on_time", "late"]
}

package enum PaymentMethod: UInt8, Vocabulary {
    case online, transfer, counter
    package static let words = ["online", "transfer", "counter"]
}

package enum PaymentState: UInt8, Vocabulary {
    case unpaid, pending, paid, failed, refunded, cancelled, exempt
    package static let words = ["unpaid", "pending", "paid", "failed", "refunded", "cancelled", "exempt"]
}

/// What the source itself marks about a dossier's payment. It is never counted (`DuocThanhToanTrucTuyen` is set for cash too in
/// one province); it is only held against the payment records.
package enum PaymentMark: UInt8, Vocabulary {
    case unknown, unpaid, paid, paidOnline
    package static let words = ["unknown", "unpaid", "paid", "paid_online"]
}

package enum AgencyLevel: UInt8, Vocabulary {
    case province, department, district, commune, other
    package static let words = ["province", "department", "district", "commune", "other"]
}
