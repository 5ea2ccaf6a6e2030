import Hashing
import Reporting

/// What a page needs whose cells are written in: a button that saves the words as a file to be sent back. Without a script they can be printed.
struct PageForm {
    private let isNeeded: Bool

    init(_ report: Report) { isNeeded = report.tables.contains(where: \.isOpenForWriting) }

    /// The script that may run, by its hash.
    var policy: Markup { isNeeded ? "; script-src 'sha256-\(Digest.sha256Base64(PageForm.code.description))'" : "" }

    var script: Markup { isNeeded ? Markup(script: PageForm.code) : "" }

    static func button(_ language: Language) -> Markup {
        "<p class=\"save\"><button type=\"button\" id=\"save\" hidden>\(Words.saveRemarks(language))</button></p>\n"
    }

    /// Writes the figures and the words beside them as CSV: the first cell of a row is the figure's name.
    private static let code: StaticString = """
        (function () {
          var button = document.getElementById("save");
          if (!button) { return; }
          button.hidden = false;
          function quoted(text) { return '"' + text.replace(/"/g, '""') + '"'; }
          button.addEventListener("click", function () {
            var lines = ["figure,explanation"];
            document.querySelectorAll("textarea").forEach(function (area) {
              var text = area.value.trim();
              if (text) { lines.push(quoted(area.closest("tr").cells[0].textContent) + "," + quoted(text)); }
            });
            var link = document.createElement("a");
            link.href = URL.createObjectURL(new Blob(["\\uFEFF" + lines.join("\\n") + "\\n"], { type: "text/csv" }));
            link.download = "giai-trinh.csv";
            link.click();
          });
        })();
        """
}
