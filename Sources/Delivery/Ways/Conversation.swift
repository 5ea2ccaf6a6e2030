internal import CCurl

/// What a mail server said to a command.
struct Reply: Hashable, Sendable {
    /// `RCPT`; "the message" for what came after its end, and empty for the greeting.
    let command: String
    let code: Int
    let text: String

    /// 2 for yes, 3 for go on, 4 for not now, 5 for no (RFC 5321, section 4.2.1).
    var kind: Int { code / 100 }

    /// It is about this reader or this letter, and another try would be answered in the same way.
    var isFinal: Bool {
        switch command {
        case "RCPT", "DATA", Reply.ofMessage: kind == 5 && code != 530
        case "MAIL": code == 552
        default: false
        }
    }

    /// Without what a server might repeat of a password.
    var shown: String { command == "AUTH" || text.isEmpty ? "\(code)" : "\(code) \(text)" }

    static let ofMessage = "the message"
}

/// The talk with a mail server while libcurl leads it: hands out the last part of the message, hears every reply, and loses its patience.
///
/// It is a class because libcurl hands a pointer to it back.
final class Conversation {
    /// The newest reply before the handover.
    private(set) var reply: Reply?
    /// The reply to the whole message.
    private(set) var verdict: Reply?
    private(set) var isHandedOver = false
    /// What the handover threw.
    private(set) var error: (any Error)?
    /// For how many seconds the server was silent when that was too long; nil when it never was.
    private(set) var silence: Int?

    private let last: [UInt8]
    private var given = 0
    private var handover: (() throws -> Void)?
    private let seconds: Int
    private let lastSeconds: Int
    private var lastSign = ContinuousClock.now
    private var transferred = 0
    private var command = ""
    private var isLeaving = false
    private var heard: [UInt8] = []
    private var lines: [String] = []

    init(last: [UInt8], seconds: Int, lastSeconds: Int, handover: @escaping () throws -> Void) {
        self.last = last
        self.seconds = seconds
        self.lastSeconds = lastSeconds
        self.handover = handover
    }

    /// Lets go of what it was lent.
    func end() { handover = nil }

    /// How many seconds the server may be silent now.
    private var patience: Int {
        if isLeaving || verdict != nil { return min(seconds, 5) }
        return isHandedOver ? lastSeconds : seconds
    }

    /// Fills the room with bytes of the last part. The very last byte goes in a call of its own: libcurl asks again when what it had is with the connection.
    ///
    /// - Returns: how many; nil ends the transfer.
    func give(_ room: UnsafeMutableRawBufferPointer) -> Int? {
        lastSign = ContinuousClock.now
        let left = last.count - given
        if left <= 1, !isHandedOver {
            do { try handover?() } catch {
                self.error = error
                return nil
            }
            isHandedOver = true
            lastSign = ContinuousClock.now
        }
        let count = min(room.count, left > 1 ? left - 1 : left)
        room.copyBytes(from: last[given..<given + count])
        given += count
        return count
    }

    /// Takes what went over the connection as a command or a reply.
    func hear(_ type: curl_infotype, _ bytes: UnsafeRawBufferPointer) {
        lastSign = ContinuousClock.now
        switch type {
        case CURLINFO_HEADER_OUT: begin(bytes)
        case CURLINFO_HEADER_IN:
            heard += bytes
            while let end = heard.firstIndex(of: UInt8(ascii: "\n")) {
                take(heard[..<end])
                heard.removeSubrange(...end)
            }
            if heard.count > Conversation.longestLine { heard = [] }
        default: break
        }
    }

    /// - Returns: whether to go on.
    func goesOn(transferred: Int) -> Bool {
        if transferred != self.transferred { (self.transferred, lastSign) = (transferred, ContinuousClock.now) }
        guard silence == nil else { return false }
        if lastSign.duration(to: ContinuousClock.now) <= .seconds(patience) { return true }
        silence = patience
        return false
    }

    private static let longestLine = 1 << 16
    private static let verbs: Set<String> = ["EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]

    /// Names and passwords go out between two replies to AUTH: they are no verbs, and nothing of them is kept.
    private func begin(_ bytes: UnsafeRawBufferPointer) {
        let word = String(decoding: bytes.prefix { $0 > 0x20 }.prefix(8), as: UTF8.self).uppercased()
        if Conversation.verbs.contains(word) { command = word }
        if command == "QUIT" { isLeaving = true }
        lines = []
    }

    private func take(_ line: ArraySlice<UInt8>) {
        guard line.count >= 3, let code = Int(String(decoding: line.prefix(3), as: UTF8.self)), (200..<600).contains(code) else { return }
        // A hyphen after the code says that more lines follow.
        let isWhole = line.dropFirst(3).first != UInt8(ascii: "-")
        if lines.count < 10 { lines.append(String(decoding: line.dropFirst(4), as: UTF8.self)) }
        guard isWhole else { return }
        let text = oneLine(lines.joined(separator: " "))
        lines = []
        // What is answered to the goodbye is not about the message.
        guard !isLeaving else { return }
        let reply = Reply(command: isHandedOver ? Reply.ofMessage : command, code: code, text: String(text.prefix(200)))
        if !isHandedOver { self.reply = reply } else if verdict == nil { verdict = reply }
    }
}

// MARK: - What libcurl calls

func giveLastPart(_ room: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?) -> Int {
    guard let room, let context else { return Int(CURL_READFUNC_ABORT) }
    return Unmanaged<Conversation>.fromOpaque(context).takeUnretainedValue().give(UnsafeMutableRawBufferPointer(start: room, count: size * count)) ?? Int(CURL_READFUNC_ABORT)
}

func hearConversation(_ handle: UnsafeMutableRawPointer?, _ type: curl_infotype, _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?) -> Int32 {
    guard let context else { return 0 }
    Unmanaged<Conversation>.fromOpaque(context).takeUnretainedValue().hear(type, UnsafeRawBufferPointer(start: bytes, count: count))
    return 0
}

func watchConversation(_ context: UnsafeMutableRawPointer?, _ downTotal: Int, _ down: Int, _ upTotal: Int, _ up: Int) -> Int32 {
    guard let context else { return 0 }
    return Unmanaged<Conversation>.fromOpaque(context).takeUnretainedValue().goesOn(transferred: down + up) ? 0 : 1
}
