package import Adoption

/// The sentences of the tables and sections.
extension Words {
    static let romanNumerals = ["I", "II", "III", "IV", "V"]

    static let number = Text(vi: "STT", en: "No.")
    static let code = Text(vi: "Mã", en: "Code")
    static let unit = Text(vi: "Đơn vị", en: "Unit")
    static let levelTitle = Text(vi: "Cấp", en: "Level")
    static let indicator = Text(vi: "Chỉ số", en: "Indicator")
    static let dossiers = Text(vi: "Hồ sơ", en: "Dossiers")
    static let numerator = Text(vi: "Tử số", en: "Numerator")
    static let denominator = Text(vi: "Mẫu số", en: "Denominator")
    static let rate = Text(vi: "Tỷ lệ", en: "Rate")
    static let distance = Text(vi: "Chênh lệch (điểm %)", en: "Distance (points)")
    static let result = Text(vi: "Kết quả", en: "Result")
    static let stillNeeded = Text(vi: "Còn thiếu (hồ sơ)", en: "Still needed (dossiers)")
    static let convert = Text(vi: "Chuyển đổi", en: "Convert")
    static let add = Text(vi: "Bổ sung", en: "Add")
    static let document = Text(vi: "Văn bản", en: "Document")
    static let clause = Text(vi: "Điều, mục", en: "Clause")
    static let procedure = Text(vi: "Thủ tục hành chính", en: "Procedure")
    static let sector = Text(vi: "Lĩnh vực", en: "Sector")
    static let channelTitle = Text(vi: "Hình thức nộp", en: "Filed")
    static let share = Text(vi: "Tỷ trọng", en: "Share")
    static let byChannel = Text(vi: "Theo hình thức nộp", en: "By channel")
    static let total = Text(vi: "TỔNG CỘNG", en: "TOTAL")
    static let monthTitle = Text(vi: "Tháng", en: "Month")
    static let exactDays = Text(vi: "Từ ngày – đến ngày", en: "From – to")
    static let definition = Text(vi: "Định nghĩa", en: "Definition")
    static let dateBasis = Text(vi: "Tính theo ngày", en: "Counted by")
    static let importNumber = Text(vi: "Lần nhập", en: "Import")
    static let file = Text(vi: "Tệp", en: "File")
    static let kindTitle = Text(vi: "Loại", en: "Kind")
    static let read = Text(vi: "Đã đọc", en: "Read")
    static let stored = Text(vi: "Mới", en: "New")
    static let corrected = Text(vi: "Đính chính", en: "Corrected")
    static let older = Text(vi: "Bản cũ", en: "Older")
    static let unchanged = Text(vi: "Không đổi", en: "Unchanged")
    static let quarantined = Text(vi: "Để riêng", en: "Kept aside")
    static let faultTitle = Text(vi: "Lỗi", en: "Fault")
    static let remedyTitle = Text(vi: "Cách sửa", en: "Remedy")
    static let rows = Text(vi: "Số dòng", en: "Rows")
    static let notCounted = Text(vi: "Chưa đạt (hồ sơ)", en: "Not counted")

    static let procedures = Text(vi: "Thủ tục", en: "Procedures")
    static let procedureShares = Text(vi: "Các tỷ lệ tính theo thủ tục", en: "Rates that count procedures")
    static let sensitivity = Text(vi: "Theo từng cách tính", en: "By definition")
    static let sensitivityExplained = Text(
        vi: "Cùng một tên gọi nhưng các văn bản, hệ thống tính khác nhau. Bảng này cho thấy cùng kỳ, cùng hồ sơ, mỗi cách tính cho ra tỷ lệ nào.",
        en: "Documents and systems compute differently what they call by the same name. The tables show, for the same period and the same dossiers, what each definition gives.")
    static func sensitivityCaption(_ name: Text) -> Text { Text(vi: "\(name.vi) theo từng định nghĩa", en: "\(name.en) under each definition") }
    static func distanceTo(_ label: String) -> Text { Text(vi: "So với \(label) (điểm %)", en: "Against \(label) (points)") }

    static let summary = Text(vi: "Tổng hợp", en: "Summary")
    static let ranking = Text(vi: "Xếp hạng đơn vị", en: "Ranking of units")
    static let byUnit = Text(vi: "Theo đơn vị", en: "By unit")
    static let byProcedure = Text(vi: "Theo thủ tục", en: "By procedure")
    static let trend = Text(vi: "Xu hướng", en: "Trend")
    static let neededTitle = Text(vi: "Việc cần làm", en: "What is needed")
    static let definitions = Text(vi: "Định nghĩa", en: "Definitions")
    static let sources = Text(vi: "Nguồn số liệu", en: "Sources")
    static let quarantine = Text(vi: "Dòng để riêng", en: "Rows kept aside")

    package static let illustrativeRecords = Text(
        vi: "DỮ LIỆU MINH HỌA: các hồ sơ và giao dịch trong báo cáo này là giả định, không phải số liệu thật.",
        en: "ILLUSTRATIVE DATA: the dossiers and payments of this report are invented; they are not real figures.")
    static let illustrativeTargets = Text(
        vi: "CHỈ TIÊU MINH HỌA: các chỉ tiêu là ví dụ, không do cơ quan nào giao.",
        en: "ILLUSTRATIVE TARGETS: the targets are examples; no authority has set them.")
    static let againstTargets = Text(vi: "Các chỉ số so với chỉ tiêu", en: "Indicators against their targets")
    static let gapExplained = Text(
        vi: "“Chuyển đổi”: trong số hồ sơ đã tiếp nhận, cần thêm bấy nhiêu hồ sơ đạt để tới chỉ tiêu. “Bổ sung”: cần thêm bấy nhiêu hồ sơ mới, tất cả đều đạt. “Không áp dụng” ở cột bổ sung: không thể đạt 100% bằng hồ sơ mới. Kết quả được so sánh bằng số nguyên, không theo số đã làm tròn.",
        en: "“Convert”: of the dossiers received, this many more should have counted. “Add”: this many further dossiers, all of which count, would reach the target. “n/a” under add: 100% cannot be reached by adding. Results are compared in whole numbers, not in rounded ones.")
    static let nothingCounted = Text(
        vi: "Không có hồ sơ nào được tính trong kỳ này.", en: "No dossier was counted in this period.")
    static let ownRecords = Text(
        vi: "Hồ sơ của từng đơn vị (không gồm đơn vị cấp dưới)", en: "Each unit's own records (without the units below it)")
    static func proceduresSorted(_ order: ReportDefinition.Order) -> Text {
        switch order {
        case .code: Text(vi: "Các thủ tục theo mã", en: "Procedures by their codes")
        case .name: Text(vi: "Các thủ tục theo tên", en: "Procedures by their names")
        case .rate: Text(vi: "Các thủ tục, tỷ lệ cao nhất ở trên", en: "Procedures, the highest rate first")
        case .missing: Text(vi: "Các thủ tục, nhiều hồ sơ chưa đạt nhất ở trên", en: "Procedures, those with most dossiers outside the rate first")
        }
    }
    static let everyTargetMet = Text(
        vi: "Mọi chỉ tiêu được giao đều đạt trong kỳ này.", en: "Every target that was set is met in this period.")
    static let definitionsCaption = Text(
        vi: "Định nghĩa các chỉ số đã dùng", en: "The definitions that were used")
    static let counting = Text(
        vi: "Mỗi hồ sơ được tính một lần. Tỷ lệ tổng hợp là tổng tử số chia tổng mẫu số, không phải trung bình các tỷ lệ. Ngày tính theo giờ Việt Nam; cả ngày đầu và ngày cuối đều thuộc kỳ báo cáo. Chỉ tiêu áp dụng là chỉ tiêu có hiệu lực vào ngày cuối kỳ.",
        en: "Each dossier is counted once. A total rate is the sum of numerators over the sum of denominators, never a mean of rates. Days are Vietnamese days; the first and the last day both belong to the period. The target that applies is the one valid on the period's last day.")
    static let sourcesCaption = Text(vi: "Các tệp đã nhập", en: "The files that were loaded")
    static func sourcesOfUnit(_ files: Int, _ version: Int, _ hash: String) -> Text {
        Text(
            vi: "Số liệu được lập từ \(grouped(files, .vietnamese)) tệp đã nhập, đến phiên bản dữ liệu \(version) (mã băm dữ liệu nguồn, SHA-256: \(hash)); danh sách tệp có trong báo cáo của tỉnh.",
            en: "The figures were made from \(grouped(files, .english)) \(files == 1 ? "file" : "files") up to data version \(version) (hash of the source files, SHA-256: \(hash)); the list of files stands in the province's report.")
    }
    static let nothingQuarantined = Text(vi: "Không có dòng nào bị để riêng.", en: "No row was kept aside.")
    static let quarantineCaption = Text(vi: "Số dòng để riêng theo tệp và lỗi", en: "Rows kept aside, by file and fault")
    static let quarantineExplained = Text(
        vi: "Các dòng này không đọc được nên không nằm trong số liệu nào. Sửa trong tệp gốc rồi nhập lại tệp; lệnh uptake quarantine liệt kê từng vị trí.",
        en: "These rows could not be read and are in no figure. Correct them in the file and load it again; `uptake quarantine` lists each place.")

    package static func periodLine(_ period: Period) -> Text {
        let days = (period.first.vietnamese, period.last.vietnamese)
        let name = name(of: period)
        let calendar = period.calendar == .administrative
            ? Text(vi: "kỳ báo cáo hành chính", en: "administrative period") : Text(vi: "kỳ dương lịch", en: "calendar period")
        return Text(
            vi: "Kỳ báo cáo: \(name.vi), \(calendar.vi) (Từ ngày \(days.0) đến ngày \(days.1))",
            en: "Period: \(name.en), \(calendar.en) (from \(period.first.iso) to \(period.last.iso))")
    }

    package static func name(of period: Period) -> Text {
        let (year, first) = (period.year, period.months.lowerBound)
        switch period.months.count {
        case 1: return Text(vi: "tháng \(first) năm \(year)", en: "month \(first) of \(year)")
        case 3: return Text(vi: "quý \(first / 3 + 1) năm \(year)", en: "quarter \(first / 3 + 1) of \(year)")
        case 12: return Text(vi: "năm \(year)", en: "year \(year)")
        default: return Text(vi: "\(period.months.count) tháng năm \(year)", en: "\(period.months.count) months of \(year)")
        }
    }

    static func month(_ period: Period) -> Text {
        let month = (period.months.lowerBound < 10 ? "0" : "") + String(period.months.lowerBound)
        return Text(vi: "\(month)/\(period.year)", en: "\(period.year)-\(month)")
    }

    static func days(_ period: Period) -> Text {
        Text(vi: "\(period.first.vietnamese) – \(period.last.vietnamese)", en: "\(period.first.iso) – \(period.last.iso)")
    }

    package static func level(_ level: AgencyLevel) -> Text {
        switch level {
        case .province: Text(vi: "Tỉnh", en: "Province")
        case .department: Text(vi: "Sở, ban, ngành", en: "Department")
        case .district: Text(vi: "Huyện", en: "District")
        case .commune: Text(vi: "Xã", en: "Commune")
        case .other: Text(vi: "Khác", en: "Other")
        }
    }

    /// Whom a target or a service is for; one unit by its code.
    package static func coverage(_ coverage: Coverage) -> Text {
        switch coverage {
        case .province: level(.province)
        case .level(let level): Words.level(level)
        case .agency(let code): Text(vi: code, en: code)
        }
    }

    package static func event(_ kind: UnitEvent.Kind) -> Text {
        switch kind {
        case .create: Text(vi: "Thành lập", en: "Created")
        case .rename: Text(vi: "Đổi tên", en: "Renamed")
        case .merge: Text(vi: "Sáp nhập", en: "Merged")
        case .split: Text(vi: "Chia tách", en: "Split")
        case .move: Text(vi: "Chuyển cơ quan cấp trên", en: "Moved")
        case .abolish: Text(vi: "Kết thúc hoạt động", en: "Abolished")
        }
    }

    static func levelHeading(_ level: AgencyLevel) -> Text {
        switch level {
        case .province: Text(vi: "CẤP TỈNH", en: "PROVINCE")
        case .department: Text(vi: "CÁC SỞ, BAN, NGÀNH", en: "DEPARTMENTS")
        case .district: Text(vi: "CÁC HUYỆN, THÀNH PHỐ", en: "DISTRICTS")
        case .commune: Text(vi: "CÁC XÃ, PHƯỜNG, THỊ TRẤN", en: "COMMUNES")
        case .other: Text(vi: "ĐƠN VỊ KHÁC", en: "OTHER UNITS")
        }
    }

    static func channel(_ channel: Channel) -> Text {
        switch channel {
        case .online: Text(vi: "Trực tuyến", en: "Online")
        case .counter: Text(vi: "Trực tiếp", en: "At the counter")
        case .postal: Text(vi: "Bưu chính công ích", en: "By post")
        }
    }

    static func channelsCaption(_ label: String) -> Text {
        Text(vi: "Hồ sơ tiếp nhận (mẫu số của \(label)) theo hình thức nộp", en: "Received dossiers (the denominator of \(label)) by the way they were filed")
    }

    package static func basis(_ basis: DateBasis) -> Text {
        switch basis {
        case .received: Text(vi: "tiếp nhận", en: "reception")
        case .settled: Text(vi: "kết thúc xử lý", en: "settlement")
        case .collected: Text(vi: "thu tiền", en: "collection")
        }
    }

    static func rateSentence(_ name: Text, _ shown: Cell, _ rate: Rate, _ target: (basisPoints: Int, verdict: Verdict)?) -> Text {
        func sentence(_ language: Language) -> String {
            let counts = "\(grouped(rate.numerator, language))/\(grouped(rate.denominator, language))"
            let head = "\(name(language)): \(shown.text(language)) (\(counts))"
            guard let target else { return head + "." }
            let goal = Cell.basisPoints(target.basisPoints).text(language)
            switch language {
            case .vietnamese: return head + ", \(target.verdict == .met ? "đạt" : "chưa đạt") chỉ tiêu \(goal)."
            case .english: return head + ", which \(target.verdict == .met ? "meets" : "misses") the target of \(goal)."
            }
        }
        return Text(vi: sentence(.vietnamese), en: sentence(.english))
    }

    static func unitsReaching(_ count: Int, of all: Int, _ name: Text) -> Text {
        Text(vi: "\(count) trong \(all) đơn vị đạt chỉ tiêu về \(lowercasedFirst(name.vi)).", en: "\(count) of \(all) units reach their target for the \(lowercasedFirst(name.en)).")
    }

    static func halfOfShortfall(_ names: [String], _ dossiers: Int, of all: Int) -> Text {
        Text(
            vi: "\(names.count) đơn vị chiếm \(grouped(dossiers, .vietnamese)) trong \(grouped(all, .vietnamese)) hồ sơ còn thiếu: \(names.joined(separator: "; ")).",
            en: "\(names.count) \(names.count == 1 ? "unit accounts" : "units account") for \(grouped(dossiers, .english)) of the \(grouped(all, .english)) dossiers that are missing: \(names.joined(separator: "; ")).")
    }

    static func unitsWithoutData(_ names: [String]) -> Text {
        Text(vi: "Không có số liệu trong kỳ: \(names.joined(separator: "; ")).", en: "No data in the period: \(names.joined(separator: "; ")).")
    }

    static func rankedBy(_ name: Text) -> Text {
        Text(vi: "Xếp theo \(lowercasedFirst(name.vi)), gồm cả đơn vị cấp dưới", en: "Ordered by the \(lowercasedFirst(name.en)), with the units below each")
    }

    static func rankingAlternative(_ name: Text, _ first: String?, _ last: String?) -> Text {
        Text(
            vi: "Biểu đồ thanh: \(lowercasedFirst(name.vi)) của từng đơn vị so với chỉ tiêu; cao nhất \(first ?? "–"), thấp nhất \(last ?? "–"). Số liệu ở bảng cùng mục.",
            en: "Bar chart: the \(lowercasedFirst(name.en)) of each unit against its target; highest \(first ?? "–"), lowest \(last ?? "–"). The figures stand in the table of this section.")
    }

    static func trendAlternative(_ name: Text, _ months: Int) -> Text {
        Text(
            vi: "Biểu đồ đường: \(lowercasedFirst(name.vi)) trong \(months) tháng, với chỉ tiêu của từng tháng. Số liệu ở bảng cùng mục.",
            en: "Line chart: the \(lowercasedFirst(name.en)) over \(months) months with each month's target. The figures stand in the table of this section.")
    }

    static func trendCaption(_ months: Int) -> Text {
        Text(vi: "\(months) tháng gần nhất", en: "The last \(months) months")
    }

    static func neededSentence(_ name: Text, _ target: Target, _ gap: Gap) -> Text {
        func sentence(_ language: Language) -> String {
            let goal = Cell.basisPoints(target.basisPoints).text(language)
            let convert = grouped(gap.convert, language)
            switch language {
            case .vietnamese:
                let add = gap.add.map { " hoặc tiếp nhận thêm \(grouped($0, language)) hồ sơ mới đều đạt" } ?? "; không thể đạt bằng hồ sơ mới"
                return "\(name.vi): để đạt \(goal) cần thêm \(convert) hồ sơ đạt trong số đã tiếp nhận\(add)."
            case .english:
                let add = gap.add.map { ", or \(grouped($0, language)) further dossiers that all count" } ?? "; it cannot be reached by further dossiers"
                return "\(name.en): to reach \(goal), \(convert) more of the dossiers received should have counted\(add)."
            }
        }
        return Text(vi: sentence(.vietnamese), en: sentence(.english))
    }

    static func whereToGain(_ name: Text) -> Text {
        Text(vi: "Thủ tục còn nhiều hồ sơ chưa đạt: \(lowercasedFirst(name.vi))", en: "Procedures with most to gain: \(lowercasedFirst(name.en))")
    }

    static func kind(_ kind: String) -> Text {
        switch kind {
        case "units": Text(vi: "Danh mục đơn vị", en: "Units")
        case "events": Text(vi: "Sắp xếp đơn vị", en: "Unit events")
        case "services": Text(vi: "Dịch vụ công trực tuyến", en: "Services")
        case "attributions": Text(vi: "Phân hồ sơ về đơn vị mới", en: "Attributions")
        case "attempts": Text(vi: "Lần thanh toán", en: "Payment attempts")
        case "accounts": Text(vi: "Tài khoản", en: "Accounts")
        case "zeros": Text(vi: "Xác nhận không phát sinh", en: "Confirmed zeros")
        case "procedures": Text(vi: "Danh mục thủ tục", en: "Procedures")
        case "targets": Text(vi: "Chỉ tiêu", en: "Targets")
        case "submissions": Text(vi: "Hồ sơ", en: "Submissions")
        case "payments": Text(vi: "Thanh toán", en: "Payments")
        default: Text(vi: "Đánh giá của Cổng DVCQG", en: "Portal evaluation")
        }
    }

    static func versionSentence(_ version: Int, _ asOf: Day) -> Text {
        Text(
            vi: "Phiên bản dữ liệu \(version); bản ghi cập nhật gần nhất ngày \(asOf.vietnamese).",
            en: "Data version \(version); the latest record was updated on \(asOf.iso).")
    }

    static func waitingPayments(_ count: Int) -> Text {
        Text(
            vi: "\(grouped(count, .vietnamese)) giao dịch thanh toán chưa có hồ sơ tương ứng; chúng không nằm trong số liệu nào cho đến khi hồ sơ được nhập.",
            en: "\(grouped(count, .english)) payments wait for a dossier that has not been loaded; they are in no figure until it is.")
    }

    static func lowercasedFirst(_ text: String) -> String { text.prefix(1).lowercased() + text.dropFirst() }
}
