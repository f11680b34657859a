#!/usr/bin/env bash
# What: pandas 3.1.1 with odfpy 1.4.1 (PyPI), `read_excel` of an ODS workbook by its engine `odf`, cells with a time.
# Where it was met: how long writs lay and when they came in, in one workbook as XLSX and as ODS, by several readers.
# Expected: a cell is what it holds, however it is shown. The file has both, `office:time-value` and the shown text, and
#   of a day, a number and a share the same engine takes the value. So 5 minutes and 7 seconds are that in every format,
#   as by the engine `calamine`, and in XLSX.
# Seen: the time is read out of the shown text. Shown in minutes and seconds, "05:07", it is five hours and seven
#   minutes; shown without seconds 10:30:45 is 10:30:00; 26 and a half hours shown as "02:30" are 02:30. Only the format
#   with all three is right. What is not understood, such as "45" or "26:30:00", raises.
# Source: run here; `pd.Timestamp(str(cell))` in pandas/io/excel/_odfreader.py. Pull request 55324 of pandas-dev/pandas,
#   of times in cells with a comment, was closed without a merge; of what is shown none was found.
# What follows: read such columns by `engine="calamine"`, and try a reader on values shown in more formats than one.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1 numpy==2.4.6 odfpy==1.4.1 \
    python-calamine==0.9.1
cd "$place"
"$place/venv/bin/python" - <<'PYTHON'
import datetime as dt

import pandas as pd
from odf import table, text
from odf.opendocument import OpenDocumentSpreadsheet

HELD = dt.time(10, 30, 45)
#: What a cell holds, as it is shown, and what it is read as. LibreOffice writes both.
CELLS = (
    ("PT10H30M45S", "10:30:45", HELD),
    ("PT10H30M45S", "10:30", dt.time(10, 30)),
    ("PT00H05M07S", "05:07", dt.time(5, 7)),
    ("PT26H30M00S", "02:30", dt.time(2, 30)),
)
document, sheet = OpenDocumentSpreadsheet(), table.Table(name="times")
document.spreadsheet.addElement(sheet)
for cell, shown in [
    *((table.TableCell(valuetype="time", timevalue=held), shown) for held, shown, _ in CELLS),
    (table.TableCell(valuetype="date", datevalue="2026-11-23T10:30:45"), "23 Nov"),
    (table.TableCell(valuetype="percentage", value="0.125"), "13%"),
    (table.TableCell(valuetype="float", value="0.125"), "0,1"),
]:
    cell.addElement(text.P(text=shown))
    row = table.TableRow()
    row.addElement(cell)
    sheet.addElement(row)
document.save("times.ods")

own, other = (
    pd.read_excel("times.ods", engine=engine, header=None, dtype=object)[0].tolist() for engine in ("odf", "calamine")
)
for (held, shown, _), by_own, by_other in zip(CELLS, own, other):
    print(held, f"shown as {shown!r:10}", "odf:", by_own, "calamine:", by_other)
assert own[: len(CELLS)] == [read for *_, read in CELLS], "what is held is read now"
assert other[:3] == [HELD, HELD, dt.time(0, 5, 7)]
assert own[len(CELLS) :] == [pd.Timestamp("2026-11-23 10:30:45"), 0.125, 0.125], "days are read as shown now, too"
PYTHON
