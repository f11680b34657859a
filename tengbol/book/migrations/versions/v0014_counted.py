"""How many writs are due is kept as it was after an event, so that nobody counts a million of them (`counted`)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make its table, of one row at most: it follows from other rows, so it is replaced, and no event tells of it."""
    op.create_table(
        "counted",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
    )
