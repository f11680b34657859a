"""Shares, received and the measures of uniformity, derived a second time (contract 3.7 and section 4).

All sums are whole numbers: shares in billionths of a writ. Only the measures that are means, roots and ratios
become floats, at the very end.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isclose, sqrt
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from tengbol.phrase import Phrase
from tengbol.verify.law import CATEGORIES, WRIT, not_yet, parts
from tengbol.verify.placing import codes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from numpy.typing import NDArray

    from tengbol.verify.bundles import Derived
    from tengbol.verify.findings import Findings
    from tengbol.verify.placing import Named

#: Billionths in a thousandth of a writ.
MILLIONTH: Final = 10**6

Cell = tuple[str, str]  # enforcer, category
Counts = dict[Cell, int]


@dataclass(frozen=True)
class Standing:
    """Received (writs) and share (billionths) of each enforcer and category at one moment; absent is 0."""

    received: Counter[Cell]
    share: Counter[Cell]

    def excess(self, cell: Cell) -> int:
        """Received minus share, billionths."""
        return self.received[cell] * WRIT - self.share[cell]

    def categories(self, day: date) -> list[str]:
        """Categories of a batch of `day`: of those that came later only such as somebody received or was due of."""
        there = {category for cells in (self.received, self.share) for _, category in cells}
        return [category for category in CATEGORIES if category in there or category not in not_yet(day)]


def opening(balances: pl.DataFrame) -> Standing:
    """Take the input's balances."""
    out = Standing(Counter(), Counter())
    rows = balances.select("enforcer_id", "category", "received").iter_rows()
    for (enforcer_id, category, received), share in zip(rows, billionths_of(balances["share"]), strict=True):
        out.received[enforcer_id, category] = received
        out.share[enforcer_id, category] = share
    return out


def billionths_of(shares: pl.Series) -> list[Any]:
    """Decimals of nine places as the whole numbers that they are kept as; None where there is none."""
    return shares.cast(pl.Decimal(38, 9)).to_physical().to_list()


def closing(before: Standing, derived: Derived, taken: Named) -> Standing:
    """Add to the opening balances every assigned writ, received by one and shared by its pool (contract 3.7).

    taken: the result's enforcer of each writ of the input, none of those that it left out, which count for nobody.
    """
    received, share = Counter(before.received), Counter(before.share)
    passed = np.flatnonzero((taken.number >= 0) & derived.row_of.is_not_null().to_numpy())
    kind = codes(derived.writs["category"].gather(passed), CATEGORIES)
    for who, k, writs in _counted(taken.number[passed].astype(np.int64), kind):
        received[taken.names[who], CATEGORIES[k]] += writs
    pool = derived.groups["pool"].gather(derived.row_of.gather(passed)).to_numpy().astype(np.int64)
    kinds = len(CATEGORIES)
    writs = np.bincount(pool * kinds + kind, minlength=len(derived.pools) * kinds).reshape(-1, kinds)
    due: dict[str, int] = {}  # by enforcer the row of `added`
    entries = [
        (due.setdefault(who, len(due)), number, part)
        for number in np.flatnonzero(writs.any(axis=1)).tolist()
        for who, part in parts(derived.pools[number], derived.roster).items()
    ]
    added = np.zeros((len(due), kinds), dtype=np.int64)
    if entries:
        row, number, part = np.array(entries, dtype=np.int64).T
        np.add.at(added, row, writs[number] * part[:, None])
    for who, row in zip(due, added.tolist(), strict=True):
        for category, more in zip(CATEGORIES, row, strict=True):
            if more:
                share[who, category] += more
    return Standing(received, share)


def _counted(one: NDArray[np.int64], kind: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """How often each number stands beside each kind, where it does."""
    counts = np.bincount(one * len(CATEGORIES) + kind)
    for cell in np.flatnonzero(counts).tolist():
        yield *divmod(cell, len(CATEGORIES)), int(counts[cell])


def check_balances(
    frame: pl.DataFrame,
    after: Standing,
    licensed: frozenset[str],
    others: frozenset[str],
    categories: list[str],
    first: bool,
    found: Findings,
) -> None:
    """Exactly one row for each category and everyone who is `licensed`, or has opening balances (`others`), exact.

    categories: those of the batch (`Standing.categories`).
    first: folders of version 0.1.0, not its books, have no rows of `others`.
    """
    kept = licensed | others
    file = "balances.parquet"
    due = {(enforcer_id, category) for enforcer_id in kept for category in categories}
    seen: set[Cell] = set()
    rows = frame.select("enforcer_id", "category", "received", "share").iter_rows()
    for (enforcer_id, category, received, share), told in zip(rows, billionths_of(frame["share"]), strict=True):
        cell, subject = (enforcer_id, category), f"{enforcer_id} {category}"
        if cell in seen:
            found.broken("balances", file, subject, "contract 4", Phrase("has two rows"))
        elif cell not in due:
            found.broken(
                "balances", file, subject, "contract 4", Phrase("is no enforcer who has balances, and category")
            )
        else:
            if received != after.received[cell]:
                sentence = Phrase("received is {received}; it is {due}", received=received, due=after.received[cell])
                found.broken("balances", file, subject, "contract 3.7", sentence)
            if told != after.share[cell]:
                sentence = Phrase(
                    "share is {share}; it is {due}", share=share, due=f"{Decimal(after.share[cell]).scaleb(-9):.9f}"
                )
                found.broken("balances", file, subject, "contract 3.7", sentence)
        seen.add(cell)
    without = others - licensed
    gone = without if first and not any(enforcer_id in without for enforcer_id, _ in seen) else frozenset[str]()
    for enforcer_id, category in sorted(due - seen):
        if enforcer_id not in gone:
            found.broken("balances", file, f"{enforcer_id} {category}", "contract 4", Phrase("has no row"))
    found.holds(
        "balances",
        file,
        "contract 3.7",
        Phrase(
            "Received and share of all {n} enforcers who have balances are exact in every category.", n=len(kept - gone)
        ),
    )


def check_uniformity(
    frame: pl.DataFrame,
    moments: dict[str, Standing],
    chamber_of: dict[str, str],
    categories: list[str],
    found: Findings,
) -> None:
    """Every measure of every chamber and category, before and after, to a billionth.

    moments: the standing `before` and `after`. chamber_of: the chamber of each licensed enforcer. categories: those of
    the batch. A row of a chamber without licensed enforcers may be there or not.
    """
    file = "uniformity.parquet"
    members: dict[str, list[str]] = {}
    for enforcer_id, chamber_id in chamber_of.items():
        members.setdefault(chamber_id, []).append(enforcer_id)
    due = {(chamber_id, category) for chamber_id in members for category in categories}
    seen: set[tuple[str, str]] = set()
    for row in frame.iter_rows(named=True):
        key, subject = (row["chamber_id"], row["category"]), f"{row['chamber_id']} {row['category']}"
        if key in seen:
            found.broken("uniformity", file, subject, "contract 4", Phrase("has two rows"))
        seen.add(key)
        enforcers = members.get(row["chamber_id"], [])
        if row["enforcers"] != len(enforcers):
            sentence = Phrase("counts {told} enforcers; licensed are {n}", told=row["enforcers"], n=len(enforcers))
            found.broken("uniformity", file, subject, "contract 4", sentence)
        elif key not in due and enforcers:
            found.broken("uniformity", file, subject, "contract 4", Phrase("is no category"))
        elif enforcers:
            for moment, standing in moments.items():
                cells = [(enforcer_id, row["category"]) for enforcer_id in enforcers]
                for name, value in measures(cells, standing).items():
                    given = row[f"{name}_{moment}"]
                    if not _close(given, value):
                        sentence = Phrase(
                            "{name}_{moment} is {given}; it is {value}",
                            name=name,
                            moment=moment,
                            given=given,
                            value=value,
                        )
                        found.broken("uniformity", file, subject, "contract 4", sentence)
    for chamber_id, category in sorted(due - seen):
        found.broken("uniformity", file, f"{chamber_id} {category}", "contract 4", Phrase("has no row"))
    found.holds("uniformity", file, "contract 4", Phrase("Every measure is right, before and after."))


def measures(cells: list[Cell], standing: Standing) -> dict[str, float | None]:
    """Measure one chamber and category at one moment, in writs; `gini` and `jain` of what was received."""
    received = sorted(standing.received[cell] for cell in cells)
    excess = [standing.excess(cell) for cell in cells]
    n, total = len(cells), sum(received)
    scatter = n * sum(x * x for x in excess) - sum(excess) ** 2
    gaps = sum((2 * place - n + 1) * x for place, x in enumerate(received))
    return {
        "received_min": float(received[0]),
        "received_mean": float(Fraction(total, n)),
        "received_max": float(received[-1]),
        "excess_min": float(Fraction(min(excess), WRIT)),
        "excess_max": float(Fraction(max(excess), WRIT)),
        "excess_std": sqrt(Fraction(scatter, (n * WRIT) ** 2)),
        "gini": float(Fraction(gaps, n * total)) if total else None,
        "jain": float(Fraction(total**2, n * sum(x * x for x in received))) if total else None,
    }


def _close(given: float | None, due: float | None) -> bool:
    if given is None or due is None:
        return given is due
    return isclose(given, due, rel_tol=1e-9, abs_tol=1e-9)


def thousandths(after: Standing, cell: Cell) -> int:
    """Round the excess of one enforcer in one category to thousandths, half to even (contract 3.8)."""
    whole, rest = divmod(after.excess(cell), MILLIONTH)
    return whole + (2 * rest > MILLIONTH or (2 * rest == MILLIONTH and whole % 2 == 1))
