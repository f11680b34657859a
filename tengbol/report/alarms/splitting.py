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

from tengbol.report.alarms.alarm import RATE, TRIES, Alarm, chance, generator

if TYPE_CHECKING:
    from tengbol.report.alarms.alarm import Inputs
    from tengbol.report.record import Record

NAME = "splitting"
ASKED = "Did one debtor meet many filings that differ in one field only?"
_SAME = ("debtor_id", "claim", "subject")
_BUT_ONE = {"amount": "creditor_id", "creditor_id": "amount"}


def splitting(record: Record, inputs: Inputs, *, rate: float = RATE, tries: int = TRIES, seed: int = 0) -> Alarm:
    """Look for the debtor with most filings that differ in one field."""
    writs = (
        inputs.writs.join(record.assignments.select("writ_id", "bundle_id", "batch_id"), on="writ_id")
        .unique(["writ_id", "batch_id"])
        .sort("batch_id", "writ_id")
    )
    if len(writs) < 2:
        return Alarm(NAME, ASKED, "There were no filings to compare.", None, rate, writs.select("writ_id"))
    debtor = _numbers(writs, *_SAME)
    bundle = _numbers(writs, "batch_id", "bundle_id")
    # Only debtors with two draws or more can show anything, before chance and after it.
    draws = pl.DataFrame({"debtor": debtor, "bundle": bundle}).unique().group_by("debtor").len()
    several = np.isin(debtor, draws.filter(pl.col("len") > 1)["debtor"].to_numpy())
    if not several.any():
        return Alarm(NAME, ASKED, "No debtor met two filings.", None, rate, writs.clear().select("writ_id"))
    agree = {field: _numbers(writs, other) for field, other in _BUT_ONE.items()}
    kind = _numbers(writs, "creditor_kind")
    by_kind = [np.flatnonzero(kind == one) for one in np.unique(kind)]
    rng = generator(seed, NAME)

    draws_of = np.bincount(draws["debtor"].to_numpy(), weights=draws["len"].to_numpy())
    shares = {field: np.bincount(cells) / len(writs) for field, cells in agree.items()}

    def most(order: np.ndarray) -> float:
        return max(
            _most(debtor[several], cells[order][several], bundle[several], draws_of, shares[field])
            for field, cells in agree.items()
        )

    def shuffled() -> np.ndarray:
        order = np.arange(len(writs))
        for rows in by_kind:
            order[rows] = rng.permutation(rows)
        return order

    observed = most(np.arange(len(writs)))
    p = chance(observed, lambda: most(shuffled()), tries) if observed > 0 else 1.0
    cases = _cases(writs)
    reason = (
        f"{cases['filings'][0]} filings, each with a lot of its own, were of one debtor and differed in one field; "
        f"{len(cases)} such groups in all."
        if len(cases)
        else "No two filings of one debtor differed in one field only."
    )
    return Alarm(NAME, ASKED, reason, p, rate, cases)


def _numbers(frame: pl.DataFrame, *columns: str) -> np.ndarray:
    """A whole number for each combination of cells; null is a cell like any other."""
    return frame.select(pl.struct(columns).rank("dense")).to_series().to_numpy().astype(np.int64)


def _most(debtor: np.ndarray, cells: np.ndarray, bundle: np.ndarray, draws: np.ndarray, shares: np.ndarray) -> float:
    """Most surprising number of bundles of any pair of debtor and cell: −log of a binomial tail; 0 where none is twice.

    draws: of each debtor, how many bundles. shares: of each cell, its part of all writs.
    """
    from scipy.special import betainc

    pairs = np.unique(np.stack([debtor, cells, bundle]), axis=1)
    (whose, which), counts = np.unique(pairs[:2], axis=1, return_counts=True)
    often = counts > 1
    if not often.any():
        return 0.0
    whose, which, counts = whose[often], which[often], counts[often]
    tail = betainc(counts, draws[whose] - counts + 1, shares[which])
    return float(-np.log(np.maximum(tail, 1e-300)).max())


def _cases(writs: pl.DataFrame) -> pl.DataFrame:
    found = [
        writs.group_by(*_SAME, other)
        .agg(
            filings=pl.struct("batch_id", "bundle_id").n_unique(),
            first=pl.col("received_at").min().dt.date(),
            last=pl.col("received_at").max().dt.date(),
            writ_ids=pl.col("writ_id").sort().str.join(" "),
        )
        .select("filings", pl.lit(field).alias("differ_in"), "claim", "first", "last", "writ_ids")
        for field, other in _BUT_ONE.items()
    ]
    return (
        pl.concat(found)
        .filter(pl.col("filings") > 1)
        .sort("filings", "writ_ids", "differ_in", descending=[True, False, False])
        .head(20)
    )
