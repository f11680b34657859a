"""The list of the ASVS (`docs/asvs.md`) names every requirement of level 2 once, and tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs" / "asvs.md").read_text(encoding="utf-8")
#: Of version 4.0.3, by section: how many requirements it has.
SECTIONS = {
    **{"1.1": 7, "1.2": 4, "1.4": 5, "1.5": 4, "1.6": 4, "1.7": 2, "1.8": 2, "1.9": 2, "1.10": 1, "1.11": 3, "1.12": 2},
    **{"1.14": 6, "2.1": 12, "2.2": 7, "2.3": 3, "2.4": 6, "2.5": 7, "2.6": 3, "2.7": 6, "2.8": 7, "2.9": 3, "2.10": 4},
    **{"3.1": 1, "3.2": 4, "3.3": 4, "3.4": 5, "3.5": 3, "3.6": 2, "3.7": 1, "4.1": 5, "4.2": 2, "4.3": 3, "5.1": 5},
    **{"5.2": 8, "5.3": 10, "5.4": 3, "5.5": 4, "6.1": 3, "6.2": 8, "6.3": 3, "6.4": 2, "7.1": 4, "7.2": 2, "7.3": 4},
    **{"7.4": 3, "8.1": 6, "8.2": 3, "8.3": 8, "9.1": 3, "9.2": 5, "10.1": 1, "10.2": 6, "10.3": 3, "11.1": 8},
    **{"12.1": 3, "12.2": 1, "12.3": 6, "12.4": 2, "12.5": 2, "12.6": 1, "13.1": 5, "13.2": 6, "13.3": 2, "13.4": 2},
    **{"14.1": 5, "14.2": 6, "14.3": 3, "14.4": 7, "14.5": 4},
}
#: Those of level 3 alone, and those that this version has deleted.
LEVEL_3 = {
    *("1.11.3", "2.2.4", "2.2.5", "2.2.6", "2.2.7", "3.6.1", "3.6.2", "6.2.7", "6.2.8", "6.3.3", "8.1.5", "8.1.6"),
    *("9.2.5", "10.1.1", "10.2.3", "10.2.4", "10.2.5", "10.2.6", "14.1.5"),
}
DELETED = {"1.4.2", "1.4.3", "1.12.1", "4.1.4", "7.3.2", "13.1.2", "13.2.4", "14.3.1"}


def listed():
    """The points of each line of the table, and what is said of them."""
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.match(r"\d", cells[0]):
            yield cells[0].split(", "), cells[1:]


def test_the_list_has_every_requirement_of_level_2_once():
    every = {f"{section}.{n}" for section, most in SECTIONS.items() for n in range(1, most + 1)}
    told = [point for points, _ in listed() for point in points]
    assert len(told) == len(set(told))
    assert set(told) == every - LEVEL_3 - DELETED
    assert every >= LEVEL_3 | DELETED


def test_each_line_says_how_and_by_which_test_or_why_not():
    for points, (how, rests) in listed():
        assert how and rests, points
        assert rests != "-" or "*Missing*" in how, points


def test_it_names_tests_and_files_that_there_are():
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    known = {name for file in HERE.glob("test_*.py") for name in re.findall(r"^def (test_\w+)", file.read_text(), re.M)}
    assert named and named <= known
    for path in re.findall(r"`((?:deploy|tests)/[\w./]+)`", PAGE):
        assert (HERE.parents[1] / path).exists(), path
