#!/usr/bin/env python3
"""Compares a workbook part by part with a reference that XlsxWriter, another writer, makes from the description below.

    reference_workbook.py WORKBOOK

The reference is the workbook that the report of WorkbookTests ought to be: written down by hand, cell by cell. Numbers of styles and of
shared texts depend on the order of writing, so each cell is compared with what they stand for. Exit code 1 with a line for each difference.
"""
import datetime
import re
import sys
import tempfile
import xml.etree.ElementTree as xml
import zipfile
from pathlib import Path

import xlsxwriter

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FONT = "Times New Roman"
NOTICE = "Dữ liệu minh họa & thử"
LEGEND = ("Ký hiệu: 0 là không có hồ sơ nào được tính; “–” là không có dữ liệu (mẫu số bằng 0); “không áp dụng” là câu hỏi không đặt ra ở đây; "
          "“▒ ẩn” là số nhỏ được ẩn trong bản công khai; “không báo cáo” là đơn vị hoặc nguồn chưa cho số liệu.")
THIN = {"border": 1, "border_color": "#8C96A5"}


def reference(path):
    book = xlsxwriter.Workbook(path)

    def style(size, align="left", vertical="vcenter", **more):
        return book.add_format({"font_name": FONT, "font_size": size, "align": align, "valign": vertical, **more})

    wrap, bold = {"text_wrap": True}, {"bold": True}
    head, motto = style(12, "center", **bold, **wrap), style(12, "center", underline=1, **bold)
    notice = style(13, "center", font_color="#9C1C1C", bg_color="#FFF2CC", **bold, **wrap, **THIN)
    title, period = style(16, "center", **bold, **wrap), style(12, "center", italic=True, **wrap)
    label, value, caption = style(12, font_color="#404040", **wrap), style(12, **wrap), style(12, **bold, **wrap)
    link, small = style(12, underline=1, font_color="#1F4E9E", indent=1), style(11, vertical="top", italic=True, font_color="#404040", **wrap)
    signing, signer = style(12, "center", italic=True), style(12, "center", "top", **bold, **wrap)
    back = style(11, underline=1, font_color="#1F4E9E")
    sheet_title, paragraph = style(14, font_color="#1F3864", **bold, **wrap), style(12, vertical="top", **wrap)
    header = style(11, "center", bg_color="#D9E2F0", **bold, **wrap, **THIN)
    text, rate, absent = style(11, indent=1, **wrap, **THIN), style(11, "right", num_format="0.00%", **THIN), style(11, "center", **wrap, **THIN)
    plot = style(11, num_format="0.00%")
    rule = {"top": 2, "top_color": "#1F3864", "bg_color": "#F2F2F2", **bold}
    total, total_rate = style(11, indent=1, **wrap, **{**THIN, **rule}), style(11, "right", num_format="0.00%", **{**THIN, **rule})

    cover, sheet = book.add_worksheet("Bìa"), book.add_worksheet("Theo đơn vị")
    for page in (cover, sheet):
        page.hide_gridlines(2)
        page.set_paper(9)
        page.center_horizontally()
        page.set_margins(1.18, 0.59, 0.79, 0.79)
        # What is a little too long for its page is one page.
        page.fit_to_pages(1, 0 if page is cover else 1)
        page.set_header(f'&C&"{FONT},Bold"&10 Dữ liệu minh họa && thử')
        page.set_footer(f'&L&"{FONT},Regular"&9 monthly/1&R&"{FONT},Regular"&9 Trang &P/&N')

    # The cover: head, notice, title, facts, contents, legend, signatures.
    for column, width in enumerate([22, 16, 24, 28]):
        cover.set_column(column, column, width)
    for row, (left, right, form) in enumerate([("UBND TỈNH KON TUM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", head), ("", "Độc lập - Tự do - Hạnh phúc", motto)]):
        cover.merge_range(row, 0, row, 1, left, head)
        cover.merge_range(row, 2, row, 3, right, form)
    cover.merge_range("A4:D4", NOTICE, notice)
    cover.merge_range("A6:D6", "BÁO CÁO", title)
    cover.merge_range("A7:D7", "Tháng 5 năm 2025", period)
    date = style(12, num_format="dd/mm/yyyy", **wrap)
    facts = [("Số liệu đến ngày", datetime.date(2025, 5, 15)), ("Phiên bản dữ liệu", "1"), ("Mã báo cáo", "monthly/1"), ("Định nghĩa chỉ số", "O1 v1"), ("Mã băm dữ liệu nguồn (SHA-256)", "00ff")]
    for row, (name, fact) in enumerate(facts, 8):
        cover.write_string(row, 0, name, label)
        form = date if isinstance(fact, datetime.date) else value
        cover.merge_range(row, 1, row, 3, "", form)
        cover.write(row, 1, fact, form) if isinstance(fact, datetime.date) else cover.write_string(row, 1, fact, form)
    cover.merge_range("A15:D15", "Nội dung", caption)
    cover.write_url("A16", "internal:'Theo đơn vị'!A1", link, "1. Theo đơn vị")
    cover.merge_range("A18:D18", LEGEND, small)
    cover.merge_range("C20:D20", "………, ngày …… tháng …… năm ………", signing)
    cover.merge_range("A21:B21", "NGƯỜI LẬP BIỂU", signer)
    cover.merge_range("C21:D21", "THỦ TRƯỞNG ĐƠN VỊ", signer)
    for columns in ("A22:B22", "C22:D22"):
        cover.merge_range(columns, "(Ký, ghi rõ họ tên)", signing)
    cover.print_area("A1:D27")

    # The section: a link back, texts, the table with its merged header, the chart below.
    for column, width in enumerate([30, 10, 10, 10, 10, 10, 10]):
        sheet.set_column(column, column, width)
    sheet.set_column(8, 8, 12, None, {"hidden": True})
    sheet.write_url("A1", "internal:'Bìa'!A15", back, "← Nội dung")
    for row, (words, form) in enumerate([(NOTICE, notice), ("Theo đơn vị", sheet_title), ("UBND tỉnh Kon Tum. Tháng 5 năm 2025", paragraph), ("Bảng 1", caption)], 1):
        sheet.merge_range(row, 0, row, 6, words, form)
    sheet.merge_range("A6:A7", "Đơn vị", header)
    for cell, words in (("B6", "Trực tuyến"), ("B7", "Tỷ lệ"), ("I7", "Tỷ lệ")):
        sheet.write(cell, words, header)
    for row, (unit, share, forms) in enumerate([("Sở A", 0.5, (text, rate)), ("Sở B", "–", (text, absent)), ("TỔNG CỘNG", 0.5, (total, total_rate))], 7):
        sheet.write(row, 0, unit, forms[0])
        sheet.write(row, 1, share, forms[1])
    sheet.write("I8", 0.5, plot)
    sheet.freeze_panes(7, 1)
    sheet.autofilter("A7:B9")
    sheet.repeat_rows(5, 6)
    sheet.print_area("A2:G29")
    sheet.set_h_pagebreaks([11])
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    book.define_name("uptake_units", "='Theo đơn vị'!$A$7:$B$10")

    chart = book.add_chart({"type": "line"})
    blue, font = "#1F4E79", {"name": FONT, "size": 10}
    chart.add_series({
        "name": "='Theo đơn vị'!$B$7", "categories": "='Theo đơn vị'!$A$8:$A$9", "values": "='Theo đơn vị'!$I$8:$I$9",
        "line": {"color": blue, "width": 2.25}, "marker": {"type": "circle", "size": 6, "fill": {"color": blue}, "border": {"color": blue, "width": 2.25}}})
    # A title that begins with = would be a formula, and has a space before it.
    chart.set_title({"name": " =A1", "name_font": {"name": FONT, "size": 13, "bold": True}})
    chart.set_x_axis({"num_font": font})
    chart.set_y_axis({"num_font": font, "min": 0, "max": 1, "major_unit": 0.2, "num_format": "0%", "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9", "width": 0.75}}})
    chart.set_legend({"none": True})
    # The numbers stand in a hidden column, with blanks where the table has signs.
    chart.show_hidden_data()
    # As wide as the columns of the page: 30 and six times 10 characters of 7 pixels and 5 more.
    chart.set_size({"width": 30 * 7 + 5 + 6 * (10 * 7 + 5), "height": 340})
    sheet.insert_chart("A12", chart, {"object_position": 2, "description": "Sở A: 50%"})

    moment = datetime.datetime(2025, 5, 15, 0, 46, 40)
    book.set_properties({
        "title": "Báo cáo", "subject": "Tháng 5 năm 2025", "author": "UBND tỉnh Kon Tum", "company": "UBND tỉnh Kon Tum",
        "comments": "Phiên bản dữ liệu: 1; Mã băm dữ liệu nguồn (SHA-256): 00ff", "created": moment})
    for name, fact in (("Mã báo cáo", "monthly/1"), ("Phiên bản dữ liệu", "1"), ("Định nghĩa chỉ số", "O1 v1"), ("Mã băm dữ liệu nguồn (SHA-256)", "00ff")):
        book.set_custom_property(name, fact, "text")
    book.close()


class Parts:
    """The parts of a workbook as comparable lines."""

    def __init__(self, path):
        with zipfile.ZipFile(path) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.texts = ["".join(t.text or "" for t in item.iter(MAIN + "t")) for item in xml.fromstring(self.parts["xl/sharedStrings.xml"])]
        styles = xml.fromstring(self.parts["xl/styles.xml"])
        formats = {f.get("numFmtId"): f.get("formatCode") for f in styles.iter(MAIN + "numFmt")}
        kinds = {kind: [self.text(e) for e in styles.find(MAIN + kind + "s")] for kind in ("font", "fill", "border")}
        self.styles = []
        for form in styles.find(MAIN + "cellXfs"):
            known = [kinds[kind][int(form.get(kind + "Id"))] for kind in kinds]
            self.styles.append(" ".join(known + [formats.get(form.get("numFmtId"), form.get("numFmtId"))] + [self.text(e) for e in form]))

    @staticmethod
    def text(element):
        return xml.canonicalize(xml.tostring(element, encoding="unicode"))

    def lines(self, name):
        """Each element as a line; of cells what they hold and look like. The height of rows is measured and not described."""
        root = xml.fromstring(self.parts[name])
        for element in root.iter():
            attributes, text = dict(element.attrib), (element.text or "").strip("\n")
            if name.startswith("xl/worksheets/sheet"):
                if element.tag == MAIN + "row":
                    attributes = {"r": attributes["r"]}
                if element.tag == MAIN + "c":
                    content = element.find(MAIN + "v")
                    value = None if content is None else self.texts[int(content.text)] if attributes.pop("t", "") == "s" else content.text
                    attributes = {"r": attributes["r"], "style": self.styles[int(attributes.get("s", 0))], "value": value}
                if element.tag == MAIN + "v":
                    continue
            # One of the writers puts every name with a letter beyond ASCII in quotation marks.
            text = text.replace("'Bìa'", "Bìa")
            yield f"{re.sub('{.*}', '', element.tag)} {sorted(attributes.items(), key=str)} {text}"

    def kinds(self):
        return {name for name in self.parts if not name.endswith("/")}


# What is a choice of the two writers and no property of the workbook, with why.
OWN_CHOICES = {
    "xl/styles.xml": "compared cell by cell", "xl/sharedStrings.xml": "compared cell by cell", "xl/theme/theme1.xml": "the same for every workbook of a writer",
}


def main(path):
    with tempfile.TemporaryDirectory() as folder:
        made = str(Path(folder) / "reference.xlsx")
        reference(made)
        ours, other = Parts(path), Parts(made)
    problems = [f"{name}: only in one of them" for name in sorted(ours.kinds() ^ other.kinds())]
    compared = sorted(ours.kinds() & other.kinds() - OWN_CHOICES.keys())
    for name in compared:
        a, b = list(ours.lines(name)), list(other.lines(name))
        problems += [f"{name}: uptake has     {line}" for line in a if line not in b]
        problems += [f"{name}: reference has  {line}" for line in b if line not in a]
        if sorted(a) == sorted(b) and a != b:
            problems.append(f"{name}: another order")
    print("\n".join(problems) if problems else f"{len(compared)} parts")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
