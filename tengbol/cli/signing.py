"""Whose hand acts: of a book with accounts a login's, let in by the table of the service; else whoever is named.

A login gives its password and one-time code on a terminal; a program gives a token in TENGBOL_TOKEN, never in the line,
which every user of the machine can read.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from tengbol.book.acts import Hand
from tengbol.book.desk import has_accounts, one
from tengbol.cli.language import spoken
from tengbol.errors import UnusableInputError

if TYPE_CHECKING:
    from tengbol.book.store import Store
    from tengbol.service.asked import Asked
    from tengbol.service.sessions import Caller

TOKEN: Final = "TENGBOL_TOKEN"


def hand(by: str | None, document: str | None = None, second: str | None = None) -> Hand:
    """Whose hand it is where nobody signs in."""
    return Hand(_name(by), document, second=second)


def hand_of(
    store: Store,
    endpoint: str,
    by: str | None,
    document: str | None = None,
    second: str | None = None,
    *,
    dry_run: bool = False,
    **asked: Any,
) -> Hand:
    """Whose hand it is that asks for an endpoint of the service. Raises `UnusableInputError` where he is not let in.

    asked: what it is about, by the names of the API. dry_run: the act is only tried, as if another had confirmed it.
    """
    if not has_accounts(store):
        return hand(by, document, second)
    if second is not None:
        raise UnusableInputError("--second: in a book with accounts another login confirms the act; leave it out.")
    who = let_in(store, endpoint, by)
    if who.chamber_id is not None:
        _refuse_foreign(store, who, endpoint, asked)
    whose = Hand(who.login, document)
    if dry_run:
        from tengbol.service.proposals import tried

        return tried(whose)
    return whose


def let_in(store: Store, endpoint: str, by: str | None) -> Caller:
    """Who asks, once he has signed in and his role may. Raises `UnusableInputError`."""
    if missing := [name for name in ("fastapi", "argon2", "pyotp") if find_spec(name) is None]:
        raise UnusableInputError(
            "The service needs more than is installed ({missing}): pip install 'tengbol[serve]'",
            missing=", ".join(missing),
        )
    from tengbol.service.roles import ENDPOINTS

    token = os.environ.get(TOKEN)
    who = _by_password(store, _name(by)) if token is None else _by_token(store, token, by)
    wanted = ENDPOINTS[endpoint]
    if who.role not in wanted.roles or (who.scopes is not None and wanted.scope not in who.scopes):
        raise UnusableInputError("Your role, or this token, does not allow it.")
    if who.given:
        raise UnusableInputError("This password was set by somebody else: set one of your own first.")
    return who


def _name(by: str | None) -> str:
    import getpass

    try:
        return by or getpass.getuser()
    except (KeyError, OSError):
        raise UnusableInputError("The system does not tell whose hand this is; give --by NAME.") from None


def _by_token(store: Store, token: str, by: str | None) -> Caller:
    from tengbol.service.sessions import of_token

    who = of_token(store, token.strip())
    if who is None:
        raise UnusableInputError("TENGBOL_TOKEN: this is no token of the book, or one that has ended.")
    if by not in (None, who.login):
        raise UnusableInputError("--by '{by}': the token is of {login}.", by=by, login=who.login)
    return who


def _by_password(store: Store, login: str) -> Caller:
    from getpass import getpass

    from tengbol.service.accounts import RestingError, signed_in
    from tengbol.service.sessions import Caller

    if not _terminal():
        raise UnusableInputError(
            "The book has accounts: sign in on a terminal (--by LOGIN), or set TENGBOL_TOKEN to a token."
        )
    row = one(store, "accounts", "login = :login AND closed_at IS NULL", login=login)
    password = getpass(spoken("Password of {login}: ", login=login))
    code = getpass(spoken("One-time code: ")) if row is not None and row["totp"] is not None else None
    try:
        row = signed_in(store, login, password, code)
    except RestingError:
        raise UnusableInputError("Too many attempts; wait a little.") from None
    if row is None:
        raise UnusableInputError("Login, password or code is wrong.")
    return Caller(row["login"], row["role"], row["chamber_id"], row["enforcer_id"], given=bool(row["given"]))


def _terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _refuse_foreign(store: Store, who: Caller, endpoint: str, asked: dict[str, Any]) -> None:
    """Raise `UnusableInputError` where an account of one chamber asks for what may be about another."""
    from tengbol.book.batches import chamber_named
    from tengbol.service import sight
    from tengbol.service.problems import ProblemError

    group, _, name = endpoint.partition(".")
    try:
        if group == "acts":
            from tengbol.service.verbs import VERBS

            sight.refuse_act(store, who, VERBS[name], SimpleNamespace(**asked))
        elif "writ_id" in asked:
            sight.writ(store, who, asked["writ_id"])
        elif "chamber_id" not in asked or chamber_named(store, asked["chamber_id"]) != who.chamber_id:
            raise ProblemError("not_allowed")
    except ProblemError as error:
        if error.code == "not_allowed":
            raise UnusableInputError("Your role, or this token, does not allow it.") from None
        raise UnusableInputError("There is nothing of that name, or it is not yours to see.") from None


def asked_of(verb: str, **asked: Any) -> Asked:
    """An act as the API is asked for it. Raises `UnusableInputError` where it would not be taken."""
    from pydantic import ValidationError

    from tengbol.service.verbs import VERBS

    try:
        return VERBS[verb].asked.model_validate({name: value for name, value in asked.items() if value is not None})
    except ValidationError:
        raise UnusableInputError("A field is missing, or its value is not one that is taken.") from None
