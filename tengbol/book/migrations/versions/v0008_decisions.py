"""Why each writ went where it went or waits, as columns, and the certificate of each batch (docs/format-2.md).

Batches from before have neither: their sentences stand as they were written.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tengbol.book.migrations.making import keep, make_table, triggers_of

revision = "0008"
down_revision = "0007"

#: What each table had, and what it gets; `#` marks whole numbers.
_MORE = {
    "assignments": (
        "batch_id writ_id enforcer_id category basis bundle_id pool_size distribute_by collect_by notify_creditor_by "
        "explanation pool_id lot_id district_id",
        "#alike",
    ),
    "unassigned": (
        "batch_id writ_id code explanation",
        "district_id received_at signature amount #limit holder basis #writs last index_day",
    ),
    "batches": (
        "batch_id chamber_id number kind as_of seed secret commitment commitment_next input_digest public_source "
        "public_value status status_total objective lower_bound objective_total lower_bound_total link manifest",
        "certificate",
    ),
}


def upgrade() -> None:
    """Add columns, and what refuses to change them; make the tables of pools and claims."""
    for table, (had, gets) in _MORE.items():
        where = "" if op.get_bind().dialect.name == "sqlite" else f" ON {table}"
        for trigger in triggers_of(table):
            op.execute(f"DROP TRIGGER {trigger}{where}")
        names = gets.split()
        for name in names:
            kind = sa.BigInteger() if name.startswith("#") else sa.Text()
            op.add_column(table, sa.Column(name.strip("#"), kind))
        keep(table, ["id", *had.split(), *(name.strip("#") for name in names), "since", "row_hash"])
    make_table(
        "left_out",
        {"batch_id": False, "district_id": False, "pool_id": True, "enforcer_id": False, "reason": False},
        {"left_out_of_batch": "batch_id"},
    )
    make_table(
        "passed_over",
        dict.fromkeys(("batch_id", "bundle_id", "#place", "enforcer_id", "basis", "reason"), False),
        {"passed_over_of_batch": "batch_id"},
    )
    make_table(
        "shares",
        dict.fromkeys(("batch_id", "pool_id", "category", "enforcer_id", "#writs", "share"), False),
        {"shares_of_batch": "batch_id"},
    )
