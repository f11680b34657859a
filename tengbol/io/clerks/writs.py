"""Which writ a recusal or a proceeding names: by its id in any spelling; a recusal also by the document's number (¶12).

What stands there is an id of a writ, or else may be another spelling of one, or the number that a writ's document has.
An id of a proceeding is compared with the writs of the same debtor alone: most of the past is none of theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.io.headers import header, sheet
from tengbol.model.folding import bare_id
from tengbol.phrase import Phrase, listed, mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tengbol.model.tables import Table


def writs_named(table: Table, cells: pl.DataFrame, good: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """`row`, `called` and `ids`: rows that name a writ by anything but its id, and the writs that each may mean.

    cells: `row` and the table's columns, ids of debtors in their one form; good: with `writs`, of which `writ_id`,
    `number` and `debtor_id` are known.
    """
    nothing = pl.DataFrame(schema={"row": pl.Int64, "called": pl.String, "ids": pl.List(pl.String)})
    if "writs" not in good or not table.names_writ("writ_id") or cells.is_empty():
        return nothing
    writs = good["writs"]
    of_ledger = table.name == "ledger"
    by = pl.col("debtor_id") if of_ledger else pl.lit("")
    said = cells.select("row", called="writ_id", by=by)
    if of_ledger:
        # A row of it names a writ against its own debtor alone, and most of the past is against others: that first.
        said = said.filter(pl.col("by").is_in(_those(writs["debtor_id"], said["by"]).implode()))
    said = said.filter(~pl.col("called").is_in(_those(writs["writ_id"], said["called"]).implode()))
    if of_ledger:
        writs = writs.select("writ_id", "debtor_id").filter(pl.col("debtor_id").is_in(said["by"].implode()))
    if said.is_empty():
        return nothing
    pairs = [*_alike(said, writs.select(called="writ_id", by=by, id="writ_id"))]
    if not of_ledger:
        numbers = writs.select(called="number", by=by, id="writ_id")
        same = numbers.filter(pl.col("called").is_in(said["called"].implode()))
        pairs += [said.join(same, on="called").select("row", "called", "id"), *_alike(said, numbers)]
    return pl.concat(pairs).group_by("row", "called").agg(ids=pl.col("id").unique().sort()).sort("row")


def _those(many: pl.Series, some: pl.Series) -> pl.Series:
    """Those of many ids that are among some, and by chance others with the hash of one, in which none of some is found.

    To look up a million in few takes a fraction of the other way round, and numbers a fraction of texts.
    """
    return many.filter(many.hash().is_in(some.hash().implode()))


#: What folding leaves as it is: two such are one id only where they are the same text.
_PLAIN: Final = r"^(?:[1-9][0-9]*|[0-9]*[A-Z][0-9A-Z]*|[0-9A-Z]+(?:[/-][0-9A-Z]+)+)$"


def _alike(said: pl.DataFrame, known: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """`row`, `called`, `id`: what is spelt otherwise and the same in the folded form, by `called` and `by` of both."""
    odd = pl.col("called").str.contains(_PLAIN).not_()
    some, others = said.filter(odd), known.filter(odd)
    yield _folded_alike(some, known)
    yield _folded_alike(said, others)


def _folded_alike(said: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    if said.is_empty() or known.is_empty():
        return pl.DataFrame(schema={"row": pl.Int64, "called": pl.String, "id": pl.String})
    # Folding leaves every digit but zeros at the front, and to compare these costs a tenth of it.
    digits = pl.col("called").str.replace_all("[^0-9]", "").str.strip_chars_start("0")
    near = known.filter(digits.is_in(said.select(digits).to_series().implode()))
    folded = bare_id(pl.col("called"))
    return (
        said.with_columns(key=folded)
        .join(near.select("by", "id", key=folded), on=["key", "by"])
        .select("row", "called", "id")
    )


def with_their_ids(table: Table, text: pl.DataFrame, good: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """`text` with the id of the one writ that each row can mean; what may be of several, or of none, stays."""
    named = writs_named(table, text, good)
    if named.is_empty():
        return text
    one = named.filter(pl.col("ids").list.len() == 1).select("row", _id=pl.col("ids").list.first())
    joined = text.join(one, on="row", how="left", maintain_order="left")
    return joined.with_columns(writ_id=pl.coalesce("_id", "writ_id")).drop("_id")


def of_several(table: Table, text: pl.DataFrame, good: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """`called`, what may name each of several writs, and `ids`."""
    return writs_named(table, text, good).filter(pl.col("ids").list.len() > 1).select("called", "ids").unique("called")


def for_each_writ(table: Table, cells: pl.DataFrame, good: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Rows that may be of each of several writs, once for each of them; all others as they are."""
    several = of_several(table, cells, good)
    if several.is_empty():
        return cells
    return (
        cells.join(several, left_on="writ_id", right_on="called", how="left", maintain_order="left")
        .explode("ids")
        .with_columns(writ_id=pl.coalesce("ids", "writ_id"))
        .select(cells.columns)
    )


#: What is said of recusals of no writ.
OF_NO_WRIT: Final = mark(
    "{table}: in rows {rows} {column} is no writ's id or number, so that these keep nobody from any writ here; see "
    "whether another is meant."
)


def of_no_writ(recusals: pl.DataFrame, known: list[pl.Series]) -> tuple[Phrase, ...]:
    """Say which recusals are of no writ that is known (yet); recusals: with their `row`."""
    unknown = recusals.filter(pl.col("writ_id").is_not_null())
    for ids in known:
        unknown = unknown.filter(~pl.col("writ_id").is_in(_those(ids, unknown["writ_id"]).implode()))
    if unknown.is_empty():
        return ()
    rows = listed(unknown["row"].to_list())
    return (Phrase(OF_NO_WRIT, table=sheet("recusals"), rows=rows, column=header("recusals", "writ_id")),)
