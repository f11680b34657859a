"""The year: every policy keeps the rules and loses nothing, each chooses as it says, measures are as by hand."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pytest
from chambers import HOME, typed
from small import CATEGORIES, Row, absence, enforcer, proceeding, writ

from benchmarks.year import POLICIES, Foretelling, method, year
from benchmarks.year import measures as m
from benchmarks.year.indicator import LoadIndicator
from benchmarks.year.policies import LeastLoaded, Lottery, RoundRobin, Tengbol
from benchmarks.year.policy import Bundle
from benchmarks.year.room import ROOM, Room
from benchmarks.year.run import Run, _guessed, run, seed_of
from tengbol.batch import distribute
from tengbol.model.codes import BOUND_BASES, TEMPORARY_ABSENCES
from tengbol.scenarios.judging.judge import judge
from tengbol.scenarios.stream import Recipe, Stream, draw

if TYPE_CHECKING:
    from tengbol.report.judged import Judgement
    from tengbol.report.record import Record

#: Thin enough that a district is deserted for days, so that writs wait.
RECIPE = Recipe(
    first=dt.date(2025, 2, 3), last=dt.date(2025, 3, 14), districts=4, enforcers=9, joining=1, leaving=1, fewest=1,
    absences=25, writs_a_day=12, bundled=0.3, followed=0.3, seed=5,
)  # fmt: skip
NONE = Foretelling(replays=0)
ALL = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)


@cache
def stream() -> Stream:
    return draw(RECIPE)


@cache
def done(policy: type[Any]) -> Run:
    return run(stream(), policy(), NONE)


def by_hand(days: list[list[Row]], **tables: list[Row]) -> Stream:
    """A stream of November 2026 from its Monday the 2nd, in the chamber `HOME`: each day's writs arrive at noon."""
    when = [dt.date(2026, 11, 2) + dt.timedelta(days=place) for place in range(len(days))]
    rows = [
        {**row, "received_at": f"{day}T12:00:00"} for day, arriving in zip(when, days, strict=True) for row in arriving
    ]
    whole = typed({**HOME, **tables, "writs": rows})
    chamber = replace(whole, writs=whole.writs.clear())
    return Stream(Recipe(first=when[0], last=when[-1]), tuple(when), chamber, whole.writs)


def alone(count: int, start: int = 0) -> list[Row]:
    return [writ(f"W{start + number:03d}") for number in range(count)]


def given(found: Run) -> list[str]:
    """Who got what, in the order of arrival."""
    return found.assignments.sort("writ_id")["enforcer_id"].to_list()


# ---- What every policy keeps


def judged(policy: type[Any]) -> tuple[Record, Judgement]:
    """What `tengbol judge` says of what a policy gave, day by day, from the chamber as it stood before the first."""
    whole, given = stream(), done(policy).assignments
    moments = {day: whole.as_of(day) for day in whole.days}
    rows = given.sort("day", "writ_id").select(
        "writ_id",
        "enforcer_id",
        row=pl.int_range(2, pl.len() + 2, dtype=pl.Int64),
        assigned_at=pl.col("day").replace_strict(moments, return_dtype=pl.Datetime("us")),
    )
    return judge(replace(whole.chamber, writs=whole.writs), rows, as_of=moments[whole.days[-1]])


@pytest.mark.parametrize(
    "policy",
    [each if each in (Tengbol, Lottery) else pytest.param(each, marks=pytest.mark.soak) for each in POLICIES],
    ids=lambda policy: policy.name,
)
def test_judge_says_of_a_policy_what_the_benchmark_says(policy: type[Any]) -> None:
    record, found = judged(policy)
    last = stream().days[-1]
    # What waited for whoever was away is late, and nothing else is wrong: all policies keep the rules.
    assert set(found.breaches["code"]) == {"late"}
    kept = done(policy).balances.filter(day=last)
    numbered = record.standing.join(record.batches.select("batch_id", "number"), on="batch_id").sort("number")
    stood = numbered.group_by("enforcer_id", "category").agg(pl.col("received_after", "share_after").last())
    both = kept.join(stood, on=["enforcer_id", "category"], how="left").fill_null(0)
    assert kept.height and (both["received"] == both["received_after"]).all()
    assert ((both["share"] * 10**9).cast(pl.Int64) == both["share_after"]).all()
    measured = m.evenness(stream(), done(policy)).filter(group="everyone", category=m.ANY)["largest_end"].item()
    excess = (both["received_after"] * 10**9 - both["share_after"]).abs().max()
    assert excess == pytest.approx(measured * 10**9)
    days = found.days
    assert (days["objective"] >= days["least"]).all()
    assert days["objective"].equals(days["least"]) == (policy is Tengbol)


@ALL
def test_every_writ_is_assigned_once_or_still_waits(policy: type[Any]) -> None:
    found, last = done(policy), stream().days[-1]
    waiting = found.waiting.filter(pl.col("day") == last)["writ_id"].to_list()
    assert sorted(found.assignments["writ_id"].to_list() + waiting) == stream().writs["writ_id"].to_list()
    assert set(found.waiting["code"]) <= {"no_eligible_enforcer", "waits_for_holder"}
    waited = found.waiting.select("writ_id").join(found.assignments, on="writ_id")
    assert len(waited), "nothing waited for a later day, so that way is not tried"


@ALL
def test_writs_stay_within_their_pools_and_bundles(policy: type[Any]) -> None:
    found, tables = done(policy), stream().chamber
    where = found.assignments.join(stream().writs, on="writ_id").join(
        tables.enforcers.select("enforcer_id", "district_id"), on="enforcer_id"
    )
    at_home = where.filter(basis="registered")
    assert (at_home["debtor_district_id"] == at_home["district_id"]).all()
    attached = where.filter(basis="attached")
    pairs = {"left_on": ["debtor_district_id", "enforcer_id"], "right_on": ["district_id", "enforcer_id"]}
    assert attached.join(tables.attachments, **pairs, how="anti").is_empty()
    bundles = where.group_by("day", "bundle_id").agg(pl.col("enforcer_id").n_unique(), writs=pl.len())
    assert bundles["enforcer_id"].max() == 1
    assert bundles["writs"].max() > 2
    away = found.assignments.join(tables.absences, on="enforcer_id").filter(pl.col("day").is_between("start", "end"))
    assert away.is_empty()


@ALL
def test_balances_count_what_was_assigned(policy: type[Any]) -> None:
    found = done(policy)
    last = found.balances.sort("day").group_by("enforcer_id", "category").agg(pl.col("received").last())
    counted = found.assignments.group_by("enforcer_id", "category").agg(counted=pl.len())
    both = last.join(counted, on=["enforcer_id", "category"], how="full", coalesce=True).fill_null(0)
    assert (both["received"] == both["counted"]).all()


@ALL
def test_shares_do_not_depend_on_the_policy(policy: type[Any]) -> None:
    """Where nobody is away for a short time: for him a writ would wait, and whom it waits for the policy has chosen."""
    columns = ["day", "enforcer_id", "category", "share"]
    ours, theirs = (undisturbed(one).balances.select(columns).sort(columns[:3]) for one in (Tengbol, policy))
    assert ours.equals(theirs)


@cache
def undisturbed(policy: type[Any]) -> Run:
    whole = stream()
    there = whole.chamber.absences.filter(~pl.col("reason").is_in(TEMPORARY_ABSENCES))
    return run(replace(whole, chamber=replace(whole.chamber, absences=there)), policy(), NONE)


@ALL
def test_the_same_stream_gives_the_same_run(policy: type[Any]) -> None:
    again = run(draw(RECIPE), policy(), NONE)
    for table in ("assignments", "waiting", "balances"):
        assert getattr(again, table).equals(getattr(done(policy), table)), table


@ALL
def test_open_proceedings_bind_and_new_ones_are_followed(policy: type[Any]) -> None:
    held = {"debtor_id": "debtor of L", "case_id": "case"}
    days = [[writ("A", **held)], [writ("B", **held)], [writ("C", **held)]]
    # For a day of leave the writ would wait for him; in a pause (¶17) it does not.
    gone = [absence("E2", "chamber_office", start="2026-11-02", end="2026-11-02")]
    gone += [absence("E2", start="2026-11-04", end=None)]
    found = run(by_hand(days, ledger=[proceeding("L", "E2", case_id="case")], absences=gone), policy(), NONE)
    first, second, third = found.assignments.sort("writ_id").rows(named=True)
    # E2 is away, so A is free and its taker holds the case from then on, and later than E2: B and C are his.
    assert first["basis"] == "registered"
    assert first["enforcer_id"] != "E2"
    assert {second["basis"], third["basis"]} == {"same_case"}
    assert second["enforcer_id"] == third["enforcer_id"] == first["enforcer_id"]


# ---- What each policy says


def test_tengbol_is_distribute_itself() -> None:
    days = by_hand([alone(7), alone(8, 7)])
    found = run(days, Tengbol(), NONE)
    opening = days.chamber.balances
    for day in days.days:
        chamber = days.batch(day, waiting=days.writs.clear(), ledger=days.chamber.ledger, balances=opening)
        batch = distribute(chamber, as_of=days.as_of(day), seed=seed_of(days.recipe.seed, day))
        ours = found.assignments.filter(pl.col("day") == day)
        assert ours["enforcer_id"].to_list() == batch.assignments["enforcer_id"].to_list()
        opening = batch.balances
    assert found.unproven == 0
    assert sorted(Counter(given(found)).values()) == [5, 5, 5]


def test_the_lottery_favours_nobody() -> None:
    counts = Counter(given(run(by_hand([alone(900)]), Lottery(), NONE)))
    deviation = np.sqrt(900 * (1 / 3) * (2 / 3))
    assert all(abs(counts[f"E{n}"] - 300) < 5 * deviation for n in (1, 2, 3))
    assert len(set(counts.values())) > 1


def test_round_robin_goes_on_where_it_stopped_and_passes_over_who_is_away() -> None:
    away = [absence("E2", start="2026-11-03", end="2026-11-03")]
    found = run(by_hand([alone(4), alone(3, 4), alone(2, 7)], absences=away), RoundRobin(), NONE)
    assert given(found) == ["E1", "E2", "E3", "E1", "E3", "E1", "E3", "E1", "E2"]


def test_round_robin_has_a_turn_for_each_category() -> None:
    kinds = [writ("A"), writ("B", claim="alimony"), writ("C"), writ("D", claim="alimony")]
    assert given(run(by_hand([kinds]), RoundRobin(), NONE)) == ["E1", "E1", "E2", "E2"]


def test_least_loaded_floods_whoever_returns() -> None:
    away = [absence("E3", start="2026-11-02", end="2026-11-02")]
    found = given(run(by_hand([alone(8), alone(5, 8)], absences=away), LeastLoaded(), NONE))
    assert Counter(found[:8]) == {"E1": 4, "E2": 4}
    assert found[8:12] == ["E3"] * 4


def test_least_loaded_counts_bound_writs_and_whole_bundles() -> None:
    together = {"case_id": "K", "debtor_id": "P-1"}
    bundle = [writ(name, **together) for name in ("A1", "A2", "A3")]
    found = given(run(by_hand([[*bundle, *alone(6)]]), LeastLoaded(), NONE))
    assert len(set(found[:3])) == 1
    assert Counter(found) == {"E1": 3, "E2": 3, "E3": 3}


def test_the_indicator_passes_over_whoever_is_above_the_mean() -> None:
    policy = LoadIndicator(load={("D", "state"): {"A": 3.0, "B": 1.0, "C": 2.0}}, since={"A": 1, "B": 1, "C": 1})
    rng = np.random.Generator(np.random.PCG64(1))
    bundle = Bundle("D", "state", {"state": 1})
    assert {policy.choose(bundle, ["A", "B", "C"], rng) for _ in range(50)} == {"B", "C"}
    assert {policy.choose(bundle, ["A", "C"], rng) for _ in range(50)} == {"C"}


def test_the_indicator_counts_a_writ_for_two_after_half_a_period_away() -> None:
    policy = LoadIndicator(today=246, since={"A": 1, "B": 1}, absent={"A": list(range(1, 124)), "B": []})
    for who in ("A", "B"):
        policy.took(Bundle("D", "state", {"state": 1, "alimony": 2}), who)
    assert policy.load["D", "state"] == {"A": 2.0, "B": 1.0}
    assert policy.load["D", "alimony"] == {"A": 4.0, "B": 2.0}
    policy.today = 246 + 123
    policy.took(Bundle("D", "state", {"state": 1}), "A")
    assert policy.load["D", "state"]["A"] == 3.0


def test_with_the_indicator_who_joins_begins_at_the_mean_and_who_was_away_at_first_at_zero() -> None:
    policy = LoadIndicator(since={"A": 1, "B": 1, "late": 30, "away": 1})
    policy.load["D", "state"].update({"A": 4.0, "B": 2.0})
    policy.took(Bundle("D", "state", {"state": 1}), "late")
    policy.took(Bundle("D", "state", {"state": 1}), "away")
    assert policy.load["D", "state"] == {"A": 4.0, "B": 2.0, "late": 4.0, "away": 1.0}


def test_the_indicator_notes_who_is_away_but_not_who_is_no_longer_licensed() -> None:
    policy = LoadIndicator()
    policy.begin(pl.DataFrame({"enforcer_id": ["A", "B", "C"], "away": [None, "leave", "not_licensed"]}))
    assert (policy.since, dict(policy.absent)) == ({"A": 1, "B": 1}, {"B": [1]})


def test_who_holds_room_is_passed_over_by_short_bundles_and_gets_the_long_one() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    members = ["A", "B", "C"]
    policy = Room(excess={("A", "state"): -1.0})
    short, long = Bundle("D", "state", {"state": 1}), Bundle("D", "state", {"state": 9})
    for _ in range(6):
        who = policy.choose(short, members, rng)
        assert who != "A"
        policy.took(short, who)
    assert policy.excess["A", "state"] == pytest.approx(-3.0)
    assert policy.choose(long, members, rng) == "A"
    policy.took(long, "A")
    assert policy.excess["A", "state"] == pytest.approx(-3.0 + 9 - 3)
    assert policy.choose(short, members, rng) != "A"


def test_room_is_held_up_to_its_measure() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    policy = Room(excess={("A", "state"): -ROOM - 2.0})
    assert policy.choose(Bundle("D", "state", {"state": 1}), ["A", "B"], rng) == "A"


def test_room_reads_the_balances_of_the_morning() -> None:
    days = by_hand([alone(3), alone(3, 3)])
    policy = Room()
    found = run(days, policy, NONE)
    assert len(found.assignments) == 6
    assert sum(policy.excess.values()) == pytest.approx(0.0, abs=1e-6)


# ---- Foretelling


def test_an_outsider_foretells_all_of_round_robin_and_of_the_lottery_no_more_than_by_guessing() -> None:
    days = by_hand([alone(300, 300 * day) for day in range(2)])
    trying = Foretelling(every=1, replays=5)
    turns, drawn = (m.foretold(run(days, policy(), trying)).row(0) for policy in (RoundRobin, Lottery))
    assert turns == ("any", 600, 1.0, pytest.approx(1 / 3))
    assert drawn[2] == pytest.approx(1 / 3, abs=5 * np.sqrt((1 / 3) * (2 / 3) / 600))


@ALL
def test_foretelling_changes_nothing(policy: type[Any]) -> None:
    tried = run(stream(), policy(), Foretelling(every=7, replays=2))
    assert tried.assignments.equals(done(policy).assignments)
    days = {stream().days[number - 1] for number in range(7, len(stream().days) + 1, 7)}
    free = tried.assignments.filter(
        pl.col("day").is_in(days), ~pl.col("basis").is_in(BOUND_BASES), pl.col("pool_size") > 1
    )
    assert sorted(tried.foretold["writ_id"]) == sorted(free["writ_id"])


def test_the_outsider_names_whoever_got_it_most_often_of_equals_the_earliest() -> None:
    replays = [("B", "B", "A"), ("A", "B", "B"), ("A", "C", "C")]
    frames = [pl.DataFrame({"writ_id": ["1", "2", "3"], "enforcer_id": list(taken)}) for taken in replays]
    actual = pl.DataFrame(
        {
            "writ_id": ["1", "2", "3"],
            "enforcer_id": ["A", "C", "A"],
            "basis": ["registered"] * 3,
            "pool_size": [3] * 3,
        }
    )
    assert dict(_guessed(frames, actual).select("writ_id", "right").rows()) == {"1": True, "2": False, "3": True}


def test_neither_bound_writs_nor_those_of_a_pool_of_one_are_guessed() -> None:
    actual = pl.DataFrame(
        {"writ_id": ["1", "2"], "enforcer_id": ["A", "A"], "basis": ["returned", "registered"], "pool_size": [3, 1]}
    )
    assert _guessed([actual], actual).is_empty()


def test_without_replays_nothing_is_foretold() -> None:
    assert m.foretold(done(Lottery)).rows() == [("any", 0, None, None)]


# ---- Measures, against hand calculation


def a_run(stream: Stream, balances: list[tuple[int, str, str, int, str]], bound: tuple[str, ...] = ()) -> Run:
    """A run with these rows of balances: number of the day, enforcer, category, received, share; `bound` were bound."""
    days = pl.Series("day", [stream.days[row[0]] for row in balances])
    table = pl.DataFrame(
        [row[1:] for row in balances], schema=["enforcer_id", "category", "received", "share"], orient="row"
    ).with_columns(days, share=pl.col("share").cast(pl.Decimal(38, 9)))
    assignments = pl.DataFrame(
        {"enforcer_id": list(bound), "basis": ["returned"] * len(bound), "day": [stream.days[-1]] * len(bound)},
        schema={"enforcer_id": pl.String, "basis": pl.String, "day": pl.Date},
    )
    return Run("by hand", assignments, pl.DataFrame(), table, pl.DataFrame(), 0.0, 0.0, None)


def test_evenness_by_hand() -> None:
    days = by_hand([[], [], []])
    rows = [
        (0, "E1", "state", 5, "1.5"), (0, "E2", "state", 0, "2"), (0, "A1", "state", 9, "0"),
        (2, "E1", "state", 5, "4.5"), (2, "E2", "state", 3, "4"), (2, "A1", "state", 9, "1"),
        (2, "E1", "alimony", 0, "0.25"), (2, "E2", "alimony", 1, "0.25"), (2, "E3", "state", 7, "0"),
    ]  # fmt: skip
    table = m.evenness(days, a_run(days, rows, bound=("E3",)))
    assert table.columns == [
        "group", "category", "enforcers", "spread_end", "largest_end", "largest_ever", "days_above",
    ]  # fmt: skip
    assert table.rows() == [
        ("everyone", "state", 4, 9.0, 8.0, 9.0, 4 / 7),
        ("everyone", "alimony", 2, 1.0, 0.75, 0.75, 0.0),
        # Of seven days of an enforcer: E1's first, A1's both, E3's one; none of two with alimony.
        ("everyone", "any", 4, 9.0, 8.0, 9.0, 4 / 9),
        # A1 is attached to D2, E3 was bound a writ.
        ("apart", "state", 2, 1.5, 1.0, 3.5, 1 / 4),
        ("apart", "alimony", 2, 1.0, 0.75, 0.75, 0.0),
        ("apart", "any", 2, 1.5, 1.0, 3.5, 1 / 6),
    ]


def test_days_below_by_as_much_are_days_above_too() -> None:
    days = by_hand([[]])
    rows = [(0, "E1", "state", 0, "2.5"), (0, "E2", "state", 0, "2")]
    assert m.evenness(days, a_run(days, rows))["days_above"][0] == 1 / 2


def test_whoever_has_left_counts_along_the_way_but_not_at_the_end() -> None:
    days = by_hand([[], []])
    rows = [(0, "E1", "state", 3, "0"), (0, "E2", "state", 0, "1"), (1, "E2", "state", 1, "1")]
    assert m.evenness(days, a_run(days, rows)).row(0) == ("everyone", "state", 2, 0.0, 0.0, 3.0, 1 / 3)


def test_the_path_has_the_largest_of_each_month() -> None:
    days = by_hand([[]] * 30)  # from 2 November to 1 December
    rows = [
        (0, "E1", "state", 2, "0"),
        (5, "E1", "alimony", 0, "4"),
        (29, "E1", "state", 1, "0"),
        (29, "E3", "state", 3, "0"),
    ]
    assert m.path(days, a_run(days, rows, bound=("E3",))).rows() == [
        ("everyone", dt.date(2026, 11, 1), 4.0),
        ("everyone", dt.date(2026, 12, 1), 3.0),
        ("apart", dt.date(2026, 11, 1), 4.0),
        ("apart", dt.date(2026, 12, 1), 1.0),
    ]


def test_returns_by_hand() -> None:
    """E1 is away for the first ten days, E2 for nine, E3 comes back too late to be seen for ten days."""
    days = by_hand([[]] * 25)
    gone = [
        absence("E1", start="2026-10-01", end="2026-11-11"),
        absence("E2", start="2026-11-03", end="2026-11-11"),
        absence("E3", start="2026-11-02", end="2026-11-17"),
    ]
    days = replace(days, chamber=replace(days.chamber, absences=typed({"absences": gone}).absences))
    rows = [
        (9, "E1", "state", 1, "1"), (9, "E1", "alimony", 0, "2"), (19, "E1", "state", 8, "4"),
        (19, "E1", "alimony", 2, "4.5"), (20, "E1", "state", 50, "5"),
    ]  # fmt: skip
    (found,) = m.returns(days, a_run(days, rows, bound=("E2",))).rows(named=True)
    assert (found["enforcer_id"], found["day"], found["away"]) == ("E1", days.days[10], 10)
    assert (found["received"], found["share"], found["ratio"]) == (9, 5.5, 9 / 5.5)
    assert (found["bound"], found["apart"]) == (0, True)


@pytest.mark.parametrize(
    ("present", "found"),
    [
        ([0] * 10 + [1] * 10, [(10, 10)]),
        ([0] * 9 + [1] * 10, []),
        ([0] * 10 + [1] * 9, []),
        ([0] * 12 + [1] * 5 + [0] + [1] * 10, []),
        ([1, *[0] * 11, *[1] * 10], [(12, 11)]),
        # Before he joined he was not away.
        ([-1] * 15 + [1] * 10, []),
        ([0] * 10 + [1] * 9 + [-1], []),
    ],
)
def test_what_a_return_is(present: list[int], found: list[tuple[int, int]]) -> None:
    assert m._returned(np.array(present)) == found


def test_foretelling_is_measured_against_a_blind_guess() -> None:
    days = by_hand([[]])
    tries = pl.DataFrame({"pool_size": [2, 4, 4, 5, 10], "right": [True, False, True, False, True]})
    assert m.foretold(replace(a_run(days, []), foretold=tries)).rows() == [
        ("any", 5, 0.6, pytest.approx((1 / 2 + 1 / 4 + 1 / 4 + 1 / 5 + 1 / 10) / 5)),
        ("2 to 4", 3, 2 / 3, 1 / 3),
        ("5 to 8", 1, 0.0, 0.2),
        ("9 or more", 1, 1.0, 0.1),
    ]


# ---- The whole


def test_the_whole_year_in_tables_charts_and_findings() -> None:
    recipe = replace(RECIPE, last=dt.date(2025, 4, 11), fewest=2, absences=8, bundled=0.1, followed=0.05)
    long = replace(recipe, longest=12, alike=12)
    found = year({"short": recipe, "long": long}, (Tengbol, LeastLoaded), Foretelling(every=20, replays=2))
    assert found.cost.select("family", "policy").rows() == [
        (family, policy) for family in ("short", "long") for policy in ("tengbol", "least-loaded")
    ]
    assert (found.cost["assigned"] + found.cost["waiting_at_end"] == round(12 * found.streams["days"][0])).all()
    assert found.cost["unproven_days"].to_list() == [0, None, 0, None]
    assert set(found.evenness["category"]) == {*CATEGORIES, "any"}
    worst = found.evenness.filter(group="everyone", category="any", family="short")["largest_ever"]
    assert worst[0] < worst[1]
    assert found.streams["longest_bundle"].to_list()[0] <= 4 < found.streams["longest_bundle"].to_list()[1]
    assert len(found.aims) == 6
    missed = found.aims.filter(~pl.col("met"))
    assert [line.split(":")[0] for line in found.shortfalls()] == [f"A year, {name}" for name in missed["family"]]
    assert missed.height, "long bundles lift somebody above two writs"
    pictures = found.charts()
    assert list(pictures) == [f"year-{name}-{what}.svg" for name in ("short", "long") for what in ("excess", "returns")]
    for picture in pictures.values():
        words = [node.text for node in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]
        assert {"tengbol", "least-loaded"} <= set(words)
    rings = ElementTree.fromstring(pictures["year-short-returns.svg"]).iter("{http://www.w3.org/2000/svg}circle")
    assert len(list(rings)) == found.returns.filter(family="short").drop_nulls("ratio").height > 0


def test_enforcers_who_join_or_leave_are_licensed_only_meanwhile() -> None:
    days = by_hand(
        [alone(6), alone(6, 6), alone(6, 12)],
        enforcers=[
            enforcer("E1"),
            enforcer("E2", licensed_to="2026-11-03"),
            enforcer("E3", licensed_from="2026-11-03"),
        ],
        attachments=[],
    )
    found = run(days, Tengbol(), NONE)
    taken = [
        Counter(given(replace(found, assignments=found.assignments.filter(pl.col("day") == d)))) for d in days.days
    ]
    assert taken == [{"E1": 3, "E2": 3}, {"E1": 2, "E2": 2, "E3": 2}, {"E1": 3, "E3": 3}]


def test_the_method_names_the_figures_it_was_run_with() -> None:
    said = " ".join(method(Foretelling(every=17, replays=23)))
    assert "every 17th working day" in said
    assert "23 times" in said
    assert f"{m.AWAY} or more working days of absence" in said
