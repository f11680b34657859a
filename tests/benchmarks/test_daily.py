"""The report on daily folders and that on the same days read as one are one page."""

from __future__ import annotations

from benchmarks import daily
from tengbol.scenarios.stream import Recipe


def test_three_days_of_a_small_region_are_made_anew_and_reported_alike(tmp_path):
    assert daily.make(Recipe(enforcers=60, writs_a_day=30.0), tmp_path, 3) == 3
    found = daily.compare(tmp_path, 1, "ru")
    assert [run.exit_code for runs in found.values() for run in runs] == [0, 0]
