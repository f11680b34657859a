"""A writ that came with a fault stays on the law's clock until it is completed by its id (¶6, ¶7). On both stores."""

from __future__ import annotations

import datetime as dt

import pytest
from books import batch, clerk, home, mark, opened, take
from small import writ

from tengbol.book.audit import audit
from tengbol.book.due import due
from tengbol.book.kept import held
from tengbol.errors import UnusableInputError

CAME = "2026-11-02T10:00:00"
FRIDAY = dt.date(2026, 11, 20)


def asked(store, day=FRIDAY):
    found = due(store, day).writs.filter(what="complete")
    return dict(found.select("writ_id", "by").rows())


def state(store, writ_id):
    return held(store, "states", "t.writ_id = :id", id=writ_id)["state"].to_list()


def test_a_writ_without_a_number_is_asked_for_by_the_term_of_its_receipt(url, tmp_path):
    faulty = writ("W9", received_at=CAME, issued_on="2026-10-20", number=None)
    store = opened(url, tmp_path, home(writs=[writ("W1"), faulty]))
    assert state(store, "W9") == ["incomplete"] and held(store, "writs")["writ_id"].to_list() == ["W1"]
    assert asked(store) == {"W9": dt.date(2026, 11, 5)}
    told = str(due(store, FRIDAY))
    assert "late since 2026-11-05: complete W9 and distribute it (number is empty" in told
    assert audit(store).ok, str(audit(store))


def test_an_immediate_one_is_due_the_same_day(url, tmp_path):
    store = opened(url, tmp_path, home(writs=[writ("W9", received_at=CAME, issued_on="?", immediate="true")]))
    assert asked(store) == {"W9": dt.date(2026, 11, 2)}


@pytest.mark.parametrize("received_at", [None, "soon", "2066-11-02T10:00:00"])
def test_one_whose_receipt_cannot_be_read_counts_from_when_its_row_came(url, tmp_path, received_at):
    store = opened(url, tmp_path)
    take(store, tmp_path, clerk(), writs=[writ("W9", received_at=received_at)])
    assert asked(store, dt.date(2026, 11, 30)) == {"W9": dt.date(2026, 11, 26)}


def test_a_good_row_of_its_id_completes_it_and_it_is_distributed_with_its_own_term(url, tmp_path):
    store = opened(url, tmp_path, home(writs=[writ("W9", received_at=CAME, issued_on=None)]))
    assert take(store, tmp_path, writs=[writ("W9", received_at=CAME, issued_on="2026-10-20")]).rejected.is_empty()
    assert state(store, "W9") == ["pending"] and held(store, "incomplete").is_empty() and not asked(store)
    made = batch(store, clerk(), as_of=dt.datetime(2026, 11, 23, 18))
    assert made.result.assignments["distribute_by"].to_list() == [dt.date(2026, 11, 5)]
    assert audit(store).ok


def test_the_same_fault_again_is_no_news_and_another_one_takes_its_place(url, tmp_path):
    store = opened(url, tmp_path, home(writs=[writ("W9", received_at="?")]))
    before = held(store, "incomplete")
    take(store, tmp_path, writs=[writ("W9", received_at=before["received_at"][0], number=None)])
    assert held(store, "incomplete")["message"].to_list() == ["number is empty; it is needed in every row."]
    known = held(store, "incomplete")
    take(store, tmp_path, writs=[writ("W9", received_at=before["received_at"][0], number=None)])
    assert held(store, "incomplete").equals(known) and state(store, "W9") == ["incomplete"]


def test_a_faulty_row_of_a_writ_that_the_book_has_changes_nothing(url, tmp_path):
    store = opened(url, tmp_path)
    take(store, tmp_path, writs=[writ("W0", number=None)])
    assert state(store, "W0") == ["pending"] and held(store, "incomplete").is_empty()


def test_it_can_be_withdrawn_and_is_then_not_asked_for(url, tmp_path):
    store = opened(url, tmp_path, home(writs=[writ("W9", received_at=CAME, number=None)]))
    mark(store, clerk(), "withdrawn", ["W9"])
    assert not asked(store)
    with pytest.raises(UnusableInputError, match="W9 was never complete; import its row"):
        mark(store, clerk(), "pending", ["W9"])


def test_rows_that_name_no_writ_leave_nothing_to_take(url, tmp_path):
    store = opened(url, tmp_path)
    with pytest.raises(UnusableInputError, match="writs: no row can be read"):
        take(store, tmp_path, districts=[], enforcers=[], writs=[writ(None)])
