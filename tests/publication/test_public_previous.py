"""A public report beside an earlier one of the chamber: where one begins it stands as the other one left it."""

from __future__ import annotations

import json

import pytest
from forging import concerned, cut, mended
from published import KEY, kept
from tampering import Lines, written

from tengbol.report.public.file import lines
from tengbol.scenarios.stream import Recipe, draw
from tengbol.verify.public import verify_public

#: So few writs that nobody has to do with every batch.
RECIPE = Recipe(districts=6, enforcers=20, writs_a_day=8, seed=5)


@pytest.fixture(scope="module")
def published() -> Lines:
    made = kept(RECIPE, draw(RECIPE).days[:8])
    return [json.loads(line) for line in lines(made.record, KEY, commitment=made.commitment)]


def check(folder, made, previous):
    file, earlier = folder / "public.jsonl", folder / "earlier.jsonl"
    file.write_text(written(made))
    earlier.write_text(written(previous))
    return verify_public(file, earlier, steps=1)


@pytest.mark.parametrize("last", [4, 6, 8])
def test_a_later_file_may_follow_overlap_or_repeat_an_earlier_one(published, tmp_path, last):
    report = check(tmp_path, cut(published, 5, 8), cut(published, 1, last))
    assert report.ok, str(report)
    report = check(tmp_path, cut(published, 1, 8), cut(published, 5, max(last, 5)))
    assert report.ok, str(report)


def later_ones(made):
    """Who opens a file with something, and has to do with its later batches alone."""
    late = set.union(*(concerned(line["part"]) for line in made[2:])) - concerned(made[1]["part"])
    return sorted({row[0] for row in made[0]["opening"]} & late)


@pytest.mark.parametrize("last", [4, 6])
def test_a_balance_of_somebody_who_comes_later_cannot_be_changed_between_two_files(published, tmp_path, last):
    """Whom the first batch does not concern is held to what the earlier file left him with, too."""
    made = cut(published, 5, 8)
    one = later_ones(made)[0]
    next(row for row in made[0]["opening"] if row[0] == one)[3] += 1
    found = check(tmp_path, mended(made) if last == 4 else made, cut(published, 1, last)).broken("previous")
    assert [finding.subject for finding in found if one in finding.sentence] == ["opening"]


def test_nobody_can_be_left_out_of_a_later_file_s_opening(published, tmp_path):
    made = cut(published, 5, 8)
    one = later_ones(made)[0]
    made[0]["opening"] = [row for row in made[0]["opening"] if row[0] != one]
    found = check(tmp_path, mended(made), cut(published, 1, 4)).broken("previous")
    assert [(finding.subject, one in finding.sentence) for finding in found] == [("opening", True)]


@pytest.mark.parametrize("name", ["commitment", "link"])
def test_what_a_later_file_begins_with_is_what_the_earlier_one_ended_with(published, tmp_path, name):
    made = cut(published, 5, 8)
    made[0][name] = "0" * 64
    found = check(tmp_path, made, cut(published, 1, 6)).broken("previous")
    assert [finding.subject for finding in found] == [name]
