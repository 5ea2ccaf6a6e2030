internal import Adoption

/// Under which dossier a payment stands, so that a payment that comes again under another one is moved and not counted twice.
struct PaymentPlace: BlockItem {
    let key: Int
    /// 0 is none.
    var dossierKey = 0

    init(key: Int) { self.key = key }

    var isEmpty: Bool { dossierKey == 0 }
}

/// A place takes about nine bytes.
struct PaymentPlaceCoder: BlockCoder {
    struct Last {
        var key: Int?
        var dossierKey = 0
    }

    var start: Last { Last() }

    func put(_ place: PaymentPlace, after last: inout Last, into sink: ByteSink) {
        if let key = last.key { sink.put(place.key - key) }
        sink.putSigned(place.dossierKey &- last.dossierKey)
        last = Last(key: place.key, dossierKey: place.dossierKey)
    }

    func item(_ scan: inout ByteScan, first: Int, after last: inout Last) throws -> PaymentPlace {
        var place = PaymentPlace(key: try last.key.map { $0 &+ (try scan.number()) } ?? first)
        place.dossierKey = last.dossierKey &+ (try scan.signed())
        last = Last(key: place.key, dossierKey: place.dossierKey)
        return place
    }

    func include(_ place: PaymentPlace, in zone: inout Zone) {}
}
