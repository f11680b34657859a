"""The writs of an invented batch, and the recusals: every situation of the Rules, where there is room for it.

Writs are drawn by units: a unit is one writ alone, or those that ¶13 and ¶14 keep together. Each unit has a
debtor and a district; a few have those of an open proceeding in the ledger. Proportions are synthetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.model.codes import CATEGORIES, COMMISSION_GROUNDS, ORIGINS
from tengbol.scenarios.draws import Groups, dealt, some, spread, stream
from tengbol.scenarios.papers import papers
from tengbol.scenarios.past import CATEGORY_SHARES
from tengbol.scenarios.people import DEBTOR_MONTHS, company_numbers, personal_numbers

if TYPE_CHECKING:
    from tengbol.scenarios.past import Past
    from tengbol.scenarios.staff import Staff

#: Writs of a bundle, and how often each number occurs: small bundles more often. Synthetic.
_SIZES: Final = np.arange(2, 13)
_SIZE_WEIGHTS: Final = _SIZES**-1.5 / (_SIZES**-1.5).sum()

#: What keeps a unit together: nothing; one case (¶14); alimony of one debtor (¶13); both, one writ being
#: the link.
_ALONE, _CASE, _ALIMONY, _LINKED = range(4)


@dataclass(frozen=True)
class Units:
    """Bundles and lone writs (U,): how many writs each has, its kind, district by index, debtor's number.

    `case`: number of its case, -1 for none. `proceeding`: row of the ledger whose debtor, and case, it
    shares, -1 for none.
    """

    size: np.ndarray
    kind: np.ndarray
    district: np.ndarray
    debtor: np.ndarray
    case: np.ndarray
    proceeding: np.ndarray


@dataclass(frozen=True)
class Arrivals:
    """Writs (N,) before they are put on paper.

    `unit`: which unit each is of. `category`: index in `CATEGORIES`. `in_case`: whether it bears the unit's
    case. `origin`: index in `ORIGINS`. `previous`: enforcer by index, -1 for nobody, -2 for somebody no
    longer known.
    """

    units: Units
    unit: np.ndarray
    category: np.ndarray
    in_case: np.ndarray
    origin: np.ndarray
    previous: np.ndarray


def writs(
    seed: int, districts: pl.DataFrame, staff: Staff, past: Past, count: int, *, bundled: float
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Draw the tables `writs` and `recusals`: `count` writs, a share `bundled` of them in bundles."""
    rng = stream(seed, "writs")
    arrivals = _arrivals(rng, districts, staff, past, count, bundled)
    table, order = papers(stream(seed, "papers"), districts, staff, past, arrivals)
    return table, _recusals(stream(seed, "recusals"), staff, arrivals, table, order)


def _arrivals(
    rng: np.random.Generator, districts: pl.DataFrame, staff: Staff, past: Past, count: int, bundled: float
) -> Arrivals:
    size = _bundle_sizes(rng, round(bundled * count))
    alone = count - int(size.sum())
    kind = np.array((_CASE, _ALIMONY))[spread(rng, len(size), np.array([0.75, 0.25]))]
    kind[some(rng, np.flatnonzero(size >= 3), 0.2)] = _LINKED
    size = np.append(size, np.ones(alone, dtype=np.int64))
    kind = np.append(kind, np.full(alone, _ALONE))
    unit = np.repeat(np.arange(len(size)), size)
    last = np.cumsum(size)[unit] - 1 - np.arange(count)
    category = _categories(rng, (kind[unit] == _ALIMONY) | ((kind[unit] == _LINKED) & (last < 2)))
    in_case = (kind[unit] != _ALIMONY) & ~((kind[unit] == _LINKED) & (last == 0))
    alimony = np.bincount(unit[category == CATEGORIES.index("alimony")], minlength=len(size)) > 0
    origin, returned, redistributed = _origins(rng, kind, unit)
    units = _units(rng, districts, staff, past, size, kind, alimony, unit[redistributed])
    previous = _previous(rng, staff, units.district[unit], returned)
    previous[redistributed] = _departed_from(rng, staff, units.district[unit[redistributed]])
    return Arrivals(units, unit, category, in_case, origin, previous)


def _bundle_sizes(rng: np.random.Generator, total: int) -> np.ndarray:
    """Sizes of bundles that together hold `total` writs, but for one that would be left alone."""
    sizes = rng.choice(_SIZES, total // 2, p=_SIZE_WEIGHTS)
    full = sizes[np.cumsum(sizes) <= total]
    rest = total - int(full.sum())
    return np.append(full, rest) if rest >= 2 else full


def _categories(rng: np.random.Generator, alimony: np.ndarray) -> np.ndarray:
    """Category of each writ (N,), in the asked shares; alimony where `alimony` says so."""
    category = spread(rng, len(alimony), CATEGORY_SHARES)
    code = CATEGORIES.index("alimony")
    wrong = np.flatnonzero(alimony & (category != code))
    spare = rng.permutation(np.flatnonzero(~alimony & (category == code)))[: len(wrong)]
    category[spare] = category[wrong[: len(spare)]]
    category[wrong] = code
    return category


def _origins(rng: np.random.Generator, kind: np.ndarray, unit: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Origin of each writ (N,); which come again from somebody; which, lone ones only, are redistributed."""
    order = rng.permutation(len(unit))
    part = len(unit) / 1000
    back, forwarded = dealt(order, max(10, round(40 * part)), max(5, round(15 * part)))
    left = np.setdiff1d(np.flatnonzero(kind[unit] == _ALONE), np.append(back, forwarded))
    redistributed = rng.permutation(left)[: max(5, round(15 * part))]
    origin = np.zeros(len(unit), dtype=np.int64)
    for name, who in (("returned", back), ("forwarded", forwarded), ("redistributed", redistributed)):
        origin[who] = ORIGINS.index(name)
    return origin, np.append(back, forwarded), redistributed


def _units(
    rng: np.random.Generator,
    districts: pl.DataFrame,
    staff: Staff,
    past: Past,
    size: np.ndarray,
    kind: np.ndarray,
    alimony: np.ndarray,
    redistributed: np.ndarray,
) -> Units:
    """District, debtor and case of each unit; those `redistributed` live where somebody departed from.

    One alimony unit in six has a debtor of an open alimony proceeding, one unit in forty the case and
    debtor of another one, a few those of a closed one; one lone writ in eight has a debtor whom another
    writ has too.
    """
    count = len(size)
    district = spread(rng, count, districts["population"].to_numpy())
    if len(staff.departed):
        district[redistributed] = staff.home[staff.departed][rng.integers(0, len(staff.departed), len(redistributed))]
    natural = alimony | (rng.random(count) < 0.75)
    debtor = np.empty(count, dtype=np.int64)
    debtor[natural] = personal_numbers(rng, int(natural.sum()), DEBTOR_MONTHS)
    debtor[~natural] = company_numbers(rng, int((~natural).sum()), DEBTOR_MONTHS)
    case = np.where(
        np.isin(kind, (_CASE, _LINKED)) | ((kind == _ALONE) & (rng.random(count) < 0.4)), np.arange(count), -1
    )
    settled = np.ones(count, dtype=bool)
    settled[redistributed] = False
    proceeding = _proceedings(rng, past, alimony & settled, ~alimony & (case >= 0) & settled)
    linked = proceeding >= 0
    district[linked], debtor[linked] = past.district[proceeding[linked]], past.debtor[proceeding[linked]]
    lone = rng.permutation(np.flatnonzero((kind == _ALONE) & ~alimony & ~linked & settled))
    again, before = dealt(lone, len(lone) // 8, len(lone))
    if len(before):
        source = before[rng.integers(0, len(before), len(again))]
        district[again], debtor[again] = district[source], debtor[source]
    return Units(size, kind, district, debtor, case, proceeding)


def _proceedings(rng: np.random.Generator, past: Past, alimony: np.ndarray, in_case: np.ndarray) -> np.ndarray:
    """Row of the ledger that each unit (U,) is tied to, -1 for none; no two units share one."""
    row = np.full(len(alimony), -1)
    ledger = past.ledger
    maintained = (ledger["category"] == "alimony").to_numpy()
    has_case = ledger["case_id"].is_not_null().to_numpy()
    ongoing = ledger["closed_at"].is_null().to_numpy()
    _, first = np.unique(past.debtor, return_index=True)
    once = np.isin(np.arange(len(past.debtor)), first)
    holders = np.unique(np.stack([past.debtor, past.enforcer])[:, maintained & ongoing], axis=1)
    debtors, number = np.unique(holders[0], return_counts=True)
    twice = maintained & np.isin(past.debtor, debtors[number > 1])
    for units, rows, share, least in (
        (alimony, once & maintained & ongoing, 1 / 6, 6),
        (in_case, once & ~maintained & has_case & ongoing, 1 / 40, 8),
        (in_case, once & ~maintained & has_case & ~ongoing, 1 / 200, 2),
    ):
        free = rng.permutation(np.flatnonzero(rows))
        # A few whose debtor has two open alimony proceedings, so that the later one must be found.
        several = free[twice[free]][:3]
        free = np.append(several, free[~np.isin(free, several)])
        chosen = some(rng, np.flatnonzero(units & (row < 0)), share, least)[: len(free)]
        row[chosen] = free[: len(chosen)]
    return row


def _previous(rng: np.random.Generator, staff: Staff, district: np.ndarray, again: np.ndarray) -> np.ndarray:
    """Who had each writ (N,) before: mostly somebody of its district for those `again`, some now away."""
    previous = np.full(len(district), -1)
    local = staff.serving.pick(rng, district[again])
    anybody = rng.integers(0, len(staff.home), len(again))
    gone = _departed(staff).pick(rng, district[again])
    turn = np.arange(len(again)) % 20
    stranger = (turn == 13) | (local < 0)
    previous[again] = np.select([turn == 3, stranger, (turn % 5 == 2) & (gone >= 0)], [-2, anybody, gone], local)
    return previous


def _departed_from(rng: np.random.Generator, staff: Staff, district: np.ndarray) -> np.ndarray:
    """For each district (P,) somebody who departed from it, -2 (no longer known) where nobody did."""
    gone = _departed(staff).pick(rng, district)
    return np.where(gone < 0, -2, gone)


def _departed(staff: Staff) -> Groups:
    return Groups.of(staff.home[staff.departed], staff.departed, len(staff.serving.sizes))


def _recusals(
    rng: np.random.Generator, staff: Staff, arrivals: Arrivals, table: pl.DataFrame, order: np.ndarray
) -> pl.DataFrame:
    """Recuse, for about one writ in a hundred, somebody registered in its district or who had it before.

    One names a writ of the past, as a chamber's register would.
    """
    count = len(order)
    home = arrivals.units.district[arrivals.unit[order]]
    had = arrivals.previous[order]
    someone = np.flatnonzero(staff.registered.sizes[home] > 1)
    writ = np.unique(np.append(some(rng, someone, 0.01, 8), some(rng, np.flatnonzero(had >= 0), 0.03, 3)))
    who = np.where(had[writ] >= 0, had[writ], staff.registered.pick(rng, home[writ]))
    writ, who = writ[who >= 0], who[who >= 0]
    ground = rng.integers(0, len(COMMISSION_GROUNDS), len(writ))
    frame = pl.DataFrame(
        {
            "writ_id": table["writ_id"].gather(writ) if count else pl.Series([], dtype=pl.String),
            "enforcer_id": staff.ids.gather(who),
            "ground": pl.Series(COMMISSION_GROUNDS, dtype=pl.String).gather(ground),
            "decision": pl.Series(rng.integers(10, 90, len(writ))).cast(pl.String),
        }
    ).with_columns(decision=pl.concat_str(pl.lit("№ "), "decision", pl.lit("-ТК, 2026-11-20")))
    earlier = pl.DataFrame(
        {
            "writ_id": ["11-25-9999999"],
            "enforcer_id": ["JSO-11-999"],
            "ground": ["article_54"],
            "decision": ["№ 7-ТК, 2025-05-15"],
        }
    )
    return pl.concat([frame, earlier])
