import Synchronization
import Testing

@testable import Pipeline

@Suite struct ThreadTests {
    private struct Stop: Error, Equatable { let place: Int }

    @Test(arguments: [1, 2, 8])
    func piecesComeInTheirOrder(limit: Int) throws {
        var made = 0
        var used: [Int] = []
        try readAhead(limit: limit) {
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
            try readAhead(limit: 3) { () throws -> Int? in
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
                try readAhead(limit: 4) { () -> Int? in
                    made += 1
                    return made
                } use: { if $0 == 2 { throw Stop(place: 2) } }
            }
            let now = made
            #expect(now <= 8 && made == now)
        }
    }

    @Test func everyPieceIsWorkedOnOnce() throws {
        let counts = Mutex([Int](repeating: 0, count: 300))
        try sideBySide(300, makeTool: { 7 }) { piece, tool in
            #expect(tool == 7)
            counts.withLock { $0[piece] += 1 }
        }
        #expect(counts.withLock { $0 } == [Int](repeating: 1, count: 300))
        #expect(throws: Stop.self) { try sideBySide(20, makeTool: {}) { piece, _ in if piece == 3 { throw Stop(place: 3) } } }
        #expect(throws: Never.self) { try sideBySide(0, makeTool: {}) { _, _ in throw Stop(place: 0) } }
    }
}
