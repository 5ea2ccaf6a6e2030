internal import Adoption
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Pipeline
internal import Rendering

/// What a request is answered with.
struct Answer: Sendable {
    var status: HTTPResponse.Status = .ok
    var contentType: String
    var bytes: ByteBuffer
    var headers: [(HTTPField.Name, String)] = []
    /// What is written as it comes, in the place of the bytes.
    var stream: ResponseBody?

    static func page(_ markup: Markup, status: HTTPResponse.Status = .ok) -> Answer {
        Answer(status: status, contentType: "text/html; charset=utf-8", bytes: ByteBuffer(string: markup.html))
    }

    static func redirect(to place: String) -> Answer { Answer(status: .seeOther, contentType: "text/plain; charset=utf-8", bytes: ByteBuffer(), headers: [(.location, place)]) }

    static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> Answer { Answer(contentType: type, bytes: ByteBuffer(string: text)) }

    /// A file to keep. Nothing is ever shown in the browser as what it came as.
    static func file(_ name: String, _ bytes: [UInt8], type: String) -> Answer {
        // RFC 6266: a plain name, and the real one for browsers that know RFC 8187.
        let plain = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_" })
        return Answer(contentType: type, bytes: ByteBuffer(bytes: bytes), headers: [(.contentDisposition, "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(percentEncoded(name))")])
    }

    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Answer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Answer(status: status, contentType: "application/json", bytes: ByteBuffer(bytes: try encoder.encode(value)))
    }

    var response: Response {
        var fields: HTTPFields = [.contentType: contentType]
        for (name, value) in headers { fields.append(HTTPField(name: name, value: value)) }
        return Response(status: status, headers: fields, body: stream ?? ResponseBody(byteBuffer: bytes))
    }
}

/// Why a request is not answered as it was asked.
enum Refused: Error, Equatable {
    case unauthenticated
    case forbidden
    /// There is no such thing, or not for this reader: which of the two is not told.
    case notFound
    /// It is there, outside the reader's scope: answered as what is not there, and noted. What it is holds codes and numbers that the store knows, never what was typed.
    case outside(String)
    /// What is asked for within the reader's scope is not there, and this is why.
    case absent(String)
    case bad(String, field: String? = nil)
    case conflict(String)
    case tooLarge(String)
    case unsupported(String)
    case tooMany(seconds: Int)
    /// Something of the same account has to end first.
    case waiting(String)
    case busy(String)
    /// It came too slowly to be waited for.
    case tooSlow
    /// The disk has no room for it.
    case full(String)
    /// A form that did not come from a page of ours.
    case stale

    var status: HTTPResponse.Status {
        switch self {
        case .unauthenticated: .unauthorized
        case .forbidden, .stale: .forbidden
        case .notFound, .outside, .absent: .notFound
        case .bad: .badRequest
        case .conflict: .conflict
        case .tooLarge: .contentTooLarge
        case .unsupported: .unsupportedMediaType
        case .tooMany, .waiting: .tooManyRequests
        case .busy: .serviceUnavailable
        case .tooSlow: .requestTimeout
        case .full: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
        }
    }

    var code: String {
        switch self {
        case .unauthenticated: "unauthenticated"
        case .forbidden, .stale: "forbidden"
        case .notFound, .outside, .absent: "not-found"
        case .bad: "bad-request"
        case .conflict: "conflict"
        case .tooLarge: "too-large"
        case .unsupported: "unsupported"
        case .tooMany, .waiting: "rate-limited"
        case .busy: "busy"
        case .tooSlow: "too-slow"
        case .full: "disk-full"
        }
    }

    /// When to try it again; nil where that helps nothing.
    var secondsToWait: Int? {
        switch self {
        case .tooMany(let seconds): seconds
        case .waiting: 30
        default: nil
        }
    }

    /// What somebody asked for without the right to it, for the log of accesses: empty where the address says all, nil for every other reason.
    var denied: String? {
        switch self {
        case .forbidden: ""
        case .outside(let what): what
        default: nil
        }
    }

    var field: String? { if case .bad(_, let field) = self { field } else { nil } }

    func message(_ words: Phrases) -> String {
        switch self {
        case .unauthenticated: words.signInFirst
        case .forbidden: words.notAllowed
        case .notFound, .outside: words.notThere
        case .absent(let message), .bad(let message, _), .conflict(let message), .tooLarge(let message), .unsupported(let message), .busy(let message), .full(let message), .waiting(let message): message
        case .tooMany(let seconds): words.tooMany(seconds)
        case .tooSlow: words.tooSlow
        case .stale: words.stale
        }
    }
}
