"""The writs of one bundle are found among a pool's, of which one batch may have given ten thousand."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Let the index of a pool's assignments go on to their bundle."""
    name = "assignments_of_pool"
    op.drop_index(name, table_name="assignments")
    op.create_index(name, "assignments", ["pool_id", "batch_id", "bundle_id"])
