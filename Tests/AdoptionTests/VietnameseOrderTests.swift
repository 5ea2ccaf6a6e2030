import Testing
@testable import Adoption

@Suite struct VietnameseOrderTests {
    /// Worked out by hand from the alphabet and the order of tones.
    @Test(arguments: [
        ["Ba", "Bà", "Bả", "Bã", "Bá", "Bạ", "Băng", "Bâng"],
        ["da", "dê", "đa", "Đắk Glei", "Đắk Hà", "Đắk Tô", "đê", "e"],
        ["Ia H’Drai", "Kon Plông", "Kon Tum", "Ngọc Hồi", "Sa Thầy", "Tu Mơ Rông"],
        // The letters of the whole text come before the tones of its first word.
        ["Sở Tài chính", "Sở Tư pháp", "Sở Văn hóa", "Sở Xây dựng", "Sở Y tế"],
        ["cung", "cùng", "cúng", "cung ứng", "cưng"],
        ["o", "ô", "ơ", "p", "u", "ư", "v"],
        ["", " a", "1", "a", "A"],
    ])
    func theAlphabetIsTheVietnameseOne(sorted: [String]) {
        #expect(sorted.shuffled().sorted { VietnameseOrder($0) < VietnameseOrder($1) } == sorted)
    }

    /// A letter and its marks as separate code points are the same letter.
    @Test func decomposedLettersAreTheSame() {
        #expect(VietnameseOrder("Đắk Tô") == VietnameseOrder("Đa\u{306}\u{301}k To\u{302}"))
        #expect(VietnameseOrder("a") != VietnameseOrder("A"))
    }
}

@Test("a list of names is sorted after its rank, and equal names stay in their order")
func inVietnameseOrder() {
    let units = [("Đăk Hà", 2, 1), ("Dak Glei", 2, 2), ("Ngọc Hồi", 1, 3), ("Ngọc Hồi", 1, 4), ("Ân Thi", 2, 5)]
    #expect(units.inVietnameseOrder(of: \.0, after: { [$0.1] }).map(\.2) == [3, 4, 5, 2, 1])
    #expect(units.inVietnameseOrder(of: \.0).map(\.2) == [5, 2, 1, 3, 4])
}
