"""The example's papers say that they are none, in their language; and papers are ticked off by what was scanned."""

from __future__ import annotations

import io
import json

import openpyxl
import pypdfium2
import pytest
from books import tengbol
from consoles import day_of, practising
from served import session

from tengbol.book.kept import held
from tengbol.book.opening import key_of
from tengbol.report.document import MARK
from tengbol.report.public.names import public_writs
from tengbol.report.words import Words

HTML = {"accept": "text/html", "accept-language": "en"}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with practising(tmp_path_factory.mktemp("example")) as found:
        yield found


def pages(pdf):
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_page_of_an_examples_papers_says_so(language, place):
    client = session(place.server, place.store, "clerk")
    batch = held(place.store, "batches")["batch_id"][0]
    said = Words(language)(MARK)
    assert said != MARK
    for name in ("handover", "waiting"):
        paper = {**day_of(client), "paper": f"{name}-{language}.pdf"}
        printed = pages(client.post(f"/batches/{batch}/papers", data=paper).content)
        assert printed and all(said in page for page in printed)
        paper["paper"] = f"{name}-{language}.xlsx"
        book = openpyxl.load_workbook(io.BytesIO(client.post(f"/batches/{batch}/papers", data=paper).content))
        assert all(sheet.cell(1, 1).value == said and said in sheet.oddHeader.center.text for sheet in book.worksheets)


def test_an_examples_report_and_export_say_so_too(place, tmp_path):
    book = place.store.url.removeprefix("sqlite:///")
    for command in (["report", book, "--lang", "ru"], ["book", "export", "--book", book]):
        out = ["--out", str(tmp_path / "report")] if command[0] == "report" else [str(tmp_path / "export")]
        assert tengbol(*command, *out).returncode == 0
    said = Words("ru")(MARK)
    assert said in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert said in pages(tmp_path / "report" / "report.pdf")[0]
    listed = openpyxl.load_workbook(tmp_path / "report" / "report.xlsx")["tables"]
    assert said in [row[0] for row in listed.iter_rows(values_only=True)]
    for name in ("report", "export"):
        assert json.loads((tmp_path / name / "manifest.json").read_text(encoding="utf-8"))["example"] is True


def test_papers_are_ticked_off_by_scanning_line_by_line(place):
    client = session(place.server, place.store, "clerk")
    store = place.store
    ids = held(store, "states", "t.state = 'assigned'").sort("writ_id")["writ_id"].to_list()[:4]
    codes = public_writs(key_of(store), ids)
    # One of them is of no paper here: nothing is marked, and it is told which.
    wrong = day_of(client, what="handed", scanned="\n".join([*codes[:2], "ffff-nothing"]))
    back = client.post("/ticks", data=wrong, headers=HTML).headers["location"]
    assert "ffff-nothing" in client.get(back, headers=HTML).text
    assert set(held(store, "states", store.among("t.writ_id", "ids"), ids=ids)["state"]) == {"assigned"}
    # A scanner sends a line's end after each; twice is once; an id of the book will do.
    lines = [*codes[:3], codes[0], ids[3]]
    scanned = day_of(client, what="handed", scanned="\r\n".join(lines) + "\r\n")
    back = client.post("/ticks", data=scanned, headers=HTML).headers["location"]
    assert "Marked: 4." in client.get(back, headers=HTML).text
    assert set(held(store, "states", store.among("t.writ_id", "ids"), ids=ids)["state"]) == {"handed"}
    # What is handed over already is not in the list any more.
    again = client.post("/ticks", data=day_of(client, what="handed", scanned=codes[0]), headers=HTML)
    assert "nothing was marked" in client.get(again.headers["location"], headers=HTML).text
