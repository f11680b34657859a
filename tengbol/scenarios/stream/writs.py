"""What arrives on the days of a stream, and the proceedings that some of it follows (¶11, ¶13, ¶14).

Writs are drawn by units: a writ alone, or a bundle of one case. A unit comes on a day and to a district; more come on
a Monday and in spring and autumn, and districts get them by population. Of the lone writs a share follows one of the
open proceedings, or comes back to whoever held it; a third of those who serve a district hold all of these, so that
most enforcers are never bound a writ. All proportions are synthetic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.model.codes import CATEGORIES
from tengbol.parameters import CREDITORS
from tengbol.scenarios.draws import Groups, some, stream
from tengbol.scenarios.past import CATEGORY_SHARES, CLAIM_OF
from tengbol.scenarios.people import (
    CREDITOR_MONTHS,
    DEBTOR_MONTHS,
    LEDGER_MONTHS,
    company_numbers,
    personal_numbers,
    written,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from tengbol.scenarios.stream.people import People
    from tengbol.scenarios.stream.recipe import Recipe

#: Volume of each month, January first, and of Monday to Sunday, relative to each other: synthetic.
_MONTHS: Final = np.array([0.8, 1.0, 1.15, 1.2, 1.05, 0.95, 0.8, 0.8, 1.05, 1.15, 1.15, 0.9])
_WEEKDAYS: Final = np.array([1.3, 1.05, 1.0, 1.0, 0.85, 0.6, 0.6])
#: A bundle's writs are of one to so many categories; of two, of three, … writs by falling chance.
_MOST_CATEGORIES: Final = 4
_FALL: Final = 1.5
#: Open proceedings of each holder; of what follows one, the share that comes back to its holder instead.
_EACH: Final = 5
_RETURNED: Final = 0.2
#: The share of those who serve a district who hold its open proceedings.
_HOLDING: Final = 1 / 3
_OPENS, _CLOSES = 9 * 3600, 18 * 3600
_ALIMONY: Final = CATEGORIES.index("alimony")
#: Of categories what a writ says; of one that is not here its name.
_SUBJECTS: Final = {
    "individual": "Қарыз шарты бойынша берешекті өндіріп алу",
    "legal_entity": "Микрокредит бойынша берешекті өндіріп алу",
    "state": "Салық берешегін өндіріп алу",
    "alimony": "Кәмелетке толмаған балаға алимент өндіріп алу",
    "non_property": "Құжаттарды беруге міндеттеу",
}


def proceedings(recipe: Recipe, people: People) -> pl.DataFrame:
    """Draw the ledger as it stands before the first day: all open, held by a third of those who serve a district."""
    rng = stream(recipe.seed, "stream ledger")
    here = people.serving[people.settled[people.serving[:, 1]]]
    pairs = [
        (place, who)
        for place in np.unique(here[:, 0])
        for who in some(rng, here[here[:, 0] == place, 1], _HOLDING)
        for _ in range(_EACH)
    ]
    place, who = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    number = pl.Series(np.arange(1, len(place) + 1)).cast(pl.String).str.zfill(5)
    held = -rng.integers(30, 600, len(place))
    return pl.DataFrame(
        {
            "writ_id": "L" + number,
            "case_id": "case of L" + number,
            "debtor_id": written(personal_numbers(rng, len(place), LEDGER_MONTHS)),
            "category": pl.Series(CATEGORIES, dtype=pl.String).gather(
                rng.choice(len(CATEGORIES), len(place), p=CATEGORY_SHARES)
            ),
            "enforcer_id": people.ids.gather(who),
            "district_id": people.places.gather(place),
            "assigned_at": held,
        }
    ).with_columns(
        assigned_at=pl.lit(recipe.first).cast(pl.Datetime("us")) + pl.duration(days="assigned_at"),
        closed_at=pl.lit(None, dtype=pl.Datetime("us")),
    )


def writs(recipe: Recipe, people: People, days: Sequence[dt.date], ledger: pl.DataFrame) -> pl.DataFrame:
    """Draw all writs of `days`, in the order they arrive; ids follow that order within a year."""
    rng = stream(recipe.seed, "stream writs")
    size = _sizes(rng, recipe, round(recipe.writs_a_day * len(days)))
    day = _days(rng, days, len(size))
    place = rng.choice(len(people.weight), len(size), p=people.weight / people.weight.sum())
    follows, back = _followed(rng, recipe, people, ledger, place, size)
    unit = np.repeat(np.arange(len(size)), size)
    category = _categories(rng, recipe, size, unit)
    # What follows an alimony proceeding is bound only as alimony (¶13).
    kind = ledger["category"].cast(pl.Enum(CATEGORIES)).to_physical().to_numpy()
    after = (follows >= 0) & ~back
    alimony = after & (kind[np.maximum(follows, 0)] == _ALIMONY)
    category[alimony[unit]] = _ALIMONY
    second = rng.integers(_OPENS, _CLOSES, len(unit))
    order = np.lexsort((second, day[unit]))
    unit, category, second = unit[order], category[order], second[order]
    table = pl.DataFrame(
        {
            "day": pl.Series(days, dtype=pl.Date).gather(day[unit]),
            "second": second,
            "unit": unit,
            "kind": pl.Series(CATEGORIES, dtype=pl.String).gather(category),
            "subject": pl.Series([_SUBJECTS.get(name, name) for name in CATEGORIES]).gather(category),
            "money": np.array([CREDITORS[name] is not None for name in CATEGORIES])[category],
            "debtor_id": written(personal_numbers(rng, len(size), DEBTOR_MONTHS)).gather(unit),
            "creditor_id": written(_creditors(rng, category)),
            "amount": np.round(np.minimum(300_000 * np.exp(rng.normal(0, 1, len(unit))), 3_900_000), 2),
            "debtor_district_id": people.places.gather(place[unit]),
            "together": size[unit] > 1,
            "immediate": rng.random(len(unit)) < np.where(category == _ALIMONY, 0.3, 0.01),
            "after": pl.Series(np.where(after, follows, -1)[unit]),
            "back": back[unit],
            "follows": follows[unit],
        }
    ).with_row_index("place", offset=1)
    return _on_paper(table, ledger.with_row_index("follows").with_columns(pl.col("follows").cast(pl.Int64)))


def _sizes(rng: np.random.Generator, recipe: Recipe, total: int) -> np.ndarray:
    """Writs of each unit (U,), in random order: bundles with a share `bundled` of `total` in them, and lone writs."""
    possible = np.arange(2, recipe.longest + 1)
    within = round(recipe.bundled * total)
    drawn = rng.choice(possible, within, p=possible**-_FALL / (possible**-_FALL).sum()) if within else possible[:0]
    longer = drawn[np.cumsum(drawn) <= within]
    return rng.permutation(np.append(longer, np.ones(total - int(longer.sum()), dtype=np.int64)))


def _days(rng: np.random.Generator, days: Sequence[dt.date], count: int) -> np.ndarray:
    """Day of each unit (U,), by index: each is as likely to come on a day as its month and weekday say."""
    load = np.array([_MONTHS[day.month - 1] * _WEEKDAYS[day.weekday()] for day in days])
    return rng.choice(len(days), count, p=load / load.sum())


def _followed(
    rng: np.random.Generator,
    recipe: Recipe,
    people: People,
    ledger: pl.DataFrame,
    place: np.ndarray,
    size: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Row of the ledger (U,) that a lone writ follows, -1 for none; whether it comes back to the holder instead."""
    number = {name: index for index, name in enumerate(people.places)}
    home = np.array([number[name] for name in ledger["district_id"]], dtype=np.int64)
    held = Groups.of(home, np.arange(len(home)), len(number))
    following = (size == 1) & (rng.random(len(size)) < recipe.followed)
    follows = np.where(following, held.pick(rng, place), -1)
    return follows, (follows >= 0) & (rng.random(len(size)) < _RETURNED)


def _categories(rng: np.random.Generator, recipe: Recipe, size: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Category of each writ (N,): by the asked shares; a bundle's are of one to four, at most `alike` of each."""
    share = np.log(CATEGORY_SHARES, where=CATEGORY_SHARES > 0, out=np.full(len(CATEGORIES), -np.inf))
    # The largest of logarithms of shares with Gumbel noise is a draw by those shares, without a loop over writs.
    category = (share + rng.gumbel(size=(len(unit), len(share)))).argmax(axis=1)
    longer = np.flatnonzero(size > 1)
    rank = np.argsort(np.argsort(-(share + rng.gumbel(size=(len(longer), len(share)))), axis=1), axis=1)
    kinds = np.maximum(rng.integers(1, _MOST_CATEGORIES + 1, len(longer)), -(-size[longer] // recipe.alike))
    # From an urn with `alike` slips of each category of the bundle as many are drawn as it has writs.
    slips = np.where(rank < kinds[:, None], share, -np.inf).repeat(recipe.alike, axis=1)
    drawn = np.argsort(-(slips + rng.gumbel(size=slips.shape)), axis=1) // recipe.alike
    within = np.arange(len(unit)) - (np.cumsum(size) - size)[unit]
    writs = np.flatnonzero(size[unit] > 1)
    category[writs] = drawn[np.searchsorted(longer, unit[writs]), within[writs]]
    return category


def _creditors(rng: np.random.Generator, category: np.ndarray) -> np.ndarray:
    """Numbers of the creditors (N,): companies and bodies of the state come again and again, people mostly once."""
    company = np.isin(category, [CATEGORIES.index("legal_entity"), CATEGORIES.index("state")])
    number = np.empty(len(category), dtype=np.int64)
    number[company] = company_numbers(rng, 90, CREDITOR_MONTHS)[rng.integers(0, 90, int(company.sum()))]
    number[~company] = personal_numbers(rng, int((~company).sum()), CREDITOR_MONTHS)
    return number


def _on_paper(table: pl.DataFrame, ledger: pl.DataFrame) -> pl.DataFrame:
    """Write the contract's columns."""
    known = ledger.select("follows", holder="enforcer_id", case="case_id", owing="debtor_id")
    serial = pl.concat_str(pl.col("day").dt.strftime("%y-"), pl.col("place").cast(pl.String).str.zfill(7))
    after = pl.col("after") >= 0
    return table.join(known, on="follows", how="left", maintain_order="left").select(
        writ_id=pl.lit("W-") + serial,
        received_at=pl.col("day").cast(pl.Datetime("us")) + pl.duration(seconds="second"),
        form=pl.lit("electronic"),
        issued_by=pl.lit("Аудандық сот"),
        number=serial,
        issued_on=pl.col("day") - pl.duration(days=20),
        subject="subject",
        claim=pl.col("kind").replace_strict(CLAIM_OF),
        amount=pl.when("money").then("amount"),
        creditor_id="creditor_id",
        creditor_kind=pl.col("kind").replace_strict(CREDITORS, return_dtype=pl.String).fill_null("individual"),
        debtor_id=pl.when(after).then("owing").otherwise("debtor_id"),
        debtor_district_id="debtor_district_id",
        case_id=pl.when(after)
        .then("case")
        .when("together")
        .then(pl.lit("case ") + pl.col("unit").cast(pl.String).str.zfill(7)),
        immediate="immediate",
        state_interest=pl.lit(False),
        signature=pl.lit("valid"),
        original_attached=pl.lit(None, dtype=pl.Boolean),
        origin=pl.when("back").then(pl.lit("returned")).otherwise(pl.lit("new")),
        previous_enforcer_id=pl.when("back").then("holder"),
    )
