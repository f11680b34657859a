"""Writs that came with a fault: their terms run from receipt all the same (¶7), so the book keeps them until they are
completed.
"""

from __future__ import annotations

from tengbol.book.migrations.making import make_table

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make their table."""
    columns = {name: False for name in ("writ_id", "received_at", "immediate", "code", "message")}
    make_table("incomplete", columns, {"incomplete_held": "writ_id"})
