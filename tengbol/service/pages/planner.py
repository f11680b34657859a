"""The planner of attachments as a page: whom to attach where, so that every district keeps enough enforcers (¶9)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from tengbol.asked import local_now
from tengbol.errors import UnusableInputError
from tengbol.report.words import mark
from tengbol.service import studies
from tengbol.service.door import Reading
from tengbol.service.jobs import PLAN
from tengbol.service.pages import posting
from tengbol.service.pages.render import onward, page
from tengbol.service.pages.studies import refuse_others
from tengbol.service.problems import of_input
from tengbol.service.routing import answers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tengbol.book.store import Store
    from tengbol.service.door import Call

router = APIRouter()
#: Label, what to write, least and most, whether it may be left empty.
NUMBERS: Final[dict[str, tuple[str, str, int, int, bool]]] = {
    "keep": (mark("Enforcers that every district is to keep"), mark("1 to 20."), 1, 20, False),
    "leavers": (mark("Whichever so many leave at once"), mark("0 to 5."), 0, 5, False),
    "most": (mark("New attachments that one enforcer may take"), mark("Empty: any number."), 1, 100, True),
    "within": (mark("Attach nobody farther away than so many kilometres"), mark("Only with a table of distances."), 1,
               5000, True),
}  # fmt: skip
_NUMBER: Final = mark("{field}: write a whole number, {least} to {most}.")
_BOTH: Final = mark("A table of distances and a limit in kilometres go together; give both or neither.")
_NOT_READ: Final = mark("The table of distances is not UTF-8 text; save it as CSV (UTF-8).")


@answers(router, "page.plan")
def page_plan(request: Request, call: Reading) -> Response:
    """The form."""
    with call.store() as store:
        refuse_others(store, call)
    return _form(request, call, {"keep": "1", "leavers": "1"})


def _form(request: Request, call: Call, values: Mapping[str, str], wrong: str | None = None) -> Response:
    with call.store() as store:
        past = studies.recent(store, PLAN)
    return page(request, "plan.html", 422 if wrong else 200, call=call, values=values, numbers=NUMBERS, wrong=wrong,
                past=past, once=posting.drawn())  # fmt: skip


@answers(router, "page.plan_ask")
def page_plan_ask(request: Request, posted: posting.Posting) -> Response:
    """Ask for a plan."""
    call = posted.call
    values = {name: posted.text(name) for name in NUMBERS}
    with call.store() as store:
        refuse_others(store, call)
    try:
        asked: dict[str, Any] = {name: _number(call, name, value) for name, value in values.items()}
        asked["distances"] = _distances(posted.form.get("distances"))
        if (asked["distances"] is None) != (asked["within"] is None):
            raise UnusableInputError(_BOTH)
    except UnusableInputError as error:
        return _form(request, call, values, of_input(call.words, error).detail)
    # A plan has a lot among equals, and a study of its own each time.
    asked |= {"seed": secrets.token_hex(16), "as_of": local_now().isoformat(timespec="seconds")}

    def work(store: Store, hand: Any) -> tuple[int, Any]:
        with store.writing():
            answer = 202, {"study_id": studies.put(store, PLAN, hand.who, asked)}
            hand.witness({"seq": None, "answered": answer})
        return answer

    _, told = posting.done(posted, request.url.path, work)
    return onward(request, f"/studies/{told['study_id']}")


def _number(call: Call, name: str, value: str) -> int | None:
    label, _, least, most, optional = NUMBERS[name]
    if not value and optional:
        return None
    if not value.isascii() or not value.isdigit() or not least <= int(value[:9]) <= most:
        raise UnusableInputError(_NUMBER, field=call.words(label), least=least, most=most)
    return int(value)


def _distances(sent: Any) -> str | None:
    if not isinstance(sent, UploadFile) or not sent.filename:
        return None
    try:
        return sent.file.read(20_000_000).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnusableInputError(_NOT_READ) from None
