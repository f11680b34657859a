"""Where the console does what `tengbol book` does: each verb with its page, or why it has none.

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
    **{verb: f"page.do_{verb}" for verb in ACTORS},
}
#: Verb → why the console has no page for it.
NOT_REACHED: Final[Mapping[str, str]] = {
    "init": "`tengbol serve` makes the book and brings it up to date at its start.",
    "export": "Whole tables with personal data leave the book; for whoever keeps the server.",
    "backup": "A copy of the whole book is for whoever keeps the server, and goes where he says.",
    "restore": "It puts another book in the place of this one; nobody may be signed in meanwhile.",
    "accept": "It takes an older book for the current one after a mishap; for whoever keeps the server.",
}
