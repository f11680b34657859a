"""The codes of the book in words: states, events, grounds and reasons, as pages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tengbol.model.sentences import REASONS
from tengbol.report.wording import BASES, CATEGORIES, UNASSIGNED
from tengbol.report.words import mark
from tengbol.service.kinds import EVENTS, STATES
from tengbol.service.pages.checks import CHECKS
from tengbol.service.roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tengbol.report.words import Words

#: The same of a number of writs, below that number.
COUNTED: Final[Mapping[str, str]] = {
    "pending": mark("writs waiting"),
    "set_aside": mark("writs kept aside"),
    "incomplete": mark("writs incomplete"),
    "assigned": mark("writs assigned"),
    "handed": mark("writs handed over"),
    "collected": mark("writs collected"),
    "posted": mark("writs posted"),
    "received": mark("letters received"),
    "notified": mark("creditors told"),
    "closed": mark("writs closed"),
    "withdrawn": mark("writs withdrawn"),
    "annulled": mark("writs annulled"),
}
#: The categories of ¶4 over narrow columns.
SHORT: Final[Mapping[str, str]] = {
    **CATEGORIES,
    "individual": mark("natural persons"),
    "legal_entity": mark("legal persons"),
    "state": mark("the state"),
    "alimony": mark("alimony"),
    "non_property": mark("non-property"),
}
#: What is due, by `book.duties.WHAT`.
DUTIES: Final[Mapping[str, str]] = {
    "complete": mark("Complete and distribute"),
    "distribute": mark("Distribute"),
    "hand_over": mark("Hand over"),
    "collect": mark("Have collected"),
    "post": mark("Post by registered letter"),
    "notify_creditor": mark("Tell the creditor"),
}
JOBS: Final[Mapping[str, tuple[str, str]]] = {
    "queued": (mark("in the queue"), "waits"),
    "running": (mark("under way"), "waits"),
    "done": (mark("done"), "good"),
    "refused": (mark("refused"), "wrong"),
    "failed": (mark("failed"), "wrong"),
    "cancelled": (mark("cancelled"), "done"),
}
KINDS: Final[Mapping[str, str]] = {
    "batch": mark("Batch"),
    "draft": mark("Draft of a batch"),
    "audit": mark("Audit of the book"),
    "check": mark("Check of a batch"),
}
FORMS: Final[Mapping[str, str]] = {"paper": mark("on paper"), "electronic": mark("electronic")}
ORIGINS: Final[Mapping[str, str]] = {
    "new": mark("newly received"),
    "returned": mark("returned unexecuted"),
    "forwarded": mark("forwarded by territory"),
    "redistributed": mark("distributed anew"),
}
TABLES: Final[Mapping[str, str]] = {
    "districts": mark("Districts"),
    "enforcers": mark("Enforcers"),
    "attachments": mark("Attachments to districts"),
    "absences": mark("Absences"),
    "writs": mark("Writs"),
    "recusals": mark("Recusals"),
    "ledger": mark("Proceedings"),
    "balances": mark("Balances"),
    "centres": mark("Centres of regions"),
}
#: Reasons, grounds, offices, steps and marks that acts are asked with.
CHOICES: Final[Mapping[str, str]] = {
    "licence_suspended": mark("licence suspended"),
    "licence_terminated": mark("licence terminated"),
    "licence_revoked": mark("licence revoked"),
    "expelled": mark("expelled from the Republican Chamber"),
    "long_absence": mark("absent for long"),
    "transferred": mark("moved to another district"),
    "leave": mark("leave"),
    "study_leave": mark("study leave"),
    "sickness": mark("sickness"),
    "business_trip": mark("business trip"),
    "chamber_head": mark("head of the chamber"),
    "deputy_head": mark("deputy head of the chamber"),
    "republican_chamber": mark("office in the Republican Chamber"),
    "article_54": mark("recusal by Article 54 of the law"),
    "creditor_complaint": mark("complaint of the creditor"),
    "court_order": mark("order of a court"),
    "chamber_office": mark("unpaid office in the chamber"),
    "debtor": mark("every writ of this debtor"),
    "creditor": mark("every writ of this creditor"),
    "application": mark("application"),
    "inspection": mark("unscheduled inspection"),
    "judgment": mark("judgment in force"),
    "commission": mark("put before the commission"),
    "refused": mark("refused by the commission"),
    "entered_twice": mark("entered twice"),
    "entered_wrongly": mark("entered wrongly"),
    "creditor_withdrew": mark("the creditor took it back"),
    "issuer_recalled": mark("the issuer recalled it"),
    "document_corrected": mark("the document itself was corrected"),
    "district_renamed": mark("the district was renamed"),
    "district_merged": mark("districts were merged"),
    "brought_along": mark("brought along from another chamber"),
    "mistaken_absence": mark("an absence recorded by mistake"),
    "handed": mark("handed over"),
    "collected": mark("collected"),
    "posted": mark("posted"),
    "received": mark("letter received"),
    "notified": mark("creditor told"),
    "closed": mark("closed"),
    "withdrawn": mark("withdrawn"),
    "pending": mark("waits again"),
    "returned": mark("returned unexecuted"),
    "forwarded": mark("forwarded by territory"),
}


class Sayings:
    """Codes in one language; a code that nobody knows is shown as it is."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def _of(self, table: Mapping[str, str], code: str | None) -> str:
        return "–" if code is None else self.words(table[code]) if code in table else code

    def state(self, code: str) -> str:
        """A writ's state."""
        return self.words(STATES[code][0]) if code in STATES else code

    def counted(self, code: str) -> str:
        """What a number of writs of a state is called."""
        return self._of(COUNTED, code)

    def look(self, code: str) -> str:
        """How a state, or that of a job, looks."""
        return (STATES.get(code) or JOBS.get(code) or ("", "done"))[1]

    def duty(self, code: str) -> str:
        """What is due."""
        return self._of(DUTIES, code)

    def job(self, code: str) -> str:
        """A job's state."""
        return self.words(JOBS[code][0]) if code in JOBS else code

    def kind(self, code: str) -> str:
        """What a job is."""
        return self._of(KINDS, code)

    def check(self, code: str) -> str:
        """What a check looks at."""
        return self._of(CHECKS, code)

    def form(self, code: str) -> str:
        """Paper or electronic."""
        return self._of(FORMS, code)

    def origin(self, code: str) -> str:
        """How a writ came."""
        return self._of(ORIGINS, code)

    def table(self, code: str) -> str:
        """A table's name."""
        return self._of(TABLES, code)

    def choice(self, code: str | None) -> str:
        """A code that an act is asked with."""
        return self._of(CHOICES, code)

    def event(self, code: str) -> str:
        """What an event is."""
        return self._of(EVENTS, code)

    def category(self, code: str | None) -> str:
        """One of those of ¶4."""
        return self._of(CATEGORIES, code)

    def short(self, code: str) -> str:
        """The same in a word or two."""
        return self._of(SHORT, code)

    def basis(self, code: str | None) -> str:
        """By which rule a writ went."""
        return "–" if code not in BASES else f"{self.words(BASES[code][0])} ({BASES[code][1]})"

    def waits(self, code: str) -> str:
        """Why a writ was not distributed."""
        return self.words(UNASSIGNED[code][0]) if code in UNASSIGNED else code

    def reason(self, code: str) -> str:
        """Why somebody is away or left out."""
        return self._of(REASONS, code)

    def role(self, code: str) -> str:
        """What a role is called."""
        return self._of(ROLES, code)
