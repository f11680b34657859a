"""¶3, ¶12: whoever stands in an absence or a recusal that cannot be read is held out until it can."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from tengbol.model.codes import UNREAD

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from tengbol.model.chamber import Chamber


def absences(held_out: Sequence[str], day: dt.date, reason: str) -> pl.DataFrame:
    """Rows of `absences` that hold enforcers out from a day on."""
    cells = {"enforcer_id": held_out, "reason": UNREAD, "start": day, "end": None, "reference": reason}
    types = {name: pl.Date if name in ("start", "end") else pl.String for name in cells}
    return pl.DataFrame({"enforcer_id": list(held_out)}, schema={"enforcer_id": pl.String}).select(
        pl.lit(cells[name]).cast(dtype).alias(name) if name != "enforcer_id" else pl.col(name)
        for name, dtype in types.items()
    )


def recusals(pairs: Sequence[tuple[str, str]], reason: str) -> pl.DataFrame:
    """Rows of `recusals` that hold enforcers apart from writs."""
    schema = {"writ_id": pl.String, "enforcer_id": pl.String}
    nothing = pl.lit(None, dtype=pl.String)
    return pl.DataFrame(list(pairs), schema=schema, orient="row").with_columns(
        ground=pl.lit(UNREAD),
        decision=pl.lit(reason),
        party_id=nothing,
        valid_to=pl.lit(None, dtype=pl.Date),
        application=nothing,
        confirmation=nothing,
    )


def holding_out(
    chamber: Chamber, held_out: Sequence[str], pairs: Sequence[tuple[str, str]], day: dt.date, reason: str
) -> Chamber:
    """The chamber without these people on this day, of which a batch may be made."""
    return replace(
        chamber,
        lost=None,
        absences=pl.concat([chamber.absences, absences(held_out, day, reason)]),
        recusals=pl.concat([chamber.recusals, recusals(pairs, reason)]),
    )
