"""What `verify` does by columns, against the obvious way to do it one by one."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tengbol.verify.explaining import _two_places, filled
from tengbol.verify.grouping import together
from tengbol.verify.limits import _doubtful, _past
from tengbol.verify.lot import deal, misdealt
from tengbol.verify.masks import Names
from tengbol.verify.placing import gathered, last_at, places

writs = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.sampled_from(["K", "L", "K ", None]), st.booleans()),
    max_size=14,
)


@given(writs)
def test_writs_are_together_just_when_a_chain_of_cases_and_alimony_joins_them(rows):
    def tied(one, other):
        same_case = one[2] is not None and other[2] is not None and one[2].strip() == other[2].strip()
        return one[:2] == other[:2] and (same_case or (one[3] and other[3]))

    first = list(range(len(rows)))
    for _ in rows:
        for i, one in enumerate(rows):
            for j, other in enumerate(rows):
                if tied(one, other):
                    first[i] = first[j] = min(first[i], first[j])
    frame = pl.DataFrame(
        {
            "debtor_id": [row[0] for row in rows],
            "district_id": [row[1] for row in rows],
            "case_id": [row[2] for row in rows],
            "category": ["alimony" if row[3] else "individual" for row in rows],
        },
        schema=dict.fromkeys(("debtor_id", "district_id", "case_id", "category"), pl.String),
    )
    assert together(frame).tolist() == first


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["E1", "E2", "E3"])), max_size=20), st.integers(0, 99))
def test_bundles_are_dealt_again_as_class_by_class(rows, seed):
    ids, who = [f"w{n}" for n in range(len(rows))], ["E1", "E2", "E3"]
    due = {}
    for kind in {kind for kind, _ in rows}:
        own = [(name, row[1]) for name, row in zip(ids, rows, strict=True) if row[0] == kind]
        due |= deal(f"{seed:x}", [name for name, _ in own], Counter(enforcer for _, enforcer in own))
    kinds = np.array([kind for kind, _ in rows], dtype=np.int64)
    got = np.array([who.index(enforcer) for _, enforcer in rows], dtype=np.int64)
    wrong = dict(misdealt(kinds, ids, got, who, f"{seed:x}", Names()))
    assert wrong == {n: due[name] for n, name in enumerate(ids) if due[name] != rows[n][1]}


@given(st.decimals(0, 10**12, places=2))
def test_amounts_are_told_with_two_places(amount):
    assert pl.select(_two_places(pl.lit(float(amount)))).item() == f"{float(amount):.2f}"


def test_a_template_is_filled_row_by_row():
    rows = pl.DataFrame({"n": ["1", "2"]}).select(filled("a {n}, b {n}", {"n": pl.col("n")}))
    assert rows.to_series().to_list() == ["a 1, b 1", "a 2, b 2"]


@pytest.mark.parametrize("name", ["writ_id", "debtor_id", "subject", "name"])
@given(data=st.data())
def test_no_text_past_the_limits_is_taken_for_one_within(name, data):
    signs = st.sampled_from("aЖ=+-@\u200b\u202e\t\n\x07\u2028 ")
    cells = data.draw(st.lists(st.none() | st.text(signs, max_size=3) | st.just("x" * 201), max_size=4))
    column = pl.Series(name, cells, dtype=pl.String)
    past = column.to_frame().select(_past(name, pl.String())).to_series().fill_null(False)
    assert not past.any() or _doubtful(column)


def test_most_texts_are_looked_at_as_one():
    plain = defaultdict(lambda: ["W-1", "Жеке сот орындаушысы", None])
    assert not any(_doubtful(pl.Series(name, plain[name])) for name in ("writ_id", "debtor_id", "subject", "name"))


@given(st.lists(st.sampled_from("abcdef")), st.lists(st.sampled_from("abcd"), unique=True))
def test_places_are_those_of_each_id_and_of_several_at_one_the_last_counts(ids, known):
    at = places(pl.Series(ids, dtype=pl.String), pl.Series(known, dtype=pl.String))
    assert at.to_list() == [known.index(one) if one in known else None for one in ids]
    last = {one: row for row, one in enumerate(ids)}
    rows = last_at(at, len(known))
    assert rows.to_list() == [last.get(one) for one in known]
    named = gathered(pl.DataFrame({"id": pl.Series(ids, dtype=pl.String)}), rows)["id"]
    assert named.to_list() == [one if one in last else None for one in known]
