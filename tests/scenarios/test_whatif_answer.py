"""`tengbol whatif`: an answer on disk, whole or not at all, with a page that needs nothing from elsewhere."""

from __future__ import annotations

import json
import re
import shutil
from hashlib import sha256
from html.parser import HTMLParser

import polars as pl
import pytest
from books import tengbol
from small import attachment, district, enforcer, proceeding, writ, write_tables

from tengbol.errors import UnusableInputError
from tengbol.io.read import read
from tengbol.report.whatif import charts
from tengbol.report.whatif.findings import AMOUNTS
from tengbol.report.words import Words
from tengbol.scenarios.whatif.answer import ask, run
from tengbol.scenarios.whatif.scenario import load

SCENARIO = """
base = "in"
as_of = 2026-11-23T18:00:00
seed = "7"
days = 3
replications = 2
lots = 2

[[variant]]
name = "E1 <leaves> & goes"
[[variant.event]]
kind = "leave"
enforcer_id = "E1"
reason = "expelled"
on = 2026-11-24

[[variant]]
name = "nothing"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("whatif")
    write_tables(
        place / "in",
        districts=[district("D1"), district("D2")],
        enforcers=[*(enforcer(f"E{n}") for n in range(1, 4)), enforcer("L1", "D2")],
        attachments=[attachment("D2", "E1")],
        ledger=[
            *(proceeding(f"P{n}", f"E{n % 3 + 1}", assigned_at=f"2026-11-{10 + n}T12:00:00") for n in range(9)),
            proceeding("Q", "L1", district_id="D2"),
        ],
        writs=[writ(f"w{n}") for n in range(5)],
    )
    (place / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def answered(folder):
    run(load(folder / "scenario.toml"), folder / "out", in_turn=True)
    return folder / "out"


def manifest(out):
    return json.loads((out / "manifest.json").read_text(encoding="utf-8"))


def test_every_table_is_there_twice_with_its_hash_and_so_are_the_seeds(answered):
    told = manifest(answered)
    names = {
        "moved",
        "taken",
        "load",
        "uniformity",
        "unplaced",
        "deadlines",
        "pools",
        "later",
        "own",
        "rejected",
        "untold",
        "days",
        "evenness",
        "people",
    }
    names |= {"differences", "settled", "findings", "in_turn", "pairs", "heat"}
    names |= {"coverage", "beside", "attach", "alone"}
    files = {f"{name}.{kind}" for name in names for kind in ("csv", "parquet")} | {"whatif.html", "decision.html"}
    assert set(told["outputs"]) == files
    assert {file.name for file in answered.iterdir()} == files | {"manifest.json"}
    for file, known in told["outputs"].items():
        assert sha256((answered / file).read_bytes()).hexdigest() == known["sha256"]
    assert told["seed"] == "7"
    assert len(set(told["lot_seeds"])) == 2
    assert told["scenario"]["sha256"] == sha256(SCENARIO.encode()).hexdigest()
    assert all(re.fullmatch("[0-9a-f]{64}", source["sha256"]) for source in told["inputs"].values())


def test_the_same_scenario_gives_the_same_bytes(folder, answered, tmp_path):
    run(load(folder / "scenario.toml"), tmp_path / "again", in_turn=True)
    assert manifest(tmp_path / "again") == manifest(answered)


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.sources, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.sources += [value for name, value in attrs if name in ("src", "href", "xlink:href")]

    def handle_data(self, data):
        self.text.append(data)


def test_the_page_needs_nothing_from_elsewhere_and_says_every_finding(answered):
    html = (answered / "whatif.html").read_text(encoding="utf-8")
    page = _Page()
    page.feed(html)
    assert "script" not in page.tags
    assert all(source.startswith(("#", "data:")) for source in page.sources)
    assert "url(http" not in html
    said = "".join(page.text)
    for variant, sentence in pl.read_parquet(answered / "findings.parquet").iter_rows():
        assert sentence in said
        assert variant in said or variant == "everyone in turn"
    # What a name holds is text, and no stand-in colour is left.
    assert "<leaves>" not in html
    assert not re.search("#0102[0-9a-f]{2}", html)
    assert page.tags.count("svg") == 4


def test_findings_are_those_of_the_tables(answered):
    said = pl.read_parquet(answered / "findings.parquet")
    mine = said.filter(variant="E1 <leaves> & goes")["finding"].to_list()
    # Three of the past, and one or two of the five that are given on the day of the base.
    assert any(
        re.match(r"[45](\.\d)? open proceedings of 1 enforcer return to the chamber \(¶3\) on 24 November 2026: ", told)
        for told in mine
    )
    assert any(told.startswith("2 enforcers take them, from ") for told in mine)
    assert "Everything that the base can place can still be placed." in mine
    assert "No open proceeding returns to the chamber." in said.filter(variant="nothing")["finding"].to_list()


def test_the_command_ends_with_0_and_says_what_it_found(folder, tmp_path):
    done = tengbol("whatif", folder / "scenario.toml", "--out", tmp_path / "out", "--processes", 1)
    assert done.returncode == 0, done.stderr
    assert "nothing: No open proceeding returns to the chamber." in done.stdout
    assert (tmp_path / "out" / "whatif.html").exists()


def test_the_command_ends_with_2_and_file_line_and_reason_where_a_scenario_contradicts_itself(folder, tmp_path):
    wrong = folder / "wrong.toml"
    wrong.write_text(SCENARIO.replace('"E1"', '"E9"'), encoding="utf-8")
    done = tengbol("whatif", wrong, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "wrong.toml, line 13, variant 1, event 1, enforcer_id: 'E9' is no enforcer" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_book_as_base_is_read_by_whoever_can_read_books(folder):
    text = SCENARIO.replace('"in"', '"sqlite:///book.db"').replace("days = 3", "days = 0")
    book = folder / "book.toml"
    book.write_text(text, encoding="utf-8")
    with pytest.raises(UnusableInputError, match="export it with `tengbol book export DIR`"):
        ask(load(book))
    answer = ask(load(book), book=lambda _: read(folder / "in"))
    assert 4 <= answer.tables["moved"]["open"].sum() <= 5
    assert "days" not in answer.tables


def test_rows_of_the_base_that_are_lost_stop_it_unless_a_reason_is_given_and_are_told(folder, tmp_path):
    """As of a batch: proceedings that cannot be read would be nobody's, and nothing would return."""
    base = tmp_path / "in"
    shutil.copytree(folder / "in", base)
    ledger = (base / "ledger.csv").read_text(encoding="utf-8").replace("2026-11-10T12:00:00", "once")
    (base / "ledger.csv").write_text(ledger, encoding="utf-8")
    (tmp_path / "s.toml").write_text(SCENARIO.replace("days = 3", "days = 0"), encoding="utf-8")
    asked = load(tmp_path / "s.toml")
    with pytest.raises(UnusableInputError, match="ledger row 2: assigned_at is 'once'"):
        ask(asked)
    answer = ask(asked, accept="the ledger is mended tomorrow")
    assert answer.tables["rejected"]["row"].to_list() == [2]
    assert "Rows of the base that could not be used: 1; see the table rejected." in answer.reading.warnings


def test_a_changed_index_says_that_days_to_come_have_no_amounts(folder, tmp_path):
    text = SCENARIO.replace('kind = "leave"\nenforcer_id = "E1"\nreason = "expelled"', 'kind = "rule"\nmci = 6000')
    (tmp_path / "s.toml").write_text(text.replace('"in"', f'"{(folder / "in").as_posix()}"'), encoding="utf-8")
    answer = ask(load(tmp_path / "s.toml"))
    first, second = (answer.findings.filter(variant=name)["finding"].to_list() for name in answer.departures)
    assert AMOUNTS in first
    assert AMOUNTS not in second


@pytest.mark.parametrize(("language", "ticks"), [("kk", "0,4"), ("ru", "0,4"), ("en", "0.4")])
def test_charts_write_decimals_as_the_page_does(language, ticks):
    table = pl.DataFrame(
        {"enforcer_id": ["E1"], "name": ["Berik"], "category": ["alimony"], "mean": [1.5], "least": [1], "most": [2],
         "margin": [0.1]}
    )  # fmt: skip
    svg = charts.taken(table, Words(language))
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert ticks in texts and ticks.translate(str.maketrans(",.", ".,")) not in texts
