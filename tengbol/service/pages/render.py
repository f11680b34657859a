"""A page: its template filled in the reader's language, with the menu of his role and what was told on the way here."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import re
import zlib
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

import jinja2
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from tengbol import __version__
from tengbol.phrase import said as say
from tengbol.report.words import LANGUAGES
from tengbol.service.pages import codes
from tengbol.service.pages.example import is_example
from tengbol.service.pages.navigation import PAGES, menu, section, sees
from tengbol.service.problems import CODES, ProblemError, language_of, words_of
from tengbol.service.roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import Request

    from tengbol.report.words import Words
    from tengbol.service.door import Call

_TONGUES: Final = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
THEMES: Final = ("auto", "light", "dark")
_YEAR: Final = 31_536_000
_FLASH: Final = "told"
#: Signs that a cookie has room for, letters of a line that is not cut further, and bytes of what is unpacked at most.
_ROOM, _LEAST, _UNPACKED = 3500, 40, 200_000


@cache
def _templates() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("tengbol.service.pages"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"day": day, "moment": moment, "query": _query}
    made.globals |= {"sees": sees, "pages": PAGES}
    return made


def day(value: str | dt.date | None) -> str:
    """A day in figures, as it stands in tables; a dash for none."""
    if value is None or value == "":
        return "–"
    when = dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{when:%d.%m.%Y}"


def moment(value: str | None) -> str:
    """The same with its hour and minute."""
    return "–" if not value else f"{dt.datetime.fromisoformat(value):%d.%m.%Y %H:%M}"


def _query(values: dict[str, Any], **more: Any) -> str:
    """Fields of an address, what is empty left out."""
    return urlencode({name: value for name, value in {**values, **more}.items() if value not in (None, "")})


def page(
    request: Request, template: str, status: int = 200, *, call: Call | None = None, path: str = "", **values: Any
) -> Response:
    """A page in the reader's language; the language and theme that its address names are kept by cookies.

    path: where its switches lead, if the page answers a form that is sent elsewhere.
    """
    words, language = words_of(request), language_of(request)
    theme = _theme(request)
    who = None if call is None else call.who
    told = _flash_of(request) if call is not None else []
    html = _templates().get_template(template).render(
        **{
            "_": words,
            "words": words,
            "language": language,
            "tongues": _TONGUES,
            "theme": theme,
            "themes": THEMES,
            "version": __version__,
            "path": path or request.url.path,
            "asked": dict(request.query_params),
            "here": section(request.url.path),
            "who": who,
            "role": None if who is None else words(ROLES[who.role]),
            "menu": [] if who is None else menu(who.role),
            "flashes": told,
            "example": is_example(request.app.state),
            "provider": request.app.state.settings.provider,
            "say": codes.Sayings(words),
            **values,
        }
    )  # fmt: skip
    response = HTMLResponse(html, status)
    response.headers["content-language"] = language
    secure = request.app.state.settings.secure
    for cookie, value, known in (("lang", language, LANGUAGES), ("theme", theme, THEMES)):
        if request.query_params.get(cookie) in known:
            response.set_cookie(cookie, value, max_age=_YEAR, secure=secure, httponly=True, samesite="lax")
    if told:
        response.delete_cookie(_FLASH, path="/", secure=secure, httponly=True)
    return response


def _theme(request: Request) -> str:
    asked = request.query_params.get("theme") or request.cookies.get("theme")
    return asked if asked in THEMES else "auto"


def attached(name: str) -> dict[str, str]:
    """The header of a download, by its name in any letters (RFC 6266); what knows no others gets hyphens for them."""
    plain = re.sub(r"[^A-Za-z0-9.-]", "-", name)
    return {"content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"}


def onward(request: Request, address: str, *told: str, wrong: bool = False) -> Response:
    """Go on to a page, which says what was done, once."""
    response = RedirectResponse(address, 303)
    if told:
        secure = request.app.state.settings.secure
        response.set_cookie(_FLASH, _packed(told, wrong), max_age=60, secure=secure, httponly=True, samesite="strict")
    return response


def _packed(lines: Sequence[str], wrong: bool) -> str:
    """Lines as a cookie has room for them: compressed, and where they are still too long, cut at their end."""
    kept = list(lines)
    while True:
        text = json.dumps({"wrong": wrong, "lines": kept}, ensure_ascii=False)
        value = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode()
        if len(value) < _ROOM:
            return value
        last = kept.pop()
        if len(last) > 2 * _LEAST:
            kept.append(last[: len(last) // 2].rstrip("… ") + " …")
        elif kept:
            kept[-1] = kept[-1].rstrip("… ") + " …"


def _flash_of(request: Request) -> list[tuple[bool, str]]:
    given = request.cookies.get(_FLASH, "")
    if not given:
        return []
    try:
        text = zlib.decompressobj().decompress(base64.urlsafe_b64decode(given.encode()), _UNPACKED)
        found = json.loads(text)
        return [(bool(found.get("wrong")), str(line)) for line in found.get("lines", ())]
    except (binascii.Error, zlib.error, ValueError, AttributeError, RecursionError):
        return []


def problem_page(request: Request, error: ProblemError) -> Response:
    """What is shown to a person where a request is not done; who is not signed in goes to the door."""
    if error.code == "not_signed_in":
        return RedirectResponse("/login", 303)
    if error.code == "password_is_given":
        return RedirectResponse("/password", 303)
    status, title = CODES[error.code]
    call = getattr(request.state, "call", None)
    shown = page(
        request,
        "problem.html",
        status,
        call=call,
        title=words_of(request)(title),
        detail=say(error.detail, words_of(request)),
    )
    shown.headers.update(error.headers)
    return shown


def said(words: Words, error: ProblemError) -> str:
    """What a problem says."""
    return str(say(error.detail, words) or words(CODES[error.code][1]))
