"""The summary page: true to its tables, readable by anyone, opened without a network."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tengbol.report
from tengbol.io.rejections import CODES
from tengbol.model import codes
from tengbol.report import wording
from tengbol.report.chart import COLUMNS, ROWS, STRIP, chart, scale_of, sentence
from tengbol.report.measures import WRIT, uniformity
from tengbol.report.summary import nearest_days, page, rejected_by_table, uniformity_figures
from tengbol.report.words import Words

TODAY = date(2026, 11, 23)
ENGLISH = Words("en")
STANDING = {
    "enforcer_id": pl.String,
    "name": pl.String,
    "district_id": pl.String,
    "chamber_id": pl.String,
    "category": pl.String,
    "received_before": pl.Int64,
    "share_before": pl.Int64,
    "received_after": pl.Int64,
    "share_after": pl.Int64,
}
ASSIGNMENTS = {
    "writ_id": pl.String,
    "enforcer_id": pl.String,
    "category": pl.String,
    "basis": pl.String,
    "bundle_id": pl.String,
    "pool_size": pl.Int64,
    "distribute_by": pl.Date,
    "collect_by": pl.Date,
    "notify_creditor_by": pl.Date,
    "explanation": pl.String,
}
UNASSIGNED = {"writ_id": pl.String, "code": pl.String, "explanation": pl.String}
REJECTED = {"table": pl.String, "row": pl.Int64, "column": pl.String, "code": pl.String, "message": pl.String}
MANIFEST = {
    "status": "optimal",
    "status_total": "optimal",
    "objective": 1284.553817,
    "lower_bound": 1284.553817,
    "objective_total": 913.25,
    "lower_bound_total": 913.25,
    "seed": "9f2c41d07be85a66",
    "as_of": "2026-11-23T09:30:00",
    "batch_id": "2026-11-23-a",
    "inputs": {"writs.csv": {"sha256": "ab" * 32, "rows": 120}},
    "versions": {"tengbol": "0.1.0"},
}


def frame(rows, schema):
    return pl.DataFrame(rows, schema=schema, orient="row")


def standing_of(enforcers, *, chambers=1, name="Ермекова {}", seed=1):
    random = Random(seed)
    rows = []
    for e in range(enforcers):
        for category in codes.CATEGORIES:
            received, due = random.randint(0, 40), random.randint(0, 40 * WRIT)
            more, also = random.randint(0, 9), random.randint(0, 9 * WRIT)
            rows.append(
                (
                    f"E{e:04}",
                    name.format(e),
                    "D",
                    f"C{e % chambers:02}",
                    category,
                    received,
                    due,
                    received + more,
                    due + also,
                )
            )
    return frame(rows, STANDING)


def assignments_of(*writs):
    """Rows: category, basis, distribute_by."""
    after = TODAY + timedelta(3)
    rows = [
        (f"W{i}", "E0000", category, basis, f"B{i}", 3, by, after, after, "the debtor is Nobody")
        for i, (category, basis, by) in enumerate(writs)
    ]
    return frame(rows, ASSIGNMENTS)


def summary(**changes):
    standing = changes.get("standing", standing_of(3))
    given = {
        "standing": standing,
        "uniformity": uniformity(standing),
        "assignments": assignments_of(("alimony", "alimony_debtor", TODAY), ("state", "registered", TODAY)),
        "unassigned": frame([("U1", "original_missing", "x"), ("U2", "original_missing", "x")], UNASSIGNED),
        "rejected": frame([("writs", 7, "form", "bad_code", "m")], REJECTED),
        "manifest": MANIFEST,
        "warnings": ["writs: column note was kept out."],
    }
    return page(**given | changes)


def tree(html):
    return ElementTree.fromstring(html)


def text(element):
    return " ".join(" ".join(element.itertext()).split())


def section(html, name):
    return next(s for s in tree(html).iter("section") if s.get("aria-labelledby") == name)


EMPTY = {
    "standing": frame([], STANDING),
    "assignments": frame([], ASSIGNMENTS),
    "unassigned": frame([], UNASSIGNED),
    "rejected": frame([], REJECTED),
    "warnings": [],
}
PAGES = {
    "a row for each of few": {},
    "a strip": {"standing": standing_of(ROWS + 1)},
    "columns of many, of several chambers": {"standing": standing_of(STRIP + 1, chambers=3)},
    "nothing at all": EMPTY,
    "enforcers and no writ": EMPTY | {"standing": standing_of(2)},
    "writs and no enforcer": {"standing": EMPTY["standing"], "assignments": EMPTY["assignments"]},
    "not proven": {"manifest": MANIFEST | {"status": "feasible", "lower_bound": 1200}},
}
every_page = pytest.mark.parametrize("changes", PAGES.values(), ids=PAGES.keys())


@every_page
def test_the_page_is_well_formed_and_what_it_refers_to_is_on_it(changes):
    html = summary(**changes)
    elements = list(tree(html).iter())
    ids = [e.get("id") for e in elements if e.get("id")]
    assert len(ids) == len(set(ids))
    for e in elements:
        for attribute in ("aria-labelledby", "aria-describedby"):
            assert e.get(attribute, ids[0]) in ids
        assert e.get("href", "data:").startswith(("#", "data:"))
    assert html.startswith("<!DOCTYPE html>")


@every_page
def test_nothing_on_the_page_asks_for_the_network_or_runs(changes):
    html = summary(**changes)
    assert not re.search(r"https?:|//|src=|@import|url\(|<script|<iframe|<img|\son\w+=", html)
    assert "default-src 'none'" in html


@every_page
def test_headings_go_down_one_level_at_a_time_and_every_table_has_a_caption_and_scopes(changes):
    root = tree(summary(**changes))
    levels = [int(e.tag[1]) for e in root.iter() if re.fullmatch(r"h\d", e.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    for table in root.iter("table"):
        assert table.find("caption") is not None
        assert all(th.get("scope") for th in table.iter("th"))


@every_page
def test_the_same_arguments_give_the_same_bytes_whatever_the_order_of_rows(changes):
    tables = {"standing": standing_of(3), **changes}
    shuffled = {k: v.sample(fraction=1, shuffle=True, seed=5) for k, v in tables.items() if k in STANDING_LIKE}
    assert summary(**tables) == summary(**tables | shuffled)


STANDING_LIKE = ("standing", "assignments", "unassigned", "rejected")


@pytest.mark.parametrize("chambers", [1, 3])
def test_every_figure_of_the_uniformity_table_stands_in_its_row(chambers):
    standing = standing_of(7, chambers=chambers).with_columns(
        pl.when(pl.col("category") != "state").then("received_before").otherwise(0)
    )
    table = uniformity(standing)
    shown = [
        [text(td) for td in tr.findall("td") if not td.get("rowspan")]
        for tr in section(summary(standing=standing), "uniformity").iter("tr")
        if (tr.get("class") or "").startswith("of-")
    ]
    expected = [uniformity_figures(row, m) for row in table.iter_rows(named=True) for m in ("before", "after")]
    assert shown == expected
    assert len(shown) == 10 * chambers
    row = table.filter(pl.col("category") == "alimony").row(0, named=True)
    alimony = expected[6]
    assert alimony[0] == str(row["received_min_before"])
    assert float(alimony[3].replace("−", "-")) == pytest.approx(row["excess_min_before"], abs=5e-4)
    assert float(alimony[7]) == pytest.approx(row["jain_before"], abs=5e-5)
    assert expected[4][6:] == ["–", "–"]


WICKED = '<script>alert(1)</script> & "O\'Neill" \x07\u202e'


def test_whatever_a_name_holds_it_is_text_and_nothing_else():
    for enforcers in (3, ROWS + 1):
        standing = standing_of(enforcers, name=WICKED + "{}").with_columns(chamber_id=pl.lit(WICKED))
        html = summary(
            standing=standing,
            rejected=frame([(WICKED, 1, WICKED, WICKED, WICKED)], REJECTED),
            manifest=MANIFEST | {"batch_id": WICKED, "seed": WICKED, "inputs": {WICKED: {"sha256": WICKED}}},
            warnings=[WICKED],
        )
        assert "<script" not in html
        assert "\x07" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in html
        names = [text(e) for e in tree(html).iter("bdi")]
        assert any(name.startswith('<script>alert(1)</script> & "O\'Neill"') for name in names)


def test_nothing_of_a_debtor_is_on_the_page():
    html = summary()
    assert "Nobody" not in html
    assert not re.search(r"\bW0\b|\bU1\b", html)


def test_a_proven_batch_says_so_and_gives_both_sums_with_their_unit():
    verdict = text(section(summary(), "verdict"))
    assert "Proven: no distribution the rules allow is more even." in verdict
    assert verdict.count("1,284.553817 squared writs") == 2
    assert verdict.count("913.25 squared writs") == 2
    assert "Not proven" not in verdict


def test_an_unproven_batch_never_says_proven_and_gives_the_gap():
    manifest = MANIFEST | {
        "status": "feasible",
        "lower_bound": 1280,
        "status_total": "feasible",
        "lower_bound_total": 900,
    }
    verdict = text(section(summary(manifest=manifest), "verdict"))
    assert "Proven:" not in verdict
    assert verdict.count("Not proven:") == 2
    assert "lower by at most 4.553817 squared writs, 0.36% of it" in verdict
    assert "4.553817 (0.36%)" in verdict
    assert "13.25 (1.46%)" in verdict


def test_one_sum_may_be_proven_and_the_other_not():
    verdict = text(
        section(summary(manifest=MANIFEST | {"status_total": "feasible", "lower_bound_total": 1}), "verdict")
    )
    assert "Proven: no distribution" in verdict
    assert "Not proven: with that" in verdict


def test_an_empty_batch_claims_no_proof():
    verdict = text(section(summary(**EMPTY), "verdict"))
    assert "Nothing was distributed" in verdict
    assert "Proven:" not in verdict


def test_every_writ_of_the_input_is_counted_once_however_many_complaints_its_row_has():
    rejected = frame(
        [
            ("writs", 3, "amount", "missing_value", "m"),
            ("writs", 3, "form", "bad_code", "m"),
            ("ledger", 9, "x", "y", "m"),
        ],
        REJECTED,
    )
    counts = text(section(summary(rejected=rejected), "counts"))
    assert "writs in the input 5 assigned 2 not assigned 2 rejected 1" in counts
    assert rejected_by_table(rejected) == [
        ("ledger", 1, [("y", "", 1, 9)]),
        (
            "writs",
            1,
            [
                ("bad_code", wording.REJECTED["bad_code"], 1, 3),
                ("missing_value", wording.REJECTED["missing_value"], 1, 3),
            ],
        ),
    ]


def test_rejected_rows_are_told_in_sentences_with_the_first_row_but_not_what_stood_there():
    rows = [("writs", row, "debtor_id", "bad_check_digit", "debtor_id is '990101300124'; wrong.") for row in (12, 7)]
    html = summary(rejected=frame(rows, REJECTED))
    assert "The check digit of an IIN or BIN is wrong bad_check_digit × 2: first in row 7" in text(
        section(html, "counts")
    )
    assert "990101300124" not in html
    assert tuple(wording.REJECTED) == tuple(CODES)


def test_every_basis_and_every_reason_has_its_meaning_and_paragraph():
    assert tuple(wording.BASES) == (*codes.BOUND_BASES, *codes.POOL_BASES)
    assert tuple(wording.UNASSIGNED) == codes.UNASSIGNED
    assert tuple(wording.CATEGORIES) == codes.CATEGORIES
    counts = text(section(summary(), "counts"))
    assert "against the same debtor alimony_debtor ¶13 1" in counts
    assert "Paper, without its original original_missing ¶5 2" in counts
    assert "same_case" not in counts


def test_deadlines_are_counted_by_day_the_overdue_first_and_the_far_together():
    days = [-2, -1, 0, 0, 1, 2, 4, 5, 6, 7, 8, 9]
    rows = nearest_days(assignments_of(*[("state", "registered", TODAY + timedelta(d)) for d in days]), TODAY, ENGLISH)
    assert rows[0] == ("overdue", "Before 23 November 2026", "overdue", [2, 0, 0])
    assert rows[1] == ("", "23 November 2026", "today", [2, 0, 0])
    assert rows[2] == ("", "24 November 2026", "Tuesday", [1, 0, 0])
    assert rows[4] == ("", "26 November 2026", "Thursday", [0, 12, 12])
    assert rows[-1] == ("", "Later", "", [3, 0, 0])
    assert sum(numbers[0] for *_, numbers in rows) == len(days)


@pytest.mark.parametrize(
    ("enforcers", "form", "marks"),
    [
        (1, "rows", 1),
        (ROWS, "rows", ROWS),
        (ROWS + 1, "strip", ROWS + 1),
        (STRIP, "strip", STRIP),
        (STRIP + 1, "columns", COLUMNS),
        (2000, "columns", COLUMNS),
    ],
)
def test_a_chart_has_a_mark_for_every_enforcer_until_they_are_too_many(enforcers, form, marks):
    drawn = chart(standing_of(enforcers), "alimony", writs=1)
    assert (drawn.form, len(drawn.marks), drawn.enforcers) == (form, marks, enforcers)
    for mark in drawn.marks:
        for spread in (mark.before, mark.after):
            ends = [spread.low, spread.tenth, spread.median, spread.ninetieth, spread.high]
            assert ends == sorted(ends)
            assert 0 <= ends[0] <= ends[-1] <= 100
    medians = [mark.before.median for mark in drawn.marks]
    assert medians == sorted(medians)


@pytest.mark.parametrize("enforcers", [3, ROWS + 1, STRIP + 1])
def test_there_is_one_chart_for_each_category_with_a_sentence(enforcers):
    charts = section(summary(standing=standing_of(enforcers)), "charts")
    assert [text(h) for h in charts.iter("h3")] == list(wording.CATEGORIES.values())
    ids = {e.get("id") for e in charts.iter()}
    assert {f"says-{category}" for category in codes.CATEGORIES} <= ids
    labels = [e.get("aria-label") for e in charts.iter() if e.get("role") in ("img", "region")]
    assert len(labels) == 5
    drawn = [e for e in charts.iter("circle") if e.get("class") == "after" and "%" in e.get("cx")]
    assert len(drawn) == 5 * min(enforcers, COLUMNS if enforcers > STRIP else enforcers)


def test_where_nobody_is_licensed_there_is_no_chart_but_a_sentence():
    charts = section(summary(**EMPTY), "charts")
    assert "No enforcer was licensed" in text(charts)
    assert not list(charts.iter("svg"))


def ranked_of(*excesses):
    return frame(
        [(f"E{i}", f"N{i}", round(b * WRIT), round(a * WRIT)) for i, (b, a) in enumerate(excesses)],
        {"enforcer_id": pl.String, "name": pl.String, "before": pl.Int64, "after": pl.Int64},
    )


def test_the_sentence_gives_the_ranges_and_how_many_are_within_one_writ():
    assert sentence(ranked_of((-2.5, -1), (0, 0.25), (1.0004, 1.5)), 1234, ENGLISH) == (
        "1,234 writs assigned. Excess before the batch: −2.500 to +1.000 writs; "
        "after it: −1.000 to +1.500 writs. Within one writ of their share: "
        "1 of 3 (33.3%) before, 2 of 3 (66.6%) after."
    )
    assert sentence(ranked_of((0, 0), (0, 0)), 0, ENGLISH) == (
        "No writ of this category was assigned. Excess before the batch: 0.000 writs for all; after it: "
        "0.000 writs for all. Within one writ of their share: all 2 before, all 2 after."
    )


def test_those_who_end_more_than_one_writ_from_their_share_are_named_the_furthest_first():
    rows = [
        (f"E{i}", f"N{i}", "D", "C", "state", 0, 0, received, share)
        for i, (received, share) in enumerate([(1, 0), (5, 0), (0, 4 * WRIT), (0, 2 * WRIT), (0, WRIT + 1), (3, 0)])
    ]
    drawn = chart(frame(rows, STANDING), "state", writs=9)
    assert drawn.furthest == [("N1", "+5.000"), ("N2", "−4.000"), ("N5", "+3.000")]
    assert drawn.further == 2


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=9))
def test_a_scale_holds_zero_one_writ_each_side_and_everybody(excesses):
    scale = scale_of(ranked_of(*excesses))
    for value in (0, -1, 1, *(x for pair in excesses for x in pair)):
        assert 0 <= scale.at(value) <= 100
    labels = [label for _, label in scale.ticks]
    assert 3 <= len(labels) <= 10
    assert len(set(labels)) == len(labels)
    assert any(not label.strip("0.") for label in labels)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (wording.fixed(-0.0001, 3), "0.000"),
        (wording.signed(-0.0001), "0.000"),
        (wording.signed(0.5), "+0.500"),
        (wording.signed(-1234.5), "−1,234.500"),
        (wording.fixed(None, 4), "–"),
        (wording.exact(0), "0"),
        (wording.exact(1e-06), "0.000001"),
        (wording.exact("1200.500000"), "1,200.5"),
        (wording.exact(100), "100"),
        (ENGLISH.counted("{n} writ", "{n} writs", 1), "1 writ"),
        (ENGLISH.counted("{n} writ", "{n} writs", 2000), "2,000 writs"),
    ],
)
def test_numbers_are_written_one_way(written, expected):
    assert written == expected


def test_the_way_to_check_names_the_command_the_seed_and_the_input():
    check = text(section(summary(), "check"))
    assert "tengbol verify INPUT DIR" in check
    assert "--as-of 2026-11-23T09:30:00 --seed 9f2c41d07be85a66" in check
    assert f"writs.csv 120 {'ab' * 32}" in check


def test_the_template_and_its_style_are_shipped_beside_the_module():
    shipped = Path(tengbol.report.__file__).parent
    assert (shipped / "summary.html").exists()
    assert (shipped / "summary.css").exists()
