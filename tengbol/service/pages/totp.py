"""One's own one-time codes: a key drawn as a QR code, confirmed by the authenticator's first code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tengbol.book.acts import Hand
from tengbol.forms.typeset import drawn
from tengbol.report.words import mark
from tengbol.service import accounts, passwords
from tengbol.service.door import Reading
from tengbol.service.pages import posting
from tengbol.service.pages.render import onward, page
from tengbol.service.routing import answers

if TYPE_CHECKING:
    from tengbol.service.door import Call

router = APIRouter()
_SET: Final = mark("From now on signing in asks for a code of your authenticator.")
_WRONG: Final = mark(
    "The password or the code is wrong. Codes change every half a minute, and the clock must be right."
)
_KEY: Final = re.compile(r"[A-Z2-7]{32}")


@answers(router, "page.totp")
def page_totp(request: Request, call: Reading) -> Response:
    """A fresh key; nothing counts until it is confirmed."""
    return _shown(request, call, passwords.totp_drawn())


def _shown(request: Request, call: Call, key: str, wrong: str | None = None) -> Response:
    with call.store() as store:
        known = accounts.account(store, call.who.login)["totp"] is not None
    # Drawn as large as its place is.
    svg = drawn(passwords.totp_uri(key, call.who.login))
    picture = re.sub(r'width="(\d+)" height="(\d+)"', r'viewBox="0 0 \1 \2"', svg, count=1)
    grouped = " ".join(key[at : at + 4] for at in range(0, len(key), 4))
    return page(request, "totp.html", 422 if wrong else 200, call=call, key=key, grouped=grouped, picture=picture,
                known=known, wrong=wrong)  # fmt: skip


@answers(router, "page.set_totp")
def page_set_totp(request: Request, posted: posting.Posting) -> Response:
    """Ask for codes of this key from now on."""
    call, key, code = posted.call, posted.text("key"), posted.text("code").replace(" ", "")
    if not _KEY.fullmatch(key):
        return _shown(request, call, passwords.totp_drawn(), call.words(_WRONG))
    given = posted.form.get("password")
    with call.store() as store:
        kept = accounts.account(store, call.who.login)["password"]
        right = isinstance(given, str) and len(given) <= 256 and passwords.fits(kept, given)
        if not right or not accounts.set_totp(store, Hand(call.who.login), call.who.login, key, code):
            return _shown(request, call, key, call.words(_WRONG))
    return onward(request, "/", call.words(_SET))
