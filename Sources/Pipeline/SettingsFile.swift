internal import Adoption
internal import FoundationEssentials
internal import Ingestion
package import Reporting

/// What an office decides about its server: `settings.yaml`, or the variables named beside each.
package struct Settings: Sendable {
    /// The address and port that connections are taken at. UPTAKE_LISTEN.
    package var host = "127.0.0.1"
    package var port = 8080
    /// What people type: links in messages and the place to come back to from single sign-on begin with it. UPTAKE_PUBLIC_URL.
    package var publicURL = "http://127.0.0.1:8080"
    /// UPTAKE_STORE
    package var store = "uptake.sqlite"
    /// Accounts, sessions, tokens, and who did what with them. UPTAKE_ACCOUNTS.
    package var accounts = ""
    /// UPTAKE_PSEUDONYM_KEY
    package var pseudonymKey: String?
    /// The folder that holds `reports/` and `dashboards/`. UPTAKE_HOME.
    package var home: String?
    /// Where files wait between being uploaded and being confirmed. UPTAKE_UPLOADS.
    package var uploads = ""
    /// What pages are written in before a reader chooses. UPTAKE_LANGUAGE.
    package var language = Language.vietnamese
    /// A session ends so long after the last request, and so long after its beginning.
    package var idleMinutes = 30
    package var absoluteHours = 12
    package var uploadMegabytes = 100
    /// From one address.
    package var requestsPerMinute = 600
    /// A file with a line for each request; nil for standard output. UPTAKE_LOG.
    package var log: String?
    /// A proxy on this machine says who asks, in X-Forwarded-For. UPTAKE_PROXY.
    package var isBehindProxy = false
    package var singleSignOn: SingleSignOnSettings?
    package var delivery = Delivery()

    /// How a provider of OpenID Connect is asked.
    package struct SingleSignOnSettings: Sendable {
        package let issuer: String
        package let clientID: String
        package let clientSecretFile: String
        /// What stands on the button.
        package let button: String
    }

    private var hasPublicURL = false

    package init() {}

    /// - Parameters:
    ///   - path: nil for the defaults.
    ///   - environment: overrides what the file says.
    /// - Throws: what is wrong, with file, line and remedy.
    package init(path: String?, environment: [String: String]) throws {
        if let path {
            let file = try Definition(path: path, name: path)
            try read(file)
        }
        try override(environment)
        if accounts.isEmpty { accounts = Settings.beside(store, "uptake-accounts.sqlite") }
        if uploads.isEmpty { uploads = Settings.beside(store, "uptake-uploads") }
        if delivery.ledger.isEmpty { delivery.ledger = Settings.beside(store, "uptake-deliveries.sqlite") }
        if delivery.folder.isEmpty { delivery.folder = Settings.beside(store, "uptake-made") }
        try check()
    }

    private static func beside(_ store: String, _ name: String) -> String {
        let folder = store.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return folder.isEmpty ? (store.hasPrefix("/") ? "/" + name : name) : folder + "/" + name
    }

    private mutating func read(_ file: Definition) throws(InputError) {
        try file.allow(["listen", "public_url", "store", "accounts", "pseudonym_key", "home", "uploads", "language", "session", "limits", "log", "proxy", "sso", "delivery"])
        if let text = try file.optionalText("listen") {
            guard listen(text) else { throw file.fault("listen", "'listen' must be an address and a port, such as 127.0.0.1:8080") }
        }
        hasPublicURL = file.has("public_url")
        publicURL = try file.optionalText("public_url") ?? "http://\(host):\(port)"
        store = try file.optionalText("store") ?? store
        accounts = try file.optionalText("accounts") ?? accounts
        pseudonymKey = try file.optionalText("pseudonym_key")
        home = try file.optionalText("home")
        uploads = try file.optionalText("uploads") ?? uploads
        if file.has("language"), let word = Language(rawValue: try file.choice("language", of: Language.allCases.map(\.rawValue))) { language = word }
        log = try file.optionalText("log")
        isBehindProxy = try file.flag("proxy")
        if file.has("session") {
            let part = try file.definition("session")
            try part.allow(["idle_minutes", "absolute_hours"])
            idleMinutes = try part.number("idle_minutes", idleMinutes, 1...720)
            absoluteHours = try part.number("absolute_hours", absoluteHours, 1...72)
        }
        if file.has("limits") {
            let part = try file.definition("limits")
            try part.allow(["upload_megabytes", "requests_per_minute"])
            uploadMegabytes = try part.number("upload_megabytes", uploadMegabytes, 1...1_000)
            requestsPerMinute = try part.number("requests_per_minute", requestsPerMinute, 10...100_000)
        }
        if file.has("delivery") { delivery = try Delivery(file.definition("delivery")) }
        if file.has("sso") {
            let part = try file.definition("sso")
            try part.allow(["issuer", "client_id", "client_secret_file", "button"])
            singleSignOn = SingleSignOnSettings(
                issuer: try part.text("issuer"), clientID: try part.text("client_id"), clientSecretFile: try part.text("client_secret_file"),
                button: try part.optionalText("button") ?? "")
        }
    }

    private mutating func override(_ environment: [String: String]) throws(InputError) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let text = value("UPTAKE_LISTEN") {
            guard listen(text) else { throw InputError("UPTAKE_LISTEN must be an address and a port, such as 127.0.0.1:8080") }
            if !hasPublicURL { publicURL = "http://\(host):\(port)" }
        }
        publicURL = value("UPTAKE_PUBLIC_URL") ?? publicURL
        store = value("UPTAKE_STORE") ?? store
        accounts = value("UPTAKE_ACCOUNTS") ?? accounts
        pseudonymKey = value("UPTAKE_PSEUDONYM_KEY") ?? pseudonymKey
        home = value("UPTAKE_HOME") ?? home
        uploads = value("UPTAKE_UPLOADS") ?? uploads
        delivery.ledger = value("UPTAKE_DELIVERIES") ?? delivery.ledger
        delivery.folder = value("UPTAKE_MADE") ?? delivery.folder
        log = value("UPTAKE_LOG") ?? log
        if let text = value("UPTAKE_LANGUAGE") {
            guard let word = Language(rawValue: text) else { throw InputError("UPTAKE_LANGUAGE must be vi or en") }
            language = word
        }
        if let text = value("UPTAKE_PROXY") {
            guard ["yes", "no"].contains(text) else { throw InputError("UPTAKE_PROXY must be yes or no") }
            isBehindProxy = text == "yes"
        }
    }

    private mutating func listen(_ text: String) -> Bool {
        guard let colon = text.lastIndex(of: ":"), let number = Int(text[text.index(after: colon)...]), (0...65_535).contains(number) else { return false }
        host = String(text[..<colon]).filter { $0 != "[" && $0 != "]" }
        port = number
        return !host.isEmpty
    }

    private var isLoopback: Bool { ["127.0.0.1", "::1", "localhost"].contains(host) }

    private func check() throws(InputError) {
        guard publicURL.hasPrefix("https://") || publicURL.hasPrefix("http://") else { throw InputError("'public_url' must begin with https://; write the address that people type") }
        if !isLoopback {
            throw InputError("'listen' is \(host), which others can reach without encryption; listen at 127.0.0.1 and put a proxy with TLS before it (see packaging/nginx.conf)")
        }
    }
}
