"""Names of debtors and creditors, for paper: beside the writs, in no batch's input and in nothing that is published."""

from __future__ import annotations

from tengbol.book.migrations.making import make_table

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make their table."""
    columns = {"writ_id": False, "debtor_name": True, "creditor_name": True}
    make_table("names", columns, {"names_held": "writ_id"})
