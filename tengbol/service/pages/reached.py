"""Where the console does what the command line does with a book: each command with its page, or why it has none.

A test compares this with the command line: whoever adds a verb there says here where people without a terminal find it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tengbol.service.roles import ACTORS

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Verb → name of the page, in the table of roles.
REACHED: Final[Mapping[str, str]] = {
    "import": "page.intake_take",
    "status": "page.start",
    "audit": "page.audit",
    "batch": "page.run",
    "assign": "page.assign",
    "announce": "page.announce",
    "verify": "page.verify",
    "due": "page.due",
    "confirm": "page.decide",
    **{verb: f"page.do_{verb}" for verb in ACTORS},
}
#: Verb → why the console has no page for it.
NOT_REACHED: Final[Mapping[str, str]] = {
    "init": "`tengbol serve` makes the book and brings it up to date at its start.",
    "export": "Whole tables with personal data leave the book; for whoever keeps the server.",
    "backup": "A copy of the whole book is for whoever keeps the server, and goes where he says.",
    "restore": "It puts another book in the place of this one; nobody may be signed in meanwhile.",
    "erase": "What is erased is lost for good; for whoever keeps the server, on a document of the chamber.",
    "accept": "It takes an older book for the current one after a mishap; for whoever keeps the server.",
}
#: Commands beside `tengbol book` that do for files what a page does for the book → name of the page.
BESIDE: Final[Mapping[str, str]] = {
    "run": "page.run",
    "check": "page.intake_look",
    "verify": "page.verify",
    "report": "page.batch",
    "why": "page.others",
    "forms": "page.paper",
    "whatif": "page.whatif_ask",
    "plan": "page.plan_ask",
    "write": "page.published",
    "id": "page.paper",
}
#: Command → why the console has no page for it.
NOT_BESIDE: Final[Mapping[str, str]] = {
    "template": "An empty workbook to fill in asks no book.",
    "demo": "Invented tables are files; `tengbol serve --example` makes a book of them.",
    "judge": "It judges the assignments of any other system, by its files.",
    "find": "Whoever has the public file finds a writ in it without the book, and without a login.",
    "serve": "It is what serves the pages.",
}
