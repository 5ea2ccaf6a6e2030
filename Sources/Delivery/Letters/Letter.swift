package import Reporting

/// A message as its reader gets it: the same in plain text and in HTML.
package struct Letter: Hashable, Codable, Sendable {
    /// One line that begins with what matters, without control signs.
    package let subject: String
    /// Lines of at most 76 signs, but for addresses and hashes, which are never broken.
    package let text: String
    /// One file that asks the network for nothing.
    package let html: String
    /// What goes with it; what is too large is named in the body only.
    package let attachments: [Attachment]

    package init(subject: String, text: String, html: String, attachments: [Attachment] = []) {
        self.subject = subject
        self.text = text
        self.html = html
        self.attachments = attachments
    }
}

/// A made file that a letter carries or names.
package struct Attachment: Hashable, Codable, Sendable {
    package let name: String
    package let path: String
    /// Of its bytes, in hexadecimal.
    package let sha256: String
    package let bytes: Int
    /// `application/pdf`
    package let type: String

    package init(name: String, path: String, sha256: String, bytes: Int, type: String) {
        self.name = name
        self.path = path
        self.sha256 = sha256
        self.bytes = bytes
        self.type = type
    }
}

/// What a letter knows of its reader and of the server.
package struct LetterContext: Sendable {
    package let language: Language
    /// Where the live pages are; nil when there are none that the reader could open.
    package let publicURL: String?
    /// How many bytes go with one letter; files that come after are named, and not attached.
    package let attachLimit: Int
    /// Whom it greets: an office, not a person.
    package let greeting: String?
    /// Where files are that were not attached; nil when there is no such place.
    package let filesURL: String?
    /// What stands above a reminder, which has no report that says it: that records are invented.
    package let notices: [String]
    /// The reader may load files; who may not is told to ask whoever does.
    package let mayUpload: Bool

    package init(
        language: Language, publicURL: String? = nil, attachLimit: Int = .max, greeting: String? = nil, filesURL: String? = nil, notices: [String] = [], mayUpload: Bool = true
    ) {
        self.language = language
        self.publicURL = publicURL
        self.attachLimit = attachLimit
        self.greeting = greeting
        self.filesURL = filesURL
        self.notices = notices
        self.mayUpload = mayUpload
    }

    /// The same in another language.
    func speaking(_ language: Language) -> LetterContext {
        LetterContext(language: language, publicURL: publicURL, attachLimit: attachLimit, greeting: greeting, filesURL: filesURL, notices: notices, mayUpload: mayUpload)
    }

    /// An address below that of the live pages; nil when they have none, or none that a mail reader should open.
    func page(_ path: String) -> String? {
        guard let publicURL, let base = LetterContext.web(publicURL) else { return nil }
        return (base.hasSuffix("/") ? String(base.dropLast()) : base) + path
    }

    /// An address that can only lead to a page.
    static func web(_ address: String) -> String? { address.hasPrefix("https://") || address.hasPrefix("http://") ? address : nil }
}

extension Letter {
    /// Draws its parts twice.
    init(subject: String, _ blocks: [LetterBlock], attachments: [Attachment] = [], _ context: LetterContext) {
        let subject = oneLine(subject)
        let words = LetterPhrases(language: context.language)
        let closing = [LetterBlock.small([words.automatic])]
        self.init(
            subject: subject, text: (blocks + closing).map(\.text).filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n",
            html: letterPage(subject, blocks + closing, context.language), attachments: attachments)
    }
}
