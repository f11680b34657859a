"""A record holds what a distribution decided, whichever way it came about, and nothing of it depends on row order."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest
from chambers import HOME, decide, typed
from small import district, proceeding, writ

from tengbol.batch import distribute
from tengbol.report.record import SCHEMAS, joined, of_distribution, record

WRITS = [
    *(writ(f"w{n}") for n in range(7)),
    writ("pair-a", case_id="K", debtor_id="d-1"),
    writ("pair-b", case_id="K", debtor_id="d-1"),
    writ("alimony", claim="alimony", amount=None, debtor_id="payer"),
    writ("nowhere", debtor_district_id="D4"),
]
PAST = [proceeding("L", "E2", debtor_id="payer", category="alimony")]


def recorded(as_of="2026-11-23T18:00:00", batch_id="B", **more):
    chamber = typed({**HOME, "writs": WRITS, "ledger": PAST})
    made = distribute(chamber, as_of=datetime.fromisoformat(as_of), seed="ab12")
    return made, of_distribution(chamber, made, batch_id=batch_id, **more)


def test_every_assignment_stands_with_its_pool_its_district_and_its_writ():
    made, kept = recorded()
    assert kept.assignments.height == made.assignments.height == 10
    later = ("collect_by", "handed_at", "collected_at", "notified_at")
    bare = kept.assignments.select(pl.exclude(*later, "amount", "alike"))
    assert bare.null_count().row(0) == (0,) * bare.width
    sizes = kept.pools.group_by("pool_id").agg(members=pl.len().cast(pl.Int64))
    joined_sizes = kept.assignments.join(sizes, on="pool_id", how="left")
    assert joined_sizes["members"].to_list() == joined_sizes["pool_size"].to_list()


def test_the_amount_is_told_of_money_claims_alone():
    kept = recorded()[1].assignments
    assert kept.filter(writ_id="alimony")["amount"].to_list() == [None]
    assert kept.filter(writ_id="w0")["amount"].to_list() == [50000.0]


def test_objectives_are_whole_squared_thousandths():
    made, kept = recorded()
    row = kept.batches.row(0, named=True)
    assert (row["objective"], row["lower_bound"]) == (made.proof.objective, made.proof.lower_bound)
    assert row["status"] == "optimal"


def test_what_no_book_has_kept_is_null():
    kept = recorded()[1]
    assert kept.batches.select("secret", "input_digest", "public_value", "commitment", "link").row(0) == (None,) * 5
    assert kept.events.is_empty()


def test_a_book_s_chain_stands_in_its_batch():
    kept = recorded(chain={"secret": "aa", "link": "bb"})[1]
    assert kept.batches.select("secret", "link").row(0) == ("aa", "bb")


def test_the_chamber_is_named_only_where_there_is_one():
    assert recorded()[1].batches["chamber_id"].item() == "C1"
    two = [district("D1"), district("D2", "C2"), district("D3"), district("D4")]
    whole = decide(*WRITS, districts=two).whole
    chamber = typed({**HOME, "writs": WRITS, "districts": two})
    assert of_distribution(chamber, whole, batch_id="B").batches["chamber_id"].item() is None


def test_joined_records_are_one_whatever_their_order():
    first, second = recorded(batch_id="A", number=1)[1], recorded("2026-11-24T18:00:00", "B", number=2)[1]
    one, other = joined([first, second]), joined([second, first])
    for name in SCHEMAS:
        assert getattr(one, name).equals(getattr(other, name)), name
    assert one.batches["number"].to_list() == [1, 2]
    assert one.pools.equals(first.pools)


def test_of_an_enforcer_known_twice_the_latest_row_stays():
    first, second = recorded(batch_id="A")[1], recorded("2026-11-24T18:00:00", "B", number=2)[1]
    renamed = record(
        **{name: getattr(second, name) for name in SCHEMAS if name != "enforcers"},
        enforcers=second.enforcers.with_columns(name=pl.lit("married since")),
    )
    assert set(joined([renamed, first]).enforcers["name"]) == {"married since"}


def test_a_record_refuses_a_table_of_another_shape():
    from dataclasses import replace

    with pytest.raises(TypeError, match="pools of a record"):
        replace(recorded()[1], pools=pl.DataFrame({"pool_id": [1]}))
