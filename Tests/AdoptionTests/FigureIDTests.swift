import Adoption
import Testing

@Suite struct FigureIDTests {
    @Test(arguments: [
        "O1.v1/616/2025-05/administrative", "O1/62/2025-Q2/calendar", "P1.v12/616/9.000001/2025/calendar", "P1.v1/616/online/2025-6M/administrative",
        "P1.v1/62.SYT/9.000001/postal/2025-9M/administrative", "O1.v1/616@2004-01-01/2025-05/administrative/restated-2025-07-01",
    ])
    func aNameComesOutAsItWentIn(name: String) throws {
        #expect(try #require(FigureID(name)).text == name)
    }

    @Test func theNameSaysEverything() throws {
        let id = try #require(FigureID("P1.v2/616/9.000001/counter/2025-Q1/calendar/restated-2025-07-01"))
        #expect(id.indicator == "P1.v2")
        #expect(id.scope == Scope(agencyCode: "616", procedureCode: "9.000001", channel: .counter))
        #expect(id.period == Period("2025-Q1", calendar: .calendar))
        #expect(id.structure.day == Day(iso: "2025-07-01"))
    }

    @Test(arguments: [
        "", "O1", "O1/616/2025-05", "O1/616/2025-13/calendar", "O1/616/2025-05/lunar", "O1//2025-05/calendar", "O1/616/a/b/c/2025-05/calendar",
        "O1/616/2025-05/calendar/restated-2025-02-30", "O1/2025-05/calendar/", "O1/616/9.1/on-line/2025-05/calendar/x",
    ])
    func whatIsNoNameIsNone(text: String) {
        #expect(FigureID(text) == nil)
    }
}
