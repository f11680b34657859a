"""Differences between variants: intervals that are honest, and sentences that say what the tables say."""

from __future__ import annotations

from datetime import date, timedelta
from math import hypot, sqrt
from types import SimpleNamespace

import polars as pl
import pytest

from tengbol.config import Config
from tengbol.report.whatif import to_come
from tengbol.report.wording import fixed
from tengbol.report.words import Words
from tengbol.scenarios.region import AS_OF, region
from tengbol.scenarios.whatif import Leave, Rule, Simulated, Volume, simulate
from tengbol.scenarios.whatif.compare import differences, measures, settled
from tengbol.scenarios.whatif.contradictions import simulated_days

MONDAY = date(2026, 11, 23)


def values(base, other, measure="late", category=None):
    count = len(base)
    return pl.DataFrame(
        {
            "variant": ["base"] * count + ["other"] * count,
            "replication": [*range(count)] * 2,
            "measure": [measure] * 2 * count,
            "category": pl.Series([category] * 2 * count, dtype=pl.String),
            "value": [*map(float, base), *map(float, other)],
        }
    )


def test_a_difference_has_students_interval_and_what_so_few_replications_may_not_have_shown():
    row = differences(values([10, 20, 30], [11, 22, 33]), "base").row(0, named=True)
    # Differences 1, 2, 3: mean 2, deviation 1, t(2) at 97.5 % is 4.3027; three may miss what 1 − ∛0.025 have, as none.
    assert (row["base"], row["value"], row["difference"]) == (20.0, 22.0, 2.0)
    half = hypot(4.3027 / sqrt(3), 3 * (1 - 0.025 ** (1 / 3)) / 2)
    assert row["low"] == pytest.approx(2 - half, abs=1e-4)
    assert row["high"] == pytest.approx(2 + half, abs=1e-4)
    assert not row["clear"]


def test_an_interval_has_no_width_only_where_a_variant_is_the_base():
    same = differences(values([5, 6], [5, 6]), "base").row(0, named=True)
    assert (same["low"], same["high"], same["clear"]) == (0.0, 0.0, False)
    # One more in both replications: so few may hide that in others there is none.
    more = differences(values([5, 6], [6, 7]), "base").row(0, named=True)
    assert more["low"] < 1.0 < more["high"]
    many = differences(values([5] * 20, [6] * 20), "base").row(0, named=True)
    assert many["clear"]


def evened(of_base, of_other):
    """Excess by replication and day, in every category alike."""
    rows = [
        (variant, replication, MONDAY + timedelta(days=day), "individual", value, value)
        for variant, runs in (("base", of_base), ("other", of_other))
        for replication, run in enumerate(runs)
        for day, value in enumerate(run)
    ]
    columns = ["variant", "replication", "day", "category", "excess_std", "excess_farthest"]
    empty = pl.DataFrame()
    return Simulated(empty, pl.DataFrame(rows, schema=columns, orient="row"), empty, empty, 0, 0)


@pytest.mark.parametrize(
    ("runs", "on", "known", "said"),
    [
        ([[0.3] * 6] * 4, 0, True, "On no day to come"),
        (
            [[2.0, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3]] * 4,
            5,
            True,
            "Excess has settled in every category by 28 November",
        ),
        ([[0.3, 2.0]] * 4, None, True, "Excess still deviates more"),
        # On average as in the base; but in one replication far from it, and who knows in how many more.
        ([[0.1], [0.1], [0.1], [0.9]], None, False, "So few replications cannot tell"),
    ],
)
def test_settled_is_told_only_where_more_replications_would_not_turn_it_round(runs, on, known, said):
    found = settled(evened([[0.3] * len(run) for run in runs], runs), "base", {"other": MONDAY})
    row = found.row(0, named=True)
    assert (row["settled_on"] and (row["settled_on"] - MONDAY).days, row["known"]) == (on, known)
    assert [sentence.startswith(said) for sentence in to_come.settled(found, Words("en"))] == [True]


def test_every_clear_rise_and_fall_of_the_table_is_told_and_nothing_else():
    table = pl.concat(
        [
            differences(values([1.0] * 9, [2.0 + n / 9 for n in range(9)], "excess_std", "individual"), "base"),
            differences(values([1.0] * 9, [0.5 - n / 99 for n in range(9)], "excess_std", "alimony"), "base"),
            differences(values([1.0] * 9, [n % 3 for n in range(9)], "excess_std", "state"), "base"),
            differences(values([4] * 9, [4, 4, 4, 4, 5, 4, 4, 4, 4], "late"), "base"),
        ]
    )
    told = list(to_come.clear(table, 3, Words("en")))
    clear = table.filter("clear")
    assert clear["category"].to_list() == ["individual", "alimony"]
    assert len(told) == 2
    for row, sentence in zip(clear.iter_rows(named=True), told, strict=True):
        way = "more" if row["difference"] > 0 else "less"
        assert f"is {fixed(row['value'], 3)} writs, {fixed(abs(row['difference']), 3)} {way} than" in sentence


@pytest.mark.soak
def test_over_forty_seeds_the_intervals_hold_the_mean_in_92_to_99_of_100_cells():
    chamber = region(enforcers=14, districts=4, fewest=2, writs_a_day=12, heaviest=120)
    held = chamber.ledger.filter(pl.col("closed_at").is_null())["enforcer_id"].value_counts().sort("count")
    small = chamber.enforcers["district_id"].value_counts().sort("count", "district_id")[0, 0]
    lone, soon = chamber.enforcers.filter(district_id=small)["enforcer_id"][0], date(2026, 11, 25)
    variants = {
        "base": [],
        "gone": [Leave(enforcer_id=held[-1, 0], reason="licence_suspended", on=soon)],
        "alone": [Leave(enforcer_id=lone, reason="licence_suspended", on=soon)],
        "more": [Volume(factor=1.2, on=soon)],
        "weekly": [Rule(period=3, on=soon)],
    }
    cells, runs = [], []
    for seed in range(40):
        found = measures(
            simulate(
                chamber, variants, as_of=AS_OF, days=simulated_days(AS_OF.date(), 5, Config()), config=Config(),
                seed=format(seed, "x"),
            )
        )  # fmt: skip
        runs.append(found)
        cells.append(differences(found, "base"))
    keys = ["variant", "measure", "category"]
    own = [one.filter(variant="base").drop("variant").rename({"value": "base"}) for one in runs]
    by = pl.concat(
        one.join(base, on=["replication", *keys[1:]], nulls_equal=True).filter(pl.col("variant") != "base")
        for one, base in zip(runs, own, strict=True)
    ).with_columns(by=pl.col("value") - pl.col("base"))
    truth = by.group_by(keys).agg(pl.col("by").mean(), varies=pl.col("by").std() > 1e-9)
    judged = pl.concat(cells).join(truth, on=keys, nulls_equal=True).filter("varies")
    assert (judged["high"] > judged["low"]).all()
    covered = judged.select(pl.col("by").is_between("low", "high").mean()).item()
    assert 0.92 <= covered <= 0.99, covered


def test_where_no_batch_follows_the_first_event_nothing_is_said_to_settle():
    day = date(2026, 11, 24)
    row = {"variant": "V", "replication": 0, "day": day, "category": "state", "excess_std": 1.0}
    found = SimpleNamespace(evenness=pl.DataFrame([row, {**row, "variant": "base"}]))
    assert settled(found, "base", {"V": day + timedelta(days=1)}).is_empty()
    assert settled(found, "base", {"V": day}).height == 1
