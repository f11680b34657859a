"""Names that are kept for so many days are erased by whoever serves the book: nobody has to think of it."""

from __future__ import annotations

import datetime as dt
import time

from books import batch, clerk, home, mark, opened
from served import people, served
from small import writ

from tengbol.asked import local_now
from tengbol.book.acts import events
from tengbol.book.audit import audit
from tengbol.book.naming import names_of
from tengbol.book.retention import retain


def test_a_server_erases_what_is_kept_no_longer(tmp_path):
    over = (local_now() - dt.timedelta(days=60)).replace(hour=18, minute=0, second=0, microsecond=0)
    came = {"received_at": over.isoformat(), "issued_on": over.date().isoformat(), "debtor_name": "Айгүл"}
    url = f"sqlite:///{tmp_path / 'chamber.book'}"
    store = opened(url, tmp_path, home(writs=[writ("W0", **came), writ("W1", **came)]))
    batch(store, clerk(), as_of=over)
    mark(store, clerk(), "closed", ["W0"], at=over)
    people(store)
    retain(store, clerk(document="order 6"), 30)
    with served(url) as server:
        until = time.monotonic() + 30
        while not (told := [line for line in server.logged if '"names erased"' in line]):
            assert time.monotonic() < until
            time.sleep(0.1)
    assert "W0" not in told[0] and "Айгүл" not in told[0]
    last = events(store, "what = 'names erased'").row(-1, named=True)
    assert (last["who"], last["document"]) == ("(tengbol serve)", "order 6")
    assert names_of(store, ["W0", "W1"]).sort("writ_id")["debtor_name"].to_list() == [None, "Айгүл"]
    assert audit(store).ok
    store.close()
