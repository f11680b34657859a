"""That every writ of the input is in one table, and that those not assigned had to be so (contract 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tengbol.phrase import Phrase
from tengbol.verify.law import PARAGRAPH_OF_CODE
from tengbol.verify.writs import ASSIGNMENTS, UNASSIGNED

if TYPE_CHECKING:
    from tengbol.io.read import Reading
    from tengbol.verify.bundles import Derived
    from tengbol.verify.findings import Findings


def check_presence(reading: Reading, assigned: pl.DataFrame, unassigned: pl.DataFrame, found: Findings) -> None:
    """Check that every writ row is in exactly one of assignments, unassigned, rejected (contract 4).

    Of both tables `writ_id`, and `place` among the writs of the input, null where it is none.
    """
    writs = reading.chamber.writs["writ_id"]
    told = ((assigned, ASSIGNMENTS), (unassigned, UNASSIGNED))
    times = np.bincount(
        np.concatenate([rows["place"].drop_nulls().to_numpy() for rows, _ in told]), minlength=len(writs)
    )
    twice = pl.Series(np.flatnonzero(times > 1))
    where: dict[str, str] = {}
    odd = [
        (*row, file)
        for rows, file in told
        for row in rows.filter(pl.col("place").is_null() | pl.col("place").is_in(twice.implode())).iter_rows()
    ]
    for writ_id, place, file in odd:
        if place is None:
            found.broken("writs", file, writ_id, "contract 4", Phrase("is no writ of the input"))
        elif writ_id in where:
            again = Phrase("is twice in it")
            other = again if where[writ_id] == file else Phrase("is in {file} too", file=where[writ_id])
            found.broken("writs", file, writ_id, "contract 4", other)
        where[writ_id] = file
    for writ_id in writs.filter(pl.Series(times == 0)):
        found.broken("writs", ASSIGNMENTS, writ_id, "contract 4", Phrase("is neither assigned nor unassigned"))
    rows = sum(source.rows for source in reading.sources if source.table == "writs")
    rejected = {row for table, row in reading.rejected.select("table", "row").iter_rows() if table == "writs"}
    if len(writs) + len(rejected) != rows:
        found.broken(
            "writs",
            "rejected.parquet",
            "",
            "contract 4",
            Phrase(
                "the input has {rows} rows of writs: {n} were read, {rejected} rejected",
                rows=rows,
                n=len(writs),
                rejected=len(rejected),
            ),
        )
    found.holds(
        "writs",
        "",
        "contract 4",
        Phrase(
            "Each of the {rows} writs of the input is in one table: {assigned} assigned, {unassigned} "
            "unassigned, {rejected} rejected.",
            rows=rows,
            assigned=len(assigned),
            unassigned=len(unassigned),
            rejected=len(rejected),
        ),
    )


def check_unassigned(
    unassigned: pl.DataFrame, place: pl.Series, derived: Derived, found: Findings, said: pl.DataFrame | None = None
) -> None:
    """Check that the unassigned are those that had to be, each with the first code that applies.

    place: of each among the writs of the input, null where it is none.
    said: `writ_id` and `said`, what must be said of each, where the wording is known.
    """
    rows = unassigned.select("writ_id", "code", "explanation").with_columns(
        due=derived.writs["code"].gather(place).cast(pl.String), known=pl.when(place.is_not_null()).then(True)
    )
    rows = (
        rows.with_columns(said=pl.col("explanation"))
        if said is None
        else rows.join(said, on="writ_id", how="left", maintain_order="left")
    )
    other = pl.col("due").ne_missing(pl.col("code"))
    empty = pl.col("explanation").fill_null("").str.strip_chars() == ""
    wrong = rows.filter(other | empty | pl.col("explanation").ne_missing(pl.col("said")))
    for writ_id, code, explanation, due, known, words in wrong.iter_rows():
        if due is None and known:
            paragraph = PARAGRAPH_OF_CODE.get(code, "contract 4")
            found.broken(
                "unassigned", UNASSIGNED, writ_id, paragraph, Phrase("is {code}; it had to be assigned", code=code)
            )
        elif due is not None and due != code:
            found.broken(
                "unassigned",
                UNASSIGNED,
                writ_id,
                PARAGRAPH_OF_CODE[due],
                Phrase("is {code}; it is {due}", code=code, due=due),
            )
        if not (explanation or "").strip():
            found.broken("explanations", UNASSIGNED, writ_id, "contract 4", Phrase("has no explanation"))
        elif due is not None and due == code and explanation != words:
            found.broken("explanations", UNASSIGNED, writ_id, "contract 4", Phrase("does not say: {said}", said=words))
    found.holds(
        "unassigned",
        UNASSIGNED,
        "¶4–¶6, ¶9",
        Phrase("All {n} unassigned had to be, for the reason given.", n=unassigned.height),
    )
