"""The law by example: cases of `docs/law/cases`, each a sentence with small tables and the answer it asks for.

A chapter is a paragraph, a case a heading. The first head of a table is its name; `answer` and `balances after` are
what is asked for, all others what is given. A table that is not given is that of `HOME`, a cell that of the builders in
`small`; both are said on `docs/law/index.md`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from chambers import HOME, Outcome, typed
from pages import ROOT
from small import AS_OF, SEED, Row, absence, attachment, balance, district, enforcer, proceeding, recusal, writ

from tengbol.batch import distribute
from tengbol.config import Config, config_of
from tengbol.verify.balances import closing, opening
from tengbol.verify.bundles import Derived, derive
from tengbol.verify.calendar import WorkingDays
from tengbol.verify.law import writs_of
from tengbol.verify.placing import named
from tengbol.verify.readings import Readings
from tengbol.verify.settings import MCI

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHAPTERS: Final = sorted((ROOT / "docs" / "law" / "cases").glob("p*.md"))
ASKED: Final = {
    "answer": ("writ_id", "goes to", "because", "pool", "bundle", "category"),
    "balances after": ("enforcer_id", "category", "received", "share"),
}
DAYS: Final = ("distribute_by", "collect_by", "notify_creditor_by")
_TABLE: Final = re.compile(r"^\|(.+)\|\n\|[-|]+\|\n((?:\|.*\|\n?)+)", re.MULTILINE)
_FULL: Final[dict[str, Callable[..., Row]]] = {
    "districts": lambda **cells: district(cells.pop("district_id"), **cells),
    "enforcers": lambda **cells: enforcer(cells.pop("enforcer_id"), **cells),
    "attachments": lambda **cells: attachment(cells.pop("district_id"), cells.pop("enforcer_id"), **cells),
    "absences": lambda **cells: absence(cells.pop("enforcer_id"), **cells),
    "writs": lambda **cells: writ(cells.pop("writ_id"), **cells),
    "recusals": lambda **cells: recusal(cells.pop("writ_id"), cells.pop("enforcer_id"), **cells),
    "ledger": lambda **cells: proceeding(cells.pop("writ_id"), cells.pop("enforcer_id"), **cells),
    "balances": lambda **cells: balance(**cells),
}


@dataclass(frozen=True)
class Case:
    """One case: its chapter and sentence, tables given and asked for (rows of text, None where empty)."""

    chapter: str
    sentence: str
    text: str

    def __str__(self) -> str:
        return f"{self.chapter}: {self.sentence}"

    @cached_property
    def tables(self) -> dict[str, list[dict[str, Any]]]:
        found = {}
        for head, body in _TABLE.findall(self.text):
            name, *columns = (cell.strip() for cell in head.split("|"))
            rows = [[cell.strip() or None for cell in line.strip("|").split("|")][1:] for line in body.splitlines()]
            found[name] = [dict(zip(columns, row, strict=True)) for row in rows]
        return found

    @property
    def given(self) -> dict[str, list[Row]]:
        own = {name: rows for name, rows in self.tables.items() if name not in ASKED}
        given = {**HOME, **{name: [_FULL[name](**row) for row in rows] for name, rows in own.items()}}
        known = {row["enforcer_id"] for row in given["enforcers"]}
        return {**given, "attachments": [row for row in given["attachments"] if row["enforcer_id"] in known]}

    @property
    def moment(self) -> datetime:
        said = re.search(r"As of `([^`]+)`", self.text)
        return datetime.fromisoformat(said[1] if said else AS_OF)

    @property
    def config(self) -> Config:
        return config_of(dict(re.findall(r"Setting `(\w+) = \"(\w+)\"`", self.text)))

    def by_product(self) -> list[str]:
        """What the product answers otherwise than the case asks."""
        whole = distribute(typed(self.given), as_of=self.moment, seed=SEED, config=self.config)
        outcome, wrong = Outcome(whole), []
        for row in self.tables.get("answer", ()):
            name = row["writ_id"]
            if name in outcome.codes:
                wrong += differences(row, {"goes to": "–", "because": outcome.codes[name]})
                continue
            made = outcome.given[name]
            found = {"goes to": made["enforcer_id"], "because": made["basis"], "pool": str(made["pool_size"])}
            days = {day: None if made[day] is None else str(made[day]) for day in DAYS}
            wrong += differences(row, {**found, **days, "bundle": made["bundle_id"], "category": made["category"]})
        for row in self.tables.get("balances after", ()):
            received, share = outcome.balance(row["enforcer_id"], row["category"])
            wrong += differences(row, {"received": str(received), "share": share})
        return wrong

    def derived(self) -> Derived:
        """What `verify` makes of the case by its own code."""
        chamber = typed(self.given)
        readings = Readings(**{name: getattr(self.config, name) for name in Readings._fields})
        return derive(chamber, writs_of(chamber.writs), self.moment, MCI, SEED, readings=readings)

    def by_verify(self) -> list[str]:
        """What `verify` derives otherwise than the case asks."""
        derived, days, wrong = self.derived(), WorkingDays(frozenset(), frozenset()), []
        after = days.after(self.moment.date(), 3)
        writs = {writ.writ_id: writ for bundle in derived.bundles for writ in bundle.writs}
        by = dict(derived.writs.select("writ_id", "by").iter_rows())
        for row in self.tables.get("answer", ()):
            name = row["writ_id"]
            if name in derived.code:
                wrong += differences(row, {"goes to": "–", "because": derived.code[name]})
                continue
            bundle, paper = derived.bundle_of[name], writs[name].form == "paper"
            found = {
                "goes to": bundle.bound_to or sorted(bundle.pool),
                "because": bundle.basis,
                "pool": str(len(bundle.pool)),
                "bundle": bundle.bundle_id,
                "category": derived.category[name],
                "distribute_by": str(by[name]),
                "collect_by": str(after) if paper else None,
                "notify_creditor_by": None if paper else str(after),
            }
            wrong += differences(row, found)
        asked = self.tables.get("balances after", ())
        # Shares are due whoever receives; who receives of a free writ, only a result can say.
        taken = derived.writs.select(pl.when(pl.col("writ_id").is_in(list(writs))).then(pl.lit("somebody"))).to_series()
        standing = closing(opening(typed(self.given).balances), derived, named(taken))
        for row in asked:
            share = Decimal(standing.share[row["enforcer_id"], row["category"]]).scaleb(-9)
            wrong += differences({**row, "received": None}, {"share": f"{share:.9f}"})
        return wrong


def differences(asked: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Each cell of an answer that was found to be another."""
    wrong = []
    for column, cell in asked.items():
        if column == "goes to":
            named = set(re.split(r", | or ", cell))
            given = {found[column]} if isinstance(found[column], str) else set(found[column])
            # Whom the lot may choose the product chooses one of; `verify` knows all.
            held = given <= named if isinstance(found[column], str) else given == named or named < given
            if not held:
                wrong.append(f"{asked['writ_id']} goes to {found[column]}, not {cell}")
        elif column in found and found[column] != cell:
            wrong.append(f"{asked.get('writ_id') or asked.get('enforcer_id')}: {column} is {found[column]}, not {cell}")
    return wrong


def cases_of(chapter: Path) -> list[Case]:
    parts = re.split(r"^## (.*)\n", chapter.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [Case(chapter.stem, *pair) for pair in zip(parts[1::2], parts[2::2], strict=True)]


CASES: Final = [case for chapter in CHAPTERS for case in cases_of(chapter)]
