"""Replications side by side, and variants that share what is known of a day: each is what it is alone."""

from __future__ import annotations

import importlib
from dataclasses import fields, replace
from datetime import date

import polars as pl
import pytest
from chambers import chambers, crowded, typed
from hypothesis import event, given, settings
from variants import MOMENT

from tengbol.config import Config
from tengbol.model.tables import TABLES
from tengbol.outcome import outcome
from tengbol.ruling import rule
from tengbol.scenarios.region import AS_OF, region
from tengbol.scenarios.whatif import Join, Leave, NewDistrict, Rule, Transfer, Volume, abreast, simulate
from tengbol.scenarios.whatif.contradictions import simulated_days

CONFIG = Config()
SOON = date(2026, 11, 25)


def told(outcome, name=""):
    """What came of the batch of one of those who stand abreast, or of the only one."""
    tables = [getattr(outcome, table) for table in ("assignments", "unassigned", "balances", "standing")]
    rows = []
    for table in tables:
        ids = [column for column in ("writ_id", "enforcer_id", "bundle_id", "district_id") if column in table.columns]
        mine = table.filter(pl.col(ids[0]).str.starts_with(name))
        rows.append(mine.with_columns(pl.col(ids).str.slice(len(name))).to_dicts())
    return rows


@pytest.mark.parametrize("tables", [chambers(), crowded()])
def test_each_of_several_abreast_is_what_it_would_be_alone(tables):
    @settings(max_examples=15)
    @given(tables)
    def alike(tables):
        chamber = typed(tables)
        names = abreast.names([2, 9, 10], 10)
        seeds = dict(zip(names, ("a0", "a1", "a2"), strict=True))
        copies = {table: abreast.copies(getattr(chamber, table), names) for table in TABLES}
        several = replace(chamber, **copies)
        turn = abreast.turn(several.enforcers["enforcer_id"], seeds)
        found, unproven = abreast.outcome(rule(several, as_of=MOMENT, turn=turn, config=CONFIG), seeds, {})
        event("unproven" if unproven else "proven")
        for name, seed in seeds.items():
            alone = outcome(rule(chamber, as_of=MOMENT, turn=seed, config=CONFIG), seed)
            assert told(found, name) == told(alone)
            assert (name in unproven) != alone.proof.first
        assert found.assignments.height == sum(len(told(found, name)[0]) for name in names)

    alike()


@pytest.fixture(scope="module")
def chamber():
    return region(enforcers=14, districts=4, fewest=2, writs_a_day=12, heaviest=120)


def variants(chamber):
    who, other = chamber.enforcers["enforcer_id"].to_list()[:2]
    here = chamber.enforcers["district_id"][1]
    there = chamber.districts.filter(pl.col("district_id") != here)["district_id"][0]
    moves = Transfer(kind="transfer", enforcer_id=other, district_id=there, on=SOON)
    leave = Leave(kind="leave", enforcer_id=who, reason="licence_suspended", on=SOON)
    joins = Join(kind="join", enforcer_id="NEW-1", district_id=here, on=SOON)
    splits = NewDistrict(kind="new_district", district_id="999000000", out_of=here, share=0.3, on=SOON)
    return {
        "base": [],
        "gone": [leave],
        "all at once": [
            moves, joins, splits, Rule(kind="rule", period=2, on=SOON), Volume(kind="volume", factor=1.3, on=SOON)
        ],
    }  # fmt: skip


def ran(chamber, variants):
    days = simulated_days(AS_OF.date(), 5, CONFIG)
    return simulate(chamber, variants, as_of=AS_OF, days=days, config=CONFIG, replications=3)


def test_variants_and_replications_side_by_side_are_each_what_they_are_alone(chamber, monkeypatch):
    module = importlib.import_module("tengbol.scenarios.whatif.simulate")
    every = variants(chamber)
    together = ran(chamber, every)
    monkeypatch.setattr(module, "_ABREAST", 1)
    alone = {name: ran(chamber, {name: events}) for name, events in every.items()}
    for field in fields(together):
        found = getattr(together, field.name)
        if isinstance(found, int):
            assert found == sum(getattr(one, field.name) for one in alone.values())
            continue
        for name, one in alone.items():
            assert found.filter(variant=name).equals(getattr(one, field.name)), (field.name, name)
