"""The door: signing in and out, one's own password, and what every page needs."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from tengbol.book.acts import Hand
from tengbol.errors import UnusableInputError
from tengbol.report.words import mark
from tengbol.service import accounts, sessions
from tengbol.service.api.oneself import set_cookie, sign_in
from tengbol.service.door import Reading, Writing, refuse_forged
from tengbol.service.pages.render import onward, page, said
from tengbol.service.problems import CODES, ProblemError, of_input, words_of
from tengbol.service.routing import answers

router = APIRouter()
Field = Annotated[str, Form(max_length=256)]
_PASSWORD_SET: Final = mark("Your password is set.")
_KEPT: Final = {"cache-control": "max-age=3600"}


@cache
def _content(name: str) -> bytes:
    return files("tengbol.service.pages").joinpath(name).read_bytes()


@answers(router, "page.style")
def page_style() -> Response:
    """The style of all pages."""
    return Response(_content("service.css"), media_type="text/css", headers=_KEPT)


@answers(router, "page.script")
def page_script() -> Response:
    """What makes pages handier; every act can be done without it."""
    return Response(_content("console.js"), media_type="text/javascript", headers=_KEPT)


@answers(router, "page.login")
def page_login(request: Request) -> Response:
    """The door."""
    return page(request, "login.html", login="", wrong=None)


@answers(router, "page.sign_in")
def page_sign_in(request: Request, login: Field, password: Field, code: Field = "") -> Response:
    """Sign in, and go to the start."""
    try:
        secret = sign_in(request, login.strip(), password, code or None)
    except (UnusableInputError, ProblemError) as error:
        words = words_of(request)
        problem = of_input(words, error) if isinstance(error, UnusableInputError) else error
        shown = page(request, "login.html", CODES[problem.code][0], login=login, wrong=said(words, problem))
        shown.headers.update(problem.headers)
        return shown
    response = RedirectResponse("/", 303)
    set_cookie(response, request, secret)
    return response


@answers(router, "page.sign_out")
def page_sign_out(call: Writing, csrf: Field) -> Response:
    """Sign out, and go to the door."""
    refuse_forged(call.who, csrf)
    with call.store() as store:
        sessions.close_session(store, call.who.session or "")
    response = RedirectResponse("/login", 303)
    response.delete_cookie(call.settings.cookie, path="/", secure=call.settings.secure, httponly=True)
    return response


@answers(router, "page.password")
def page_password(request: Request, call: Reading) -> Response:
    """Where one sets one's own password."""
    return page(request, "password.html", call=call, wrong=None)


@answers(router, "page.set_password")
def page_set_password(request: Request, call: Writing, csrf: Field, old: Field, new: Field) -> Response:
    """Set it."""
    refuse_forged(call.who, csrf)
    try:
        with call.store() as store:
            if not accounts.set_password(store, Hand(call.who.login), call.who.login, old, new, call.who.session or ""):
                raise ProblemError("wrong_credentials")
    except (UnusableInputError, ProblemError) as error:
        problem = of_input(call.words, error) if isinstance(error, UnusableInputError) else error
        wrong = said(call.words, problem)
        return page(request, "password.html", CODES[problem.code][0], call=call, wrong=wrong)
    return onward(request, "/", call.words(_PASSWORD_SET))
