"""Ids compared as people read them: case numbers and enforcers' ids in a folded form (contract 0.2).

Letters of the two alphabets that look alike are one, all dashes and slashes are, letter case and «№» and blanks do not
matter. Only a comparison: what is written stays as it was typed.
"""

from __future__ import annotations

from typing import Final

import polars as pl

#: Cyrillic and Kazakh capital letters that look like a Latin one.
_LOOK_ALIKE: Final = dict(zip("АВЕКМНОРСТХУІЅЈҺ", "ABEKMHOPCTXYISJH", strict=True))


#: What makes a document (¶6), and so a writ: who issued which number on which day against whom.
DOCUMENT: Final = ("issued_by", "number", "issued_on", "debtor_id")


def folded_document() -> dict[str, pl.Expr]:
    """The columns of `DOCUMENT`, issuer and number folded: documents equal in all four are one."""
    forms = {"issued_by": folded_id, "number": bare_id}
    return {name: forms[name](pl.col(name)) if name in forms else pl.col(name) for name in DOCUMENT}


def folded_id(text: pl.Expr) -> pl.Expr:
    """Fold an id; null stays null."""
    return (
        text.str.replace_all(r"\s+", "")
        .str.to_uppercase()
        .str.replace_many(_LOOK_ALIKE)
        .str.replace_all("№|N°|NO[.]", "")
        .str.replace_all(r"[‐‑‒–—―−-]+", "-")
        .str.replace_all(r"[\\/⁄∕]+", "/")
    )


def bare_id(text: pl.Expr) -> pl.Expr:
    """Fold an id, and leave off the zeros before a number, which a spreadsheet takes away; null stays null."""
    return folded_id(text).str.replace("^0+([0-9]+)$", "${1}")
