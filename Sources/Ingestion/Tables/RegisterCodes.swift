internal import Adoption

/// The codes of the register, looked up by bytes.
struct RegisterCodes {
    private let agencyCodes = Lexicon()
    private var agencies: [[(validity: Validity, id: Int)]] = []
    private let procedureCodes = Lexicon()
    private var procedures: [Int] = []

    init(_ register: Register) {
        for (id, agency) in register.agencies.sorted(by: { $0.key < $1.key }) {
            for code in [agency.code] + agency.aliases {
                let index = agencyCodes.insert(code.utf8)
                if index == agencies.count { agencies.append([]) }
                agencies[index].append((agency.validity, id))
            }
        }
        for (id, procedure) in register.procedures.sorted(by: { $0.key < $1.key }) {
            if procedureCodes.insert(procedure.code.utf8) == procedures.count { procedures.append(id) }
        }
    }

    func knowsAgency(_ bytes: Bytes) -> Bool { agencyCodes.index(of: bytes) != nil }

    func agency(_ bytes: Bytes, on day: Day) -> Int? {
        guard let index = agencyCodes.index(of: bytes) else { return nil }
        return agencies[index].first { $0.validity.contains(day) }?.id
    }

    func procedure(_ bytes: Bytes) -> Int? { procedureCodes.index(of: bytes).map { procedures[$0] } }
}
