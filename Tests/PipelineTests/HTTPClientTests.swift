import Foundation
@testable import Pipeline
import Testing
import TestSupport

/// The client against a real server on this machine.
@Suite struct HTTPClientTests {
    private static let script = Repository.root + "/Tests/PipelineTests/answers.py"

    private func server(_ arguments: [String] = []) throws -> LocalServer { try LocalServer("/usr/bin/python3", [Self.script] + arguments) }

    private func text(_ answer: HTTPAnswer) -> String { String(decoding: answer.body, as: UTF8.self) }

    @Test(arguments: [
        "http://sso.example.vn/", "http://127.0.0.1.example.vn/", "http://127.0.0.2/", "http://169.254.169.254/latest", "http://localhost.example.vn/",
        "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1/", "//127.0.0.1/", "127.0.0.1", "", "https://",
        "http://admin@127.0.0.1/", "http://127.0.0.1@example.vn/", "http://127.0.0.1\\@example.vn/", "http://127.0.0.1:8080#@example.vn:x y",
        "http://127.0.0.1/\r\nHost: example.vn", "http://127.0.0.1/\u{0}", "https://sở.example.vn/", "https://example.vn/" + String(repeating: "x", count: 9_000),
    ])
    func whatIsNeitherHTTPSNorThisMachineIsNotAsked(_ url: String) {
        #expect(throws: HTTPError.self) { try HTTPClient.place(of: url) }
        #expect(throws: HTTPError.self) { try HTTPClient().get(url) }
    }

    @Test func theMachineItselfIsKnownInEverySpelling() throws {
        for url in ["http://127.0.0.1:1/", "http://localhost", "HTTP://LOCALHOST:8080/x", "http://[::1]/", "http://0x7f000001/", "http://2130706433/", "https://localhost/"] {
            #expect(try HTTPClient.place(of: url) == .loopback, "\(url)")
        }
        #expect(try HTTPClient.place(of: "https://sso.example.vn/realms/tinh?x=1") == .elsewhere)
    }

    @Test func anErrorNeverShowsTheQuery() {
        for url in ["http://example.vn/a?code=canary", "http://127.0.0.1:1/a?code=canary", "http://example.vn/a#canary"] {
            let error = #expect(throws: HTTPError.self) { try HTTPClient().get(url) }
            #expect(error?.description.contains("/a") == true && error?.description.contains("canary") == false)
        }
    }

    @Test func formsAndSecretsAreSentAsTheStandardSays() throws {
        let server = try server()
        defer { server.stop() }
        let url = "http://127.0.0.1:\(server.port)"
        #expect(text(try HTTPClient().get(url + "/a?b=c", bearer: "t0k")) == "/a?b=c Bearer t0k")
        #expect(text(try HTTPClient().get(url + "/")) == "/ None")
        let answer = try HTTPClient().post(url + "/", form: [("code", "a+b &=ế"), ("empty", "")], basic: ("up take", "s:ế"))
        // base 64 of "up%20take:s%3A%E1%BA%BF"
        #expect(text(answer) == "application/x-www-form-urlencoded Basic dXAlMjB0YWtlOnMlM0ElRTElQkElQkY= code=a%2Bb%20%26%3D%E1%BA%BF&empty=")
        #expect(throws: HTTPError.self) { try HTTPClient().get(url, bearer: "a\r\nX: y") }
        #expect(text(try HTTPClient().post(url + "/", json: Array(#"{"a":"ế"}"#.utf8), headers: [("Authorization", "Key 7")])) == #"application/json Key 7 {"a":"ế"}"#)
        #expect(text(try HTTPClient().post(url + "/", json: [])) == "application/json None ", "an empty body is one too")
        #expect(throws: HTTPError.self) { try HTTPClient().post(url + "/", json: [], headers: [("X-Key", "a\r\nX: y")]) }
    }

    @Test func everySignThatMeansSomethingInAnAddressIsEncoded() {
        #expect(percentEncoded("Aa09-._~") == "Aa09-._~")
        #expect(percentEncoded("a b/c?d=e&f%ế\n") == "a%20b%2Fc%3Fd%3De%26f%25%E1%BA%BF%0A")
    }

    @Test func anErrorSaysWhetherTheRequestHasLeft() throws {
        let server = try server()
        defer { server.stop() }
        let late = #expect(throws: HTTPError.self) { try HTTPClient(seconds: 1).get("http://127.0.0.1:\(server.port)/slow") }
        #expect(late?.mayHaveArrived == true)
        let nobody = #expect(throws: HTTPError.self) { try HTTPClient().get("http://127.0.0.1:1/") }
        #expect(nobody?.mayHaveArrived == false)
    }

    @Test func anAnswerIsTakenAsItIs() throws {
        let server = try server()
        defer { server.stop() }
        let url = "http://127.0.0.1:\(server.port)"
        let redirect = try HTTPClient().get(url + "/redirect")
        #expect(redirect.status == 302 && redirect.redirect == url + "/hello" && redirect.body.isEmpty, "nobody went there")
        let missing = try HTTPClient().get(url + "/missing")
        #expect(missing.status == 404 && missing.contentType == "application/json" && missing.redirect == nil)
    }

    @Test func anAnswerThatIsTooLongOrTooLateIsNone() throws {
        let server = try server()
        defer { server.stop() }
        let url = "http://127.0.0.1:\(server.port)"
        for path in ["/long", "/endless"] {
            let error = #expect(throws: HTTPError.self) { try HTTPClient().get(url + path) }
            #expect(error?.description.contains("longer than 1048576 bytes") == true, "\(path): \(error?.description ?? "")")
        }
        #expect(throws: HTTPError.self) { try HTTPClient(seconds: 1).get(url + "/slow") }
    }

    @Test func aCertificateOfNoKnownAuthorityIsRefused() throws {
        let folder = try Folder()
        let server = try server([folder.path])
        defer { server.stop() }
        let url = "https://localhost:\(server.port)/"
        let error = #expect(throws: HTTPError.self) { try HTTPClient().get(url) }
        #expect(error?.description.contains("certificate") == true, "\(error?.description ?? "")")
        let client = HTTPClient(authorities: folder.path + "/authority.pem")
        #expect(try client.get(url).status == 200)
        #expect(throws: HTTPError.self, "the certificate is for another name") { try client.get("https://127.0.0.1:\(server.port)/") }
    }
}
