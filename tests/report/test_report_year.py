"""The report on a year of a region: 300 enforcers, 247 batches, in every form and language, and in a real browser."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from browser import browser, missing_glyphs, opened
from periods import lived

from tengbol.report.output import write_report
from tengbol.report.record import joined
from tengbol.report.words import LANGUAGES, Words
from tengbol.scenarios.stream import Recipe

RECIPE = Recipe(
    first=dt.date(2026, 1, 1),
    last=dt.date(2026, 12, 31),
    enforcers=300,
    joining=15,
    leaving=15,
    writs_a_day=400.0,
)
#: Seconds of processor time, all forms of one language.
AIM = 20


@pytest.mark.soak
def test_a_year_of_a_region_is_reported_in_time_and_opens_in_each_language(tmp_path):
    days, beside = lived(RECIPE)
    year = joined(days)
    assert year.batches.height == 247
    seconds = {}
    for language in LANGUAGES:
        started = time.process_time()
        write_report(year, tmp_path / language, Words(language), inputs=beside)
        seconds[language] = time.process_time() - started
    assert max(seconds.values()) <= AIM, seconds
    with browser() as chromium:
        for language in LANGUAGES:
            tab, seen = opened(chromium, tmp_path / language / "report.html")
            assert (seen.messages, seen.requests) == ([], [])
            assert not missing_glyphs(tab)
            tab.close()
