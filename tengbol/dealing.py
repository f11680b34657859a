"""Between the law and the optimiser: free bundles as its arrays, and what it placed as bundles in enforcers' hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tengbol.model.codes import CATEGORIES
from tengbol.optimizer import lot
from tengbol.optimizer.problem import Placement, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.model.docket import Docket

    Ints = NDArray[np.int64]


class Classes:
    """Free bundles as the optimiser's arrays: pools that hold the same enforcers are one, bundles alike one class."""

    def __init__(self, todo: Docket, rows: pl.Series) -> None:
        free = todo.bundles.with_row_index("bundle").filter(pl.col("bound_to").is_null())
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
        self.free = free.with_columns(set=pl.Series(set_of[free["pool"].to_numpy()], dtype=pl.Int64))
        alike = ["set", *CATEGORIES]
        self.classes = (
            self.free.filter(pl.col("writs") > 1)
            .group_by(alike)
            .agg(size=pl.len().cast(pl.Int64))
            .sort(alike)
            .with_row_index("class")
            .with_columns(pl.col("class").cast(pl.Int64))
        )

    def drawn(self, seed: str) -> pl.DataFrame:
        """Free bundles in the order of the lot: `bundle`, `set`, `writs` and a column for each category."""
        free = self.free.select("bundle", "set", "writs", *CATEGORIES)
        return free[lot.order(seed, "writ", self.free["lot_id"])]

    def problem(self, opening: Ints) -> Problem:
        """The optimiser's problem, from excess `(J, K)` before any free bundle."""
        singles = np.zeros((len(self.sets), len(CATEGORIES)), dtype=np.int64)
        ones = self.free.filter(pl.col("writs") == 1).group_by("set").agg(pl.col(*CATEGORIES).sum())
        singles[ones["set"].to_numpy()] = ones.select(CATEGORIES).to_numpy()
        return Problem(
            opening=opening,
            pool_start=np.concatenate([[0], np.cumsum([len(rows) for rows in self.sets])]).astype(np.int64),
            pool_member=np.array([row for rows in self.sets for row in rows], dtype=np.int64),
            singles=singles,
            class_pool=self.classes["set"].to_numpy(),
            class_counts=self.classes.select(CATEGORIES).to_numpy().astype(np.int64),
            class_size=self.classes["size"].to_numpy(),
        )


def dealt(
    todo: Docket, classes: Classes, problem: Problem, placement: Placement, drawn: pl.DataFrame, rows: pl.Series
) -> pl.DataFrame:
    """`bundle_id`, `enforcer_id`, `alike`: bound bundles as the rules say, free ones as the lot deals them.

    `drawn`: `Classes.drawn`. Row by row those of `todo.bundles`.
    """
    one, longer = drawn.filter(pl.col("writs") == 1), drawn.filter(pl.col("writs") > 1)
    kinds = len(CATEGORIES)
    category = one.select(CATEGORIES).to_numpy().argmax(axis=1) if len(one) else np.empty(0, dtype=np.int64)
    singles = np.stack([one["set"].to_numpy(), category], axis=1)
    of_one = singles[:, 0] * kinds + singles[:, 1]
    its_class = longer.join(classes.classes, on=["set", *CATEGORIES], how="left", maintain_order="left")
    to_one, to_longer = lot.deal(problem, placement, singles, its_class["class"].to_numpy())

    row, alike = np.zeros((2, todo.bundles.height), dtype=np.int64)
    row[one["bundle"].to_numpy()], row[longer["bundle"].to_numpy()] = to_one, to_longer
    alike[one["bundle"].to_numpy()] = np.bincount(of_one)[of_one]
    alike[longer["bundle"].to_numpy()] = its_class["size"].to_numpy()
    is_free = pl.col("bound_to").is_null()
    holder = rows.gather(row) if rows.len() else pl.Series([None] * todo.bundles.height, dtype=pl.String)
    return todo.bundles.select(
        "bundle_id",
        enforcer_id=pl.when(is_free).then(holder).otherwise("bound_to"),
        alike=pl.when(is_free).then(pl.Series(alike, dtype=pl.Int64)),
    )


def refuse_strangers(todo: Docket, decided: pl.DataFrame) -> None:
    """¶9, ¶10: stop rather than hand a writ to somebody outside its pool, whatever went wrong before."""
    free = todo.bundles.select("pool", "bound_to").with_columns(decided["enforcer_id"])
    pairs = free.filter(pl.col("bound_to").is_null()).select("pool", "enforcer_id").unique()
    strangers = pairs.join(todo.members, on=["pool", "enforcer_id"], how="anti", nulls_equal=True)
    if len(strangers):
        raise AssertionError(f"{strangers['enforcer_id'].sort()[0]} is dealt what is not of his pool")
