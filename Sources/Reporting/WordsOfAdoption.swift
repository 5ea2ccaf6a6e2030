import Adoption

/// The funnel, the savings, completeness and the structure of units.
extension Words {
    static let funnel = Text(vi: "Phễu sử dụng dịch vụ công trực tuyến", en: "Adoption funnel")
    static let funnelCaption = Text(vi: "Từ tài khoản đến kết quả trực tuyến", en: "From the account to the online result")
    static let funnelExplained = Text(
        vi: "Ba dòng đầu đếm tài khoản theo ngày phát sinh; ba dòng sau đếm hồ sơ nộp trực tuyến đã tiếp nhận trong kỳ. Tài khoản và hồ sơ là hai loại khác nhau nên không tính tỷ lệ giữa chúng.",
        en: "The first three lines count accounts by the day of the step; the others count dossiers filed online and received in the period. Accounts and dossiers are different things, so no share is computed between them.")
    static let step = Text(vi: "Bước", en: "Step")
    static let amountTitle = Text(vi: "Số lượng", en: "Count")
    static let shareOfStep = Text(vi: "Tỷ lệ", en: "Share")
    static let funnelRegistered = Text(vi: "Tài khoản đăng ký", en: "Accounts registered")
    static let funnelConfirmed = Text(vi: "Tài khoản đã xác nhận (so với đăng ký)", en: "Accounts confirmed (of those registered)")
    static let funnelFirstFiling = Text(vi: "Tài khoản nộp hồ sơ lần đầu (so với đã xác nhận)", en: "Accounts that filed for the first time (of those confirmed)")
    static let funnelFiled = Text(vi: "Hồ sơ nộp trực tuyến đã tiếp nhận", en: "Dossiers filed online and received")
    static let funnelPaid = Text(vi: "– trong đó thanh toán trực tuyến", en: "– of them paid online")
    static let funnelResult = Text(vi: "– trong đó nhận kết quả điện tử", en: "– of them with an electronic result")

    static let savings = Text(vi: "Lợi ích của người nộp trực tuyến", en: "What online filing spared applicants")
    static let savingsCaption = Text(vi: "Chênh lệch phí, lệ phí và thời hạn giữa trực tiếp và trực tuyến", en: "Difference of fees and time limits between counter and online")
    static let savingsExplained = Text(
        vi: "Tính theo mức phí và thời hạn có hiệu lực vào ngày tiếp nhận từng hồ sơ. Chỉ tính hồ sơ mà danh mục dịch vụ ghi đủ cả hai mức; số hồ sơ đó ghi ở cột bên cạnh.",
        en: "By the fees and time limits that held on the day each dossier was received. Only dossiers whose services name both sides are added up; the column beside says how many.")
    static let onlineDossiers = Text(vi: "Hồ sơ trực tuyến", en: "Online dossiers")
    static let withBothFees = Text(vi: "Hồ sơ có đủ hai mức phí", en: "With both fees known")
    static let feeSaved = Text(vi: "Phí giảm (đồng)", en: "Fees spared (đồng)")
    static let withBothTimes = Text(vi: "Hồ sơ có đủ hai thời hạn", en: "With both times known")
    static let daysSaved = Text(vi: "Ngày làm việc giảm", en: "Working days spared")

    static let collections = Text(vi: "Số tiền đã thu", en: "Collected")
    static let collectionsCaption = Text(vi: "Phí, lệ phí đã thu trong kỳ theo hình thức và đơn vị thanh toán", en: "Fees collected in the period by method and provider")
    static let howPaid = Text(vi: "Hình thức, đơn vị thanh toán", en: "Method, provider")
    static let payments = Text(vi: "Giao dịch", en: "Payments")
    static let amountVND = Text(vi: "Số tiền (đồng)", en: "Amount (đồng)")
    static let providerUnknown = Text(vi: "(không ghi)", en: "(not recorded)")
    static let collectionsExplained = Text(
        vi: "Theo ngày thu; giao dịch đã hoàn không tính. Dòng có dấu “–” là một phần của dòng hình thức phía trên. Giao dịch chưa có hồ sơ tương ứng không nằm trong bảng.",
        en: "By the day of collection, without what was refunded. Lines that begin with “–” are part of the method above them. Payments without a dossier are not in the table.")
    static func paymentMethod(_ method: PaymentMethod) -> Text {
        switch method {
        case .online: Text(vi: "Trực tuyến", en: "Online")
        case .transfer: Text(vi: "Chuyển khoản", en: "Bank transfer")
        case .counter: Text(vi: "Tại quầy", en: "At the counter")
        }
    }

    static let completeness = Text(vi: "Mức độ đầy đủ của số liệu", en: "Completeness of the records")
    static let completenessCaption = Text(vi: "Đơn vị cần kiểm tra", en: "Units to be asked")
    static let completenessExplained = Text(
        vi: "Mức thường ngày lấy từ tám tuần có số liệu gần nhất trước kỳ. Một ngày được coi là phải có số liệu khi thứ đó có hồ sơ trong ít nhất ba phần tư số tuần và thường có từ ba hồ sơ trở lên. Thấp bất thường là dưới một phần năm mức thường ngày.",
        en: "What is usual is taken from the last eight weeks with records before the period. A day is expected to have records when its weekday had some in three quarters of them, and usually three or more. Unusually low is less than a fifth of the usual count.")
    static let daysExpected = Text(vi: "Ngày phải có", en: "Days expected")
    static let daysReceived = Text(vi: "Ngày đã có", en: "Days received")
    static let daysMissing = Text(vi: "Ngày thiếu", en: "Days missing")
    static let daysLow = Text(vi: "Ngày thấp bất thường", en: "Days unusually low")
    static let daysZero = Text(vi: "Ngày xác nhận không phát sinh", en: "Days confirmed zero")
    static let whichDays = Text(vi: "Những ngày thiếu", en: "Which days are missing")
    static let neverReported = Text(vi: "Không có hồ sơ nào trong kỳ và nửa năm trước", en: "No dossier in the period nor in the half year before")

    static func completenessSentence(_ all: Int, _ doubtful: Int) -> Text {
        doubtful == 0
            ? Text(vi: "Số liệu của cả \(all) đơn vị có vẻ đầy đủ.", en: "The records of all \(all) units seem complete.")
            : Text(vi: "\(doubtful) trong \(all) đơn vị cần kiểm tra vì thiếu ngày, thấp bất thường hoặc từ lâu không có số liệu.", en: "\(doubtful) of \(all) units have to be asked: days are missing or unusually low, or nothing has come for half a year.")
    }

    static func someDays(_ days: [Day], _ language: Language) -> String {
        let shown = days.prefix(5).map { language == .vietnamese ? $0.vietnamese : $0.iso }.joined(separator: ", ")
        return days.count > 5 ? shown + ", … (\(days.count))" : shown
    }

    static func restated(to day: Day) -> Text {
        Text(
            vi: "Số liệu của mọi kỳ được quy về cơ cấu đơn vị ngày \(day.vietnamese): hồ sơ của đơn vị cũ tính cho đơn vị kế thừa.",
            en: "All periods are restated to the units of \(day.iso): dossiers of a former unit count for its heir.")
    }

    static func structureChanged(on day: Day, _ documents: [String]) -> Text {
        Text(
            vi: "Từ ngày \(day.vietnamese) đơn vị được sắp xếp lại (\(documents.joined(separator: ", "))): số liệu trước và sau ngày này không so sánh trực tiếp được. Số liệu tính cho đơn vị tại thời điểm tiếp nhận.",
            en: "On \(day.iso) the units were reorganised (\(documents.joined(separator: ", "))): figures before and after that day cannot be compared directly. Figures count for the unit of the time of reception.")
    }
}
