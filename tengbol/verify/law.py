"""Who may get which writ: categories, readiness and availability, derived a second time (¶3–6, 9–11, 17, 18).

Contract points 3.1 to 3.3. Bundles, pools and bindings follow in `bundles`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from tengbol.verify.absences import short_absences
from tengbol.verify.placing import alike, among, as_one

if TYPE_CHECKING:
    from datetime import date, datetime

#: Shares are in billionths of a writ.
WRIT: Final = 10**9
NOBODY: Final[frozenset[str]] = frozenset()
CATEGORIES: Final = ("individual", "legal_entity", "state", "alimony", "non_property")
#: Claims that say the category whoever the creditor is; others than these and money are `non_property`.
BY_CLAIM: Final = {"alimony": "alimony"}
#: Names of categories and claims that came after the Order, each with its first day.
LATER: Final[dict[str, str]] = {}
#: Claims among these that had been others until then.
BEFORE: Final[dict[str, str]] = {}
#: ¶4: categories whose claims are not of property, in which the state may have an interest.
NOT_OF_PROPERTY: Final = frozenset({"non_property"})
#: ¶13: of these, all against one debtor go to one enforcer.
ONE_ENFORCER: Final = frozenset({"alimony"})

#: What decided each code of an unassigned writ.
PARAGRAPH_OF_CODE: Final = {
    "already_distributed": "¶7",
    "mci_unknown": "¶4",
    "state_over_1000_mci": "¶4",
    "state_interest": "¶4",
    "signature_not_valid": "¶5",
    "original_missing": "¶5",
    "received_later": "contract 3.2",
    "no_eligible_enforcer": "¶9",
    "waits_for_holder": "¶11, ¶13, ¶14",
}


class Writ(NamedTuple):
    """What of a writ decides anything, in the order of `WRIT_COLUMNS`."""

    writ_id: str
    received_at: datetime
    issued_on: date
    form: str
    claim: str
    amount: float | None
    creditor_kind: str
    debtor_id: str
    creditor_id: str
    district_id: str
    case_id: str | None
    immediate: bool
    state_interest: bool
    signature: str | None
    original_attached: bool | None
    origin: str
    previous_enforcer_id: str | None


#: Types of texts that recur in very many rows: one number instead of sixteen bytes, and sooner compared.
CODE: Final = pl.Categorical(pl.Categories("tengbol_codes", physical=pl.UInt16))
NAME: Final = pl.Categorical(pl.Categories("tengbol_names"))
_CODES: Final = ("form", "claim", "creditor_kind", "signature", "origin")
#: All that says of a writ which category it has and whether it is ready, but the sum, the day and the moment.
_KIND: Final = ("form", "claim", "creditor_kind", "signature", "original_attached", "state_interest")

WRIT_COLUMNS: Final = ["debtor_district_id" if name == "district_id" else name for name in Writ._fields]


@dataclass(frozen=True)
class Roster:
    """The enforcers on the batch day.

    home: district where each is registered. licensed, available: who is. registered, attached: available
    enforcers by district. back: last day away of who is licensed and away for a short time alone; returning: those,
    by the districts that they serve. paused: likewise who is licensed and away for an office alone (¶17).
    """

    home: dict[str, str]
    licensed: frozenset[str]
    available: frozenset[str]
    registered: dict[str, frozenset[str]]
    attached: dict[str, frozenset[str]]
    back: dict[str, date]
    returning: dict[str, frozenset[str]]
    paused: dict[str, frozenset[str]]

    def serves(self, enforcer_id: str, district_id: str) -> bool:
        """¶10: whether an available enforcer is registered in or attached to a district."""
        return enforcer_id in self.registered.get(district_id, frozenset()) or enforcer_id in self.attached.get(
            district_id, frozenset()
        )


def writs_of(frame: pl.DataFrame) -> pl.DataFrame:
    """Take of the input's writs what decides anything: the columns of `Writ`, a row each."""
    writs = frame.select(WRIT_COLUMNS).rename({"debtor_district_id": "district_id"})
    return writs.with_columns(pl.col(_CODES).cast(CODE), pl.col("district_id").cast(NAME))


def spelt(frame: pl.DataFrame) -> pl.DataFrame:
    """The same with numbers of texts as texts again."""
    return frame.with_columns(
        pl.col(name).cast(pl.String) for name, dtype in frame.schema.items() if isinstance(dtype, pl.Categorical)
    )


def not_yet(day: date) -> frozenset[str]:
    """Return the categories and claims that the Order got only after a day."""
    return frozenset(name for name, first in LATER.items() if day.isoformat() < first)


def claims_on(day: date) -> tuple[dict[str, str], dict[str, str]]:
    """Return what later claims were on a day, and which claims then said the category by themselves."""
    late = not_yet(day)
    became: dict[str, str] = {}
    for claim in sorted(late & BEFORE.keys()):
        became[claim] = BEFORE[claim]
        while became[claim] in late and became[claim] in BEFORE:
            became[claim] = BEFORE[became[claim]]
    # A claim that was there before its category was of another until then; one that nobody knew is of its own.
    return became, {claim: name for claim, name in BY_CLAIM.items() if claim in late or name not in late}


def bounded(day: date) -> pl.Expr:
    """¶4: whether the index bounds a writ, in a batch of a day: the claims of the state, for money."""
    became, _ = claims_on(day)
    return (pl.col("claim").replace(became) == "money") & (pl.col("creditor_kind") == "state")


def category(mci: dict[date, int], day: date) -> tuple[pl.Expr, pl.Expr]:
    """¶4: the category of each writ in a batch of a day, or why it has none.

    mci: tenge by the day from which it applies. Column `counts`: the day whose index bounds each.
    """
    became, by_claim = claims_on(day)
    claim, creditor, counts, amount = map(pl.col, ("claim", "creditor_kind", "counts", "amount"))
    claim = claim.replace(became)
    limit = pl.lit(None, dtype=pl.Int64)
    for start in sorted(mci):
        limit = pl.when(counts >= start).then(1000 * mci[start]).otherwise(limit)
    of_the_state = bounded(day)
    # A float is compared with an integer exactly; no rounding comes between.
    within = limit.is_not_null() & (amount.is_null() | (amount <= limit))
    kind = (
        pl.when(claim.is_in(list(by_claim)))
        .then(claim.replace(by_claim))
        .when(of_the_state)
        .then(pl.when(within).then(pl.lit("state")))
        .when(claim == "money")
        .then(creditor)
        .otherwise(pl.lit("non_property"))
    )
    barred = kind.is_in(list(NOT_OF_PROPERTY)) & pl.col("state_interest")
    # Next year's index will be higher than the last one known, nobody knows by how much.
    unknown = limit.is_null() | (counts.dt.year() > max(mci).year)
    why = (
        pl.when(of_the_state & ~within)
        .then(pl.when(unknown).then(pl.lit("mci_unknown")).otherwise(pl.lit("state_over_1000_mci")))
        .when(barred)
        .then(pl.lit("state_interest"))
    )
    return pl.when(~barred).then(kind), why


def index_day(reading: str, batch: date) -> pl.Expr:
    """The day whose index bounds a claim (¶4): of its receipt, of its issue, or of the batch."""
    received = pl.col("received_at").dt.date()
    return {"received": received, "issued": pl.col("issued_on"), "distributed": pl.lit(batch)}[reading]


def readiness() -> pl.Expr:
    """¶5, ¶6: the code why a writ is not ready, or nothing when it is; whenever it was received."""
    form, signature, original = map(pl.col, ("form", "signature", "original_attached"))
    return (
        pl.when((form == "electronic") & signature.ne_missing(pl.lit("valid")))
        .then(pl.lit("signature_not_valid"))
        .when((form == "paper") & original.ne_missing(pl.lit(True)))
        .then(pl.lit("original_missing"))
    )


def judged(writs: pl.DataFrame, as_of: datetime, mci: dict[date, int], index: str, held: pl.Series) -> pl.DataFrame:
    """Every writ with its `category`, and its `code` where something of its own keeps it back.

    held: writs that are an open proceeding already (¶7). Of a million writs a few hundred kinds are asked, and each of
    those that the index bounds.
    """
    dated = writs.with_columns(counts=index_day(index, as_of.date()))
    name, why = category(mci, as_of.date())
    of_each, first = alike(
        as_one(*(writs[column].to_physical().cast(pl.Int32).fill_null(-1).to_numpy() + 1 for column in _KIND))
    )
    told = (name.alias("category").cast(CODE), pl.coalesce(why, readiness()).alias("code").cast(CODE))
    kinds = dated[first].select(*told, bounded=bounded(as_of.date()).fill_null(False))
    by_itself = np.flatnonzero(kinds["bounded"].to_numpy()[of_each])
    of_each[by_itself] = kinds.height + np.arange(len(by_itself))
    every = pl.concat([kinds.select("category", "code"), dated[by_itself].select(told)], rechunk=True)
    again = (pl.col("origin") == "new") & among(writs["writ_id"], held)
    return dated.with_columns(
        category=every["category"].gather(of_each),
        code=pl.when(again)
        .then(pl.lit("already_distributed", dtype=CODE))
        .otherwise(
            pl.coalesce(
                every["code"].gather(of_each),
                pl.when(pl.col("received_at") > as_of).then(pl.lit("received_later", dtype=CODE)),
            )
        ),
    )


def roster(
    enforcers: pl.DataFrame,
    attachments: pl.DataFrame,
    absences: pl.DataFrame,
    day: date,
    held_out: frozenset[str] = frozenset(),
) -> Roster:
    """¶3, ¶9, ¶17, ¶18: who is licensed, who is available, and where, on a day. held_out: who is not, besides."""
    home: dict[str, str] = {}
    licensed: set[str] = set()
    until: dict[str, date | None] = {}
    for enforcer_id, district_id, start, end in enforcers.select(
        "enforcer_id", "district_id", "licensed_from", "licensed_to"
    ).iter_rows():
        home[enforcer_id], until[enforcer_id] = district_id, end
        if _covers(start, end, day):
            licensed.add(enforcer_id)
    reasons: dict[str, set[str]] = {}
    for enforcer_id, reason, start, end in absences.select("enforcer_id", "reason", "start", "end").iter_rows():
        if _covers(start, end, day):
            reasons.setdefault(enforcer_id, set()).add(reason)
    available = licensed - set(reasons) - held_out
    in_office = {who for who, why in reasons.items() if why == {"chamber_office"}} & (licensed - held_out)
    registered: dict[str, set[str]] = {}
    for enforcer_id in available:
        registered.setdefault(home[enforcer_id], set()).add(enforcer_id)
    back = {
        who: last
        for who, last in short_absences(absences, day).items()
        if who in licensed - held_out and ((end := until[who]) is None or end > last)
    }
    returning: dict[str, set[str]] = {}
    paused: dict[str, set[str]] = {}
    for kept, districts in ((back, returning), (in_office, paused)):
        for enforcer_id in kept:
            districts.setdefault(home[enforcer_id], set()).add(enforcer_id)
    attached: dict[str, set[str]] = {}
    for district_id, enforcer_id, start, end in attachments.select(
        "district_id", "enforcer_id", "valid_from", "valid_to"
    ).iter_rows():
        for those, districts in ((available, attached), (back, returning), (in_office, paused)):
            if enforcer_id in those and _covers(start, end, day):
                districts.setdefault(district_id, set()).add(enforcer_id)
    return Roster(
        home,
        frozenset(licensed),
        frozenset(available),
        _frozen(registered),
        _frozen(attached),
        back,
        _frozen(returning),
        _frozen(paused),
    )


def parts(pool: frozenset[str], roster: Roster | None) -> dict[str, int]:
    """Contract 3.7: billionths that each member of a pool is due of one writ of it, ⌊10⁹ / n⌋ to each of n.

    roster: none of a public file, which does not tell it.
    """
    del roster  # Who they are makes no difference.
    return dict.fromkeys(pool, WRIT // len(pool))


def _frozen(districts: dict[str, set[str]]) -> dict[str, frozenset[str]]:
    return {district: frozenset(members) for district, members in districts.items()}


def _covers(first: date, last: date | None, day: date) -> bool:
    """Whether a day lies within a span, both ends counted, the last one open when null."""
    return first <= day and (last is None or day <= last)
