"""The service's own tables beside the book: accounts, sessions, tokens, requests, proposals, jobs, webhooks.

Their rows may change and be deleted, so they have no triggers; what matters of them is an event.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_KEYS = {"requests": 2}
_NUMBERS = {"totp_last", "failures", "given", "event", "status", "tries", "done", "total", "number"}
_TABLES = {
    "accounts": "login name role chamber_id enforcer_id password given totp totp_last failures locked_until made_at "
    "closed_at",
    "sessions": "digest login csrf made_at seen_at ends_at",
    "tokens": "token_id digest login name scopes made_at ends_at ended_at",
    "requests": "login once digest at event status answer",
    "proposals": "proposal_id verb subject arguments document asked_by asked_at effect state decided_by decided_at "
    "event",
    "jobs": "job_id chamber_id kind arguments asked_by asked_at state owner beat_at done total event batch_id number "
    "told",
    "hooks": "hook_id url secret kinds made_by made_at ended_at event",
    "deliveries": "delivery_id hook_id event state tries next_at status told",
}
_INDEXES = {"sessions": "login", "proposals": "state", "jobs": "state", "deliveries": "state"}


def upgrade() -> None:
    """Make them."""
    for table, columns in _TABLES.items():
        names = columns.split()
        keys = names[: _KEYS.get(table, 1)]
        op.create_table(
            table,
            *(
                sa.Column(name, sa.BigInteger() if name in _NUMBERS else sa.Text())
                for name in names
                if name not in keys
            ),
            *(sa.Column(name, sa.Text(), nullable=False) for name in keys),
            sa.PrimaryKeyConstraint(*keys),
        )
    for table, column in _INDEXES.items():
        op.create_index(f"{table}_{column}", table, [column])
