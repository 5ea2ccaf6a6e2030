import Adoption

/// The sentences about the national portal's evaluation.
extension Words {
    static let term = Text(vi: "Thành phần", en: "Term")
    static let score = Text(vi: "Điểm", en: "Score")
    static let computedScore = Text(vi: "Điểm tính lại", en: "Computed score")
    static let publishedScore = Text(vi: "Điểm công bố", en: "Published score")
    static let difference = Text(vi: "Chênh lệch", en: "Difference")
    static let officialCaption = Text(
        vi: "Điểm của tỉnh theo Quyết định 766/QĐ-TTg: tính lại từ số đếm và so với điểm công bố",
        en: "The province's scores by QĐ 766/QĐ-TTg: computed from the counts, beside the published ones")
    static let officialNote = Text(
        vi: "Số đếm là của Cổng Dịch vụ công quốc gia. “Không công bố”: Cổng chỉ cho điểm, không cho số đếm, nên không tính lại được.",
        en: "The counts are the national portal's. “Not published”: the portal gives only the score, so it cannot be computed again.")

    static let officialMethod = [
        Text(
            vi: "Thanh toán trực tuyến (qd766-payment-v1, tối đa 10): 6 × hồ sơ thanh toán trực tuyến / hồ sơ có nghĩa vụ tài chính + min(2; 2,5 × TTHC có thanh toán trực tuyến / TTHC có phí) + 2,5 × TTHC có phí phát sinh hồ sơ / TTHC có phí.",
            en: "Online payment (qd766-payment-v1, at most 10): 6 × paid online / obliged + min(2, 2.5 × fee procedures paid online / fee procedures) + 2.5 × fee procedures with dossiers / fee procedures."),
        Text(
            vi: "Tiến độ giải quyết (qd766-progress-v1, tối đa 20): 20 × hồ sơ đúng hạn / hồ sơ tiếp nhận.",
            en: "Progress (qd766-progress-v1, at most 20): 20 × on time / received."),
        Text(
            vi: "Cung cấp dịch vụ trực tuyến (qd766-online-v1, tối đa 12): min(2; 2 × (một phần + toàn trình) / thuộc thẩm quyền / 80%) + 4 × DVCTT phát sinh hồ sơ trực tuyến / DVCTT + min(6; 6 × hồ sơ trực tuyến / hồ sơ tiếp nhận / 50%).",
            en: "Online services (qd766-online-v1, at most 12): min(2, 2 × (partial + full) / under authority / 80%) + 4 × services with online dossiers / online services + min(6, 6 × online dossiers / received / 50%)."),
        Text(
            vi: "Mỗi tỷ lệ phần trăm được làm tròn hai chữ số, sau đó mỗi thành phần được làm tròn hai chữ số rồi cộng lại. Công thức này khớp với mọi điểm công bố đã thử; tên gọi chính thức của các thành phần có thể khác. Điểm công bố không bao giờ bị ghi đè.",
            en: "Each percentage is rounded to two decimals, each term again, and the terms are added. The formula agrees with every published score that was tried; the official names of the terms may differ. A published score is never overwritten."),
    ]

    static func itemPoints(_ item: String, _ points: Cell, _ all: Cell) -> Text {
        Text(
            vi: "; mục \(item): \(points.text(.vietnamese)) trên \(all.text(.vietnamese)) điểm.", en: "; item \(item): \(points.text(.english)) of \(all.text(.english)) points.")
    }

    static let ownScores = Text(vi: "Điểm tự tính", en: "Own scores")
    static let ownScoresCaption = Text(
        vi: "Từng thành phần tính từ hồ sơ của đơn vị, bên cạnh số đếm và điểm của Cổng Dịch vụ công quốc gia", en: "Each term from the unit's own records, beside the counts and the score of the national portal")
    static let ownRecordsGroup = Text(vi: "Hồ sơ của đơn vị", en: "Own records")
    static let portalGroup = Text(vi: "Cổng Dịch vụ công quốc gia", en: "National portal")
    static let ownScoresExplained = Text(
        vi: "Thành phần có số đếm khác nhau là nơi hồ sơ chưa đồng bộ, hoặc hai bên đếm khác nhau. “Không công bố”: chưa nhập kết quả đánh giá của Cổng cho kỳ này, hoặc Cổng không cho số đếm. Cổng đánh giá theo kỳ dương lịch; hãy lập báo cáo này với --calendar calendar. Chỉ tiêu tái sử dụng giấy tờ (mục 4.3) không có trong danh sách đã nhập.",
        en: "A term whose counts differ has records that were not synchronised, or that one side counts otherwise. “Not published”: the portal's evaluation of this period is not loaded, or it gives no counts. The portal evaluates calendar periods; make this report with --calendar calendar. The reuse of papers (item 4.3) is in no list that was loaded.")

    static func evaluation(_ evaluation: Evaluation) -> Text {
        switch evaluation {
        case .payment: Text(vi: "Thanh toán trực tuyến", en: "Online payment")
        case .progress: Text(vi: "Tiến độ giải quyết", en: "Progress")
        case .online: Text(vi: "Cung cấp dịch vụ công trực tuyến", en: "Online services")
        }
    }

    static func evaluationSheet(_ evaluation: Evaluation) -> Text {
        switch evaluation {
        case .online: Text(vi: "Dịch vụ trực tuyến", en: "Online services")
        default: Words.evaluation(evaluation)
        }
    }

    static func officialUnits(_ evaluation: Evaluation) -> Text {
        let name = Words.evaluation(evaluation)
        return Text(vi: "\(name.vi) theo đơn vị, xếp theo điểm công bố", en: "\(name.en) by unit, ordered by the published score")
    }

    static func agreement(_ same: Int, of all: Int, withoutCounts: Int) -> Text {
        Text(
            vi: "\(same) trong \(all) điểm tính lại từ số đếm bằng đúng điểm công bố; \(withoutCounts) điểm được công bố không kèm số đếm.",
            en: "\(same) of \(all) scores computed from counts equal the published score; \(withoutCounts) scores were published without counts.")
    }

    static func officialCount(_ count: OfficialCount) -> Text {
        switch count {
        case .paidOnline: Text(vi: "Hồ sơ thanh toán trực tuyến", en: "Paid online")
        case .obliged: Text(vi: "Hồ sơ có nghĩa vụ tài chính", en: "Obliged")
        case .proceduresPaidOnline: Text(vi: "TTHC có thanh toán trực tuyến", en: "Procedures paid online")
        case .feeProceduresWithDossiers: Text(vi: "TTHC có phí phát sinh hồ sơ", en: "Fee procedures with dossiers")
        case .feeProcedures: Text(vi: "TTHC có phí, lệ phí", en: "Fee procedures")
        case .received: Text(vi: "Hồ sơ tiếp nhận", en: "Received")
        case .onTime: Text(vi: "Đúng hạn", en: "On time")
        case .overdue: Text(vi: "Quá hạn", en: "Overdue")
        case .completed: Text(vi: "Đã giải quyết", en: "Completed")
        case .proceduresUnderAuthority: Text(vi: "TTHC thuộc thẩm quyền", en: "Under authority")
        case .proceduresPartial: Text(vi: "DVCTT một phần", en: "Partial")
        case .proceduresFull: Text(vi: "DVCTT toàn trình", en: "Full")
        case .servicesUsedOnline: Text(vi: "DVCTT có hồ sơ trực tuyến", en: "Services used online")
        case .onlineServices: Text(vi: "DVCTT", en: "Online services")
        case .filedOnline: Text(vi: "Nộp trực tuyến", en: "Filed online")
        case .filedAtCounter: Text(vi: "Nộp trực tiếp", en: "At the counter")
        case .filedByPost: Text(vi: "Nộp qua BCCI", en: "By post")
        case .filed: Text(vi: "Tổng hồ sơ", en: "Filed")
        case .onlineOnTime: Text(vi: "Trực tuyến đúng hạn", en: "Online, on time")
        case .onlineOverdue: Text(vi: "Trực tuyến quá hạn", en: "Online, overdue")
        }
    }
}
