/// Accounts of citizens and businesses on the portal, counted for one unit and day: the first steps of the adoption funnel.
package struct AccountCount: Hashable, Sendable {
    package let agencyID: Int
    package let day: Day
    package let registered: Int
    package let confirmed: Int
    /// Accounts that filed their first dossier on this day.
    package let firstFiling: Int

    package init(agencyID: Int, day: Day, registered: Int, confirmed: Int, firstFiling: Int) {
        self.agencyID = agencyID
        self.day = day
        self.registered = registered
        self.confirmed = confirmed
        self.firstFiling = firstFiling
    }

    /// The same accounts, counted for another unit; unchanged when there is none.
    package func moved(to agencyID: Int?) -> AccountCount {
        AccountCount(agencyID: agencyID ?? self.agencyID, day: day, registered: registered, confirmed: confirmed, firstFiling: firstFiling)
    }
}

/// Days on which a unit confirms that it received nothing.
package struct ZeroDays: Hashable, Sendable {
    package let agencyID: Int
    package let validity: Validity

    package init(agencyID: Int, validity: Validity) {
        self.agencyID = agencyID
        self.validity = validity
    }
}

/// The unit of today to which one dossier of a divided unit belongs.
package struct Attribution: Hashable, Sendable {
    package let dossierCode: String
    package let successorCode: String
    package let document: Document

    package init(dossierCode: String, successorCode: String, document: Document) {
        self.dossierCode = dossierCode
        self.successorCode = successorCode
        self.document = document
    }
}

/// One try to pay a payment request on the national platform.
package struct Attempt: Hashable, Sendable {
    package let code: String
    package let paymentCode: String
    package let amountVND: Int
    package let provider: Provider
    package let errorCode: String
    package let attempted: Instant

    package init(code: String, paymentCode: String, amountVND: Int, provider: Provider, errorCode: String, attempted: Instant) {
        self.code = code
        self.paymentCode = paymentCode
        self.amountVND = amountVND
        self.provider = provider
        self.errorCode = errorCode
        self.attempted = attempted
    }

    /// The platform's "00".
    package var succeeded: Bool { errorCode == "00" }
}
