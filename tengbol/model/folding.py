"""Ids compared as people read them: case numbers and enforcers' ids in a folded form (contract 0.2).

Letters of the two alphabets that look alike are one, all dashes and slashes are, letter case and «№» and blanks do not
matter. Only a comparison: what is written stays as it was typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

#: Cyrillic and Kazakh capital letters that look like a Latin one.
_LOOK_ALIKE: Final = dict(zip("АВЕКМНОРСТХУІЅЈҺ", "ABEKMHOPCTXYISJH", strict=True))


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
