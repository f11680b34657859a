"""Intake: refused cells are mended in place, the workbook is read again, and saved as it was mended."""

from __future__ import annotations

import io
import re
from html import unescape
from urllib.parse import unquote

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from consoles import day_of, practising
from served import session
from small import writ

from tengbol.asked import local_now
from tengbol.book.kept import held

HTML = {"accept": "text/html", "accept-language": "en"}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with practising(tmp_path_factory.mktemp("mending")) as found:
        yield found


def fields(page):
    """The cells that a page offers to mend, with what stands in each."""
    found = re.findall(r'<input id="f\d+" name="([^"]*)" value="([^"]*)"', page)
    return {unescape(name): unescape(value) for name, value in found}


def sent(client, name, content):
    return client.post("/intake", data=day_of(client), files={"file": (name, content)}, headers=HTML).headers[
        "location"
    ]


def workbook(rows, notes=()):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("writs")
        for number, row in enumerate([list(rows[0]), *(list(row.values()) for row in rows)]):
            sheet.write_row(number, 0, ["" if cell is None else str(cell) for cell in row])
        book.add_worksheet("my notes").write_column(0, 0, notes)
    return content.getvalue()


def rows_of(place, *names, **wrong):
    district = held(place.store, "enforcers", "t.enforcer_id = :id", id=place.enforcer)["district_id"][0]
    today = local_now().date().isoformat()
    good = {"debtor_district_id": district, "issued_on": today, "received_at": f"{today}T00:01:00"}
    return [writ(names[0], **good), writ(names[1], **{**good, **wrong})]


def test_a_refused_cell_is_mended_in_place_and_the_workbook_is_saved_as_mended(place):
    client = session(place.server, place.store, "clerk")
    rows = rows_of(place, "MEND-1", "MEND-2", amount="many", form="?")
    address = sent(client, "day.xlsx", workbook(rows, ["<b>keep me</b>", "2 + 2"]))
    offered = fields(client.get(address, headers=HTML).text)
    assert offered == {"writs:3:amount": "many", "writs:3:form": "?"}
    assert "не использованы" in client.get(address, params={"lang": "ru"}, headers=HTML).text, "doubts, too, in Russian"
    client.cookies.delete("lang")
    assert client.get(f"{address}/mended.xlsx", headers=HTML).status_code == 404, "nothing is mended yet"
    nothing = client.post(f"{address}/cells", data=day_of(client, **offered), headers=HTML)
    assert "Nothing was written" in client.get(nothing.headers["location"], headers=HTML).text
    # One of the two, and a cell that was not refused, which is nobody's to change here.
    mend = {"writs:3:amount": "700", "writs:3:form": "?", "writs:2:amount": "1"}
    client.post(f"{address}/cells", data=day_of(client, **mend), headers=HTML)
    page = client.get(address, headers=HTML).text
    assert fields(page) == {"writs:3:form": "?"} and "Cells mended: 1." in page
    client.post(f"{address}/cells", data=day_of(client, **{"writs:3:form": "electronic"}), headers=HTML)
    page = client.get(address, headers=HTML).text
    assert not fields(page) and "Refused:" not in page
    saved = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}/mended.xlsx").content))
    cells = [list(row) for row in saved["writs"].iter_rows(values_only=True)]
    amount, form = cells[0].index("amount"), cells[0].index("form")
    assert (cells[2][amount], cells[2][form]) == ("700", "electronic")
    assert cells[1][amount] == str(rows[0]["amount"])
    assert [row[0] for row in saved["my notes"].iter_rows(values_only=True)] == ["<b>keep me</b>", "2 + 2"]
    client.post(address, data={**day_of(client), "what": "take"}, headers=HTML)
    taken = held(place.store, "writs", "t.writ_id = 'MEND-2'")
    assert taken["amount"].cast(pl.Float64).to_list() == [700] and taken["form"].to_list() == ["electronic"]


def test_a_csv_is_mended_too_unless_a_line_cannot_be_split(place):
    client = session(place.server, place.store, "clerk")
    rows = rows_of(place, "MEND-3", "MEND-4", amount="many")
    lines = [",".join(rows[0])] + [",".join("" if cell is None else str(cell) for cell in row.values()) for row in rows]
    address = sent(client, "writs.csv", "\n".join(lines).encode())
    assert fields(client.get(address, headers=HTML).text) == {"writs:3:amount": "many"}
    client.post(f"{address}/cells", data=day_of(client, **{"writs:3:amount": "800"}), headers=HTML)
    assert "No fault was found." in client.get(address, headers=HTML).text
    broken = sent(client, "writs.csv", "\n".join([*lines, "one,cell,too"]).encode())
    assert not fields(client.get(broken, headers=HTML).text)
    refused = client.post(f"{broken}/cells", data=day_of(client, **{"writs:3:amount": "800"}), headers=HTML)
    assert "cannot be split" in client.get(refused.headers["location"], headers=HTML).text


def test_nobody_mends_what_another_has_sent(place):
    one, two = (session(place.server, place.store, login) for login in ("clerk", "clerk2"))
    address = sent(one, "day.xlsx", workbook(rows_of(place, "MEND-5", "MEND-6", amount="many")))
    for method, path in (("POST", f"{address}/cells"), ("GET", f"{address}/mended.xlsx")):
        data = {"data": day_of(two, **{"writs:3:amount": "1"})} if method == "POST" else {}
        assert two.request(method, path, headers=HTML, **data).status_code == 404
    assert fields(one.get(address, headers=HTML).text) == {"writs:3:amount": "many"}


def test_a_header_that_nobody_knows_is_asked_about_and_read_as_it_was_said(place):
    client = session(place.server, place.store, "clerk")
    rows = rows_of(place, "HEAD-1", "HEAD-2")
    titled = [
        {("Қол қойылған ба" if name == "signature" else name): cell for name, cell in row.items()} for row in rows
    ]
    address = sent(client, "day.xlsx", workbook(titled))
    page = client.get(address, headers=HTML).text
    assert 'name="column" value="Қол қойылған ба=signature" checked' in page and "Columns that are not known: 1" in page
    refused = client.post(f"{address}/cells", data=day_of(client), headers=HTML)
    assert "Nothing was written" in client.get(refused.headers["location"], headers=HTML).text
    # What was not offered is not taken.
    said = {"column": ["Қол қойылған ба=signature", "number=amount"]}
    answer = client.post(f"{address}/cells", data={**day_of(client), **said}, headers=HTML)
    assert "read as you said" in client.get(answer.headers["location"], headers=HTML).text
    page = client.get(address, headers=HTML).text
    assert 'name="column"' not in page and "Refused" not in page.split("<h2>", 1)[1]
    taken = client.post(address, data=day_of(client, what="take", document=""), headers=HTML)
    assert taken.status_code == 303, taken.text
    kept = held(place.store, "writs", "t.writ_id = 'HEAD-1'")
    assert kept["signature"].to_list() == [rows[0]["signature"]] and kept["number"].to_list() == [rows[0]["number"]]


def test_a_download_keeps_its_name_in_any_letters(place):
    client = session(place.server, place.store, "clerk")
    address = sent(client, "Күннің тізімі.xlsx", workbook(rows_of(place, "NAME-1", "NAME-2", form="?")))
    told = client.get(f"{address}/marked.xlsx", headers=HTML).headers["content-disposition"]
    assert unquote(told.rpartition("filename*=UTF-8''")[2]) == "Күннің тізімі-marked.xlsx"
    assert told.isascii()


def test_a_sum_is_shown_as_sums_are_written(place):
    client = session(place.server, place.store, "clerk")
    address = sent(client, "sums.xlsx", workbook(rows_of(place, "SUM-1", "SUM-2", amount="98700.5")))
    client.post(address, data=day_of(client, what="take", document=""), headers=HTML)
    shown = client.post("/writs/SUM-2/personal", data=day_of(client, reason="to look"), headers=HTML).text
    assert re.search(r"<dd>98[\s,\u00a0\u202f]700[.,]50</dd>", shown), re.findall("<dd>.*?</dd>", shown)
