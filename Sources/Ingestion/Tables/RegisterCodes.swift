internal import Adoption

/// The codes of the register, looked up by bytes.
struct RegisterCodes {
    private let agencies = ByteDictionary<[(validity: Validity, id: Int)]>()
    private let procedures = ByteDictionary<Int>()

    init(_ register: Register) {
        for (id, agency) in register.agencies.sorted(by: { $0.key < $1.key }) {
            for code in [agency.code] + agency.aliases {
                agencies.change(code.utf8, to: [(agency.validity, id)]) { $0.append((agency.validity, id)) }
            }
        }
        for (id, procedure) in register.procedures.sorted(by: { $0.key < $1.key }) {
            procedures.add(id, under: procedure.code.utf8)
        }
    }

    func knowsAgency(_ bytes: Bytes) -> Bool { agencies[bytes] != nil }

    func agency(_ bytes: Bytes, on day: Day) -> Int? {
        agencies[bytes]?.first { $0.validity.contains(day) }?.id
    }

    func procedure(_ bytes: Bytes) -> Int? { procedures[bytes] }
}
