internal import Adoption

/// The headers and words that lists of Vietnamese one-stop systems commonly use, for suggesting a profile. A suggestion is shown to
/// a person and never used unseen.
enum KnownLabels {
    static let profiles = [
        Profile(name: "suggested", kind: .submissions, columns: [
            "dossier_code": ["Mã hồ sơ", "Số hồ sơ", "Mã số hồ sơ", "Mã biên nhận", "Số biên nhận", "MaHoSo", "code"],
            "procedure_code": ["Mã TTHC", "Mã thủ tục", "Mã thủ tục hành chính", "Mã số TTHC", "MaTTHC", "procedure.code"],
            "unit_code": ["Mã đơn vị", "Mã cơ quan", "Đơn vị tiếp nhận", "Cơ quan tiếp nhận", "Đơn vị", "Cơ quan", "Cơ quan thực hiện", "DonViXuLy", "agency.code"],
            "channel": ["Hình thức nộp", "Hình thức tiếp nhận", "Kênh tiếp nhận", "Cách thức nộp", "Kênh thực hiện", "Nguồn hồ sơ", "KenhThucHien", "applyMethod.id"],
            "filed_at": ["Ngày nộp", "Ngày nộp hồ sơ", "Thời gian nộp", "NgayNopHoSo", "appliedDate"],
            "received_at": ["Ngày tiếp nhận", "Ngày nhận", "Thời gian tiếp nhận", "Ngày tiếp nhận hồ sơ", "Tiếp nhận", "NgayTiepNhan", "acceptedDate"],
            "due_at": ["Ngày hẹn trả", "Hạn trả", "Ngày hẹn trả kết quả", "Hẹn trả", "Hạn xử lý", "NgayHenTra", "appointmentDate"],
            "settled_at": ["Ngày kết thúc", "Ngày kết thúc xử lý", "Ngày hoàn thành", "Ngày có kết quả", "Kết thúc", "NgayKetThucXuLy"],
            "state": ["Trạng thái", "Trạng thái hồ sơ", "Tình trạng", "Tình trạng hồ sơ", "TrangThaiHoSo", "dossierStatus.id"],
            "applicant_type": ["Đối tượng", "Loại đối tượng", "Đối tượng nộp", "LoaiDoiTuong"],
            "filed_by": ["Người thực hiện nộp", "Nộp hộ", "Hình thức nộp hộ"],
            "level": ["Mức độ", "Mức độ dịch vụ", "Mức độ DVC", "Loại dịch vụ", "procedureLevel.name"],
            "amount_due_vnd": ["Số tiền phải nộp", "Tổng phí, lệ phí", "Phí, lệ phí", "Lệ phí", "Số tiền", "DanhSachLePhi[].Gia"],
            "result_delivery": ["Hình thức nhận kết quả", "Hình thức trả kết quả", "Nhận kết quả", "HinhThuc"],
            "payment_mark": ["Trạng thái thanh toán", "Tình trạng thanh toán", "Thanh toán", "DuocThanhToanTrucTuyen"],
            "digitised": ["Số hóa", "Số hóa hồ sơ", "Đã số hóa", "Tình trạng số hóa"],
            "signed": ["Ký số", "Đã ký số", "Chữ ký số"],
            "updated_at": ["Ngày cập nhật", "Thời gian cập nhật", "Cập nhật lần cuối", "updatedDate"],
        ]),
        Profile(name: "suggested", kind: .payments, columns: [
            "payment_id": ["Mã giao dịch", "Mã thanh toán", "Mã yêu cầu thanh toán", "Số giao dịch", "Mã tham chiếu", "Ma"],
            "dossier_code": ["Mã hồ sơ", "Số hồ sơ", "Mã số hồ sơ", "MaHoSo", "code"],
            "amount_vnd": ["Số tiền", "Tổng tiền", "Số tiền thanh toán", "SoTien"],
            "method": ["Hình thức thanh toán", "Phương thức thanh toán", "HinhThucThanhToan", "paymentMethod.id"],
            "provider": ["Ngân hàng", "Kênh thanh toán", "Đơn vị thanh toán", "Ví điện tử"],
            "state": ["Trạng thái", "Trạng thái thanh toán", "Trạng thái giao dịch", "TrangThai"],
            "requested_at": ["Ngày yêu cầu", "Thời gian tạo", "Ngày tạo"],
            "paid_at": ["Ngày thanh toán", "Thời gian thanh toán", "Ngày thu", "Ngày giao dịch", "paymentRequestData.paidDate"],
            "refunded_at": ["Ngày hoàn tiền", "Ngày hoàn trả"],
            "updated_at": ["Ngày cập nhật", "Thời gian cập nhật"],
        ]),
        Profile(name: "suggested", kind: .units, columns: [
            "code": ["Mã đơn vị", "Mã cơ quan", "Mã"], "name": ["Tên đơn vị", "Tên cơ quan", "Tên"], "level": ["Cấp", "Cấp hành chính", "Loại"],
            "parent_code": ["Mã đơn vị cấp trên", "Mã cha", "Trực thuộc"], "valid_from": ["Hiệu lực từ", "Từ ngày"], "valid_to": ["Đến ngày", "Hết hiệu lực"],
        ]),
        Profile(name: "suggested", kind: .procedures, columns: [
            "code": ["Mã TTHC", "Mã thủ tục", "Mã số TTHC", "Mã"], "name": ["Tên TTHC", "Tên thủ tục", "Tên thủ tục hành chính"],
            "sector": ["Lĩnh vực", "Tên lĩnh vực"], "authority": ["Cấp thực hiện", "Thẩm quyền"], "bears_fee": ["Có phí", "Thu phí, lệ phí"],
        ]),
        Profile(name: "suggested", kind: .accounts, columns: [
            "unit_code": ["Mã đơn vị", "Đơn vị"], "day": ["Ngày"], "registered": ["Đăng ký", "Số tài khoản đăng ký"],
            "confirmed": ["Đã xác nhận", "Xác nhận", "Số tài khoản xác nhận"], "first_filing": ["Nộp lần đầu", "Nộp hồ sơ lần đầu"],
        ]),
    ]

    /// The first beginning that a folded word has decides what it probably means.
    static let words: [String: [(beginning: String, word: String)]] = [
        "channel": [("truc tuyen", "online"), ("qua mang", "online"), ("online", "online"), ("truc tiep", "counter"), ("tai quay", "counter"), ("mot cua", "counter"), ("buu chinh", "postal"), ("bcci", "postal"), ("qua buu", "postal")],
        "state": [
            ("moi dang ky", "new"), ("moi", "new"), ("cho tiep nhan", "new"), ("da tiep nhan", "received"), ("tiep nhan", "received"), ("tu choi", "refused"), ("khong tiep nhan", "refused"),
            ("dang xu ly", "in_process"), ("dang giai quyet", "in_process"), ("cho bo sung", "supplement_asked"), ("yeu cau bo sung", "supplement_asked"),
            ("yeu cau thuc hien nghia vu", "payment_asked"), ("cho thanh toan", "payment_asked"), ("rut", "withdrawn"), ("cong dan yeu cau rut", "withdrawn"), ("dung xu ly", "stopped"),
            ("da xu ly xong", "settled"), ("da giai quyet", "settled"), ("da co ket qua", "settled"), ("hoan thanh", "settled"), ("da tra", "returned"), ("tra ket qua", "returned"),
            ("da thanh toan", "paid"), ("thanh cong", "paid"), ("chua thanh toan", "unpaid"), ("that bai", "failed"), ("hoan tien", "refunded"), ("da hoan", "refunded"), ("huy", "cancelled"), ("mien", "exempt"),
        ],
        "applicant_type": [("ca nhan", "individual"), ("cong dan", "individual"), ("doanh nghiep", "business"), ("to chuc", "business"), ("co quan nha nuoc", "state_agency")],
        "filed_by": [("can bo", "officer"), ("nop ho", "officer"), ("nguoi dan", "applicant"), ("cong dan", "applicant")],
        "level": [("toan trinh", "full"), ("mot phan", "partial"), ("muc do 2", "level_2"), ("muc do 3", "level_3"), ("muc do 4", "level_4"), ("cung cap thong tin", "information")],
        "result_delivery": [("dien tu", "electronic"), ("truc tuyen", "electronic"), ("truc tiep", "counter"), ("buu chinh", "postal"), ("qua buu", "postal")],
        "payment_mark": [("da thanh toan truc tuyen", "paid_online"), ("da thanh toan", "paid"), ("chua thanh toan", "unpaid"), ("true", "paid_online"), ("false", "unpaid")],
        "method": [("truc tuyen", "online"), ("truc-tuyen", "online"), ("tien mat", "counter"), ("tien-mat", "counter"), ("truc tiep", "counter"), ("chuyen khoan", "transfer"), ("chuyen-khoan", "transfer")],
        "bears_fee": [("co", "yes"), ("khong", "no")],
        "digitised": [("da", "yes"), ("co", "yes"), ("chua", "no"), ("khong", "no")],
        "signed": [("da", "yes"), ("co", "yes"), ("chua", "no"), ("khong", "no")],
    ]
}
