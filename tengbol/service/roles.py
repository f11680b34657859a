"""Who may ask for what: one table of every address of the service, by which requests are let in and tests are made.

Whoever is not named is not let in. A token is let in where its account's role is and its scope says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tengbol.report.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

CLERK, HEAD, COMMISSION, ENFORCER = "clerk", "head", "commission", "enforcer"
CONTROLLER, AUDITOR, INTEGRATION, ADMINISTRATOR = "controller", "auditor", "integration", "administrator"
#: What each role is called.
ROLES: Final[Mapping[str, str]] = {
    CLERK: mark("Clerk"),
    HEAD: mark("Head of the chamber"),
    COMMISSION: mark("Disciplinary commission"),
    ENFORCER: mark("Enforcer"),
    CONTROLLER: mark("Controller of the Republican Chamber"),
    AUDITOR: mark("Auditor"),
    INTEGRATION: mark("System"),
    ADMINISTRATOR: mark("Administrator"),
}

ANYBODY: Final = frozenset({"anybody"})
EVERY: Final = frozenset(ROLES)
DESK: Final = frozenset({CLERK, HEAD})
CHAMBER: Final = DESK | {COMMISSION}
SYSTEMS: Final = DESK | {INTEGRATION}
READERS: Final = CHAMBER | {ENFORCER, INTEGRATION, AUDITOR}
WATCHERS: Final = CHAMBER | {CONTROLLER, AUDITOR, INTEGRATION}
ADMIN: Final = frozenset({ADMINISTRATOR})


@dataclass(frozen=True)
class Endpoint:
    """method, path: the address. roles: who is let in. scope: of tokens; None where a session is needed.

    once: whether a request is named by an Idempotency-Key.
    """

    method: str
    path: str
    roles: frozenset[str]
    scope: str | None = None
    once: bool = False


def _read(path: str, roles: frozenset[str], scope: str) -> Endpoint:
    return Endpoint("GET", path, roles, f"{scope}.read")


def _write(method: str, path: str, roles: frozenset[str], scope: str | None) -> Endpoint:
    return Endpoint(method, path, roles, None if scope is None else f"{scope}.write", once=True)


_V1: Final = "/api/v1"
ENDPOINTS: Final[Mapping[str, Endpoint]] = {
    # How the server is.
    "healthz": Endpoint("GET", "/healthz", ANYBODY),
    "readyz": Endpoint("GET", "/readyz", ANYBODY),
    "metrics": Endpoint("GET", "/metrics", ADMIN | {INTEGRATION}, "metrics.read"),
    "openapi": Endpoint("GET", f"{_V1}/openapi.json", ANYBODY),
    # Pages.
    "page.style": Endpoint("GET", "/static/service.css", ANYBODY),
    "page.login": Endpoint("GET", "/login", ANYBODY),
    "page.sign_in": Endpoint("POST", "/login", ANYBODY),
    "page.sign_out": Endpoint("POST", "/logout", EVERY),
    "page.start": Endpoint("GET", "/", EVERY),
    "page.password": Endpoint("GET", "/password", EVERY - {INTEGRATION}),
    "page.set_password": Endpoint("POST", "/password", EVERY - {INTEGRATION}),
    # Oneself.
    "sessions.open": Endpoint("POST", f"{_V1}/sessions", ANYBODY),
    "sessions.close": Endpoint("DELETE", f"{_V1}/sessions/current", EVERY),
    "me.read": Endpoint("GET", f"{_V1}/me", EVERY, "me.read"),
    "me.password": Endpoint("PUT", f"{_V1}/me/password", EVERY - {INTEGRATION}),
    "me.totp": Endpoint("POST", f"{_V1}/me/totp", EVERY - {INTEGRATION}),
    "me.totp_confirm": Endpoint("PUT", f"{_V1}/me/totp", EVERY - {INTEGRATION}),
    # Accounts and tokens.
    "accounts.list": _read(f"{_V1}/accounts", ADMIN | {AUDITOR}, "accounts"),
    "accounts.open": _write("POST", f"{_V1}/accounts", ADMIN, None),
    "accounts.change": _write("PATCH", f"{_V1}/accounts/{{login}}", ADMIN, None),
    "accounts.close": _write("DELETE", f"{_V1}/accounts/{{login}}", ADMIN, None),
    "accounts.reset": _write("POST", f"{_V1}/accounts/{{login}}/password", ADMIN, None),
    "accounts.sign_out": _write("DELETE", f"{_V1}/accounts/{{login}}/sessions", ADMIN, None),
    "tokens.list": _read(f"{_V1}/tokens", ADMIN | {AUDITOR}, "accounts"),
    "tokens.give": _write("POST", f"{_V1}/accounts/{{login}}/tokens", ADMIN, None),
    "tokens.end": _write("DELETE", f"{_V1}/tokens/{{token_id}}", ADMIN, None),
}


def scopes_of(role: str) -> frozenset[str]:
    """What tokens of a role may be given for."""
    return frozenset(one.scope for one in ENDPOINTS.values() if one.scope is not None and role in one.roles)
