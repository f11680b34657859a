"""What a chamber has published cannot be changed unseen: not by a clumsy hand, nor by one that mends all links."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from published import KEY, kept
from tampering import ALONE, KINDS, changes, relinked, written

from tengbol.report.public.file import lines
from tengbol.scenarios.stream import Recipe
from tengbol.verify.public import verify_public

#: Where each kind of change is tried.
PLACES = 2
RECIPE = Recipe(districts=3, enforcers=12, writs_a_day=24, bundled=0.3, followed=0.2, seed=5)


@pytest.fixture(scope="module")
def published():
    made = kept(RECIPE, kept_days(10))
    return [json.loads(line) for line in lines(made.record, KEY, commitment=made.commitment)]


def kept_days(count):
    from tengbol.scenarios.stream import draw

    return draw(RECIPE).days[:count]


def check(folder, made, previous=None):
    file = folder / "public.jsonl"
    file.write_text(written(made))
    return verify_public(file, previous, steps=0.1)


def test_what_was_published_holds(published, tmp_path):
    report = check(tmp_path, published)
    assert report.ok, str(report)


@pytest.mark.parametrize(("places", "all_told"), [(PLACES, 50), pytest.param(99, 200, marks=pytest.mark.soak)])
def test_every_change_is_found(published, tmp_path, places, all_told):
    tried = Counter()
    for kind, made in changes(published):
        if tried[kind] < places:
            tried[kind] += 1
            assert not check(tmp_path, made).ok, f"{kind} was not found"
    assert set(tried) == set(KINDS)
    assert tried.total() >= all_told


def test_what_contradicts_itself_is_found_even_when_all_links_are_mended(published, tmp_path):
    tried = Counter()
    for kind, made in changes(published):
        if kind in ALONE and tried[kind] < PLACES:
            tried[kind] += 1
            assert not check(tmp_path, relinked(made)).ok, f"{kind} was not found"
    assert set(tried) == ALONE


def test_the_digest_of_an_input_turns_the_lot_of_version_0_1_0_alone(published, tmp_path):
    """Since then it is in no seed, and only an earlier file or the tables show that it was changed."""
    older = kept(RECIPE, kept_days(3), lot_version=1)
    before = [json.loads(line) for line in lines(older.record, KEY, commitment=older.commitment)]
    assert check(tmp_path, before).ok
    for told, holds in ((before, False), (published, True)):
        made = json.loads(json.dumps(told))
        KINDS["digest"](made, 2)
        report = check(tmp_path, relinked(made))
        assert report.ok == holds
        assert holds or "seed" in {finding.check for finding in report.broken()}


def test_whoever_kept_an_earlier_file_finds_every_change_to_its_batches(published, tmp_path):
    earlier = tmp_path / "earlier.jsonl"
    earlier.write_text(written(published))
    tried = Counter()
    for kind, made in changes(published):
        # A link alone that is mended is no change at all.
        if kind not in ALONE and kind != "link" and tried[kind] < PLACES:
            tried[kind] += 1
            assert not check(tmp_path, relinked(made), earlier).ok, f"{kind} was not found"


def test_links_that_are_mended_back_are_no_change(published):
    assert relinked(published) == published


def test_a_part_that_no_longer_says_how_its_lot_was_drawn_is_found_among_those_that_do(published, tmp_path):
    """Else its lot would pass for one of version 0.1.0, which nobody can prove."""
    for place in range(2, len(published)):
        made = json.loads(json.dumps(published))
        for line in made[place:]:
            for name in ("record", "made", "document", "lot_version", "status_lot"):
                del line["part"][name]
        report = check(tmp_path, relinked(made))
        assert "order" in {finding.check for finding in report.broken()}


def test_half_of_what_is_told_of_a_lot_is_no_description_of_it(published, tmp_path):
    for name in ("lot_version", "status_lot"):
        made = json.loads(json.dumps(published))
        del made[1]["part"][name]
        assert [finding.check for finding in check(tmp_path, relinked(made)).broken()] == ["format", "format"]
