"""The tables that say why (format 2 of a result), each row against what the input gives.

Compared as sets of rows: whatever a table has too much or too little is named, row by row.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.phrase import Phrase
from tengbol.verify.law import CATEGORIES, parts
from tengbol.verify.reasons import Reasons, alike, pool_id, waiting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tengbol.model.chamber import Chamber
    from tengbol.verify.balances import Standing
    from tengbol.verify.bundles import Derived
    from tengbol.verify.findings import Findings
    from tengbol.verify.law import Writ
    from tengbol.verify.manifest import Manifest
    from tengbol.verify.masks import Names
    from tengbol.verify.wording import Wording

_SHARE: Final = pl.Decimal(38, 9)
_TEXT: Final = pl.String
#: Columns of each table of format 2, in order; after them the paragraph or point that it serves.
COLUMNS: Final[dict[str, dict[str, Any]]] = {
    "decisions": {
        "bundle_id": _TEXT,
        "lot_id": _TEXT,
        "district_id": _TEXT,
        "pool_id": _TEXT,
        "writs": pl.Int64,
        "alike": pl.Int64,
    },
    "pools": {"pool_id": _TEXT, "enforcer_id": _TEXT},
    "left_out": {"district_id": _TEXT, "pool_id": _TEXT, "enforcer_id": _TEXT, "reason": _TEXT},
    "passed_over": {"bundle_id": _TEXT, "enforcer_id": _TEXT, "basis": _TEXT, "reason": _TEXT},
    "waiting": {
        "writ_id": _TEXT,
        "code": _TEXT,
        "district_id": _TEXT,
        "received_at": pl.Datetime("us"),
        "signature": _TEXT,
        "amount": pl.Float64,
        "limit": pl.Int64,
        "holder": _TEXT,
        "basis": _TEXT,
        "writs": pl.Int64,
        "last": pl.Date,
        "index_day": pl.Date,
    },
    "shares": {"pool_id": _TEXT, "category": _TEXT, "enforcer_id": _TEXT, "writs": pl.Int64, "share": _SHARE},
    "standing": {
        "enforcer_id": _TEXT,
        "district_id": _TEXT,
        "chamber_id": _TEXT,
        "category": _TEXT,
        "received_before": pl.Int64,
        "share_before": _SHARE,
        "received_after": pl.Int64,
        "share_after": _SHARE,
    },
}
_SERVES: Final = {
    "decisions": ("¶9, ¶14", Phrase("Every bundle has its district, its pool and how many are alike.")),
    "pools": ("¶9", Phrase("Every pool has its members.")),
    "left_out": ("¶3, ¶10, ¶12, ¶17, ¶18", Phrase("Whoever is left out of a pool is so for the reason given.")),
    "passed_over": ("¶10–¶14", Phrase("Every claim that fell fell at the test given.")),
    "waiting": ("¶4–¶7, ¶9", Phrase("What keeps a writ back is what the input says.")),
    "shares": ("contract 3.7", Phrase("Every pool's parts are those of its writs.")),
    "standing": ("contract 3.7", Phrase("Everyone stands, before and after, as balances and parts give.")),
}
#: `pools` is what the pools of the assignments are checked as.
_CHECKS: Final = {"pools": "members"}


@dataclass(frozen=True)
class Told:
    """What is to be told of a batch: why, how many bundles are alike, and the rows of `waiting`."""

    reasons: Reasons
    alike: dict[str, int]
    waiting: list[tuple[Any, ...]]

    @classmethod
    def of(
        cls, chamber: Chamber, derived: Derived, writs: list[Writ], manifest: Manifest, away: frozenset[str]
    ) -> Told:
        """From the input. away: enforcers held out."""
        reasons = Reasons(chamber, derived, manifest.as_of.date(), away, manifest.turn, manifest.readings)
        return cls(reasons, alike(derived), list(waiting(derived, chamber, writs, manifest)))

    def unassigned(self, wording: Wording) -> dict[str, str]:
        """The explanation of each writ that waits."""
        names = list(COLUMNS["waiting"])
        rows = [dict(zip(names, row, strict=True)) for row in self.waiting]
        return {row["writ_id"]: wording.unassigned(row["code"], row["district_id"], row) for row in rows}


class Due:
    """What each table has to hold, from what the input gives.

    before, after: balances. names: by which ids bundles stand in the lot, where known. home: chamber by district.
    """

    def __init__(
        self,
        told: Told,
        names: Names | None,
        moments: tuple[Standing, Standing],
        chamber_of: dict[str, str],
    ) -> None:
        self.derived, self.reasons, self.told, self.names = told.reasons.derived, told.reasons, told, names
        self.moments, self.chamber_of = moments, chamber_of

    def decisions(self) -> Iterable[tuple[object, ...]]:
        """A row of each bundle; without the key nobody knows by which id it stands in the lot."""
        count, names = self.told.alike, self.names
        masked = names is not None and names.key is not None
        for bundle in self.derived.bundles:
            name = bundle.bundle_id
            lot_id = names.bundle(name) if names is not None and masked else None
            district_id = bundle.writs[0].district_id
            yield name, lot_id, district_id, pool_id(bundle.pool), len(bundle.writs), count.get(name)

    def pools(self) -> Iterable[tuple[object, ...]]:
        """Members of every pool."""
        for members in {bundle.pool for bundle in self.derived.bundles}:
            yield from ((pool_id(members), who) for who in members)

    def left_out(self) -> Iterable[tuple[object, ...]]:
        """Who is not in a pool, and why; each once."""
        return set(self.reasons.left_out())

    def passed_over(self) -> Iterable[tuple[object, ...]]:
        """Claims that fell."""
        for bundle in self.derived.bundles:
            yield from ((bundle.bundle_id, *fell) for fell in self.reasons.passed_over(bundle))

    def waiting(self) -> Iterable[tuple[object, ...]]:
        """What keeps writs back."""
        return self.told.waiting

    def shares(self) -> Iterable[tuple[object, ...]]:
        """What the writs of each pool and category add to each member's share."""
        writs: Counter[tuple[frozenset[str], str]] = Counter()
        for bundle in self.derived.bundles:
            for category, count in zip(CATEGORIES, bundle.counts, strict=True):
                writs[bundle.pool, category] += count
        for (members, category), count in writs.items():
            if count:
                due = parts(members, self.derived.roster)
                yield from (
                    (pool_id(members), category, who, count, Decimal(count * part).scaleb(-9))
                    for who, part in due.items()
                )

    def standing(self) -> Iterable[tuple[object, ...]]:
        """Everyone licensed, in every category."""
        roster = self.derived.roster
        for who in roster.licensed:
            district_id = roster.home[who]
            for category in CATEGORIES:
                numbers = [
                    number
                    for moment in self.moments
                    for number in (moment.received[who, category], Decimal(moment.share[who, category]).scaleb(-9))
                ]
                yield who, district_id, self.chamber_of[district_id], category, *numbers


def check_decisions(tables: dict[str, pl.DataFrame], due: Due, found: Findings) -> None:
    """Compare every table of format 2 that could be read."""
    for table, columns in COLUMNS.items():
        if table not in tables:
            continue
        frame = tables[table].select(list(columns))
        if table == "decisions" and due.names is None:
            frame = frame.with_columns(lot_id=pl.lit(None, dtype=pl.String))
            sentence = Phrase("lot_id was not checked: it is masked by a key that was not given")
            found.unproven(table, f"{table}.parquet", "lot_id", "contract 3.9", sentence)
        wanted = getattr(due, table)()
        _compare(table, list(frame.iter_rows()), list(wanted), found)


def _compare(table: str, given: list[tuple[Any, ...]], wanted: list[tuple[Any, ...]], found: Findings) -> None:
    paragraph, sentence = _SERVES[table]
    file, columns = f"{table}.parquet", list(COLUMNS[table])
    check = _CHECKS.get(table, table)
    here, due = Counter(given), Counter(wanted)
    for row in sorted((here - due).elements(), key=repr):
        found.broken(
            check,
            file,
            str(row[0]),
            paragraph,
            Phrase("has {row}, which the input does not give", row=_told(columns, row)),
        )
    for row in sorted((due - here).elements(), key=repr):
        found.broken(check, file, str(row[0]), paragraph, Phrase("lacks {row}", row=_told(columns, row)))
    if here == due and table == "passed_over" and _in_order(given) != _in_order(wanted):
        found.broken(check, file, "", paragraph, Phrase("has claims on a bundle in another order than they were asked"))
    found.holds(check, file, paragraph, sentence)


def _in_order(rows: list[tuple[Any, ...]]) -> dict[str, list[tuple[Any, ...]]]:
    by_bundle: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        by_bundle.setdefault(row[0], []).append(row)
    return by_bundle


def _told(columns: list[str], row: tuple[Any, ...]) -> str:
    return ", ".join(f"{name} {cell}" for name, cell in zip(columns, row, strict=True) if cell is not None)
