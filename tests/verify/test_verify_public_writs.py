"""What is wrong with the writs of a published batch is the same, asked of whole columns or of each cell."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tengbol.verify.findings import Findings
from tengbol.verify.public import lines, writs

NAMES = ("writ", "bundle", "category", "district", "basis", "pool", "enforcer")
GOOD = (
    *(st.sampled_from(["0" * 32, "1" * 32, "f" * 32]), st.sampled_from([None, None, "0" * 32])),
    *(st.sampled_from(["individual", "state"]), st.sampled_from(["D1", "Ақмола"]), st.just("registered")),
    *(st.sampled_from(["0" * 16, "a" * 16]), st.sampled_from(["E1", "E2"])),
)
ODD = st.sampled_from(
    [None, "", 0, True, 1.5, [], {}, "x", "\x00", "A" * 32, "0" * 31, "0" * 16 + "\n", "legal", "E\u200b"]
)


def test_a_line_that_cannot_be_written_again_for_its_depth_is_broken():
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    found = Findings()
    assert lines._held(2, "", deep, lambda: None, found) is None
    assert [finding.check for finding in found.report().broken()] == ["format"]


def said(told):
    try:
        return writs.assignments(told)
    except (ValueError, TypeError) as error:
        return type(error), str(error)


@given(
    rows=st.lists(st.tuples(*GOOD), max_size=4),
    odd=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6), ODD), max_size=2),
)
def test_the_first_wrong_cell_is_named_however_cells_are_asked(rows, odd):
    told = {name: [row[place] for row in sorted(rows, key=str)] for place, name in enumerate(NAMES)}
    for row, column, cell in odd:
        if row < len(rows):
            told[NAMES[column]][row] = cell
    with patch.object(writs, "_plain", return_value=False):
        due = said(told)
    assert said(told) == due


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_cell_of_each_column_is_seen_among_good_ones(name):
    rows = [(f"{place:032x}", None, "individual", "D1", "registered", "0" * 16, "E1") for place in range(3)]
    told = {column: list(cells) for column, cells in zip(NAMES, zip(*rows, strict=True), strict=True)}
    assert writs.assignments(told) == rows
    told[name][1] = "\x00"
    with pytest.raises(ValueError, match="x00"):
        writs.assignments(told)
