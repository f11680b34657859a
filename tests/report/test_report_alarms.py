"""Alarms in the report: each that fires is on the page and in the tables, in every language; else nobody is named."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import polars as pl
import pytest
from periods import inputs, laid_out, made, period

from tengbol.report.alarms import ALARMS, RATE, Inputs, question, title
from tengbol.report.alarms.looks import looks
from tengbol.report.record import record
from tengbol.report.words import LANGUAGES, Figure, Words

NAMES = [alarm.__name__ for alarm in ALARMS]


def with_acts():
    """The period with acts by hand of two clerks, as a book would have recorded them."""
    one, other = period().enforcers["enforcer_id"][:2]
    acts = [("A", one, 6), ("B", other, 2), ("A", other, 1), ("B", one, 1)]
    rows = [
        {"at": dt.datetime(2026, 11, 3, 9, turn), "who": who, "what": "recusal", "document": None, "subject": subject}
        for who, subject, times in acts
        for turn in range(times)
    ]
    events = record(events=pl.DataFrame(rows, schema_overrides={"document": pl.String})).events
    return replace(period(), events=events)


@cache
def all_fired(language):
    """At a rate of one in one, whatever an alarm sees makes it fire."""
    return laid_out(with_acts(), Words(language), inputs(), rate=1.0)


@cache
def unmade(language):
    return laid_out(period(), Words(language), Inputs())


def section(told):
    return next(part for part in told.sections if part.name == "alarms")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_alarm_that_fires_stands_on_the_page_and_on_paper_with_its_reason(language):
    frames, told, _, html = all_fired(language)
    words = Words(language)
    fired = frames["alarms"].filter(state="fired")
    assert fired["alarm"].to_list() == NAMES
    grid = section(told).grids[0]
    assert grid.printed
    assert [words.text(row[0]) for row in grid.rows] == [words(title(name)) for name in NAMES]
    assert [words.text(row[3]) for row in grid.rows] == fired["reason"].to_list()
    for row in grid.rows:
        assert language == "en" or words.template(row[3]) != row[3].sentence
        for value in row[3].values.values():
            if isinstance(value, Figure):
                assert f'data-at="{value.at}">{words.text(value)}</data>' in html


def test_the_figures_of_a_reason_are_those_of_the_alarm_and_stand_in_the_tables():
    frames, told, _, _ = all_fired("en")
    raised = {alarm.name: alarm for alarm in looks(with_acts(), inputs(), rate=1.0)[0].alarms}
    for name, row in zip(NAMES, section(told).grids[0].rows, strict=True):
        for key, value in raised[name].said.values.items():
            if isinstance(value, Figure):
                shown = row[3].values[key]
                assert (shown.value, shown.table) == (value.value, "findings")
                assert frames["findings"].row(shown.row - 2)[1:] == (shown_subject(name), key, float(value.value))
        looked, p, least, rate = row[4:]
        assert p.value == raised[name].p == frames["alarms"][p.column][p.row - 2]
        assert least.value == raised[name].least == frames["alarms"][least.column][least.row - 2]
        assert looked.value == raised[name].looks == frames["alarms"][looked.column][looked.row - 2]
        assert rate.value == 1.0 == frames["alarms"][rate.column][rate.row - 2]


def shown_subject(name):
    return f"{period().districts['chamber_id'][0]} 2026-11-02 {name}"


def test_the_cases_of_the_alarms_that_fired_are_a_table_most_striking_first():
    cases = all_fired("en")[0]["alarm_cases"]
    raised = {alarm.name: alarm.cases for alarm in looks(with_acts(), inputs(), rate=1.0)[0].alarms}
    for name in NAMES:
        own = cases.filter(alarm=name)
        assert own["place"].to_list() == list(range(1, raised[name].height + 1))
        for column in set(raised[name].columns) & set(own.columns):
            assert own[column].to_list() == raised[name][column].to_list(), (name, column)
    assert made("en")[0]["alarm_cases"].is_empty() == made("en")[0]["alarms"].filter(state="fired").is_empty()


def test_whom_and_where_are_the_first_case_s_by_name():
    frames, told, _, _ = all_fired("en")
    named = dict(period().enforcers.select("enforcer_id", "name").iter_rows())
    places = dict(period().districts.select("district_id", "name").iter_rows())
    for name, row in zip(NAMES, section(told).grids[0].rows, strict=True):
        first = frames["alarm_cases"].filter(alarm=name, place=1).row(0, named=True)
        assert row[1] == (first["who"] or named.get(first["enforcer_id"]) or "–"), name
        assert row[2] == (places.get(first["district_id"]) or "–"), name


def test_of_a_quiet_alarm_the_page_asks_and_names_nobody():
    frames, told, _, _ = made("en")
    assert frames["alarms"]["state"].to_list() == ["quiet"] * 5 + ["not_judged"]
    (every,) = section(told).grids
    assert [Words("en").text(row[1]) for row in every.rows] == [question(name) for name in NAMES]
    assert not every.folded
    assert Words("en").plain(section(told).sentences[0]) == "No alarm fired, of 5 that were judged."


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_judged_is_said_with_the_table_that_it_lacks(language):
    frames, told, _, html = unmade(language)
    words = Words(language)
    missing = dict(frames["alarms"].select("alarm", "missing").iter_rows())
    assert missing == {
        "small_pool": "absences", "absences": "absences", "splitting": "writs", "affinity": None,
        "bound_peers": "absences ledger", "manual": "events",
    }  # fmt: skip
    sentences = [words.plain(sentence) for sentence in section(told).sentences[1:]]
    lacking = [name for name in NAMES if missing[name]]
    assert len(sentences) == len(lacking)
    assert (language == "en") == any("ot judged" in sentence for sentence in sentences)
    for name, sentence in zip(lacking, sentences, strict=True):
        assert sentence.startswith(words(title(name)))
        if name != "manual":
            assert sentence.endswith(missing[name].replace(" ", ", ") + ".")
    assert "absences, ledger" in html


def test_one_table_that_is_missing_stops_only_what_needs_it():
    without = replace(inputs(), ledger=None)
    states = {alarm.name: alarm.state for alarm in looks(period(), without)[0].alarms}
    assert [name for name, state in states.items() if state == "not_judged"] == ["bound_peers", "manual"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_alarm_that_cannot_tell_says_so_and_is_not_called_quiet(language):
    """With fifty draws of chance nothing comes as seldom as the stated rate: what did not fire cannot tell."""
    frames, told, _, html = laid_out(period(), Words(language), inputs(), rate=0.002, tries=50)
    states = frames["alarms"]["state"].to_list()
    assert states == ["cannot_tell"] * 5 + ["not_judged"]
    assert all(0.002 < least <= 1 for least in frames["alarms"]["least_p"].drop_nulls())
    words = Words(language)
    assert words("cannot tell here") in html and (language == "en") == ("cannot tell here" in html)
    sentence = section(told).sentences[1]
    assert sentence.values["number"].value == 5 and "5" in words.plain(sentence)


def test_how_many_would_fire_by_themselves_is_the_rate_times_those_that_were_judged():
    figures = section(all_fired("en")[1]).sentences[0].values
    assert (figures["fired"].value, figures["judged"].value) == (6, 6)
    assert figures["expected"].value == pytest.approx(6 * RATE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_writ_debtor_or_creditor_is_named_by_an_alarm(language):
    html = all_fired(language)[3]
    for column in ("writ_id", "debtor_id", "creditor_id"):
        assert not [value for value in inputs().writs[column].unique() if value in html], column


def test_tables_of_alarms_are_the_same_whatever_the_order_of_rows():
    mixed = replace(
        with_acts(),
        **{
            name: getattr(with_acts(), name).sample(fraction=1.0, shuffle=True, seed=5)
            for name in ("assignments", "batches", "enforcers", "events", "districts")
        },
    )
    beside = Inputs(
        *(
            getattr(inputs(), name).sample(fraction=1.0, shuffle=True, seed=6)
            for name in ("writs", "absences", "ledger")
        )
    )
    one, other = all_fired("en")[0], laid_out(mixed, Words("en"), beside, rate=1.0)[0]
    for name in ("alarms", "alarm_cases"):
        assert one[name].equals(other[name]), name
