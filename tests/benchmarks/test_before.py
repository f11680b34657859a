"""The comparison of two trees: the same tree decides the same, and a changed rule is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from benchmarks.before import _of_an_answer, compared

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """The same code elsewhere, by which claims of the state up to 900 MCI alone are distributed."""
    tree = tmp_path_factory.mktemp("other")
    shutil.copytree(ROOT / "tengbol", tree / "tengbol", ignore=shutil.ignore_patterns("__pycache__"))
    return tree


@pytest.mark.soak
@pytest.mark.parametrize("number", [0, 2, 5])
def test_the_same_code_decides_the_same_of_a_chamber_a_what_if_and_a_book(number, other, tmp_path):
    assert compared(tmp_path, number, other) == (("chambers", "", "what-ifs", "", "", "books")[number], [])


@pytest.mark.soak
@pytest.mark.parametrize("law", [True, False])
def test_a_changed_rule_is_named(law, other, tmp_path):
    file = other / "tengbol" / "model" / "law" / "parameters.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("most = 1000", "most = 900"), encoding="utf-8")
    _, differs = compared(tmp_path, 0, other, law=law)
    file.write_text(text, encoding="utf-8")
    assert any("state_over_1000_mci" in line or "unassigned" in line for line in differs), differs


#: Tables of an answer to what if, as another tree wrote them.
THERE = {
    "load": pl.DataFrame({"enforcer_id": ["E1", "E2"], "added": [2, 3], "message": ["so", "so"]}),
    "findings": pl.DataFrame({"finding": ["Nobody is alone."]}),
}


@pytest.mark.parametrize(
    ("changed", "differs"),
    [
        ({}, []),
        ({"load": THERE["load"].with_columns(added=pl.Series([2, 4]))}, ["load.csv: added of 1 rows"]),
        ({"load": THERE["load"].head(1)}, ["load.csv: 1 rows, there 2"]),
        ({"load": None}, ["load.csv is not here"]),
        # More that is told, or told in other words, is no other decision.
        ({"load": THERE["load"].with_columns(name=pl.lit("A"), message=pl.lit("or so")), "alone": THERE["load"]}, []),
        ({"findings": pl.DataFrame({"finding": ["E1 is alone.", "E2 too."]})}, []),
    ],
)
def test_tables_of_an_answer_are_compared_by_what_both_trees_tell(changed, differs, tmp_path):
    for place, tables in (("there", THERE), ("here", THERE | changed)):
        (tmp_path / place).mkdir()
        for name, table in tables.items():
            if table is not None:
                table.write_csv(tmp_path / place / f"{name}.csv")
    assert list(_of_an_answer(tmp_path / "here", tmp_path / "there")) == differs
