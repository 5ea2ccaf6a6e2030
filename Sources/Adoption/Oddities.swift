/// What is odd about the dossiers that a unit received in a period: counts that ask a question and give no verdict.
package struct Oddities: Hashable, Sendable {
    package private(set) var online = 0
    package private(set) var counter = 0
    /// Online, filed by an officer.
    package private(set) var byOfficer = 0
    /// Online, received on the last three days of the period.
    package private(set) var atTheEnd = 0
    /// Online, and filed after they were received: as if a paper came first and was entered afterwards.
    package private(set) var afterThePaper = 0
    /// Paid before they were filed.
    package private(set) var paidBeforeFiling = 0

    package init() {}

    /// Dossiers that are new or were refused at intake are left out.
    package mutating func add(_ dossier: Dossier, payments: [Payment], in period: Period) {
        guard dossier.state != .new, dossier.state != .refused, period.contains(dossier.counted.day) else { return }
        if let filed = dossier.filed, payments.contains(where: { $0.state == .paid && $0.paid.map { $0 < filed } == true }) { paidBeforeFiling += 1 }
        switch dossier.channel {
        case .counter: counter += 1
        case .postal: break
        case .online:
            online += 1
            if dossier.filer == .officer { byOfficer += 1 }
            if dossier.counted.day > period.last.advanced(by: -Oddities.lastDays) { atTheEnd += 1 }
            if let filed = dossier.filed, let received = dossier.received, filed > received { afterThePaper += 1 }
        }
    }

    package static func + (a: Oddities, b: Oddities) -> Oddities {
        var sum = a
        sum.online += b.online
        sum.counter += b.counter
        sum.byOfficer += b.byOfficer
        sum.atTheEnd += b.atTheEnd
        sum.afterThePaper += b.afterThePaper
        sum.paidBeforeFiling += b.paidBeforeFiling
        return sum
    }

    package static let lastDays = 3

    /// What is asked, with the dossiers that give rise to it and all that they are a part of.
    package struct Doubt: Hashable, Sendable {
        package enum Kind: Hashable, Sendable, CaseIterable {
            /// Three times as many online dossiers as usual on the last days.
            case endBurst
            /// Half of the online dossiers or more were filed by officers: one account files for many.
            case oneForMany
            case afterThePaper
            case paidBeforeFiling
            /// Nine in ten are online, three times as many as a year before, and as many as before still come to the counter.
            case counterUnchanged
        }
        package let kind: Kind
        package let dossiers: Int
        package let all: Int
    }

    /// - Parameter before: the same months of the year before; nil where they cannot be compared.
    package func doubts(in period: Period, before: Oddities?) -> [Doubt] {
        let days = period.last.number - period.first.number + 1
        var doubts: [Doubt] = []
        func ask(_ kind: Doubt.Kind, _ dossiers: Int, of all: Int, when isOdd: Bool) {
            if isOdd { doubts.append(Doubt(kind: kind, dossiers: dossiers, all: all)) }
        }
        ask(.endBurst, atTheEnd, of: online, when: atTheEnd >= 20 && atTheEnd * days >= 3 * online * Oddities.lastDays)
        ask(.oneForMany, byOfficer, of: online, when: byOfficer >= 20 && 2 * byOfficer >= online)
        ask(.afterThePaper, afterThePaper, of: online, when: afterThePaper >= 5)
        ask(.paidBeforeFiling, paidBeforeFiling, of: online + counter, when: paidBeforeFiling >= 5)
        if let before, before.online > 0 {
            let isOdd = online >= 50 && online >= 9 * counter && online >= 3 * before.online && 10 * counter >= 9 * before.counter
            ask(.counterUnchanged, online, of: online + counter, when: isOdd)
        }
        return doubts
    }
}
