"""Corrections: each writ that an act took from its enforcer, or gave again, and by which batch he had it."""

from __future__ import annotations

from tengbol.book.migrations.making import make_table

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make their table."""
    names = ["writ_id", "act", "batch_id", "enforcer_id", "category", "pool_id"]
    columns: dict[str, bool] = dict.fromkeys(names, False)
    make_table("corrections", columns, {})
