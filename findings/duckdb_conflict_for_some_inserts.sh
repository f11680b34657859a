#!/usr/bin/env bash
# What: DuckDB 2.0.1 (PyPI), a column that is UNIQUE and COLLATE NOCASE, and the ways of inserting into it.
# Where it was met: names in two spellings, ӘЛИЯ and Әлия, loaded into one list that is to have each once.
# Expected: what is a conflict for `INSERT OR IGNORE` and `ON CONFLICT` is one for a plain `INSERT`, too: both ask the
#   constraint of the same column.
# Seen: the plain `INSERT` takes the second spelling, since the constraint compares bytes. `OR IGNORE` and `DO NOTHING`
#   drop the same row, and `DO UPDATE` changes the row of the other spelling, since they look for it by the column's
#   collation, as a join does. Where both spellings got in, one `DO UPDATE` of a third changes both rows.
# Source: run here. Issues 19675 and 24319 of duckdb/duckdb tell that the constraint overlooks the collation; that the
#   conflict clauses do not was found in none.
# What follows: keep names in one spelling of case in a column of its own and make that unique; do not take "OR IGNORE"
#   for a plain INSERT that is merely quiet.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==2.0.1
"$place/venv/bin/python" - <<'PYTHON'
import duckdb

UPSERT = "on conflict (name) do update set seen = excluded.seen"


def after(*statements):
    connection = duckdb.connect()
    connection.execute("create table people (name varchar collate nocase unique, seen integer)")
    connection.execute("insert into people values ('Әлия', 1)")
    for statement in statements:
        connection.execute(statement)
    found = sorted(connection.execute("select name, seen from people").fetchall())
    print(statements, found)
    return found


plain = "insert into people values ('ӘЛИЯ', 2)"
assert len(after(plain)) == 2, "the constraint follows the collation now"
assert after("insert or ignore into people values ('ӘЛИЯ', 2)") == [("Әлия", 1)], "OR IGNORE compares bytes now"
assert after(f"{plain} on conflict do nothing") == [("Әлия", 1)], "DO NOTHING compares bytes now"
assert after(f"{plain} {UPSERT}") == [("Әлия", 2)], "DO UPDATE compares bytes now"
assert [seen for _, seen in after(plain, f"insert into people values ('әлия', 9) {UPSERT}")] == [9, 9]
PYTHON
