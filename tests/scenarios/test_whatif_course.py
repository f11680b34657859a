"""How days pass in a scenario, event by event, beside a slow simulator that goes from day to day and row to row."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import polars as pl
import pytest
import slow_days
from chambers import chambers, crowded, typed
from hypothesis import event, given, settings
from hypothesis import strategies as st
from small import writ
from variants import DAY, MOMENT, accepted, events

from tengbol.config import Config
from tengbol.outcome import Lots, outcome
from tengbol.ruling import rule
from tengbol.scenarios.whatif.contradictions import simulated_days
from tengbol.scenarios.whatif.course import begin, lot_seed, pass_day
from tengbol.scenarios.whatif.plan import plan

CONFIG = Config()


@st.composite
def courses(draw):
    """A chamber, one to eight events on one to sixty days, and what arrives and is executed on them."""
    tables = draw(chambers())
    ids = {row["writ_id"] for row in tables["writs"]}
    seen = set()
    for number, row in enumerate(tables["ledger"]):
        if row["writ_id"] in seen or row["writ_id"] not in ids:
            row["writ_id"] = f"L{number}"
        seen.add(row["writ_id"])
    count = draw(st.sampled_from([1, 2, 3, 5, 10, 20, 30, 45, 60]))
    days = simulated_days(DAY, count, CONFIG)
    span = [DAY + timedelta(days=n) for n in range((days[-1] - DAY).days + 1)]
    chamber = typed(tables)
    befalls = draw(st.lists(events(chamber, days=span), min_size=1, max_size=8))
    places = st.sampled_from([row["district_id"] for row in tables["districts"]])
    coming = draw(
        st.lists(st.tuples(st.sampled_from(days), places, st.sampled_from(["d1", "d2", "850101300124"])), max_size=6)
    )
    arrivals = {}
    for number, (day, place, debtor) in enumerate(coming):
        if day == DAY:
            continue
        cells = {"received_at": f"{day}T00:00:00", "debtor_district_id": place, "debtor_id": debtor}
        claim = draw(st.sampled_from([{}, {"claim": "alimony", "amount": None}, {"case_id": "2/1"}]))
        arrivals.setdefault(day, []).append(writ(f"new {number}", **cells, **claim))
    named = sorted([*seen, *ids, *(f"new {number}" for number in range(len(coming)))])
    executed = draw(st.dictionaries(st.sampled_from(named), st.sampled_from(span), max_size=4)) if named else {}
    executed = {name: day for name, day in executed.items() if day > DAY}
    return tables, accepted(chamber, befalls, MOMENT, count), days, arrivals, executed


def compare(situation):
    tables, befalls, days, arrivals, executed = situation
    chamber = typed(tables)
    closing = pl.DataFrame(
        {"writ_id": list(executed), "closes_on": list(executed.values())},
        schema={"writ_id": pl.String, "closes_on": pl.Date},
    )
    known = chamber.ledger.join(closing, on="writ_id", how="left", maintain_order="left")["closes_on"]
    state = begin(chamber, known.fill_null(date.max))
    slow = slow_days.Days(tables, befalls, MOMENT, executed, arrivals)
    whole = plan(chamber, befalls, as_of=MOMENT)
    moved = 0
    for day in days:
        came = typed({"writs": arrivals[day]}).writs if day in arrivals else None
        before = state
        state, fast = pass_day(
            state, whole, day, as_of=MOMENT, seed=lot_seed("1", day), config=CONFIG, arrived=came, closing=closing
        )
        told = slow.passes(day)
        assert (fast.arrived[""], fast.closed[""]) == (told.arrived, told.executed)
        back = fast.back.select("writ_id", "enforcer_id", "on", "pending").rows()
        assert sorted(back) == sorted(told.returned)
        moved += len(back)
        placed = 0
        if told.batch is not None:
            placed = agree(slow, told, fast, day)
        else:
            assert fast.result is None
        assert sorted(state.pending["writ_id"]) == sorted(row["writ_id"] for row in slow.tables["writs"])
        assert state.ledger["closed_at"].null_count() == slow.open()
        # What was pending, arrived or returned is placed or waits, to the last writ.
        returned = fast.back.height - fast.back["pending"].sum()
        assert before.pending.height + fast.arrived[""] + returned == placed + state.pending.height
        held = {(who, kind): (got, Fraction(due)) for who, kind, got, due in state.balances.rows()}
        for row in slow.tables.get("balances", ()):
            mine = held.get((row["enforcer_id"], row["category"]), (0, 0))
            assert mine == (row["received"], Fraction(row["share"]))
    event(f"{len(befalls)} events")
    event(f"moved: {min(moved, 3)}")


def agree(slow, told, fast, day):
    """A batch of both: the same codes, pools and claims; the slow one then takes what the lot decided."""
    if fast.result is None:
        # Left out, because nothing could be given to anybody.
        assert not told.batch.bundles
        return 0
    codes = dict(fast.result.unassigned.select("writ_id", "code").rows())
    assert codes == told.batch.codes
    given = {row["writ_id"]: row for row in fast.result.assignments.iter_rows(named=True)}
    taken = {}
    for bundle in told.batch.bundles:
        whose = {given[writ["writ_id"]]["enforcer_id"] for writ in bundle.writs}
        assert len(whose) == 1
        assert bundle.bound_to is not None or whose <= bundle.pool
        taken[bundle.bundle_id] = whose.pop()
    slow.take(told.batch, taken, day)
    return len(given)


def told(outcome):
    return [getattr(outcome, name).to_dicts() for name in ("assignments", "unassigned", "balances", "standing")]


@pytest.mark.parametrize("tables", [chambers(), crowded()])
def test_the_lots_of_one_batch_are_each_what_that_lot_gives_alone(tables):
    @settings(max_examples=15)
    @given(tables)
    def alike(tables):
        chamber = typed(tables)

        def ruled(seed):
            return rule(chamber, as_of=MOMENT, turn=seed, config=CONFIG)

        lots = Lots(ruled("a0"), "a0")
        event("claims of one moment" if ruled("a0").todo.unturned else "none")
        for seed in ("a0", "a1", "a2", "a3"):
            assert told(lots.outcome(seed)) == told(outcome(ruled(seed), seed))

    alike()


@settings(max_examples=8)
@given(courses())
def test_days_pass_as_the_slow_simulator_lets_them(situation):
    compare(situation)


@pytest.mark.soak
@settings(max_examples=200)
@given(courses())
def test_two_hundred_courses_pass_as_the_slow_simulator_lets_them(situation):
    compare(situation)
