#!/usr/bin/env bash
# What: alembic 1.20.1 with SQLAlchemy 2.1.9 (PyPI), `op.batch_alter_table` on SQLite, which makes a table anew to change
#   one of its columns.
# Where it was met: a migration of a record whose rows triggers forbid to change or delete.
# Expected: what is made anew is what was there. Indexes, unique constraints and rows are carried over, so triggers, which
#   belong to the table in the same catalogue, are too; or the migration stops where it cannot carry something over.
# Seen: the migration ends well, the index is there, the triggers are gone, and a row that could not be deleted before is
#   deleted.
# Source: run here; the page on batch migrations names constraints that are not carried over, and does not speak of
#   triggers.
# What follows: read the triggers of the table from sqlite_master first, and create them again afterwards.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check alembic==1.20.1 sqlalchemy==2.1.9
"$place/venv/bin/python" - <<'PYTHON'
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
with engine.connect() as connection:
    for statement in (
        "CREATE TABLE kept (id INTEGER PRIMARY KEY, day TEXT NOT NULL)",
        "CREATE INDEX kept_by_day ON kept (day)",
        "CREATE TRIGGER kept_for_good BEFORE DELETE ON kept BEGIN SELECT RAISE(ABORT, 'kept for good'); END",
        "INSERT INTO kept VALUES (1, '2026-11-23')",
    ):
        connection.exec_driver_sql(statement)
    try:
        connection.exec_driver_sql("DELETE FROM kept")
    except sa.exc.IntegrityError as error:
        print("before:", error.orig)
    else:
        raise AssertionError("the trigger does not hold")
    with Operations(MigrationContext.configure(connection)).batch_alter_table("kept") as table:
        table.alter_column("day", existing_type=sa.Text(), nullable=True)
    left = connection.exec_driver_sql("SELECT type, name FROM sqlite_master ORDER BY name").all()
    gone = connection.exec_driver_sql("DELETE FROM kept").rowcount
    print("after:", left, "rows deleted:", gone)
    assert ("index", "kept_by_day") in left
    assert not [name for kind, name in left if kind == "trigger"]
    assert gone == 1
PYTHON
