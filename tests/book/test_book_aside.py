"""One writ never stops a chamber: a fault that some writs bring on is theirs alone, and they are named until mended."""

from __future__ import annotations

import pytest
from books import NOW, assign, batch, clerk, home, opened, take, tengbol
from hypothesis import given
from hypothesis import strategies as st
from small import writ

from tengbol.batch import draw
from tengbol.book import aside
from tengbol.book.acts import events, payload
from tengbol.book.aside import at_fault, put_aside
from tengbol.book.audit import audit
from tengbol.book.due import due
from tengbol.book.kept import contract_tables, held
from tengbol.book.papers import mark
from tengbol.book.past import export_batch
from tengbol.book.status import status
from tengbol.errors import UnusableInputError
from tengbol.model.law import category
from tengbol.optimizer import solve as solving
from tengbol.verify import verify

#: What a rule cannot bear: a writ alone, or two that come together.
POISON = "poison"


@pytest.fixture
def faulty(monkeypatch):
    """The rules fail for a writ whose subject is `poison`, and where two have the subjects `left` and `right`."""
    told = category.with_mci

    def failing(writs, law, day):
        subjects = set(writs["subject"])
        if POISON in subjects or {"left", "right"} <= subjects:
            raise ZeroDivisionError("a rule of these tests")
        return told(writs, law, day)

    monkeypatch.setattr(category, "with_mci", failing)


def bad(writ_id, subject=POISON, **cells):
    return writ(writ_id, subject=subject, **cells)


def states(store):
    return dict(held(store, "states").select("writ_id", "state").rows())


def test_writs_at_fault_are_set_aside_the_rest_is_distributed_and_due_and_status_name_them(url, tmp_path, faulty):
    writs = [*home()["writs"], bad("B1"), bad("B2"), writ("L", subject="left"), writ("R", subject="right")]
    store = opened(url, tmp_path, home(writs=writs))
    made = batch(store, clerk(), as_of=NOW)
    assert sorted(made.aside) == ["B1", "B2", "R"], "of two that fail together the one with the greater id"
    assert all("ZeroDivisionError: a rule of these tests" in reason for reason in made.aside.values())
    assert made.result.counts["assigned"] == 7
    assert {name for name, state in states(store).items() if state == "set_aside"} == {"B1", "B2", "R"}
    assert states(store)["L"] == "assigned"
    event = events(store, "what = 'set aside'").row(-1, named=True)
    assert payload(event)["reasons"] == made.aside
    for told in (str(due(store, NOW.date())), str(status(store, "2026-11-23"))):
        assert all(f"set aside: {name} (ZeroDivisionError" in told for name in ("B1", "B2", "R"))
    assert {"B1", "B2", "R"} <= set(due(store, NOW.date().replace(day=30)).writs["writ_id"]), "their terms run"
    assert {"B1", "B2", "R"} == set(contract_tables(store)["writs"]["writ_id"]), "and an export does not lose them"
    assert batch(store, clerk(), as_of=NOW).result is None, "they stop no later batch, and make none"
    assert audit(store).ok, str(audit(store))
    assert verify(*export_batch(store, tmp_path / "b", 1, "C1")).ok


def test_what_was_set_aside_comes_back_by_a_corrected_row_or_by_a_mark_or_goes_withdrawn(
    url, tmp_path, faulty, request
):
    store = opened(url, tmp_path, home(writs=[*home()["writs"], bad("B1"), bad("B2"), bad("B3")]))
    batch(store, clerk(), as_of=NOW)
    assert take(store, tmp_path, writs=[bad("B1")]).counts["writs"]["same"] == 1
    assert states(store)["B1"] == "set_aside", "the same row mends nothing"
    found = take(store, tmp_path, writs=[writ("B1")])
    assert found.rejected.is_empty() and states(store)["B1"] == "pending"
    mark(store, clerk(document="application"), "withdrawn", ["B2"])
    assert sorted(put_aside(store)) == ["B3"]
    mark(store, clerk(), "pending", ["B3"])
    assert put_aside(store) == {}
    again = batch(store, clerk(), as_of=NOW)
    assert sorted(again.aside) == ["B3"] and again.result.counts["assigned"] == 1
    request.getfixturevalue("monkeypatch").undo()
    mark(store, clerk(), "pending", ["B3"])
    assert batch(store, clerk(), as_of=NOW).result.counts["assigned"] == 1, "once the program is mended"
    assert audit(store).ok, str(audit(store))


def test_p7_the_urgent_lane_sets_aside_what_stops_it(url, tmp_path, faulty):
    same = {"debtor_id": "d9", "case_id": "K9"}
    rows = [writ("U", immediate="true", **same), bad("B", **same), bad("V", immediate="true"), writ("W")]
    store = opened(url, tmp_path, home(writs=rows))
    done = assign(store, clerk(), "U", as_of=NOW)
    assert done.result.assignments["writ_id"].to_list() == ["U"] and sorted(done.aside) == ["B"]
    with pytest.raises(UnusableInputError, match=r"Writ V cannot be distributed and is set aside: ZeroDivisionError"):
        assign(store, clerk(), "V", as_of=NOW)
    with pytest.raises(UnusableInputError, match="it is set_aside"):
        assign(store, clerk(), "V", as_of=NOW)
    assert sorted(put_aside(store)) == ["B", "V"]
    assert batch(store, clerk(), as_of=NOW).result.counts["assigned"] == 1
    assert audit(store).ok, str(audit(store))


def test_a_fault_of_the_optimiser_is_found_too_and_a_dry_run_sets_nobody_aside(url, tmp_path, monkeypatch):
    store = opened(url, tmp_path, home(writs=[*home()["writs"], bad("B", claim="alimony", amount=None)]))

    def failing(problem, **asked):
        if problem.singles[:, 3].sum():
            raise OverflowError("a search of these tests")
        return solving.solve(problem, **asked)

    monkeypatch.setattr("tengbol.outcome.solve", failing)
    tried = batch(store, clerk(), as_of=NOW, dry_run=True)
    assert sorted(tried.aside) == ["B"] and tried.result.counts["assigned"] == 6
    assert states(store)["B"] == "pending"
    made = batch(store, clerk(), as_of=NOW)
    assert sorted(made.aside) == ["B"] and made.number == 1
    begun = [payload(event)["lot_digest"] for event in events(store, "what = 'batch begun'").iter_rows(named=True)]
    assert len(set(begun)) == 2, "the seed is drawn anew for what is left"


def test_a_fault_that_is_no_writs_stays_a_fault_and_nobody_is_set_aside(url, tmp_path, monkeypatch):
    store = opened(url, tmp_path)

    def failing(*_):
        raise ZeroDivisionError("whatever the writs")

    monkeypatch.setattr(category, "with_mci", failing)
    with pytest.raises(ZeroDivisionError, match="whatever the writs"):
        batch(store, clerk(), as_of=NOW)
    assert set(states(store).values()) == {"pending"}
    assert "set aside" not in set(events(store)["what"])


def test_a_fault_that_only_the_batchs_own_seed_brings_on_is_found_by_that_seed(url, tmp_path, monkeypatch):
    store = opened(url, tmp_path, home(writs=[*home()["writs"], bad("B", claim="alimony", amount=None)]))

    def drawing(ruled, seed, **asked):
        if seed != aside.TRIAL and "alimony" in ruled.todo.writs["category"].to_list():
            raise OverflowError("by this seed alone")
        return draw(ruled, seed, **asked)

    monkeypatch.setattr("tengbol.book.reckoner.draw", drawing)
    made = batch(store, clerk(), as_of=NOW)
    assert made.aside == {"B": "OverflowError: by this seed alone"} and made.result.counts["assigned"] == 6


def test_a_row_that_was_corrected_meanwhile_is_not_set_aside(url, tmp_path, faulty, monkeypatch):
    store = opened(url, tmp_path, home(writs=[*home()["writs"], bad("B")]))
    found_among = aside.found_among

    def slowly(*given):
        take(store, tmp_path, writs=[writ("B")])
        return found_among(*given)

    monkeypatch.setattr("tengbol.book.batches.found_among", slowly)
    made = batch(store, clerk(), as_of=NOW)
    assert made.result.counts["assigned"] == 7
    assert states(store)["B"] == "assigned" and made.aside == {}


@given(
    st.integers(0, 40),
    st.sets(st.integers(0, 39), max_size=6),
    st.lists(st.sets(st.integers(0, 39), min_size=2, max_size=3), max_size=3),
)
def test_without_those_found_at_fault_all_others_pass_and_none_is_found_in_vain(count, alone, together):
    ids = [f"{n:02d}" for n in range(count)]
    causes = [{f"{n:02d}"} for n in alone] + [{f"{n:02d}" for n in some} for some in together]
    tried = []

    def fails(some):
        tried.append(some)
        return next(("because" for cause in causes if cause <= set(some)), None)

    found = at_fault(ids[::-1], fails)
    assert fails([name for name in ids if name not in found]) is None
    assert all(any(name in cause for cause in causes) for name in found)
    assert {f"{n:02d}" for n in alone if n < count} <= set(found)
    assert found == at_fault(ids, fails), "whatever the order"
    assert set(found.values()) <= {"because"}


def test_the_writ_is_found_in_few_trials_and_a_hundred_at_fault_are_the_programs():
    ids = [f"{n:05d}" for n in range(10_000)]
    tried = []

    def fails(some):
        tried.append(len(some))
        return "because" if "07777" in some else None

    assert at_fault(ids, fails) == {"07777": "because"}
    assert len(tried) < 35 and sum(tried) < 6 * len(ids)
    assert at_fault(ids, lambda some: "because" if some else None) == {}


def test_the_command_names_them_and_ends_well(tmp_path):
    """Without a fault to bring on in a child process: what was set aside before is told."""
    book = tmp_path / "chamber.book"
    store = opened(f"sqlite:///{book}", tmp_path)
    aside.set_aside(store, clerk(), "C1", {"W3": "ZeroDivisionError: a rule"}, 99)
    store.close()
    for words in (("due", "--as-of", "2026-11-23"), ("status",)):
        told = tengbol("book", *words, "--book", book)
        assert told.returncode == 0 and "set aside: W3 (ZeroDivisionError: a rule)" in told.stdout
    assert tengbol("book", "mark", "pending", "W3", "--book", book).returncode == 0
