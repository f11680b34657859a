"""The tables that say why (format 2 of a result), each row against what the input gives.

Compared as sets of rows: whatever a table has too much or too little is named, row by row.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from tengbol.phrase import Phrase
from tengbol.verify.law import CATEGORIES, parts
from tengbol.verify.reasons import left_out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tengbol.verify.balances import Standing
    from tengbol.verify.bundles import Derived
    from tengbol.verify.findings import Findings
    from tengbol.verify.masks import Names

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


class Due:
    """What each table has to hold, from what the input gives.

    names: by which ids bundles stand in the lot, where known. moments: balances before and after. chamber_of: by
    district. waiting: the table of that name. order: places of writs in the order of the result, null of what is none.
    categories: those of the batch.
    """

    def __init__(
        self,
        derived: Derived,
        waiting: pl.DataFrame,
        names: Names | None,
        moments: tuple[Standing, Standing],
        chamber_of: dict[str, str],
        order: pl.Series,
        categories: list[str],
    ) -> None:
        self.order, self.categories = order, categories
        self.derived, self._waiting, self.names = derived, waiting, names
        self.moments, self.chamber_of = moments, chamber_of

    def decisions(self) -> pl.DataFrame:
        """A row of each bundle; without the key nobody knows by which id it stands in the lot.

        Bundles are in the order of their first writs in the result, as far as they stand there.
        """
        rows = self.derived.row_of.gather(self.order).drop_nulls().to_numpy()
        turn = np.full(self.derived.groups.height, len(rows))
        turn[rows[::-1]] = np.arange(len(rows))[::-1]
        in_order = np.concatenate([rows[turn[rows] == np.arange(len(rows))], np.flatnonzero(turn == len(rows))])
        told = self.derived.groups.select("bundle_id", "district_id", "alike", "pool", "size")
        groups, names = told[in_order], self.names
        lot_id = pl.lit(None, dtype=_TEXT)
        if names is not None and names.key is not None:
            lot_id = pl.lit(pl.Series([names.bundle(name) for name in groups["bundle_id"]], dtype=_TEXT))
        pools = pl.Series(self.derived.pool_ids, dtype=_TEXT)
        return groups.select(
            "bundle_id",
            "district_id",
            "alike",
            lot_id=lot_id,
            pool_id=pools.gather(groups["pool"]),
            writs="size",
        )

    @cached_property
    def _members(self) -> pl.DataFrame:
        """Members of every pool that was used, and billionths of a writ that each is due of one."""
        used: list[int] = self.derived.groups["pool"].unique().sort().to_list()
        due = [parts(self.derived.pools[number], self.derived.roster) for number in used]
        pool = pl.Series(np.repeat(used, [len(members) for members in due]), dtype=pl.Int32)
        cells = {
            "pool": pool,
            "pool_id": pl.Series(self.derived.pool_ids, dtype=_TEXT).gather(pool),
            "enforcer_id": [who for members in due for who in members],
            "part": [part for members in due for part in members.values()],
        }
        return pl.DataFrame(cells, schema_overrides={"enforcer_id": _TEXT, "part": pl.Int64})

    def pools(self) -> pl.DataFrame:
        """Members of every pool."""
        return self._members.select("pool_id", "enforcer_id")

    def left_out(self) -> pl.DataFrame:
        """Who is not in a pool, and why; each once."""
        return _rows("left_out", left_out(self.derived))

    def passed_over(self) -> pl.DataFrame:
        """Claims that fell."""
        groups = self.derived.groups.select("group", "bundle_id")
        return self.derived.fell.join(groups, on="group", maintain_order="left")

    def waiting(self) -> pl.DataFrame:
        """What keeps writs back."""
        return self._waiting

    def shares(self) -> pl.DataFrame:
        """What the writs of each pool and category add to each member's share."""
        writs = self.derived.groups.group_by("pool").agg(pl.col(CATEGORIES).sum().cast(pl.Int64))
        return (
            writs.unpivot(CATEGORIES, index="pool", variable_name="category", value_name="writs")
            .filter(pl.col("writs") > 0)
            .join(self._members, on="pool")
            .select("pool_id", "category", "enforcer_id", "writs", share=_in_writs(pl.col("writs") * pl.col("part")))
        )

    def standing(self) -> pl.DataFrame:
        """Everyone licensed, in every category."""
        roster, schema = self.derived.roster, COLUMNS["standing"]
        cells = [(who, category) for who in roster.licensed for category in self.categories]
        home = [roster.home[who] for who, _ in cells]
        columns: dict[str, list[Any]] = {
            "enforcer_id": [who for who, _ in cells],
            "district_id": home,
            "chamber_id": [self.chamber_of[district_id] for district_id in home],
            "category": [category for _, category in cells],
        }
        for when, moment in zip(("before", "after"), self.moments, strict=True):
            columns[f"received_{when}"] = [moment.received[cell] for cell in cells]
            columns[f"share_{when}"] = [moment.share[cell] for cell in cells]
        rows = pl.DataFrame(columns, schema=schema | dict.fromkeys(("share_before", "share_after"), pl.Int64))
        return rows.with_columns(_in_writs(pl.col("share_before", "share_after")))


def _in_writs(billionths: pl.Expr) -> pl.Expr:
    """Billionths as writs, nine places, nothing lost."""
    return (billionths.cast(_SHARE) / pl.lit(10**9, dtype=pl.Decimal(38, 0))).cast(_SHARE)


def _rows(table: str, rows: Iterable[tuple[object, ...]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=COLUMNS[table], orient="row")


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
        wanted: pl.DataFrame = getattr(due, table)()
        _compare(table, frame, wanted.select(pl.col(name).cast(dtype) for name, dtype in columns.items()), found)


def _compare(table: str, given: pl.DataFrame, wanted: pl.DataFrame, found: Findings) -> None:
    paragraph, sentence = _SERVES[table]
    file, columns = f"{table}.parquet", given.columns
    check = _CHECKS.get(table, table)
    # Claims on a bundle stand in the order in which they were asked.
    by = columns[:1] if table in ("passed_over", "decisions", "waiting") else columns
    if not (given.equals(wanted) or _by_hash(given, by).equals(_by_hash(wanted, by))) and not _sorted(given, by).equals(
        _sorted(wanted, by)
    ):
        here, due = _differ(given, wanted)
        for row in here:
            found.broken(
                check,
                file,
                str(row[0]),
                paragraph,
                Phrase("has {row}, which the input does not give", row=_told(columns, row)),
            )
        for row in due:
            found.broken(check, file, str(row[0]), paragraph, Phrase("lacks {row}", row=_told(columns, row)))
        if not here and not due and table == "passed_over":
            other = Phrase("has claims on a bundle in another order than they were asked")
            found.broken(check, file, "", paragraph, other)
    found.holds(check, file, paragraph, sentence)


def _by_hash(frame: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Rows in an order that is the same of the same rows; sooner found than that of the texts."""
    return frame[np.argsort(frame.select(by).hash_rows().to_numpy(), kind="stable")]


def _sorted(frame: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    return frame.sort(by, maintain_order=True)


def _differ(given: pl.DataFrame, wanted: pl.DataFrame) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Rows that one has more often than the other, each as often as that."""
    columns = given.columns
    more = (
        pl.concat([given.with_columns(more=pl.lit(1)), wanted.with_columns(more=pl.lit(-1))])
        .group_by(columns)
        .agg(pl.col("more").sum())
        .filter(pl.col("more") != 0)
    )
    rows = [(row[:-1], row[-1]) for row in more.iter_rows()]
    here, due = ([row for row, n in rows for _ in range(sign * n)] for sign in (1, -1))
    return sorted(here, key=repr), sorted(due, key=repr)


def _told(columns: list[str], row: tuple[Any, ...]) -> str:
    return ", ".join(f"{name} {cell}" for name, cell in zip(columns, row, strict=True) if cell is not None)
