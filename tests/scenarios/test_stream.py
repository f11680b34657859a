"""A stream of days: as its recipe says, the same each time, and what a later writ follows is in the ledger."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from tengbol.config import Calendar
from tengbol.errors import UnusableInputError
from tengbol.io.write import parquet_bytes
from tengbol.model.codes import CATEGORIES
from tengbol.model.tables import TABLES
from tengbol.scenarios.stream import Recipe, Stream, draw

YEAR = Recipe(seed=7)
SMALL = Recipe(last=dt.date(2025, 2, 28), districts=4, enforcers=14, joining=2, leaving=2, writs_a_day=20, seed=3)


@pytest.fixture(scope="module")
def year() -> Stream:
    return draw(YEAR)


def bundles(stream: Stream) -> pl.DataFrame:
    """Drawn bundles: `case_id`, `writs`, `alike` (most of one category)."""
    category = pl.when(pl.col("claim") == "money").then("creditor_kind").otherwise("claim")
    known = stream.chamber.ledger["case_id"].to_list()
    return (
        stream.writs.drop_nulls("case_id")
        .filter(~pl.col("case_id").is_in(known))
        .group_by("case_id", category=category)
        .len()
        .group_by("case_id")
        .agg(writs=pl.col("len").sum(), alike=pl.col("len").max())
    )


def test_the_tables_are_the_contracts(year: Stream) -> None:
    for name, table in TABLES.items():
        frame = year.writs if name == "writs" else getattr(year.chamber, name)
        assert dict(frame.schema) == table.types, name


@pytest.mark.parametrize(("calendar_year", "days"), [(2025, 246), (2026, 247)])
def test_there_is_a_batch_on_each_working_day(calendar_year: int, days: int) -> None:
    recipe = replace(SMALL, first=dt.date(calendar_year, 1, 1), last=dt.date(calendar_year, 12, 31), writs_a_day=1)
    assert len(draw(recipe).days) == days


def test_late_decrees_move_working_days() -> None:
    off = dt.date(2025, 1, 20)
    stream = draw(SMALL, Calendar(days_off=(off,)))
    assert off not in stream.days
    assert stream.arriving(off).is_empty()


def test_every_writ_arrives_on_a_working_day_before_its_batch(year: Stream) -> None:
    arriving = [year.arriving(day) for day in year.days]
    assert pl.concat(arriving).equals(year.writs)
    assert all((frame["received_at"] <= year.as_of(day)).all() for day, frame in zip(year.days, arriving, strict=True))
    assert year.writs["writ_id"].is_sorted()
    assert year.writs["writ_id"].is_unique().all()


def test_volumes_and_bundles_are_as_the_recipe_says(year: Stream) -> None:
    assert len(year.writs) == round(YEAR.writs_a_day * len(year.days))
    found = bundles(year)
    assert found["writs"].sum() / len(year.writs) == pytest.approx(YEAR.bundled, abs=0.001)
    assert (found["writs"].min(), found["writs"].max(), found["alike"].max()) == (2, YEAR.longest, YEAR.alike)
    assert year.writs.group_by("case_id", "debtor_id").agg(pl.col("debtor_district_id").n_unique())[
        "debtor_district_id"
    ].max() == 1  # fmt: skip
    monthly = year.writs.group_by(pl.col("received_at").dt.month()).len().sort("received_at")["len"].to_list()
    assert monthly[3] > 1.35 * monthly[6]


def test_bundles_may_be_long() -> None:
    found = bundles(draw(replace(YEAR, longest=12, alike=12)))
    assert found["writs"].max() == 12
    assert found["alike"].max() > 6


def test_people_come_go_and_are_away_for_one_to_sixty_days(year: Stream) -> None:
    enforcers, absences = year.chamber.enforcers, year.chamber.absences
    assert len(enforcers) == YEAR.enforcers + YEAR.joining
    assert (enforcers["licensed_from"] > YEAR.first).sum() == YEAR.joining
    assert enforcers["licensed_to"].drop_nulls().is_between(YEAR.first, YEAR.last).sum() == YEAR.leaving
    length = (absences["end"] - absences["start"]).dt.total_days() + 1
    assert length.min() == 1
    assert 50 < length.max() <= 60


def test_a_quarter_of_the_districts_has_only_attached_enforcers(year: Stream) -> None:
    chamber = year.chamber
    lacking = chamber.districts.join(chamber.enforcers, on="district_id", how="anti")
    assert len(lacking) == len(chamber.districts) // 4
    assert set(lacking["district_id"]) == set(chamber.attachments["district_id"])
    assert chamber.enforcers.group_by("district_id").len()["len"].min() >= YEAR.fewest


def test_what_follows_names_a_holder_or_a_proceeding_of_its_district(year: Stream) -> None:
    ledger = year.chamber.ledger
    following = year.writs.join(ledger, on="debtor_id", suffix="_held")
    assert (following["debtor_district_id"] == following["district_id"]).all()
    assert (following["case_id"] == following["case_id_held"]).all()
    assert (following.filter(category="alimony")["claim"] == "alimony").all()
    returned = year.writs.filter(origin="returned")
    assert set(returned["previous_enforcer_id"]) <= set(ledger["enforcer_id"])
    alone = len(year.writs) * (1 - YEAR.bundled)
    assert (len(following) + len(returned)) / alone == pytest.approx(YEAR.followed, abs=0.005)
    assert set(ledger["category"]) == set(CATEGORIES)


def test_holders_are_a_third_of_those_who_serve_a_district(year: Stream) -> None:
    chamber = year.chamber
    serving = pl.concat(
        [chamber.enforcers.filter(pl.col("licensed_from") < YEAR.first), chamber.attachments], how="diagonal"
    )
    numbers = serving.group_by("district_id").len().join(
        chamber.ledger.group_by("district_id").agg(holders=pl.col("enforcer_id").n_unique()), on="district_id"
    )  # fmt: skip
    assert len(numbers) == len(chamber.districts)
    assert all(holders == max(1, round(people / 3)) for _, people, holders in numbers.rows())


def test_the_ledger_grows_by_what_later_writs_may_follow() -> None:
    stream = draw(replace(SMALL, followed=0.5))
    followed = stream.writs.filter(pl.col("debtor_id").is_in(stream.chamber.ledger["debtor_id"].to_list()))
    day = stream.days[5]
    assigned = stream.arriving(day).select("writ_id", category=pl.lit("state"), enforcer_id=pl.lit("E"))
    rows = stream.opened(day, assigned)
    assert rows["writ_id"].to_list() == [w for w in assigned["writ_id"] if w in followed["writ_id"].to_list()]
    assert 0 < len(rows) < len(assigned)
    assert dict(rows.schema) == TABLES["ledger"].types
    assert rows["assigned_at"].unique().to_list() == [stream.as_of(day)]


def test_the_same_recipe_gives_the_same_bytes_and_another_seed_others() -> None:
    first, again, other = draw(SMALL), draw(SMALL), draw(replace(SMALL, seed=4))
    for name in TABLES:
        assert parquet_bytes(getattr(first.chamber, name)) == parquet_bytes(getattr(again.chamber, name)), name
    assert first.writs.equals(again.writs)
    assert not first.writs.equals(other.writs)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"last": dt.date(2024, 12, 31)}, "end (2024-12-31) before they begin"),
        ({"longest": 1}, "cannot have 1 writs"),
        ({"longest": 11}, "cannot have 11 writs"),
        ({"followed": 1.5}, "between 0 and 1"),
        ({"seed": -1}, "seed is -1"),
        ({"enforcers": 5}, "5 enforcers are too few for 3 in each of 3 districts"),
    ],
)
def test_a_recipe_that_cannot_be_is_refused(wrong: dict, said: str) -> None:
    with pytest.raises(UnusableInputError) as refusal:
        draw(replace(SMALL, **wrong))
    assert said in str(refusal.value)
