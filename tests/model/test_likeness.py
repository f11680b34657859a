"""Case numbers are compared as people read them, by the law and by the checker alike."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tengbol.model.folding import folded_id
from tengbol.verify.likeness import as_read

_SIGNS = "АВЕКМНОРСТХУІабкк№ NnOo.°-\u2013\u2014/\\\u2044 0123KkҺһsѕSйЁё\u00a0"


@given(st.text(_SIGNS, max_size=8), st.text(_SIGNS, max_size=8))
def test_the_checker_finds_two_numbers_alike_just_where_the_law_does(one, other):
    folded = pl.Series([one, other]).to_frame("text").select(folded_id(pl.col("text"))).to_series()
    assert (folded[0] == folded[1]) == (as_read(one) == as_read(other))


@given(st.text(_SIGNS, min_size=1, max_size=8), st.data())
def test_a_number_typed_otherwise_is_the_same(number, data):
    typed = "".join(data.draw(st.sampled_from([sign, sign.lower(), sign.upper(), f" {sign}"])) for sign in number)
    assert as_read(typed) == as_read(number)
