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
        vi: "Thủ tục thuộc thẩm quyền của đơn vị vào ngày cuối kỳ; hồ sơ theo mức độ dịch vụ khi tiếp nhận. Đơn vị kết thúc hoạt động trước ngày đó thì không áp dụng. Một thủ tục của nhiều đơn vị được tính một lần ở dòng tổng.",
        en: "Procedures under the unit's authority on the period's last day; dossiers by the level of the service at their reception. Not applicable to a unit that ended before that day. A procedure of several units is counted once in the total.")

    static let shortfall = Text(vi: "Phần còn thiếu theo đơn vị", en: "Shortfall by unit")
    static let largestShortfalls = Text(vi: "Ba đơn vị thiếu nhiều nhất", en: "The three largest contributors to the shortfall")
    static let noShortfall = Text(vi: "Không đơn vị nào thiếu hồ sơ so với chỉ tiêu.", en: "No unit is short of its target.")
    static let missingDossiers = Text(vi: "Hồ sơ còn thiếu", en: "Dossiers missing")
    static let shareOfShortfall = Text(vi: "Phần trong toàn tỉnh", en: "Share of all")
    static let shareOfUnitsShortfall = Text(vi: "Phần trong đơn vị", en: "Share of the unit")
    static func shortfallCaption(_ indicator: Text) -> Text {
        Text(vi: "Hồ sơ còn thiếu so với chỉ tiêu “\(indicator.vi)”, nhiều nhất trước", en: "Dossiers missing to the target of “\(indicator.en)”, the most first")
    }

    static let targetsByUnit = Text(vi: "Chỉ tiêu và phần còn thiếu", en: "Targets and gaps")
    static let noTargets = Text(vi: "Không có chỉ tiêu nào được giao cho kỳ này.", en: "No target is set for this period.")

    static let unitMonths = Text(vi: "Theo đơn vị và tháng", en: "By unit and month")
    static let unitMonthsExplained = Text(
        vi: "Mỗi đơn vị gồm cả đơn vị cấp dưới của tháng đó. Ô càng đậm, tỷ lệ càng cao; chỉ tiêu là của ngày cuối kỳ.",
        en: "Each unit is with those below it in that month. The darker a cell, the higher its rate; the target is that of the period's last day.")

    static func unitMonthsCaption(_ months: Int) -> Text { Text(vi: "\(months) tháng gần nhất của từng đơn vị", en: "The last \(months) months of each unit") }

    static func unitMonthsAlternative(_ name: Text, _ units: Int, _ months: Int) -> Text {
        Text(
            vi: "\(units) biểu đồ đường nhỏ: \(lowercasedFirst(name.vi)) của từng đơn vị trong \(months) tháng, với chỉ tiêu của ngày cuối kỳ. Số liệu ở bảng cùng mục.",
            en: "\(units) small line charts: the \(lowercasedFirst(name.en)) of each unit over \(months) months, with the target of the period's last day. The figures stand in the table of this section.")
    }

    static func breakLabel(_ day: Day) -> Text { Text(vi: "sắp xếp đơn vị \(day.vietnamese)", en: "units changed \(day.iso)") }

    static let timeline = Text(vi: "Dòng thời gian", en: "Timeline")
    static let reorganisations = Text(vi: "Sắp xếp đơn vị", en: "Reorganisations")
    static let reorganisationsExplained = Text(
        vi: "Gồm đơn vị này, các đơn vị mà nó hình thành từ đó hoặc trở thành, và trong các tháng được xem cả đơn vị cấp dưới.",
        en: "Of this unit, of those that it came from or went into, and, within the months that are shown, of the units below it.")
    static let noReorganisations = Text(vi: "Danh mục đơn vị không ghi sắp xếp nào liên quan đến đơn vị này.", en: "The register of units tells of no reorganisation of this unit.")
    static let happened = Text(vi: "Việc sắp xếp", en: "What happened")
    static let takingEffect = Text(vi: "Từ ngày", en: "From day")
    static let formerUnit = Text(vi: "Đơn vị trước đó", en: "Unit before")
    static let laterUnit = Text(vi: "Đơn vị từ ngày đó", en: "Unit from then on")

    static let targetSteps = Text(vi: "Các mức chỉ tiêu của đơn vị theo thời gian", en: "The unit's targets, one after another")
    static let noTargetSteps = Text(vi: "Không có chỉ tiêu nào được giao cho đơn vị này.", en: "No target is set for this unit.")
    static let withoutEnd = Text(vi: "chưa có hạn", en: "open")
    static let appliesTo = Text(vi: "Áp dụng cho", en: "Applies to")
    static let illustrativeMark = Text(vi: "(minh họa)", en: "(illustrative)")
}
