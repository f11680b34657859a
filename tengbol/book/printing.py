"""A past batch as its papers are made of it (`forms`), with what has become of its writs since.

The papers of a batch are those of its day whenever they are printed, but a writ that was withdrawn, annulled, closed or
distributed anew meanwhile is its enforcer's no more, and is not to be handed over as if it were.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from tengbol.book.amending import HELD, WAITS
from tengbol.book.example import marked_example
from tengbol.book.kept import MOMENT, held, holding
from tengbol.book.past import export_batch
from tengbol.forms.day import BECAME, Day, of_folders
from tengbol.io.key import BESIDE, read_key
from tengbol.io.staging import staging
from tengbol.phrase import Phrase, listed, mark

if TYPE_CHECKING:
    from tengbol.book.store import Store


def day_of(store: Store, number: int, chamber_id: str) -> Day:
    """What the papers of a chamber's batch are made of, by the files it would have been."""
    centres = held(store, "centres")["district_id"].to_list()
    became = became_of(store, number, chamber_id)
    with staging() as folder:
        source, result = export_batch(store, folder, number, chamber_id)
        key = read_key(result / BESIDE)
        day = of_folders(result, source, key=key, chamber_id=chamber_id, centres=centres, became=became.drop("given"))
    return replace(day, example=marked_example(store))


def became_of(store: Store, number: int, chamber_id: str) -> pl.DataFrame:
    """Writs that are not as a batch left them, in order: `BECAME`, and `given`, whether it distributed them."""
    writs = " UNION ALL ".join(
        f"SELECT writ_id, batch_id, {given} AS given FROM {table} t WHERE {holding('t')}"
        for given, table in enumerate(("unassigned", "assignments"))
    )
    found = store.frame(
        "SELECT s.writ_id, s.state AS became, s.at AS became_on, l.enforcer_id AS became_whose, "
        f"s.batch_id AS became_by, w.given FROM batches b JOIN ({writs}) w ON w.batch_id = b.batch_id "
        f"JOIN states s ON s.writ_id = w.writ_id AND {holding('s')} "
        f"LEFT JOIN assignments l ON l.writ_id = s.writ_id AND l.batch_id = s.batch_id AND {holding('l')} "
        f"WHERE {holding('b')} AND b.chamber_id = :chamber_id AND b.number = :number AND NOT ("
        f"w.given = 1 AND coalesce(s.batch_id, '') = b.batch_id AND s.state IN {HELD} "
        f"OR w.given = 0 AND s.state IN {WAITS}) ORDER BY s.writ_id",
        {**dict.fromkeys(BECAME, pl.String()), "given": pl.Int64()},
        chamber_id=chamber_id,
        number=number,
    )
    day = pl.col("became_on").str.to_datetime(MOMENT, time_unit="us").dt.date()
    return found.with_columns(day, pl.col("given") == 1)


def told_of(ended: list[str]) -> Phrase:
    """Say which writs of a batch are no longer whose it made them."""
    sentence = mark(
        "No longer as this batch gave them, for they ended, were taken back or were distributed anew: {count} ({ids}). "
        "Every paper marks them."
    )
    return Phrase(sentence, count=len(ended), ids=listed(ended))
