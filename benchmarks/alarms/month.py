"""A fair month: days of a stream under the law, with a lottery where the optimiser would choose.

No alarm looks at how even free writs were dealt, so nothing is solved: pools, bundles and bindings are the law's own,
and each free bundle goes to a member of its pool by equal chance. Manual acts are drawn beside: four clerks who do
unlike parts of the work, on enforcers and writs as they come.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.config import Config
from tengbol.model.law import law_of, pools
from tengbol.model.law.docket import docket
from tengbol.model.tables import TABLES
from tengbol.report.alarms import Inputs
from tengbol.report.record import Record, record
from tengbol.scenarios.draws import stream as chance
from tengbol.scenarios.stream import Recipe, Stream, draw

if TYPE_CHECKING:
    import numpy as np

#: A middling region.
RECIPE: Final = Recipe(
    first=dt.date(2026, 4, 1),
    last=dt.date(2026, 4, 30),
    districts=8,
    enforcers=44,
    joining=1,
    leaving=1,
    writs_a_day=60.0,
)
#: A large one, of unlike districts.
LARGE: Final = replace(RECIPE, districts=17, enforcers=300, joining=2, leaving=2, writs_a_day=400.0)
#: A small, a middling and a large chamber, by how many enforcers it has.
CHAMBERS: Final = {
    10: replace(RECIPE, districts=2, enforcers=10, joining=0, leaving=0, writs_a_day=14.0),
    40: replace(RECIPE, districts=8, enforcers=40, writs_a_day=55.0),
    120: replace(RECIPE, districts=12, enforcers=120, joining=2, leaving=2, writs_a_day=160.0),
}
_ACTS: Final = 40
_CLERKS: Final = {"clerk A": 0.45, "clerk B": 0.3, "clerk C": 0.15, "clerk D": 0.1}
_KINDS: Final = ("absence", "recusal", "writ_changed", "attachment")


@dataclass(frozen=True)
class Month:
    """A month before it is distributed: the stream (its people, absences, writs) and the manual acts."""

    stream: Stream
    events: pl.DataFrame


def fair(seed: int, recipe: Recipe = RECIPE) -> Month:
    """Draw a month in which nobody does anything wrong."""
    made = draw(replace(recipe, seed=seed))
    return Month(made, _events(made, seed))


def distributed(month: Month) -> tuple[Record, Inputs]:
    """Distribute a month day by day."""
    made = month.stream
    rng = chance(made.recipe.seed, "lottery")
    waiting, ledger = made.writs.clear(), made.chamber.ledger
    balances = TABLES["balances"].empty()
    config = Config()
    given, batches, members = [], [], []
    for number, day in enumerate(made.days, 1):
        chamber = made.batch(day, waiting=waiting, ledger=ledger, balances=balances)
        todo = docket(chamber, as_of=made.as_of(day), law=law_of(config))
        identified = pools.identified(todo.bundles, todo.members)
        dealt = _dealt(todo.bundles.join(identified, on="pool", how="left"), rng)
        assigned = (
            todo.writs.with_columns(pl.col("category").cast(pl.String))
            .join(dealt, on="bundle_id")
            .join(chamber.writs.select("writ_id", "claim", "amount"), on="writ_id")
            .with_columns(batch_id=pl.lit(f"{number:02d}"), amount=pl.when(pl.col("claim") == "money").then("amount"))
        )
        given.append(assigned)
        members.append(pools.listed(identified))
        batches.append({"batch_id": f"{number:02d}", "number": number, "as_of": made.as_of(day)})
        waiting = chamber.writs.join(assigned, on="writ_id", how="anti")
        ledger = pl.concat([ledger, made.opened(day, assigned)])
    whole = record(
        batches=pl.DataFrame(batches),
        assignments=pl.concat(given),
        pools=pl.concat(members).unique(),
        enforcers=made.chamber.enforcers,
        districts=made.chamber.districts,
        events=month.events,
    )
    return whole, Inputs(writs=made.writs, absences=made.chamber.absences, ledger=ledger)


def _dealt(bundles: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Of each bundle who gets it: bound ones as the law says, others by equal chance; and what is known of it."""
    turn = pl.Series(rng.random(len(bundles)))
    at = (turn * bundles["pool_size"]).floor().cast(pl.Int64).clip(upper_bound=bundles["pool_size"] - 1)
    return bundles.with_columns(at=at).select(
        "bundle_id",
        "district_id",
        "basis",
        "pool_size",
        "pool_id",
        enforcer_id=pl.coalesce("bound_to", pl.col("members").list.get(pl.col("at"), null_on_oob=True)),
    )


def _events(made: Stream, seed: int) -> pl.DataFrame:
    rng = chance(seed, "acts")
    count = int(rng.poisson(_ACTS))
    subjects = [*made.chamber.enforcers["enforcer_id"], *made.writs["writ_id"].sample(count, seed=seed)]
    moments = [
        dt.datetime.combine(made.days[day], dt.time(9)) + dt.timedelta(minutes=int(minute))
        for day, minute in zip(rng.integers(0, len(made.days), count), rng.integers(0, 540, count), strict=True)
    ]
    return pl.DataFrame(
        {
            "at": moments,
            "who": rng.choice(list(_CLERKS), count, p=list(_CLERKS.values())),
            "what": rng.choice(_KINDS, count),
            "document": [f"order {number}" for number in range(count)],
            "subject": [subjects[place] for place in rng.integers(0, len(subjects), count)],
        },
        schema={
            "at": pl.Datetime("us"),
            "who": pl.String,
            "what": pl.String,
            "document": pl.String,
            "subject": pl.String,
        },
    )
