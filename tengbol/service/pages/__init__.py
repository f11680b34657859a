"""Pages for people: rendered here, without scripts, in Kazakh, Russian and English."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final

import jinja2
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from tengbol import __version__
from tengbol.book.acts import Hand
from tengbol.errors import UnusableInputError
from tengbol.report.words import LANGUAGES, mark
from tengbol.service import accounts, sessions
from tengbol.service.api.oneself import set_cookie, sign_in
from tengbol.service.door import Reading, Writing, refuse_forged
from tengbol.service.problems import CODES, ProblemError, language_of, of_input, words_of
from tengbol.service.roles import ROLES, scopes_of
from tengbol.service.routing import answers

if TYPE_CHECKING:
    from tengbol.report.words import Words

router = APIRouter()
Field = Annotated[str, Form(max_length=256)]

_TONGUES: Final = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
_PASSWORD_SET: Final = mark("Your password is set.")


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("tengbol.service.pages"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> bytes:
    from importlib.resources import files

    return files("tengbol.service.pages").joinpath("service.css").read_bytes()


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page in the reader's language; the language that its address names is kept by a cookie."""
    words, language = words_of(request), language_of(request)
    html = _templates().get_template(template).render(
        _=words, language=language, tongues=_TONGUES, version=__version__, path=request.url.path, **values
    )  # fmt: skip
    response = HTMLResponse(html, status)
    response.headers["content-language"] = language
    if request.query_params.get("lang") in LANGUAGES:
        secure = request.app.state.settings.secure
        response.set_cookie("lang", language, max_age=31_536_000, secure=secure, httponly=True, samesite="lax")
    return response


def problem_page(request: Request, error: ProblemError) -> Response:
    """What is shown to a person where a request is not done; who is not signed in goes to the door."""
    if error.code == "not_signed_in":
        return RedirectResponse("/login", 303)
    if error.code == "password_is_given":
        return RedirectResponse("/password", 303)
    status, title = CODES[error.code]
    shown = page(request, "problem.html", status, title=words_of(request)(title), detail=error.detail, who=None)
    shown.headers.update(error.headers)
    return shown


def _said(words: Words, error: ProblemError) -> str:
    return error.detail or words(CODES[error.code][1])


@answers(router, "page.style")
def page_style() -> Response:
    """The style of all pages."""
    return Response(_style(), media_type="text/css", headers={"cache-control": "max-age=3600"})


@answers(router, "page.login")
def page_login(request: Request) -> Response:
    """The door."""
    return page(request, "login.html", login="", wrong=None, who=None)


@answers(router, "page.sign_in")
def page_sign_in(request: Request, login: Field, password: Field, code: Field = "") -> Response:
    """Sign in, and go to the start."""
    try:
        secret = sign_in(request, login.strip(), password, code or None)
    except ProblemError as error:
        wrong = _said(words_of(request), error)
        shown = page(request, "login.html", CODES[error.code][0], login=login, wrong=wrong, who=None)
        shown.headers.update(error.headers)
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


@answers(router, "page.start")
def page_start(request: Request, call: Reading) -> Response:
    """Who is signed in, and what he may do."""
    may = sorted(scopes_of(call.who.role))
    return page(request, "start.html", who=call.who, role=call.words(ROLES[call.who.role]), may=may, told=None)


@answers(router, "page.password")
def page_password(request: Request, call: Reading) -> Response:
    """Where one sets one's own password."""
    return page(request, "password.html", who=call.who, wrong=None)


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
        wrong = _said(call.words, problem)
        return page(request, "password.html", CODES[problem.code][0], who=call.who, wrong=wrong)
    may = sorted(scopes_of(call.who.role))
    role = call.words(ROLES[call.who.role])
    return page(request, "start.html", who=call.who, role=role, may=may, told=call.words(_PASSWORD_SET))
