/// Why a row that is good in itself cannot be stored.
package enum RegisterConflict: Error, Hashable, Sendable {
    /// Another row says something about the same unit or service for some of the same days.
    case overlap
    /// Another row of the same import says something else about the same.
    case saidTwice
    case unknownPayment
    case unknownDossier
}
