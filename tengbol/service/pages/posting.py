"""What a form sends: let in by its CSRF token, and done once, however often the button is pressed."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Depends, Request
from starlette.datastructures import FormData

from tengbol.service.door import Call, Writing, refuse_forged
from tengbol.service.once import once
from tengbol.service.problems import ProblemError

if TYPE_CHECKING:
    from tengbol.book.acts import Hand
    from tengbol.book.store import Store

#: Names of a request, drawn with its form.
_NAME: Final = re.compile(r"[0-9a-f]{16}")


async def _form(request: Request) -> FormData:
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return FormData()
    # Ticks are many: 10,000 is as many as an act marks.
    return await request.form(max_fields=11_000)


@dataclass(frozen=True)
class Posted:
    """A form that was let in."""

    call: Call
    form: FormData

    def text(self, name: str) -> str:
        """What stands in a field, without blanks around it."""
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """What stands in a field that may come several times."""
        return [value for value in self.form.getlist(name) if isinstance(value, str) and value]


def posted_of(call: Writing, form: Annotated[FormData, Depends(_form)]) -> Posted:
    """Let in a form of ours. Raises `ProblemError`."""
    given = form.get("csrf")
    refuse_forged(call.who, given if isinstance(given, str) else None)
    return Posted(call, form)


Posting = Annotated[Posted, Depends(posted_of)]


def drawn() -> str:
    """A name for the request that a form will send."""
    return secrets.token_hex(8)


def done(
    posted: Posted, path: str, work: Callable[[Store, Hand], tuple[int, Any]], **more: Any
) -> tuple[int, dict[str, Any]]:
    """Do an act that a form asks for, once, as the API does it; returns its status and answer.

    Raises `ProblemError` and `UnusableInputError`.
    """
    name = posted.text("once")
    if not _NAME.fullmatch(name):
        raise ProblemError("malformed")
    fields = sorted((key, text) for key, text in posted.form.multi_items() if key != "csrf" and isinstance(text, str))
    digest = hashlib.sha256(f"{path}\n{json.dumps(fields)}".encode()).hexdigest()
    response = once(replace(posted.call, key=f"page-{name}", digest=digest), work, **more)
    told: Mapping[str, Any] = json.loads(bytes(response.body))
    return response.status_code, dict(told or {})
