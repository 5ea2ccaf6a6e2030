package import Adoption

/// Why a rate moved, where it will stand, and where to push.
extension Words {
    static let movement = Text(vi: "Biến động", en: "Movement")
    static let movementCaption = Text(vi: "So với kỳ trước và cùng kỳ năm trước", en: "Against the period before and the same period last year")
    static let thisPeriod = Text(vi: "Kỳ này", en: "This period")
    static let yearToDate = Text(vi: "Từ đầu năm", en: "Year to date")
    static let change = Text(vi: "Thay đổi (điểm %)", en: "Change (points)")
    static let noComparisonAcross = Text(
        vi: "“Không áp dụng”: giữa hai kỳ có sắp xếp đơn vị, nên không so sánh trực tiếp. Lập báo cáo theo cơ cấu một ngày (--structure) để so sánh.",
        en: "“n/a”: the units were reorganised between the two periods, so they are not compared. Make the report for the units of one day (--structure) to compare them.")
    static let effect = Text(vi: "Đóng góp vào thay đổi (điểm %)", en: "Part of the change (points)")
    static let rateEffect = Text(vi: "Do tỷ lệ", en: "By its rate")
    static let mixEffect = Text(vi: "Do cơ cấu", en: "By its share")
    static let bothEffects = Text(vi: "Cộng", en: "Both")
    static let whyExplained = Text(
        vi: "“Do tỷ lệ”: tỷ lệ của chính phần đó tăng hay giảm. “Do cơ cấu”: phần đó chiếm nhiều hay ít hồ sơ hơn trước, so với mức chung. Các đóng góp cộng lại đúng bằng thay đổi chung.",
        en: "“By its rate”: its own rate rose or fell. “By its share”: it has more or fewer of all dossiers than before, measured against the overall rate. The parts add up to the change exactly.")
    static func before(_ period: Period) -> Text {
        let days = (period.first.vietnamese, period.last.vietnamese)
        return Text(vi: "\(days.0) – \(days.1)", en: "\(period.first.iso) – \(period.last.iso)")
    }
    static func whyCaption(_ name: Text) -> Text { Text(vi: "Vì sao thay đổi so với kỳ trước: \(lowercasedFirst(name.vi))", en: "Why it moved against the period before: \(lowercasedFirst(name.en))") }
    static func others(_ count: Int) -> Text { Text(vi: "\(count) thủ tục khác", en: "\(count) other procedures") }

    static let outlook = Text(vi: "Dự báo", en: "Outlook")
    static let untilDay = Text(vi: "Đến hết ngày", en: "Until")
    static let soFar = Text(vi: "Đến nay", en: "So far")
    static let atTheEnd = Text(vi: "Dự báo đến cuối kỳ", en: "Projected to the end")
    static let expected = Text(vi: "Hồ sơ sẽ đến", en: "Dossiers to come")
    static let atLeast = Text(vi: "Thấp nhất", en: "Low")
    static let atMost = Text(vi: "Cao nhất", en: "High")
    static let methodTitle = Text(vi: "Phương pháp", en: "Method")
    static let backTest = Text(vi: "Thử trên các kỳ trước", en: "Tried on earlier periods")
    static let meanError = Text(vi: "Sai số bình quân (điểm %)", en: "Mean error (points)")
    static let testedYears = Text(vi: "Số kỳ", en: "Periods")
    static let requiredShare = Text(vi: "Tỷ lệ cần đạt từ nay", en: "Share required from now")
    static let outlookVerdict = Text(vi: "Chỉ tiêu cuối kỳ", en: "The target at the end")
    static let outlookExplained = Text(
        vi: "Dự báo không phải số liệu. pace-4: phần còn lại diễn ra như bốn nửa tháng gần nhất. last-year-shape: như cùng thời gian năm trước, điều chỉnh theo mức thay đổi từ đầu kỳ. Phương pháp được chọn là phương pháp sai ít nhất khi thử vào cùng thời điểm của các kỳ trước; khoảng thấp nhất – cao nhất lấy theo sai số lớn nhất của các lần thử đó, để trống khi chưa có hai kỳ để thử.",
        en: "A projection is no figure. pace-4: the rest goes as the last four half-months did. last-year-shape: as the same time of last year, changed as this period has changed so far. The method is the one that erred least when tried at the same point of earlier periods; low and high are its largest error in those trials, and are missing where there are no two of them to try it on.")
    static func method(_ method: ProjectionMethod) -> Text { Text(vi: method.id, en: method.id) }
    static func outlookCaption(_ last: Day) -> Text {
        Text(vi: "Số liệu đến hết ngày \(last.vietnamese)", en: "With records to \(last.iso)")
    }
    static func demand(_ demand: Demand?) -> Text {
        switch demand {
        case .secured: Text(vi: "Chắc chắn đạt", en: "Secured")
        case .reachable(let needed, let further):
            Text(vi: "Cần \(grouped(needed, .vietnamese)) trong \(grouped(further, .vietnamese)) hồ sơ sẽ đến", en: "\(grouped(needed, .english)) of \(grouped(further, .english)) to come must count")
        case .outOfReach(let best):
            Text(vi: "Không thể đạt; cao nhất \(Cell.rate(best).text(.vietnamese))", en: "Out of reach; at best \(Cell.rate(best).text(.english))")
        case nil: Text(vi: "–", en: "–")
        }
    }

    static let push = Text(vi: "Nên tập trung vào đâu", en: "Where to push")
    static let nothingToPush = Text(
        vi: "Không có đơn vị nào cùng cấp đạt tỷ lệ cao hơn ở cùng thủ tục với đủ số hồ sơ.", en: "No unit of the same level has a higher rate with the same procedure and enough dossiers.")
    static let bestPeer = Text(vi: "Đơn vị cùng cấp tốt nhất", en: "Best of the same level")
    static let bestOfLevel = Text(vi: "Mức cao nhất của đơn vị cùng cấp", en: "Highest of the same level")
    static let gain = Text(vi: "Tăng thêm (hồ sơ)", en: "Gain (dossiers)")
    static let rise = Text(vi: "Toàn tỉnh tăng (điểm %)", en: "Province rises (points)")
    static let riseOfUnit = Text(vi: "Đơn vị tăng (điểm %)", en: "Unit rises (points)")
    package static let figureName = Text(vi: "Tên số liệu", en: "Figure")
    static let pushExplained = Text(
        vi: "Nếu đơn vị đạt ở thủ tục này tỷ lệ của đơn vị cùng cấp tốt nhất thì tỷ lệ toàn tỉnh tăng bấy nhiêu. Tên số liệu ở cột cuối cho biết từng hồ sơ nằm ngoài tỷ lệ: uptake figure TÊN --list all.",
        en: "If the unit did with this procedure as well as the best of its level, the province's rate would rise by so much. The name in the last column finds the dossiers that are outside the rate: uptake figure NAME --list all.")
    static let pushExplainedToUnit = Text(
        vi: "Nếu đơn vị đạt ở thủ tục này mức cao nhất của đơn vị cùng cấp thì tỷ lệ chung của đơn vị tăng bấy nhiêu. Tên số liệu ở cột cuối cho biết từng hồ sơ nằm ngoài tỷ lệ: uptake figure TÊN --list all.",
        en: "If the unit did with this procedure as well as the best of its level, its own overall rate would rise by so much. The name in the last column finds the dossiers that are outside the rate: uptake figure NAME --list all.")
    static func pushCaption(_ name: Text, _ shown: Int, of all: Int) -> Text {
        Text(vi: "\(shown) trong \(grouped(all, .vietnamese)) cơ hội lớn nhất: \(lowercasedFirst(name.vi))", en: "The \(shown) greatest of \(grouped(all, .english)) opportunities: \(lowercasedFirst(name.en))")
    }

    static func reconciliation(_ units: Rate, _ own: Rate, _ twice: (numerator: Int, denominator: Int), _ total: Rate) -> Text {
        func sentence(_ language: Language) -> String {
            func pair(_ n: Int, _ d: Int) -> String { "\(grouped(n, language))/\(grouped(d, language))" }
            let (a, b, c, d) = (pair(units.numerator, units.denominator), pair(own.numerator, own.denominator), pair(twice.numerator, twice.denominator), pair(total.numerator, total.denominator))
            return language == .vietnamese
                ? "Đối chiếu: cộng các đơn vị \(a) + hồ sơ do cấp tỉnh tiếp nhận \(b) − hồ sơ tính ở hai đơn vị do chuyển cấp trên trong kỳ \(c) = toàn tỉnh \(d)."
                : "Reconciliation: all units \(a) + received by the province itself \(b) − counted for two units because one moved within the period \(c) = province \(d)."
        }
        return Text(vi: sentence(.vietnamese), en: sentence(.english))
    }

    static let rankTitle = Text(vi: "Hạng", en: "Rank")
    static let intervalLow = Text(vi: "Khoảng 95%: từ", en: "95 %: from")
    static let intervalHigh = Text(vi: "đến", en: "to")
    static func rankingExplained(_ minimum: Int) -> Text {
        Text(
            vi: "Xếp hạng trong từng cấp; tỷ lệ bằng nhau thì đồng hạng. Đơn vị có dưới \(minimum) hồ sơ không được xếp hạng (–). Khoảng tin cậy 95% (Wilson) cho biết với số hồ sơ ấy tỷ lệ chắc chắn đến đâu: hai đơn vị có khoảng chồng lên nhau không khác nhau rõ rệt.",
            en: "Ranked within each level; equal rates share a rank. Units with fewer than \(minimum) dossiers are not ranked (–). The 95 % interval (Wilson) says how certain the rate is with so many dossiers: units whose intervals overlap do not clearly differ.")
    }

    static let questions = Text(vi: "Câu hỏi cần làm rõ", en: "Questions")
    static let questionsCaption = Text(vi: "Những điều nên hỏi đơn vị", en: "What the units should be asked")
    static let question = Text(vi: "Câu hỏi", en: "Question")
    static let ofAll = Text(vi: "Trên tổng số", en: "Of all")
    static let noQuestions = Text(
        vi: "Năm phép kiểm tra (dồn vào cuối kỳ, cán bộ nộp hộ, tạo sau khi tiếp nhận, thanh toán trước khi nộp, số người đến quầy không giảm) không thấy điều gì cần hỏi.",
        en: "Five checks (bursts at the end, officers filing, created after reception, paid before filing, counters as full as before) found nothing to ask.")
    static let questionsExplained = Text(
        vi: "Đây là câu hỏi, không phải kết luận, và không làm thay đổi số liệu nào. Mỗi điều có thể có lý do chính đáng; hãy hỏi đơn vị trước khi đánh giá.",
        en: "These are questions and no verdicts, and they change no figure. Each may have a good reason; ask the unit before judging it.")
    static func doubt(_ kind: Oddities.Doubt.Kind) -> Text {
        switch kind {
        case .endBurst:
            Text(vi: "Vì sao hồ sơ trực tuyến dồn vào ba ngày cuối kỳ, gấp ba lần mức thường ngày trở lên?", en: "Why do online dossiers pile up on the last three days, at three times the usual pace or more?")
        case .oneForMany:
            Text(vi: "Vì sao từ một nửa hồ sơ trực tuyến trở lên do cán bộ nộp hộ?", en: "Why were half of the online dossiers or more filed by officers?")
        case .afterThePaper:
            Text(vi: "Vì sao hồ sơ trực tuyến được tạo sau khi đã tiếp nhận? Có nhập lại hồ sơ giấy không?", en: "Why were online dossiers created after they had been received? Were papers entered again?")
        case .paidBeforeFiling:
            Text(vi: "Vì sao có khoản thanh toán trước khi nộp hồ sơ?", en: "Why were dossiers paid before they were filed?")
        case .counterUnchanged:
            Text(
                vi: "Vì sao hồ sơ trực tuyến tăng gấp ba lần trở lên và chiếm chín phần mười, mà số người đến quầy không giảm?",
                en: "Why did online dossiers triple and make up nine in ten, while as many people as before came to the counter?")
        }
    }
}
