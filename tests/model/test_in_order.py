"""The order of ids, by which a batch lists its writs: that of their bytes, whatever they are."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tengbol.model.in_order import in_order

#: As a chamber numbers its writs; of any signs, as long as each other or not; so long that no number holds them.
IDS = st.one_of(
    st.lists(st.text("0129", min_size=2, max_size=2), unique=True, min_size=6).map(
        lambda ns: [f"10-26-{n}" for n in ns]
    ),
    st.lists(st.text("aбә0", min_size=1, max_size=4), unique=True),
    st.lists(st.text("01aбә€😀", min_size=3, max_size=3), unique=True),
    st.lists(st.text("0123456789abcdef", min_size=24, max_size=24), unique=True),
)


@given(IDS)
def test_ids_stand_in_the_order_of_their_bytes(ids: list[str]):
    found = in_order(pl.Series("id", ids, dtype=pl.String)).to_list()
    assert [ids[n] for n in found] == sorted(ids, key=str.encode)
