"""Sessions of people and tokens of systems: kept by the store, as hashes, and ended at once when revoked."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tengbol.book import desk
from tengbol.book.acts import act
from tengbol.book.schema import NUMBER, TEXT
from tengbol.errors import UnusableInputError
from tengbol.service import passwords
from tengbol.service.accounts import account
from tengbol.service.roles import scopes_of

if TYPE_CHECKING:
    import polars as pl

    from tengbol.book.acts import Hand
    from tengbol.book.store import Store
    from tengbol.service.settings import Settings

#: Between two notes of when a session was last seen, in seconds.
_SEEN: Final = 60.0
#: The longest life of a token, in days.
LONGEST: Final = 366


#: Of whoever has a session.
_SESSION: Final[dict[str, pl.DataType]] = {
    **dict.fromkeys(("a.login", "a.role", "a.chamber_id", "a.enforcer_id"), TEXT),
    "a.given": NUMBER,
    **dict.fromkeys(("s.csrf", "s.seen_at"), TEXT),
}


@dataclass(frozen=True)
class Caller:
    """Who asks. scopes: of a token; None of a session. session: its digest.

    given: whether the password is one that somebody else has set.
    """

    login: str
    role: str
    chamber_id: str | None = None
    enforcer_id: str | None = None
    scopes: frozenset[str] | None = None
    session: str | None = None
    csrf: str | None = None
    given: bool = False


def open_session(store: Store, row: dict[str, Any], settings: Settings) -> tuple[str, str]:
    """Sign in an account; returns the session's secret and its CSRF token."""
    secret, csrf = passwords.drawn(), passwords.drawn()
    with store.writing():
        store.execute("DELETE FROM sessions WHERE ends_at < :now", now=desk.moment())
        desk.put(
            store,
            "sessions",
            digest=passwords.digest(secret),
            login=row["login"],
            csrf=csrf,
            made_at=desk.moment(),
            seen_at=desk.moment(),
            ends_at=desk.moment(settings.session),
        )
    return secret, csrf


def of_session(store: Store, secret: str, settings: Settings) -> Caller | None:
    """Who has this session; None where it has ended."""
    digest = passwords.digest(secret)
    # Every request asks this: one question, not two.
    found = store.frame(
        f"SELECT {', '.join(_SESSION)} FROM sessions s JOIN accounts a ON a.login = s.login AND a.closed_at IS NULL "
        "WHERE s.digest = :digest AND s.ends_at >= :now AND s.seen_at >= :idle",
        _SESSION,
        digest=digest,
        now=desk.moment(),
        idle=desk.moment(-settings.idle),
    )
    if found.is_empty():
        return None
    login, role, chamber_id, enforcer_id, given, csrf, seen_at = found.row(0)
    if seen_at < desk.moment(-_SEEN):
        desk.change(store, "sessions", "digest = :digest", {"seen_at": desk.moment()}, digest=digest)
    return Caller(login, role, chamber_id, enforcer_id, session=digest, csrf=csrf, given=bool(given))


def close_session(store: Store, digest: str) -> None:
    """Sign out."""
    store.execute("DELETE FROM sessions WHERE digest = :digest", digest=digest)


def give_token(store: Store, hand: Hand, login: str, name: str, scopes: list[str], days: int) -> tuple[str, str]:
    """Give an account a token for some of what its role may do; returns its id and the token, which is kept nowhere."""
    token_id, secret = secrets.token_hex(6), passwords.drawn()
    with act(store, hand, "token given", subject=login) as doing:
        known = scopes_of(account(store, login)["role"])
        if unknown := sorted(set(scopes) - known):
            raise UnusableInputError(
                "scopes '{scope}': the role allows {known}.", scope=unknown[0], known=", ".join(sorted(known))
            )
        ends = desk.moment(days * 86400.0)
        desk.put(
            store,
            "tokens",
            token_id=token_id,
            digest=passwords.digest(secret),
            login=login,
            name=name,
            scopes=" ".join(sorted(set(scopes))),
            made_at=desk.moment(),
            ends_at=ends,
        )
        doing.payload |= {"token": token_id, "scopes": sorted(set(scopes)), "ends": ends}
    return token_id, f"tengbol_{token_id}_{secret}"


def end_token(store: Store, hand: Hand, token_id: str) -> None:
    """Revoke a token."""
    with act(store, hand, "token ended") as doing:
        if not desk.change(
            store, "tokens", "token_id = :id AND ended_at IS NULL", {"ended_at": desk.moment()}, id=token_id
        ):
            raise UnusableInputError("token '{token}': there is no such token, or it has ended.", token=token_id)
        doing.payload["token"] = token_id


def of_token(store: Store, token: str) -> Caller | None:
    """Who has this token; None where it is none, or has ended."""
    kind, _, rest = token.partition("_")
    token_id, _, secret = rest.partition("_")
    row = desk.one(store, "tokens", "token_id = :id AND ended_at IS NULL", id=token_id) if kind == "tengbol" else None
    if row is None or not secrets.compare_digest(row["digest"], passwords.digest(secret)):
        return None
    whose = desk.one(store, "accounts", "login = :login AND closed_at IS NULL", login=row["login"])
    if whose is None or row["ends_at"] < desk.moment():
        return None
    scopes = frozenset(row["scopes"].split()) & scopes_of(whose["role"])
    return Caller(whose["login"], whose["role"], whose["chamber_id"], whose["enforcer_id"], scopes=scopes)
