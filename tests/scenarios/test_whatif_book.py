"""A book that is really driven through what a scenario tells ends as the scenario said, by the same seeds."""

from __future__ import annotations

import random
from datetime import datetime, time
from functools import partial
from shutil import copy

import pytest
from books import batch, clerk, leave, opened, take, transfer
from chambers import typed
from small import attachment, district, enforcer, writ
from variants import accepted

from tengbol.book.departures import come_back
from tengbol.book.opening import key_of
from tengbol.config import Config
from tengbol.ruling import rule
from tengbol.scenarios.whatif import Attach, Join, Leave, Return, Transfer, course
from tengbol.scenarios.whatif.contradictions import simulated_days
from tengbol.scenarios.whatif.plan import plan

NOON, EVENING = time(12), time(18)
KINDS = ("individual", "legal_entity", "state")


def invented(number):
    """A chamber, what befalls it on two to ten working days, and what arrives on them."""
    rng = random.Random(number)
    first = datetime(2026, 11, 23, 18)
    days = simulated_days(first.date(), rng.randint(2, 10), Config())
    people = [f"E{n}" for n in range(1, rng.randint(4, 7))]
    tables = {
        "districts": [district(f"D{n}") for n in (1, 2, 3)],
        "enforcers": [enforcer(who, rng.choice(["D1", "D1", "D2"])) for who in people],
        "attachments": [attachment("D3", rng.choice(people))],
        "writs": [],
    }  # fmt: skip
    arrivals = {}
    for day in days:
        arrivals[day] = [
            writ(
                f"W{day}-{n}", received_at=f"{day}T09:00:00", debtor_id=f"debtor {rng.randrange(12)}",
                debtor_district_id=rng.choice(["D1", "D1", "D2", "D3"]), creditor_kind=rng.choice(KINDS),
                **rng.choice([{}, {"claim": "alimony", "amount": None}, {"case_id": f"case {rng.randrange(5)}"}]),
            )
            for n in range(rng.randint(0, 4) if arrivals else rng.randint(6, 16))
        ]  # fmt: skip
    befalls, reasons = [], ("licence_suspended", "sickness", "leave")
    for _ in range(rng.randint(1, 8)):
        who, on = rng.choice(people), rng.choice(days[1:] or days)
        until = rng.choice([None, *[day for day in days if day >= on], datetime(2027, 2, 1).date()])
        befalls.append(
            rng.choice([
                Leave(enforcer_id=who, reason=rng.choice(reasons), on=on, until=until),
                Return(enforcer_id=who, on=on),
                Transfer(enforcer_id=who, district_id=rng.choice(["D1", "D2"]), on=on),
                Join(enforcer_id=f"N{rng.randrange(9)}", district_id=rng.choice(["D1", "D3"]), on=on),
                Attach(enforcer_id=who, district_id="D3", on=on, until=until),
            ])
        )  # fmt: skip
    return tables, days, arrivals, befalls


def told_once(befalls):
    """Whoever comes back on the day on which he left had never been away: a book undoes his leaving, and tells it."""
    left = {(one.enforcer_id, one.on) for one in befalls if isinstance(one, Leave)}
    return [one for one in befalls if not (isinstance(one, Return) and (one.enforcer_id, one.on) in left)]


def driven(number, folder, empty_book, monkeypatch):
    tables, days, arrivals, befalls = invented(number)
    as_of = datetime.combine(days[0], EVENING)
    chamber = typed({**tables, "writs": arrivals[days[0]]})
    befalls = accepted(chamber, told_once(befalls), as_of, len(days))
    copy(empty_book, folder / f"{number}.book")
    store = opened(f"sqlite:///{folder / f'{number}.book'}", folder, tables)
    monkeypatch.setattr(course, "rule", partial(rule, key=key_of(store)))
    whole = plan(chamber, befalls, as_of=as_of)
    state = course.begin(chamber)
    order = (Join, Transfer, Attach, Return, Leave)
    for day in days:
        noon, evening = datetime.combine(day, NOON), datetime.combine(day, EVENING)
        hand = clerk(document="order 1", at=noon)
        if arrivals[day]:
            take(store, folder, clerk(at=noon), writs=arrivals[day])
        for one in sorted((one for one in befalls if one.on == day), key=lambda one: order.index(type(one))):
            match one:
                case Leave():
                    leave(store, hand, one.enforcer_id, reason=one.reason, start=day, end=one.until, at=noon)
                case Return():
                    come_back(store, hand, one.enforcer_id, on=day)
                case Transfer():
                    transfer(store, hand, one.enforcer_id, to=one.district_id, at=noon)
                case Join():
                    take(store, folder, hand, enforcers=[
                        enforcer(one.enforcer_id, one.district_id, licensed_from=str(day), name=one.enforcer_id)
                    ])  # fmt: skip
                case Attach():
                    cells = {"valid_from": str(day), "valid_to": one.until and str(one.until)}
                    take(store, folder, hand, attachments=[attachment(one.district_id, one.enforcer_id, **cells)])
        made = batch(store, clerk(at=evening), as_of=evening)
        came = typed({"writs": arrivals[day]}).writs if day != days[0] else None
        seed = "0" if made.result is None else made.result.seed
        state, passed = course.pass_day(state, whole, day, as_of=as_of, seed=seed, config=Config(), arrived=came)
        if made.result is not None:
            assert passed.result is not None
            given = ("writ_id", "enforcer_id", "category", "basis")
            assert passed.result.assignments.select(given).equals(made.result.assignments.select(given))
            shared = ("enforcer_id", "category", "received", "share")
            assert state.balances.select(shared).sort(shared).equals(made.result.balances.select(shared).sort(shared))
        else:
            assert passed.result is None or passed.result.assignments.is_empty()
    store.close()
    return befalls


@pytest.mark.parametrize("number", [3, 8])
def test_the_book_ends_with_the_balances_that_the_scenario_told(number, tmp_path, empty_book, monkeypatch):
    assert driven(number, tmp_path, empty_book, monkeypatch)


@pytest.mark.soak
@pytest.mark.parametrize("number", range(50))
def test_fifty_books_end_with_the_balances_that_their_scenarios_told(number, tmp_path, empty_book, monkeypatch):
    driven(number, tmp_path, empty_book, monkeypatch)
