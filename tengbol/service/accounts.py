"""Accounts: who may sign in, in which role, for which chamber or enforcer. Each change is an event of the book."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book import desk
from tengbol.book.acts import act
from tengbol.book.kept import held
from tengbol.errors import UnusableInputError
from tengbol.service import passwords
from tengbol.service.roles import ADMINISTRATOR, ENFORCER, INTEGRATION, ROLES

if TYPE_CHECKING:
    from tengbol.book.acts import Hand
    from tengbol.book.store import Store

LOGIN: Final = r"[a-z0-9][a-z0-9._@-]{1,63}"
#: Days after which a password that somebody else has set lets nobody in any more.
GIVEN_DAYS: Final = 7
#: Failures after which a login rests, and for how long at first and at most, in seconds.
_FREE, _REST, _LONGEST = 5, 60.0, 900.0


class RestingError(Exception):
    """A login that was tried too often rests. seconds: at most so long."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def open_account(
    store: Store,
    hand: Hand,
    login: str,
    role: str,
    *,
    name: str | None = None,
    chamber_id: str | None = None,
    enforcer_id: str | None = None,
    identity: str | None = None,
) -> str | None:
    """Open an account; returns its first password, which is kept nowhere.

    Systems have tokens and get none, nor does who signs in by the identity provider, as `identity`.
    """
    if not re.fullmatch(LOGIN, login):
        raise UnusableInputError(
            "login '{login}': 2 to 64 small Latin letters, digits and . _ @ -, a letter or digit first.", login=login
        )
    _refuse(store, role, chamber_id, enforcer_id)
    password = None if role == INTEGRATION or identity is not None else passwords.drawn_password()
    with act(store, hand, "account opened", chamber_id=chamber_id, subject=login) as doing:
        if desk.one(store, "accounts", "login = :login", login=login):
            raise UnusableInputError("login '{login}': there is such an account already.", login=login)
        if identity is not None:
            identity = _identity(store, login, role, identity)
        desk.put(
            store,
            "accounts",
            login=login,
            name=name,
            role=role,
            chamber_id=chamber_id,
            enforcer_id=enforcer_id,
            identity=identity,
            password=None if password is None else passwords.hashed(password),
            given=0 if password is None else 1,
            failures=0,
            made_at=desk.moment(),
        )
        doing.payload |= {"role": role, "enforcer_id": enforcer_id, "identity": identity is not None}
    return password


def change_account(store: Store, hand: Hand, login: str, cells: dict[str, Any]) -> None:
    """Change role, chamber, enforcer, name or identity of an account; whoever is signed in under it is signed out.

    Who has an identity has no password, and who loses it has none until he is given one.
    """
    with act(store, hand, "account changed", subject=login) as doing:
        before = account(store, login)
        now = before | cells
        _refuse(store, now["role"], now["chamber_id"], now["enforcer_id"])
        if before["role"] == ADMINISTRATOR and now["role"] != ADMINISTRATOR:
            _refuse_last(store, login)
        if cells.get("identity"):
            told = _identity(store, login, now["role"], cells["identity"])
            cells = {**cells, "identity": told, "password": None, "given": 0, "totp": None}
        desk.change(store, "accounts", "login = :login", cells, login=login)
        store.execute("DELETE FROM sessions WHERE login = :login", login=login)
        # Names, identities and passwords stand in no event, which nobody can take back.
        told = {name: value for name, value in cells.items() if name in ("role", "chamber_id", "enforcer_id")}
        doing.payload["cells"] = {name: [before[name], value] for name, value in told.items()}
        if "identity" in cells:
            doing.payload["identity"] = cells["identity"] is not None


def close_account(store: Store, hand: Hand, login: str) -> None:
    """Close an account, with its sessions and tokens; its name in past events stays."""
    with act(store, hand, "account closed", subject=login):
        if account(store, login)["role"] == ADMINISTRATOR:
            _refuse_last(store, login)
        desk.change(store, "accounts", "login = :login", {"closed_at": desk.moment()}, login=login)
        desk.change(store, "tokens", "login = :login AND ended_at IS NULL", {"ended_at": desk.moment()}, login=login)
        store.execute("DELETE FROM sessions WHERE login = :login", login=login)


def reset_password(store: Store, hand: Hand, login: str) -> str:
    """Give an account a new password, to be changed by its owner, and no one-time codes; returns it."""
    password = passwords.drawn_password()
    with act(store, hand, "password reset", subject=login):
        found = account(store, login)
        if found["identity"] is not None:
            raise UnusableInputError(
                "login '{login}': signs in by the identity provider, and has no password.", login=login
            )
        if found["role"] == INTEGRATION:
            raise UnusableInputError("login '{login}': a system has tokens, and no password.", login=login)
        cells = {"password": passwords.hashed(password), "given": 1, "totp": None, "failures": 0, "locked_until": None}
        desk.change(store, "accounts", "login = :login", cells, login=login)
        store.execute("DELETE FROM sessions WHERE login = :login", login=login)
    return password


def set_password(store: Store, hand: Hand, login: str, old: str, new: str, keep: str) -> bool:
    """Set one's own password; False where the old one is wrong. keep: digest of the session that goes on."""
    if not passwords.fits(account(store, login)["password"], old):
        return False
    passwords.refuse_weak(new, login)
    if old == new:
        raise UnusableInputError("The new password is the old one.")
    with act(store, hand, "password set", subject=login):
        cells = {"password": passwords.hashed(new), "given": 0}
        desk.change(store, "accounts", "login = :login", cells, login=login)
        store.execute("DELETE FROM sessions WHERE login = :login AND digest <> :keep", login=login, keep=keep)
    return True


def set_totp(store: Store, hand: Hand, login: str, key: str, code: str) -> bool:
    """Ask for one-time codes of this key from now on; False where its first code is wrong."""
    step = passwords.totp_step(key, code, None)
    if step is None:
        return False
    with act(store, hand, "one-time codes set", subject=login):
        desk.change(store, "accounts", "login = :login", {"totp": key, "totp_last": step}, login=login)
    return True


def account(store: Store, login: str) -> dict[str, Any]:
    """An open account. Raises `UnusableInputError`."""
    row = desk.one(store, "accounts", "login = :login AND closed_at IS NULL", login=login)
    if row is None:
        raise UnusableInputError("login '{login}': there is no such account.", login=login)
    return row


def signed_in(store: Store, login: str, password: str, code: str | None) -> dict[str, Any] | None:
    """The account of who signs in; None where something is wrong.

    Raises `RestingError` where the login rests, `UnusableInputError` where a password that was given has ended.
    """
    row = desk.one(store, "accounts", "login = :login AND closed_at IS NULL", login=login)
    if row is not None and (row["locked_until"] or "") > desk.moment():
        raise RestingError(min(_LONGEST, _REST * 2 ** max(0, row["failures"] - _FREE)))
    right = passwords.fits(None if row is None else row["password"], password)
    step = None
    if row is not None and row["totp"] is not None:
        step = passwords.totp_step(row["totp"], code or "", row["totp_last"])
        right = right and step is not None
    if row is None:
        return None
    with store.writing():
        if not right:
            failures = row["failures"] + 1
            rest = min(_LONGEST, _REST * 2 ** (failures - _FREE)) if failures >= _FREE else None
            cells = {"failures": failures, "locked_until": None if rest is None else desk.moment(rest)}
            desk.change(store, "accounts", "login = :login", cells, login=login)
            return None
        cells = {"failures": 0, "locked_until": None, **({} if step is None else {"totp_last": step})}
        # Of two who use one code at the same moment, one is let in.
        used = "1 = 1" if step is None else "(totp_last IS NULL OR totp_last < :step)"
        values = {} if step is None else {"step": step}
        if not desk.change(store, "accounts", f"login = :login AND {used}", cells, login=login, **values):
            return None
    if _ended(store, row):
        raise UnusableInputError(
            "This password was set by somebody else and holds for {days} days, which are over; ask an administrator "
            "for a new one.",
            days=GIVEN_DAYS,
        )
    return row


def _ended(store: Store, row: dict[str, Any]) -> bool:
    """Whether a password that somebody else has set, as its event tells when, has not been changed in time."""
    if not row["given"]:
        return False
    told = "SELECT max(at) AS at FROM events WHERE subject = :login AND what IN ('account opened', 'password reset')"
    given = store.frame(told, {"at": pl.String()}, login=row["login"])["at"][0]
    return (given or "") < desk.moment(-GIVEN_DAYS * 86400.0)


def first_administrator(store: Store, hand: Hand) -> tuple[str, str] | None:
    """Login and password of a book's first administrator; None where one can sign in.

    A new password where none was used before it ended: nobody could give another.
    """
    known = desk.found(store, "accounts", "role = :role AND closed_at IS NULL", role=ADMINISTRATOR)
    if known:
        login = known[0]["login"]
        return (login, reset_password(store, hand, login)) if all(_ended(store, row) for row in known) else None
    login = "admin"
    while desk.one(store, "accounts", "login = :login", login=login):
        login += "1"
    password = open_account(store, hand, login, ADMINISTRATOR)
    assert password is not None
    return login, password


def _refuse(store: Store, role: str, chamber_id: str | None, enforcer_id: str | None) -> None:
    if role not in ROLES:
        raise UnusableInputError("role '{role}': one of {roles} is accepted.", role=role, roles=", ".join(ROLES))
    if (role == ENFORCER) != (enforcer_id is not None):
        raise UnusableInputError("enforcer_id: the account of an enforcer has one, and no other account has.")
    if enforcer_id is not None and held(store, "enforcers", "t.enforcer_id = :id", id=enforcer_id).is_empty():
        raise UnusableInputError("Enforcer '{enforcer}' is not in the book; check the id.", enforcer=enforcer_id)
    if chamber_id is not None and held(store, "chambers", "t.chamber_id = :id", id=chamber_id).is_empty():
        raise UnusableInputError("Chamber '{chamber}' is not in the book; check the id.", chamber=chamber_id)


def _identity(store: Store, login: str, role: str, identity: str) -> str:
    """An identity as it is kept. Raises `UnusableInputError` where it cannot be this account's."""
    from tengbol.service.identity import folded

    if role == INTEGRATION:
        raise UnusableInputError("identity: a system has tokens, and no identity.")
    kept = folded(identity)
    other = desk.one(
        store, "accounts", "identity = :identity AND closed_at IS NULL AND login <> :login", identity=kept, login=login
    )
    if other is not None or not kept:
        raise UnusableInputError("identity: another account has it, or it is empty.")
    if role == ADMINISTRATOR:
        # Where the provider fails, somebody can still come in.
        _refuse_last(store, login)
    return kept


def _refuse_last(store: Store, login: str) -> None:
    beside = "role = :role AND closed_at IS NULL AND login <> :login AND identity IS NULL"
    others = desk.one(store, "accounts", beside, role=ADMINISTRATOR, login=login)
    if others is None:
        raise UnusableInputError("login '{login}': is the last administrator; open another one first.", login=login)
