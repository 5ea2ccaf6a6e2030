package import Adoption

/// What is wrong with a row, and what to do about it.
extension Words {
    package static func fault(_ fault: Fault) -> Text {
        switch fault {
        case .missingValue: Text(vi: "để trống", en: "is empty")
        case .notADate: Text(vi: "không phải là ngày", en: "is not a date")
        case .dateOutOfRange: Text(vi: "ngày nằm ngoài khoảng cho phép", en: "is a date out of range")
        case .dateInFuture: Text(vi: "ngày ở tương lai", en: "is a date in the future")
        case .noReception: Text(vi: "không có ngày tiếp nhận hoặc ngày nộp", en: "has neither a reception nor a filing date")
        case .settledBeforeReceived: Text(vi: "kết thúc trước khi tiếp nhận", en: "is before the reception")
        case .settledWithoutDate: Text(vi: "đã giải quyết nhưng không có ngày kết thúc", en: "is empty although the dossier is settled")
        case .paidWithoutDate: Text(vi: "đã thanh toán nhưng không có ngày", en: "is empty although the payment is paid")
        case .noPaymentDate: Text(vi: "giao dịch không có ngày nào", en: "is empty, and so is every other date of the payment")
        case .unknownWord: Text(vi: "không phải là một trong các từ cho phép", en: "is none of the known words")
        case .unknownUnit: Text(vi: "đơn vị không có trong danh mục vào ngày tiếp nhận", en: "is a unit that the register does not know on the day of reception")
        case .unknownProcedure: Text(vi: "thủ tục không có trong danh mục", en: "is a procedure that the register does not know")
        case .notAnAmount: Text(vi: "không phải là số tiền", en: "is not an amount")
        case .negativeAmount: Text(vi: "số tiền âm", en: "is a negative amount")
        case .fractionalAmount: Text(vi: "số tiền có phần lẻ hoặc dấu phân cách", en: "has a decimal or thousands mark")
        case .feeLinesDisagree: Text(vi: "tổng các khoản phí khác số tiền phải nộp", en: "does not add up to the amount due")
        case .badCode: Text(vi: "mã có ký tự lạ hoặc quá dài", en: "is not a code")
        case .wrongFieldCount: Text(vi: "số cột khác với dòng tiêu đề", en: "has another number of fields than the header")
        case .fieldTooLong: Text(vi: "dài quá 32.767 ký tự", en: "is longer than 32,767 characters")
        case .notUTF8: Text(vi: "không phải văn bản UTF-8", en: "is not UTF-8 text")
        case .nulByte: Text(vi: "có byte NUL", en: "has a NUL byte")
        case .registerOverlap: Text(vi: "mã đã có hiệu lực ở một dòng khác cho cùng thời gian", en: "overlaps another row of the same code")
        case .endsBeforeItBegins: Text(vi: "ngày cuối trước ngày đầu", en: "is before the first day")
        case .saidTwice: Text(vi: "mâu thuẫn với một dòng khác của cùng lần nhập", en: "contradicts another row of the same import")
        case .eventEnds: Text(vi: "thiếu hoặc thừa đơn vị ở một đầu của sự kiện", en: "does not suit the event: create has no from_code, abolish no to_code, every other has both")
        case .unknownPayment: Text(vi: "chưa có giao dịch này", en: "is a payment that no file has brought")
        case .unknownDossier: Text(vi: "chưa có hồ sơ này", en: "is a dossier that no file has brought")
        case .notAnObject: Text(vi: "không phải là một bản ghi JSON", en: "is not a JSON object")
        case .notYourUnit: Text(vi: "không thuộc các đơn vị trong phạm vi của bạn", en: "is not one of your unit's")
        }
    }

    package static func remedy(_ fault: Fault) -> Text {
        switch fault {
        case .missingValue: Text(vi: "điền giá trị", en: "fill it in")
        case .notADate, .dateOutOfRange: Text(vi: "viết 14/05/2025 hoặc 2025-05-14T08:00:00+07:00, năm 2000 đến 2099", en: "write 14/05/2025 or 2025-05-14T08:00:00+07:00, from the year 2000 to 2099")
        case .dateInFuture: Text(vi: "kiểm tra năm và tháng", en: "check the year and the month")
        case .noReception: Text(vi: "điền ngày tiếp nhận", en: "fill in the day of reception")
        case .settledBeforeReceived: Text(vi: "sửa một trong hai ngày", en: "correct one of the two dates")
        case .settledWithoutDate: Text(vi: "điền ngày kết thúc, hoặc sửa trạng thái", en: "fill in the date, or correct the state")
        case .paidWithoutDate, .noPaymentDate: Text(vi: "điền ngày thu, hoặc sửa trạng thái", en: "fill in the date, or correct the state")
        case .unknownWord: Text(vi: "dùng một trong các từ được liệt kê", en: "use one of the known words")
        case .unknownUnit: Text(vi: "sửa mã, hoặc nhập danh mục đơn vị có mã này", en: "correct the code, or load a units register that has it")
        case .unknownProcedure: Text(vi: "sửa mã, hoặc nhập danh mục thủ tục có mã này", en: "correct the code, or load a procedures register that has it")
        case .notAnAmount, .fractionalAmount: Text(vi: "viết số đồng nguyên, không dấu phân cách, ví dụ 150000", en: "write whole đồng without marks, such as 150000")
        case .negativeAmount: Text(vi: "viết số không âm; khoản hoàn trả ghi bằng trạng thái refunded", en: "write 0 or more; a refund is a state, not a negative amount")
        case .feeLinesDisagree: Text(vi: "sửa khoản phí hoặc số tiền", en: "correct the lines or the amount")
        case .badCode: Text(vi: "chỉ dùng chữ, số và . - _ /, tối đa 64 ký tự", en: "use letters, digits and . - _ / only, at most 64")
        case .wrongFieldCount: Text(vi: "kiểm tra dấu phân cách và dấu ngoặc kép", en: "check the delimiters and quotation marks")
        case .fieldTooLong: Text(vi: "rút ngắn; có thể thiếu dấu ngoặc kép", en: "shorten it; a quotation mark may be missing")
        case .notUTF8, .nulByte: Text(vi: "lưu tệp dạng CSV UTF-8", en: "save the file as CSV UTF-8")
        case .registerOverlap: Text(vi: "kết thúc hiệu lực của dòng kia trước", en: "end the other row's validity first")
        case .endsBeforeItBegins: Text(vi: "sửa một trong hai ngày", en: "correct one of the two days")
        case .saidTwice: Text(vi: "chỉ giữ một dòng", en: "keep one of the rows")
        case .eventEnds: Text(vi: "sửa mã đơn vị hoặc loại sự kiện", en: "correct the codes or the kind of event")
        case .unknownPayment: Text(vi: "nhập tệp giao dịch trước", en: "load the payments first")
        case .unknownDossier: Text(vi: "nhập tệp hồ sơ trước", en: "load the submissions first")
        case .notAnObject: Text(vi: "xuất lại tệp", en: "export the file again")
        case .notYourUnit: Text(vi: "sửa mã, nhập hồ sơ của đơn vị trước, hoặc đề nghị cấp tỉnh nạp dòng này", en: "correct the code, load your unit's dossiers first, or ask the province to load this row")
        }
    }

    /// One line of a quarantine list: `file:line:column: 'field' is not a date; write …`.
    package static func refusalLine(_ refusal: Refusal, _ language: Language) -> String {
        let field = refusal.field.isEmpty ? (language == .vietnamese ? "dòng này" : "the row") : "'\(refusal.field)'"
        let allowed = refusal.allowed.isEmpty ? "" : ": " + refusal.allowed.joined(separator: ", ")
        let value = refusal.value.isEmpty ? "" : " (\(refusal.value))"
        return "\(refusal.file):\(refusal.line):\(refusal.column): \(field)\(value) \(fault(refusal.fault)(language)); \(remedy(refusal.fault)(language))\(allowed)"
    }

    /// The columns of the list that goes back to the clerk.
    package static let refusalHeader = ["tệp", "dòng", "cột", "trường", "mã lỗi", "lỗi", "cách sửa", "từ cho phép", "mã lạ"]

    package static func refusalRow(_ refusal: Refusal) -> [String] {
        [
            refusal.file, String(refusal.line), String(refusal.column), refusal.field, refusal.fault.rawValue, fault(refusal.fault).vi,
            remedy(refusal.fault).vi, refusal.allowed.joined(separator: " "), refusal.value,
        ]
    }
}
