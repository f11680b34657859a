"""Every verb of a book that asks it for anything, with words that it does its work by."""

from __future__ import annotations

from tengbol.book.access import connect
from tengbol.book.acts import head
from tengbol.book.audit import audit
from tengbol.book.kept import held
from tengbol.book.schema import TABLES

BY = ("--by", "clerk")


DOCUMENT = ("--document", "order 17")


SECOND = (*BY, *DOCUMENT, "--second", "chair")


#: Each verb that asks the book for anything, with words that it does its work by; `{folder}` and `{n}` are filled in.
VERBS = {
    "import": ("import", "{folder}/in", *BY),
    "batch": ("batch", *BY),
    "batch --dry-run": ("batch", "--dry-run", *BY),
    "assign": ("assign", "U", *BY),
    "announce": ("announce", "lottery of Friday", *BY),
    "leave": ("leave", "E1", "--reason", "licence_revoked", "--from", "2026-11-23", *BY, *DOCUMENT),
    "return": ("return", "E3", *BY),
    "pause": ("pause", "E2", "--from", "2026-11-23", *BY, *DOCUMENT),
    "transfer": ("transfer", "E2", "--to", "D2", *BY),
    "recuse": ("recuse", "W9", "E1", "--ground", "article_54", "--decision", "17", *BY),
    "recuse --party": ("recuse", "W0", "E1", "--ground", "article_54", "--decision", "17", "--party", "debtor", *BY),
    "request": ("request", "application", "W9", "--ground", "article_54", *BY, *DOCUMENT),
    "ruling": ("ruling", "R", *BY, *DOCUMENT),
    "materials": ("materials", "E1", *BY, *DOCUMENT),
    "mark": ("mark", "closed", "W0", "W1", *BY),
    "centre": ("centre", "D1", *BY),
    "returned": ("returned", "W0", *BY),
    "annul": ("annul", "W0", "--reason", "entered_twice", *SECOND),
    "withdraw": ("withdraw", "W0", "--reason", "creditor_withdrew", *BY, *DOCUMENT),
    "correct": ("correct", "W0", "--set", "debtor_district_id=D2", "--reason", "entered_wrongly", *SECOND),
    "reassign": ("reassign", "W0", "--ground", "court_order", "--decision", "No. 4", *SECOND),
    "revoke": ("revoke", "E3", *SECOND),
    "succeed": ("succeed", "D1", "D2", "--reason", "district_merged", *SECOND),
    "balance": ("balance", "E1", "alimony", "--share", "1.5", "--reason", "court_order", *SECOND),
    "backup": ("backup", "{folder}/copy"),
    "status": ("status",),
    "audit": ("audit",),
    "due": ("due",),
    "export": ("export", "{folder}/out{n}"),
    "export --batch": ("export", "{folder}/out{n}", "--batch", "1"),
    "verify": ("verify", "1"),
}


def rows(url: str) -> tuple[dict[str, int], int]:
    """How many rows hold in each table, and the last event's number; audited."""
    store = connect(url)
    found = audit(store)
    assert found.ok, str(found)
    counted = {name: held(store, name).height for name in TABLES}
    last = head(store)
    store.close()
    assert last is not None
    return counted, last["seq"]
