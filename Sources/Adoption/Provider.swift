internal import Synchronization

/// A bank, wallet or platform by which fees are paid; without a name when the source does not say.
///
/// It is held as a number, so that a payment is plain memory: millions are sorted and moved. There are as many as a profile and this program
/// name, and they are kept until the process ends.
package struct Provider: Hashable, Sendable {
    /// Holds in this process alone.
    package let number: Int

    package static let unnamed = Provider("")

    private static let known = Mutex<(numbers: [String: Int], names: [String])>(([:], []))

    package init(_ name: String) {
        number = Provider.known.withLock { known in
            if let number = known.numbers[name] { return number }
            known.names.append(name)
            known.numbers[name] = known.names.count - 1
            return known.names.count - 1
        }
    }

    package var name: String { Provider.known.withLock { $0.names[number] } }
}

/// What one unit's dossiers were paid in one way within a period.
package struct CollectedAmount: Hashable, Sendable {
    package let agencyID: Int
    package let method: PaymentMethod
    package let provider: Provider
    /// Payments that were made and not refunded, of more than 0 đồng.
    package let payments: Int
    package let amountVND: Int

    package init(agencyID: Int, method: PaymentMethod, provider: Provider, payments: Int, amountVND: Int) {
        self.agencyID = agencyID
        self.method = method
        self.provider = provider
        self.payments = payments
        self.amountVND = amountVND
    }
}
