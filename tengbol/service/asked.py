"""What each act of the book takes, as it is asked for by the API."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from tengbol.service.routing import Strict

Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Moment = Annotated[str, StringConstraints(min_length=10, max_length=26)]


class Asked(Strict):
    """document: the paper on which it is done: kind, number, day. as_of: when it happened; without it, now."""

    document: Text | None = None
    as_of: Moment | None = None


class Leave(Asked):
    """reason: by the contract's codes of absences. start, end: first and last day; without an end, open."""

    enforcer_id: Id
    reason: Id
    start: Day
    end: Day | None = None


class Pause(Asked):
    """start, end: first and last day of the office; without an end, open. office: which one (¶17)."""

    enforcer_id: Id
    start: Day
    end: Day | None = None
    office: Id | None = None


class Return(Asked):
    """on: the first day back; without it, today. reason: to end only this absence."""

    enforcer_id: Id
    on: Day | None = None
    reason: Id | None = None


class Transfer(Asked):
    """to: the district in which he is registered from now on."""

    enforcer_id: Id
    to: Id


class Recuse(Asked):
    """decision: of the commission, number and day. party: debtor or creditor, where it is about the person."""

    writ_id: Id
    enforcer_id: Id
    ground: Id
    decision: Text
    party: Id | None = None
    until: Day | None = None
    application: Text | None = None
    confirmation: Text | None = None


class Request(Asked):
    """A step to a decision of ¶12 or ¶17. subject: the writ; of ¶17 the enforcer."""

    step: Id
    subject: Id
    ground: Id


class Returned(Asked):
    """forwarded: whether it was by territory."""

    writ_id: Id
    forwarded: bool = False


class Mark(Asked):
    """state: handed, collected, posted, received, notified, closed, withdrawn, or pending of what was set aside."""

    state: Id
    writ_ids: Annotated[list[Id], Field(min_length=1, max_length=10_000)]


class Materials(Asked):
    """Whose materials have come."""

    enforcer_id: Id


class Centre(Asked):
    """centre: whether they are centres (¶8), or none."""

    district_ids: Annotated[list[Id], Field(min_length=1, max_length=1000)]
    centre: bool = True


class Correction(Asked):
    """A correction. dry_run: only show what it would do."""

    dry_run: bool = False


class Annul(Correction):
    """reason: entered_twice or entered_wrongly."""

    writ_id: Id
    reason: Id


class Withdraw(Correction):
    """reason: creditor_withdrew or issuer_recalled."""

    writ_id: Id
    reason: Id


class Correct(Correction):
    """cells: by column the value that is right; an empty text for none."""

    writ_id: Id
    cells: Annotated[dict[str, Annotated[str, StringConstraints(max_length=1000)]], Field(min_length=1, max_length=10)]
    reason: Id


class Revoke(Correction):
    """subject: the writ or enforcer. event: the act to take back; without it, the last."""

    subject: Id
    event: Annotated[int, Field(ge=1, le=2**53)] | None = None


class Reassign(Correction):
    """decision: of the commission, or the court's order, number and day."""

    writ_id: Id
    ground: Id
    decision: Text
    application: Text | None = None
    confirmation: Text | None = None


class Succeed(Correction):
    """old: the district's code until now; new: the one that takes its place."""

    old: Id
    new: Id
    reason: Id


class Ruling(Asked):
    """The ruling on the return of a writ that the book has never had (¶11): document, its number and day."""

    writ_id: Id


class Balance(Correction):
    """share: what he is due, with nine places at most. received: how many he received; without it, as it is."""

    enforcer_id: Id
    category: Id
    share: Annotated[str, StringConstraints(pattern=r"^\d{1,7}(\.\d{1,9})?$")]
    received: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    reason: Id
