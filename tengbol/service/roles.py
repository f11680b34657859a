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
HEADS: Final = frozenset({HEAD})
#: Who has pages: systems have none.
PEOPLE: Final = EVERY - {INTEGRATION}
#: Who may ask for an act, by its verb.
ACTORS: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("leave", "pause", "return", "transfer", "materials", "centre", "returned", "ruling"), DESK),
    **dict.fromkeys(("annul", "withdraw", "correct", "revoke", "succeed", "balance"), DESK),
    **dict.fromkeys(("recuse", "reassign", "request"), CHAMBER),
    "mark": SYSTEMS,
}
#: Acts on a writ; `mark` may be on several, too.
OF_A_WRIT: Final = frozenset({"recuse", "returned", "ruling", "annul", "withdraw", "correct", "reassign", "mark"})


@dataclass(frozen=True)
class Endpoint:
    """method, path: the address. roles: who is let in. scope: of tokens; None where a session is needed.

    once: whether a request is named by an Idempotency-Key. match: whether If-Match is compared with a writ's ETag.
    """

    method: str
    path: str
    roles: frozenset[str]
    scope: str | None = None
    once: bool = False
    match: bool = False


def _read(path: str, roles: frozenset[str], scope: str) -> Endpoint:
    return Endpoint("GET", path, roles, f"{scope}.read")


def _write(method: str, path: str, roles: frozenset[str], scope: str | None, *, match: bool = False) -> Endpoint:
    return Endpoint(method, path, roles, None if scope is None else f"{scope}.write", once=True, match=match)


_V1: Final = "/api/v1"
ENDPOINTS: Final[Mapping[str, Endpoint]] = {
    # How the server is.
    "healthz": Endpoint("GET", "/healthz", ANYBODY),
    "readyz": Endpoint("GET", "/readyz", ANYBODY),
    "metrics": Endpoint("GET", "/metrics", ADMIN | {INTEGRATION}, "metrics.read"),
    "openapi": Endpoint("GET", f"{_V1}/openapi.json", ANYBODY),
    # Pages: of the door.
    "page.style": Endpoint("GET", "/static/service.css", ANYBODY),
    "page.script": Endpoint("GET", "/static/console.js", ANYBODY),
    "page.login": Endpoint("GET", "/login", ANYBODY),
    "page.sign_in": Endpoint("POST", "/login", ANYBODY),
    "page.identity": Endpoint("GET", "/login/identity", ANYBODY),
    "page.identified": Endpoint("GET", "/login/identified", ANYBODY),
    "page.sign_out": Endpoint("POST", "/logout", EVERY),
    "page.start": Endpoint("GET", "/", PEOPLE),
    "page.password": Endpoint("GET", "/password", PEOPLE),
    "page.set_password": Endpoint("POST", "/password", PEOPLE),
    "page.totp": Endpoint("GET", "/codes", PEOPLE),
    "page.set_totp": Endpoint("POST", "/codes", PEOPLE),
    # Of the clerk's day, in its order.
    "page.intake": Endpoint("GET", "/intake", DESK),
    "page.intake_look": Endpoint("POST", "/intake", DESK),
    "page.intake_read": Endpoint("GET", "/intake/{upload_id}", DESK),
    "page.intake_marked": Endpoint("GET", "/intake/{upload_id}/marked.xlsx", DESK),
    "page.intake_workbook": Endpoint("GET", "/intake/{upload_id}/mended.xlsx", DESK),
    "page.intake_mend": Endpoint("POST", "/intake/{upload_id}/cells", DESK),
    "page.intake_take": Endpoint("POST", "/intake/{upload_id}", DESK),
    "page.writs": Endpoint("GET", "/writs", READERS & PEOPLE),
    "page.writ": Endpoint("GET", "/writs/{writ_id:path}", READERS & PEOPLE),
    "page.others": Endpoint("GET", "/writs/{writ_id:path}/others", CHAMBER | {AUDITOR}),
    "page.personal": Endpoint("POST", "/writs/{writ_id:path}/personal", CHAMBER | {ENFORCER}),
    "page.assign": Endpoint("POST", "/writs/{writ_id:path}/assign", DESK),
    "page.batches": Endpoint("GET", "/batches", WATCHERS & PEOPLE | {ENFORCER}),
    "page.run": Endpoint("POST", "/batches", DESK),
    "page.announce": Endpoint("POST", "/announcements", DESK),
    "page.batch": Endpoint("GET", "/batches/{batch_id:path}", WATCHERS & PEOPLE | {ENFORCER}),
    "page.verify": Endpoint("POST", "/batches/{batch_id:path}/verify", DESK | {CONTROLLER, AUDITOR}),
    "page.papers": Endpoint("GET", "/batches/{batch_id:path}/papers", DESK),
    "page.paper": Endpoint("POST", "/batches/{batch_id:path}/papers", DESK),
    "page.job": Endpoint("GET", "/jobs/{job_id}", WATCHERS & PEOPLE),
    "page.cancel": Endpoint("POST", "/jobs/{job_id}/cancel", DESK),
    "page.ticks": Endpoint("GET", "/ticks", DESK),
    "page.tick": Endpoint("POST", "/ticks", DESK),
    "page.due": Endpoint("GET", "/due", DESK | {ENFORCER}),
    # Of acts, each with what it would do, and of those that wait for another login.
    "page.acts": Endpoint("GET", "/acts", CHAMBER),
    **{f"page.act_{verb}": Endpoint("GET", f"/acts/{verb}", ACTORS[verb] & CHAMBER) for verb in ACTORS},
    **{f"page.do_{verb}": Endpoint("POST", f"/acts/{verb}", ACTORS[verb] & CHAMBER) for verb in ACTORS},
    "page.proposals": Endpoint("GET", "/proposals", CHAMBER | {AUDITOR}),
    "page.proposal": Endpoint("GET", "/proposals/{proposal_id}", CHAMBER | {AUDITOR}),
    "page.decide": Endpoint("POST", "/proposals/{proposal_id}", CHAMBER),
    # Of those who watch.
    "page.evenness": Endpoint("GET", "/evenness", WATCHERS & PEOPLE),
    "page.alarms": Endpoint("GET", "/alarms", frozenset({HEAD, CONTROLLER, AUDITOR})),
    # Of the head, before he decides: studies over what the book holds.
    "page.whatif": Endpoint("GET", "/whatif", HEADS),
    "page.whatif_ask": Endpoint("POST", "/whatif", HEADS),
    "page.plan": Endpoint("GET", "/plan", HEADS),
    "page.plan_ask": Endpoint("POST", "/plan", HEADS),
    "page.study": Endpoint("GET", "/studies/{study_id}", HEADS),
    "page.study_file": Endpoint("GET", "/studies/{study_id}/{file}", HEADS),
    "page.study_cancel": Endpoint("POST", "/studies/{study_id}/cancel", HEADS),
    "page.people": Endpoint("GET", "/enforcers", WATCHERS & PEOPLE),
    "page.person": Endpoint("GET", "/enforcers/{enforcer_id:path}", CHAMBER | {ENFORCER, AUDITOR}),
    "page.published": Endpoint("GET", "/published", PEOPLE),
    "page.events": Endpoint("GET", "/events", WATCHERS & PEOPLE | ADMIN),
    "page.audit": Endpoint("POST", "/audits", frozenset({HEAD, AUDITOR})),
    "page.accounts": Endpoint("GET", "/accounts", ADMIN | {AUDITOR}),
    "page.account_open": Endpoint("POST", "/accounts", ADMIN),
    "page.account_change": Endpoint("POST", "/accounts/{login}", ADMIN),
    "page.tokens": Endpoint("GET", "/tokens", ADMIN | {AUDITOR}),
    "page.token_give": Endpoint("POST", "/tokens", ADMIN),
    "page.token_end": Endpoint("POST", "/tokens/{token_id}", ADMIN),
    "page.hooks": Endpoint("GET", "/webhooks", ADMIN | {AUDITOR}),
    "page.hook_make": Endpoint("POST", "/webhooks", ADMIN),
    "page.hook_end": Endpoint("POST", "/webhooks/{hook_id}", ADMIN),
    "page.retry": Endpoint("POST", "/deliveries/{delivery_id}", ADMIN),
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
    # Writs.
    "writs.list": _read(f"{_V1}/writs", READERS, "writs"),
    "writs.read": _read(f"{_V1}/writs/{{writ_id:path}}", READERS, "writs"),
    "writs.why": _read(f"{_V1}/writs/{{writ_id:path}}/why", READERS, "writs"),
    "writs.personal": _write(
        "POST", f"{_V1}/writs/{{writ_id:path}}/personal", CHAMBER | {ENFORCER, INTEGRATION}, "personal", match=True
    ),
    "writs.assign": _write("POST", f"{_V1}/writs/{{writ_id:path}}/assign", SYSTEMS, "batches", match=True),
    "intake.take": _write("POST", f"{_V1}/intake", SYSTEMS, "intake"),
    "intake.check": _write("POST", f"{_V1}/intake/check", SYSTEMS, "intake"),
    # Batches.
    "batches.list": _read(f"{_V1}/batches", WATCHERS | {ENFORCER}, "batches"),
    "batches.run": _write("POST", f"{_V1}/batches", SYSTEMS, "batches"),
    "batches.read": _read(f"{_V1}/batches/{{batch_id:path}}", WATCHERS | {ENFORCER}, "batches"),
    "batches.proof": _read(f"{_V1}/batches/{{batch_id:path}}/proof", EVERY, "public"),
    "batches.assignments": _read(f"{_V1}/batches/{{batch_id:path}}/assignments", READERS, "assignments"),
    "batches.verify": _write("POST", f"{_V1}/batches/{{batch_id:path}}/verify", DESK | {CONTROLLER, AUDITOR}, "audit"),
    "batches.announce": _write("POST", f"{_V1}/announcements", DESK, "batches"),
    "audit.run": _write("POST", f"{_V1}/audits", frozenset({HEAD, AUDITOR}), "audit"),
    "jobs.list": _read(f"{_V1}/jobs", WATCHERS, "batches"),
    "jobs.read": _read(f"{_V1}/jobs/{{job_id}}", WATCHERS, "batches"),
    "jobs.progress": _read(f"{_V1}/jobs/{{job_id}}/progress", WATCHERS, "batches"),
    "jobs.cancel": _write("POST", f"{_V1}/jobs/{{job_id}}/cancel", SYSTEMS, "batches"),
    # Acts: each verb of the command line that changes one thing.
    **{
        f"acts.{verb}": _write("POST", f"{_V1}/acts/{verb}", roles, "acts", match=verb in OF_A_WRIT)
        for verb, roles in ACTORS.items()
    },
    "proposals.list": _read(f"{_V1}/proposals", CHAMBER | {AUDITOR}, "acts"),
    "proposals.read": _read(f"{_V1}/proposals/{{proposal_id}}", CHAMBER | {AUDITOR}, "acts"),
    "proposals.confirm": _write("POST", f"{_V1}/proposals/{{proposal_id}}/confirm", CHAMBER, None),
    "proposals.reject": _write("POST", f"{_V1}/proposals/{{proposal_id}}/reject", CHAMBER, None),
    # Webhooks.
    "hooks.list": _read(f"{_V1}/webhooks", ADMIN | {AUDITOR}, "webhooks"),
    "hooks.make": _write("POST", f"{_V1}/webhooks", ADMIN, None),
    "hooks.end": _write("DELETE", f"{_V1}/webhooks/{{hook_id}}", ADMIN, None),
    "deliveries.list": _read(f"{_V1}/deliveries", ADMIN | {AUDITOR}, "webhooks"),
    "deliveries.retry": _write("POST", f"{_V1}/deliveries/{{delivery_id}}/retry", ADMIN, None),
    # How the book stands.
    "status.read": _read(f"{_V1}/status", WATCHERS, "status"),
    "due.read": _read(f"{_V1}/due", DESK | {ENFORCER, INTEGRATION}, "due"),
    "districts.list": _read(f"{_V1}/districts", EVERY - ADMIN, "people"),
    "enforcers.list": _read(f"{_V1}/enforcers", EVERY - ADMIN, "people"),
    "absences.list": _read(f"{_V1}/absences", READERS, "people"),
    "attachments.list": _read(f"{_V1}/attachments", EVERY - ADMIN, "people"),
    "recusals.list": _read(f"{_V1}/recusals", CHAMBER | {AUDITOR}, "people"),
    "events.list": _read(f"{_V1}/events", WATCHERS | ADMIN, "events"),
    "public.file": _read(f"{_V1}/public", EVERY, "public"),
}


def scopes_of(role: str) -> frozenset[str]:
    """What tokens of a role may be given for."""
    return frozenset(one.scope for one in ENDPOINTS.values() if one.scope is not None and role in one.roles)
