"""What each page is called, what it is for and which paragraph it serves; and which of them are in a role's menu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tengbol.report.words import mark
from tengbol.service.roles import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Page:
    """title: in the menu and over the page. purpose: in one line, with its paragraph."""

    title: str
    purpose: str


#: By its name in the table of roles.
PAGES: Final[Mapping[str, Page]] = {
    "page.start": Page(mark("Today"), mark("What is to be done now, and where the chamber's book stands.")),
    "page.intake": Page(
        mark("Intake"), mark("Take a workbook into the book; what is wrong with it is told first (¶2, ¶6).")
    ),
    "page.writs": Page(mark("Writs"), mark("Find a writ: where it is, who has it, and until when it waits (¶7).")),
    "page.batches": Page(
        mark("Batches"), mark("Distribute what waits, look back at what was distributed, and check it (¶4, ¶7).")
    ),
    "page.ticks": Page(
        mark("Handing over"),
        mark("Tick off what was handed over, collected, posted, received, and told to the creditor (¶7, ¶8, ¶15)."),
    ),
    "page.due": Page(mark("Due and late"), mark("What has to be done today, and what is late (¶7, ¶8, ¶15).")),
    "page.acts": Page(
        mark("Acts"),
        mark("Absences, recusals and corrections: each shows what it would change before it is done (¶3, ¶12, ¶17)."),
    ),
    "page.proposals": Page(
        mark("To confirm"), mark("Acts that move a writ, until another person confirms or rejects them (¶12).")
    ),
    "page.evenness": Page(mark("Evenness"), mark("How even the distribution is, batch by batch (¶4, ¶16).")),
    "page.alarms": Page(mark("Alarms"), mark("What of a month deserves a look; an alarm accuses nobody (¶16).")),
    "page.whatif": Page(
        mark("What if"),
        mark("What it does to everyone else when somebody leaves, joins or moves; nothing is changed (¶3, ¶9, ¶17)."),
    ),
    "page.plan": Page(
        mark("Attachments"),
        mark("Whom to attach where, so that every district keeps enough enforcers, whoever leaves (¶9)."),
    ),
    "page.people": Page(mark("Enforcers"), mark("Who serves which district, who is away, who holds how much (¶9).")),
    "page.published": Page(
        mark("Public files"), mark("What the chamber publishes of its batches; anyone can check it by the file (¶15).")
    ),
    "page.events": Page(mark("Events"), mark("Every act in the book in order, each bound to the one before (¶15).")),
    "page.accounts": Page(mark("Accounts"), mark("Who may sign in, and in which role.")),
    "page.tokens": Page(mark("Tokens"), mark("By what a system calls the API, what each may do, and until when.")),
    "page.hooks": Page(mark("Webhooks"), mark("Where events are told by themselves, and what could not be told.")),
}
#: The menu's groups, in the order of a day.
GROUPS: Final = (
    (mark("Day"), ("page.start", "page.intake", "page.writs", "page.batches", "page.ticks", "page.due")),
    (mark("Decisions"), ("page.acts", "page.proposals", "page.whatif", "page.plan")),
    (mark("View"), ("page.evenness", "page.alarms", "page.people", "page.published", "page.events")),
    (mark("System"), ("page.accounts", "page.tokens", "page.hooks")),
)


def menu(role: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Groups of a role's menu: of each page its name, address and title."""
    found = []
    for title, names in GROUPS:
        mine = [(name, ENDPOINTS[name].path, PAGES[name].title) for name in names if role in ENDPOINTS[name].roles]
        if mine:
            found.append((title, mine))
    return found


def sees(role: str, name: str) -> bool:
    """Whether a page or an act of one is for a role, so that it is offered."""
    return role in ENDPOINTS[name].roles


def section(path: str) -> str | None:
    """The page of the menu under which an address lies: its own, or the one that leads to it."""
    first = path.split("/")[1]
    known = {ENDPOINTS[name].path.split("/")[1]: name for name in PAGES}
    return known.get(_LED_TO.get(first, first))


#: Addresses that no page of the menu has, by the one that leads there.
_LED_TO: Final = {
    "deliveries": "webhooks",
    "studies": "whatif",
    "jobs": "batches",
    "announcements": "batches",
    "audits": "events",
}
