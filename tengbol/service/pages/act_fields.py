"""The guided acts: what each is for, which fields it asks for, and what to write in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tengbol.book.amending import ANNULS, WITHDRAWS
from tengbol.book.balancing import REASONS as BALANCES
from tengbol.book.correcting import REASONS as CORRECTIONS
from tengbol.book.requests import GROUNDS
from tengbol.book.succession import REASONS as SUCCESSIONS
from tengbol.model.codes import (
    ABSENCE_REASONS,
    CATEGORIES,
    COMMISSION_GROUNDS,
    OFFICE,
    OFFICES,
    PARTIES,
    RECUSAL_GROUNDS,
    STEPS,
)
from tengbol.report.words import mark


@dataclass(frozen=True)
class Field:
    """kind: `text`, `writ`, `enforcer`, `district`, `districts`, `day`, `choice`, `category`, `yes`, `number`, `writs`.

    cell: the column of a writ that it sets. choices: codes, of a choice.
    """

    name: str
    label: str
    kind: str = "text"
    needed: bool = True
    hint: str | None = None
    choices: tuple[str, ...] = ()
    cell: bool = False


@dataclass(frozen=True)
class Guide:
    """title, purpose: of the page. group: in the list of acts. fields: in their order."""

    title: str
    purpose: str
    group: str
    fields: tuple[Field, ...]


_ABSENCES, _COMMISSION, _CORRECTIONS = mark("Enforcers"), mark("Recusals and the commission"), mark("Corrections")
_OTHERS: Final = mark("Writs and districts")
GROUPS: Final = (_ABSENCES, _COMMISSION, _CORRECTIONS, _OTHERS)

_WRIT: Final = Field("writ_id", mark("Writ"), "writ", hint=mark("Its id in the book."))
_WHO: Final = Field("enforcer_id", mark("Enforcer"), "enforcer")
_SINCE: Final = Field("start", mark("First day"), "day")
_UNTIL: Final = Field("end", mark("Last day"), "day", needed=False, hint=mark("Empty: open."))
_WHEN: Final = Field("as_of", mark("Day on which it happened"), "day", needed=False, hint=mark("Empty: now."))
_PAPER: Final = Field("document", mark("Document"), hint=mark("The paper on which it is done: kind, number, day."))
_MAYBE: Final = Field("document", mark("Document"), needed=False, hint=mark("Kind, number, day."))
_DECISION: Final = Field("decision", mark("Decision"), hint=mark("Number and day of the decision."))
_ASKED_BY: Final = Field(
    "application", mark("Application"), needed=False,
    hint=mark("The creditor's application, its number and day, unless it is recorded already (¶12)."),
)  # fmt: skip
_CONFIRMED: Final = Field(
    "confirmation", mark("Confirmation"), needed=False,
    hint=mark("The inspection or judgment that confirms it, unless it is recorded already (¶12)."),
)  # fmt: skip


def _reason(codes: tuple[str, ...]) -> Field:
    return Field("reason", mark("Reason"), "choice", choices=codes)


def _ground(codes: tuple[str, ...]) -> Field:
    return Field("ground", mark("Ground"), "choice", choices=codes)


_DASH: Final = mark("Empty: stays as it is. A dash (-) empties the cell.")
_STAYS: Final = mark("Empty: stays as it is.")
#: By verb.
GUIDES: Final[dict[str, Guide]] = {
    "leave": Guide(
        mark("Record an absence"),
        mark("No new writs meanwhile (¶18); for the reasons of ¶3, and beyond a month, what he holds waits again."),
        _ABSENCES,
        (_WHO, _reason(tuple(code for code in ABSENCE_REASONS if code != OFFICE)), _SINCE, _UNTIL, _WHEN, _MAYBE),
    ),
    "pause": Guide(
        mark("Pause for an office"),
        mark("On his application he gets no new writs while he holds an unpaid office, and keeps what he has (¶17)."),
        _ABSENCES,
        (_WHO, Field("office", mark("Office"), "choice", choices=OFFICES), _SINCE, _UNTIL, _PAPER),
    ),
    "return": Guide(
        mark("Record a return"),
        mark("Ends an absence or a pause: from that day on he gets new writs (¶9)."),
        _ABSENCES,
        (
            _WHO,
            Field("on", mark("First day back"), "day", needed=False, hint=mark("Empty: today.")),
            Field(
                "reason",
                mark("Reason"),
                "choice",
                needed=False,
                choices=ABSENCE_REASONS,
                hint=mark("Empty: every absence of his."),
            ),
            _MAYBE,
        ),
    ),
    "transfer": Guide(
        mark("Register in another district"),
        mark("What he holds outside the new district waits again (¶3, ¶18)."),
        _ABSENCES,
        (_WHO, Field("to", mark("New district"), "district"), _WHEN, _MAYBE),
    ),
    "materials": Guide(
        mark("Materials have come"),
        mark("An enforcer who has left sent the materials of his proceedings to the chamber (¶18)."),
        _ABSENCES,
        (_WHO, _WHEN, _MAYBE),
    ),
    "request": Guide(
        mark("Record a step to a decision"),
        mark("The application, what confirms it, the commission, or its refusal (¶12, ¶17)."),
        _COMMISSION,
        (
            Field("step", mark("Step"), "choice", choices=STEPS),
            Field("subject", mark("Writ or enforcer"), hint=mark("Id of the writ; of a pause (¶17), of the enforcer.")),
            _ground(GROUNDS),
            _PAPER,
            _WHEN,
        ),
    ),
    "recuse": Guide(
        mark("Recuse an enforcer"),
        mark("By the disciplinary commission's decision he may not have it; where he has it, it waits again (¶12)."),
        _COMMISSION,
        (
            _WRIT,
            _WHO,
            _ground(COMMISSION_GROUNDS),
            _DECISION,
            Field(
                "party",
                mark("Reaches also"),
                "choice",
                needed=False,
                choices=PARTIES,
                hint=mark("Empty: this writ alone."),
            ),
            Field("until", mark("Last day"), "day", needed=False, hint=mark("Empty: open.")),
            _ASKED_BY,
            _CONFIRMED,
            _WHEN,
        ),
    ),
    "reassign": Guide(
        mark("Take a writ for another"),
        mark("By a decision (¶12) or a court's order; the next batch gives it to another enforcer."),
        _COMMISSION,
        (_WRIT, _ground(RECUSAL_GROUNDS), _DECISION, _PAPER, _ASKED_BY, _CONFIRMED, _WHEN),
    ),
    "ruling": Guide(
        mark("Record a ruling on a return"),
        mark("Of a writ that the book has never had, and that its row says was returned or forwarded (¶11)."),
        _COMMISSION,
        (_WRIT, _PAPER, _WHEN),
    ),
    "annul": Guide(
        mark("Annul a writ"),
        mark("One that was entered twice or wrongly; what it brought to balances is taken back (¶4)."),
        _CORRECTIONS,
        (_WRIT, _reason(ANNULS), _PAPER, _WHEN),
    ),
    "withdraw": Guide(
        mark("Withdraw a writ"),
        mark("One that its creditor or issuer took back, also after it was assigned; balances keep it (¶4)."),
        _CORRECTIONS,
        (_WRIT, _reason(WITHDRAWS), _PAPER, _WHEN),
    ),
    "correct": Guide(
        mark("Correct a writ"),
        mark("Set its cells right; it moves only where the rules now say so (¶9, ¶13, ¶14)."),
        _CORRECTIONS,
        (
            _WRIT,
            Field("debtor_district_id", mark("Debtor's district"), "district", False, _STAYS, cell=True),
            Field("debtor_id", mark("Debtor (IIN or BIN)"), "text", False, _STAYS, cell=True),
            Field("creditor_id", mark("Creditor (IIN or BIN)"), "text", False, _STAYS, cell=True),
            Field("amount", mark("Amount, tenge"), "text", False, _DASH, cell=True),
            Field("case_id", mark("Case"), "text", False, _DASH, cell=True),
            _reason(CORRECTIONS),
            _PAPER,
            _WHEN,
        ),
    ),
    "revoke": Guide(
        mark("Take back an act"),
        mark("One recorded by mistake: as if it had not been, as far as nothing was distributed on it (¶4)."),
        _CORRECTIONS,
        (
            Field("subject", mark("Writ or enforcer"), hint=mark("On whom or what the act was.")),
            Field("event", mark("Number of the event"), "number", needed=False, hint=mark("Empty: the last one.")),
            _PAPER,
        ),
    ),
    "balance": Guide(
        mark("Set a balance"),
        mark("What an enforcer received and is due in a category; the next batch opens with it (¶4)."),
        _CORRECTIONS,
        (
            _WHO,
            Field("category", mark("Category"), "category", choices=CATEGORIES),
            Field("share", mark("Share"), hint=mark("What he is due, as 12.333333333.")),
            Field("received", mark("Received"), "number", needed=False, hint=_STAYS),
            _reason(BALANCES),
            _PAPER,
        ),
    ),
    "returned": Guide(
        mark("An electronic writ comes back"),
        mark("By its id alone, for the book has it; it goes to who had it (¶5, ¶11)."),
        _OTHERS,
        (_WRIT, Field("forwarded", mark("Forwarded by territory"), "yes", needed=False), _WHEN, _MAYBE),
    ),
    "mark": Guide(
        mark("Mark writs by their ids"),
        mark("Close, withdraw or let wait again, and every tick of the lists (¶8, ¶15)."),
        _OTHERS,
        (
            Field(
                "state",
                mark("Mark as"),
                "choice",
                choices=("closed", "withdrawn", "pending", "handed", "collected", "posted", "received", "notified"),
            ),
            Field("writ_ids", mark("Writs"), "writs", hint=mark("Ids, parted by spaces or lines.")),
            _WHEN,
            _MAYBE,
        ),
    ),
    "centre": Guide(
        mark("Name centres of regions"),
        mark("Enforcers with an office there collect paper writs by hand; to others they are posted (¶8)."),
        _OTHERS,
        (
            Field("district_ids", mark("Districts"), "districts"),
            Field("none", mark("They are none"), "yes", needed=False),
            _MAYBE,
        ),
    ),
    "succeed": Guide(
        mark("A district's code changes"),
        mark("The new code takes the place of the old one in all that waits, is held, and serves (¶9)."),
        _OTHERS,
        (
            Field("old", mark("Code until now"), "district"),
            Field("new", mark("New code"), "district"),
            _reason(SUCCESSIONS),
            _PAPER,
        ),
    ),
}
