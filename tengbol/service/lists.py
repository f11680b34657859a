"""Lists by pages: a limit, and a cursor that says after what the next page begins."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from typing import TYPE_CHECKING, Annotated, Any, Final, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, BeforeValidator

from tengbol.book.duties import WHAT
from tengbol.phrase import Phrase
from tengbol.service.problems import ProblemError

if TYPE_CHECKING:
    from starlette.requests import Request

T = TypeVar("T")
MOST: Final = 1000
#: Parameters that may differ from page to page of one list.
_ANY_PAGE: Final = frozenset({"cursor", "limit", "lang"})
#: Bytes of a cursor's checksum.
_SUM: Final = 4
_CURSOR: Final = Phrase("cursor: give `next` of the page before, as it is.")


def _digits(given: Any) -> Any:
    if isinstance(given, str) and not re.fullmatch(r"[0-9]{1,15}", given):
        raise ValueError("digits alone")
    return given


Whole = Annotated[int, BeforeValidator(_digits)]
Limit = Annotated[int, BeforeValidator(_digits), Query(ge=1, le=MOST, description="Rows of a page.")]
Cursor = Annotated[str | None, Query(max_length=1200, description="As the last page's `next` says.")]


class Page(BaseModel, Generic[T]):
    """next: the cursor of the next page; none where this is the last."""

    items: list[T]
    next: str | None


def list_of(request: Request) -> str:
    """Which list is asked for: its path, and by what it is narrowed down."""
    narrowed = sorted((name, value) for name, value in request.query_params.multi_items() if name not in _ANY_PAGE)
    return json.dumps([request.scope["path"], narrowed])


def after(cursor: str | None, of: str) -> str:
    """The id after which a page of the list `of` begins. Raises `ProblemError`."""
    if cursor is None:
        return ""
    try:
        key = base64.urlsafe_b64decode(cursor.encode())[_SUM:].decode()
    except (binascii.Error, ValueError):
        raise ProblemError("malformed", _CURSOR) from None
    if packed(key, of) != cursor:
        raise ProblemError("malformed", _CURSOR)
    return key


def number_after(cursor: str | None, of: str) -> int:
    """The same where rows have numbers."""
    text = after(cursor, of) or "0"
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ProblemError("malformed", _CURSOR)
    return int(text)


def term_after(cursor: str | None, of: str) -> tuple[str, str, str] | None:
    """The last day, duty and writ after which a page of what is due begins."""
    if cursor is None:
        return None
    found = after(cursor, of).split("\n", 2)
    if len(found) < 3 or found[1] not in WHAT:
        raise ProblemError("malformed", _CURSOR)
    return found[0], found[1], found[2]


def packed(key: str, of: str) -> str:
    """The cursor of a page of a list that begins after a key.

    Its checksum is of both: cut short, or in another list, it would begin at another place.
    """
    told = key.encode()
    return base64.urlsafe_b64encode(zlib.crc32(of.encode() + b"\n" + told).to_bytes(_SUM) + told).decode()


def page(rows: list[dict[str, Any]], limit: int, key: str, of: str) -> dict[str, Any]:
    """A page of rows of which one more than `limit` were looked for."""
    shown = rows[:limit]
    more = len(rows) > limit
    return {"items": shown, "next": packed(str(shown[-1][key]), of) if more else None}
