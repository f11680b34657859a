"""The attachment planner: whom to attach where, so that every district keeps enough eligible enforcers (¶9).

Attached enforcers are a district's pool only while none registered there is available. What a departure leaves is
therefore counted as ¶9 counts it: with R available registered, A available attached, and any r enforcers of the chamber
leaving at once, the pool is R − r when R > r, whoever is attached; and where all R may be among those who leave, it is
A − (r − R) at the least. So attachments help exactly where R ≤ r, and there `keep` + r − R are needed. While one
registered enforcer of several stays he alone is the pool: no attachment mends that, and the plan says so.

`optimizer.attachments` then finds the plan: what can be covered, as few attachments as that takes, the most even load.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.config import Config
from tengbol.errors import UnusableInputError
from tengbol.model.codes import CATEGORIES
from tengbol.model.law import availability, category, law_of, pools
from tengbol.optimizer import lot
from tengbol.optimizer.attachments import AttachmentProblem, loads, plan_attachments
from tengbol.parameters import MOST_MCI, NON_PROPERTY
from tengbol.phrase import english
from tengbol.scenarios.attachment_remarks import reasons, remarks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tengbol.model.chamber import Chamber

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

#: Loads are counted in hundredths of a writ, over so many days.
WRIT: Final = 100
DAYS: Final = 365
#: Squares of more writs than this in a year would not fit the solver's integers.
_MOST_WRITS: Final = 10_000_000


@dataclass(frozen=True)
class Asked:
    """What the plan is to bring.

    keep: so many eligible enforcers in every district, whichever `leavers` enforcers leave at once. most: new
    attachments one enforcer may take, null for any number. within: kilometres between the districts where an enforcer
    is registered and where he is attached, by the pairs of `distances` (`district_id`, `other_district_id`, `km`, in
    either direction); null for no limit. A pair without a distance is beyond every limit.
    """

    keep: int
    leavers: int = 1
    most: int | None = None
    within: float | None = None
    distances: pl.DataFrame | None = None


@dataclass(frozen=True)
class Plan:
    """attachments: `district_id`, `enforcer_id`, `home_district_id`, `km`, `reason`: what is new, a row each.

    districts: a row each with `registered`, `attached_before`, `attached_after` (available ones), `pool_before`,
    `pool_after` (¶9, nobody having left), `least_before`, `least_after` (the smallest pool that departures can leave),
    `short` (attachments that nobody may take), `intake` (writs of a year), `closed` (through which
    day the attached are not asked, for a registered one is away for a short time), `remark`. enforcers: a row for each
    available one with `attachments` (new ones) and the expected writs of a year `now_before`, `now_after`,
    `called_before`, `called_after`. objective, lower_bound: sum of squared loads, in squared hundredths of a writ.
    """

    as_of: dt.datetime
    seed: str
    asked: Asked
    attachments: pl.DataFrame
    districts: pl.DataFrame
    enforcers: pl.DataFrame
    objective: int
    lower_bound: int


def plan(chamber: Chamber, *, as_of: dt.datetime, seed: str, asked: Asked, config: Config | None = None) -> Plan:
    """Plan attachments for the day of `as_of`, beside those in force on it.

    seed: hexadecimal; who of equal enforcers is attached is decided by lot. Raises `UnusableInputError` for a
    question that has no answer.
    """
    config = config or Config()
    _refuse_senseless(asked)
    day = as_of.date()
    everyone = availability.standing_of_everyone(chamber.enforcers, chamber.absences, day)
    serving = pools.serving(everyone, chamber.attachments, day).filter(pl.col("away").is_null())
    districts, intake = _districts(chamber, serving, as_of, config)
    brief = availability.back_with_licence(availability.briefly_away(chamber.absences, day), chamber.enforcers, day)
    closed = pools.closed_to_attached(everyone, brief, config.attached_when).rename({"last": "closed"})
    districts = districts.join(closed, on="district_id", how="left", maintain_order="left")
    people = everyone.filter(pl.col("away").is_null())
    people = people[lot.order(seed, "enforcer", people["enforcer_id"].to_list())]
    problem, km = _problem(districts, intake, people, serving, asked)
    found = plan_attachments(problem, limit=config.search_limit * 10)
    chosen = _listed(districts, people, found.chosen, km)
    table = _told(districts, problem, found.covered, asked)
    made = Plan(
        as_of=as_of,
        seed=seed,
        asked=asked,
        attachments=chosen,
        districts=table,
        enforcers=_loads(people, problem, found.chosen),
        objective=found.objective,
        lower_bound=found.lower_bound,
    )
    return retold(made, english)


def retold(found: Plan, spoken: Callable[..., str]) -> Plan:
    """The same plan with its reasons and remarks in the language that a translator of templates speaks."""
    keep, leavers = found.asked.keep, found.asked.leavers
    return replace(
        found,
        attachments=reasons(found.attachments, found.districts, keep, leavers, spoken),
        districts=remarks(found.districts, keep, leavers, spoken),
    )


def least_pool(registered: Ints, attached: Ints, leavers: int, closed: Bools | None = None) -> Ints:
    """`(D,)`: the smallest pool ¶9 gives when any `leavers` enforcers leave.

    closed: `(D,)` districts whose attached are not asked, for a registered one is away for a short time and stays
    registered (the reading `nobody_registered`).
    """
    called = np.maximum(0, attached - (leavers - registered))
    # While one registered enforcer is left, he is the pool.
    called = np.where(registered > 0, np.minimum(1, called), called)
    called = called if closed is None else np.where(closed, 0, called)
    return np.where(registered > leavers, registered - leavers, called)


def _refuse_senseless(asked: Asked) -> None:
    for name, value, least in (("keep", asked.keep, 1), ("leavers", asked.leavers, 0), ("most", asked.most, 1)):
        if value is not None and value < least:
            raise UnusableInputError("--{name} {value}: give {least} or more.", name=name, value=value, least=least)
    if asked.within is not None and asked.distances is None:
        raise UnusableInputError("--within limits distances, but there are none; give their table by --distances.")
    if asked.distances is not None and asked.within is None:
        raise UnusableInputError("--distances are there to limit; say by --within how many kilometres are allowed.")


def _districts(
    chamber: Chamber, serving: pl.DataFrame, as_of: dt.datetime, config: Config
) -> tuple[pl.DataFrame, Ints]:
    """Districts, those of most intake first, with who is available; and their intake `(D, K)`, writs of a year."""
    past = chamber.ledger.filter(
        pl.col("assigned_at").is_between(as_of - timedelta(days=DAYS), as_of, closed="right")
    ).select("district_id", "category")
    day = as_of.date()
    writs = category.with_mci(chamber.writs.with_columns(category.category(day)), law_of(config), day)
    # Not yet ready, or not yet here: it comes all the same.
    outside = ~pl.col("category").is_in(NON_PROPERTY) | ~pl.col("state_interest")
    within = (pl.col("category") != "state") | (pl.col("amount") <= MOST_MCI * pl.col("mci"))
    coming = writs.filter(outside, within).select(district_id="debtor_district_id", category="category")
    counts = (
        pl.concat([past, coming.with_columns(pl.col("category").cast(pl.String))])
        .group_by("district_id")
        .agg((pl.col("category") == name).sum().cast(pl.Int64).alias(name) for name in CATEGORIES)
    )
    number = {
        basis: serving.filter(basis=basis).group_by("district_id").agg(pl.len().cast(pl.Int64).alias(basis))
        for basis in ("registered", "attached")
    }
    table = (
        chamber.districts.select("district_id", "name", "chamber_id")
        .join(counts, on="district_id", how="left")
        .join(number["registered"], on="district_id", how="left")
        .join(number["attached"], on="district_id", how="left")
        .with_columns(pl.col(*CATEGORIES, "registered", "attached").fill_null(0))
        .with_columns(intake=pl.sum_horizontal(CATEGORIES))
        .sort("intake", "district_id", descending=[True, False])
    )
    # Where nothing came in a year something may yet come: no attachment is without load.
    return table.drop(CATEGORIES), np.maximum(1, table.select(CATEGORIES).to_numpy()).astype(np.int64)


def _problem(
    districts: pl.DataFrame, intake: Ints, people: pl.DataFrame, serving: pl.DataFrame, asked: Asked
) -> tuple[AttachmentProblem, NDArray[np.float64]]:
    """The optimiser's arrays: enforcers in the order of `people`, districts in theirs; and kilometres `(J, D)`."""
    place = {name: d for d, name in enumerate(districts["district_id"].to_list())}
    row = {name: j for j, name in enumerate(people["enforcer_id"].to_list())}
    home = np.array([place[name] for name in people["district_id"].to_list()], dtype=np.int64)
    shape = len(home), len(place)
    held = np.zeros(shape, dtype=bool)
    for where, who in serving.filter(basis="attached").select("district_id", "enforcer_id").iter_rows():
        held[row[who], place[where]] = True
    chambers = districts["chamber_id"].to_numpy()
    km = _kilometres(place, asked.distances)
    allowed = (chambers[home][:, None] == chambers[None, :]) & ~held
    if asked.within is not None:
        allowed &= km[home] <= asked.within
    allowed[np.arange(len(home)), home] = False
    registered = districts["registered"].to_numpy()
    own = intake * WRIT // np.maximum(1, registered)[:, None]
    # Two days count alike: today, and the one on which the attached are called because the registered have left.
    nobody = (registered == 0) & districts["closed"].is_null().to_numpy()
    today, called = nobody[:, None], (registered <= asked.leavers)[:, None]
    problem = AttachmentProblem(
        need=np.where(called[:, 0], np.maximum(0, asked.keep + asked.leavers - registered - held.sum(axis=0)), 0),
        allowed=allowed,
        room=np.full(len(home), len(place) if asked.most is None else asked.most, dtype=np.int64),
        held=held,
        load=np.hstack([own[home], own[home]]),
        intake=np.hstack([intake * WRIT * today, intake * WRIT * called]),
    )
    if int(intake.sum()) > _MOST_WRITS:
        raise UnusableInputError(
            "The ledger and the writs make more than {most_writs} a year, too many to plan with; plan a chamber alone.",
            most_writs=f"{_MOST_WRITS:,}",
        )
    return problem, km[home]


def _kilometres(place: dict[str, int], distances: pl.DataFrame | None) -> NDArray[np.float64]:
    """`(D, D)`: infinite where no distance is given."""
    km = np.full((len(place), len(place)), np.inf)
    np.fill_diagonal(km, 0.0)
    if distances is not None:
        for one, other, far in distances.select("district_id", "other_district_id", "km").iter_rows():
            if one in place and other in place and one != other:
                km[place[one], place[other]] = km[place[other], place[one]] = far
    return km


def _listed(districts: pl.DataFrame, people: pl.DataFrame, chosen: Bools, km: NDArray[np.float64]) -> pl.DataFrame:
    """What is chosen, by district and enforcer."""
    rows, places = np.nonzero(chosen)
    return pl.DataFrame(
        {
            "district_id": districts["district_id"].gather(places),
            "enforcer_id": people["enforcer_id"].gather(rows),
            "home_district_id": people["district_id"].gather(rows),
            "km": pl.Series(km[rows, places], dtype=pl.Float64).replace(np.inf, None),
        }
    ).sort("district_id", "enforcer_id")


def _told(districts: pl.DataFrame, problem: AttachmentProblem, covered: Ints, asked: Asked) -> pl.DataFrame:
    """Each district before and after, by id."""
    registered, attached = districts["registered"].to_numpy(), districts["attached"].to_numpy()
    after, closed = attached + covered, districts["closed"].is_not_null().to_numpy()
    asked_before, asked_after = np.where(closed, 0, attached), np.where(closed, 0, after)
    return districts.select(
        "district_id",
        "name",
        "chamber_id",
        "registered",
        attached_before="attached",
        attached_after=pl.Series(after, dtype=pl.Int64),
        pool_before=pl.Series(np.where(registered > 0, registered, asked_before), dtype=pl.Int64),
        pool_after=pl.Series(np.where(registered > 0, registered, asked_after), dtype=pl.Int64),
        least_before=pl.Series(least_pool(registered, attached, asked.leavers, closed), dtype=pl.Int64),
        least_after=pl.Series(least_pool(registered, after, asked.leavers, closed), dtype=pl.Int64),
        short=pl.Series(problem.need - covered, dtype=pl.Int64),
        intake="intake",
        closed="closed",
    ).sort("district_id")


def _loads(people: pl.DataFrame, problem: AttachmentProblem, chosen: Bools) -> pl.DataFrame:
    """Expected writs of a year of each enforcer, today and on the day the attached are called."""
    told = {"attachments": pl.Series(chosen.sum(axis=1), dtype=pl.Int64)}
    for moment, taken in (("before", np.zeros_like(chosen)), ("after", chosen)):
        both = loads(problem, taken).reshape(len(chosen), 2, len(CATEGORIES)).sum(axis=2) / WRIT
        told |= {f"now_{moment}": pl.Series(both[:, 0]), f"called_{moment}": pl.Series(both[:, 1])}
    order = ("attachments", "now_before", "now_after", "called_before", "called_after")
    return people.select("enforcer_id", "district_id", *(told[name].alias(name) for name in order)).sort("enforcer_id")
