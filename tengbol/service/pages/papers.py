"""The papers of a batch: every form as PDF or workbook, in Kazakh or Russian, made when it is asked for (¶7, ¶8, ¶15).

They name debtors and creditors, so that each is opened by an act which stands in the events.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tengbol.book.acts import Hand, act
from tengbol.book.kept import held
from tengbol.book.printing import became_of, day_of, told_of
from tengbol.forms.day import Day
from tengbol.forms.document import Form
from tengbol.forms.handover import handover
from tengbol.forms.notices import notices
from tengbol.forms.post import post
from tengbol.forms.register import protocol, register
from tengbol.forms.typeset import typeset
from tengbol.forms.waiting import waiting
from tengbol.forms.workbook import workbook
from tengbol.report.paper import can_print
from tengbol.report.words import Words, mark
from tengbol.service.api.batches import one_batch
from tengbol.service.door import Reading
from tengbol.service.pages import posting
from tengbol.service.pages.render import attached, page
from tengbol.service.problems import ProblemError
from tengbol.service.routing import answers

if TYPE_CHECKING:
    from tengbol.book.store import Store
    from tengbol.service.door import Call

router = APIRouter()
#: By name: what makes it, what it is called, and what it is for.
FORMS: Final[dict[str, tuple[Callable[[Day], Form], str, str]]] = {
    "handover": (handover, mark("Lists and acts of handover"), mark("One for each enforcer, to be signed (¶7).")),
    "register": (register, mark("Register of the batch"), mark("All writs in one table.")),
    "protocol": (protocol, mark("Protocol of the distribution"), mark("Seed, proofs and who made it (¶15).")),
    "post": (post, mark("Registered letters"), mark("For enforcers outside the centres (¶8).")),
    "notices": (notices, mark("Notices to creditors"), mark("Within three working days of receipt (¶15).")),
    "waiting": (waiting, mark("What waits"), mark("Each writ that was not distributed, and why.")),
}
KINDS: Final = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
LANGUAGES: Final = ("kk", "ru")


def _day(call: Call, store: Store, batch_id: str) -> Day:
    """What the papers of a batch are made of."""
    row = one_batch(call, store, batch_id)
    return day_of(store, row["number"], row["chamber_id"])


@answers(router, "page.papers")
def page_papers(request: Request, call: Reading, batch_id: str) -> Response:
    """Which papers there are."""
    with call.store() as store:
        row = one_batch(call, store, batch_id)
        centres = held(store, "centres").height
        became = became_of(store, row["number"], row["chamber_id"])
    ended = became.filter("given")["writ_id"].to_list()
    kinds = ["pdf", "xlsx"] if can_print() else ["xlsx"]
    return page(request, "papers.html", call=call, batch=row, forms=FORMS, kinds=kinds, centres=centres,
                ended=told_of(ended).said(call.words) if ended else None, languages=LANGUAGES)  # fmt: skip


@answers(router, "page.paper")
def page_paper(posted: posting.Posting, batch_id: str) -> Response:
    """One paper as a file, or all of them in one."""
    call = posted.call
    name, _, kind = posted.text("paper").rpartition(".")
    form, _, language = name.rpartition("-")
    whole = (form, language, kind) == ("all", "both", "zip")
    if not whole and (form not in FORMS or language not in LANGUAGES or kind not in KINDS or kind == "zip"):
        raise ProblemError("not_found")
    with call.store() as store:
        one_batch(call, store, batch_id)
        hand = Hand(call.who.login, f"{name}.{kind}")
        with act(store, hand, "personal data opened", subject=batch_id):
            pass
        day = _day(call, store, batch_id)
    content = _all(day) if whole else _printed(FORMS[form][0](day), language, kind, day)
    return Response(content, media_type=KINDS[kind], headers=attached(f"{batch_id}-{name}.{kind}"))


def _printed(form: Form, language: str, kind: str, day: Day) -> bytes:
    words, form = Words(language), replace(form, example=day.example)
    return typeset(form, words, day.as_of) if kind == "pdf" else workbook(form, words)


def _all(day: Day) -> bytes:
    """Every paper in both languages, in one file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for make, *_ in FORMS.values():
            form = make(day)
            for language in LANGUAGES:
                for kind in ("pdf", "xlsx") if can_print() else ("xlsx",):
                    # One moment for all, so that the same batch gives the same file.
                    at = zipfile.ZipInfo(f"{form.name}-{language}.{kind}", day.as_of.timetuple()[:6])
                    packed.writestr(at, _printed(form, language, kind, day), zipfile.ZIP_DEFLATED)
    return content.getvalue()
