"""Tokens and webhooks: given, made and ended by the administrator. What is shown once is on the page that answers."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from tengbol.book import desk
from tengbol.errors import UnusableInputError
from tengbol.report.words import mark
from tengbol.service import hooks, sessions
from tengbol.service.accounts import account
from tengbol.service.courier import refuse_url
from tengbol.service.door import Reading
from tengbol.service.pages import posting
from tengbol.service.pages.codes import EVENTS
from tengbol.service.pages.render import onward, page, said
from tengbol.service.problems import ProblemError, of_input
from tengbol.service.roles import scopes_of
from tengbol.service.routing import answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from tengbol.book.acts import Hand
    from tengbol.book.store import Store
    from tengbol.service.door import Call

router = APIRouter()
_ENDED: Final = mark("The token is ended.")
_NO_MORE: Final = mark("Nothing more is told to this webhook.")
_AGAIN: Final = mark("It will be told again at once.")
_DAYS: Final = mark("Days: write a whole number, 1 to 730.")
_SCOPES: Final = mark("Choose at least one thing that the token may do.")
_NAME: Final = mark("Name: is needed, so that you know the token again.")
_URL: Final = mark("Address: is needed.")
#: Deliveries that a page lists.
_LISTED: Final = 100


@answers(router, "page.tokens")
def page_tokens(request: Request, call: Reading, login: Annotated[str, Query(max_length=64)] = "") -> Response:
    """Which tokens there are, and where one is given."""
    return _tokens(request, call, login)


def _tokens(
    request: Request, call: Call, login: str = "", *, wrong: str | None = None, shown: str | None = None,
    values: dict[str, Any] | None = None,
) -> Response:  # fmt: skip
    with call.store() as store:
        rows = desk.found(store, "tokens", "ended_at IS NULL AND ends_at > :now", now=desk.moment())
        people = desk.found(store, "accounts", "closed_at IS NULL")
    role = next((row["role"] for row in people if row["login"] == login), None)
    return page(
        request, "tokens.html", 422 if wrong else 200, call=call, rows=rows, people=people, login=login,
        scopes=sorted(scopes_of(role)) if role else [], wrong=wrong, shown=shown, once=posting.drawn(), path="/tokens",
        values=values or {"name": "", "days": "90", "scopes": []},
    )  # fmt: skip


@answers(router, "page.token_give")
def page_token_give(request: Request, posted: posting.Posting) -> Response:
    """Give an account a token, which is shown once."""
    call, login = posted.call, posted.text("login")
    values = {"name": posted.text("name")[:200], "days": posted.text("days"), "scopes": posted.texts("scope")}

    def work(store: Store, hand: Hand) -> tuple[int, Any]:
        return 201, {"token": sessions.give_token(store, hand, login, values["name"], values["scopes"], days)[1]}

    try:
        if not values["name"]:
            raise UnusableInputError(_NAME)
        if not re.fullmatch(r"\d{1,3}", values["days"]) or not 1 <= (days := int(values["days"])) <= 730:
            raise UnusableInputError(_DAYS)
        if not values["scopes"]:
            raise UnusableInputError(_SCOPES)
        with call.store() as store:
            account(store, login)
        _, told = posting.done(posted, request.url.path, work, secret=True)
    except UnusableInputError as error:
        return _tokens(request, call, login, wrong=of_input(call.words, error).detail, values=values)
    return _tokens(request, call, shown=told.get("token") or "")


@answers(router, "page.token_end")
def page_token_end(request: Request, posted: posting.Posting, token_id: str) -> Response:
    """Revoke a token."""
    return _changed(
        request, posted, "/tokens", _ENDED, lambda store, hand: sessions.end_token(store, hand, token_id[:40])
    )


@answers(router, "page.hooks")
def page_hooks(request: Request, call: Reading) -> Response:
    """To whom events are told, and what could not be told."""
    return _hooks(request, call)


def _hooks(
    request: Request, call: Call, *, wrong: str | None = None, shown: str | None = None, url: str = "",
    kinds: tuple[str, ...] = (),
) -> Response:  # fmt: skip
    with call.store() as store:
        rows = desk.found(store, "hooks", "ended_at IS NULL")
        dead = desk.found(store, "deliveries", "state = 'dead'", most=_LISTED)
        total = desk.count(store, "deliveries", "state = 'dead'")
    listed = [{**row, "kinds": json.loads(row["kinds"])} for row in rows]
    return page(
        request, "hooks.html", 422 if wrong else 200, call=call, rows=listed, dead=dead, total=total,
        events=EVENTS, wrong=wrong, shown=shown, url=url, kinds=kinds, once=posting.drawn(), path="/webhooks",
    )  # fmt: skip


@answers(router, "page.hook_make")
def page_hook_make(request: Request, posted: posting.Posting) -> Response:
    """Tell events to an address from now on; its secret is shown once."""
    call, url, kinds = posted.call, posted.text("url")[:1000], [one for one in posted.texts("kind") if one in EVENTS]

    def work(store: Store, hand: Hand) -> tuple[int, Any]:
        return 201, {"secret": hooks.make_hook(store, hand, url, kinds)[1]}

    try:
        if not url:
            raise UnusableInputError(_URL)
        refuse_url(url, call.settings)
        _, told = posting.done(posted, request.url.path, work, secret=True)
    except (UnusableInputError, ProblemError) as error:
        problem = of_input(call.words, error) if isinstance(error, UnusableInputError) else error
        return _hooks(request, call, wrong=said(call.words, problem), url=url, kinds=tuple(kinds))
    return _hooks(request, call, shown=told.get("secret") or "")


@answers(router, "page.hook_end")
def page_hook_end(request: Request, posted: posting.Posting, hook_id: str) -> Response:
    """Tell nothing more there."""
    return _changed(
        request, posted, "/webhooks", _NO_MORE, lambda store, hand: hooks.end_hook(store, hand, hook_id[:40])
    )


@answers(router, "page.retry")
def page_retry(request: Request, posted: posting.Posting, delivery_id: str) -> Response:
    """Tell a dead delivery again."""
    return _changed(
        request, posted, "/webhooks", _AGAIN, lambda store, hand: hooks.retry(store, hand, delivery_id[:60])
    )


def _changed(
    request: Request, posted: posting.Posted, back: str, told: str, what: Callable[[Store, Hand], None]
) -> Response:
    """Do one thing without a form of its own, and say so on the page that it belongs to."""

    def work(store: Store, hand: Hand) -> tuple[int, Any]:
        what(store, hand)
        return 200, {}

    try:
        posting.done(posted, request.url.path, work)
    except UnusableInputError as error:
        return onward(request, back, of_input(posted.call.words, error).detail or "", wrong=True)
    return onward(request, back, posted.call.words(told))
