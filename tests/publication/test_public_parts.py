"""Were members of a pool not to share alike, the rule of shares is changed in one place on each side, and all fits."""

from __future__ import annotations

import json
from math import sqrt

import polars as pl
import pytest
from books import NOW, batch, clerk, home, leave, opened, take
from browser import browser
from browser import opened as shown
from chambers import typed
from held_by import two
from publishing import publish, unproven
from small import writ

from tengbol.book.amending import annul
from tengbol.book.audit import audit
from tengbol.book.balancing import lost
from tengbol.book.kept import held
from tengbol.book.past import export_batch
from tengbol.book.record import period
from tengbol.book.revoking import revoke
from tengbol.model.law import shares
from tengbol.report.accrual import by_enforcer, by_pool
from tengbol.report.chance import deviations
from tengbol.report.public.checker import write_page
from tengbol.scenarios.whatif.averages import positions
from tengbol.scenarios.why.published import why_published
from tengbol.verify import balances, decisions, secret, verify
from tengbol.verify.law import WRIT, parts
from tengbol.verify.public import batch as public_batch
from tengbol.verify.public import verify_public

#: Who is due half as much as any other, in this test alone.
NEW = "E1"


@pytest.fixture(autouse=True)
def halved(monkeypatch):
    """The rule, said twice: once for the program and once for the second opinion."""

    def parted(members, _enforcers, _day):
        weight = pl.when(pl.col("enforcer_id") == NEW).then(1).otherwise(2)
        return members.with_columns(part=shares.WRIT * weight // weight.sum().over("pool"))

    def halves(pool, _roster):
        weight = {who: 1 if who == NEW else 2 for who in pool}
        return {who: WRIT * own // sum(weight.values()) for who, own in weight.items()}

    monkeypatch.setattr(shares, "parted", parted)
    for module in (balances, decisions, secret, public_batch):
        monkeypatch.setattr(module, "parts", halves)


@pytest.fixture
def lived(tmp_path):
    """A book of two batches, one of them after a writ was annulled and given again."""
    store = opened(f"sqlite:///{tmp_path / 'b'}", tmp_path, home(writs=[writ(f"W{n}") for n in range(10)]))
    batch(store, clerk(), as_of=NOW)
    annul(store, two(at=NOW), "W1", reason="entered_twice")
    annul(store, two(at=NOW), "W2", reason="entered_twice")
    revoke(store, two(at=NOW), "W2")
    take(store, tmp_path, writs=[writ(f"X{n}") for n in range(4)])
    batch(store, clerk(), as_of=NOW)
    return store


def test_a_book_its_past_batches_and_what_it_publishes_are_right(lived, tmp_path):
    assert audit(lived).ok, str(audit(lived))
    given = (
        held(lived, "assignments", "t.batch_id = 'C1-000001'")["enforcer_id"].value_counts().rows_by_key("enforcer_id")
    )
    assert given[NEW] == [(2,)], "ten writs among one half and two wholes: two, four, four"
    for number in (1, 2):
        report = verify(*export_batch(lived, tmp_path / f"out{number}", number, "C1"))
        assert report.ok, str(report)
    file = publish(lived, tmp_path / "p.jsonl")
    assert set(unproven(verify_public(file))) <= {"outside", "previous"}
    part = json.loads(file.read_text().splitlines()[1])["part"]
    assert [sorted(told) for told in part["parts"].values()] == [[200_000_000, 400_000_000, 400_000_000]]
    found = why_published(file, part["assignments"]["writ"][0], lambda phrase: str(phrase))
    assert found.assigned


def test_a_report_tells_what_everyone_was_due(lived):
    record = period(lived)
    due = by_enforcer(record, by_pool(record)).filter(pl.col("kind") == "all").group_by("enforcer_id").agg(
        pl.col("share").sum()
    )  # fmt: skip
    assert dict(due.rows())[NEW] * 2 == dict(due.rows())["E2"] == dict(due.rows())["E3"]


def test_in_a_lottery_too_he_has_half_the_chance_of_others(lived):
    """Each batch is of single writs: a fifth of them would be his, two fifths each other's."""
    record = period(lived)
    writs = record.assignments.height
    found = deviations(record).filter(category="individual").select("enforcer_id", "deviation").rows()
    chances = {"E1": 0.2, "E2": 0.4, "E3": 0.4}
    assert found == [(who, pytest.approx(sqrt(writs * p * (1 - p)))) for who, p in chances.items()]


def test_a_mistaken_absence_gives_back_what_he_would_have_had_by_the_rule(tmp_path):
    store = opened(f"sqlite:///{tmp_path / 'b'}", tmp_path, home(writs=[]))
    leave(store, clerk(), NEW, reason="sickness", start=NOW.date(), end=NOW.date(), at=NOW)
    take(store, tmp_path, writs=[writ(f"W{n}") for n in range(6)])
    batch(store, clerk(), as_of=NOW)
    revoke(store, two(), NEW)
    assert lost(store, NEW, "individual") == 6 * WRIT // 5


def test_whoever_is_due_another_part_is_nobody_s_equal():
    found = positions(typed(home()), NOW.date()).rows_by_key("enforcer_id")
    assert found["E2"] == found["E3"] != found[NEW]


def test_other_parts_than_the_file_tells_are_found(lived, tmp_path):
    file = publish(lived, tmp_path / "p.jsonl")
    lines = file.read_text().splitlines()
    forged = lines[1].replace("200000000", "300000000")
    assert forged != lines[1]
    file.write_text("\n".join([lines[0], forged, *lines[2:]]) + "\n")
    assert not verify_public(file).ok


def test_unequal_parts_that_the_rule_does_not_give_are_found_though_all_follows_from_them(lived, tmp_path, monkeypatch):
    """A chamber that gives somebody less of a share, and draws its lots by that."""
    monkeypatch.setattr(public_batch, "parts", parts)
    broken = verify_public(publish(lived, tmp_path / "p.jsonl")).broken()
    assert {finding.check for finding in broken} == {"pools"}


def test_the_page_in_a_browser_reckons_with_them(lived, tmp_path):
    file = publish(lived, tmp_path / "p.jsonl")
    with browser() as chromium:
        tab, _ = shown(chromium, write_page(tmp_path / "p.jsonl"), locale="en-GB")
        tab.set_input_files("#file", file)
        tab.wait_for_selector("body[data-verdict]", state="attached")
        assert tab.evaluate("document.body.dataset.verdict") == "holds"
        tab.close()
