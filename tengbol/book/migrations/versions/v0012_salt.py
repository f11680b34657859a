"""Rows of names have a salt, which is erased with them; those that were there have none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tengbol.book.migrations.making import keep

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add it, and let the trigger watch it, too."""
    op.add_column("names", sa.Column("salt", sa.Text()))
    sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in ("names_fixed", "names_stay") if sqlite else ("names_fixed", "names_stay", "names_kept"):
        op.execute(f"DROP TRIGGER {trigger}" + ("" if sqlite else " ON names"))
    erased = ["debtor_name", "creditor_name", "salt"]
    keep("names", ["id", "writ_id", *erased, "since", "row_hash"], erased=erased)
