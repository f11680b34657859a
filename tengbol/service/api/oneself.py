"""Signing in and out, one's own password and one-time codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, StringConstraints

from tengbol.book.acts import Hand
from tengbol.service import accounts, passwords, sessions
from tengbol.service.door import Reading, Writing, refuse_foreign
from tengbol.service.problems import ProblemError
from tengbol.service.roles import scopes_of
from tengbol.service.routing import Strict, answers

if TYPE_CHECKING:
    from tengbol.service.app import State

router = APIRouter()
Word = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class SignIn(Strict):
    """code: of the authenticator, where the account has one."""

    login: Word
    password: Word
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")] | None = None


class Me(BaseModel):
    """Who is signed in. csrf: to be given as X-CSRF-Token with every write of a session."""

    login: str
    role: str
    chamber_id: str | None
    enforcer_id: str | None
    scopes: list[str]
    csrf: str | None
    password_is_given: bool


def _me(who: sessions.Caller) -> dict[str, Any]:
    return {
        "login": who.login,
        "role": who.role,
        "chamber_id": who.chamber_id,
        "enforcer_id": who.enforcer_id,
        "scopes": sorted(scopes_of(who.role) if who.scopes is None else who.scopes),
        "csrf": who.csrf,
        "password_is_given": who.given,
    }


def sign_in(request: Request, login: str, password: str, code: str | None) -> str:
    """Sign in; returns the session's secret. Raises `ProblemError`."""
    state: State = request.app.state
    refuse_foreign(request, state.settings)
    address = request.client.host if request.client else ""
    if wait := state.attempts.wait(address):
        raise ProblemError("too_many", headers={"Retry-After": str(int(wait) + 1)})
    with state.pool.store() as store:
        try:
            row = accounts.signed_in(store, login, password, code)
        except accounts.RestingError as resting:
            raise ProblemError("too_many", headers={"Retry-After": str(int(resting.seconds) + 1)}) from None
        if row is None:
            state.attempts.failed(address)
            raise ProblemError("wrong_credentials")
        secret, _ = sessions.open_session(store, row, state.settings)
    return secret


def set_cookie(response: Response, request: Request, secret: str) -> None:
    """Give the browser its session."""
    settings = request.app.state.settings
    response.set_cookie(settings.cookie, secret, path="/", secure=settings.secure, httponly=True, samesite="strict")


@answers(router, "sessions.open", status_code=201, response_model=Me, refusals=("wrong_credentials", "forged"))
def sessions_open(request: Request, response: Response, asked: SignIn) -> dict[str, Any]:
    """Sign in; the session is a cookie."""
    secret = sign_in(request, asked.login, asked.password, asked.code)
    set_cookie(response, request, secret)
    with request.app.state.pool.store() as store:
        who = sessions.of_session(store, secret, request.app.state.settings)
    if who is None:
        raise ProblemError("wrong_credentials")
    return _me(who)


@answers(router, "sessions.close", status_code=204)
def sessions_close(call: Writing, response: Response) -> None:
    """Sign out."""
    if call.who.session is not None:
        with call.store() as store:
            sessions.close_session(store, call.who.session)
    response.delete_cookie(call.settings.cookie, path="/", secure=call.settings.secure, httponly=True)


@answers(router, "me.read", response_model=Me)
def me_read(call: Reading) -> dict[str, Any]:
    """Who one is here, and what one may do."""
    return _me(call.who)


class NewPassword(Strict):
    """old: the one until now."""

    old: Word
    new: Word


@answers(router, "me.password", status_code=204)
def me_password(call: Writing, asked: NewPassword) -> None:
    """Set one's own password; all other sessions end."""
    with call.store() as store:
        hand = Hand(call.who.login)
        if not accounts.set_password(store, hand, call.who.login, asked.old, asked.new, call.who.session or ""):
            raise ProblemError("wrong_credentials")


class Totp(BaseModel):
    """uri: what an authenticator reads; confirmed with its first code."""

    key: str
    uri: str


@answers(router, "me.totp", response_model=Totp)
def me_totp(call: Writing) -> dict[str, str]:
    """Draw a key for one-time codes; it counts once it is confirmed."""
    key = passwords.totp_drawn()
    return {"key": key, "uri": passwords.totp_uri(key, call.who.login)}


class TotpCode(Strict):
    """The key as it was drawn, and the authenticator's first code."""

    key: Annotated[str, StringConstraints(pattern=r"^[A-Z2-7]{32}$")]
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
    password: Word


@answers(router, "me.totp_confirm", status_code=204)
def me_totp_confirm(call: Writing, asked: TotpCode) -> None:
    """Ask for one-time codes from now on."""
    with call.store() as store:
        kept = accounts.account(store, call.who.login)["password"]
        if not passwords.fits(kept, asked.password) or not accounts.set_totp(
            store, Hand(call.who.login), call.who.login, asked.key, asked.code
        ):
            raise ProblemError("wrong_credentials")
