#!/usr/bin/env python3
"""Looks at every page of a folder as browsers, validators, assistive technology and printers do.

    check_pages.py FOLDER [--validator vnu.jar] [--axe axe.min.js]

Each page must pass the Nu Html Checker and, wide, dark, narrow and for print, the rules of axe-core; must not scroll sideways as
a whole; every part that scrolls must be reachable by the Tab key and have a name; the page must ask for no other file and log no
error; printed, it is on A4 with all of its text inside the paper's edges. Without --validator or --axe those two are left out.
Exit code 1 with a line for each problem.
"""
import argparse
import base64
import collections
import html
import json
import re
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

from selenium import webdriver

# The validator of 2020, the newest that is packaged, does not know these; Chromium does, and reads them as they are meant.
YOUNGER_CSS = ("“color-scheme”", "“text-wrap”", "“print-color-adjust”", "“text-underline-offset”", "“border-block”", "“paint-order”", "“CanvasText”")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# name: width in pixels, like a telephone, medium, colours
VIEWS = {
    "1280 px": (1280, False, "screen", "light"),
    "1280 px, dark": (1280, False, "screen", "dark"),
    "375 px": (375, True, "screen", "light"),
    "print": (680, False, "print", "light"),
}
POINTS = 72 / 25.4
A4 = (210 * POINTS, 297 * POINTS)
EDGE = 5 * POINTS
SMALLEST_TYPE = 8
# A line of Liberation Serif is so many times as high as its type.
LINE_HEIGHT = 1.107

# The whole page must fit the window; what scrolls within it must be reachable and named.
SIDEWAYS = """(() => {
  const root = document.documentElement, problems = [];
  const tag = e => e.tagName.toLowerCase() + (e.id ? "#" + e.id : e.className.length ? "." + e.className.split(" ")[0] : "");
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > root.clientWidth + 1)
      .filter(e => { for (let p = e.parentElement; p; p = p.parentElement) if (["auto", "scroll"].includes(getComputedStyle(p).overflowX)) return false; return true; });
    problems.push("scrolls sideways, " + root.scrollWidth + " px in " + root.clientWidth + ": " + wide.slice(0, 3).map(tag).join(", "));
  }
  for (const e of document.body.querySelectorAll("*")) {
    const style = getComputedStyle(e), scrolls = value => value === "auto" || value === "scroll";
    if (!(scrolls(style.overflowX) && e.scrollWidth > e.clientWidth) && !(scrolls(style.overflowY) && e.scrollHeight > e.clientHeight)) continue;
    const label = e.getAttribute("aria-labelledby");
    const name = e.getAttribute("aria-label") || (label && document.getElementById(label) || {}).textContent || (e.labels && e.labels.length && e.labels[0].textContent) || "";
    if (e.tabIndex < 0) problems.push(tag(e) + " scrolls, but Tab does not reach it");
    if (!name.trim()) problems.push(tag(e) + " scrolls, but has no name");
  }
  return problems;
})()"""
# Contrast is what costs axe-core time, so of the texts that are styled alike by tag, class and ancestors it is shown one.
AXE = """(async () => {
  const kinds = new Map();
  for (const e of document.body.querySelectorAll("*")) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    let kind = "";
    for (let p = e; p; p = p.parentElement) kind += [p.tagName, p.getAttribute("class"), p.getAttribute("scope"), p.getAttribute("style")] + ">";
    if (!kinds.has(kind)) kinds.set(kind, e);
  }
  const options = {resultTypes: ["violations"], preload: false};
  const results = [
    await axe.run(document, {...options, runOnly: {type: "tag", values: %s}, rules: {"color-contrast": {enabled: false}}}),
    await axe.run({include: [...kinds.values()]}, {...options, runOnly: ["color-contrast"]}),
  ];
  return results.flatMap(r => r.violations).map(v => ({id: v.id, help: v.help, count: v.nodes.length, at: v.nodes[0].target.join(" "),
    why: v.nodes[0].failureSummary.split("\\n")[1].trim()}));
})()""" % json.dumps(AXE_TAGS)
LAST_HEADERS = """[...document.querySelectorAll("table")].map(table => {
  const heads = [...table.querySelectorAll("thead th")];
  const right = Math.max(...heads.map(h => h.getBoundingClientRect().right));
  return {table: table.id, texts: heads.filter(h => h.getBoundingClientRect().right > right - 1).map(h => h.innerText)};
})"""


class Browser:
    """One Chromium for all pages. What is asked of a page runs in a world of its own: the page's policy forbids scripts."""

    def __init__(self):
        options = webdriver.ChromeOptions()
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        self.driver = webdriver.Chrome(options=options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def command(self, name, **parameters):
        return self.driver.execute_cdp_cmd(name, parameters)

    def show(self, view):
        width, telephone, medium, colours = VIEWS[view]
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=telephone)
        self.command("Emulation.setEmulatedMedia", media=medium, features=[{"name": "prefers-color-scheme", "value": colours}])

    def open(self, path):
        """What went wrong while the page was loaded."""
        for log in ("performance", "browser"):
            self.driver.get_log(log)
        self.driver.get(path.as_uri())
        frame = self.command("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self.world = self.command("Page.createIsolatedWorld", frameId=frame, worldName="check")["executionContextId"]
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
        yield from (f"asks for {url[:120]}" for url in asked if url.partition("#")[0] != path.as_uri() and not url.startswith("data:"))
        yield from (f"logs {e['message'][:200]}" for e in self.driver.get_log("browser") if e["level"] == "SEVERE")

    def evaluate(self, expression):
        answer = self.command("Runtime.evaluate", expression=expression, contextId=self.world, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"]["description"])
        return answer["result"].get("value")

    def pdf(self):
        self.command("Emulation.clearDeviceMetricsOverride")
        self.command("Emulation.setEmulatedMedia", media="", features=[])
        return base64.b64decode(self.command("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])


def validated(paths, validator):
    """What the Nu Html Checker says of all pages, in one run."""
    run = subprocess.run(["java", "-jar", validator, "--format", "json", "--stdout", *paths], stdout=subprocess.PIPE, text=True, timeout=600)
    for message in json.loads(run.stdout)["messages"]:
        if message["message"].startswith("CSS: ") and any(word in message["message"] for word in YOUNGER_CSS):
            continue
        yield Path(message["url"].rpartition("/")[2]).name, f"line {message.get('lastLine')}: {message['message']}"


def letters(text):
    """How often each letter and digit occurs, however the text is broken into lines and words."""
    return collections.Counter(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def printed(pdf, text, headers):
    """What is wrong with a page on paper: `text` is all that it says, `headers` those of the last columns."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        drawn = subprocess.run(["pdftotext", "-bbox", file.name, "-"], stdout=subprocess.PIPE, text=True, check=True).stdout
    everything = []
    for number, (width, height, words) in enumerate(re.findall(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', drawn, re.S), 1):
        width, height = float(width), float(height)
        if any(abs(a - b) > 1 for a, b in zip(sorted((width, height)), A4)):
            yield f"sheet {number} is {width / POINTS:.0f} × {height / POINTS:.0f} mm and not A4"
        boxes = [(*map(float, box), html.unescape(word)) for *box, word in
                 re.findall(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>', words)]
        everything += [word for *_, word in boxes]
        beyond = [word for left, top, right, bottom, word in boxes if left < EDGE or right > width - EDGE or top < EDGE or bottom > height - EDGE]
        if beyond:
            yield f"sheet {number}: at or beyond the edge of the paper: {' '.join(beyond[:6])}"
        small = [word for _, top, _, bottom, word in boxes if bottom - top < SMALLEST_TYPE * LINE_HEIGHT - 0.05]
        if small:
            yield f"sheet {number}: type of less than {SMALLEST_TYPE} points: {' '.join(small[:6])}"
    if not everything:
        yield "the PDF has no text"
    lost = letters(text) - letters(" ".join(everything))
    if lost:
        yield f"the PDF lacks {sum(lost.values())} letters and digits of the page, such as {''.join(lost)[:20]}"
    known = set(unicodedata.normalize("NFKC", " ".join(everything)).split())
    for header in headers:
        missing = [w for t in header["texts"] for w in unicodedata.normalize("NFKC", t).split() if w not in known]
        if missing:
            yield f"the PDF lacks of the last header of {header['table']}, or breaks: {' '.join(missing)}"


def looked_at(path, browser, axe):
    """What is wrong with one page in the browser and on paper."""
    browser.show("1280 px")
    yield from browser.open(path)
    if axe:
        browser.evaluate(axe)
    views = collections.defaultdict(list)
    for view in VIEWS:
        browser.show(view)
        for problem in browser.evaluate(SIDEWAYS) if view != "print" else []:
            views[problem].append(view)
        for v in browser.evaluate(AXE) if axe else []:
            views[f"{v['id']}, {v['help']}: {v['count']} ×, first {v['at']}: {v['why']}"].append(view)
    yield from (f"{'; '.join(found)}: {problem}" for problem, found in views.items())
    text, headers = browser.evaluate("document.body.innerText"), browser.evaluate(LAST_HEADERS)
    yield from printed(browser.pdf(), text, headers)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--validator")
    parser.add_argument("--axe", type=Path)
    options = parser.parse_args()
    paths = sorted(path.resolve() for path in options.folder.glob("*.html"))
    axe = options.axe.read_text(encoding="utf-8") + ";0" if options.axe else None
    problems = [] if paths else [(options.folder.name, "no page")]
    if options.validator and paths:
        problems += validated(paths, options.validator)
    with Browser() as browser:
        for path in paths:
            problems += [(path.name, problem) for problem in looked_at(path, browser, axe)]
    print("\n".join(f"{name}: {problem}" for name, problem in problems) if problems else f"{len(paths)} pages")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
