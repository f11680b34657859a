"""A writ that came with a fault is not distributed, but its term runs (¶6, ¶7): it is kept, in `due`, until its row is
imported without the fault, or it is withdrawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.book.kept import MOMENT, held
from tengbol.book.schema import TABLES
from tengbol.model.kinds import FLAG
from tengbol.model.kinds import MOMENT as WRITTEN

if TYPE_CHECKING:
    from tengbol.book.acts import Act
    from tengbol.book.store import Store
    from tengbol.io.read import Reading

#: Codes of rows whose writ is known by another row.
_TOLD_TWICE: Final = ("duplicate_row", "duplicate_document")


def with_faults(reading: Reading, later: pl.DataFrame | None, rejected: pl.DataFrame) -> pl.DataFrame:
    """Rejected rows that name a writ: `writ_id`, `received_at` and `immediate` as written, `code`, `message`.

    later: rows of `writs`, cells as stored, that tell of what cannot have happened. rejected: with their codes.
    """
    own = ("row", "writ_id", "received_at", "immediate")
    frames = [frame.select(own) for frame in (reading.unread.get("writs"), later) if frame is not None]
    cells = pl.concat(frames or [pl.DataFrame(schema=dict.fromkeys(own, pl.String))], how="vertical_relaxed")
    said = rejected.filter((pl.col("table") == "writs") & ~pl.col("code").is_in(_TOLD_TWICE))
    return (
        cells.drop_nulls("writ_id")
        .join(said.select("row", "code", "message"), on="row")
        .sort("row")
        .unique("writ_id", keep="first", maintain_order=True)
        .drop("row")
    )


def keep(store: Store, doing: Act, found: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    """Keep `with_faults` of an import, and end what its good rows (`taken`) complete. Returns the new states.

    Received when the row says, if that can be read and has been; else when the row came.
    """
    now = doing.at.isoformat()
    read = WRITTEN.read(pl.col("received_at")).dt.to_string(MOMENT)
    rows = found.join(taken, on="writ_id", how="anti").select(
        "writ_id",
        received_at=pl.when(read <= now).then(read).otherwise(pl.lit(now)),
        immediate=FLAG.read(pl.col("immediate")).fill_null(False).cast(pl.String),
        code="code",
        message="message",
    )
    ids = pl.concat([rows["writ_id"], taken["writ_id"]]).unique().sort().to_list()
    among = store.among("t.writ_id", "ids")
    known = held(store, "writs", among, ids=ids)
    before = held(store, "incomplete", among, ids=ids)
    # When it came first is when it was received, where no row of it says.
    first = before.select("writ_id", first="received_at")
    rows = (
        rows.join(known, on="writ_id", how="anti")
        .join(first, on="writ_id", how="left", maintain_order="left")
        .with_columns(received_at=pl.min_horizontal("received_at", "first"))
        .select(TABLES["incomplete"].columns)
    )
    news = rows.join(before, on=TABLES["incomplete"].columns, how="anti")
    over = before.join(pl.concat([news["writ_id"], taken["writ_id"]]).to_frame(), on="writ_id", how="semi")
    doing.end("incomplete", over)
    doing.write("incomplete", news)
    return news.select("writ_id", state=pl.lit("incomplete"))


def faults(store: Store, writ_ids: pl.Series) -> dict[str, str]:
    """By writ that waits to be completed, of these, what is wrong with it."""
    rows = held(store, "incomplete", store.among("t.writ_id", "ids"), ids=writ_ids.to_list())
    return dict(rows.select("writ_id", "message").rows())
