internal import Adoption
internal import Reporting

/// Every sentence of the live pages, in the reader's language.
struct Phrases: Sendable {
    let language: Language

    private func say(_ vi: String, _ en: String) -> String { language == .vietnamese ? vi : en }

    // MARK: Frame
    var brand: String { say("uptake – Nộp hồ sơ và thanh toán trực tuyến", "uptake – Online filing and payment") }
    var skip: String { say("Đến nội dung", "Skip to content") }
    var menu: String { say("Trình đơn", "Menu") }
    var search: String { say("Tìm kiếm", "Search") }
    var searchHint: String { say("Đơn vị, thủ tục, báo cáo", "Units, procedures, reports") }
    var signOut: String { say("Đăng xuất", "Sign out") }
    var otherLanguage: String { language == .vietnamese ? "English" : "Tiếng Việt" }
    var madeFrom: String { say("Phiên bản dữ liệu", "Data version") }
    var recordsUntil: String { say("Số liệu đến", "Records until") }
    var illustrative: String { say("DỮ LIỆU MINH HỌA: hồ sơ và giao dịch là giả định", "ILLUSTRATIVE DATA: dossiers and payments are invented") }
    func seeingAs(_ name: String) -> String { say("Đang xem như \(name); không thay đổi được gì.", "Seeing as \(name); nothing can be changed.") }
    var endSeeAs: String { say("Thôi xem", "Stop") }

    // MARK: Menu
    var imports: String { say("Lần nhập", "Imports") }
    var upload: String { say("Nạp tệp", "Upload") }
    var periods: String { say("Kỳ báo cáo", "Periods") }
    var publications: String { say("Công bố", "Publications") }
    var organisation: String { say("Tổ chức và chỉ tiêu", "Organisation and targets") }
    var audit: String { say("Nhật ký", "Audit log") }
    var users: String { say("Tài khoản", "Accounts") }
    var schedules: String { say("Lịch gửi", "Schedules") }
    var slides: String { say("Trình chiếu", "Slides") }
    var myAccount: String { say("Tài khoản của tôi", "My account") }
    var signIn: String { say("Đăng nhập", "Sign in") }

    // MARK: Errors
    var signInFirst: String { say("Hãy đăng nhập để tiếp tục.", "Sign in to go on.") }
    var notAllowed: String { say("Vai trò của bạn không được làm việc này. Cần thì đề nghị quản trị viên.", "Your role may not do this. Ask an administrator if you need it.") }
    var notThere: String { say("Không có trang này, hoặc ngoài phạm vi của bạn. Kiểm tra địa chỉ, hoặc trở về trang đầu.", "There is no such page, or it is outside your scope. Check the address, or go back to the first page.") }
    func tooMany(_ seconds: Int) -> String { say("Quá nhiều lần. Hãy thử lại sau \(seconds) giây.", "Too many requests. Try again in \(seconds) seconds.") }
    func otherMethod(_ methods: [String]) -> String { say("Địa chỉ này chỉ nhận \(methods.joined(separator: ", ")).", "This address knows \(methods.joined(separator: ", ")) only.") }
    var cannotBeShown: String { say("Không xem được như vậy. Chọn kỳ, cơ cấu hoặc đơn vị khác; vẫn không được thì hỏi quản trị viên.", "It cannot be shown this way. Choose another period, structure or unit; ask an administrator if that does not help.") }
    func inputFault(_ detail: String) -> String { say("Không thực hiện được như đã yêu cầu; chi tiết (tiếng Anh): \(detail)", detail) }
    var busy: String { say("Kho số liệu đang được ghi. Hãy thử lại sau ít phút.", "Somebody else is writing the store. Try again in a few minutes.") }
    func pageFault(_ name: String, _ example: String) -> String { say("‘\(name)’ phải có dạng \(example), hoặc bỏ đi để xem trang đầu.", "‘\(name)’ must be such as \(example), or be left out for the first page.") }
    var calendarFault: String { say("Lịch (calendar) phải là administrative hoặc calendar.", "The calendar must be administrative or calendar.") }
    var viewFault: String { say("Cơ cấu (view) phải là then, today hoặc một ngày như 2025-07-01.", "The structure (view) must be then, today or a day such as 2025-07-01.") }
    func viewTooEarly(_ day: Day) -> String { say("Ngày \(day.vietnamese) chưa có đơn vị nào trong danh mục. Chọn ngày muộn hơn, hoặc xem như khi đó.", "The register has no unit on \(day.iso). Choose a later day, or the structure as it was then.") }
    func periodFault(_ text: String) -> String { say("‘\(text)’ không phải là kỳ; viết 2025-05, 2025-Q2, 2025-6M, 2025-9M hoặc 2025.", "‘\(text)’ is not a period; write 2025-05, 2025-Q2, 2025-6M, 2025-9M or 2025.") }
    var formPeriodFault: String { say("Cần có kỳ và lịch, như 2025-05 và administrative.", "A period and a calendar are needed, such as 2025-05 and administrative.") }
    var figureFault: String { say("Cần có tên (name) của một con số, như O1.v1/616/2025-05/administrative.", "The name of a figure is needed, such as O1.v1/616/2025-05/administrative.") }
    var explanationFault: String { say("Cần có con số và lời giải trình, không quá 2000 ký tự.", "A figure and a text of at most 2000 signs are needed.") }
    var whyFault: String { say("Cần có lý do hoặc văn bản, không quá 500 ký tự.", "The reason or the document is needed, of at most 500 signs.") }
    var stale: String { say("Biểu mẫu đã quá hạn hoặc không phải của trang này. Trở lại, tải lại trang và gửi lần nữa.", "The form has expired or did not come from this site. Go back, reload the page and send it again.") }
    func internalFault(_ id: String) -> String { say("Có lỗi trong máy chủ. Hãy thử lại; nếu vẫn lỗi, báo quản trị viên mã \(id).", "Something went wrong in the server. Try again; if it stays, tell an administrator the number \(id).") }
    var errorTitle: String { say("Không thực hiện được", "That did not work") }
    var backToStart: String { say("Về trang đầu", "To the first page") }

    // MARK: Filters
    var period: String { say("Kỳ", "Period") }
    var calendar: String { say("Lịch", "Calendar") }
    func calendarName(_ calendar: ReportingCalendar) -> String { calendar == .administrative ? say("Hành chính (15–14)", "Administrative (15th–14th)") : say("Dương lịch (1–cuối tháng)", "Calendar (1st–last)") }
    var unit: String { say("Đơn vị", "Unit") }
    var view: String { say("Cơ cấu", "Structure") }
    var asThen: String { say("Như khi đó", "As it was then") }
    var asToday: String { say("Theo hiện nay", "As of today") }
    func restated(_ day: String) -> String { say("TÍNH LẠI theo cơ cấu ngày \(day)", "RESTATED to the structure of \(day)") }
    var show: String { say("Xem", "Show") }
    var download: String { say("Tải về", "Download") }
    func onlyFirst(_ count: Int, of all: Int) -> String { say("chỉ \(count) hồ sơ đầu trong \(all)", "only the first \(count) of \(all) dossiers") }
    func firstRows(_ count: Int, of all: Int) -> String { say("\(count) dòng đầu trong \(all); tệp tải về có đủ", "the first \(count) of \(all) rows; the download has all") }
    var wholePage: String { say("Cả trang", "Whole page") }
    func nothingStored(_ period: String) -> String { say("Chưa có hồ sơ nào của kỳ \(period).", "Nothing is stored for \(period).") }
    var nothingYet: String { say("Chưa có số liệu nào.", "There are no records yet.") }
    var loadFirst: String { say("Nạp danh mục đơn vị, thủ tục và hồ sơ ở trang “Nạp tệp”, hoặc chọn kỳ khác.", "Load units, procedures and submissions on the page “Upload”, or choose another period.") }
    var chooseOther: String { say("Chọn kỳ khác ở trên, hoặc hỏi cán bộ nhập liệu.", "Choose another period above, or ask who loads the records.") }
    var noUnit: String { say("Đơn vị của bạn không có trong kỳ này (có thể đã sáp nhập hoặc giải thể). Chọn kỳ khác.", "Your unit does not exist in this period (it may have been merged or abolished). Choose another period.") }

    // MARK: Signing in
    var name: String { say("Tên đăng nhập", "Name") }
    var password: String { say("Mật khẩu", "Password") }
    var passwordAgain: String { say("Nhập lại mật khẩu", "The same again") }
    var currentPassword: String { say("Mật khẩu hiện tại", "Current password") }
    var newPassword: String { say("Mật khẩu mới", "New password") }
    var passwordRules: String { say("Ít nhất 12 ký tự; một câu dài dễ nhớ là tốt nhất.", "At least 12 signs; a long sentence that you remember is best.") }
    var changePassword: String { say("Đổi mật khẩu", "Change password") }
    var wrongSignIn: String { say("Tên hoặc mật khẩu không đúng.", "The name or the password is wrong.") }
    var notTheSame: String { say("Hai mật khẩu không giống nhau.", "The two passwords are not the same.") }
    var passwordChanged: String { say("Đã đổi mật khẩu; các phiên khác đã kết thúc.", "The password is changed; other sessions have ended.") }
    var setPassword: String { say("Đặt mật khẩu", "Set your password") }
    func setPasswordFor(_ name: String) -> String { say("Tài khoản \(name). Liên kết này dùng được một lần.", "Account \(name). This link works once.") }
    var linkDead: String { say("Liên kết đã dùng hoặc quá hạn. Xin quản trị viên một liên kết mới.", "The link was used or has expired. Ask an administrator for a new one.") }
    var signInElsewhere: String { say("Đăng nhập một lần (SSO)", "Single sign-on") }
    var noAccountThere: String { say("Chưa có tài khoản nào gắn với người này. Đề nghị quản trị viên.", "No account is linked to this person. Ask an administrator.") }
    var ssoFailed: String { say("Không đăng nhập được qua nhà cung cấp. Hãy thử lại.", "Signing in through the provider failed. Try again.") }
    func role(_ role: Role) -> String {
        switch role {
        case .administrator: say("Quản trị viên", "Administrator")
        case .reviewer: say("Người rà soát cấp tỉnh", "Provincial reviewer")
        case .head: say("Thủ trưởng đơn vị", "Head of unit")
        case .clerk: say("Cán bộ nhập liệu", "Clerk")
        case .auditor: say("Kiểm tra viên", "Auditor")
        }
    }
    var roleTitle: String { say("Vai trò", "Role") }
    var scope: String { say("Phạm vi (mã đơn vị)", "Scope (code of a unit)") }
    var everything: String { say("toàn bộ", "everything") }

    // MARK: Figures
    var figure: String { say("Một con số", "One figure") }
    var numerator: String { say("Tử số", "Numerator") }
    var denominator: String { say("Mẫu số", "Denominator") }
    var definition: String { say("Định nghĩa", "Definition") }
    var source: String { say("Căn cứ", "Source") }
    var basis: String { say("Tính theo ngày", "Counted by") }
    var target: String { say("Chỉ tiêu", "Target") }
    var procedure: String { say("Thủ tục", "Procedure") }
    var channel: String { say("Cách nộp", "Channel") }
    var state: String { say("Trạng thái", "State") }
    var days: String { say("Từ ngày – đến ngày", "From – to") }
    var otherwise: String { say("Trong mẫu số, không trong tử số", "In the denominator, not in the numerator") }
    var excluded: String { say("Trong kỳ, không được tính", "In the period, in neither count") }
    var dossiers: String { say("Hồ sơ", "Dossiers") }
    func dossiersShown(_ from: Int, _ to: Int, of all: Int) -> String { say("Hồ sơ \(from)–\(to) trong \(all).", "Dossiers \(from)–\(to) of \(all).") }
    var noDossierRight: String { say("Vai trò của bạn xem được con số, không xem được mã hồ sơ.", "Your role sees the figure, and not the codes of dossiers.") }
    var counted: String { say("Được tính", "Counted") }
    var yes: String { say("có", "yes") }
    var no: String { say("không", "no") }
    var code: String { say("Mã", "Code") }
    var day: String { say("Ngày", "Day") }
    var payment: String { say("Thanh toán", "Payment") }
    var explanation: String { say("Giải trình", "Explanation") }
    var explain: String { say("Ghi giải trình", "Save explanation") }
    var isFinal: String { say("Kỳ này đã chốt; giải trình không đổi nữa. Mở lại kỳ nếu cần.", "The period is final and its explanations stay as they are. Have the period reopened if that is needed.") }
    var explanationWaits: String { say("Chưa ghi giải trình: có lần khác đang ghi vào kho số liệu. Nội dung vẫn còn ở dưới; ít phút nữa hãy ghi lại.", "The explanation is not saved: somebody else is writing the store. Your words are still below; save them again in a few minutes.") }
    var explanationHint: String { say("In kèm con số từ nay; giải trình cũ được giữ lại.", "Printed with the figure from now on; former ones are kept.") }
    var byChannel: String { say("Theo cách nộp", "By channel") }
    var next: String { say("Tiếp", "Next") }
    var previous: String { say("Trước", "Previous") }
    var older: String { say("Cũ hơn", "Older") }
    var newer: String { say("Mới hơn", "Newer") }
    var noTarget: String { say("không có chỉ tiêu", "no target") }
    var convert: String { say("Hồ sơ cần chuyển", "Should have counted") }
    var add: String { say("Hồ sơ cần thêm", "Further ones needed") }
    var wasRevised: String { say("Đã đính chính", "Revised") }
    var otherMonths: String { say("Kỳ khác", "Other periods") }

    // MARK: Loading
    var when: String { say("Khi nào", "When") }
    var who: String { say("Ai", "Who") }
    var files: String { say("Tệp", "Files") }
    var rows: String { say("Dòng", "Rows") }
    var stored: String { say("Lưu mới", "Stored") }
    var corrected: String { say("Sửa", "Corrected") }
    var known: String { say("Đã có", "Known") }
    var aside: String { say("Để riêng", "Kept aside") }
    var kind: String { say("Loại", "Kind") }
    var undo: String { say("Hoàn tác lần nhập", "Take the import back") }
    func undoQuestion(_ number: Int) -> String { say("Hoàn tác lần nhập \(number)? Nạp lại tệp thì lấy lại được.", "Take import \(number) back? Loading its files again undoes that.") }
    func undone(_ number: Int) -> String { say("Đã hoàn tác lần nhập \(number).", "Import \(number) was taken back.") }
    var wasUndone: String { say("đã hoàn tác", "taken back") }
    var refusals: String { say("Dòng để riêng", "Rows kept aside") }
    var noRefusals: String { say("Không có dòng nào để riêng.", "No row was kept aside.") }
    var place: String { say("Ở đâu", "Where") }
    var fault: String { say("Lỗi và cách sửa", "Fault and remedy") }
    var noImports: String { say("Chưa nhập tệp nào. Bắt đầu ở trang “Nạp tệp”.", "Nothing was imported yet. Begin on the page “Upload”.") }
    var chooseFiles: String { say("Chọn tệp hoặc kéo thả vào đây", "Choose files or drop them here") }
    func uploadExplained(_ megabytes: Int) -> String { say("CSV, Excel (.xlsx), JSON hoặc YAML, đến \(megabytes) MB. Trước hết chỉ đọc thử: bạn thấy những gì sẽ được lưu, sửa, để riêng, rồi mới xác nhận.", "CSV, Excel (.xlsx), JSON or YAML, up to \(megabytes) MB. First it is only rehearsed: you see what would be stored, corrected, kept aside, and then you confirm.") }
    var exported: String { say("Xuất lúc (nếu danh sách không ghi ngày cập nhật)", "Exported at (for lists that do not say when rows changed)") }
    var exportedFault: String { say("Lúc xuất phải có dạng 2025-05-20T08:00.", "The moment of the export must be such as 2025-05-20T08:00.") }
    var profile: String { say("Bảng ánh xạ cột (YAML, nếu cần)", "Mapping profile (YAML, where needed)") }
    var rehearse: String { say("Đọc thử", "Rehearse") }
    var rehearsal: String { say("Kết quả đọc thử – chưa lưu gì", "Rehearsal – nothing is stored yet") }
    var confirm: String { say("Xác nhận và lưu", "Confirm and store") }
    var discard: String { say("Bỏ", "Discard") }
    var working: String { say("Đang xử lý…", "Working…") }
    var uploadFailed: String { say("Không đọc được tệp", "The file cannot be used") }
    var nothingNew: String { say("Không có gì mới: mọi dòng đã có.", "Nothing new: every row is known.") }
    var droppedColumns: String { say("Cột không đọc", "Columns not read") }
    func moreRefusals(_ count: Int) -> String { say("… và \(count) dòng nữa, xem tệp CSV.", "… and \(count) more, see the CSV file.") }
    var wasStored: String { say("Đã lưu.", "It is stored.") }
    var uploadsWait: String { say("Bạn đang có hai lần nạp chưa xong; chờ lần nạp trước xong rồi gửi tiếp.", "Two of your uploads are not finished; wait for the one before, and send this one then.") }
    func uploadsAhead(_ count: Int) -> String { say("Đang chờ: còn \(count) lần nạp ở trước.", "Waiting: \(count) before this one.") }
    var uploadGone: String { say("Lần nạp này không còn. Nạp lại tệp.", "This upload is gone. Upload the file again.") }
    var onlyOwnUnits: String { say("Phạm vi của bạn chỉ gồm một phần tỉnh: chỉ nạp được hồ sơ, giao dịch, tài khoản và xác nhận không phát sinh của các đơn vị mình.", "Your scope is a part of the province: you may load submissions, payments, accounts and confirmed zeros of your own units.") }
    func foreignUnit(_ code: String) -> String { say("Tệp có dòng của đơn vị \(code), ngoài phạm vi của bạn; bỏ những dòng đó rồi nạp lại.", "The file has rows of unit \(code), outside your scope; take them out and upload it again.") }

    // MARK: Periods and publications
    var reason: String { say("Lý do hoặc văn bản", "Reason or document") }
    var override: String { say("Lý do chốt khi số liệu còn thiếu", "Reason for freezing although something is missing") }
    var freeze: String { say("Chốt số liệu", "Freeze") }
    var review: String { say("Đưa ra rà soát", "Put into review") }
    var reopen: String { say("Mở lại", "Reopen") }
    var publish: String { say("Công bố và tải về", "Publish and download") }
    func done(_ what: String) -> String {
        switch what {
        case "undone": say("Đã hoàn tác lần nhập.", "The import was undone.")
        case "review": say("Đã gửi dự thảo cho các đơn vị.", "The draft went to the units.")
        case "freeze": say("Đã chốt số liệu.", "The figures are final.")
        case "reopen": say("Đã mở lại kỳ.", "The period is open again.")
        case "explain": say("Đã ghi giải trình.", "The explanation is kept.")
        case "role": say("Đã đổi vai trò.", "The role was changed.")
        case "disable": say("Đã khóa tài khoản.", "The account is disabled.")
        case "enable": say("Đã mở tài khoản.", "The account is enabled.")
        case "link": say("Đã liên kết đăng nhập một lần.", "Single sign-on is linked.")
        case "mail": say("Đã ghi địa chỉ thư.", "The address is kept.")
        case "revoke": say("Đã thu hồi mã truy cập.", "The token was revoked.")
        case "pause": say("Đã tạm dừng lịch.", "The schedule is paused.")
        case "resume": say("Lịch đã chạy tiếp.", "The schedule goes on.")
        case "run": say("Đã đưa vào hàng đợi; kết quả hiện ở trang này.", "It is queued; what becomes of it shows here.")
        default: say("Đã thực hiện.", "Done.")
        }
    }
    var standing: String { say("Tình trạng kỳ", "Standing of the period") }
    var decisions: String { say("Quyết định", "Decisions") }
    var missingDays: String { say("Ngày thiếu", "Days missing") }
    var lowDays: String { say("Ngày thấp", "Days low") }
    var reported: String { say("Đã báo cáo", "Reported") }
    var recipients: String { say("Nơi nhận", "Recipients") }
    var noPublications: String { say("Chưa công bố gì. Chốt kỳ rồi công bố ở trang “Kỳ báo cáo”.", "Nothing was published yet. Freeze a period and publish it on the page “Periods”.") }
    var rebuild: String { say("Làm lại và so sánh", "Rebuild and compare") }
    var same: String { say("Giống từng byte.", "The same to the byte.") }
    var notAsPublished: String { say("Không lập lại được đúng tệp đã công bố; quản trị viên xem bằng “Làm lại và so sánh”.", "The file cannot be made again as it was published; an administrator finds out by “Rebuild and compare”.") }
    var different: String { say("Khác:", "Different:") }
    var units: String { say("Đơn vị theo thời gian", "Units through time") }
    var events: String { say("Sắp xếp tổ chức", "Reorganisations") }
    var targets: String { say("Chỉ tiêu theo thời gian", "Targets through time") }
    var validFrom: String { say("Từ", "From") }
    var validTo: String { say("Đến", "To") }
    var document: String { say("Văn bản", "Document") }
    var event: String { say("Sự việc", "Event") }
    var level: String { say("Cấp", "Level") }
    var parent: String { say("Trực thuộc", "Below") }
    var appliesTo: String { say("Áp dụng cho", "Applies to") }

    // MARK: Search, accounts, audit
    func found(_ count: Int, _ text: String) -> String { say("\(count) kết quả cho “\(text)”.", "\(count) results for “\(text)”.") }
    var typeSomething: String { say("Gõ tên hoặc mã; có dấu hay không dấu đều được.", "Type a name or a code, with or without diacritics.") }
    var reports: String { say("Báo cáo", "Reports") }
    var procedures: String { say("Thủ tục", "Procedures") }
    var addUser: String { say("Thêm tài khoản", "Add an account") }
    var nameFault: String { say("Tên đăng nhập chỉ gồm 1 đến 64 chữ không dấu, chữ số và các dấu . _ - @.", "A name has 1 to 64 letters without marks, digits and the signs . _ - @ only.") }
    func nameTaken(_ name: String) -> String { say("Đã có tài khoản ‘\(name)’; chọn tên khác.", "There is an account ‘\(name)’ already; choose another name.") }
    var noSuchAccount: String { say("Không có tài khoản tên này.", "There is no account of that name.") }
    var roleFault: String { say("Vai trò phải là một trong các vai trò của danh sách.", "The role must be one of the list.") }
    var headNeedsScope: String { say("Thủ trưởng đơn vị cần phạm vi: mã của đơn vị.", "A head of unit needs a scope: the code of the unit.") }
    var administratorSeesAll: String { say("Quản trị viên xem toàn bộ; để trống phạm vi, hoặc chọn vai trò khác.", "An administrator sees everything; leave the scope empty, or choose another role.") }
    func scopeFault(_ code: String) -> String { say("Danh mục không có đơn vị ‘\(code)’; nạp đơn vị trước, hoặc sửa mã.", "The register has no unit ‘\(code)’; load it first, or correct the code.") }
    var lastAdministrator: String { say("Đây là quản trị viên cuối cùng; trước hết giao vai trò này cho một tài khoản khác.", "This is the last administrator; make another account one first.") }
    var mailFault: String { say("Địa chỉ thư phải có dạng vanphong@example.vn, không dấu, không quá 254 ký tự.", "The address must be such as vanphong@example.vn, without marks, of at most 254 signs.") }
    func subjectTaken(_ name: String) -> String { say("Người này đã gắn với tài khoản ‘\(name)’.", "This person is linked to account ‘\(name)’ already.") }
    var subjectFault: String { say("Mã người ở nhà cung cấp chỉ gồm chữ không dấu, chữ số và dấu, không quá 255 ký tự.", "A provider names a person by at most 255 letters without marks, digits and signs.") }
    var tokenFault: String { say("Cần một nhãn và ít nhất một trong read, write, metrics.", "A label and at least one of read, write, metrics are needed.") }
    var displayName: String { say("Chức danh hiển thị", "Name shown") }
    var disable: String { say("Khóa", "Disable") }
    var enable: String { say("Mở khóa", "Enable") }
    var reset: String { say("Liên kết đặt lại mật khẩu", "Link to reset the password") }
    var subject: String { say("Người này ở nhà cung cấp đăng nhập (sub)", "The person at the sign-on provider (sub)") }
    var link: String { say("Gắn", "Link") }
    var filedAtCounter: String { say("Hồ sơ nộp tại quầy", "Filed at the counter") }
    var mail: String { say("Thư nhận báo cáo", "Mail for reports") }
    var change: String { say("Đổi", "Change") }
    var seeAs: String { say("Xem như", "See as") }
    var disabled: String { say("đã khóa", "disabled") }
    var tokens: String { say("Mã truy cập API", "API tokens") }
    var label: String { say("Nhãn", "Label") }
    var makeToken: String { say("Tạo mã", "Make a token") }
    var revoke: String { say("Thu hồi", "Revoke") }
    func tokenOnce(_ token: String) -> String { say("Chép ngay, chỉ hiện một lần: \(token)", "Copy it now, it is shown once: \(token)") }
    func linkOnce(_ link: String) -> String { say("Gửi liên kết này cho người dùng (hiệu lực 24 giờ, một lần): \(link)", "Give this link to the person (24 hours, works once): \(link)") }
    var lastUsed: String { say("Dùng gần nhất", "Last used") }
    var what: String { say("Việc", "What") }
    var detail: String { say("Chi tiết", "Detail") }
    var recordsLog: String { say("Số liệu và quyết định", "Records and decisions") }
    var accessLog: String { say("Truy cập", "Access") }
    var nothingLogged: String { say("Chưa có gì.", "Nothing yet.") }
    var tooSlow: String { say("Gửi quá chậm nên máy chủ thôi chờ. Kiểm tra đường truyền rồi gửi lại.", "It came too slowly, and the server waits no longer. Check the connection and send it again.") }
    var diskFull: String { say("Đĩa của máy chủ không còn chỗ cho tệp này. Báo quản trị viên rồi gửi lại.", "The disk of the server has no room for this. Tell an administrator, and send it again after that.") }
    var storeBusy: String { say("Chưa lưu gì: có lần khác đang ghi vào kho số liệu. Tệp vẫn còn ở đây; ít phút nữa hãy xác nhận lại.", "Nothing is stored: somebody else is writing the store. The files are still here; confirm them again in a few minutes.") }
    func tooLarge(_ megabytes: Int) -> String { say("Nhiều hơn \(megabytes) MB. Gửi từng tệp, hoặc nén bằng gzip.", "More than \(megabytes) MB. Send the files one by one, or packed with gzip.") }

    // MARK: Schedules
    var schedule: String { say("Lịch", "Schedule") }
    var runTitle: String { say("Lần chạy", "Run") }
    var onlyWhereMissing: String { say("Chỉ đơn vị thiếu dữ liệu", "Only units with gaps") }
    var condition: String { say("Điều kiện", "Condition") }
    func gate(_ gate: String) -> String {
        switch gate {
        case "final": say("Đã chốt số liệu", "Figures are final")
        case "complete": say("Đủ số liệu", "Records are complete")
        default: say("Gửi cả khi tạm tính", "Provisional too")
        }
    }
    func recipient(_ word: String) -> String {
        let name = word.split(separator: ":", maxSplits: 1).last.map(String.init) ?? word
        return switch word.prefix(while: { $0 != ":" }) {
        case "role": Role(rawValue: name).map(role) ?? name
        case "folder": say("thư mục \(name)", "folder \(name)")
        case "webhook": say("webhook \(name)", "webhook \(name)")
        default: name
        }
    }
    func runState(_ state: RunState) -> String {
        switch state {
        case .due: say("đến hạn", "due")
        case .making: say("đang làm", "being made")
        case .made: say("đã lập", "made")
        case .sent: say("đã gửi", "sent")
        case .failed: say("lỗi", "failed")
        case .skipped: say("bỏ qua", "skipped")
        }
    }
    var nextTime: String { say("Lần tới", "Next") }
    var lastTime: String { say("Lần gần nhất", "Last") }
    var nextTen: String { say("Mười lần tới", "The next ten") }
    var runs: String { say("Các lần chạy", "Runs") }
    var dueAt: String { say("Đến hạn", "Due") }
    var tries: String { say("Số lần thử", "Tries") }
    var nextTry: String { say("Thử lại lúc", "Next try") }
    var notices: String { say("Báo cho người phụ trách", "Notices to the owner") }
    var sentAt: String { say("Đã gửi lúc", "Sent") }
    var steps: String { say("Các bước", "Steps") }
    var pause: String { say("Tạm dừng", "Pause") }
    var resume: String { say("Chạy tiếp", "Resume") }
    var runNow: String { say("Chạy ngay", "Run now") }
    var again: String { say("Làm lại", "Do it again") }
    func pausedBy(_ name: String) -> String { say("Tạm dừng bởi \(name)", "Paused by \(name)") }
    var mayHaveArrived: String { say("có thể đã đến", "may have arrived") }
    var notEnded: String { say("Lần chạy này chưa kết thúc; không cần làm lại.", "This run has not ended; it need not be done again.") }
    var noSchedules: String { say("Chưa có lịch nào. Thêm vào reports/schedules.yaml.", "There is no schedule. Add one to reports/schedules.yaml.") }
    var nothingRunYet: String { say("Chưa có lần chạy nào.", "Nothing has run yet.") }
    var nothingSentYet: String { say("Chưa có gì được gửi.", "Nothing was sent yet.") }
    var noNotices: String { say("Không có thông báo nào.", "There are no notices.") }
    func holidaysKnownTo(_ day: String) -> String { say("Ngày nghỉ mới biết đến \(day) (reports/holidays.yaml); sau đó chỉ tính cuối tuần.", "Holidays are known to \(day) only (reports/holidays.yaml); later days count weekends alone.") }
    var noWayOut: String { say("Chưa gửi gì ra ngoài: cấu hình chưa có máy chủ thư, thư mục hay webhook (mục delivery).", "Nothing goes out: the settings name no mail server, folder or webhook (delivery).") }
}
