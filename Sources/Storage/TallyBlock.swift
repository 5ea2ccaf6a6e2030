internal import Adoption

/// All tallies of one unit, half-month and date basis: the piece that is rewritten when a record of it changes.
///
/// On disk it is a list sorted by key, each entry three LEB128 numbers: the distance from the key before, the dossiers, the
/// đồng collected. So a block costs a few bytes for each kind of dossier, whatever the number of dossiers.
struct TallyBlock {
    struct Key: Hashable {
        let basis: DateBasis
        let halfMonth: Int
        let agencyID: Int
    }
    struct Count {
        var dossiers = 0
        var collectedVND = 0
    }

    /// By procedure and traits in one number.
    private(set) var counts: [UInt64: Count] = [:]

    init() {}

    mutating func add(_ contribution: Contribution, times sign: Int) {
        let key = UInt64(contribution.procedureID) << 32 | UInt64(contribution.traits.bits)
        counts[key, default: Count()].dossiers += sign
        counts[key, default: Count()].collectedVND += sign * contribution.collectedVND
    }

    mutating func add(_ other: TallyBlock) {
        for (key, count) in other.counts {
            counts[key, default: Count()].dossiers += count.dossiers
            counts[key, default: Count()].collectedVND += count.collectedVND
        }
    }

    /// - Throws: when a count is negative, which no sequence of imports can give.
    func encoded() throws -> [UInt8] {
        var bytes: [UInt8] = []
        var last: UInt64 = 0
        for (key, count) in counts.sorted(by: { $0.key < $1.key }) where count.dossiers != 0 || count.collectedVND != 0 {
            guard count.dossiers > 0, count.collectedVND >= 0 else { throw StoreError("a tally would become negative") }
            put(key - last, into: &bytes)
            put(UInt64(count.dossiers), into: &bytes)
            put(UInt64(count.collectedVND), into: &bytes)
            last = key
        }
        return bytes
    }

    init(encoded bytes: [UInt8]) throws {
        var at = 0
        var key: UInt64 = 0
        while at < bytes.count {
            key += try take(bytes, &at)
            counts[key] = Count(dossiers: Int(try take(bytes, &at)), collectedVND: Int(try take(bytes, &at)))
        }
    }

    /// The entries of an encoded block, without a table in between.
    static func tallies(_ bytes: [UInt8], _ block: Key, append: (Tally) -> Void) throws {
        var at = 0
        var key: UInt64 = 0
        while at < bytes.count {
            key += try take(bytes, &at)
            let dossiers = Int(try take(bytes, &at))
            let collectedVND = Int(try take(bytes, &at))
            append(Tally(
                basis: block.basis, halfMonth: HalfMonth(index: block.halfMonth), agencyID: block.agencyID,
                procedureID: Int(key >> 32), traits: Traits(bits: UInt32(truncatingIfNeeded: key)),
                dossiers: dossiers, collectedVND: collectedVND))
        }
    }
}

private func put(_ number: UInt64, into bytes: inout [UInt8]) {
    var rest = number
    while rest >= 0x80 {
        bytes.append(UInt8(rest & 0x7F) | 0x80)
        rest >>= 7
    }
    bytes.append(UInt8(rest))
}

private func take(_ bytes: [UInt8], _ at: inout Int) throws -> UInt64 {
    var number: UInt64 = 0
    var shift: UInt64 = 0
    while at < bytes.count, shift < 63 {
        let byte = bytes[at]
        at += 1
        number |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return number }
        shift += 7
    }
    throw StoreError("a tally block is damaged; restore the store from its backup")
}
