"""What a head decides by: variants side by side, whom to attach, who is alone next, and what a past cannot tell."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest
from browser import audited, browser, missing_glyphs, opened
from chambers import typed
from pdfs import pages
from small import attachment, balance, district, enforcer, proceeding, writ, write_tables

from tengbol.config import Config
from tengbol.report.whatif.everyone import in_turn
from tengbol.report.whatif.findings import findings
from tengbol.report.whatif.whom import categories, people
from tengbol.report.words import LANGUAGES, Words
from tengbol.scenarios.whatif.answer import ask, output_of, write
from tengbol.scenarios.whatif.pace import coverage, intake
from tengbol.scenarios.whatif.scenario import parse

AS_OF = dt.datetime(2026, 11, 23, 18)
SCENARIO = """
base = "in"
as_of = 2026-11-23T18:00:00
seed = "7"
days = 26
replications = 2
lots = 4
[[variant]]
name = "A is suspended"
[[variant.event]]
kind = "leave"
enforcer_id = "A"
reason = "licence_suspended"
on = 2026-11-24
[[variant]]
name = "A is suspended a month later"
[[variant.event]]
kind = "leave"
enforcer_id = "A"
reason = "licence_suspended"
on = 2026-12-24
[[variant]]
name = "A is ill"
[[variant.event]]
kind = "leave"
enforcer_id = "A"
reason = "sickness"
on = 2026-11-24
"""


def tables(**more):
    """A alone serves D2, B and C serve D1; A holds six, three of them in D2."""
    return {
        "districts": [district("D1", name="Birinshi"), district("D2", name="Ekinshi")],
        "enforcers": [enforcer("A", "D2", name="Aliya"), enforcer("B", name="Berik"), enforcer("C", name="Samal")],
        "attachments": [attachment("D1", "A")],
        "ledger": [
            *(proceeding(f"p{n}", "A", district_id="D2", assigned_at=f"2026-11-{10 + n}T12:00:00") for n in range(3)),
            *(proceeding(f"q{n}", "BC"[n % 2], assigned_at=f"2026-11-{10 + n}T12:00:00") for n in range(6)),
        ],
        "writs": [writ("w1", debtor_district_id="D2"), writ("w2")],
        **more,
    }


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("decide")
    write_tables(folder / "in", **tables())
    return folder


@pytest.fixture(scope="module")
def answer(place):
    return ask(parse(SCENARIO, "s.toml", folder=place), in_turn=True)


def test_variants_stand_beside_the_base_with_what_they_bring(answer):
    found = answer.tables["beside"].rows_by_key("variant", named=True, unique=True)
    assert list(found) == ["base", "A is suspended", "A is suspended a month later", "A is ill"]
    assert {name: row["returns"] for name, row in found.items()} == {
        "base": 0.0, "A is suspended": 4.0, "A is suspended a month later": 4.0, "A is ill": 0.0,
    }  # fmt: skip
    # Three of D2 return; the one that waits there is A's on the evening of the base, and returns with them.
    assert {name: row["unplaced"] for name, row in found.items()} == {
        "base": 0, "A is suspended": 4, "A is suspended a month later": 4, "A is ill": 0,
    }  # fmt: skip
    assert (found["A is suspended"]["emptied"], found["base"]["emptied"]) == (1, 0)
    assert found["A is suspended"]["first_due"] == dt.date(2026, 11, 27)
    # A sickness of which nobody knows the end is long on the day after a month (¶18).
    assert (found["A is suspended"]["long_on"], found["A is ill"]["long_on"]) == (None, dt.date(2026, 12, 24))
    assert found["base"]["open"] == 11


def test_what_changes_for_whom_stands_beside_each_other_by_person_and_by_category(answer):
    tables, words = answer.tables, Words("en")
    load = tables["load"].filter(pl.col("added") > 0)
    shown = people(tables, words)
    assert {who for _, who, *_ in shown} == set(load["enforcer_id"])
    for _, who, open_, cells in shown:
        own = load.filter(enforcer_id=who).rows_by_key("variant", named=True, unique=True)
        assert open_ == words.count(load.filter(enforcer_id=who)["open_before"][0])
        expected = [
            (words.signed(own[name]["added"], 1), f"days: {words.decimal(own[name]['intake_days'], 1)}")
            if name in own
            else ("–", "")
            for name in tables["beside"]["variant"].to_list()[1:]
        ]
        assert cells == expected
    # Four return of one category, all of them for nobody; whoever is ill makes nothing return.
    assert categories(tables, words) == [
        ("Money for natural persons", [("4", "for nobody: 4"), ("4", "for nobody: 4"), ("–", "")])
    ]


def test_the_plan_names_whom_to_attach_where_nobody_is_left(answer):
    attach = answer.tables["attach"].filter(variant="A is suspended")
    assert set(attach["district_id"]) == {"D2"}
    assert set(attach["enforcer_id"]) <= {"B", "C"} and attach.height == 2
    assert answer.tables["attach"].filter(variant="base").is_empty()


def test_who_is_alone_next_is_whoever_leaves_a_district_to_nobody(answer):
    alone = answer.tables["alone"].select("variant", "enforcer_id", "district_id").rows()
    assert ("base", "A", "D2") in alone
    assert not [row for row in alone if row[0] == "A is suspended"]


# ---- A ledger that is a part of the past


@pytest.mark.parametrize(
    ("more", "partial"),
    [
        ({}, False),
        ({"balances": [balance("B", "individual", 9, "9")]}, False),
        ({"balances": [balance("B", "individual", 40, "40")]}, True),
        ({"writs": [writ(f"w{n}") for n in range(200)]}, True),
        ({"writs": [writ(f"w{n}", origin="redistributed", previous_enforcer_id="Z") for n in range(200)]}, False),
        ({"ledger": [], "writs": [writ(f"w{n}") for n in range(200)]}, False),
    ],
)
def test_a_ledger_is_partial_where_balances_or_what_came_tell_of_more(more, partial):
    chamber, days = typed(tables(**more)), Config().calendar
    found = coverage(chamber, AS_OF, intake(chamber.ledger, AS_OF, 365, days), days).row(0, named=True)
    assert found["partial"] == partial, found


def test_of_a_partial_ledger_nothing_is_told_by_the_day(tmp_path):
    write_tables(tmp_path / "in", **tables(balances=[balance("B", "individual", 4000, "4000")]))
    one = SCENARIO[: SCENARIO.index('[[variant]]\nname = "A is suspended a month later"')].replace(
        "days = 26", "days = 2"
    )
    answer = ask(parse(one, "s.toml", folder=tmp_path), in_turn=True)
    load, beside = answer.tables["load"], answer.tables["beside"]
    for name in ("a_day_before", "a_day_after", "intake_days"):
        assert load[name].null_count() == load.height, name
    assert beside["backlog_days"].null_count() == beside["most_days"].null_count() == beside.height
    assert answer.tables["in_turn"]["most_days"].null_count() == answer.tables["in_turn"].height
    said = answer.findings["finding"].to_list()
    assert any("The ledger is only a part of the past: it has 9 proceedings, where balances count 4,000" in one
               for one in said)  # fmt: skip
    assert not any("working days' intake" in one or "arrive on a working day" in one for one in said)


def test_whoever_leaves_no_writ_with_nobody_is_not_told_to_leave_up_to_none():
    """A district that is emptied and has nothing open was told as "up to 0 writs"."""
    kinds = {"unplaced": 0, "districts_for_nobody": 1, "pools_of_one": 0, "most_added": 2.0, "most_days": None}
    singles = pl.DataFrame([kinds], schema_overrides={"most_days": pl.Float64})
    told = list(in_turn(singles, singles.clear(), Words("en")))
    assert not any("0 writs" in one for one in told)
    assert "1 enforcer would leave a district with nobody." in told


# ---- The pages


@pytest.fixture(scope="module")
def chromium():
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def written(place, answer):
    """One answer, said and written in each language."""
    for language in LANGUAGES:
        words, asked = Words(language), answer.scenario
        said = findings(answer.tables, lots=asked.lots, days=asked.days, words=words)
        own = replace(answer, tables={**answer.tables, "findings": said}, findings=said, words=words)
        write(own, output_of(answer.asked, place / language))
    return place


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["whatif", "decision"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_opens_in_its_language_and_an_audit_objects_to_nothing(chromium, written, language, name, scheme):
    tab, seen = opened(chromium, written / language / f"{name}.html", color_scheme=scheme, bypass_csp=True)
    assert not seen.messages
    assert not seen.requests
    assert not missing_glyphs(tab)
    assert tab.evaluate("document.documentElement.lang") == language
    assert audited(tab) == []
    # On a phone nothing but a table or picture of its own scrolls sideways.
    tab.set_viewport_size({"width": 390, "height": 800})
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    # On paper nothing scrolls: all of a table has to be on the page (A4 less its margins).
    tab.set_viewport_size({"width": 718, "height": 1000})
    tab.emulate_media(media="print")
    assert (
        tab.evaluate(
            "[...document.querySelectorAll('table')].filter(e => e.getBoundingClientRect().right > 719).length"
        )
        == 0
    )
    tab.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_is_printed_on_one_page_and_says_what_is_due(chromium, written, language):
    tab, _ = opened(chromium, written / language / "decision.html")
    paper = pages(tab.pdf(prefer_css_page_size=True))
    assert len(paper) == 1
    said = tab.inner_text("body")
    words = Words(language)
    assert words.day(dt.date(2026, 11, 27)) in said and words.day(dt.date(2026, 12, 24)) in said
    assert "Berik (Ekinshi)" in said and "Aliya (Ekinshi)" in said
    tab.close()


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_nothing_on_a_page_is_left_in_english(chromium, written, language):
    for name in ("whatif", "decision"):
        tab, _ = opened(chromium, written / language / f"{name}.html")
        said = tab.inner_text("body")
        for word in ("working", "enforcer", "writs", "category", "before", "Variant", "leaves", "deviation"):
            assert word not in said, (name, word)
        tab.close()
