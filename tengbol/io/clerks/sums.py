"""Sums and numbers as they are written in Kazakhstan: blanks between thousands, a decimal comma, a currency behind.

`872 938,91`, `338 816,03 тг`, `1.234.567,50 ₸`, `1,234,567.50`. A single comma before exactly three digits can part
thousands or decimals and is left as it is, unless a zero stands before it.
"""

from __future__ import annotations

from typing import Final

import polars as pl

_CURRENCY: Final = r"(?i)\s*(?:тг|тнг|тенге|теңге|₸|kzt)\.?$"
_BLANK: Final = r"[\s'’]"


def number_of(text: pl.Expr) -> pl.Expr:
    """Return the number that `text` can only mean, with a point and nothing else; null where it is none, or two."""
    bare = text.str.replace(_CURRENCY, "").str.strip_chars()
    grouped = bare.str.contains(rf"^[0-9]{{1,3}}(?:{_BLANK}[0-9]{{3}})+(?:[.,][0-9]*)?$")
    solid = pl.when(grouped).then(bare.str.replace_all(_BLANK, "")).otherwise(bare)
    both = solid.str.contains(r"^[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+$")
    english = solid.str.contains(r"^[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+$")
    commas = solid.str.contains(r"^[0-9]{1,3}(?:,[0-9]{3}){2,}$")
    points = solid.str.contains(r"^[0-9]{1,3}(?:\.[0-9]{3}){2,}$")
    # Where blanks part the thousands, or a zero leads, or three digits do not follow, a comma is the decimal one.
    decimal = solid.str.contains(r"^[0-9]+,[0-9]*$") & (grouped | ~solid.str.contains(r"^[1-9][0-9]{0,2},[0-9]{3}$"))
    plain = solid.str.contains(r"^[0-9]+(?:\.[0-9]*)?$")
    return (
        pl.when(both)
        .then(solid.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True))
        .when(english | commas)
        .then(solid.str.replace_all(",", "", literal=True))
        .when(points)
        .then(solid.str.replace_all(".", "", literal=True))
        .when(decimal)
        .then(solid.str.replace(",", ".", literal=True))
        .when(plain)
        .then(solid)
    )


def two_numbers(text: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return the two numbers that `1,234` can mean; nulls where a text has not two meanings."""
    groups = text.str.replace(_CURRENCY, "").str.strip_chars().str.extract_groups(r"^([1-9][0-9]{0,2}),([0-9]{3})$")
    whole, rest = groups.struct.field("1"), groups.struct.field("2")
    return pl.concat_str(whole, pl.lit("."), rest), pl.concat_str(whole, rest)
