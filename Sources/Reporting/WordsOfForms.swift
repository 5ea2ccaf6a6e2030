import Adoption

/// The forms II.06/VPCP/KSTT and 07a/BTP.
extension Words {
    static let formII06 = Text(vi: "Biểu II.06", en: "Form II.06")
    static let formII06Head = Text(
        vi: "Biểu số II.06/VPCP/KSTT (Thông tư 01/2020/TT-VPCP): tình hình, kết quả giải quyết thủ tục hành chính.",
        en: "Form II.06/VPCP/KSTT (Circular 01/2020/TT-VPCP): how administrative procedures were settled.")
    static let form07a = Text(vi: "Biểu 07a-BTP", en: "Form 07a-BTP")
    static let formUnit = Text(vi: "Đơn vị tính: Số hồ sơ TTHC.", en: "Unit: number of dossiers.")
    static let formByUnit = Text(vi: "Theo đơn vị (gồm cả đơn vị cấp dưới)", en: "By unit (with the units below it)")
    static let formByField = Text(vi: "Theo lĩnh vực", en: "By field")
    static let formNoField = Text(vi: "(không ghi lĩnh vực)", en: "(no field recorded)")
    static let formReceived = Text(vi: "Số hồ sơ tiếp nhận", en: "Received")
    static let formSettled = Text(vi: "Số hồ sơ đã giải quyết", en: "Settled")
    static let formOpen = Text(vi: "Số hồ sơ đang giải quyết", en: "Open")
    static let formPaid = Text(vi: "Hồ sơ đã thanh toán", en: "Paid")
    static let formOtherwise = Text(vi: "Hồ sơ tiếp nhận trong kỳ, hiện", en: "Received in the period, now")
    static let formTotal = Text(vi: "Tổng số", en: "Total")
    static let formOnline = Text(vi: "Trực tuyến", en: "Online")
    static let formNotOnline = Text(vi: "Cách khác", en: "Otherwise")
    static let formCounterPostal = Text(vi: "Trực tiếp, bưu chính", en: "Counter, post")
    static let formCounter = Text(vi: "Trực tiếp", en: "Counter")
    static let formPostal = Text(vi: "Bưu chính", en: "Post")
    static let formCarriedOver = Text(vi: "Từ kỳ trước", en: "Carried over")
    static let formEarly = Text(vi: "Trước hạn", en: "Early")
    static let formOnTime = Text(vi: "Đúng hạn", en: "On time")
    static let formLate = Text(vi: "Quá hạn", en: "Late")
    static let formInTime = Text(vi: "Trong hạn", en: "Within time")
    static let formOverdue = Text(vi: "Quá hạn", en: "Late")
    static let formSettledOnTime = Text(vi: "Trước và đúng hạn", en: "Early and on time")
    static let formApology = Text(vi: "Quá hạn có thư xin lỗi", en: "Late with a letter of apology")
    static let formOnlineFull = Text(vi: "Trực tuyến toàn trình", en: "Online, full")
    static let formOnlinePartial = Text(vi: "Trực tuyến một phần", en: "Online, partial")
    static let formOnlineOther = Text(vi: "Trực tuyến khác", en: "Online, other")
    static let formCrossBoundary = Text(vi: "Phi địa giới", en: "Cross-boundary")
    static let formStopped = Text(vi: "Dừng xử lý", en: "Stopped")
    static let formWaiting = Text(vi: "Chờ bổ sung, chờ nộp phí", en: "Waiting")
    static let formRefused = Text(vi: "Từ chối tiếp nhận", en: "Refused")
    static let formWithdrawn = Text(vi: "Rút", en: "Withdrawn")
    static let formII06Identities = Text(
        vi: "(3) = (4) + (5) + (6); (7) = (8) + (9) + (10); (11) = (12) + (13); (3) = (7) + (11). Cột (11) được đếm từ từng hồ sơ, tách biệt với các cột khác, và được đối chiếu trước khi lập biểu.",
        en: "(3) = (4) + (5) + (6); (7) = (8) + (9) + (10); (11) = (12) + (13); (3) = (7) + (11). Column (11) is counted from the dossiers themselves, apart from the others, and held against them before the form is drawn.")
    static let form07aNote = Text(
        vi: "Hồ sơ phi địa giới hành chính và thư xin lỗi không có trong danh sách đã nhập nên không ghi số. Hồ sơ đã thanh toán tính theo ngày thu đầu tiên.",
        en: "Cross-boundary dossiers and letters of apology are in no list that was loaded, so no number is given. Paid dossiers count by the day of the first payment.")
    static let formOpenNote = Text(
        vi: "Hồ sơ đang giải quyết được xét tại thời điểm cuối kỳ, không theo ngày lập biểu. Hồ sơ mới đăng ký và bị từ chối tiếp nhận không nằm trong số tiếp nhận. Hồ sơ đã rút hoặc dừng mà không ghi ngày kết thúc vẫn tính là đang giải quyết. Hồ sơ còn lại của đơn vị đã sắp xếp do đơn vị kế thừa giải quyết.",
        en: "Open dossiers are judged at the end of the period, not on the day of drawing. Dossiers that are new or were refused at intake are not received. Dossiers that were withdrawn or stopped without a recorded end are open. What a reorganised unit left open is its heir's.")
}
