"""The book: events, and tables of rows that an event writes and a later one ends.

Nothing is ever deleted, and of a row only `until` is ever set, once: triggers refuse everything else, so that no slip
of ours, and nobody without the right to drop a trigger, can change what has been written.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

#: Own columns of each table; a `#` marks whole numbers, a `!` what may not be missing.
_TABLES = {
    "districts": "district_id! name! chamber_id!",
    "enforcers": "enforcer_id! name! district_id! licensed_from! licensed_to",
    "attachments": "district_id! enforcer_id! valid_from! valid_to",
    "absences": "enforcer_id! reason! start! end reference",
    "writs": "writ_id! received_at! form! issued_by! number! issued_on! subject! claim! amount creditor_id! "
    "creditor_kind! debtor_id! debtor_district_id! case_id immediate! state_interest! signature original_attached "
    "origin! previous_enforcer_id",
    "recusals": "writ_id! enforcer_id! ground! decision!",
    "ledger": "writ_id! case_id debtor_id! category! enforcer_id! district_id! assigned_at! closed_at",
    "balances": "enforcer_id! category! #received! share!",
    "centres": "district_id!",
    "chambers": "chamber_id! commitment!",
    "states": "writ_id! state! at! batch_id",
    "assignments": "batch_id! writ_id! enforcer_id! category! basis! bundle_id! #pool_size! distribute_by! collect_by! "
    "notify_creditor_by! explanation! pool_id! lot_id! district_id!",
    "unassigned": "batch_id! writ_id! code! explanation!",
    "pools": "pool_id! enforcer_id!",
    "standing": "batch_id! enforcer_id! name! district_id! chamber_id! category! #received_before! #share_before! "
    "#received_after! #share_after!",
    "batches": "batch_id! chamber_id! #number! kind! as_of! seed! secret! commitment! commitment_next! input_digest! "
    "public_source public_value! status! status_total! #objective! #lower_bound! #objective_total! #lower_bound_total! "
    "link! manifest!",
    "rejected": "table! #row! column code! message!",
}

#: Indexes: name, table, columns, whether rows that hold are unique in it, and which rows are in it.
_HOLDS = "until IS NULL"
_UNDER_WAY = "until IS NULL AND state IN ('pending', 'assigned', 'collected', 'posted')"
_OPEN = "until IS NULL AND closed_at IS NULL"
_INDEXES = (
    ("districts_held", "districts", "district_id", True, _HOLDS),
    ("enforcers_held", "enforcers", "enforcer_id", True, _HOLDS),
    ("writs_held", "writs", "writ_id", True, _HOLDS),
    ("balances_held", "balances", "enforcer_id category", True, _HOLDS),
    ("chambers_held", "chambers", "chamber_id", True, _HOLDS),
    ("centres_held", "centres", "district_id", True, _HOLDS),
    # No writ is in two states, and of no writ are two proceedings open: no writ is ever assigned twice.
    ("states_held", "states", "writ_id", True, _HOLDS),
    ("ledger_open", "ledger", "writ_id", True, _OPEN),
    ("ledger_all", "ledger", "writ_id", False, None),
    # What one batch and one urgent writ look for among millions of rows.
    (
        "states_under_way",
        "states",
        "state",
        False,
        "until IS NULL AND state IN ('pending', 'assigned', 'collected', 'posted')",
    ),
    ("enforcers_of_district", "enforcers", "district_id", False, _HOLDS),
    ("attachments_of_district", "attachments", "district_id", False, _HOLDS),
    ("absences_of_enforcer", "absences", "enforcer_id", False, _HOLDS),
    ("ledger_of_debtor", "ledger", "debtor_id", False, None),
    ("ledger_of_enforcer", "ledger", "enforcer_id", False, _OPEN),
    ("writs_all", "writs", "writ_id", False, None),
    ("states_all", "states", "writ_id", False, None),
    ("balances_all", "balances", "enforcer_id", False, None),
    ("writs_of_debtor", "writs", "debtor_id", False, _HOLDS),
    ("recusals_of_writ", "recusals", "writ_id", False, None),
    ("assignments_of_writ", "assignments", "writ_id", False, None),
    ("assignments_of_batch", "assignments", "batch_id", False, None),
    ("unassigned_of_batch", "unassigned", "batch_id", False, None),
    ("standing_of_batch", "standing", "batch_id", False, None),
    ("pools_of_id", "pools", "pool_id enforcer_id", True, None),
    ("batches_of_chamber", "batches", "chamber_id number", True, None),
    ("batches_by_id", "batches", "batch_id", True, None),
)


def upgrade() -> None:
    """Make everything."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "settings", sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.Text, nullable=False)
    )
    op.create_table(
        "secrets",
        sa.Column("chamber_id", sa.Text, primary_key=True),
        sa.Column("number", number, primary_key=True),
        sa.Column("secret", sa.Text, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("seq", number, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("at", "who", "what")),
        *(sa.Column(name, sa.Text) for name in ("document", "chamber_id", "subject")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("payload", "previous", "hash")),
    )
    for table, columns in _TABLES.items():
        op.create_table(
            table, sa.Column("id", number, primary_key=True), *map(_column, columns.split()), *_life(number)
        )
    for name, table, columns, unique, where in _INDEXES:
        condition = None if where is None else sa.text(where)
        op.create_index(name, table, columns.split(), unique=unique, sqlite_where=condition, postgresql_where=condition)
    for table in _TABLES:
        # An audit and a past batch's input look for the rows of an event.
        op.create_index(f"{table}_since", table, ["since"])
    _refuse(op.get_bind().dialect.name)


def _column(word: str) -> sa.Column:
    name = word.strip("#!")
    kind = sa.BigInteger() if word.startswith("#") else sa.Text()
    return sa.Column(name, kind, nullable=not word.endswith("!"))


def _life(number: sa.types.TypeEngine) -> list[sa.Column]:
    return [
        sa.Column("since", number, nullable=False),
        sa.Column("until", number),
        sa.Column("row_hash", sa.Text, nullable=False),
    ]


def _refuse(store: str) -> None:
    """Triggers against every change but the first setting of `until`."""
    fixed = ("events", "settings", "secrets")
    if store == "sqlite":
        for table in (*fixed, *_TABLES):
            said = f"SELECT RAISE(ABORT, '{table}: what the book holds is not changed or deleted')"
            op.execute(f'CREATE TRIGGER {table}_stay BEFORE DELETE ON "{table}" BEGIN {said}; END')
            when = _unless_ended(table, fixed)
            op.execute(f'CREATE TRIGGER {table}_fixed BEFORE UPDATE ON "{table}" {when} BEGIN {said}; END')
        return
    op.execute(
        "CREATE FUNCTION book_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '%: what the book holds is not changed or deleted', TG_TABLE_NAME; END $$"
    )
    for table in (*fixed, *_TABLES):
        refuse = "EXECUTE FUNCTION book_refuses()"
        op.execute(f'CREATE TRIGGER {table}_stay BEFORE DELETE ON "{table}" FOR EACH ROW {refuse}')
        op.execute(f'CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT {refuse}')
        when = _unless_ended(table, fixed)
        op.execute(f'CREATE TRIGGER {table}_fixed BEFORE UPDATE ON "{table}" FOR EACH ROW {when} {refuse}')


def _unless_ended(table: str, fixed: tuple[str, ...]) -> str:
    """WHEN anything but `until` changes, or it is set already."""
    if table in fixed:
        return ""
    names = ["id", *(word.strip("#!") for word in _TABLES[table].split()), "since", "row_hash"]
    old, new = (", ".join(f'{row}."{name}"' for name in names) for row in ("OLD", "NEW"))
    if op.get_bind().dialect.name == "sqlite":
        return f"WHEN ({old}) IS NOT ({new}) OR OLD.until IS NOT NULL OR NEW.until IS NULL"
    return f"WHEN (({old}) IS DISTINCT FROM ({new}) OR OLD.until IS NOT NULL OR NEW.until IS NULL)"
