"""The days to come: drawn from the ledger's past, the same for every variant, and nothing differs but what must."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from chambers import HOME, typed
from small import enforcer, proceeding, writ

from tengbol.config import Config
from tengbol.model.codes import CATEGORIES
from tengbol.scenarios.region import AS_OF, region
from tengbol.scenarios.whatif import (
    Attach,
    Leave,
    NewDistrict,
    Rule,
    Volume,
    departure,
    everyone_in_turn,
    simulate,
)  # fmt: skip
from tengbol.scenarios.whatif.arrivals import arriving, draw
from tengbol.scenarios.whatif.compare import differences, measures, settled
from tengbol.scenarios.whatif.contradictions import simulated_days
from tengbol.scenarios.whatif.history import history
from tengbol.scenarios.whatif.pace import due, intake

DAY = AS_OF.date()
SOON = date(2026, 11, 25)


@pytest.fixture(scope="module")
def chamber():
    return region(enforcers=14, districts=4, fewest=2, writs_a_day=12, heaviest=120)


@pytest.fixture(scope="module")
def past(chamber):
    return history(chamber, AS_OF, 365, Config().calendar)


def days(count):
    return simulated_days(DAY, count, Config())


def leave(who, on=SOON, **cells):
    return Leave(kind="leave", enforcer_id=who, reason="licence_suspended", on=on, **cells)


def heaviest(chamber):
    return chamber.ledger.filter(pl.col("closed_at").is_null())["enforcer_id"].value_counts().sort("count")[-1, 0]


def ran(chamber, variants, count=6, **settings):
    return simulate(chamber, variants, as_of=AS_OF, days=days(count), config=Config(), replications=2, **settings)


def one(found, variant):
    tables = (found.days, found.evenness, found.people)
    return [table.filter(variant=variant).drop("variant") for table in tables]


def test_a_variant_without_events_or_whose_events_change_nothing_is_the_base_on_every_day(chamber):
    doubled = [Volume(kind="volume", factor=1.0, on=SOON)]
    found = ran(chamber, {"base": [], "nothing": [], "as many": doubled}, count=4)
    for variant in ("nothing", "as many"):
        assert all(mine.equals(base) for mine, base in zip(one(found, variant), one(found, "base"), strict=True))
    difference = differences(measures(found), "base")
    assert difference["difference"].abs().max() == 0
    assert not difference["clear"].any()


def test_p3_what_departs_on_a_day_to_come_is_distributed_on_it(chamber):
    who = heaviest(chamber)
    found = ran(chamber, {"base": [], "gone": [leave(who)]}, count=4)
    base, gone = (found.days.filter(variant=name) for name in ("base", "gone"))
    moved = gone.filter(pl.col("moved") > 0)
    assert moved["day"].unique().to_list() == [SOON]
    assert moved["moved"].min() > 60
    # Whatever more is placed is what moved, less what still waits.
    placed = gone["placed"].sum() - base["placed"].sum()
    assert placed == moved["moved"].sum() - gone.filter(day=days(4)[-1])["waiting"].sum()
    assert found.people.filter(variant="gone", enforcer_id=who)["open_last"].sum() == 0


def test_the_same_seed_gives_the_same_days_whatever_the_number_of_processes(chamber):
    variants = {"base": [], "gone": [leave(heaviest(chamber))]}
    once, twice = ran(chamber, variants, count=2), ran(chamber, variants, count=2, processes=2)
    assert once.days.equals(twice.days)
    assert once.people.equals(twice.people)
    assert not ran(chamber, variants, count=2, seed="1").days.equals(once.days)


def test_batches_come_as_often_as_the_period_says_and_lose_no_writ(chamber):
    weekly = [Rule(kind="rule", period=3, on=DAY)]
    found = ran(chamber, {"base": [], "rarely": weekly}, count=7)
    base, rarely = (found.days.filter(variant=name, replication=0) for name in ("base", "rarely"))
    assert [placed > 0 for placed in rarely["placed"]] == [True, False, False, True, False, False, True]
    assert rarely["arrived"].to_list() == base["arrived"].to_list()
    assert rarely["placed"].sum() == base["placed"].sum()
    # On a day without a batch all that came since the last one waits.
    for each in (base, rarely):
        before = each["arrived"].sum() + each["moved"].sum() + len(chamber.writs)
        assert each["waiting"].max() > 0 or each is base
        assert each["placed"].cum_sum().to_list()[-1] + each["waiting"].to_list()[-1] <= before
    waits = (rarely["arrived"].cum_sum() - rarely["placed"].cum_sum()).diff().drop_nulls()
    assert rarely["waiting"].diff().drop_nulls().to_list() == waits.to_list()


def test_what_is_distributed_anew_has_arrived_once_and_was_not_executed():
    """¶3: B left after a week; three of his writs were given to others, and stand twice in the ledger."""
    first, again = "2026-11-02T12:00:00", "2026-11-09T12:00:00"
    rows = [proceeding(f"P{n}", "E1", assigned_at=first, closed_at=again if n < 3 else None) for n in range(9)]
    ledger = [*rows, *(proceeding(f"P{n}", "E2", assigned_at=again) for n in range(3))]
    moved, plain = (typed({**HOME, "ledger": some}) for some in (ledger, [{**row, "closed_at": None} for row in rows]))
    one, other = (history(chamber, AS_OF, 365, Config().calendar) for chamber in (moved, plain))
    assert one.rate.sum() == other.rate.sum() > 0
    assert one.size.sum() == 9
    assert one.open_days.tolist() == other.open_days.tolist()
    pace = intake(moved.ledger, AS_OF, 365, Config().calendar)
    assert pace.equals(intake(plain.ledger, AS_OF, 365, Config().calendar))


def test_every_day_adds_up_to_the_last_writ(chamber):
    seldom = Rule(kind="rule", period=3, on=DAY)
    found = ran(chamber, {"base": [], "gone": [leave(heaviest(chamber)), seldom]}, count=7)
    held = chamber.ledger["closed_at"].null_count()
    for _, days in found.days.group_by("variant", "replication", maintain_order=True):
        pending, open_ = len(chamber.writs), held
        for day in days.iter_rows(named=True):
            assert pending + day["arrived"] + day["moved"] == day["placed"] + day["waiting"] + day["stays"]
            assert open_ + day["placed"] == day["open"] + day["moved"] + day["executed"]
            pending, open_ = day["waiting"] + day["stays"], day["open"]
    assert found.moved.filter(variant="gone")["writs"].sum() == found.days.filter(variant="gone")["moved"].sum()


def test_two_writs_for_nobody_wait_as_many_whether_batches_are_daily_or_weekly():
    stuck = [writ(name, debtor_district_id="D4", received_at="2026-11-23T08:00:00") for name in "ab"]
    chamber = typed({**HOME, "writs": stuck})
    found = ran(chamber, {"base": [], "weekly": [Rule(kind="rule", period=5, on=DAY)]}, count=7)
    assert found.days["waiting"].to_list() == [2] * found.days.height
    # Due on Thursday 26 November, and late on Friday, whether a batch tells it or not.
    for variant in ("base", "weekly"):
        assert found.days.filter(variant=variant, replication=0)["late"].to_list() == [0, 0, 0, 0, 2, 0, 0]


def test_a_writ_that_waits_beyond_its_three_working_days_is_late_once():
    chamber = typed({**HOME, "writs": [writ("w", debtor_district_id="D4", received_at="2026-11-23T08:00:00")]})
    found = ran(chamber, {"base": [], "helped": [Attach(kind="attach", enforcer_id="E1", district_id="D4", on=SOON)]})
    base = found.days.filter(variant="base", replication=0)
    assert base["waiting"].to_list() == [1] * 6
    # Due on Thursday 26 November; found late on Friday.
    assert base["late"].to_list() == [0, 0, 0, 0, 1, 0]
    helped = found.days.filter(variant="helped", replication=0)
    assert helped["placed"].to_list() == [0, 0, 1, 0, 0, 0]
    assert helped["late"].sum() == 0


def test_arrivals_follow_the_past_by_district_category_and_weekday(chamber, past):
    span = [DAY + timedelta(days=1 + n) for n in range(5 * 7) if (DAY + timedelta(days=1 + n)).weekday() < 5]
    drawn = pl.concat([draw(past, span, seed="0", replication=number).writs for number in range(60)])
    year = chamber.ledger.filter(pl.col("assigned_at") >= datetime(2025, 11, 24), pl.col("assigned_at") < AS_OF)
    factor = past.month[[(day.month - 1) for day in span]].mean()
    working = 247
    for keys in (["district_id"], ["category"]):
        expected = year.group_by(keys).agg(pl.len() / working * factor)
        got = drawn.group_by(keys).agg(pl.len() / (60 * len(span)), many=pl.len()).filter(pl.col("many") > 500)
        both = expected.join(got, on=keys, suffix="_got")
        assert len(both) >= 3
        assert ((both["len_got"] / both["len"]) - 1).abs().max() < 0.12
    mondays = drawn.filter(pl.col("on").dt.weekday() == 1).height / sum(day.weekday() == 0 for day in span)
    fridays = drawn.filter(pl.col("on").dt.weekday() == 5).height / sum(day.weekday() == 4 for day in span)
    assert mondays > 1.3 * fridays


def test_fewer_writs_are_some_of_the_same_and_more_are_the_same_and_others(past):
    layers = [draw(past, days(40), seed="0", replication=0, layer=layer) for layer in range(2)]

    def came(factor, **where):
        event = Volume(kind="volume", factor=factor, on=DAY, **where)
        return arriving(layers[: max(1, int(np.ceil(factor)))], [event], [])

    whole, half, more = (set(came(factor)["writ_id"]) for factor in (1.0, 0.5, 1.5))
    assert half < whole < more
    assert len(half) / len(whole) == pytest.approx(0.5, abs=0.08)
    assert len(more) / len(whole) == pytest.approx(1.5, abs=0.12)
    none = came(0.0, categories=("alimony",))
    assert set(none["writ_id"]) == set(came(1.0).filter(pl.col("category") != "alimony")["writ_id"])


def test_a_new_district_gets_its_share_of_the_old_ones_units_and_all_others_stay(past):
    drawn = [draw(past, days(60), seed="0", replication=0)]
    old = past.places[0]
    split = NewDistrict(kind="new_district", district_id="new", out_of=old, share=0.4, on=days(60)[10])
    before, after = arriving(drawn, [], []), arriving(drawn, [], [split])
    assert before["writ_id"].equals(after["writ_id"])
    gone = after.filter(debtor_district_id="new")
    assert gone["on"].min() >= split.on
    assert set(before.filter(pl.col("writ_id").is_in(gone["writ_id"].implode()))["debtor_district_id"]) == {old}
    from_then = before.filter(pl.col("on") >= split.on, debtor_district_id=old)
    assert len(gone) / len(from_then) == pytest.approx(0.4, abs=0.1)
    # Bundles are not torn: all writs of a debtor are in one district.
    assert after.group_by("debtor_id").agg(pl.col("debtor_district_id").n_unique())["debtor_district_id"].max() == 1


def test_settled_is_from_when_on_it_deviates_no_more_than_in_the_base(chamber):
    found = ran(chamber, {"base": [], "gone": [leave(heaviest(chamber))]}, count=4)
    since = date(2026, 11, 24)
    flat = found.evenness.with_columns(excess_std=pl.lit(0.3))
    far = flat.with_columns(
        excess_std=pl.when(pl.col("variant") == "gone", pl.col("day") == since).then(5.0).otherwise(0.3)
    )
    calm = settled(type(found)(found.days, flat, found.people, found.moved, 0, 0), "base", {"gone": since})
    assert calm["working_days"].to_list() == [0] * 5
    shaken = settled(type(found)(found.days, far, found.people, found.moved, 0, 0), "base", {"gone": since})
    assert shaken["settled_on"].to_list() == [None] * 5
    assert shaken["farthest"].to_list() == pytest.approx([4.7] * 5)


def test_everyone_in_turn_ranks_who_would_strand_writs_before_who_would_only_burden():
    chamber = typed(
        {
            **HOME,
            "enforcers": [*(enforcer(f"E{n}") for n in range(1, 4)), enforcer("B1", "D3"), enforcer("L1", "D4")],
            "attachments": [],
            "ledger": [
                *(proceeding(f"P{n}", "E1") for n in range(6)),
                proceeding("Q1", "L1", district_id="D4"),
                proceeding("Q2", "L1", district_id="D4"),
                proceeding("Q3", "B1", district_id="D3"),
            ],
        }
    )
    found = everyone_in_turn(chamber, as_of=AS_OF, pairs=3)
    singles = found.singles.select("leaving", "open", "unplaced", "districts_for_nobody", "pools_of_one", "most_added")
    assert singles.rows() == [
        ("L1", 2, 2, 1, 0, 0.0), ("B1", 1, 1, 1, 0, 0.0), ("E1", 6, 0, 0, 0, 3.0), ("E2", 0, 0, 0, 0, 0.0),
        ("E3", 0, 0, 0, 0, 0.0),
    ]  # fmt: skip
    assert found.pairs["leaving"].to_list()[0] == "E1, E2"
    assert found.pairs["pools_of_one"].to_list() == [1, 1, 1]
    heat = found.heat.select("district_id", "enforcer_id", "eligible_before", "eligible_after", "open").rows()
    assert ("D4", "L1", 1, 0, 2) in heat
    assert ("D1", "E1", 3, 2, 6) in heat


def test_who_leaves_in_a_world_of_his_own_breaks_what_he_would_break_alone(chamber):
    """Many departures in one batch, each beside the other, are what each is in a batch of its own."""
    found = everyone_in_turn(chamber, as_of=AS_OF, pairs=2)
    for row in pl.concat([found.singles.sample(5, seed=1), found.pairs]).iter_rows(named=True):
        gone = [leave(who, on=DAY) for who in row["leaving"].split(", ")]
        alone = departure(chamber, gone, as_of=AS_OF, lots=1)
        assert row["open"] == alone.moved["open"].sum()
        assert row["unplaced"] == alone.unplaced.height
        emptied = alone.pools.filter(pl.col("eligible_after") == 0, pl.col("eligible_before") > 0)
        assert row["districts_for_nobody"] == emptied.height
        assert row["writs_a_day_for_nobody"] == pytest.approx(emptied["a_day"].sum())
        assert (
            row["pools_of_one"]
            == alone.pools.filter(pl.col("eligible_after") == 1, pl.col("eligible_before") > 1).height
        )
        # Who of equals gets one more in a category is for the lot, and that of a world is its own.
        assert abs(row["most_added"] - (alone.load["added"].max() or 0)) <= len(CATEGORIES)


def test_what_returns_in_a_world_goes_to_whom_the_ledger_of_the_base_binds_it():
    """¶13: alimony goes where there is alimony against the debtor, whatever else of the ledger a world leaves out."""
    theirs = [proceeding(f"P{n}", "E1", category="alimony", debtor_id=f"X{n}") for n in range(4)]
    bound = [proceeding(f"Q{n}", "E2", category="alimony", debtor_id=f"X{n}") for n in range(4)]
    others = [proceeding(f"R{n}", "E3") for n in range(3)]
    found = everyone_in_turn(typed({**HOME, "ledger": theirs + bound + others}), as_of=AS_OF, pairs=0)
    of_first = found.singles.filter(leaving="E1").select("open", "most_added", "most_to").row(0)
    assert of_first == (4, 4.0, "E2")


def test_an_intake_is_the_same_to_the_last_bit_in_whatever_order_rows_stand():
    places = [f"D{n}" for n in range(100)]
    pace = pl.DataFrame({"district_id": places, "category": ["state"] * 100, "a_day": [n / 7 for n in range(100)]})
    rows = [(place, f"E{n}", 3.0) for place in places for n in range(20)]
    pools = pl.DataFrame(rows, schema=["district_id", "enforcer_id", "one_of"], orient="row")
    found = [due(pace, pools.sample(fraction=1, shuffle=True, seed=seed)) for seed in range(5)]
    assert all(other.equals(found[0]) for other in found[1:])


@pytest.mark.soak
def test_everyone_in_turn_is_the_same_whatever_the_number_of_processes(chamber):
    alone, two = (everyone_in_turn(chamber, as_of=AS_OF, pairs=2, processes=n) for n in (1, 2))
    assert alone.singles.equals(two.singles)
    assert alone.pairs.equals(two.pairs)
    assert alone.heat.equals(two.heat)


def test_history_knows_how_long_proceedings_stay_open_and_which_are_followed(chamber, past):
    assert past.open_days.shape == (len(CATEGORIES),)
    assert past.open_days[3] > 3 * past.open_days[2]
    assert 0 < past.followed.mean() < 0.3
    assert past.rate.sum() > 0
    assert past.size.sum() == len(past.category)


def test_the_lot_of_a_day_is_the_same_in_every_variant():
    # Of three enforcers alike one gets the day's only writ: by another lot it would be somebody else.
    later = [writ(f"w{n}", received_at=f"2026-11-{23 + n}T08:00:00", debtor_id=f"d{n}") for n in range(3)]
    home = typed({**HOME, "writs": later})
    found = ran(home, {"base": [], "as many": [Volume(kind="volume", factor=1.0, on=SOON)]}, count=1)
    wide = found.people.pivot("variant", index=["replication", "enforcer_id"], values="received")
    assert wide["base"].sum() == 2
    assert wide["base"].equals(wide["as many"])
