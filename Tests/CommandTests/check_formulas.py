#!/usr/bin/env python3
"""Has LibreOffice compute the formulas of a folder of workbooks, and compares with what uptake wrote as their values.

    check_formulas.py FOLDER

Of every workbook a copy is made without the values of its formula cells, so that LibreOffice must compute them when it saves
the copy again. Whole numbers must be the same, others within 1e-12 of themselves. Every sheet, every text and number and every
name that begins with uptake_ must have come through. Exit code 1 with a line for each difference, or when there is no formula at all.
"""
import re
import subprocess
import sys
import tempfile
import warnings
import zipfile
from pathlib import Path

import openpyxl

FORMULA_VALUE = re.compile(rb"(<f\b(?:[^>]*/>|.*?</f>))<v>[^<]*</v>", re.S)
TOLERANCE = 1e-12
# Of the newest conditional formats, which openpyxl does not read.
warnings.filterwarnings("ignore", module="openpyxl")


def without_values(path, copy):
    """Copies a workbook without the values of its formula cells; how many there were."""
    count = 0
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as bare:
        for part in book.infolist():
            content = book.read(part)
            if part.filename.startswith("xl/worksheets/"):
                content, removed = FORMULA_VALUE.subn(rb"\1", content)
                count += removed
            bare.writestr(part.filename, content)
    return count


def computed(paths, folder):
    """Opens and saves workbooks with LibreOffice, all in one run; the folder with what it saved."""
    saved = folder / "saved"
    profile = (folder / "profile").as_uri()
    command = ["soffice", "--headless", "--norestore", f"-env:UserInstallation={profile}", "--convert-to", "xlsx", "--outdir", saved, *paths]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=1200)
    if run.returncode != 0 or not saved.is_dir():
        sys.exit(f"LibreOffice failed:\n{run.stdout}")
    return saved


def cells(path, values):
    """Sheet → address → content of the filled cells: values, or formulas."""
    book = openpyxl.load_workbook(path, data_only=values)
    return {s.title: {c.coordinate: c.value for row in s.iter_rows() for c in row if c.value not in (None, "")} for s in book.worksheets}


def names(path):
    """The names that begin with uptake_, with the cells that they stand for. Older openpyxl keeps names in a list."""
    known = openpyxl.load_workbook(path).defined_names
    listed = known.definedName if hasattr(known, "definedName") else known.values()
    return {n.name: n.attr_text.replace("'", "") for n in listed if n.name.startswith("uptake_")}


def same(one, other):
    if isinstance(one, float) and isinstance(other, (int, float)):
        return abs(one - other) <= TOLERANCE * abs(one)
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def differences(path, saved, formulas):
    """What one workbook and LibreOffice's copy of it do not agree on."""
    before, after = cells(path, values=True), cells(saved, values=True)
    if list(before) != list(after):
        yield f"sheets {list(after)} instead of {list(before)}"
    for sheet, contents in before.items():
        formula = formulas[sheet]
        for address, value in contents.items():
            found = after.get(sheet, {}).get(address)
            if not same(value, found):
                what = f"{formula[address]} has the value {value!r}, computed {found!r}" if address in formula else f"{value!r} became {found!r}"
                yield f"{sheet}!{address}: {what}"
        for address in sorted(after.get(sheet, {}).keys() - contents.keys()):
            yield f"{sheet}!{address}: empty, became {after[sheet][address]!r}"
    kept = names(saved)
    for name, place in names(path).items():
        if kept.get(name) != place:
            yield f"name {name}: {place} became {kept.get(name)}"


def main(folder):
    paths = sorted(Path(folder).rglob("*.xlsx"))
    problems, count = [], 0
    with tempfile.TemporaryDirectory() as temporary:
        # Numbered, as the same name may occur in two folders.
        copies = {path: Path(temporary) / f"{number}.xlsx" for number, path in enumerate(paths)}
        written = {path: without_values(path, copy) for path, copy in copies.items()}
        saved = computed(copies.values(), Path(temporary)) if copies else None
        for path, copy in copies.items():
            formulas = {sheet: {a: c for a, c in contents.items() if str(c).startswith("=")} for sheet, contents in cells(path, values=False).items()}
            found = sum(map(len, formulas.values()))
            count += found
            if written[path] != found:
                problems.append(f"{path}: {found} formulas, but {written[path]} with a value")
            if not (saved / copy.name).exists():
                problems.append(f"{path}: LibreOffice saved no copy")
                continue
            problems += [f"{path}: {difference}" for difference in differences(path, saved / copy.name, formulas)]
    if count == 0:
        problems.append(f"{folder}: no formula in {len(paths)} workbooks")
    print("\n".join(problems) if problems else f"{len(paths)} workbooks, {count} formulas")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
