"""Many filings that differ in one field: a claim filed in parts, or again and again, draws more than one lot (¶14).

Filings of one debtor that agree in creditor, claim and subject and differ in their sum; or that agree in sum, claim and
subject and differ in the creditor. Those of one bundle are one draw and count once.

Chance: creditors with their sums are shuffled among all writs of their kind of creditor. A bank that files a tenth of
all writs meets a debtor twice by itself; a private person who files four against one debtor does not, so what counts is
how unlikely so many are for so frequent a creditor (or sum), not how many there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tengbol.report.alarms.alarm import RATE, TRIES, Alarm, chance, figure, generator
from tengbol.report.alarms.utmost import NEARLY, least_counts, of_drawn
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    from tengbol.report.alarms.alarm import Inputs
    from tengbol.report.record import Record

NAME = "splitting"
TITLE = mark("Filings that differ in one field")
ASKED = mark("Did one debtor meet many filings that differ in one field only?")
NEEDS = ("writs",)
_SAME = ("debtor_id", "claim", "subject")
_BUT_ONE = {"amount": "creditor_id", "creditor_id": "amount"}


def splitting(record: Record, inputs: Inputs, *, rate: float = RATE, tries: int = TRIES, seed: int = 0) -> Alarm:
    """Look for the debtor with most filings that differ in one field."""
    writs = (
        inputs.given("writs")
        .join(record.assignments.select("writ_id", "bundle_id", "batch_id", "district_id"), on="writ_id")
        .unique(["writ_id", "batch_id"])
        .sort("batch_id", "writ_id")
    )
    if len(writs) < 2:
        return Alarm(NAME, ASKED, Said(mark("There were no filings to compare.")), None, rate, writs.select("writ_id"))
    debtor = _numbers(writs, *_SAME)
    # A bundle is one draw of each debtor in it.
    bundle = _numbers(writs.with_columns(_debtor=debtor), "_debtor", "batch_id", "bundle_id") - 1
    # Only debtors with two draws or more can show anything, before chance and after it.
    draws = pl.DataFrame({"debtor": debtor, "bundle": bundle}).unique().group_by("debtor").len()
    several = np.isin(debtor, draws.filter(pl.col("len") > 1)["debtor"].to_numpy())
    if not several.any():
        return Alarm(NAME, ASKED, Said(mark("No debtor met two filings.")), None, rate, writs.clear().select("writ_id"))
    agree = {field: _numbers(writs, other) for field, other in _BUT_ONE.items()}
    kind = _numbers(writs, "creditor_kind")
    by_kind = [np.flatnonzero(kind == one) for one in np.unique(kind)]
    rng = generator(seed, NAME)

    draws_of = np.bincount(draws["debtor"].to_numpy(), weights=draws["len"].to_numpy())
    debtor_of = np.empty(bundle.max() + 1, dtype=np.int64)
    debtor_of[bundle] = debtor
    shares = {field: np.bincount(cells) / len(writs) for field, cells in agree.items()}

    def pairs(field: str, order: np.ndarray) -> tuple[np.ndarray, ...]:
        cells = agree[field][order]
        return _pairs(bundle[several], cells[several], debtor_of, draws_of, shares[field])

    def most(order: np.ndarray) -> float:
        return max(float(pairs(field, order)[-1].max(initial=0.0)) for field in agree)

    def shuffled() -> np.ndarray:
        order = np.arange(len(writs))
        for rows in by_kind:
            order[rows] = rng.permutation(rows)
        return order

    def utmost() -> float:
        rows = several & (draws_of[debtor] > 1)
        return max(
            _utmost(debtor[rows], kind[rows], bundle[rows], draws_of, cells, kind, shares[field])
            for field, cells in agree.items()
        )

    as_filed, there_is = np.arange(len(writs)), utmost()
    rare = sum(_seldom(debtor[several], kind[several], draws_of, cells, kind, there_is) for cells in agree.values())
    by_chance = chance(most(as_filed), lambda: most(shuffled()), there_is, tries, rate, seldom=rare)
    numbered = writs.with_columns(_debtor=debtor)
    cases = _cases(
        {field: (numbered.with_columns(_cell=cells), pairs(field, as_filed)) for field, cells in agree.items()}
    )
    said = (
        Said(
            mark(
                "Filings of one debtor that differ in one field, each with a lot of its own: {filings}. "
                "Groups of such filings in all: {groups}."
            ),
            {"filings": figure(cases["filings"][0]), "groups": figure(len(cases))},
        )
        if len(cases)
        else Said(mark("No two filings of one debtor differed in one field only."))
    )
    looks = len(agree) * int((draws["len"] > 1).sum())
    return Alarm(NAME, ASKED, said, by_chance.p, rate, cases.head(20), least=by_chance.least, looks=looks)


def _numbers(frame: pl.DataFrame, *columns: str) -> np.ndarray:
    """A whole number for each combination of cells; null is a cell like any other."""
    return frame.select(pl.struct(columns).rank("dense")).to_series().to_numpy().astype(np.int64)


def _pairs(
    bundle: np.ndarray, cells: np.ndarray, debtor_of: np.ndarray, draws: np.ndarray, shares: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Pairs of debtor and cell with two bundles or more: both, their number, and its surprise, −log of a binomial tail.

    debtor_of: of each bundle. draws: of each debtor, how many bundles. shares: of each cell, its part of all writs.
    """
    # Combinations as whole numbers, which sort many times faster than rows do.
    width = len(shares)
    pairs = np.sort(bundle * width + cells)
    draw, cell = np.divmod(pairs[_first(pairs)], width)
    each = np.sort(debtor_of[draw] * width + cell)
    first = np.flatnonzero(_first(each))
    counts = np.diff(first, append=len(each))
    often = counts > 1
    whose, which = np.divmod(each[first[often]], width)
    counts = counts[often]
    return whose, which, counts, _surprise(counts, draws[whose], shares[which])


def _first(values: np.ndarray) -> np.ndarray:
    """Whether each of sorted values is the first of its kind."""
    return np.diff(values, prepend=values[:1] - 1) != 0


def _surprise(counts: np.ndarray, draws: np.ndarray, shares: np.ndarray) -> np.ndarray:
    from scipy.special import betainc

    return -np.log(np.maximum(betainc(counts, draws - counts + 1, shares), 1e-300))


def _utmost(
    debtor: np.ndarray, kind_there: np.ndarray, bundle: np.ndarray, draws: np.ndarray, cells: np.ndarray,
    kind: np.ndarray, shares: np.ndarray,
) -> float:  # fmt: skip
    """The greatest surprise that any order within kinds gives: of one debtor's bundles of a kind, all have one cell.

    debtor, kind_there, bundle: of the writs of debtors with two bundles or more. cells, kind: of all writs.
    """
    from scipy.special import betainc

    there = np.unique(np.stack([debtor, kind_there, bundle]), axis=1)
    (whose, of_kind), room = np.unique(there[:2], axis=1, return_counts=True)
    places = np.unique(np.stack([of_kind, room, draws[whose].astype(np.int64)]), axis=1)
    (cell, cell_kind), often = np.unique(np.stack([cells, kind]), axis=1, return_counts=True)
    # Of the cells of a kind that occur as often, the rarest of all writs tells most.
    order = np.lexsort((shares[cell], often, cell_kind))
    _, first = np.unique(np.stack([cell_kind, often])[:, order], axis=1, return_index=True)
    cell, cell_kind, often = (one[order][first] for one in (cell, cell_kind, often))
    count = np.minimum(places[1][:, None], often[None, :])
    can = (places[0][:, None] == cell_kind[None, :]) & (count > 1)
    tail = betainc(count, np.maximum(places[2][:, None] - count + 1, 1), shares[cell][None, :])
    return float(np.where(can, -np.log(np.maximum(tail, 1e-300)), 0.0).max(initial=0.0))


def _seldom(
    debtor: np.ndarray, kind_there: np.ndarray, draws: np.ndarray, cells: np.ndarray, kind: np.ndarray, most: float
) -> float:
    """How often an order within kinds gives any debtor and cell a surprise of `most`, at most.

    debtor, kind_there: of the writs of debtors with two bundles or more. draws: of each debtor. cells, kind: of all
    writs.
    """
    whose, place = np.unique(debtor, return_inverse=True)
    held = np.zeros((kind.max() + 1, len(whose)), dtype=np.int64)  # writs of each kind, and first of all kinds
    np.add.at(held, (kind_there, place), 1)
    held[0] = held.sum(axis=0)
    people, alike = np.unique(np.stack([draws[whose].astype(np.int64), *held]), axis=1, return_counts=True)
    (cell, of), often = np.unique(np.stack([cells, kind]), axis=1, return_counts=True)
    first = np.unique(cell, return_index=True)[1]
    number = np.add.reduceat(often, first)
    # A cell of several kinds as if it were of the smallest of them, and might come to any kind.
    size = np.minimum.reduceat(np.bincount(kind)[of], first)
    home = np.where(np.diff(first, append=len(cell)) == 1, of[first], 0)
    looks, same = np.unique(np.stack([number, size, home])[:, number > 1], axis=1, return_counts=True)
    (number, size), drawn = looks[:2, :, None], people[0]
    last = np.minimum(drawn, number)
    count = least_counts(lambda counts: _surprise(counts, drawn, number / len(kind)), 2, last, most * NEARLY)
    each = np.where(count <= last, of_drawn(people[1:][looks[2]], count, number, size), 0.0)
    return float((same[:, None] * alike * each).sum())


def _cases(found: dict[str, tuple[pl.DataFrame, tuple[np.ndarray, ...]]]) -> pl.DataFrame:
    """The pairs of each field with their writs, most surprising first."""
    told = [
        writs.join(
            pl.DataFrame(
                {"_debtor": whose, "_cell": which, "surprise": surprise},
                schema={"_debtor": pl.Int64, "_cell": pl.Int64, "surprise": pl.Float64},
            ),
            on=["_debtor", "_cell"],
        )
        .group_by("_debtor", "_cell", "surprise")
        .agg(
            filings=pl.struct("batch_id", "bundle_id").n_unique(),
            district_id=pl.col("district_id").min(),
            claim=pl.col("claim").first(),
            received_first=pl.col("received_at").min().dt.date(),
            received_last=pl.col("received_at").max().dt.date(),
            writ_ids=pl.col("writ_id").sort().str.join(" "),
        )
        .select(
            *("filings", "district_id", "claim", "received_first", "received_last", "writ_ids", "surprise"),
            differ_in=pl.lit(field),
        )
        for field, (writs, (whose, which, _, surprise)) in found.items()
    ]
    return pl.concat(told).sort("surprise", "filings", "writ_ids", "differ_in", descending=[True, True, False, False])
