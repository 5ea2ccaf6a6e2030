package import Adoption

/// The sentences about how far figures have come: states, freezes, restatements, completeness, explanations.
extension Words {
    package static func state(_ state: PeriodState) -> Text {
        switch state {
        case .collecting: Text(vi: "ĐANG THU THẬP", en: "COLLECTING")
        case .provisional: Text(vi: "TẠM TÍNH", en: "PROVISIONAL")
        case .inReview: Text(vi: "TẠM TÍNH – ĐANG LẤY Ý KIẾN ĐƠN VỊ", en: "PROVISIONAL – IN REVIEW")
        case .final: Text(vi: "ĐÃ CHỐT", en: "FINAL")
        case .restated: Text(vi: "ĐÃ CHỐT, CÓ ĐÍNH CHÍNH", en: "FINAL, RESTATED")
        }
    }

    static func stateExplained(_ state: PeriodState) -> Text {
        switch state {
        case .collecting: Text(vi: "Kỳ báo cáo hoặc số liệu chưa đủ; mọi con số còn thay đổi.", en: "The period or its records are not complete; every figure will still change.")
        case .provisional: Text(vi: "Số liệu chưa chốt và còn có thể thay đổi.", en: "The figures are not final and may still change.")
        case .inReview: Text(vi: "Dự thảo đang lấy ý kiến các đơn vị; số liệu còn có thể thay đổi.", en: "A draft is with the units; the figures may still change.")
        case .final, .restated: Text(vi: "Số liệu đã chốt; dữ liệu đến sau không làm thay đổi báo cáo này.", en: "The figures are final; what arrives later does not change this report.")
        }
    }

    static func asOfVersion(_ version: Int) -> Text {
        Text(
            vi: "Theo phiên bản dữ liệu \(version), không phải số liệu đã chốt.", en: "As of data version \(version); these are not the figures that were made final.")
    }

    static func frozen(_ act: Act, revision: Int?) -> Text {
        let day = act.moment.day
        let by = act.actor.isEmpty ? Text(vi: "", en: "") : Text(vi: ", người thực hiện: \(act.actor)", en: " by \(act.actor)")
        guard let revision else {
            return Text(
                vi: "Chốt ngày \(day.vietnamese)\(by.vi), theo phiên bản dữ liệu \(act.dataVersion). Căn cứ: \(act.reason)",
                en: "Frozen on \(day.iso)\(by.en), at data version \(act.dataVersion). Reason: \(act.reason)")
        }
        return Text(
            vi: "Đính chính lần \(revision) ngày \(day.vietnamese)\(by.vi), theo phiên bản dữ liệu \(act.dataVersion). Lý do: \(act.reason)",
            en: "Restatement \(revision), published on \(day.iso)\(by.en), at data version \(act.dataVersion). Reason: \(act.reason)")
    }

    static func covered(_ acts: [Act]) -> Text {
        let periods = acts.map { name(of: $0.period) }
        return Text(vi: "Đã chốt trong: \(periods.map(\.vi).joined(separator: "; ")).", en: "Final as part of: \(periods.map(\.en).joined(separator: "; ")).")
    }

    static func overridden(_ act: Act) -> Text {
        Text(vi: "Chốt khi số liệu chưa đủ; lý do: \(act.override)", en: "Made final although incomplete; reason: \(act.override)")
    }

    static let overriddenElsewhere = Text(
        vi: "Chốt khi số liệu toàn tỉnh chưa đủ; lý do có trong báo cáo của tỉnh.", en: "Made final although the province's records were incomplete; the reason stands in the province's report.")

    static func reopened(_ act: Act) -> Text {
        Text(vi: "Kỳ đã chốt được mở lại ngày \(act.moment.day.vietnamese); lý do: \(act.reason)", en: "The period was final and was reopened on \(act.moment.day.iso); reason: \(act.reason)")
    }

    static func revisedElsewhere(_ revised: Standing.Revised) -> Text {
        let (period, day) = (revised.act.period, revised.act.moment.day)
        return Text(
            vi: "Số liệu \(name(of: period).vi) trong báo cáo này đã được đính chính lần \(revised.number) ngày \(day.vietnamese).",
            en: "The figures of \(name(of: period).en) in this report were revised on \(day.iso) (restatement \(revised.number)).")
    }

    package static let revisionsTitle = Text(vi: "Đính chính", en: "Restatement")
    static let revisionsCaption = Text(vi: "Số liệu đã công bố và số liệu đính chính, chênh lệch theo nguyên nhân", en: "What was published and what is published now, with the change by cause")
    static let revisionsExplained = Text(
        vi: "Số liệu cũ cộng các thay đổi theo nguyên nhân bằng đúng số liệu mới.", en: "The old counts and the changes by cause add up exactly to the new counts.")
    static let noRevisionHere = Text(vi: "Không có số liệu nào của đơn vị này thay đổi.", en: "No figure of this unit has changed.")
    static let publishedBefore = Text(vi: "Đã công bố", en: "Published before")
    static let publishedNow = Text(vi: "Đính chính", en: "Published now")

    static func revisionOpening(_ act: Act, number: Int) -> Text {
        Text(
            vi: "Đính chính lần \(number), ngày \(act.moment.day.vietnamese). Lý do: \(act.reason)", en: "Restatement \(number), \(act.moment.day.iso). Reason: \(act.reason)")
    }

    static func cause(_ cause: RevisionCause) -> Text {
        switch cause {
        case .late: Text(vi: "Đến muộn", en: "Late records")
        case .withdrawn: Text(vi: "Rút lần nhập", en: "Import undone")
        case .channel: Text(vi: "Đổi hình thức nộp", en: "Channel reclassified")
        case .correction: Text(vi: "Sửa hồ sơ", en: "Correction")
        case .part: Text(vi: "Kỳ khác đã chốt", en: "Another period")
        case .register: Text(vi: "Danh mục thủ tục", en: "Procedure register")
        case .reorganisation: Text(vi: "Sắp xếp đơn vị", en: "Reorganisation")
        case .definition: Text(vi: "Đổi định nghĩa", en: "Definition")
        }
    }

    static let publicUnits = Text(vi: "Số liệu theo đơn vị, gồm cả đơn vị cấp dưới", en: "The figures of units, each with those below it")
    static func publicExplained(_ threshold: Int) -> Text {
        Text(
            vi: "Bản công khai: số đếm từ 1 đến \(threshold - 1) và những số có thể làm lộ chúng được ẩn (“▒ ẩn”), giống nhau trong mọi bảng và tệp.",
            en: "For the public: counts from 1 to \(threshold - 1), and those that would give them away, are hidden (“▒ hidden”), the same in every table and file.")
    }

    static let remarksCaption = Text(vi: "Giải trình của đơn vị:", en: "What units say about their figures:")
    static func remarked(_ unit: String, _ indicator: Text, _ shown: String, _ remark: Remark, _ figure: String) -> Text {
        Text(
            vi: "\(unit), \(lowercasedFirst(indicator.vi)) \(shown): “\(remark.text)” (\(remark.actor), \(remark.moment.day.vietnamese); \(figure))",
            en: "\(unit), \(lowercasedFirst(indicator.en)) \(shown): “\(remark.text)” (\(remark.actor), \(remark.moment.day.iso); \(figure))")
    }
    package static let remark = Text(vi: "Giải trình", en: "Explanation")
    static let reviewTitle = Text(vi: "Giải trình", en: "Explanations")
    static let reviewCaption = Text(vi: "Số liệu dự thảo của đơn vị", en: "The unit's draft figures")
    static let reviewExplained = Text(
        vi: "Đề nghị đơn vị kiểm tra số liệu và ghi giải trình (nếu có) vào cột cuối, rồi gửi lại tệp này. Các cột khác được khóa; mỗi giải trình đi theo tên số liệu ở cột đầu. Không ghi thông tin cá nhân.",
        en: "Please check the figures, write an explanation in the last column where one is due, and send this file back. The other columns are locked; each explanation goes with the name of the figure in the first column. Write no personal data.")
    static let explanationsCaption = Text(vi: "Giải trình về số liệu trong kỳ, mới nhất trước", en: "What was explained about figures of the period, the newest first")
    static let explainedBy = Text(vi: "Người ghi", en: "Who")
    static let explainedOn = Text(vi: "Ngày ghi", en: "When")
    static let noExplanations = Text(
        vi: "Chưa có giải trình nào về số liệu của đơn vị trong kỳ này. Để ghi: mở một con số (bấm vào tỷ lệ), rồi ghi ở mục “Giải trình” trên trang của con số đó.",
        en: "Nothing has been explained about the unit's figures of this period. To add an explanation, open a number (press its rate) and write it under “Explanation” on the page of that number.")
    static let noExplanationsWhenFinal = Text(vi: "Kỳ này đã chốt mà không có giải trình nào về số liệu của đơn vị.", en: "The period became final without any explanation of the unit's figures.")
    package static let saveRemarks = Text(vi: "Lưu giải trình thành tệp để gửi lại", en: "Save the explanations as a file to send back")
}

extension UnitCoverage {
    /// "34 of 36 units; 2 have not reported: …", and what else is to be known of the records.
    package func lines(_ language: Language) -> [String] {
        if units == 0 { return [] }
        let names = unreported.map(\.name).joined(separator: "; ")
        let reported = units - unreported.count
        var lines: [Text] = [unreported.isEmpty
            ? Text(vi: "\(units)/\(units) đơn vị có số liệu.", en: "\(units) of \(units) units have reported.")
            : Text(
                vi: "\(reported)/\(units) đơn vị có số liệu; \(unreported.count) đơn vị chưa báo cáo: \(names).",
                en: "\(reported) of \(units) units; \(unreported.count) \(unreported.count == 1 ? "has" : "have") not reported: \(names).")]
        for (days, words) in [
            (missing, Text(vi: "Thiếu số liệu", en: "Days missing")), (low, Text(vi: "Thấp bất thường", en: "Suspiciously low")),
            (late, Text(vi: "Nộp muộn", en: "Loaded late")), (confirmedZero, Text(vi: "Xác nhận không phát sinh", en: "Confirmed zero")),
        ] where !days.isEmpty {
            let (vi, en) = (days.map { "\($0.agency.name) (\($0.days) ngày)" }, days.map { "\($0.agency.name) (\($0.days) \($0.days == 1 ? "day" : "days"))" })
            lines.append(Text(vi: "\(words.vi): \(vi.joined(separator: "; ")).", en: "\(words.en): \(en.joined(separator: "; "))."))
        }
        return lines.map { $0(language) }
    }
}
