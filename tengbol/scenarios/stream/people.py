"""Who serves which district on which day of a stream: joins, leaves for good, absences of 1 to 60 days (¶3, ¶9, ¶18).

The least populous quarter of the districts has no enforcer of its own and is served by attached ones. All numbers
are synthetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.model.codes import TEMPORARY_ABSENCES
from tengbol.model.tables import TABLES
from tengbol.scenarios.draws import apportion, some, stream
from tengbol.scenarios.geography import districts
from tengbol.scenarios.people import names

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.scenarios.stream.recipe import Recipe

#: Calendar days of short, middle and long absences, and how often each: synthetic.
_SPANS: Final = ((1, 10), (11, 30), (31, 60))
_SPAN_SHARES: Final = (0.6, 0.3, 0.1)
_YEAR: Final = 365
#: How many are attached to a district that has no enforcer of its own.
_ATTACHED: Final = 4
#: From districts with fewer nobody is attached elsewhere, and nobody leaves.
_ENOUGH: Final = 4


@dataclass(frozen=True)
class People:
    """Tables, and by index: `weight` (D,) population of each district; `serving` (P, 2) pairs of district and enforcer,
    registered or attached; `ids` of the enforcers; `places` of the districts; `settled` (E,) there from the first day.
    """

    districts: pl.DataFrame
    enforcers: pl.DataFrame
    attachments: pl.DataFrame
    absences: pl.DataFrame
    weight: np.ndarray
    serving: np.ndarray
    ids: pl.Series
    places: pl.Series
    settled: np.ndarray


def people(recipe: Recipe) -> People:
    """Draw the tables. Raises `UnusableInputError` where there are too few enforcers for the districts."""
    rng = stream(recipe.seed, "stream people")
    region = districts(recipe.chamber_id).sort("population", "district_id", descending=[True, False])
    region = region.head(recipe.districts or len(region))
    weight = region["population"].to_numpy()
    home = _homes(rng, recipe, weight)
    count, there = len(home), np.arange(len(home)) < recipe.enforcers
    ids = pl.Series([f"JSO-{region['district_id'][0][:2]}-{number:03d}" for number in rng.permutation(count) + 1])
    many = np.bincount(home, minlength=len(weight))[home] > _ENOUGH
    attached = _attached(rng, weight, home, np.flatnonzero(there & many))
    going = rng.permutation(np.setdiff1d(np.flatnonzero(there & many), attached[:, 1]))[: recipe.leaving]
    span = (recipe.last - recipe.first).days
    licensed_from = np.where(there, -rng.integers(30, 10 * _YEAR, count), rng.integers(span // 10, span + 1, count))
    licensed_to = pl.Series([None] * count, dtype=pl.Int64).scatter(going, rng.integers(span // 10, span, len(going)))
    where = region["district_id"]
    return People(
        districts=region.select(TABLES["districts"].columns).sort("district_id"),
        enforcers=_with_days(
            recipe.first,
            pl.DataFrame(
                {
                    "enforcer_id": ids,
                    "name": names(rng, count),
                    "district_id": where.gather(home),
                    "licensed_from": licensed_from,
                    "licensed_to": licensed_to,
                }
            ),
            "licensed_from",
            "licensed_to",
        ).sort("enforcer_id"),
        attachments=pl.DataFrame(
            {"district_id": where.gather(attached[:, 0]), "enforcer_id": ids.gather(attached[:, 1])}
        ).with_columns(valid_from=recipe.first, valid_to=pl.lit(None, dtype=pl.Date)),
        absences=_absences(rng, recipe, ids, span),
        weight=weight,
        serving=np.concatenate([np.column_stack([home, np.arange(count)]), attached]),
        ids=ids,
        places=where,
        settled=there,
    )


def _homes(rng: np.random.Generator, recipe: Recipe, weight: np.ndarray) -> np.ndarray:
    """District of each enforcer (E,), those there from the first day before those who join. Heaviest district first."""
    staffed = len(weight) - len(weight) // 4
    spare = recipe.enforcers - recipe.fewest * staffed
    if spare < 0:
        raise UnusableInputError(
            "{enforcers} enforcers are too few for {fewest} in each of {staffed} districts; ask for more, or for "
            "fewer districts.",
            enforcers=recipe.enforcers,
            fewest=recipe.fewest,
            staffed=staffed,
        )
    own = weight[:staffed]
    homes = np.repeat(np.arange(staffed), recipe.fewest + apportion(spare, own))
    return np.append(homes, rng.choice(staffed, recipe.joining, p=own / own.sum()))


def _attached(rng: np.random.Generator, weight: np.ndarray, home: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Pairs (P, 2) of a district without enforcers and one of `among`."""
    lacking = np.setdiff1d(np.arange(len(weight)), home)
    pairs = [(place, who) for place in lacking for who in some(rng, among, 0, _ATTACHED)]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _absences(rng: np.random.Generator, recipe: Recipe, ids: pl.Series, span: int) -> pl.DataFrame:
    """Some begin before the first day, so that the stream does not open with everybody there."""
    each = rng.poisson(recipe.absences * (span + _SPANS[-1][1]) / _YEAR, len(ids))
    who = np.repeat(np.arange(len(ids)), each)
    shortest, longest = np.array(_SPANS)[rng.choice(len(_SPANS), len(who), p=_SPAN_SHARES)].T
    length = rng.integers(shortest, longest + 1)
    start = rng.integers(-_SPANS[-1][1], span + 1, len(who))
    reason = pl.Series(TEMPORARY_ABSENCES, dtype=pl.String).gather(rng.integers(0, len(TEMPORARY_ABSENCES), len(who)))
    drawn = pl.DataFrame({"enforcer_id": ids.gather(who), "reason": reason, "start": start, "end": start + length - 1})
    # No absence is in the table twice: reading would refuse the second.
    return (
        _with_days(recipe.first, drawn, "start", "end")
        .with_columns(reference=pl.lit(None, dtype=pl.String))
        .unique(maintain_order=True)
        .sort("start", "enforcer_id", "end", "reason")
    )


def _with_days(first: dt.date, frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Turn offsets from the first day into days."""
    return frame.with_columns((pl.lit(first) + pl.duration(days=pl.col(column))).alias(column) for column in columns)
