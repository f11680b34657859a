"""Accounts and tokens, by the administrator."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, StringConstraints

from tengbol.book import desk
from tengbol.book.acts import Hand, act
from tengbol.phrase import Phrase
from tengbol.service import accounts, sessions
from tengbol.service.done import OfLogin, OfToken
from tengbol.service.door import Reading, Writing
from tengbol.service.once import once
from tengbol.service.problems import ProblemError
from tengbol.service.routing import Strict, answers

router = APIRouter()
Login = Annotated[str, StringConstraints(pattern=f"^{accounts.LOGIN}$")]
Role = Literal["clerk", "head", "commission", "enforcer", "controller", "auditor", "integration", "administrator"]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class NewAccount(Strict):
    """enforcer_id: of an enforcer's account alone. chamber_id: the one chamber that it is for; none, all.

    identity: as which it signs in by the identity provider, by whose subject or e-mail; then it has no password.
    """

    login: Login
    role: Role
    name: Name | None = None
    chamber_id: Name | None = None
    enforcer_id: Name | None = None
    identity: Name | None = None


class Account(BaseModel):
    """An open account. by_identity: whether it signs in by the identity provider."""

    login: str
    role: str
    name: str | None
    chamber_id: str | None
    enforcer_id: str | None
    one_time_codes: bool
    by_identity: bool
    made_at: str


class Opened(BaseModel):
    """password: shown this once; none of a system's account. event: that says so."""

    login: str
    password: str | None


class Change(Strict):
    """What is to change; what is left out stays."""

    role: Role | None = None
    name: Name | None = None
    chamber_id: Name | None = None
    enforcer_id: Name | None = None
    identity: Name | None = None


class NewToken(Strict):
    """scopes: some of those that `me` of the role has. days: for how long."""

    name: Name
    scopes: Annotated[list[Name], Field(min_length=1, max_length=50)]
    days: Annotated[int, Field(ge=1, le=sessions.LONGEST)] = 90


class Given(BaseModel):
    """token: shown this once."""

    token_id: str
    token: str


class Token(BaseModel):
    """A token that has not ended."""

    token_id: str
    login: str
    name: str
    scopes: list[str]
    made_at: str
    ends_at: str


@answers(router, "accounts.list", response_model=list[Account])
def accounts_list(call: Reading) -> list[dict[str, Any]]:
    """All open accounts."""
    with call.store() as store:
        rows = desk.found(store, "accounts", "closed_at IS NULL")
    return [_told(row) for row in rows]


def _told(row: dict[str, Any]) -> dict[str, Any]:
    kinds = {"one_time_codes": row["totp"] is not None, "by_identity": row["identity"] is not None}
    return {name: {**row, **kinds}[name] for name in Account.model_fields}


@answers(router, "accounts.open", status_code=201, response_model=Opened)
def accounts_open(call: Writing, asked: NewAccount) -> Response:
    """Open an account."""

    def work(store: Any, hand: Hand) -> tuple[int, Any]:
        given = {"name": asked.name, "chamber_id": asked.chamber_id, "enforcer_id": asked.enforcer_id}
        given["identity"] = asked.identity
        password = accounts.open_account(store, hand, asked.login, asked.role, **given)
        return 201, {"login": asked.login, "password": password}

    return once(call, work, secret=True)


@answers(router, "accounts.change", response_model=Account)
def accounts_change(call: Writing, login: Login, asked: Change) -> Response:
    """Change an account; who is signed in under it is signed out."""
    cells = asked.model_dump(exclude_unset=True)
    if not cells or cells.get("role", "") is None:
        raise ProblemError("invalid", Phrase("Name at least one field that is to change; a role cannot be taken away."))

    def work(store: Any, hand: Hand) -> tuple[int, Any]:
        accounts.change_account(store, hand, login, cells)
        return 200, _told(accounts.account(store, login))

    return once(call, work)


@answers(router, "accounts.close", status_code=200, response_model=OfLogin)
def accounts_close(call: Writing, login: Login) -> Response:
    """Close an account, with its sessions and tokens."""

    def work(store: Any, hand: Hand) -> tuple[int, Any]:
        accounts.close_account(store, hand, login)
        return 200, {"login": login}

    return once(call, work)


@answers(router, "accounts.reset", response_model=Opened)
def accounts_reset(call: Writing, login: Login) -> Response:
    """Give an account a new password, shown this once, and take its one-time codes away."""

    def work(store: Any, hand: Hand) -> tuple[int, Any]:
        return 200, {"login": login, "password": accounts.reset_password(store, hand, login)}

    return once(call, work, secret=True)


@answers(router, "accounts.sign_out", status_code=200, response_model=OfLogin)
def accounts_sign_out(call: Writing, login: Login) -> Response:
    """End all sessions of an account."""

    def work(store: Any, hand: Hand) -> tuple[int, Any]:
        with act(store, hand, "sessions ended", subject=login):
            accounts.account(store, login)
            store.execute("DELETE FROM sessions WHERE login = :login", login=login)
        return 200, {"login": login}

    return once(call, work)


@answers(router, "tokens.list", response_model=list[Token])
def tokens_list(call: Reading) -> list[dict[str, Any]]:
    """All tokens that have not ended."""
    with call.store() as store:
        rows = desk.found(store, "tokens", "ended_at IS NULL AND ends_at > :now", now=desk.moment())
    return [{**row, "scopes": row["scopes"].split()} for row in rows]


@answers(router, "tokens.give", status_code=201, response_model=Given)
def tokens_give(call: Writing, login: Login, asked: NewToken) -> Response:
    """Give an account a token."""

    def work(store: Any, hand: Hand) -> tuple[int, Any]:
        token_id, token = sessions.give_token(store, hand, login, asked.name, asked.scopes, asked.days)
        return 201, {"token_id": token_id, "token": token}

    return once(call, work, secret=True)


@answers(router, "tokens.end", status_code=200, response_model=OfToken)
def tokens_end(call: Writing, token_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]) -> Response:
    """Revoke a token."""

    def work(store: Any, hand: Hand) -> tuple[int, Any]:
        sessions.end_token(store, hand, token_id)
        return 200, {"token_id": token_id}

    return once(call, work)
