"""What a book holds, told in few words; and hands that a test acts with."""

from __future__ import annotations

import dataclasses

from books import NOW, clerk

from tengbol.book.kept import held


def holder(store, writ_id):
    return held(store, "ledger", "t.writ_id = :id AND t.closed_at IS NULL", id=writ_id)["enforcer_id"].to_list()


def state(store, writ_id):
    return held(store, "states", "t.writ_id = :id", id=writ_id)["state"][0]


def holding(store, enforcer_id):
    return sorted(held(store, "ledger", "t.enforcer_id = :id AND t.closed_at IS NULL", id=enforcer_id)["writ_id"])


def two(document="Order 9 of 24 November", at=NOW, second="chair"):
    """A clerk who acts on a document, and who has checked it."""
    return dataclasses.replace(clerk(document=document, at=at), second=second)


def balances(store):
    rows = held(store, "balances").select("enforcer_id", "category", "received", "share").rows()
    return {(who, category): (received, share) for who, category, received, share in rows if received or float(share)}


TRIGGERS = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"


def unlocked(store):
    """Take the triggers away, as somebody with all rights could."""
    if store.url.startswith("sqlite"):
        for name, _ in store.connection.execute(TRIGGERS).fetchall():
            store.connection.execute(f"DROP TRIGGER {name}")
    else:
        store.connection.execute("SET session_replication_role = replica")
    return store
