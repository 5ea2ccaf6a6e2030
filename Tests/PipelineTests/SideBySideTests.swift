import Synchronization
import Testing

@testable import Pipeline

@Suite struct SideBySideTests {
    private struct Stop: Error, Equatable { let place: Int }

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
