package import Adoption

/// The words of what can be asked about a dossier, for people.
extension Words {
    package static func dimension(_ dimension: Dimension) -> Text {
        switch dimension {
        case .channel: Text(vi: "Cách nộp", en: "Channel")
        case .level: Text(vi: "Mức độ dịch vụ", en: "Level of the service")
        case .applicant: Text(vi: "Người nộp", en: "Applicant")
        case .filer: Text(vi: "Ai thao tác", en: "Filed by")
        case .state: Text(vi: "Trạng thái", en: "State")
        case .delivery: Text(vi: "Trả kết quả", en: "Result delivered")
        case .obligation: Text(vi: "Nghĩa vụ tài chính", en: "Obligation")
        case .payment: Text(vi: "Thanh toán", en: "Payment")
        case .timing: Text(vi: "Thời hạn", en: "Timing")
        case .requests: Text(vi: "Yêu cầu thanh toán", en: "Payment requests")
        case .digitised: Text(vi: "Số hóa", en: "Digitised")
        case .signed: Text(vi: "Ký số", en: "Signed")
        }
    }

    /// A word of a closed list, as `returned` of a state; the word itself in English, where it is one already.
    package static func word(_ word: String, of dimension: Dimension) -> Text {
        Text(vi: vietnamese["\(dimension.rawValue) \(word)"] ?? vietnamese[word] ?? word, en: word.replacing("_", with: " "))
    }

    private static let vietnamese: [String: String] = [
        "counter": "trực tiếp", "online": "trực tuyến", "postal": "bưu chính", "unknown": "không rõ", "information": "chỉ cung cấp thông tin", "level_2": "mức độ 2", "level_3": "mức độ 3", "level_4": "mức độ 4",
        "partial": "một phần", "full": "toàn trình", "individual": "cá nhân", "business": "doanh nghiệp, tổ chức", "state_agency": "cơ quan nhà nước", "applicant": "người nộp", "officer": "cán bộ nộp hộ",
        "new": "mới đăng ký", "received": "đã tiếp nhận", "refused": "từ chối tiếp nhận", "in_process": "đang xử lý", "supplement_asked": "yêu cầu bổ sung", "payment_asked": "yêu cầu nộp tiền", "withdrawn": "rút hồ sơ",
        "stopped": "dừng xử lý", "settled": "đã giải quyết", "returned": "đã trả kết quả", "electronic": "điện tử", "zero": "0 đồng", "exempt": "miễn", "owed": "phải nộp", "transfer": "chuyển khoản", "yes": "có", "no": "không",
        "early": "trước hạn", "on_time": "đúng hạn", "late": "quá hạn", "open": "chưa xong", "standing": "còn hiệu lực", "none": "không có", "payment none": "chưa trả", "payment counter": "tại quầy",
    ]
}
