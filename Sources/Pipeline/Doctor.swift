package import Adoption
internal import FoundationEssentials
internal import Glibc
package import Storage

/// Looks whether a store is sound, and whether the machine is fit to keep it.
package struct Doctor {
    /// - Parameters:
    ///   - path: the store's file.
    ///   - accounts: the file with the accounts; nil where nobody has one.
    ///   - now: the clock.
    ///   - onStep: is told what is looked at next.
    package static func findings(_ store: Store, path: String, accounts: String?, now: Instant, onStep: (String) -> Void) throws -> [Finding] {
        var findings = [Finding("program", detail: drawingProgram)]
        if let accounts {
            onStep("the accounts")
            findings += try AccountStore.findings(accounts)
        }
        findings += try store.findings(onStep: onStep)
        guard findings.allSatisfy({ $0.subject != "file" || $0.fault == nil }) else { return findings }
        onStep("what is final")
        do { findings.append(try frozenFinding(store)) } catch let error as StoreError { findings.append(Finding("final figures", fault: error.description)) }
        findings.append(try spaceFinding(path))
        findings.append(try clockFinding(store, now))
        return findings
    }

    /// The figures that are final follow from the tallies that were kept with them.
    private static func frozenFinding(_ store: Store) throws -> Finding {
        let frozen = Dictionary(grouping: try store.acts(), by: \.period).values.compactMap { acts in acts.first.flatMap { PeriodHistory(period: $0.period, acts: acts).frozen } }
        for act in frozen.sorted(by: { $0.number < $1.number }) where try !Revising.isWhole(store, act) {
            return Finding("final figures", fault: "those of \(act.period.id) do not follow from what was kept with them", detail: "act \(act.number)")
        }
        return Finding("final figures", detail: "\(frozen.count) periods are final")
    }

    private static func spaceFinding(_ path: String) throws -> Finding {
        let free = try freeBytes(at: path)
        let size = (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        let detail = "\(free >> 20) MiB free, the store has \(size >> 20) MiB"
        return Finding("free space", fault: free < 2 * size + (64 << 20) ? "a copy of the store, which backups and views of the past need, would hardly fit" : nil, detail: detail)
    }

    private static func clockFinding(_ store: Store, _ now: Instant) throws -> Finding {
        let last = [try store.imports().last?.recorded, try store.acts().last?.moment].compactMap { $0 }.max()
        guard let last, now < last else { return Finding("clock", detail: now.iso) }
        return Finding("clock", fault: "it says \(now.iso), and the store was written at \(last.iso); set it right", detail: now.iso)
    }
}
