"""Recusals of persons (¶12): whom an enforcer is kept from, until when, and the papers of a creditor's complaint.

A recusal of a person names no writ, so that column may be empty now. Lines of earlier rows stay what they were
(`canon.lines`).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tengbol.book.migrations.making import keep, triggers_of

revision = "0007"
down_revision = "0006"

_NEW = ("party_id", "valid_to", "application", "confirmation")
_OWN = ["id", "writ_id", "enforcer_id", "ground", "decision", *_NEW, "since", "row_hash"]


def upgrade() -> None:
    """Add their columns, and what refuses to change them."""
    where = "" if op.get_bind().dialect.name == "sqlite" else " ON recusals"
    for trigger in triggers_of("recusals"):
        op.execute(f"DROP TRIGGER {trigger}{where}")
    with op.batch_alter_table("recusals") as table:
        table.alter_column("writ_id", existing_type=sa.Text(), nullable=True)
        for name in _NEW:
            table.add_column(sa.Column(name, sa.Text()))
    op.create_index("recusals_of_party", "recusals", ["party_id"])
    keep("recusals", _OWN)
