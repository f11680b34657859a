"""What there is of events and of states of writs, each by the book's word for it, with its name on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tengbol.report.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

#: State of a writ → what it is called, and how it looks: `waits`, `good`, `done`, `wrong`.
STATES: Final[Mapping[str, tuple[str, str]]] = {
    "pending": (mark("waits"), "waits"),
    "set_aside": (mark("set aside"), "wrong"),
    "incomplete": (mark("incomplete"), "wrong"),
    "assigned": (mark("assigned"), "good"),
    "handed": (mark("handed over"), "good"),
    "collected": (mark("collected"), "good"),
    "posted": (mark("posted"), "good"),
    "received": (mark("letter received"), "good"),
    "notified": (mark("creditor told"), "done"),
    "closed": (mark("closed"), "done"),
    "withdrawn": (mark("withdrawn"), "done"),
    "annulled": (mark("annulled"), "done"),
}
#: What an event is, by the book's word for it.
EVENTS: Final[Mapping[str, str]] = {
    "book opened": mark("book opened"),
    "example book": mark("marked as an example"),
    "import": mark("tables taken in"),
    "import, rows accepted": mark("tables taken in without some rows, for a reason"),
    "names erased": mark("names erased"),
    "retention set": mark("days set for which names are kept"),
    "rows accepted": mark("lost rows accepted"),
    "book restored": mark("book restored from a backup"),
    "older book accepted": mark("older book accepted"),
    "book shared": mark("book opened to a group of the system"),
    "batch begun": mark("batch begun"),
    "batch": mark("batch distributed"),
    "batch tried": mark("draft of a batch made"),
    "urgent writ begun": mark("immediate writ begun"),
    "urgent writ": mark("immediate writ distributed"),
    "set aside": mark("writs set aside"),
    "departure": mark("proceedings of a departed enforcer returned"),
    "public value named": mark("public value named"),
    "leave": mark("absence recorded"),
    "pause": mark("pause recorded"),
    "return": mark("return recorded"),
    "transfer": mark("registered in another district"),
    "materials": mark("materials came"),
    "recusal": mark("recusal recorded"),
    "request": mark("step to a decision recorded"),
    "ruling": mark("ruling recorded"),
    "reassign": mark("writ taken for another"),
    "annul": mark("writ annulled"),
    "withdraw": mark("writ withdrawn"),
    "correct": mark("writ corrected"),
    "revoke": mark("act taken back"),
    "balance": mark("balance set"),
    "succeed": mark("district's code changed"),
    "centre": mark("centre of a region named"),
    "no centre": mark("named as no centre"),
    "returned": mark("returned unexecuted"),
    "forwarded": mark("forwarded by territory"),
    "handed": mark("marked as handed over"),
    "collected": mark("marked as collected"),
    "posted": mark("marked as posted"),
    "received": mark("letter marked as received"),
    "notified": mark("creditor marked as told"),
    "closed": mark("marked as closed"),
    "withdrawn": mark("marked as withdrawn"),
    "pending": mark("marked as waiting again"),
    "act proposed": mark("act put up for confirmation"),
    "proposal rejected": mark("act rejected"),
    "personal data opened": mark("personal data opened"),
    "account opened": mark("account opened"),
    "account changed": mark("account changed"),
    "account closed": mark("account closed"),
    "password set": mark("password set"),
    "password reset": mark("password set anew"),
    "one-time codes set": mark("one-time codes set up"),
    "sessions ended": mark("sessions ended"),
    "token given": mark("token given"),
    "token ended": mark("token ended"),
    "webhook made": mark("webhook made"),
    "webhook ended": mark("webhook ended"),
}
