"""The comparison of two trees: the same tree decides the same, and a changed rule is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks.before import compared

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """The same code elsewhere, by which claims of the state up to 900 MCI alone are distributed."""
    tree = tmp_path_factory.mktemp("other")
    shutil.copytree(ROOT / "tengbol", tree / "tengbol", ignore=shutil.ignore_patterns("__pycache__"))
    return tree


@pytest.mark.parametrize("number", [0, 2, 5])
def test_the_same_code_decides_the_same_of_a_chamber_a_what_if_and_a_book(number, other, tmp_path):
    assert compared(tmp_path, number, other) == (("chambers", "", "what-ifs", "", "", "books")[number], [])


@pytest.mark.parametrize("law", [True, False])
def test_a_changed_rule_is_named(law, other, tmp_path):
    file = other / "tengbol" / "model" / "law" / "parameters.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("most = 1000", "most = 900"), encoding="utf-8")
    _, differs = compared(tmp_path, 0, other, law=law)
    file.write_text(text, encoding="utf-8")
    assert any("state_over_1000_mci" in line or "unassigned" in line for line in differs), differs
