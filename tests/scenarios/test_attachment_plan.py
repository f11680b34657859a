"""The attachment planner over a chamber's tables: what ¶9 makes of a district once somebody has left."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from chambers import Tables, typed
from hypothesis import given
from hypothesis import strategies as st
from small import AS_OF, absence, attachment, district, enforcer, proceeding, writ, write_tables
from typer.testing import CliRunner

from tengbol.batch import distribute
from tengbol.cli import app
from tengbol.config import Config
from tengbol.errors import UnusableInputError
from tengbol.model.law import availability, pools
from tengbol.scenarios.attachments import Asked, Plan, least_pool, plan
from tengbol.scenarios.distances import read_distances

if TYPE_CHECKING:
    from pathlib import Path

    from tengbol.model.chamber import Chamber

MOMENT = datetime.fromisoformat(AS_OF)


def planned(tables: Tables, seed: str = "07", **asked) -> Plan:
    return plan(typed(tables), as_of=MOMENT, seed=seed, asked=Asked(**{"keep": 1, **asked}))


def pairs(found: Plan) -> list[tuple[str, str]]:
    return list(found.attachments.select("district_id", "enforcer_id").iter_rows())


def of(found: Plan, district_id: str) -> dict:
    (row,) = found.districts.filter(district_id=district_id).iter_rows(named=True)
    return row


def pool_without(chamber: Chamber, gone: tuple[str, ...], where: str) -> tuple[int, bool]:
    """What the law's own code makes of a district when `gone` have left: the pool, and whether it is registered."""
    left = replace(chamber, enforcers=chamber.enforcers.filter(~pl.col("enforcer_id").is_in(gone)))
    everyone = availability.standing_of_everyone(left.enforcers, left.absences, MOMENT.date())
    serving = pools.serving(everyone, left.attachments, MOMENT.date())
    bundle = pl.DataFrame({"district_id": [where], "recused": [None]}, schema_overrides={"recused": pl.String})
    kinds, _, _ = pools.pools(bundle, serving, pl.DataFrame({"district_id": []}, schema={"district_id": pl.String}))
    return kinds["pool_size"].fill_null(0)[0], kinds["basis"][0] == "registered"


def with_plan(chamber: Chamber, found: Plan) -> Chamber:
    rows = [attachment(where, who) for where, who in pairs(found)]
    return replace(chamber, attachments=pl.concat([chamber.attachments, typed({"attachments": rows}).attachments]))


@st.composite
def thin_chambers(draw: st.DrawFn) -> Tables:
    """Three districts, up to six enforcers of whom some are away, some attached, and a little of a ledger."""
    places, names = ["D1", "D2", "D3"], [f"E{n}" for n in range(draw(st.integers(0, 6)))]
    one = st.sampled_from(names) if names else st.nothing()
    listed = st.lists(st.tuples(st.sampled_from(places), one), max_size=3) if names else st.just([])
    return {
        "districts": [district(place, draw(st.sampled_from(["C1", "C1", "C1", "C2"]))) for place in places],
        "enforcers": [enforcer(name, draw(st.sampled_from(places))) for name in names],
        "attachments": [attachment(where, who) for where, who in draw(listed)],
        "absences": [absence(who) for who in (draw(st.lists(one, max_size=1)) if names else [])],
        "ledger": [
            proceeding(f"L{n}", "gone", district_id=draw(st.sampled_from(places)))
            for n in range(draw(st.integers(0, 9)))
        ],
    }


@given(thin_chambers(), st.integers(1, 3), st.integers(0, 2))
def test_whoever_leaves_the_pool_of_paragraph_9_is_as_told_and_as_asked(
    tables: Tables, keep: int, leavers: int
) -> None:
    found = planned(tables, keep=keep, leavers=leavers)
    chamber = typed(tables)
    after = with_plan(chamber, found)
    gone = [
        some
        for number in range(leavers + 1)
        for some in combinations(sorted(chamber.enforcers["enforcer_id"].to_list()), number)
    ]
    for row in found.districts.iter_rows(named=True):
        for book, moment in ((chamber, "before"), (after, "after")):
            left = [pool_without(book, some, row["district_id"]) for some in gone]
            # No enforcer at all may leave where there are fewer than `leavers`.
            if chamber.enforcers.height >= leavers:
                assert min(size for size, _ in left) == row[f"least_{moment}"]
            assert left[0][0] == row[f"pool_{moment}"]
            if moment == "after":
                assert all(size >= keep - row["short"] for size, registered in left if not registered)


@given(thin_chambers(), st.integers(1, 3), st.integers(0, 2))
def test_no_attachment_of_a_plan_can_be_spared(tables: Tables, keep: int, leavers: int) -> None:
    found = planned(tables, keep=keep, leavers=leavers)
    needed = {row["district_id"]: row for row in found.districts.iter_rows(named=True)}
    counts = dict(found.attachments.group_by("district_id").len().iter_rows())
    for where, number in counts.items():
        row = needed[where]
        assert row["registered"] <= leavers
        assert row["attached_before"] + number + row["short"] == keep + leavers - row["registered"]


def test_attached_enforcers_help_only_where_no_registered_one_may_be_left() -> None:
    """D1 has nobody, D2 one, D3 two registered: with one leaving, three attached cannot help D3."""
    people = [
        enforcer("E1", "D2"),
        enforcer("E2", "D3"),
        enforcer("E3", "D3"),
        *(enforcer(f"F{n}", "D4") for n in range(9)),
    ]
    found = planned({"districts": [district(f"D{n}") for n in range(1, 5)], "enforcers": people}, keep=2)
    assert [of(found, f"D{n}")["attached_after"] for n in range(1, 5)] == [3, 2, 0, 0]
    assert [of(found, f"D{n}")["least_after"] for n in range(1, 5)] == [2, 1, 1, 8]
    assert "only registration" in of(found, "D3")["remark"]


def test_who_is_away_or_of_another_chamber_is_not_attached() -> None:
    tables: Tables = {
        "districts": [district("D1"), district("D2"), district("D3", "C2")],
        "enforcers": [enforcer("E1", "D2"), enforcer("E2", "D2"), enforcer("E3", "D2"), enforcer("E4", "D3")],
        "absences": [absence("E1")],
    }
    assert pairs(planned(tables)) == [("D1", "E2"), ("D1", "E3")]


def test_no_plan_goes_beyond_the_distance_and_what_is_then_missing_is_told() -> None:
    tables: Tables = {
        "districts": [district(f"D{n}") for n in range(1, 4)],
        "enforcers": [enforcer("E1", "D2"), enforcer("E2", "D2"), enforcer("E3", "D3"), enforcer("E4", "D3")],
    }
    far = pl.DataFrame({"district_id": ["D1", "D3"], "other_district_id": ["D2", "D1"], "km": [80.0, 80.5]})
    found = planned(tables, keep=2, distances=far, within=80.0)
    assert pairs(found) == [("D1", "E1"), ("D1", "E2")]
    assert of(found, "D1")["short"] == 1
    assert found.attachments["km"].to_list() == [80.0, 80.0]
    assert len(pairs(planned(tables, keep=2, distances=far, within=80.5))) == 3


def test_of_equal_enforcers_those_with_less_to_come_are_attached() -> None:
    """D2's two enforcers share 90 writs a year, D3's two 10: D1's two come from D3, whatever the seed."""
    ledger = [proceeding(f"L{n}", "gone", district_id="D2" if n < 90 else "D3") for n in range(100)]
    tables: Tables = {
        "districts": [district(f"D{n}") for n in range(1, 4)],
        "enforcers": [enforcer("A", "D2"), enforcer("B", "D2"), enforcer("Y", "D3"), enforcer("Z", "D3")],
        "ledger": ledger,
    }
    for seed in ("07", "08", "09"):
        assert pairs(planned(tables, seed)) == [("D1", "Y"), ("D1", "Z")]


def test_what_came_more_than_a_year_ago_or_is_not_distributed_does_not_count() -> None:
    tables: Tables = {
        "districts": [district("D1")],
        "enforcers": [enforcer("E1")],
        "ledger": [proceeding("old", "E1", assigned_at="2025-11-23T09:30:00"), proceeding("new", "E1")],
        "writs": [
            writ("1"),
            writ("later", received_at="2026-12-01T10:00:00"),
            writ("state", creditor_kind="state", amount=4_325_000.01),
            writ("interest", claim="eviction", state_interest="true"),
        ],
    }
    assert of(planned(tables), "D1")["intake"] == 3


def test_the_lot_decides_among_equals_and_the_order_of_rows_nothing() -> None:
    people = [enforcer(f"E{n}", "D2") for n in range(6)]
    tables: Tables = {"districts": [district("D1"), district("D2")], "enforcers": people}
    turned: Tables = {"districts": [district("D2"), district("D1")], "enforcers": people[::-1]}
    assert planned(tables).attachments.equals(planned(turned).attachments)
    assert len({tuple(pairs(planned(tables, seed))) for seed in ("1", "2", "3", "4", "5")}) > 1


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 4))
def test_the_least_pool_is_that_of_the_worst_departure(registered: int, attached: int, leavers: int) -> None:
    worst = min(
        registered - gone if gone < registered else max(0, attached - (leavers - gone))
        for gone in range(min(leavers, registered) + 1)
    )
    assert least_pool(np.array([registered]), np.array([attached]), leavers).tolist() == [worst]


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"keep": 0}, "--keep"),
        ({"leavers": -1}, "--leavers"),
        ({"most": 0}, "--most"),
        ({"within": 5.0}, "--distances"),
    ],
)
def test_a_question_without_sense_is_refused(asked: dict, word: str) -> None:
    with pytest.raises(UnusableInputError, match=word):
        planned({"districts": [district("D1")]}, **asked)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("D1,D9,5", "row 2, other_district_id: 'D9'"),
        ("D1,D2,five", "row 2, km: 'five'"),
        ("D1,D2,-1", "row 2, km"),
        ("D1,D2,", "row 2, km"),
        ("D1,D2,5\nD2,D1,6", "contradicts"),
    ],
)
def test_a_wrong_distance_is_refused_with_its_row(tmp_path: Path, rows: str, told: str) -> None:
    table = tmp_path / "far.csv"
    table.write_text(f"district_id,other_district_id,km\n{rows}\n", encoding="utf-8")
    with pytest.raises(UnusableInputError, match=told):
        read_distances(table, pl.Series(["D1", "D2"]))
    with pytest.raises(UnusableInputError, match="cannot be read"):
        read_distances(tmp_path / "none.csv", pl.Series(["D1"]))


def test_the_command_writes_a_plan_whole_or_not_at_all(tmp_path: Path) -> None:
    source = write_tables(
        tmp_path / "in",
        districts=[district("D1"), district("D2")],
        enforcers=[enforcer(f"E{n}", "D2") for n in range(3)],
    )
    far = tmp_path / "far.csv"
    far.write_text('district_id,other_district_id,km\nD1,D2,"12,5"\n', encoding="utf-8")
    words = ["plan", str(source), "--out", str(tmp_path / "out"), "--keep", "1", "--as-of", AS_OF, "--seed", "07"]
    words += ["--distances", str(far), "--within", "20"]
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 0, told.output
    assert "New attachments: 2, in districts: 1; 1 eligible kept whoever leaves." in told.output
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["status"], manifest["attachments"], manifest["short"]) == ("optimal", 2, 0)
    assert pl.read_parquet(tmp_path / "out" / "plan.parquet")["km"].to_list() == [12.5, 12.5]
    first = {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()}
    assert CliRunner().invoke(app, words).exit_code == 0
    assert {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()} == first
    (tmp_path / "out" / "mine.txt").write_text("keep", encoding="utf-8")
    assert isinstance(CliRunner().invoke(app, words).exception, UnusableInputError)


@pytest.mark.parametrize(("reading", "pool", "least"), [("nobody_present", 1, 1), ("nobody_registered", 0, 0)])
def test_by_the_narrow_reading_a_short_absence_leaves_the_attached_unasked(reading, pool, least):
    """E1 is back next day: by the batch's own rules nobody is asked meanwhile, and the plan says so."""
    tables = {
        "districts": [district("D1"), district("D2")],
        "enforcers": [enforcer("E1"), enforcer("E2", "D2"), enforcer("E3", "D2")],
        "attachments": [attachment("D1", "E2"), attachment("D1", "E3")],
        "absences": [absence("E1", start="2026-11-22", end="2026-11-24")],
    }
    config = Config(attached_when=reading)
    found = plan(typed(tables), as_of=MOMENT, seed="07", asked=Asked(keep=1), config=config)
    row = of(found, "D1")
    assert (row["pool_before"], row["least_before"]) == (2 * pool, least)
    assert ("2026-11-24" in row["remark"]) == (reading == "nobody_registered")
    result = distribute(typed({**tables, "writs": [writ("W")]}), as_of=MOMENT, seed="07", config=config)
    assert result.assignments["pool_size"].to_list() == [2][:pool]
