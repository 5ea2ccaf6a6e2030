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
    package static let notReported = Text(vi: "không công bố", en: "not published")

    package static let motto = (
        state: Text(vi: "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", en: "SOCIALIST REPUBLIC OF VIET NAM"),
        motto: Text(vi: "Độc lập - Tự do - Hạnh phúc", en: "Independence - Freedom - Happiness")
    )
    package static let preparedBy = Text(vi: "NGƯỜI LẬP BIỂU", en: "PREPARED BY")
    package static let headOfUnit = Text(vi: "THỦ TRƯỞNG ĐƠN VỊ", en: "HEAD OF UNIT")
    package static let signature = Text(vi: "(Ký, ghi rõ họ tên)", en: "(Signature, full name)")
    package static let contents = Text(vi: "Nội dung", en: "Contents")
    package static let cover = Text(vi: "Bìa", en: "Cover")
    package static let target = Text(vi: "Chỉ tiêu", en: "Target")
    package static let legend = Text(
        vi: "Ký hiệu: 0 là không có hồ sơ nào được tính; “–” là không có dữ liệu (mẫu số bằng 0); “không công bố” là nguồn không cho số liệu.",
        en: "Signs: 0 means that none was counted; “–” means no data (nothing to divide by); “not published” means that the source gave no figure.")
}

extension Words {
    /// The lines that say what a report was made from.
    package static func provenance(_ reportID: String, _ dataVersion: Int, _ asOf: Day) -> (Language) -> [String] {
        { language in
            switch language {
            case .vietnamese: ["Mã báo cáo: \(reportID)", "Phiên bản dữ liệu: \(dataVersion)", "Số liệu đến ngày: \(asOf.vietnamese)"]
            case .english: ["Report: \(reportID)", "Data version: \(dataVersion)", "Records up to: \(asOf.iso)"]
            }
        }
    }
}
