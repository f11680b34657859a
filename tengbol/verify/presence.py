"""That every writ of the input is in one table, and that those not assigned had to be so (contract 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tengbol.phrase import Phrase
from tengbol.verify.law import PARAGRAPH_OF_CODE
from tengbol.verify.writs import ASSIGNMENTS, UNASSIGNED

if TYPE_CHECKING:
    import polars as pl

    from tengbol.io.read import Reading
    from tengbol.verify.bundles import Derived
    from tengbol.verify.findings import Findings
    from tengbol.verify.law import Writ


def check_presence(
    reading: Reading, writs: list[Writ], assigned: list[str], unassigned: list[str], found: Findings
) -> None:
    """Check that every writ row is in exactly one of assignments, unassigned, rejected (contract 4)."""
    known = {writ.writ_id for writ in writs}
    where: dict[str, str] = {}
    for file, ids in ((ASSIGNMENTS, assigned), (UNASSIGNED, unassigned)):
        for writ_id in ids:
            if writ_id not in known:
                found.broken("writs", file, writ_id, "contract 4", Phrase("is no writ of the input"))
            elif writ_id in where:
                twice = Phrase("is twice in it")
                other = twice if where[writ_id] == file else Phrase("is in {file} too", file=where[writ_id])
                found.broken("writs", file, writ_id, "contract 4", other)
            where[writ_id] = file
    for writ in writs:
        if writ.writ_id not in where:
            found.broken("writs", ASSIGNMENTS, writ.writ_id, "contract 4", Phrase("is neither assigned nor unassigned"))
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
    unassigned: pl.DataFrame, derived: Derived, found: Findings, said: dict[str, str] | None = None
) -> None:
    """Check that the unassigned are those that had to be, each with the first code that applies.

    said: what must be said of each, where the wording is known.
    """
    for writ_id, code, explanation in unassigned.select("writ_id", "code", "explanation").iter_rows():
        due = derived.code.get(writ_id)
        if due is None and writ_id in derived.bundle_of:
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
        elif said is not None and due == code and explanation != said[writ_id]:
            found.broken(
                "explanations", UNASSIGNED, writ_id, "contract 4", Phrase("does not say: {said}", said=said[writ_id])
            )
    found.holds(
        "unassigned",
        UNASSIGNED,
        "¶4–¶6, ¶9",
        Phrase("All {n} unassigned had to be, for the reason given.", n=unassigned.height),
    )
