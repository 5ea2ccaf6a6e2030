package import Adoption
internal import FoundationEssentials
internal import Hashing

/// A response of the national portal's evaluation pages, read as counts per unit.
package struct EvaluationFile: Sendable {
    package let name: String
    package let byteCount: Int
    package let evaluation: Evaluation
    package let provinceCode: String
    package let fingerprint: String
    private let rows: [Row]

    /// Nil for JSON that is no evaluation response: one is an object whose `data` is an object.
    init?(recognising path: String, name: String) throws(InputError) {
        let records = JSONRecords(try TextInput(path: path, name: name))
        guard let first = try records.next(), try records.next() == nil else { return nil }
        do {
            guard try JSONDecoder().decode(Shape.self, from: Data(first)).isEvaluation else { return nil }
        } catch {
            return nil
        }
        try self.init(path: path, name: name)
    }

    /// - Throws: when the JSON is none of the three shapes that are known.
    package init(path: String, name: String) throws(InputError) {
        let bytes = try wholeFile(path, named: name)
        let response: Response
        do {
            response = try JSONDecoder().decode(Response.self, from: Data(bytes))
        } catch {
            throw InputError(file: name, Self.explanation(error))
        }
        guard response.code ?? "OK" == "OK" else { throw InputError(file: name, "is the portal's answer '\(response.code ?? "")' and no result; request it again") }
        guard let parent = response.data.parent, let children = response.data.children else {
            throw InputError(file: name, "is not an evaluation response: 'data' needs 'parent' and 'children'")
        }
        guard let evaluation = Evaluation.allCases.first(where: { Self.mark[$0].map { parent.counts[$0] != nil } ?? false }) else {
            throw InputError(file: name, "is none of the responses online payment, progress and online services; see the README for their fields")
        }
        let digest = Digest()
        bytes.withUnsafeBytes { digest.update($0) }
        self.name = name
        self.evaluation = evaluation
        byteCount = bytes.count
        provinceCode = parent.departmentCode
        fingerprint = digest.finish()
        rows = [parent] + children
        if let fault = Self.fault(in: rows) { throw InputError(file: name, fault) }
        if children.isEmpty { throw InputError(file: name, "has no unit below the province; request it again for the whole tree") }
        // The portal leaves counts out for units without any; for the province a missing one is a field with a new name.
        if let missing = Self.needed[evaluation]?.first(where: { parent.counts[$0] == nil }) {
            throw InputError(file: name, "has no '\(missing.portalName)' for the province: the portal's response has changed its form")
        }
    }

    /// One record for the province and one for each unit. A response does not say its period: the request did.
    package func records(in period: Period) -> [OfficialRecord] {
        rows.enumerated().map { index, row in
            OfficialRecord(
                evaluation: evaluation, period: period, agencyCode: row.departmentCode, agencyName: row.departmentName,
                level: index == 0 ? .province : row.level == "COMMUNE" ? .commune : .department,
                counts: row.counts, publishedHundredths: Int(((row.score ?? row.totalScore ?? 0) * 100).rounded()))
        }
    }

    /// The count by which each response is told from the others.
    private static let mark: [Evaluation: OfficialCount] = [
        .payment: .obliged, .progress: .onTime, .online: .proceduresUnderAuthority,
    ]

    /// What each score is made of.
    private static let needed: [Evaluation: [OfficialCount]] = [
        .payment: [.paidOnline, .obliged, .proceduresPaidOnline, .feeProceduresWithDossiers, .feeProcedures],
        .progress: [.received, .onTime],
        .online: [.proceduresUnderAuthority, .proceduresPartial, .proceduresFull, .servicesUsedOnline, .onlineServices, .filedOnline, .filed],
    ]

    /// Parts that cannot be more than their whole.
    private static let parts: [(part: OfficialCount, whole: OfficialCount)] = [
        (.paidOnline, .obliged), (.onTime, .received), (.servicesUsedOnline, .onlineServices), (.filedOnline, .filed),
    ]

    private static func fault(in rows: [Row]) -> String? {
        var codes: Set<String> = []
        for row in rows {
            if row.departmentCode.isEmpty { return "a unit has no code" }
            if row.hasChildren { return "the unit '\(row.departmentCode)' has units below it, which would be lost; request the province with its units in one level" }
            if !codes.insert(row.departmentCode).inserted { return "the unit '\(row.departmentCode)' stands in it twice" }
            // A count that no country reaches is a damaged file.
            if let bad = row.counts.first(where: { !(0...1_000_000_000).contains($0.value) }) {
                return "the unit '\(row.departmentCode)' has a negative or impossible '\(bad.key.portalName)'"
            }
            for (part, whole) in parts {
                if let a = row.counts[part], let b = row.counts[whole], a > b {
                    return "the unit '\(row.departmentCode)' has \(a) '\(part.portalName)' of \(b) '\(whole.portalName)'"
                }
            }
            guard let score = row.score ?? row.totalScore, (0...100).contains(score) else { return "the unit '\(row.departmentCode)' has no score between 0 and 100" }
        }
        return nil
    }

    private static func explanation(_ error: any Error) -> String {
        func path(_ context: DecodingError.Context) -> String {
            context.codingPath.map(\.stringValue).joined(separator: ".")
        }
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            return "is not an evaluation response: '\((context.codingPath + [key]).map(\.stringValue).joined(separator: "."))' is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            return "is not an evaluation response: '\(path(context))' has another type than expected"
        case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
            return "is not an evaluation response: '\(path(context))' is not a whole number"
        default: return "is not JSON; save the portal's response again"
        }
    }

    private struct Shape: Decodable {
        private enum Key: CodingKey { case data }

        let isEvaluation: Bool

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            _ = try fields.nestedContainer(keyedBy: Key.self, forKey: .data)
            isEvaluation = true
        }
    }

    private struct Response: Decodable {
        struct Tree: Decodable {
            let parent: Row?
            let children: [Row]?
        }
        let data: Tree
        let code: String?
    }

    /// Only what is counted is taken over; every other field is left unread.
    private struct Row: Decodable {
        let departmentName: String
        let departmentCode: String
        let level: String?
        let score: Double?
        let totalScore: Double?
        let counts: [OfficialCount: Int]
        let hasChildren: Bool

        private struct Nested: Decodable {}

        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            departmentName = try fields.decode(String.self, forKey: Key(stringValue: "departmentName"))
            departmentCode = try fields.decode(String.self, forKey: Key(stringValue: "departmentCode"))
            level = try fields.decodeIfPresent(String.self, forKey: Key(stringValue: "level"))
            score = try fields.decodeIfPresent(Double.self, forKey: Key(stringValue: "score"))
            totalScore = try fields.decodeIfPresent(Double.self, forKey: Key(stringValue: "totalScore"))
            var counts: [OfficialCount: Int] = [:]
            for count in OfficialCount.allCases {
                counts[count] = try fields.decodeIfPresent(Int.self, forKey: Key(stringValue: count.portalName))
            }
            self.counts = counts
            hasChildren = try fields.decodeIfPresent([Nested].self, forKey: Key(stringValue: "children"))?.isEmpty == false
        }
    }
}

extension OfficialCount {
    /// The field's name in the portal's response.
    var portalName: String {
        switch self {
        case .paidOnline: "totalDossierOnlinePaymentSuccess"
        case .obliged: "totalDossierFinancialObligation"
        case .proceduresPaidOnline: "totalDossierOnlineFormalityPaymentSuccess"
        case .feeProceduresWithDossiers: "totalFeeDossierFormality"
        case .feeProcedures: "totalFeeFormality"
        case .received: "totalReceived"
        case .onTime: "totalOnTime"
        case .overdue: "totalOverdue"
        case .completed: "totalCompleted"
        case .proceduresUnderAuthority: "authorityCount"
        case .proceduresPartial: "partialCount"
        case .proceduresFull: "fullCount"
        case .servicesUsedOnline: "onlineDossierCount"
        case .onlineServices: "onlineServiceTotal"
        case .filedOnline: "channelOnlineSum"
        case .filedAtCounter: "channelDirectSum"
        case .filedByPost: "channelPostalSum"
        case .filed: "channelTotalSum"
        case .onlineOnTime: "onlineOnTimeSum"
        case .onlineOverdue: "onlineOverdueSum"
        }
    }
}
