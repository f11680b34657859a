"""Which writ is meant by what stands on a paper: its id, else the number of its document; or a row that was refused.

Both are compared folded (`model.folding`). A result alone holds no numbers and no refused ids: its input tells them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.model.folding import folded_id

if TYPE_CHECKING:
    from tengbol.io.read import Reading


@dataclass(frozen=True)
class Refused:
    """What was refused of the id or number asked for.

    faults: a line for each, as `rejected`; of a book, which keeps no cells, `message` alone, and no reading.
    """

    asked: str
    reading: Reading | None
    faults: pl.DataFrame

    def as_json(self, told: list[str]) -> dict[str, Any]:
        """The answer for programs, with what is told of each fault."""
        return {
            **dict.fromkeys(("enforcer_id", "basis", "bundle_id", "pool_size")),
            "writ_id": self.asked,
            "assigned": False,
            "explanation": "\n".join(told),
            "code": "refused",
            "alike": 0,
            "seed": "",
            "members": [],
            "left_out": [],
            "refused": told,
        }


def meant(asked: str, reading: Reading) -> str | Refused:
    """The id of the writ of an input that is meant, or the rows that were refused.

    Raises `UnusableInputError` where the input has nothing of the kind, or a number is that of several writs.
    """
    if found := one_of(asked, reading.chamber.writs.select("writ_id", "number", "issued_by")):
        return found
    cells = reading.unread.get("writs")
    rows = [] if cells is None else _named(cells, asked)["row"].to_list()
    faults = reading.faults.filter((pl.col("table") == "writs") & pl.col("row").is_in(rows))
    if faults.is_empty():
        raise UnusableInputError(
            "Writ {writ}: the input has neither a writ of this id, nor a document of this number.", writ=asked
        )
    return Refused(asked, reading, faults)


def one_of(asked: str, writs: pl.DataFrame) -> str | None:
    """The id of the one writ of this id, else of this number; None where there is none.

    writs: `writ_id`, `number`, `issued_by`. Raises `UnusableInputError` for a number of several, with their ids.
    """
    found = writs.filter(writ_id=asked)
    found = _named(writs, asked).sort("writ_id") if found.is_empty() else found
    if found.height > 1:
        raise UnusableInputError(
            "Number {number} is that of several writs: {ids}. Give the id of one.",
            number=asked,
            ids=", ".join(f"{writ_id} ({issuer})" for writ_id, _, issuer in found.iter_rows()),
        )
    return None if found.is_empty() else found["writ_id"].item()


def _named(rows: pl.DataFrame, asked: str) -> pl.DataFrame:
    """Rows whose id or number is what was asked for."""
    name = folded_id(pl.lit(asked))
    return rows.filter((folded_id(pl.col("writ_id")) == name) | (folded_id(pl.col("number")) == name))
