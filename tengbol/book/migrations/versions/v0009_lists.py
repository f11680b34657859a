"""Indexes by which the service reads lists page by page, whatever the length of a book's past."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_HOLDS = "until IS NULL"
_OPEN = "until IS NULL AND closed_at IS NULL"
#: Name, table, columns, and which rows are in it.
_INDEXES = (
    # Writs in one state, in the order of their ids or of their coming into it; and how many there are.
    ("states_of_state", "states", "state writ_id", _HOLDS),
    ("states_in_time", "states", "state at writ_id", _HOLDS),
    ("ledger_of_enforcer", "ledger", "enforcer_id writ_id", _OPEN),
    ("writs_of_district", "writs", "debtor_district_id writ_id", _HOLDS),
    ("assignments_of_batch", "assignments", "batch_id writ_id", None),
    ("assignments_of_pool", "assignments", "pool_id batch_id", None),
    # Bound on the word of their row alone (¶11): few of all.
    ("assignments_returned", "assignments", "writ_id", "basis = 'returned'"),
    ("unassigned_of_writ", "unassigned", "writ_id", None),
    ("pools_of_enforcer", "pools", "enforcer_id", None),
    ("events_of_kind", "events", "what seq", None),
    ("events_of_subject", "events", "subject seq", None),
    ("jobs_in_time", "jobs", "asked_at job_id", None),
)


#: Columns that go together: a planner that takes them one by one expects half a million where ten thousand wait.
_TOGETHER = {"states": "state, until", "ledger": "until, closed_at"}


def upgrade() -> None:
    """Make them, and drop those that they make needless."""
    op.drop_index("states_under_way", table_name="states")
    for name, table, columns, where in _INDEXES:
        if name in ("ledger_of_enforcer", "assignments_of_batch"):
            op.drop_index(name, table_name=table)
        condition = None if where is None else sa.text(where)
        op.create_index(name, table, columns.split(), sqlite_where=condition, postgresql_where=condition)
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in _TOGETHER.items():
            op.execute(f"CREATE STATISTICS {table}_together (mcv) ON {columns} FROM {table}")
            op.execute(f"ANALYZE {table}")
