"""What later steps make as the first one did: a table of rows that are never changed or deleted, only ended once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def make_table(name: str, columns: Mapping[str, bool], indexes: Mapping[str, str]) -> None:
    """Make a table of text columns (whether each may be missing), with its life, indexes and triggers.

    A name that begins with `#` is a column of whole numbers. indexes: name → column; those that end in `_held` are
    unique among the rows that hold.
    """
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        name,
        sa.Column("id", number, primary_key=True),
        *(
            sa.Column(column.strip("#"), sa.BigInteger() if column.startswith("#") else sa.Text(), nullable=missing)
            for column, missing in columns.items()
        ),
        sa.Column("since", number, nullable=False),
        sa.Column("until", number),
        sa.Column("row_hash", sa.Text, nullable=False),
    )
    holds = sa.text("until IS NULL")
    for index, column in indexes.items():
        unique = index.endswith("_held")
        where = holds if unique else None
        op.create_index(index, name, column.split(), unique=unique, sqlite_where=where, postgresql_where=where)
    op.create_index(f"{name}_since", name, ["since"])
    keep(name, ["id", *(column.strip("#") for column in columns), "since", "row_hash"])


def triggers_of(table: str) -> list[str]:
    """Names of a table's triggers."""
    if op.get_bind().dialect.name == "sqlite":
        asked = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table ORDER BY name"
    else:
        asked = "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(:table) AND NOT tgisinternal ORDER BY tgname"
    return [row[0] for row in op.get_bind().execute(sa.text(asked), {"table": table})]


def keep(table: str, fixed: list[str], erased: Sequence[str] = ()) -> None:
    """Triggers against every change of a table but the first setting of `until`. fixed: columns that never change.

    erased: columns of those that may become a commitment, with the row's hash, which hides what they were.
    """
    old, new = (", ".join(f'{row}."{column}"' for column in fixed) for row in ("OLD", "NEW"))
    sqlite = op.get_bind().dialect.name == "sqlite"
    other = "OLD.{0} IS NOT NEW.{0}" if sqlite else "OLD.{0} IS DISTINCT FROM NEW.{0}"
    kept = [name for name in fixed if name not in (*erased, "row_hash")]
    # As `naming.ERASED`: once a commitment, always that one.
    is_one = "{0} LIKE '#%' AND length({0}) = 65"
    hidden = [
        *(other.format(f'"{name}"') for name in (*kept, "until")),
        *(
            f"({other.format(name)} AND (OLD.{name} IS NULL OR NEW.{name} IS NULL "
            f"OR ({is_one.format(f'OLD.{name}')}) OR NOT ({is_one.format(f'NEW.{name}')})))"
            for name in erased
        ),
        f"NOT ({' OR '.join(other.format(name) for name in erased)})",
    ]
    unless = f"({' OR '.join(hidden)}) AND " if erased else ""
    if sqlite:
        said = f"SELECT RAISE(ABORT, '{table}: what the book holds is not changed or deleted')"
        when = f"WHEN {unless}(({old}) IS NOT ({new}) OR OLD.until IS NOT NULL OR NEW.until IS NULL)"
        op.execute(f'CREATE TRIGGER {table}_stay BEFORE DELETE ON "{table}" BEGIN {said}; END')
        op.execute(f'CREATE TRIGGER {table}_fixed BEFORE UPDATE ON "{table}" {when} BEGIN {said}; END')
        return
    refuse = "EXECUTE FUNCTION book_refuses()"
    when = f"WHEN ({unless}(({old}) IS DISTINCT FROM ({new}) OR OLD.until IS NOT NULL OR NEW.until IS NULL))"
    op.execute(f'CREATE TRIGGER {table}_stay BEFORE DELETE ON "{table}" FOR EACH ROW {refuse}')
    op.execute(f'CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT {refuse}')
    op.execute(f'CREATE TRIGGER {table}_fixed BEFORE UPDATE ON "{table}" FOR EACH ROW {when} {refuse}')
