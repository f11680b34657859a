"""Names of debtor and creditor, kept beside the writs for paper: in no input digest, no lot and nothing published.

Each row has a salt, by which the digests of its event are no test of a name that somebody guesses once it is erased.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.book.kept import held

#: What a name is that was erased: a commitment that nobody can open.
ERASED: Final = r"^#[0-9a-f]{64}$"
#: The same in SQL, as the triggers of the table have it.
IS_ERASED: Final = "{0} LIKE '#%' AND length({0}) = 65"
_OWN: Final = ("writ_id", "debtor_name", "creditor_name")
#: Bytes of a row's salt.
_SALT: Final = 16

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tengbol.book.acts import Act
    from tengbol.book.store import Store


def keep_names(store: Store, doing: Act, names: pl.DataFrame) -> None:
    """Keep the names of an import (`Reading.beside`) of writs that the book has; the last word counts.

    Where a row has no name, what is known stays.
    """
    if names.is_empty():
        return
    among = store.among("t.writ_id", "ids")
    ids = names["writ_id"].sort().to_list()
    known = held(store, "states", among, ids=ids)
    before = held(store, "names", among, ids=ids)
    rows = (
        names.join(known, on="writ_id", how="semi")
        .join(before.select(_OWN), on="writ_id", how="left", suffix="_old")
        .select("writ_id", *(pl.coalesce(name, f"{name}_old").alias(name) for name in _OWN[1:]))
    )
    news = rows.join(before, on=_OWN, how="anti", nulls_equal=True)
    doing.end("names", before.join(news, on="writ_id", how="semi"))
    doing.write("names", news.with_columns(salt=_salts(news.height)))


def _salts(count: int) -> pl.Series:
    """So many texts, drawn."""
    drawn = pl.Series([secrets.token_hex(_SALT * count)], dtype=pl.String)
    return drawn.str.extract_all(f".{{{2 * _SALT}}}").explode(empty_as_null=False)


def names_of(store: Store, writ_ids: Iterable[str], *, seq: int | None = None) -> pl.DataFrame:
    """`writ_id`, `debtor_name`, `creditor_name` of writs that have any; now, or after event `seq`."""
    ids = sorted(set(writ_ids))
    rows = held(store, "names", store.among("t.writ_id", "ids"), seq=seq, ids=ids).select(_OWN)
    plain = [pl.when(~pl.col(name).str.contains(ERASED)).then(pl.col(name)).alias(name) for name in _OWN[1:]]
    return rows.with_columns(plain)
