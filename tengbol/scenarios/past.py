"""What went before in an invented chamber: proceedings given out, and what each enforcer was due and got."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.model.codes import CATEGORIES
from tengbol.parameters import CLAIMS
from tengbol.scenarios.day import DAY, days, moments
from tengbol.scenarios.draws import some, spread, stream
from tengbol.scenarios.people import LEDGER_MONTHS, company_numbers, personal_numbers, written

if TYPE_CHECKING:
    from tengbol.scenarios.staff import Staff

#: Synthetic: shares of the categories are not published. Of one that is not here there is nothing in what is invented.
_SHARES: Final = {"individual": 0.34, "legal_entity": 0.35, "state": 0.15, "alimony": 0.10, "non_property": 0.06}
#: The same in the order of `CATEGORIES`.
CATEGORY_SHARES: Final = np.array([_SHARES.get(name, 0.0) for name in CATEGORIES])
#: The claim of what is invented of each: the last of a category stands for all of it (`parameters.toml`).
CLAIM_OF: Final = {name: claims[-1] for name, claims in CLAIMS.items()}

#: Writs an enforcer was due in the year so far, on average. Synthetic.
_DUE_A_YEAR: Final = 600

_BILLION: Final = 10**9
_ALIMONY: Final = CATEGORIES.index("alimony")


@dataclass(frozen=True)
class Past:
    """The ledger, and by its rows (P,): debtor's number, district and enforcer by index (-1: unknown)."""

    ledger: pl.DataFrame
    debtor: np.ndarray
    district: np.ndarray
    enforcer: np.ndarray


def past(seed: int, districts: pl.DataFrame, staff: Staff, count: int) -> Past:
    """Draw a ledger of about `count` proceedings of the last two years, a third of them closed.

    One in fifty is held by somebody the table of enforcers no longer knows; one alimony debtor in ten has a
    second alimony proceeding, given out later and to somebody else.
    """
    rng = stream(seed, "ledger")
    district = spread(rng, count, districts["population"].to_numpy())
    category = spread(rng, count, CATEGORY_SHARES)
    natural = (category == _ALIMONY) | (rng.random(count) < 0.75)
    debtor = np.empty(count, dtype=np.int64)
    debtor[natural] = personal_numbers(rng, int(natural.sum()), LEDGER_MONTHS)
    debtor[~natural] = company_numbers(rng, int((~natural).sum()), LEDGER_MONTHS)
    case = np.where(rng.random(count) < 0.6, np.arange(count), -1)
    assigned = -rng.integers(4, 700, count)
    again = some(rng, np.flatnonzero(category == _ALIMONY), 0.1, 3)
    rows = np.append(np.arange(count), again)
    district, category, debtor = district[rows], category[rows], debtor[rows]
    case = np.append(case, np.full(len(again), -1))
    assigned = np.append(assigned, np.maximum(assigned[again] + 90, -4))
    enforcer = staff.serving.pick(rng, district)
    enforcer[rng.random(len(rows)) < 0.02] = -1
    closed = rng.random(len(rows)) < 0.35
    closing = np.minimum(assigned + rng.integers(5, 400, len(rows)), -3)
    order = np.lexsort((rows, assigned))
    rows, district, category, debtor, case, assigned, enforcer, closed, closing = (
        column[order] for column in (rows, district, category, debtor, case, assigned, enforcer, closed, closing)
    )
    region = districts["district_id"].str.slice(0, 2).gather(district)
    year = pl.Series(days(assigned)).dt.strftime("%y")
    unknown = region + pl.Series("JSO", ["-9"]).new_from_index(0, len(rows)) + pl.Series(rows % 90 + 10).cast(pl.String)
    holder = staff.ids.gather(np.maximum(enforcer, 0))
    ledger = pl.DataFrame({"region": region, "year": year, "case": case, "serial": np.arange(1, len(rows) + 1)}).select(
        writ_id=pl.concat_str(
            "region", pl.lit("-"), "year", pl.lit("-"), pl.col("serial").cast(pl.String).str.zfill(7)
        ),
        case_id=pl.when(pl.col("case") >= 0).then(
            pl.concat_str("region", pl.lit("11-"), "year", pl.lit("-00-2/"), pl.col("case") + 1)
        ),
        debtor_id=written(debtor),
        category=pl.Series(CATEGORIES, dtype=pl.String).gather(category),
        enforcer_id=pl.when(pl.Series(enforcer >= 0)).then(holder).otherwise(pl.lit("JSO-") + unknown),
        district_id=districts["district_id"].gather(district),
        assigned_at=moments(assigned, rng.integers(9 * 3600, 18 * 3600, len(rows))),
        closed_at=moments(closing, rng.integers(18 * 3600, 19 * 3600, len(rows)), known=closed),
    )
    return Past(ledger, debtor, district, enforcer)


def balances(seed: int, districts: pl.DataFrame, staff: Staff) -> pl.DataFrame:
    """Draw opening balances of everybody whose licence has begun: due from the year's pools, got about that.

    In each category, what all got is what all were due, to the nearest writ.
    """
    rng = stream(seed, "balances")
    count = len(staff.home)
    population = districts["population"].to_numpy()
    arrived = np.rint(_DUE_A_YEAR * count * np.outer(population / population.sum(), CATEGORY_SHARES))
    pools = np.maximum(staff.registered.sizes, 1)
    due = (arrived * _BILLION / pools[:, None]).astype(np.int64)[staff.home]
    without = np.flatnonzero((staff.registered.sizes == 0) & (staff.serving.sizes > 0))
    for place in without:
        start, size = staff.serving.starts[place], staff.serving.sizes[place]
        due[staff.serving.members[start : start + size]] += (arrived[place] * _BILLION / size).astype(np.int64)
    # Some stood in their pools for only a part of the year.
    part = some(rng, np.arange(count), 0.2)
    due[part] = due[part] // 1000 * rng.integers(100, 1000, (len(part), 1))
    received = np.rint(due / _BILLION + rng.normal(0, 0.8, due.shape)).astype(np.int64)
    begun = np.flatnonzero(staff.enforcers.sort("enforcer_id")["licensed_from"].to_numpy() <= np.datetime64(DAY))
    place = staff.ids.arg_sort().to_numpy()[begun]
    due, received = due[place], np.maximum(received[place], 0)
    for category in range(len(CATEGORIES)):
        _even_out(rng, received[:, category], round(int(due[:, category].sum()) / _BILLION))
    rows = len(place) * len(CATEGORIES)
    return pl.DataFrame(
        {
            "enforcer_id": staff.ids.gather(np.repeat(place, len(CATEGORIES))),
            "category": pl.Series(CATEGORIES, dtype=pl.String).gather(np.arange(rows) % len(CATEGORIES)),
            "received": received.ravel(),
            "billionths": due.ravel(),
        }
    ).select(
        "enforcer_id",
        "category",
        "received",
        share=pl.concat_str(
            pl.col("billionths") // _BILLION,
            pl.lit("."),
            (pl.col("billionths") % _BILLION).cast(pl.String).str.zfill(9),
        ).cast(pl.Decimal(38, 9)),
    )


def _even_out(rng: np.random.Generator, received: np.ndarray, total: int) -> None:
    """Change `received` (E,), in place and by one writ at a time, until its sum is `total`."""
    while (missing := total - int(received.sum())) != 0:
        step = 1 if missing > 0 else -1
        able = np.flatnonzero(received + step >= 0)
        received[rng.permutation(able)[: abs(missing)]] += step
