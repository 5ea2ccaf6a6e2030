import Adoption

/// The sentences of the tables by unit.
extension Words {
    static let paymentByUnit = Text(vi: "Thanh toán theo đơn vị", en: "Payment by unit")
    static let obliged = Text(vi: "Có nghĩa vụ", en: "Obliged")
    static let paidOnline = Text(vi: "Trả trực tuyến", en: "Paid online")
    static let paidInPeriod = Text(vi: "Hồ sơ thu tiền trong kỳ", en: "Dossiers paid in the period")
    static let collectedInPeriod = Text(vi: "Số tiền thu trong kỳ (đồng)", en: "Collected in the period (VND)")
    static let online = Text(vi: "Trực tuyến", en: "Online")
    static let otherwise = Text(vi: "Cách khác", en: "Otherwise")
    static let paymentByUnitExplained = Text(
        vi: "Tỷ lệ tính theo ngày tiếp nhận; hồ sơ thu tiền và số tiền tính theo ngày thu, không gồm khoản đã hoàn. Nguồn không tách phí và lệ phí. Đơn vị gồm cả đơn vị cấp dưới.",
        en: "The rate is by the day of reception; dossiers paid and amounts are by the day of collection, without what was refunded. The source does not tell fees from charges. Each unit is with those below it.")

    static let servicesByUnit = Text(vi: "Dịch vụ công theo đơn vị", en: "Online services by unit")
    static let all = Text(vi: "Tất cả", en: "All")
    static let offeredOnline = Text(vi: "Trực tuyến (một phần, toàn trình)", en: "Online (partial, full)")
    static let offeredInFull = Text(vi: "Toàn trình", en: "Full")
    static let offeredInPart = Text(vi: "Một phần", en: "Partial")
    static let withDossiers = Text(vi: "Có hồ sơ trực tuyến", en: "With online dossiers")
    static let received = Text(vi: "Hồ sơ tiếp nhận", en: "Dossiers received")
    static let filedOnline = Text(vi: "Trong đó nộp trực tuyến", en: "Of these filed online")
    static let servicesByUnitExplained = Text(
        vi: "Thủ tục thuộc thẩm quyền của đơn vị vào ngày cuối kỳ; hồ sơ theo mức độ dịch vụ khi tiếp nhận. Một thủ tục của nhiều đơn vị được tính một lần ở dòng tổng.",
        en: "Procedures under the unit's authority on the period's last day; dossiers by the level of the service at their reception. A procedure of several units is counted once in the total.")

    static let targetsByUnit = Text(vi: "Chỉ tiêu và phần còn thiếu", en: "Targets and gaps")
    static let noTargets = Text(vi: "Không có chỉ tiêu nào được giao cho kỳ này.", en: "No target is set for this period.")
}
