"""Python programs come through the same door as the command line: seed, time and settings of a batch."""

from __future__ import annotations

import datetime as dt

import pytest
from chambers import typed
from small import SEED, district, enforcer, writ

from tengbol.batch import distribute
from tengbol.config import config_of, load
from tengbol.errors import UnusableInputError
from tengbol.scenarios.whatif.scenario import parse

NOW = dt.datetime(2026, 11, 23, 18)
CHAMBER = typed(
    {"districts": [district("D1")], "enforcers": [enforcer("E1"), enforcer("E2")], "writs": [writ("W1"), writ("W2")]}
)


def test_without_a_seed_one_is_drawn_and_told():
    first, second = (distribute(CHAMBER, as_of=NOW) for _ in range(2))
    assert first.seed != second.seed
    again = distribute(CHAMBER, as_of=NOW, seed=first.seed)
    assert again.assignments.equals(first.assignments)


@pytest.mark.parametrize("seed", ["", "zz", "None", "0" * 129, "0x1f", 7, b"1f", "1f\n"])
def test_a_seed_that_is_none_is_refused(seed):
    for kind in (UnusableInputError, ValueError):
        with pytest.raises(kind, match="hexadecimal"):
            distribute(CHAMBER, as_of=NOW, seed=seed)


@pytest.mark.parametrize(
    "as_of",
    [dt.date(2026, 11, 23), NOW.replace(tzinfo=dt.UTC), "2026-11-23T18:00:00", None, NOW.replace(year=1626)],
)
def test_a_time_that_is_none_is_refused_in_a_sentence(as_of):
    with pytest.raises(UnusableInputError, match=r"^as_of .*\.$"):
        distribute(CHAMBER, as_of=as_of, seed=SEED)


@pytest.mark.parametrize(
    "text",
    [
        *("search_limit = true", 'search_limit = "8"', "search_limit = nan", "[mci]\n2027-01-01 = 4500.0", "x = 1"),
        *("[mci]\n2027-01-01 = true", '[mci]\n2027-01-01 = "4500"', "[mci]\n27-01-01 = 4500", "[mci]\n1 = 4500"),
        *("[calendar]\ndays_off = [1795000000]", "[calendar]\ndays_off = [2026-12-14T00:00:00]"),
        *("[calendar]\ndays_off = [9999-12-31]", "[calendar]\ndays_off = 2026-12-14", "mci = []", "calendar = 1"),
        *("a = " + "[" * 5000 + "]" * 5000, "a = " + "[" * 400 + "]" * 400, "a = " + "{b = " * 900, "a = \x00"),
    ],
)
def test_settings_of_a_wrong_kind_are_refused_and_the_file_named(tmp_path, text):
    file = tmp_path / "own.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UnusableInputError, match=r"own\.toml"):
        load(file)


def test_settings_may_begin_with_the_mark_of_windows(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text("search_limit = 2\n[calendar]\ndays_off = [2026-12-14]\n", encoding="utf-8-sig")
    assert load(file).search_limit == 2
    assert load(file).calendar.days_off == (dt.date(2026, 12, 14),)


def test_settings_of_a_manifest_are_read_again():
    config = config_of({"mci": {"2027-01-01": 4500}, "calendar": {"days_off": ["2026-12-14"]}})
    assert config_of(config.told()) == config


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "base = 'x'\nas_of = 2026-11-23\ndays = true", "days = '5'"])
def test_a_scenario_of_a_wrong_kind_is_refused_and_the_file_named(text):
    with pytest.raises(UnusableInputError, match=r"plan\.toml"):
        parse(text, "plan.toml")
