import Adoption

/// Who moved, who fell behind, and what is out of reach.
extension Words {
    static let periodBefore = Text(vi: "Kỳ trước", en: "Period before")

    static let movedUp = Text(vi: "Đơn vị tiến bộ", en: "Who moved up")
    static let nobodyMovedUp = Text(vi: "Không đơn vị nào có tỷ lệ tăng so với kỳ trước.", en: "No unit's rate rose against the period before.")
    static func movedUpCaption(_ name: Text, _ previous: Period) -> Text {
        Text(
            vi: "\(name.vi) tăng so với \(before(previous).vi), tăng nhiều nhất trước",
            en: "\(name.en) above that of \(before(previous).en), the greatest rise first")
    }

    static let fellBehind = Text(vi: "Đơn vị tụt lại", en: "Who fell behind")
    static let nobodyFellBehind = Text(
        vi: "Không đơn vị nào vừa giảm so với kỳ trước vừa chưa đạt chỉ tiêu.", en: "No unit fell against the period before and misses its target.")
    static func fellBehindCaption(_ name: Text, _ previous: Period) -> Text {
        Text(
            vi: "\(name.vi) giảm so với \(before(previous).vi) và chưa đạt chỉ tiêu, giảm nhiều nhất trước",
            en: "\(name.en) below that of \(before(previous).en) and short of the target, the greatest fall first")
    }

    static func movedExplained(_ minimum: Int) -> Text {
        Text(
            vi: "Chỉ so sánh đơn vị có từ \(minimum) hồ sơ trở lên ở cả hai kỳ và không được sắp xếp lại ở giữa. Kỳ đang chạy được so với cả kỳ trước.",
            en: "Only units with \(minimum) dossiers or more in both periods that were not reorganised between them are compared. A period that is not over is compared with the whole period before.")
    }

    static let outOfReach = Text(vi: "Chỉ tiêu ngoài tầm với", en: "What is out of reach")
    static let nothingOutOfReach = Text(vi: "Không chỉ tiêu nào ngoài tầm với.", en: "No target is out of reach.")
    static let outOfReachCaption = Text(
        vi: "Chỉ tiêu không đạt được dù mọi hồ sơ sẽ đến đều đạt", en: "Targets that are missed even if every dossier to come counts")
    static let atBest = Text(vi: "Cao nhất có thể", en: "At best")
    static let outOfReachExplained = Text(
        vi: "Số hồ sơ sẽ đến là dự báo, theo phương pháp sai ít nhất khi thử trên các kỳ trước.",
        en: "How many dossiers are to come is a projection, by the method that erred least when tried on earlier periods.")
}
