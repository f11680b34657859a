"""Accounts: opened, given a new password, closed. What is shown once is on the page that answers, and nowhere else."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tengbol.book import desk
from tengbol.errors import UnusableInputError
from tengbol.report.words import mark
from tengbol.service import accounts
from tengbol.service.door import Reading
from tengbol.service.pages import naming, posting
from tengbol.service.pages.render import onward, page
from tengbol.service.problems import of_input
from tengbol.service.roles import ROLES
from tengbol.service.routing import answers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tengbol.book.acts import Hand
    from tengbol.book.store import Store
    from tengbol.service.door import Call

router = APIRouter()
_CLOSED: Final = mark("The account {login} is closed.")


@answers(router, "page.accounts")
def page_accounts(request: Request, call: Reading) -> Response:
    """Who may sign in."""
    return _shown(request, call)


def _shown(
    request: Request,
    call: Call,
    *,
    wrong: str | None = None,
    shown: tuple[str, str] | None = None,
    values: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    with call.store() as store:
        rows = desk.found(store, "accounts", "closed_at IS NULL")
        chambers = naming.chambers(store, None)
    return page(
        request, "accounts.html", 422 if wrong else 200, call=call, rows=rows, roles=ROLES, chambers=chambers,
        wrong=wrong, shown=shown, values=values, once=posting.drawn(), path="/accounts",
        days=accounts.GIVEN_DAYS,
    )  # fmt: skip


@answers(router, "page.account_open")
def page_account_open(request: Request, posted: posting.Posting) -> Response:
    """Open an account; its first password is shown once."""
    call = posted.call
    login, role = posted.text("login").lower(), posted.text("role")
    more = {name: posted.text(name) or None for name in ("name", "chamber_id", "enforcer_id", "identity")}

    def work(store: Store, hand: Hand) -> tuple[int, Any]:
        return 201, {"password": accounts.open_account(store, hand, login, role, **more)}

    try:
        _, told = posting.done(posted, request.url.path, work, secret=True)
    except UnusableInputError as error:
        values = {"login": login, "role": role, **{name: value or "" for name, value in more.items()}}
        return _shown(request, call, wrong=of_input(call.words, error).detail, values=values)
    return _shown(request, call, shown=(login, told.get("password") or ""))


@answers(router, "page.account_change")
def page_account_change(request: Request, posted: posting.Posting, login: str) -> Response:
    """Give an account a new password, shown once, or close it."""
    call = posted.call
    closing = posted.text("what") == "close"

    def work(store: Store, hand: Hand) -> tuple[int, Any]:
        if closing:
            accounts.close_account(store, hand, login)
            return 200, {}
        return 200, {"password": accounts.reset_password(store, hand, login)}

    try:
        _, told = posting.done(posted, request.url.path, work, secret=True)
    except UnusableInputError as error:
        return _shown(request, call, wrong=of_input(call.words, error).detail)
    if closing:
        return onward(request, "/accounts", call.words(_CLOSED, login=login))
    return _shown(request, call, shown=(login, told.get("password") or ""))
