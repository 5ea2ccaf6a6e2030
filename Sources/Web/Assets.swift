internal import Adoption
internal import Hashing
internal import HTTPTypes
internal import NIOCore
internal import Pipeline

/// The looks, read once.
struct Assets: Sendable {
    private let files: [String: (bytes: [UInt8], type: String, tag: String)]
    let openAPI: [UInt8]

    /// - Throws: when one of them is not there.
    init(_ home: Home) throws {
        func file(_ name: String) throws -> [UInt8] {
            guard let bytes = try home.asset(name) else { throw InputError("dashboards/\(name) is missing; install the whole of uptake, or name its folder with 'home' in the settings") }
            return bytes
        }
        var files: [String: (bytes: [UInt8], type: String, tag: String)] = [:]
        for (name, bytes, type) in [
            ("site.css", try file("assets/site.css"), "text/css; charset=utf-8"), ("site.js", try file("assets/site.js"), "text/javascript; charset=utf-8"),
            ("report.css", Array(home.stylesheet.utf8), "text/css; charset=utf-8"),
        ] {
            files[name] = (bytes, type, "\"" + bytes.withUnsafeBytes { Digest.sha256($0) }.prefix(16) + "\"")
        }
        self.files = files
        openAPI = try file("openapi.json")
    }

    func answer(_ name: String, knownTag: String?) throws -> Answer {
        guard let file = files[name] else { throw Refused.notFound }
        // Asked again each time, and answered with nothing when nothing has changed.
        let headers: [(HTTPField.Name, String)] = [(.cacheControl, "no-cache"), (.eTag, file.tag)]
        if knownTag == file.tag { return Answer(status: .notModified, contentType: file.type, bytes: ByteBuffer(), headers: headers) }
        return Answer(contentType: file.type, bytes: ByteBuffer(bytes: file.bytes), headers: headers)
    }
}
