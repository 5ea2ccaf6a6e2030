internal import Adoption

/// One line of the submissions, before it is text.
struct SubmissionRow {
    static let header =
        "dossier_code,procedure_code,unit_code,channel,filed_at,received_at,due_at,settled_at,state,applicant_type,filed_by,level,amount_due_vnd,fee_lines,result_delivery,updated_at,illustrative"

    /// One row for each way in which exports are spoilt.
    static let malformed = [
        "616-240401-9001,9.000033,616,online,2024-04-01T08:00:00+07:00,2024-02-31T08:00:00+07:00,,,in_process,individual,applicant,full,,,,2024-04-01T08:00:00+07:00,yes",
        "616-240401-9002,9.000033,616,webb,2024-04-01T08:00:00+07:00,2024-04-01T08:00:00+07:00,,,in_process,individual,applicant,full,,,,2024-04-01T08:00:00+07:00,yes",
        ",9.000033,616,online,2024-04-01T08:00:00+07:00,2024-04-01T08:00:00+07:00,,,in_process,individual,applicant,full,,,,2024-04-01T08:00:00+07:00,yes",
        "699-240401-9004,9.000033,699,online,2024-04-01T08:00:00+07:00,2024-04-01T08:00:00+07:00,,,in_process,individual,applicant,full,,,,2024-04-01T08:00:00+07:00,yes",
        "616-240401-9005,9.000033,616,online,2024-04-01T08:00:00+07:00,2024-04-01T08:00:00+07:00,,,in_process,individual,applicant,full,-75000,,,2024-04-01T08:00:00+07:00,yes",
        "616-240401-9006,9.000033,616,online,2024-04-01T08:00:00+07:00,2024-04-01T08:00:00+07:00,,,in_process,individual,applicant,full,75000.5,,,2024-04-01T08:00:00+07:00,yes",
        "616-240401-9007,9.000033,616,online,2024-04-01T08:00:00+07:00",
        "616-240401-9008,9.999999,616,online,2024-04-01T08:00:00+07:00,2024-04-01T08:00:00+07:00,,,in_process,individual,applicant,full,,,,2024-04-01T08:00:00+07:00,yes",
        "616-240401-9009,9.000033,616,counter,,01/04/2024,,01/03/2024,settled,individual,,full,,,,01/04/2024,yes",
        "616-240401-9010,9.000033,616,counter,,01/04/2024,,,settled,individual,,full,,,,01/04/2024,yes",
    ]

    let code: String
    let procedureCode: String
    let unitCode: String
    let level: ServiceLevel
    private(set) var received: Instant
    private(set) var channel = Channel.counter
    private(set) var due: Instant
    private(set) var settled: Instant?
    private(set) var state = DossierState.inProcess
    private(set) var applicant = Applicant.individual
    private(set) var filer = Filer.unknown
    private(set) var delivery = ResultDelivery.counter
    private(set) var amountVND = 0
    private var feeLines = ""
    var updated: Instant

    init(unit: SampleUnit, procedure: SampleProcedure, day: Day, sequence: Int) {
        let (year, month, dayOfMonth) = day.components
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        let digits = String(sequence)
        code = "\(unit.code)-\(two(year % 100))\(two(month))\(two(dayOfMonth))-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        procedureCode = procedure.code
        unitCode = unit.code
        level = procedure.level
        received = Instant(local: day, secondOfDay: 27_000)
        due = received
        updated = received
    }

    mutating func fill(_ draw: inout Draw, _ unit: SampleUnit, _ procedure: SampleProcedure) {
        let day = received.day
        received = Instant(local: day, secondOfDay: 27_000 + draw.below(34_000))
        let kind = draw.below(1_000)
        applicant = kind < 50 ? .stateAgency : kind < 180 ? .business : kind < 990 ? .individual : .unknown
        let progress = 380 * (day.number - World.firstDay.number) / (World.lastDay.number - World.firstDay.number)
        let online = unit.online + progress + (applicant == .stateAgency ? 250 : 0) - (procedure.level == .partial ? 80 : 0)
        channel = procedure.level != .information && draw.chance(min(online, 985)) ? .online : draw.chance(50) ? .postal : .counter
        if channel == .online { filer = draw.chance(20) ? .unknown : draw.chance(unit.assisted) ? .officer : .applicant }
        delivery = channel == .online ? (draw.chance(650) ? .electronic : .counter) : draw.chance(80) ? .postal : .counter
        owe(&draw, procedure)
        settle(&draw)
    }

    private mutating func owe(_ draw: inout Draw, _ procedure: SampleProcedure) {
        let sum = procedure.feeVND + procedure.chargeVND
        guard sum > 0 else { return }
        // A resolution of the provincial council reduces what is paid for online filing (QĐ 539/QĐ-UBND); the half is invented.
        amountVND = draw.chance(30) ? 0 : channel == .online && procedure.chargeVND > 0 ? sum / 2 : sum
        feeLines = "\(procedure.feeVND > 0 ? "fee" : "charge"):\(amountVND)"
    }

    private mutating func settle(_ draw: inout Draw) {
        let days = 1 + draw.below(15)
        due = Instant(local: received.day.advanced(by: days), secondOfDay: 61_200)
        let kind = draw.below(1_000)
        let isLate = draw.chance(45)
        let end = Instant(
            secondsSinceEpoch: received.secondsSinceEpoch + 3_600
                + (isLate ? (days + 1 + draw.below(6)) * 86_400 : draw.below(max(1, due.secondsSinceEpoch - received.secondsSinceEpoch - 3_600))))
        switch kind {
        case ..<8: state = .new
        case ..<20: state = .refused
        case ..<30: state = .withdrawn
        case ..<40: state = .supplementAsked
        default:
            state = end <= horizon ? (draw.chance(850) ? .returned : .settled) : .inProcess
            if end <= horizon { settled = end }
        }
        updated = min(settled ?? Instant(secondsSinceEpoch: received.secondsSinceEpoch + 900), horizon)
    }

    /// A later version: the channel or the applicant was recorded wrongly.
    mutating func correct(_ draw: inout Draw) {
        if draw.chance(500) {
            channel = channel == .online ? .counter : .online
            filer = channel == .online ? .applicant : .unknown
        } else {
            applicant = .business
        }
        updated = min(Instant(secondsSinceEpoch: updated.secondsSinceEpoch + 86_400 * (1 + draw.below(9))), horizon)
        if updated == horizon { updated = Instant(secondsSinceEpoch: horizon.secondsSinceEpoch + 1) }
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return bytes
    }

    func write(to bytes: inout [UInt8]) {
        func put(_ text: String) {
            bytes.append(contentsOf: text.utf8)
            bytes.append(UInt8(ascii: ","))
        }
        put(code)
        put(procedureCode)
        put(unitCode)
        put(channel.word)
        put(channel == .online ? received.iso : "")
        put(received.iso)
        put(due.iso)
        put(settled?.iso ?? "")
        put(state.word)
        put(applicant == .unknown ? "" : applicant.word)
        put(filer == .unknown ? "" : filer.word)
        put(level.word)
        put(feeLines.isEmpty ? "" : String(amountVND))
        put(feeLines)
        put(delivery.word)
        put(updated.iso)
        bytes.append(contentsOf: "yes\n".utf8)
    }
}
