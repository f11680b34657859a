"""Signing in by the chamber's identity provider: the way there, and the way back (`identity`)."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from tengbol.report.words import mark
from tengbol.service import identity, sessions
from tengbol.service.api.oneself import set_cookie
from tengbol.service.pages.render import page
from tengbol.service.problems import ProblemError, words_of
from tengbol.service.roles import ENDPOINTS
from tengbol.service.routing import answers
from tengbol.service.watch import log

router = APIRouter()
#: Holds what a browser brings back; lax, for it comes from the provider's pages.
_COOKIE: Final = "tengbol_identity"
_NOBODY: Final = mark(
    "You could not be signed in by {provider}. Perhaps no account here has your identity: the administrator can say."
)


@answers(router, "page.identity")
def page_identity(request: Request) -> Response:
    """Go to the provider."""
    state = request.app.state
    provider = _provider(request)
    try:
        # Before a connection is taken, which would wait for it.
        provider.metadata()
        with state.pool.store() as store:
            url, secret = identity.begin(store, provider, _back(request))
    except identity.UnknownError as error:
        return _refused(request, provider, error)
    response = RedirectResponse(url, 303)
    response.set_cookie(
        _COOKIE, secret, max_age=int(identity.UNDER_WAY), path="/login", secure=state.settings.secure, httponly=True,
        samesite="lax",
    )  # fmt: skip
    return response


@answers(router, "page.identified")
def page_identified(request: Request) -> Response:
    """Come back from it, and go to the start."""
    state = request.app.state
    provider = _provider(request)
    address = request.client.host if request.client else ""
    if wait := state.attempts.wait(address):
        raise ProblemError("too_many", headers={"Retry-After": str(int(wait) + 1)})
    try:
        given = request.query_params
        with state.pool.store() as store:
            row = identity.begun(store, given.get("state", ""), request.cookies.get(_COOKIE))
        if "code" not in given:
            raise identity.UnknownError("refused by the provider")
        claims = identity.claims(provider, _back(request), given["code"], row)
        with state.pool.store() as store:
            found = identity.account_of(store, provider, claims)
            secret, _ = sessions.open_session(store, found, state.settings)
    except identity.UnknownError as error:
        state.attempts.failed(address)
        return _refused(request, provider, error)
    # A page that goes on by itself: after a way that began elsewhere a browser sends no strict cookie.
    response = page(request, "identified.html", path="/login", asked={})
    set_cookie(response, request, secret)
    response.delete_cookie(_COOKIE, path="/login", secure=state.settings.secure, httponly=True)
    return response


def _provider(request: Request) -> identity.Provider:
    if request.app.state.settings.provider is None:
        raise ProblemError("not_found")
    return request.app.state.settings.provider


def _back(request: Request) -> str:
    """The address of return, which the provider knows."""
    settings = request.app.state.settings
    root = settings.public_url or f"http://{request.headers.get('host', '')}"
    return f"{root.rstrip('/')}{ENDPOINTS['page.identified'].path}"


def _refused(request: Request, provider: identity.Provider, error: identity.UnknownError) -> Response:
    log("identity refused", why=str(error))
    wrong = words_of(request)(_NOBODY, provider=provider.name)
    return page(request, "login.html", 401, path="/login", asked={}, login="", wrong=wrong)
