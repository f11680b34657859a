"""When two numbers of a case are one to whoever reads them (contract 0.2), told a second time."""

from __future__ import annotations

from typing import Final

import polars as pl

#: Letters of the other alphabet by the Latin ones they look like; every dash; both slashes.
_READ_AS: Final = {
    **dict(zip("авекмнорстхуіѕјһ", "abekmhopctxyisjh", strict=True)),
    **dict.fromkeys(map(chr, (0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212)), "-"),
    **dict.fromkeys(map(chr, (0x5C, 0x2044, 0x2215)), "/"),
}

#: Numbers in which there is nothing that could look different.
_PLAIN: Final = r"^[0-9]+(?:[-/][0-9]+)*$"


def read_as(numbers: pl.Expr) -> pl.Expr:
    """What is left of numbers of cases when all that only looks different is taken away."""
    text = numbers.str.replace_all(r"\s+", "").str.to_lowercase()
    text = text.str.replace_many(list(_READ_AS), list(_READ_AS.values()))
    for sign in ("№", "n°", "no."):
        text = text.str.replace_all(sign, "", literal=True)
    return text.str.replace_all("-{2,}", "-").str.replace_all("/{2,}", "/")


def all_as_read(numbers: pl.Series) -> pl.Series:
    """The same of each of many, nearly all of which are written so that nothing has to be taken away."""
    odd = (~numbers.str.contains(_PLAIN)).fill_null(False).arg_true()
    if odd.is_empty():
        return numbers
    those = numbers.gather(odd).to_frame().select(read_as(pl.first())).to_series()
    return numbers.scatter(odd, those)


def as_read(number: str) -> str:
    """The same of one number."""
    return pl.select(read_as(pl.lit(number))).item()
