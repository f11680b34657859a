#!/usr/bin/env bash
# What: fastexcel 0.21.0 and python-calamine 0.9.1 (PyPI), both by calamine, ODS cells with a tab in them.
# Where it was met: the same register as XLSX and as ODS, by several readers: names pasted from a table of text, with a
#   tab between the first name and the surname. LibreOffice 7.4 saves such a tab as `<text:tab/>`.
# Expected: elements of white space are white space. `<text:s/>` is read as spaces, a second paragraph as a new line:
#   by the same chapter of the standard `<text:tab/>` is a tab and `<text:line-break/>` a new line. Of the same cells in
#   XLSX the same library reads both.
# Seen: the two elements are read as nothing, so what they stood between is one word: Alma, a tab and Omarova are
#   AlmaOmarova, and 12, a tab and 3 are 123, equal to the cell that holds 123. Nothing is raised. ezodf reads both.
# Source: run here; OpenDocument 1.2, part 1, 6.1.3 to 6.1.5; `get_datatype` in calamine's src/ods.rs. Issue 225 of
#   tafia/calamine was of `<text:s/>`, mended since; of the other two none was found.
# What follows: read a cell's paragraphs by oneself where names are compared, or compare what two readers make of them.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check fastexcel==0.21.0 python-calamine==0.9.1 \
    odfpy==1.4.1 ezodf==0.3.2 lxml==6.1.3 setuptools==84.2.1 xlsxwriter==3.3.1 pyarrow==26.0.1
cd "$place"
"$place/venv/bin/python" - <<'PYTHON'
import ezodf
import fastexcel
import xlsxwriter
from odf import table, text
from odf.opendocument import OpenDocumentSpreadsheet
from python_calamine import CalamineWorkbook

CELLS = ["Alma\tOmarova", "Aliya\nAigul", "12\t3", "123", "a   b", "first\n\nthird"]


def paragraph(words):
    """A line as the standard has it: white space that must stay is an element."""
    made = text.P()
    for at, word in enumerate(words.split("\t")):
        if at:
            made.addElement(text.Tab())
        before, _, after = word.partition("   ")
        made.addText(before)
        if after:
            made.addElement(text.S(c=3))
            made.addText(after)
    return made


def opendocument(name):
    document, sheet = OpenDocumentSpreadsheet(), table.Table(name="names")
    document.spreadsheet.addElement(sheet)
    for value in CELLS:
        row, cell = table.TableRow(), table.TableCell(valuetype="string")
        if value == "Aliya\nAigul":
            line = text.P(text="Aliya")
            line.addElement(text.LineBreak())
            line.addText("Aigul")
            cell.addElement(line)
        else:
            for line in value.split("\n"):
                cell.addElement(paragraph(line))
        row.addElement(cell)
        sheet.addElement(row)
    document.save(name)


def ooxml(name):
    with xlsxwriter.Workbook(name) as workbook:
        workbook.add_worksheet("names").write_column(0, 0, CELLS)


opendocument("names.ods")
ooxml("names.xlsx")
read = {}
for name in ("names.xlsx", "names.ods"):
    sheet = fastexcel.read_excel(name).load_sheet(0, header_row=None, dtypes="string")
    read["fastexcel", name] = sheet.to_arrow().column(0).to_pylist()
    read["calamine", name] = [row[0] for row in CalamineWorkbook.from_path(name).get_sheet_by_index(0).to_python()]
read["ezodf", "names.ods"] = [row[0].value for row in ezodf.opendoc("names.ods").sheets[0].rows()]
for by, cells in read.items():
    print(*by, cells)
joined = ["AlmaOmarova", "AliyaAigul", "123", "123", "a   b", "first\n\nthird"]
for by in ("fastexcel", "calamine"):
    assert read[by, "names.xlsx"] == CELLS
    assert read[by, "names.ods"] == joined, "tabs and line breaks are read now"
assert read["ezodf", "names.ods"] == CELLS
PYTHON
