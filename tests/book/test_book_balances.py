"""Balances by an act: on a document, by two people; and what a mistaken absence cost, never more."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from books import NOW, batch, clerk, home, leave, opened, take
from held_by import balances, two
from publishing import publish, unproven
from small import writ

from tengbol.book.audit import audit
from tengbol.book.balancing import balance, lost
from tengbol.book.due import due
from tengbol.book.revoking import revoke
from tengbol.errors import UnusableInputError
from tengbol.verify.public import verify_public

NEXT = NOW + dt.timedelta(days=1)
THIRD = Decimal("0.333333333")


def test_balances_come_after_the_first_batch_by_an_act_and_are_told(url, tmp_path):
    store = opened(url, tmp_path)
    batch(store, clerk(), as_of=NOW)
    asked = {"received": 5, "share": Decimal("4.5"), "reason": "brought_along"}
    for hand, said in ((clerk(), "--document"), (clerk(document="No. 1"), "--second")):
        with pytest.raises(UnusableInputError, match=said):
            balance(store, hand, "E1", "alimony", **asked)
    shown = balance(store, two(), "E1", "alimony", **asked, dry_run=True)
    assert "received +5, share +4.500000000" in str(shown) and ("E1", "alimony") not in balances(store)
    balance(store, two(), "E1", "alimony", **asked)
    assert balances(store)["E1", "alimony"] == (5, "4.500000000")
    with pytest.raises(UnusableInputError, match="already"):
        balance(store, two(), "E1", "alimony", **asked)
    take(store, tmp_path, writs=[writ(f"K{n}", claim="alimony", received_at=NEXT.isoformat()) for n in range(3)])
    batch(store, clerk(at=NEXT), as_of=NEXT)
    assert balances(store)["E1", "alimony"] == (5 + (balances(store)["E1", "alimony"][0] - 5), "5.499999999")
    assert unproven(verify_public(publish(store, tmp_path / "p.jsonl"))) == ["balances", "outside"]
    assert audit(store).ok, str(audit(store))


@pytest.mark.parametrize(
    ("who", "category", "more"),
    [
        ("E9", "alimony", {}),
        ("E1", "fines", {}),
        ("E1", "alimony", {"share": Decimal(-1)}),
        ("E1", "alimony", {"share": Decimal("0.0000000001")}),
        ("E1", "alimony", {"received": 10**7}),
        ("E1", "alimony", {"reason": "a favour"}),
    ],
)
def test_what_no_act_may_say_is_refused(tmp_path, who, category, more):
    store = opened(f"sqlite:///{tmp_path / 'b'}", tmp_path)
    with pytest.raises(UnusableInputError):
        balance(store, two(), who, category, **{"received": 1, "share": Decimal(1), "reason": "court_order", **more})


def test_a_mistaken_absence_gives_back_the_parts_he_would_have_had_and_never_more(url, tmp_path):
    """E1 is told away by mistake on a day of six writs: of each, he would have been one of three."""
    store = opened(url, tmp_path, home(writs=[]))
    leave(store, clerk(), "E1", reason="sickness", start=NOW.date(), end=NOW.date() + dt.timedelta(days=5), at=NOW)
    take(store, tmp_path, writs=[*(writ(f"W{n}") for n in range(6)), writ("far", debtor_district_id="D2")])
    batch(store, clerk(), as_of=NOW)
    assert lost(store, "E1", "individual") == 0, "the absence stands"
    revoke(store, two(), "E1")
    assert lost(store, "E1", "individual") == 6 * 333_333_333 and lost(store, "F1", "individual") == 0
    asked = {"received": None, "reason": "mistaken_absence"}
    for share in (6 * THIRD + Decimal("0.000000001"), Decimal(0)):
        with pytest.raises(UnusableInputError, match=r"at most 1\.999999998"):
            balance(store, two(), "E1", "individual", share=share, **asked)
    with pytest.raises(UnusableInputError, match="at most"):
        balance(store, two(), "E1", "individual", share=THIRD, received=1, reason="mistaken_absence")
    balance(store, two(), "E1", "individual", share=5 * THIRD, **asked)
    assert lost(store, "E1", "individual") == 333_333_333, "once, and never more"
    balance(store, two(), "E1", "individual", share=6 * THIRD, **asked)
    with pytest.raises(UnusableInputError, match=r"at most 0\.000000000"):
        balance(store, two(), "E1", "individual", share=7 * THIRD, **asked)
    take(store, tmp_path, writs=[writ(f"X{n}", received_at=NEXT.isoformat()) for n in range(3)])
    made = batch(store, clerk(at=NEXT), as_of=NEXT)
    got = made.result.assignments["enforcer_id"].to_list()
    assert got.count("E1") >= 2, "he has what he lacks"
    assert audit(store).ok and due(store, NEXT.date()) is not None
