"""Names may become commitments, once; nothing else of their rows changes."""

from __future__ import annotations

from alembic import op

from tengbol.book.migrations.making import keep

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Let the trigger pass it."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute("DROP TRIGGER names_fixed" + ("" if sqlite else " ON names"))
    op.execute("DROP TRIGGER names_stay" + ("" if sqlite else " ON names"))
    if not sqlite:
        op.execute("DROP TRIGGER names_kept ON names")
    keep(
        "names",
        ["id", "writ_id", "debtor_name", "creditor_name", "since", "row_hash"],
        erased=["debtor_name", "creditor_name"],
    )
