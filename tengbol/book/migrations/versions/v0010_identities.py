"""Accounts that sign in by an identity provider, and what its sign-ins under way need."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add them."""
    op.add_column("accounts", sa.Column("identity", sa.Text()))
    op.create_table(
        "identities",
        sa.Column("digest", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text()) for name in ("nonce", "verifier", "ends_at")),
        sa.PrimaryKeyConstraint("digest"),
    )
