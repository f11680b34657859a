"""Chambers for tests of the law: typed tables from rows of text, one batch over them, and generated ones.

Rows are those of `small`; nothing here decides anything. All people are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl
from hypothesis import strategies as st
from small import (
    AS_OF,
    CATEGORIES,
    SEED,
    Row,
    absence,
    attachment,
    balance,
    district,
    enforcer,
    proceeding,
    recusal,
    writ,
)

from tengbol.batch import Result, distribute
from tengbol.model.chamber import Chamber
from tengbol.model.codes import ABSENCE_REASONS
from tengbol.model.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tengbol.config import Config

Tables = dict[str, list[Row]]


def typed(tables: Mapping[str, Iterable[Row]]) -> Chamber:
    """Rows of text, numbers and None as the frames that reading them would give."""
    frames = {}
    for name, table in TABLES.items():
        rows = list(tables.get(name, ()))
        text = pl.DataFrame(
            {
                column: [None if row.get(column) is None else str(row[column]) for row in rows]
                for column in table.columns
            },
            schema=dict.fromkeys(table.columns, pl.String),
        )
        frames[name] = text.select(kind.read(pl.col(column)).alias(column) for column, kind in table.kinds.items())
    return Chamber(**frames)


@dataclass(frozen=True)
class Outcome:
    """A distribution, with its tables as rows by writ."""

    whole: Result

    @cached_property
    def given(self) -> dict[str, Row]:
        """Rows of `assignments` by writ id."""
        return {row["writ_id"]: row for row in self.whole.assignments.iter_rows(named=True)}

    @cached_property
    def codes(self) -> dict[str, str]:
        """Codes of `unassigned` by writ id."""
        return dict(self.whole.unassigned.select("writ_id", "code").rows())

    def who(self, writ_id: str) -> str:
        return self.given[writ_id]["enforcer_id"]

    def basis(self, writ_id: str) -> str:
        return self.given[writ_id]["basis"]

    def explanation(self, writ_id: str) -> str:
        return self.given[writ_id]["explanation"]

    def balance(self, enforcer_id: str, category: str = "individual") -> tuple[int, str]:
        """Closing received and share."""
        (row,) = self.whole.balances.filter(enforcer_id=enforcer_id, category=category).iter_rows(named=True)
        return row["received"], f"{row['share']:f}"


#: Where nothing else is said: E1, E2 and E3 registered in D1; D2 has nobody, A1 and A2 of D3 are attached to it.
HOME: Tables = {
    "districts": [district(f"D{n}") for n in range(1, 5)],
    "enforcers": [*(enforcer(f"E{n}") for n in range(1, 4)), enforcer("A1", "D3"), enforcer("A2", "D3")],
    "attachments": [attachment("D2", "A1"), attachment("D2", "A2")],
}


def decide(
    *writs: Row,
    as_of: str = AS_OF,
    seed: str = SEED,
    config: Config | None = None,
    key: str | None = None,
    **tables: list[Row],
) -> Outcome:
    """One batch of these writs in the chamber `HOME`, with some of its tables replaced."""
    chamber = typed({**HOME, "writs": writs, **tables})
    return Outcome(distribute(chamber, as_of=datetime.fromisoformat(as_of), seed=seed, config=config, key=key))


# ---- Generated chambers

#: Ids that a careless reader would trim, merge, sort wrongly or take for numbers; none is anybody's.
_IDS: Final = ("7", "007", "0007", "Қ-1", "қ-1", "Ә;2", 'a"b', "x,y", "e'5", "1e3", "true", "null", "І 3", "ё")
_DEBTORS: Final = ("850101300124", "850101300124", "борышкер 1", "0,5")
_CASES: Final = (None, None, "2/1", "2/1", "2/01", "case, with comma")
#: 1,000 MCI of 2025 and of 2026, and a hundredth more.
_AMOUNTS: Final = ("1", "1", "1", "3932000", "3932000.01", "4325000", "4325000.01")
#: Days around the batch day, 23 November 2026: the day before, itself, the day after.
_BEFORE, _DAY, _AFTER = "2026-11-22", "2026-11-23", "2026-11-24"
#: Shares that end at a half of a thousandth, beside it, or at nothing of the kind.
_SHARES: Final = ("0", "0.000500000", "1.001500000", "0.000499999", "2.333333333", "0.999999999", "3.500000001", "12")
#: A licence whose last day has passed.
_LAPSED: Final = {"licensed_to": _BEFORE}


def _mostly(usual: object, *others: object) -> st.SearchStrategy:
    """The usual value about nine times in ten."""
    return st.sampled_from([usual] * (9 * len(others)) + list(others))


def _number(most: int) -> st.SearchStrategy[int]:
    """How many: now and then none or one, mostly about as many as there may be."""
    return st.sampled_from([*range(most + 1), *[n for n in range(most // 2, most + 1)] * 4])


@st.composite
def _lists(draw: st.DrawFn, one: st.SearchStrategy, most: int, *, unique: bool = False) -> list:
    """Hypothesis by itself makes mostly short lists, in which nothing happens."""
    size = draw(_number(most))
    return draw(st.lists(one, min_size=size, max_size=size, unique=unique))


def _span(first: str, last: str) -> st.SearchStrategy[dict[str, str | None]]:
    """A first and a last day, mostly around the batch day, the last one open or not before the first."""
    days = ("2026-09-01", _BEFORE, _DAY, _AFTER)
    spans = [{first: start, last: end} for start in days for end in (None, *days) if end is None or start <= end]
    return st.sampled_from(spans)


@st.composite
def _writ(draw: st.DrawFn, writ_id: str, place: st.SearchStrategy[str], people: st.SearchStrategy[str]) -> Row:
    form = draw(_mostly("electronic", "paper"))
    claim = draw(st.sampled_from(["money", "money", "alimony", "eviction", "other_non_property"]))
    origin = draw(st.sampled_from(["new", "new", "new", "new", "new", "returned", "forwarded", "redistributed"]))
    return writ(
        writ_id,
        received_at=draw(
            _mostly("2026-11-20T10:00:00", AS_OF, "2026-11-23T09:30:01", "2025-12-31T23:59:59", "2026-01-01T00:00:00")
        ),
        form=form,
        signature=draw(_mostly("valid", "invalid", "absent")) if form == "electronic" else None,
        original_attached=draw(_mostly("true", "false")) if form == "paper" else None,
        claim=claim,
        amount=draw(st.sampled_from(_AMOUNTS)) if claim == "money" else None,
        creditor_kind=draw(st.sampled_from(["individual", "legal_entity", "state"])),
        state_interest=draw(_mostly("false", "true")),
        immediate=draw(_mostly("false", "true")),
        debtor_id=draw(st.sampled_from(_DEBTORS)),
        debtor_district_id=draw(place),
        case_id=draw(st.sampled_from(_CASES)),
        origin=origin,
        previous_enforcer_id=None if origin == "new" else draw(people),
    )


@st.composite
def chambers(draw: st.DrawFn, *, enforcers: int = 6, writs: int = 12, most_districts: int = 3) -> Tables:
    """A small chamber with everything that may befall it near its batch day, as rows of text.

    Some districts have nobody; enforcers come, go, are absent, attached, recused, hold proceedings, returned writs.
    """
    districts = draw(st.lists(st.sampled_from(_IDS), min_size=1, max_size=most_districts, unique=True))
    own = draw(_lists(st.sampled_from(_IDS), enforcers, unique=True))
    people = st.sampled_from([*own, *own, *own, "nobody we know"])
    place, one = st.sampled_from([districts[0], *districts]), st.sampled_from(own or ["-"])
    writ_ids = [f"{name} {i}" for i, name in enumerate(draw(_lists(st.sampled_from(_IDS), writs)))]
    return {
        "districts": [district(name, draw(st.sampled_from(["C1", "C2"]))) for name in districts],
        "enforcers": [
            enforcer(
                name,
                draw(place),
                **draw(_mostly({}, {"licensed_from": _AFTER}, {"licensed_from": _DAY, "licensed_to": _DAY}, _LAPSED)),
            )
            for name in own
        ],
        "attachments": draw(_lists(_attachment(place, one), 6)) if own else [],
        "absences": draw(_lists(_absence(one), 3)) if own else [],
        "writs": [draw(_writ(name, place, people)) for name in writ_ids],
        "recusals": draw(_lists(_recusal([*writ_ids, "a writ of the past"], people), 3)),
        "ledger": draw(_lists(_proceeding(place, people, writ_ids), 4)),
        "balances": [
            balance(name, category, draw(st.integers(0, 4)), draw(st.sampled_from(_SHARES)))
            for name in own
            for category in CATEGORIES
            if draw(st.booleans())
        ],
    }


def _attachment(place: st.SearchStrategy[str], one: st.SearchStrategy[str]) -> st.SearchStrategy[Row]:
    spans = _mostly({}, {"valid_from": _AFTER}, {"valid_to": _DAY}, {"valid_to": _BEFORE})
    return st.builds(lambda where, who, span: attachment(where, who, **span), place, one, spans)


def _recusal(writ_ids: list[str], people: st.SearchStrategy[str]) -> st.SearchStrategy[Row]:
    """Mostly of a writ, else of a person, or of both, and some of them over."""
    persons = [{"writ_id": None, "party_id": _DEBTORS[0]}, {"party_id": _DEBTORS[2]}]
    more = _mostly({}, *persons, *({**persons[0], "valid_to": last} for last in (_BEFORE, _DAY)))
    return st.builds(lambda name, who, cells: {**recusal(name, who), **cells}, st.sampled_from(writ_ids), people, more)


def _absence(one: st.SearchStrategy[str]) -> st.SearchStrategy[Row]:
    reasons = st.sampled_from(ABSENCE_REASONS)
    return st.builds(lambda who, why, span: absence(who, why, **span), one, reasons, _span("start", "end"))


def _proceeding(
    place: st.SearchStrategy[str], people: st.SearchStrategy[str], writ_ids: list[str]
) -> st.SearchStrategy[Row]:
    cells = {
        "writ_id": _mostly("L", *writ_ids[:1]) if writ_ids else st.just("L"),
        "enforcer_id": people,
        "case_id": st.sampled_from(_CASES),
        "debtor_id": st.sampled_from(_DEBTORS),
        "category": st.sampled_from(["alimony", "alimony", "individual"]),
        "district_id": place,
        "assigned_at": st.sampled_from(["2026-03-02T12:00:00", "2026-03-02T12:00:01"]),
        "closed_at": _mostly(None, "2026-05-05T10:00:00"),
    }
    return st.builds(lambda row: proceeding(**row), st.fixed_dictionaries(cells))


@st.composite
def crowded(draw: st.DrawFn) -> Tables:
    """One district of two to four enforcers and about seven bundles, some longer, with recusals that split the pool.

    Everything in it is to be assigned and nothing is bound: what is hard here is evenness alone.
    """
    own = [f"E{n}" for n in range(draw(st.integers(2, 4)))]
    rows, recusals = [], []
    for number in range(draw(st.integers(3, 7))):
        for part in range(draw(st.sampled_from([1, 1, 2, 3, 5]))):
            claim = draw(st.sampled_from(["money", "money", "alimony", "eviction"]))
            cells = {"case_id": f"case {number}", "debtor_id": f"debtor {number}", "claim": claim}
            kind = draw(st.sampled_from(["individual", "legal_entity"]))
            rows.append(writ(f"{number}-{part}", **cells, creditor_kind=kind))
        out = draw(st.none() | st.none() | st.sampled_from(own))
        recusals += [recusal(rows[-1]["writ_id"], out)] if out else []
    return {
        "districts": [district("D1")],
        "enforcers": [enforcer(name) for name in own],
        "writs": rows,
        "recusals": recusals,
        "balances": [
            balance(name, category, draw(st.integers(0, 3)), draw(st.sampled_from(_SHARES)))
            for name in own
            for category in CATEGORIES[:2]
        ],
    }


def one_chamber(tables):
    """All of one chamber, and no proceeding twice in one writ, which a book would refuse."""
    districts = [{**row, "chamber_id": "C1"} for row in tables["districts"]]
    ledger = [{**row, "writ_id": f"L{n}"} for n, row in enumerate(tables["ledger"])]
    return {**tables, "districts": districts, "ledger": ledger}
