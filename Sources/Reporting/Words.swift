package import Adoption

/// Every sentence that officials read, in both languages: the compiler holds the catalogue complete.
package enum Words {
    package static func verdict(_ verdict: Verdict) -> Text {
        switch verdict {
        case .met: Text(vi: "✓ Đạt", en: "✓ Met")
        case .missed: Text(vi: "✗ Chưa đạt", en: "✗ Missed")
        case .notJudged: Text(vi: "Không giao chỉ tiêu", en: "No target")
        case .noData: Text(vi: "– Không có dữ liệu", en: "– No data")
        }
    }

    package static let notApplicable = Text(vi: "không áp dụng", en: "n/a")
    package static let notReported = Text(vi: "không báo cáo", en: "not reported")
    package static let suppressed = Text(vi: "▒ ẩn", en: "▒ hidden")

    package static let motto = (
        state: Text(vi: "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", en: "SOCIALIST REPUBLIC OF VIET NAM"),
        motto: Text(vi: "Độc lập - Tự do - Hạnh phúc", en: "Independence - Freedom - Happiness")
    )
    static let preparedBy = Text(vi: "NGƯỜI LẬP BIỂU", en: "PREPARED BY")
    static let headOfUnit = Text(vi: "THỦ TRƯỞNG ĐƠN VỊ", en: "HEAD OF UNIT")
    package static let signature = Text(vi: "(Ký, ghi rõ họ tên)", en: "(Signature, full name)")
    package static let contents = Text(vi: "Nội dung", en: "Contents")
    package static let continuesBelow = Text(vi: "Bảng còn tiếp ở trang tính sau: một trang tính không chứa hết.", en: "The table goes on in the next sheet: one sheet does not hold it all.")
    package static func continued(_ caption: String, part: Int) -> Text { Text(vi: "Tiếp theo bảng “\(caption)” (phần \(part)).", en: "Continued: “\(caption)” (part \(part)).") }
    package static let cover = Text(vi: "Bìa", en: "Cover")
    package static let target = Text(vi: "Chỉ tiêu", en: "Target")
    package static let legend = Text(
        vi: "Ký hiệu: 0 là không có hồ sơ nào được tính; “–” là không có dữ liệu (mẫu số bằng 0); “không áp dụng” là câu hỏi không đặt ra ở đây; “▒ ẩn” là số nhỏ được ẩn trong bản công khai; “không báo cáo” là đơn vị hoặc nguồn chưa cho số liệu.",
        en: "Signs: 0 means that none was counted; “–” means no data (nothing to divide by); “n/a” means that the question does not arise; “▒ hidden” means a small number that is hidden from outsiders; “not reported” means that the unit or the source has given nothing.")
}

/// The names of what a report was made from.
extension Words {
    package static let asOf = Text(vi: "Số liệu đến ngày", en: "Data as of")
    package static let dataVersion = Text(vi: "Phiên bản dữ liệu", en: "Data version")
    package static let reportID = Text(vi: "Mã báo cáo", en: "Report id")
    package static let definitionsUsed = Text(vi: "Định nghĩa chỉ số", en: "Definitions")
    package static let inputHash = Text(vi: "Mã băm dữ liệu nguồn (SHA-256)", en: "Hash of the source files (SHA-256)")
    package static let page = Text(vi: "Trang", en: "Page")
    package static let provenance = Text(vi: "Nguồn gốc số liệu", en: "Origin of the figures")
    package static let notice = Text(vi: "Lưu ý", en: "Please note")
    package static let noRows = Text(vi: "Không có dữ liệu.", en: "No data.")
    static func signingDay(_ place: Text?) -> Text {
        Text(vi: "\(place?.vi ?? "………"), ngày …… tháng …… năm ………", en: place.map { "\($0.en), date: ………………………" } ?? "Place and date: ………………………")
    }
}
