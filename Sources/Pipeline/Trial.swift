package import Adoption
package import Ingestion
package import Storage

/// The trip of a list as far as understanding it: nothing is stored.
package struct Trial {
    /// What would be understood of each table of a file.
    ///
    /// - Parameter store: for its register; nil when there is none yet, and units and procedures are then not looked up.
    package static func run(_ path: String, profiles: [String], exported: Ingest.Exported?, store: Store?, asOf: Instant) throws -> [ProfileTrial] {
        let profiles = try profiles.map { path throws(InputError) in try Profile(path: path) }
        let register = try store?.register() ?? Register(agencies: [:], procedures: [:])
        return try ProfileTrial.all(path, profiles: profiles, exported: try exported?.moment(of: path)) { table in
            reading(table, register, asOf)
        }
    }

    private static func reading(_ table: TableFile, _ register: Register, _ asOf: Instant) -> () -> [Refusal] {
        func reading<R>(_ reader: R, _ read: @escaping (inout R) -> [Refusal]) -> () -> [Refusal] {
            var reader = reader
            return { read(&reader) }
        }
        switch table.kind {
        case .submissions: return reading(SubmissionReader(table, register: register, asOf: asOf)) { _ = $0.record(); return $0.refusals }
        case .payments: return reading(PaymentReader(table, asOf: asOf)) { _ = $0.record(); return $0.refusals }
        case .attempts: return reading(AttemptReader(table)) { _ = $0.attempt(); return $0.refusals }
        case .accounts: return reading(AccountReader(table, register: register)) { _ = $0.count(); return $0.refusals }
        case .zeros: return reading(ZeroReader(table, register: register)) { _ = $0.days(); return $0.refusals }
        case .units: return reading(AgencyReader(table)) { _ = $0.agency(); return $0.refusals }
        case .events: return reading(EventReader(table)) { _ = $0.event(); return $0.refusals }
        case .procedures: return reading(ProcedureReader(table)) { _ = $0.procedure(); return $0.refusals }
        case .services: return reading(ServiceReader(table, register: register)) { _ = $0.service(); return $0.refusals }
        case .attributions: return reading(AttributionReader(table)) { _ = $0.attribution(); return $0.refusals }
        case .explanations, .targets, .evaluation: return { [] }
        }
    }
}
