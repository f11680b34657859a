"""Replications of one variant side by side: the rules asked once for all of them, each distributed by its own lot.

As in `worlds`, each has ids that no other has: before every id stands its name, and all names are of one length. So
what is sorted by an id stands replication by replication, each in the order that it would have alone.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tengbol.model.tables import TABLES
from tengbol.optimizer import lot
from tengbol.outcome import Outcome, decide, told
from tengbol.ruling import Clock, Ruled
from tengbol.scenarios.whatif.worlds import IDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tengbol.optimizer.solve import Known
    from tengbol.scenarios.whatif.plan import Plan


def names(numbers: Sequence[int], count: int) -> list[str]:
    """Names of the replications `numbers` of `count`."""
    digits = len(str(count))
    return [f"{number:0{digits}} " for number in numbers]


def copies(frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """A copy of `frame` for each name, one after the other, each with ids of its own."""
    ids = [column for column in frame.columns if column in IDS]
    return pl.concat([frame.with_columns((pl.lit(name) + pl.col(each)).alias(each) for each in ids) for name in names])


def planned(whole: Plan, names: Sequence[str]) -> Plan:
    """What befalls each of them. Of the chamber only what a day takes from it: all but writs, ledger and balances."""
    people = whole.people
    kept = [table for table in TABLES if table not in ("writs", "ledger", "balances")]
    moves = [
        event.model_copy(update={"enforcer_id": name + event.enforcer_id, "district_id": name + event.district_id})
        for name in names
        for event in whole.transfers
    ]
    departures = copies(whole.departures, names)
    kept_in = departures["enforcer_id"].str.head(len(names[0])) + departures["kept"]
    return replace(
        whole,
        people=replace(people, **{table: copies(getattr(people, table), names) for table in kept}),
        departures=departures.with_columns(kept=kept_in).sort("on", "enforcer_id", "kept"),
        transfers=tuple(moves),
    )


def tally(ids: pl.Series, names: Sequence[str]) -> dict[str, int]:
    """How many of `ids` are of each replication; all of them where there is but one, without a name."""
    if len(names) == 1:
        return {names[0]: len(ids)}
    counts = dict(ids.str.head(len(names[0])).value_counts().iter_rows())
    return {name: counts.get(name, 0) for name in names}


def turn(ids: pl.Series, seeds: Mapping[str, str]) -> pl.Series:
    """`lot.turn` of each replication by its own seed, one after the other. ids: of enforcers."""
    of = ids.str.head(len(next(iter(seeds))))
    own = [name + lot.turn(seed, ids.filter(of == name).str.slice(len(name))) for name, seed in seeds.items()]
    return pl.concat(own)


def outcome(ruled: Ruled, seeds: Mapping[str, str], known: Mapping[str, Known]) -> tuple[Outcome, frozenset[str]]:
    """One batch of each replication by the lot of its seed, all in one, and of which the first objective is not proven.

    ruled: by `turn` of `seeds`, which name the replications in order. known: of each, as of `solve`.
    """
    found = [
        (name, decide(own, seeds[name], Clock(), certify=False, known=known.get(name)).given)
        for name, own in _apart(ruled, list(seeds))
    ]
    holders = pl.concat([given.bundles["enforcer_id"] for _, given in found])
    holders = ruled.todo.bundles["bundle_id"].str.head(len(found[0][0])) + holders
    proof = found[0][1].proof
    for _, given in found[1:]:
        proof += given.proof
    return told(ruled, "", holders, proof), frozenset(name for name, given in found if not given.proof.first)


def _apart(ruled: Ruled, names: Sequence[str]) -> Iterator[tuple[str, Ruled]]:
    """Each replication with its own ids: bundles, pools, members and balances due, which is all that a lot asks."""
    todo, width = ruled.todo, len(names[0])
    of_pools = _starts(todo.pools["district_id"], names)
    spans = {
        "bundles": _starts(todo.bundles["bundle_id"], names),
        "members": _starts(todo.members["enforcer_id"], names),
        "pools": of_pools,
    }
    frames = {}
    for table, starts in spans.items():
        first = pl.Series(np.repeat(of_pools[:-1], np.diff(starts)), dtype=pl.Int64)
        frames[table] = _bare(getattr(todo, table), width).with_columns(pl.col("pool") - first)
    due, of_due = _bare(ruled.due, width), _starts(ruled.due["enforcer_id"], names)
    for place, name in enumerate(names):

        def of(frame: pl.DataFrame, starts: Sequence[int], place: int = place) -> pl.DataFrame:
            return frame[starts[place] : starts[place + 1]]

        own = {table: of(frames[table], starts) for table, starts in spans.items()}
        yield name, replace(ruled, todo=replace(todo, **own, unturned=None), due=of(due, of_due))


def _starts(ids: pl.Series, names: Sequence[str]) -> list[int]:
    """Where each replication begins in `ids`, in which they stand in order, and where the last one ends."""
    return [0, *accumulate(tally(ids, names).values())]


def _bare(frame: pl.DataFrame, width: int) -> pl.DataFrame:
    """Ids as they are in the base."""
    ids = [column for column in frame.columns if column in (*IDS, "bundle_id", "lot_id", "bound_to")]
    return frame.with_columns(pl.col(ids).str.slice(width))
