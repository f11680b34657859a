"""Names beside ids, and lists by pages: each page begins after the last row of the one before."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book.kept import held, holding
from tengbol.service.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tengbol.book.store import Store

#: Rows of a page.
ROWS: Final = 50


def enforcers(store: Store, ids: Collection[str] | None = None) -> dict[str, str]:
    """Names by id, of all or of some."""
    return _names(store, "enforcers", "enforcer_id", ids)


def districts(store: Store, ids: Collection[str] | None = None) -> dict[str, str]:
    """Names by code, of all or of some."""
    return _names(store, "districts", "district_id", ids)


def _names(store: Store, table: str, key: str, ids: Collection[str] | None) -> dict[str, str]:
    if ids is not None and not ids:
        return {}
    asked, values = ("1 = 1", {}) if ids is None else (store.among(f"t.{key}", "ids"), {"ids": sorted(set(ids))})
    named = f"SELECT t.{key}, t.name FROM {table} t WHERE {holding('t')} AND {asked}"
    return dict(store.frame(named, dict.fromkeys((key, "name"), pl.String()), **values).rows())


def chambers(store: Store, own: str | None) -> list[str]:
    """The book's chambers, or one's own alone."""
    known = held(store, "chambers")["chamber_id"].sort().to_list()
    return [name for name in known if own in (None, name)]


@dataclass(frozen=True)
class Listing:
    """rows: of one page. next: where the next one begins, or None. first: whether this is the first."""

    rows: list[dict[str, Any]]
    next: str | None
    first: bool


def listing(rows: list[dict[str, Any]], keys: Sequence[str], after: str | None, most: int = ROWS) -> Listing:
    """A page of rows of which one more than it shows was looked for."""
    shown = rows[:most]
    onward = _packed([shown[-1][key] for key in keys]) if len(rows) > most else None
    return Listing(shown, onward, not after)


def _packed(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def unpacked(after: str | None, kinds: Sequence[type]) -> list[Any] | None:
    """The keys of the row after which a page begins. Raises `ProblemError`."""
    if not after:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(after.encode()))
    except (binascii.Error, ValueError, RecursionError):
        raise ProblemError("malformed") from None
    if not isinstance(found, list) or [type(value) for value in found] != list(kinds):
        raise ProblemError("malformed")
    return found


def like(text: str) -> str:
    r"""A pattern for SQL's LIKE that finds a text anywhere, `\\` its escape."""
    cleaned = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{cleaned}%"
