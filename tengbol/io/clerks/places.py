"""Districts by their names: `Ойтас қаласы`, `г. Ойтас`, or `Ойтас` where one district of the chamber is so called.

A city is never taken for a district of the same name: where a text says which it is, the name must say the same, or
nothing of it.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from tengbol.io.clerks.codes import plain

#: What tells a city from a district, before or behind the name itself.
_CITY: Final = r"(?:^|\s)(?:қаласы|қала|қаласының|город|города|гор|г|қ)(?:\s|$)"
_DISTRICT: Final = r"(?:^|\s)(?:ауданы|аудан|ауданының|район|района|р н)(?:\s|$)"


def ids_by_name(districts: pl.DataFrame) -> dict[str, str]:
    """Name and kind of place, as `_core` and `_kind` tell them, → `district_id`, where one district alone has them."""
    known = districts.select("district_id", core=_core(pl.col("name")), kind=_kind(pl.col("name")))
    # A district whose name says nothing of its kind may be called either; any may be called by its name alone.
    called = pl.concat(
        [
            known,
            known.with_columns(kind=pl.lit("")),
            *(known.filter(pl.col("kind") == "").with_columns(kind=pl.lit(kind)) for kind in ("city", "district")),
        ]
    ).unique()
    name = pl.concat_str("core", "kind", separator="|")
    one = called.filter((pl.col("core") != "") & ~pl.struct("core", "kind").is_duplicated()).select(
        "district_id", name=name
    )
    return dict(zip(one["name"], one["district_id"], strict=True))


def district_of(text: pl.Expr, by_name: dict[str, str]) -> pl.Expr:
    """Return the id of the district that a text names; null where none, or several."""
    name = pl.concat_str(_core(text), _kind(text), separator="|")
    return name.replace_strict(by_name, default=None, return_dtype=pl.String)


def _core(name: pl.Expr) -> pl.Expr:
    return plain(plain(name).str.replace_all(_CITY, " ").str.replace_all(_DISTRICT, " "))


def _kind(name: pl.Expr) -> pl.Expr:
    word = plain(name)
    return (
        pl.when(word.str.contains(_CITY))
        .then(pl.lit("city"))
        .when(word.str.contains(_DISTRICT))
        .then(pl.lit("district"))
        .otherwise(pl.lit(""))
    )
