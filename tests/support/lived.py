"""Four weeks of a chamber's book with everything that happens to one, its secrets drawn from a row that is known."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING
from unittest import mock

from books import assign, batch, clerk, day_of_writs, leave, neighbours, opened, recuse, returned, take, transfer
from small import balance, enforcer, writ

from tengbol.book.departures import come_back
from tengbol.book.kept import held

if TYPE_CHECKING:
    from pathlib import Path

    from tengbol.book.store import Store

FIRST = dt.datetime(2026, 11, 2, 18)
#: Days on which a batch is made, the first of them after an urgent writ.
DAYS = [FIRST + dt.timedelta(days=n + n // 5 * 2) for n in range(20)]
#: On which of them the first batch is an urgent writ.
URGENT = (0, 8)
#: On which of them somebody joins who brings balances along.
JOINS = 6


def lived(url: str, folder: Path) -> Store:
    """The same acts, and the same secrets, wherever the book is kept; another chamber lives beside."""
    drawn = count()
    with mock.patch("secrets.token_hex", lambda size: sha256(b"%d" % next(drawn)).hexdigest()[: 2 * size]):
        return _lived(url, folder)


def _lived(url: str, folder: Path) -> Store:
    people = neighbours(
        balances=[
            balance("E1", "individual", 3, "2.25"),
            balance("F1", "alimony", 1, "1.5"),
            balance("X", "state", 2, "2"),
        ],
        writs=[writ("X0", debtor_district_id="X1")],
    )
    store = opened(url, folder, people)
    for n, now in enumerate(DAYS):
        hand, came = clerk(at=now), (now - dt.timedelta(hours=8)).isoformat()
        take(
            store,
            folder,
            hand,
            writs=[
                *day_of_writs(n, came, f"debtor {n}-{{}}".format),
                writ(f"F{n}", received_at=came, debtor_district_id="D2", claim="alimony"),
            ],
        )
        if n in URGENT:
            place = "D2" if n == 0 else "D1"
            take(
                store, folder, hand, writs=[writ(f"U{n}", received_at=came, immediate="true", debtor_district_id=place)]
            )
            assign(store, hand, f"U{n}", as_of=now - dt.timedelta(hours=1))
        _happens(store, folder, n, now)
        batch(store, hand, as_of=now, chamber_id="C1")
    batch(store, clerk(at=DAYS[-1]), as_of=DAYS[-1], chamber_id="C2")
    return store


def _happens(store: Store, folder: Path, n: int, now: dt.datetime) -> None:
    """What the day brings besides its writs."""
    hand, day = clerk(at=now, document=f"order {n}"), now.date()
    if n == 3:
        leave(store, hand, "E2", reason="sickness", start=day, end=None, at=now)
    elif n == 5:
        back = leave(store, hand, "E3", reason="licence_suspended", start=day, end=None, at=now)
        assert back.writ_ids, "what he holds is to be distributed again"
    elif n == JOINS:
        joins = {"enforcers": [enforcer("E4")], "balances": [balance("E4", "individual", 5, "4.5")]}
        assert take(store, folder, hand, **joins).rejected.is_empty()
    elif n == 10:
        come_back(store, hand, "E2", on=day)
    elif n == 11:
        given = held(store, "assignments", "t.writ_id = 'N9-0'")["enforcer_id"][0]
        recuse(store, hand, "N9-0", given, ground="article_54", decision="decision 4", at=now)
    elif n == 12:
        returned(store, hand, "N7-0", at=now)
    elif n == 13:
        come_back(store, hand, "E3", on=day)
    elif n == 15:
        transfer(store, hand, "E3", to="D2", at=now)
    elif n == 17:
        assert leave(store, hand, "F1", reason="expelled", start=day, end=None, at=now).writ_ids
