"""Days that a writ may not have: nothing of an electronic one is collected (¶8), and a paper one's creditor is told
within three days of its receipt (¶15), of which its batch knows nothing. States between: handed over, and received by
the registered letter.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_UNDER_WAY = "until IS NULL AND state IN ('pending', 'assigned', 'handed', 'collected', 'posted', 'received')"


def upgrade() -> None:
    """Let two columns be empty, and the index of writs under way know the new states."""
    kept: list[str] = []
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        # The store makes the table anew to change a column, and forgets its triggers.
        triggers = op.get_bind().execute(
            sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'assignments' ORDER BY name")
        )
        kept = [row[0] for row in triggers]
    with op.batch_alter_table("assignments") as table:
        for name in ("collect_by", "notify_creditor_by"):
            table.alter_column(name, existing_type=sa.Text(), nullable=True)
    if sqlite:
        for trigger in kept:
            op.execute(trigger)
    op.drop_index("states_under_way", table_name="states")
    condition = sa.text(_UNDER_WAY)
    op.create_index("states_under_way", "states", ["state"], sqlite_where=condition, postgresql_where=condition)
