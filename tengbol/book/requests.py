"""The way to a decision that keeps a writ from an enforcer (¶12), or to a pause (¶17): its papers, step by step.

¶12(1): an application for recusal, then the disciplinary commission. ¶12(2): the creditor's application, an unscheduled
inspection or a judgment in force that confirms it, then the commission. ¶17: the enforcer's application. The order
gives none of these steps a term, so `due` tells what is open and since when.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tengbol.book.acts import act, events, payload
from tengbol.book.kept import held
from tengbol.book.moments import happened
from tengbol.errors import UnusableInputError
from tengbol.model.codes import COMMISSION_GROUNDS, CONFIRMATIONS, OFFICE, STEPS

if TYPE_CHECKING:
    from tengbol.book.acts import Hand
    from tengbol.book.store import Store

GROUNDS: Final = (*COMMISSION_GROUNDS, OFFICE)
#: Acts that decide a request, or tell of one.
_ACTS: Final = ("request", "recusal", "reassign", "pause")


@dataclass(frozen=True)
class Request:
    """papers: by step its document and the day it was made; the last of a kind counts. subject: a writ or enforcer."""

    subject: str
    ground: str
    papers: dict[str, tuple[str, dt.date]]

    @property
    def opened(self) -> dt.date:
        """The day of the application."""
        return self.papers["application"][1]

    @property
    def last(self) -> str:
        """How far it is: the last step recorded, in the order of the way."""
        return max(self.papers, key=STEPS.index)

    def confirmation(self) -> str | None:
        """The paper that confirms a complaint."""
        found = [self.papers[step][0] for step in CONFIRMATIONS if step in self.papers]
        return found[0] if found else None


def request(store: Store, hand: Hand, step: str, subject: str, *, ground: str, at: dt.datetime | None = None) -> None:
    """Record a step, whose paper is the hand's document. Raises `UnusableInputError` where it does not follow."""
    for option, given, known in (("STEP", step, STEPS), ("--ground", ground, GROUNDS)):
        if given not in known:
            raise UnusableInputError(
                "{option} '{given}': one of {known} is accepted.", option=option, given=given, known=", ".join(known)
            )
    if not (hand.document or "").strip():
        raise UnusableInputError("--document is needed: the paper of this step, its number and day (¶12, ¶17).")
    at = happened(at, hand)
    with act(store, hand, "request", subject=subject) as doing:
        table = "enforcers" if ground == OFFICE else "writs"
        if held(store, table, f"t.{table[:-1]}_id = :id", id=subject).is_empty():
            raise UnusableInputError("'{subject}' is not in the book; check the id.", subject=subject)
        open_one = open_requests(store).get((subject, ground))
        _refuse_out_of_order(step, ground, open_one)
        if open_one is not None and at.date() < max(day for _, day in open_one.papers.values()):
            raise UnusableInputError("--as-of lies before the step that this one follows; check the day.")
        doing.payload |= {"step": step, "ground": ground, "at": at.isoformat()}


def _refuse_out_of_order(step: str, ground: str, open_one: Request | None) -> None:
    if (open_one is None) != (step == "application"):
        raise UnusableInputError(
            "The application is recorded already, and not decided."
            if open_one is not None
            else "Record the application first: `tengbol book request application`."
        )
    if step in CONFIRMATIONS and ground != "creditor_complaint":
        raise UnusableInputError("An inspection or a judgment confirms a creditor's complaint alone (¶12(2)).")
    if step == "commission" and ground == OFFICE:
        raise UnusableInputError("No commission decides on a pause (¶17).")
    if step == "commission" and ground == "creditor_complaint" and open_one and open_one.confirmation() is None:
        raise UnusableInputError(
            "What confirms the complaint comes before the commission: inspection or judgment (¶12)."
        )


def open_requests(store: Store, until: dt.date | None = None) -> dict[tuple[str, str], Request]:
    """Requests that nobody has decided, by subject and ground, in the order of their applications.

    until: what was done later than this day does not count.
    """
    gone = {seq for row in events(store, "what = 'revoke'").iter_rows(named=True) for seq in payload(row)["revoked"]}
    found: dict[tuple[str, str], Request] = {}
    for event in events(store, f"what IN {_ACTS}").iter_rows(named=True):
        said = payload(event)
        if event["seq"] in gone:
            continue
        key = (event["subject"], _ground(event["what"], said))
        step, day = said.get("step", "decided"), dt.date.fromisoformat(said.get("at", event["at"])[:10])
        if until is not None and day > until:
            continue
        if step in ("decided", "refused"):
            found.pop(key, None)
        elif step == "application":
            found[key] = Request(*key, {step: (event["document"], day)})
        elif key in found:
            found[key].papers[step] = (event["document"], day)
    return found


def _ground(what: str, said: dict[str, Any]) -> str:
    if what == "pause":
        return OFFICE
    if what == "recusal":
        return said["recusal"]["ground"]
    return said["reason" if what == "reassign" else "ground"]
