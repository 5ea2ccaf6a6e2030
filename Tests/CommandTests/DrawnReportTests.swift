import Foundation
import Testing
import TestSupport

/// Reports as other programs see them: a browser, a validator, a printer and a spreadsheet.
@Suite struct DrawnReportTests {
    private func check(_ script: String, _ arguments: [String], in folder: Folder) throws -> Command {
        try Command([Repository.root + "/Tests/CommandTests/" + script] + arguments, in: folder, program: "/usr/bin/python3")
    }

    private func example() throws -> Folder {
        let folder = try Folder()
        #expect(try Command(["ingest"] + Example.registers + Example.records, in: folder).code == 0)
        return folder
    }

    /// What `scripts/setup.sh test` fetched; a machine without the package index goes on without, and says so.
    private var checkers: [String] {
        let all = [("--validator", "vnu.jar"), ("--axe", "axe.min.js")].map { ($0, Repository.root + "/.build-checks/" + $1) }
        let found = all.filter { FileManager.default.fileExists(atPath: $1) }
        if found.count < all.count { print("pages are checked without the Nu Html Checker or axe-core: scripts/setup.sh test could not fetch them") }
        return found.flatMap { [$0, $1] }
    }

    /// One of each report of the folder `reports`, whatever is added to it later. When they are due stands beside them.
    @Test func everyReportPassesBrowserPrinterAndSpreadsheet() throws {
        let folder = try example()
        let portal = ["formality-online-payment-tree.json", "dvc-progress-tree.json", "provide-online-tree.json"].map { Repository.root + "/examples/phu-tho-2026-08/" + $0 }
        #expect(try Command(["ingest", "--store", "portal.sqlite", "--period", "2026-08", "--unit", "H44"] + portal, in: folder).code == 0)
        let definitions = try FileManager.default.contentsOfDirectory(atPath: Repository.root + "/reports").filter { $0.hasSuffix(".yaml") && !["schedules.yaml", "holidays.yaml"].contains($0) }.sorted()
        for name in definitions {
            let about = name == "portal-evaluation.yaml" ? ["--store", "portal.sqlite", "--period", "2026-08"] : ["--period", name == "long-review.yaml" ? "2025-Q1" : "2025-05"]
            let drawn = try Command(["reports", "preview", "\(Repository.root)/reports/\(name)", "--out", "all"] + about, in: folder)
            #expect(drawn.code == 0, "\(name): \(drawn.errors)")
        }
        let drawn = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/all")
        #expect(definitions.count > 15 && drawn.count == 2 * definitions.count)
        let formulas = try check("check_formulas.py", ["all"], in: folder)
        #expect(formulas.code == 0 && formulas.output.hasPrefix("\(definitions.count) workbooks"), "\(formulas.output)\(formulas.errors)")
        let pages = try check("check_pages.py", ["all"] + checkers, in: folder)
        #expect(pages.code == 0 && pages.output == "\(definitions.count) pages\n", "\(pages.output)\(pages.errors)")
    }

    /// A checker that cannot fail checks nothing.
    @Test func theCheckersFindWhatIsWrong() throws {
        let folder = try example()
        #expect(try Command(["report", "--period", "2025-05", "--unit", "616", "--out", "out"], in: folder).code == 0)
        let name = "out/unit-monthly_616_2025-05_administrative"
        let page = String(decoding: try folder.read(name + ".html"), as: UTF8.self)
        try folder.file(name + ".html", page.replacing("<main", with: "<img src=\"far.png\"><p style=\"width: 3000px; color: #ccc\">x</p><main"))
        let pages = try check("check_pages.py", ["out"] + checkers, in: folder).output
        #expect(pages.contains("far.png") && pages.contains("scrolls sideways") && pages.contains("type of less than 8 points"), "\(pages)")
        let spoil = """
            import sys, zipfile, re
            old = zipfile.ZipFile(sys.argv[1]); parts = {n: old.read(n) for n in old.namelist()}
            n = [n for n in parts if b'SUM(' in parts[n]][0]
            parts[n] = re.sub(rb'(SUM\\([^<]*</f><v>)', rb'\\g<1>9', parts[n], count=1)
            with zipfile.ZipFile(sys.argv[1], 'w') as new: [new.writestr(n, c) for n, c in parts.items()]
            """
        #expect(try Command(["-c", spoil, name + ".xlsx"], in: folder, program: "/usr/bin/python3").code == 0)
        let formulas = try check("check_formulas.py", ["out"], in: folder)
        #expect(formulas.code == 1 && formulas.output.contains("computed"), "\(formulas.output)\(formulas.errors)")
    }

    @Test func aPDFIsDrawnByTheBrowserTheSameEachTime() throws {
        let folder = try example()
        let order = ["report", "--period", "2025-05", "--unit", "616", "--pdf"]
        let first = try Command(order + ["--out", "one"], in: folder)
        #expect(first.code == 0 && first.output.split(separator: "\n").count == 3, "\(first.errors)")
        #expect(try Command(order + ["--out", "two"], in: folder).code == 0)
        let name = "/unit-monthly_616_2025-05_administrative.pdf"
        let (pdf, again) = (try folder.read("one" + name), try folder.read("two" + name))
        #expect(pdf.starts(with: Data("%PDF".utf8)) && pdf == again)
        #expect(try folder.files == ["one", "two", "uptake.sqlite"], "the browser leaves nothing at home")
        // A browser that ends badly after it has begun a file has drawn nothing.
        try folder.file("chromium", "#!/bin/sh\nfor a in \"$@\"; do case $a in --print-to-pdf=*) printf '%%PDF-half' >\"${a#--print-to-pdf=}\"; echo broken; exit 3;; esac; done\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path + "/chromium")
        let broken = try Command(order + ["--out", "half"], in: folder, environment: ["PATH": "\(folder.path):/usr/bin:/bin"])
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/half")
        #expect(broken.code != 0 && broken.errors.contains("drew no whole PDF file (it ended with 3: broken)") && left.isEmpty, "\(broken.errors)")
        try FileManager.default.removeItem(atPath: folder.path + "/chromium")
        try FileManager.default.removeItem(atPath: folder.path + "/half")
        let without = try Command(order + ["--out", "three"], in: folder, environment: ["PATH": "/nowhere"])
        #expect(without.code == 1 && without.errors.contains("install it (apt-get install chromium)"), "\(without.errors)")
    }

    /// A report that cannot be put in its place is named; the others stand, and nothing half-made lies about.
    @Test func oneFaultDoesNotStopTheOthers() throws {
        let folder = try example()
        let blocked = folder.path + "/out/unit-monthly_616_2025-05_administrative.xlsx/in-the-way"
        try FileManager.default.createDirectory(atPath: blocked, withIntermediateDirectories: true)
        let run = try Command(["report", "--period", "2025-05", "--out", "out"], in: folder)
        #expect(run.code == 2 && run.errors.contains("unit-monthly/616/2025-05/administrative could not be written: ") && run.errors.contains("1 reports are missing"), "\(run.errors)")
        #expect(run.output.split(separator: "\n").count == 18 && !run.output.contains("_616_"))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/out")
        #expect(names.count == 19 && !names.contains { $0.hasPrefix(".") }, "\(names)")
    }

    /// A province of 150 units and as many procedures whose names break naive software: one run, and every name is itself in workbook and page.
    @Test func aPackOfUnitsWithNaughtyNames() throws {
        guard let corpus = Repository.corpus("blns"), let payloads = Repository.corpus("payloads") else { return print("skipped: the corpora blns and payloads are absent") }
        func quoted(_ text: String) -> String { "\"" + text.replacing("\"", with: "\"\"") + "\"" }
        let formulas = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: payloads + "/formula-injection.json")))
        var names = texts(in: formulas) + (try JSONDecoder().decode([String].self, from: Data(contentsOf: URL(filePath: corpus + "/blns.json"))))
        // Names of registers are one line of visible text; what is not is refused when it is loaded.
        names = names.filter { name in
            name == name.trimmingCharacters(in: .whitespacesAndNewlines) && !name.isEmpty && name.count <= 200
                && name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace || $0 == " " }
                && name.unicodeScalars.allSatisfy { ![.control, .format, .surrogate, .unassigned, .privateUse].contains($0.properties.generalCategory) }
        }
        let usual = names.count
        #expect(usual > 150)
        let step = usual / 150
        names = (0..<150).map { names[$0 * step] }
        let folder = try Folder()
        try folder.file("units.csv", "code,name,level,parent_code,valid_from,valid_to\nP,Tỉnh,province,,2021-01-01,\n" + names.enumerated().map { "U\($0 + 1),\(quoted($1)),department,P,2021-01-01,\n" }.joined())
        try folder.file("procedures.csv", "code,name,sector,bears_fee\n" + names.enumerated().map { "9.\(100_000 + $0),\(quoted($1)),\(quoted($1)),yes\n" }.joined())
        let rows = names.indices.map { "U\($0 + 1)-250420-0001,9.\(100_000 + $0),U\($0 + 1),online,2025-04-20,2025-04-21,settled,2025-04-21\n" }
        try folder.file("submissions.csv", "dossier_code,procedure_code,unit_code,channel,received_at,settled_at,state,updated_at\n" + rows.joined())
        let loaded = try Command(["ingest", "units.csv", "procedures.csv", "submissions.csv"], in: folder)
        #expect(loaded.code == 0, "\(loaded.output)\(loaded.errors)")
        let made = try Command(["report", "--period", "2025-05", "--out", "pack"], in: folder)
        #expect(made.code == 0 && made.errors.contains("302 files of 151 reports in pack"), "\(made.errors)")
        let compare = """
            import sys, json, glob, openpyxl, html.parser
            names = json.load(open('names.json'))
            book = openpyxl.load_workbook('pack/provincial-review_P_2025-05_administrative.xlsx')
            cells = {c.value for s in book for r in s for c in r if c.data_type == 's'}
            formulas = [c.value for s in book for r in s for c in r if c.data_type == 'f']
            allowed = all(f.startswith(('=SUM(', '=IF(', '=')) and set(f) <= set('=SUM(ABCDEFGHIJKLNOPQRTVWXYZ0123456789:/),+-') for f in formulas)
            print('workbook lacks', [n for n in names if n not in cells], 'formulas', allowed)
            class Page(html.parser.HTMLParser):
                def __init__(self): super().__init__(); self.tags, self.attributes, self.texts = set(), set(), set()
                def handle_starttag(self, tag, attrs): self.tags.add(tag); self.attributes.update(k for k, _ in attrs)
                def handle_data(self, text): self.texts.add(text)
            page = Page(); page.feed(open('pack/provincial-review_P_2025-05_administrative.html', encoding='utf-8').read())
            print('page lacks', [n for n in names if n not in page.texts], page.tags & {'script', 'iframe', 'img', 'object', 'embed', 'a:b', 'input'}, [a for a in page.attributes if a.startswith('on')])
            for path in glob.glob('pack/*.xlsx'): openpyxl.load_workbook(path, read_only=True).close()
            """
        try folder.file("names.json", try JSONEncoder().encode(names))
        let read = try Command(["-c", compare], in: folder, program: "/usr/bin/python3")
        #expect(read.output == "workbook lacks [] formulas True\npage lacks [] set() []\n", "\(read.output)\(read.errors)")
    }

    private func texts(in json: Any) -> [String] {
        switch json {
        case let text as String: [text]
        case let list as [Any]: list.flatMap(texts)
        case let object as [String: Any]: object.values.flatMap(texts)
        default: []
        }
    }
}
