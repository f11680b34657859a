"""Who asks, and whether he may: a session's cookie with its CSRF token, or a token; then the table of roles."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Depends, Header, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer

from tengbol.phrase import Phrase, mark
from tengbol.service import sessions
from tengbol.service.lists import list_of
from tengbol.service.matching import refuse_match
from tengbol.service.problems import ProblemError, words_of
from tengbol.service.roles import ANYBODY, ENDPOINTS

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from tengbol.book.store import Store
    from tengbol.report.words import Words
    from tengbol.service.pool import Pool
    from tengbol.service.sessions import Caller
    from tengbol.service.settings import Settings

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
#: What one may do while his password is one that somebody else has set.
_GIVEN: Final = frozenset(
    {"me.read", "me.password", "sessions.close", "page.password", "page.set_password", "page.sign_out"}
)
_KEY: Final = re.compile(r"[\x21-\x7e]{1,128}")

# Declared for the document of the API; both are read below, where a form may bring the CSRF token, too.
_COOKIE: Final = APIKeyCookie(
    name="tengbol", scheme_name="session", auto_error=False, description="A session; writes need X-CSRF-Token, too."
)
_BEARER: Final = HTTPBearer(scheme_name="token", auto_error=False, description="A token of an account.")


@dataclass(frozen=True)
class Call:
    """A request that was let in. key: its Idempotency-Key; digest: of all that it asks. match: its If-Match.

    listed: which list it asks for (`lists`).
    """

    who: Caller
    words: Words
    settings: Settings
    pool: Pool
    listed: str = ""
    digest: str = ""
    key: str | None = None
    match: str | None = None
    body: bytes = b""

    def store(self) -> AbstractContextManager[Store]:
        """An open book."""
        return self.pool.store()


async def _body(request: Request) -> bytes:
    """The body of a request that has a name; read here, it is kept for whoever reads it next. A form is read once."""
    return await request.body() if ENDPOINTS[request.scope["route"].name].once else b""


def call_of(
    request: Request,
    _cookie: Annotated[str | None, Security(_COOKIE)] = None,
    _bearer: Annotated[Any, Security(_BEARER)] = None,
) -> Call:
    """Let in who may, by session or token. Raises `ProblemError`."""
    name = request.scope["route"].name
    wanted = ENDPOINTS[name]
    settings: Settings = request.app.state.settings
    pool: Pool = request.app.state.pool
    who = _who(request, settings, pool)
    if who is None:
        raise _unknown(request, settings)
    if wanted.roles != ANYBODY and who.role not in wanted.roles:
        allowed = ", ".join(sorted(wanted.roles))
        raise ProblemError("not_allowed", Phrase("The role {role} may not; {roles} may.", role=who.role, roles=allowed))
    if who.scopes is not None and wanted.scope is None:
        raise ProblemError("not_allowed", Phrase("No token may: sign in, and send the session's cookie."))
    if who.scopes is not None and wanted.scope not in who.scopes:
        raise ProblemError("not_allowed", Phrase("The token lacks the scope {scope}.", scope=wanted.scope))
    if who.given and name not in _GIVEN:
        raise ProblemError("password_is_given")
    request.state.role = who.role
    request.state.call = Call(who, words_of(request), settings, pool, list_of(request))
    return request.state.call


def write_call_of(
    request: Request,
    call: Annotated[Call, Depends(call_of)],
    body: Annotated[bytes, Depends(_body)],
    idempotency_key: Annotated[
        str | None,
        Header(description="A name of this request, drawn by you; given again, the answer is given again."),
    ] = None,
    if_match: Annotated[
        str | None,
        Header(description="The ETag of the one writ as you read it: refused (`changed_since`) if it has changed."),
    ] = None,
) -> Call:
    """The same of a request that writes: it has a key, and comes from a page of ours where a session sends it."""
    endpoint = ENDPOINTS[request.scope["route"].name]
    refuse_match(endpoint, if_match)
    if endpoint.once:
        if idempotency_key is None:
            raise ProblemError("key_missing")
        if not _KEY.fullmatch(idempotency_key):
            raise ProblemError("malformed", Phrase("Idempotency-Key: 1 to 128 printable characters, no spaces."))
    told = [request.method, request.url.path, request.url.query, if_match or ""]
    digest = hashlib.sha256("\n".join(told).encode() + b"\n" + body).hexdigest()
    return replace(call, digest=digest, key=idempotency_key, match=if_match, body=body)


def _unknown(request: Request, settings: Settings) -> ProblemError:
    """Why nobody is known by what a request gives."""
    if request.headers.get("authorization") is not None:
        return ProblemError(
            "not_signed_in",
            Phrase("Authorization: this is no token, or one that was mistyped, revoked, or has ended."),
            {"WWW-Authenticate": 'Bearer realm="tengbol", error="invalid_token"'},
        )
    if request.cookies.get(settings.cookie):
        return ProblemError("not_signed_in", Phrase("The session has ended."))
    return ProblemError("not_signed_in")


def _who(request: Request, settings: Settings, pool: Pool) -> Caller | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        with pool.store() as store:
            return sessions.of_token(store, token.strip())
    secret = request.cookies.get(settings.cookie)
    if not secret:
        return None
    with pool.store() as store:
        who = sessions.of_session(store, secret, settings)
    if who is not None and request.method not in SAFE:
        refuse_foreign(request, settings)
        # A form of ours brings the token in a field, which the page looks at; all else by a header.
        if not request.scope["route"].name.startswith("page."):
            refuse_forged(who, request.headers.get("x-csrf-token"), _CSRF)
    return who


def refuse_foreign(request: Request, settings: Settings) -> None:
    """Raise `ProblemError` where a browser says that the request comes from elsewhere."""
    origin = request.headers.get("origin")
    if origin is not None and origin not in settings.origins(request.headers.get("host", "")):
        raise ProblemError("forged", Phrase("Origin: names another site."))
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise ProblemError("forged", Phrase("Sec-Fetch-Site: names another site."))


_CSRF: Final = mark("X-CSRF-Token: every write of a session needs this header, with `csrf` as GET /me tells it.")


def refuse_forged(who: Caller, given: str | None, why: str | None = None) -> None:
    """Raise `ProblemError` where the session's CSRF token is not given. why: what to say then."""
    if who.csrf is None or given is None or not secrets.compare_digest(who.csrf, given):
        raise ProblemError("forged", None if why is None else Phrase(why))


Reading = Annotated[Call, Depends(call_of)]
Writing = Annotated[Call, Depends(write_call_of)]
