"""What other readings of the law would have moved, batch by batch, with its proof (docs/law/readings.md)."""

from __future__ import annotations

from datetime import datetime
from shutil import copy

import pytest
from books import batch, clerk, opened
from chambers import HOME, typed
from small import absence, attachment, enforcer, proceeding, writ

from tengbol.book.replaying import batches
from tengbol.config import Config
from tengbol.parameters import VALUES
from tengbol.report.whatif.readings import told
from tengbol.report.words import Words
from tengbol.scenarios.whatif.readings import Batch, others, reread

AS_OF = datetime(2026, 11, 23, 9, 30)
CASE = {"debtor_id": "D-1", "case_id": "1/1"}
EVICTION = {"claim": "other_non_property", "amount": None}
#: Of a setting and value, a chamber in which it says another thing, and what differs in it.
SITUATIONS = {
    ("index_day", "issued"): (
        {"writs": [writ("W", creditor_kind="state", amount="4000000", received_at="2026-01-05T10:00:00",
                        issued_on="2025-12-20")]},
        {"waits": 1, "pool": 0, "bound": 0, "elsewhere": 0},
    ),
    ("attached_when", "nobody_registered"): (
        {
            "enforcers": [enforcer("E1"), enforcer("A1", "D3")], "attachments": [attachment("D1", "A1")],
            "absences": [absence("E1", "sickness", start="2026-11-20", end="2026-12-04")], "writs": [writ("W")],
        },
        {"waits": 1, "pool": 0, "bound": 0, "elsewhere": 0},
    ),
    ("short_absence_binds", "free"): (
        {
            "absences": [absence("E1", "sickness", start="2026-11-20", end="2026-11-23")],
            "ledger": [proceeding("L", "E1", **CASE)], "writs": [writ("W", **CASE)],
        },
        {"waits": 1, "pool": 0, "bound": 0, "elsewhere": 0},
    ),
    ("case_binds", "collection"): (
        {"ledger": [proceeding("L", "E1", **CASE)], "writs": [writ("W", **CASE, **EVICTION)]},
        {"waits": 0, "pool": 0, "bound": 1},
    ),
    ("office_binds", "holder"): (
        {
            "absences": [absence("E1", "chamber_office", start="2026-11-01")],
            "ledger": [proceeding("L", "E1", **CASE)], "writs": [writ("W", **CASE)],
        },
        {"waits": 0, "pool": 0, "bound": 1, "elsewhere": 1},
    ),
}  # fmt: skip


def of(tables):
    return Batch(typed({**HOME, **tables}), AS_OF, "0", "0", Config())


def test_every_reading_but_those_that_were_taken_is_tried():
    tried = [(setting, value) for setting, value, _ in others(Config())]
    assert tried == [(setting, value) for setting, values in VALUES.items() for value in values[1:]]
    other = Config(case_binds="collection")
    assert ("case_binds", "all") in [(setting, value) for setting, value, _ in others(other)]


@pytest.mark.parametrize("reading", SITUATIONS)
def test_a_reading_is_told_by_what_it_moves_and_proven(reading):
    tables, differs = SITUATIONS[reading]
    found, moved = reread([of(tables), of({"writs": [writ("V")]})])
    row = found.filter(setting=reading[0], value=reading[1]).row(0, named=True)
    assert {name: row[name] for name in differs} == differs
    assert (row["batches"], row["touched"], row["proven"]) == (2, 1, 1)
    by = moved.filter(setting=reading[0], value=reading[1])
    # What one of the two alone places is received by somebody, and due to somebody, by that one alone.
    assert by["received"].sum() == (1 if reading[1] == "free" else -row["waits"])
    assert abs(by["share"].sum()) <= row["waits"]


def test_where_the_rules_say_the_same_nothing_is_moved():
    found, moved = reread([of({"writs": [writ(f"W{n}") for n in range(5)]})])
    assert found["touched"].sum() == 0 and moved.is_empty()
    said = list(told(found, Words("en")))
    assert len(said) == 1
    assert said[0].startswith(
        "By these readings of the law, 1 batch would be the same: Whose day’s index bounds a claim"
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [("kk", "Бір істің қай құжаттары"), ("ru", "Какие документы одного дела"), ("en", "Which writs of a case")],
)
def test_what_a_reading_moves_is_said_in_the_reader_s_language(language, said):
    found, _ = reread([of(SITUATIONS["case_binds", "collection"][0])])
    first, same = told(found, Words(language))
    assert first.startswith(said)
    codes = {word for setting, values in VALUES.items() for word in (setting, *values) if "_" in word}
    assert not [code for code in codes if code in first + same]


def test_a_book_s_batches_are_made_again_as_they_were(tmp_path, empty_book):
    copy(empty_book, tmp_path / "book")
    store = opened(
        f"sqlite:///{tmp_path / 'book'}", tmp_path,
        {**HOME, "ledger": [proceeding("L", "E1", **CASE)], "writs": [writ("W", **CASE, **EVICTION), writ("V")]},
    )  # fmt: skip
    at = datetime(2026, 11, 23, 18)
    made = batch(store, clerk(at=at), as_of=at)
    (one,) = batches(store)
    own = one.ruled(one.config)
    assert own.bundles()["bound_to"].to_list() == [None, "E1"]
    found, _ = reread([one])
    row = found.filter(setting="case_binds", value="collection").row(0, named=True)
    assert (row["touched"], row["bound"], row["objective_usual"]) == (1, 1, made.result.proof.objective)
    store.close()
