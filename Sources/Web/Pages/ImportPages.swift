internal import Adoption
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Pipeline
internal import Rendering
internal import Reporting
internal import Storage

/// What was loaded, what is being loaded, and the way to take it back.
extension WebService {
    func importsPage(_ ask: Ask) async throws -> Answer {
        try await onThread { try self.stores.read { store in
            let words = ask.words
            // Imports are the province's: files, and rows of every unit.
            guard try self.isOfWholeProvince(ask.reader, store) else { throw Refused.notFound }
            let page = try store.imports(before: ask.key("before"), limit: Chrome.rowsPerPage)
            let sources = Dictionary(grouping: try store.sources(ofImports: page.map(\.number)), by: \.importNumber)
            let rows = page.map { one -> [Markup] in
                let files = sources[one.number] ?? []
                let counts = files.reduce(FileCounts()) { $0 + $1.counts }
                let names: Markup = one.undoes.map { "\(words.undo) \($0)" } ?? "\(files.map(\.name).joined(separator: ", "))"
                return [
                    "<a href=\"/imports/\(one.number)\">\(one.number)</a>", "\(WebService.time(one.recorded))", names, "\(counts.read)", "\(counts.stored)", "\(counts.corrected)", "\(counts.unchanged + counts.older)",
                    "\(counts.quarantined)", "\(one.undoneIn.map { "\(words.wasUndone) (\($0))" } ?? "")",
                ]
            }
            let upload: Markup = try ask.reader.may(.upload) ? "<p class=\"actions\"><a class=\"button\" href=\"/upload\">\(words.upload)</a></p>\n" : ""
            let table: Markup = rows.isEmpty && ask.query("before") == nil
                ? "<div class=\"empty\"><p>\(words.noImports)</p></div>\n"
                : Chrome.table("imports", caption: words.imports, ["#", words.when, words.files, words.rows, words.stored, words.corrected, words.known, words.aside, words.state], rows, isSortable: true)
            return ask.page(words.imports, "<h1>\(words.imports)</h1>\n\(ask.flash)\(upload)<section>\(table)\(Chrome.pagination(page, of: words.imports, at: "/imports", "before", ask))</section>\n")
        } }
    }

    static func time(_ moment: Instant) -> Markup {
        let text = moment.iso
        return "<time datetime=\"\(text)\">\(moment.day.vietnamese) \(String(text.dropFirst(11).prefix(5)))</time>"
    }

    func importPage(_ ask: Ask) async throws -> Answer {
        try await onThread { try self.stores.read { store in
            let (words, number, reader) = (ask.words, try ask.number("number"), try ask.reader)
            guard try self.isOfWholeProvince(reader, store) else { throw Refused.notFound }
            guard let one = try store.importRecord(number) else { throw Refused.notFound }
            let files = try store.sources(ofImports: [number])
            let rows = files.map { file -> [Markup] in
                ["\(file.name)", "\(file.kind)", "\(file.counts.read)", "\(file.counts.stored)", "\(file.counts.corrected)", "\(file.counts.unchanged + file.counts.older)", "\(file.counts.quarantined)", "<code class=\"mono\">\(file.sha256)</code>"]
            }
            let refusals = try store.refusals(importNumber: number)
            let undo: Markup = reader.may(.undo) && one.undoneIn == nil && one.undoes == nil ? """
                <form method="post" action="/imports/\(number)/undo" data-confirm="\(words.undoQuestion(number))">\(ask.csrf)<p><button class="danger">\(words.undo)</button></p></form>

                """ : ""
            let facts: [(String, Markup)] = [(words.when, WebService.time(one.recorded)), (words.state, "\(one.undoneIn.map { "\(words.wasUndone) (\($0))" } ?? "–")")]
            let content: Markup = """
                <h1>\(words.imports) \(number)</h1>
                \(ask.flash)\(Chrome.list(facts))<section><h2>\(words.files)</h2>
                \(Chrome.table("files", caption: words.files, [words.files, words.kind, words.rows, words.stored, words.corrected, words.known, words.aside, "SHA-256"], rows))</section>
                \(self.refusals(refusals, refusals.count, words))\(undo)
                """
            return ask.page("\(words.imports) \(number)", content)
        } }
    }

    /// Rows that were kept aside, by place and never by value.
    private func refusals(_ refusals: [Refusal], _ total: Int, _ words: Phrases) -> Markup {
        if refusals.isEmpty { return "<section><h2>\(words.refusals)</h2>\n<p>\(words.noRefusals)</p></section>\n" }
        let rows = refusals.prefix(200).map { one -> [Markup] in
            ["\(one.file):\(one.line):\(one.column)", "\(one.field)", "\(Words.fault(one.fault)(words.language)); \(Words.remedy(one.fault)(words.language))"]
        }
        let more: Markup = total > rows.count ? "<p>\(words.moreRefusals(total - rows.count))</p>\n" : ""
        return "<section><h2>\(words.refusals) (\(total))</h2>\n\(Chrome.table("refusals", caption: words.refusals, [words.place, words.what, words.fault], rows))\(more)</section>\n"
    }

    func undoImport(_ ask: Ask) async throws -> Answer {
        try await onWriteThread {
            let (reader, number) = (try ask.reader, try ask.number("number"))
            guard try self.stores.read({ try self.isOfWholeProvince(reader, $0) }) else { throw Refused.forbidden }
            _ = try self.stores.write(as: reader.person.name) { try $0.undo(importNumber: number, at: self.now) }
            return Answer.redirect(to: "/imports/\(number)?done=undone")
        }
    }

    // MARK: Uploads

    func uploadPage(_ ask: Ask, fault: String? = nil) async throws -> Answer {
        try await onThread { try self.stores.read { store in
            let (words, reader) = (ask.words, try ask.reader)
            let isPart = try !self.isOfWholeProvince(reader, store)
            let content: Markup = """
                <h1>\(words.upload)</h1>
                \(Chrome.flash(fault, isError: true))<p class="lead">\(isPart ? words.onlyOwnUnits : words.uploadExplained(self.settings.uploadMegabytes))</p>
                <form id="upload" class="drop" data-limit-mb="\(self.settings.uploadMegabytes)" enctype="multipart/form-data" method="post" action="/upload">\(ask.csrf)
                <p class="field"><label for="profile">\(words.profile)</label><input id="profile" name="profile" type="file" accept=".yaml,.yml"></p>
                <p class="field"><label for="exported">\(words.exported)</label><input id="exported" name="exported" placeholder="2025-05-20T08:00" maxlength="40"></p>
                <p class="field"><label for="file">\(words.chooseFiles)</label><input id="file" type="file" name="file" multiple required></p>
                <p><button>\(words.rehearse)</button></p></form>

                """
            return ask.page(words.upload, content).with(status: fault == nil ? .ok : .badRequest)
        } }
    }

    /// Takes the files as they come, to the disk, and begins the rehearsal.
    func takeUpload(_ ask: Ask) async throws -> Answer {
        try Ask.checkOrigin(ask.request, publicURL: settings.publicURL)
        let reader = try ask.reader
        guard let session = reader.session, let type = ask.request.headers[.contentType] else { throw Refused.stale }
        let (limit, body) = (settings.uploadMegabytes * 1_000_000, ask.request.body)
        let place = try await place(for: ask.request, of: reader.person.name, limit: limit, ask.words)
        let upload: Uploads.Upload
        do {
            let receiving = try Receiving(contentType: type, folder: place.path, limit: limit)
            try await within(place.time) {
                for try await buffer in body {
                    try await receiving.take(buffer) { fields in guard Secrets.isEqual(fields["csrf"] ?? "", session.csrf) else { throw Refused.stale } }
                }
            }
            let received = try receiving.finish()
            guard Secrets.isEqual(received.fields["csrf"] ?? "", session.csrf) else { throw Refused.stale }
            let profile = received.files.first { $0.field == "profile" }
            let files = received.files.filter { $0.field == "file" }
            guard !files.isEmpty else { throw Refused.bad(ask.words.chooseFiles, field: "file") }
            var exported: Ingest.Exported?
            if let text = received.fields["exported"]?.trimmed, !text.isEmpty {
                guard text != "modified", let moment = Ingest.Exported(text) else { throw Refused.bad(ask.words.exportedFault, field: "exported") }
                exported = moment
            }
            upload = Uploads.Upload(id: place.id, owner: reader.person.name, folder: place.path, files: files, profile: profile?.path, exported: exported, number: uploads.nextNumber, sent: now)
        } catch {
            uploads.remove(folder: place.path)
            uploads.release(place.id)
            throw error
        }
        uploads.put(upload)
        work(on: upload, as: reader, keep: false)
        return Answer.redirect(to: "/upload/\(upload.id)")
    }

    private func upload(_ ask: Ask) throws -> Uploads.Upload {
        guard let upload = uploads.upload(try ask.parameter("id"), of: try ask.reader.person.name) else { throw Refused.notFound }
        return upload
    }

    func uploadResult(_ ask: Ask) async throws -> Answer {
        let (words, upload, reader) = (ask.words, try upload(ask), try ask.reader)
        let discard: Markup = "<form method=\"post\" action=\"/upload/\(upload.id)/discard\">\(ask.csrf)<button class=\"secondary\">\(words.discard)</button></form>\n"
        switch upload.state {
        case .stored(let number):
            if try await onThread({ try self.stores.read { try self.isOfWholeProvince(reader, $0) } }) { return Answer.redirect(to: "/imports/\(number)") }
            return ask.page(words.upload, "<h1>\(words.upload)</h1>\n\(Chrome.flash(words.wasStored))<p><a class=\"button\" href=\"/upload\">\(words.upload)</a></p>\n")
        case .working(let progress):
            let ahead = uploads.countAhead(of: upload.id)
            let content: Markup = """
                <h1>\(words.working)</h1>
                <div id="progress" data-events="/upload/\(upload.id)/events" role="status"><progress max="100" value="\(progress.percent)" aria-label="\(words.working)"></progress><p>\(ahead > 0 ? words.uploadsAhead(ahead) : "\(progress.percent) %")</p></div>
                <noscript><p><a class="button" href="/upload/\(upload.id)">\(words.show)</a></p></noscript>

                """
            return ask.page(words.working, content)
        case .failed(let message):
            return ask.page(words.uploadFailed, "<h1>\(words.uploadFailed)</h1>\n\(Chrome.flash(words.inputFault(message), isError: true))<div class=\"actions\">\(discard)</div>\n").with(status: .badRequest)
        case .rehearsed(let outcome, let wasBusy):
            let counts = outcome.summary.counts
            let rows = outcome.summary.files.map { file -> [Markup] in
                [
                    "\(file.name)", "\(file.kind)", "\(file.counts.read)", "\(file.counts.stored)", "\(file.counts.corrected)", "\(file.counts.unchanged + file.counts.older)", "\(file.counts.quarantined)",
                    "\((file.droppedColumns + file.remarks).joined(separator: ", "))",
                ]
            }
            let isNew = counts.stored + counts.corrected + counts.quarantined > 0
            let left: Markup = "\(outcome.summary.leftOut.map { text -> Markup in "<p class=\"hint\">\(text)</p>\n" })"
            let confirm: Markup = isNew || counts.older > 0 ? "<form method=\"post\" action=\"/upload/\(upload.id)/confirm\">\(ask.csrf)<button>\(words.confirm)</button></form>\n" : ""
            let content: Markup = """
                <h1>\(words.rehearsal)</h1>
                \(Chrome.flash(wasBusy ? words.storeBusy : nil, isError: true))\(isNew ? "" : Chrome.flash(words.nothingNew))<section><h2>\(words.files)</h2>
                \(Chrome.table("files", caption: words.files, [words.files, words.kind, words.rows, words.stored, words.corrected, words.known, words.aside, words.droppedColumns], rows))\(left)</section>
                \(refusals(outcome.refusals, outcome.refusalsTotal, words))<div class="actions">\(confirm)\(discard)</div>

                """
            return ask.page(words.rehearsal, content)
        }
    }

    func confirmUpload(_ ask: Ask) throws -> Answer {
        let rehearsed = try upload(ask)
        guard rehearsed.isWorking || !uploads.isBusy(for: rehearsed.owner) else { throw Refused.waiting(ask.words.uploadsWait) }
        guard let upload = uploads.begin(rehearsed.id) else { throw Refused.conflict(ask.words.uploadGone) }
        work(on: upload, as: try ask.reader, keep: true)
        return Answer.redirect(to: "/upload/\(upload.id)")
    }

    func discardUpload(_ ask: Ask) async throws -> Answer {
        let upload = try upload(ask)
        guard try await onThread({ self.uploads.discard(upload) }) else { throw Refused.conflict(ask.words.working) }
        return Answer.redirect(to: "/upload")
    }

    /// How far the work has come, as it comes.
    func uploadEvents(_ ask: Ask) throws -> Answer {
        let upload = try upload(ask)
        let (id, owner, words) = (upload.id, upload.owner, ask.words)
        var answer = Answer(contentType: "text/event-stream; charset=utf-8", bytes: ByteBuffer())
        answer.stream = ResponseBody { writer in
            // Ten minutes at most; the browser comes back by itself.
            for _ in 0..<2_000 {
                guard let upload = self.uploads.upload(id, of: owner) else { break }
                switch upload.state {
                case .working(let progress):
                    let ahead = self.uploads.countAhead(of: id)
                    let event = try WebService.event("progress", ahead > 0 ? ["waiting": .text(words.uploadsAhead(ahead))] : ["percent": .number(progress.percent), "rows": .number(progress.rows), "file": .text(progress.file)])
                    try await writer.write(ByteBuffer(string: event))
                    try await Task.sleep(for: .milliseconds(300))
                    continue
                case .stored, .rehearsed: try await writer.write(ByteBuffer(string: WebService.event("done", ["location": .text("/upload/\(id)")])))
                case .failed(let message): try await writer.write(ByteBuffer(string: WebService.event("failed", ["message": .text(words.inputFault(message))])))
                }
                break
            }
            try await writer.finish(nil)
        }
        return answer
    }

    private static func event(_ name: String, _ values: [String: JSONText]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return "event: \(name)\ndata: \(String(decoding: try encoder.encode(values), as: UTF8.self))\n\n"
    }
}

/// A value of a small JSON object.
enum JSONText: Encodable {
    case text(String), number(Int)

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        }
    }
}
