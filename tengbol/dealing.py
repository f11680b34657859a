"""Between the law and the optimiser: free bundles as its arrays, and what it placed as bundles in enforcers' hands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tengbol.model import cells
from tengbol.model.codes import CATEGORIES
from tengbol.model.law import balances
from tengbol.optimizer import lot
from tengbol.optimizer.choosing import Choice, Chosen
from tengbol.optimizer.problem import WRIT, Problem, costs
from tengbol.optimizer.stand import Proof

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.model.law.docket import Docket
    from tengbol.optimizer.solve import Solution

    Ints = NDArray[np.int64]


@dataclass(frozen=True)
class InLot:
    """All who stand in a pool of the batch or receive a writ in it, in the order of the lot: ids, and names in it."""

    ids: pl.Series
    names: list[str]


def in_lot_order(seed: str, todo: Docket, key: str | None) -> InLot:
    """All who stand in a pool of the batch or receive a writ in it, in the order of the lot."""
    kept = todo.members.join(todo.bundles, on="pool", how="semi")["enforcer_id"]
    ids = pl.concat([kept, todo.bundles["bound_to"].drop_nulls()]).unique().sort()
    names = ids.to_list()
    if key is not None:
        personal = pl.select(cells.check_digit_holds(pl.lit(ids)).fill_null(False)).to_series()
        names = lot.officials(key, names, personal.to_list())
    place = lot.order(seed, "enforcer", names)
    return InLot(ids.gather(place), [names[i] for i in place.tolist()])


def excess_of(due: pl.DataFrame, rows: pl.Series) -> Ints:
    """`(J, K)` thousandths of a writ, in the order of `rows`."""
    wide = (
        pl.DataFrame({"enforcer_id": rows})
        .join(due.with_columns(excess=balances.thousandths()), on="enforcer_id", how="left", maintain_order="left")
        .select("enforcer_id", "category", "excess")
    )
    return wide["excess"].to_numpy().reshape(-1, len(CATEGORIES)).astype(np.int64)


@dataclass(frozen=True)
class Drawn:
    """Free bundles in the order of the lot.

    one: `(S,)` those of one writ, by their row in the docket; single: `(S, 2)` the pool and the category of each.
    longer: the others, `bundle`, `lot_id`, `set`, `writs` and a column for each category.
    """

    one: NDArray[np.uint32]
    single: Ints
    longer: pl.DataFrame


class Classes:
    """Free bundles as the optimiser's arrays: pools that hold the same enforcers are one, bundles alike one class."""

    def __init__(self, todo: Docket, rows: pl.Series) -> None:
        free = todo.bundles.select(
            "lot_id", "pool", "writs", *CATEGORIES, bundle=pl.int_range(pl.len(), dtype=pl.UInt32)
        ).filter(todo.bundles["bound_to"].is_null())
        number = pl.DataFrame({"enforcer_id": rows}).with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
        sets = (
            todo.members.join(free, on="pool", how="semi")
            .join(number, on="enforcer_id")
            .sort("pool", "row")
            .group_by("pool", maintain_order=True)
            .agg("row")
        )
        # Pools are numbered by the rows they hold, which the lot ordered, so that nothing follows district codes.
        of_pool = dict(zip(sets["pool"].to_list(), map(tuple, sets["row"].to_list()), strict=True))
        self.sets = sorted(set(of_pool.values()))
        place = {rows: i for i, rows in enumerate(self.sets)}
        set_of = np.zeros(todo.pools.height, dtype=np.int64)
        set_of[list(of_pool)] = [place[rows] for rows in of_pool.values()]
        set_of = set_of[free["pool"].to_numpy()]
        alike = ["set", *CATEGORIES]
        self._ids, self._one = free["lot_id"], (free["writs"] == 1).to_numpy()
        self._longer = free.with_columns(set=pl.Series(set_of, dtype=pl.Int64)).drop("pool").filter(~self._one)
        # Most bundles are of one writ, and of these nothing else is asked.
        self._bundle, self._single = free["bundle"].to_numpy(), np.zeros((2, len(set_of)), dtype=np.int64)
        self._single[0] = set_of
        for k, name in enumerate(CATEGORIES):
            self._single[1, (free[name] > 0).to_numpy()] = k
        self.classes = (
            self._longer.group_by(alike)
            .agg(size=pl.len().cast(pl.Int64))
            .sort(alike)
            .with_row_index("class")
            .with_columns(pl.col("class").cast(pl.Int64))
        )

    def drawn(self, seed: str) -> Drawn:
        """Free bundles in the order of the lot of `seed`."""
        order = lot.order(seed, "writ", self._ids)
        is_one = self._one[order]
        one, longer = order[is_one], order[~is_one]
        place = np.cumsum(~self._one) - 1
        return Drawn(self._bundle[one], self._single[:, one].T, self._longer[place[longer]])

    def problem(self, opening: Ints) -> Problem:
        """The optimiser's problem, from excess `(J, K)` before any free bundle."""
        singles = np.zeros((len(self.sets), len(CATEGORIES)), dtype=np.int64)
        pool, kind = self._single[:, self._one]
        singles += np.bincount(pool * len(CATEGORIES) + kind, minlength=singles.size).reshape(singles.shape)
        return Problem(
            opening=opening,
            pool_start=np.concatenate([[0], np.cumsum([len(rows) for rows in self.sets])]).astype(np.int64),
            pool_member=np.array([row for rows in self.sets for row in rows], dtype=np.int64),
            singles=singles,
            class_pool=self.classes["set"].to_numpy(),
            class_counts=self.classes.select(CATEGORIES).to_numpy().astype(np.int64),
            class_size=self.classes["size"].to_numpy(),
        )


@dataclass(frozen=True)
class Solved:
    """What is most even, with its proof, of a docket in the order `rows` of the lot of some seed.

    Where all of it and of what a lot chose is proven, it is the same for the lot of any other seed.
    """

    rows: InLot
    classes: Classes
    problem: Problem
    solution: Solution

    @cached_property
    def choice(self) -> Choice:
        """All that is as even."""
        return Choice(self.problem, self.solution)


@dataclass(frozen=True)
class Dealt:
    """bundles: `bundle_id`, `enforcer_id`, `alike`: bound bundles as the rules say, free ones as the lot has it; row by
    row those of the docket. proof: of the objectives, which an exchange may have made less where they were not proven.
    proven: whether nothing comes before this in the lot (docs/lot.md).
    """

    bundles: pl.DataFrame
    proof: Proof
    proven: bool


def dealt(todo: Docket, solved: Solved, drawn: Drawn, seed: str, version: int) -> Dealt:
    """Let the lot choose who gets which bundle. drawn: `Classes.drawn` of the seed. version: of the lot."""
    classes, problem, solution, rows = solved.classes, solved.problem, solved.solution, solved.rows
    turn = lot.order(seed, "enforcer", rows.names)
    one, single = drawn.one, drawn.single
    longer = drawn.longer.join(classes.classes, on=["set", *CATEGORIES], how="left", maintain_order="left")
    if version == 1:
        to_one = lot.deal_single(problem, solution.placement.singles, single, turn)
        to_longer = lot.deal_longer(solution.placement, longer["class"].to_numpy())
        proof, proven = solution.proof, False
    else:
        longer = longer.sort("writs", descending=True, maintain_order=True)
        draw = lot.Draw(
            seed,
            rows.names,
            [lot.pool_name(rows.names[j] for j in members) for members in classes.sets],
            CATEGORIES,
            np.stack([problem.entry_pool, problem.pool_member], axis=1),
            lot.digests(seed, "writ", longer["lot_id"]).to_list(),
        )
        found = solved.choice.chosen(longer["class"].to_numpy(), draw)
        to_one, to_longer = lot.deal_single(problem, found.singles, single, turn), found.longer
        proof = _reached(problem, solution.proof, found)
        proven = bool(found.proven[problem.apart().any(axis=1)].all())
    row, alike = np.zeros((2, todo.bundles.height), dtype=np.int64)
    row[one], row[longer["bundle"].to_numpy()] = to_one, to_longer
    of_one = single[:, 0] * len(CATEGORIES) + single[:, 1]
    alike[one] = np.bincount(of_one)[of_one]
    alike[longer["bundle"].to_numpy()] = longer["size"].to_numpy()
    is_free = pl.col("bound_to").is_null()
    holder = rows.ids.gather(row) if rows.ids.len() else pl.Series([None] * todo.bundles.height, dtype=pl.String)
    bundles = todo.bundles.select(
        "bundle_id",
        enforcer_id=pl.when(is_free).then(holder).otherwise("bound_to"),
        alike=pl.when(is_free).then(pl.Series(alike, dtype=pl.Int64)),
    )
    return Dealt(bundles, proof, proven)


def _reached(problem: Problem, proof: Proof, found: Chosen) -> Proof:
    received = np.zeros_like(problem.opening)
    np.add.at(received, problem.pool_member, found.singles)
    np.add.at(received, found.longer, problem.class_counts[found.longer_class])
    first, second = costs(problem.opening + WRIT * received)
    if (first, second) > (proof.objective, proof.objective_total):
        raise AssertionError("the lot chose what is less even than what was found")
    return Proof(first, min(first, proof.lower_bound), second, min(second, proof.lower_bound_total))


def refuse_strangers(todo: Docket, decided: pl.DataFrame) -> None:
    """¶9, ¶10: stop rather than hand a writ to somebody outside its pool, whatever went wrong before."""
    free = todo.bundles.select("pool", "bound_to").with_columns(decided["enforcer_id"])
    pairs = free.filter(pl.col("bound_to").is_null()).select("pool", "enforcer_id").unique()
    strangers = pairs.join(todo.members, on=["pool", "enforcer_id"], how="anti", nulls_equal=True)
    if len(strangers):
        raise AssertionError(f"{strangers['enforcer_id'].sort()[0]} is dealt what is not of his pool")
