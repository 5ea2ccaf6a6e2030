import Testing

@testable import Ingestion

@Suite struct AheadTests {
    private struct Stop: Error, Equatable { let place: Int }

    /// Uses all pieces, as a caller does.
    private func use<Piece: Sendable>(limit: Int, _ make: @escaping () throws -> Piece?, use: (Piece) throws -> Void) throws {
        let pieces = Ahead(limit: limit, make)
        defer { pieces.stop() }
        while let piece = try pieces.next() { try use(piece) }
        #expect(try pieces.next() == nil)
    }

    @Test(arguments: [1, 2, 8])
    func piecesComeInTheirOrder(limit: Int) throws {
        var made = 0
        var used: [Int] = []
        try use(limit: limit) {
            made += 1
            return made <= 500 ? made : nil
        } use: { used.append($0) }
        #expect(used == Array(1...500))
    }

    /// What was made before the error is used, and the error is told.
    @Test func anErrorOfTheMakerComesAfterItsPieces() {
        var made = 0
        var used: [Int] = []
        #expect(throws: Stop(place: 5)) {
            try use(limit: 3) { () throws -> Int? in
                made += 1
                if made == 5 { throw Stop(place: 5) }
                return made
            } use: { used.append($0) }
        }
        #expect(used == [1, 2, 3, 4])
    }

    /// The maker has ended when the caller goes on: nothing reads a file that is being closed.
    @Test func anErrorOfTheUserEndsTheMaker() {
        for _ in 0..<50 {
            var made = 0
            #expect(throws: Stop(place: 2)) {
                try use(limit: 4) { () -> Int? in
                    made += 1
                    return made
                } use: { if $0 == 2 { throw Stop(place: 2) } }
            }
            let now = made
            #expect(now <= 8 && made == now)
        }
    }
}
