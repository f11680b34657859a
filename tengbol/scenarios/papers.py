"""How the writs of an invented batch look on paper: who issued them, for what, how much, when they came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.model.codes import CATEGORIES, CLAIMS, FORMS, NON_PROPERTY_CLAIMS, ORIGINS, SIGNATURES
from tengbol.parameters import MCI, MOST_MCI
from tengbol.scenarios.day import days, moments
from tengbol.scenarios.draws import dealt, some, spread
from tengbol.scenarios.past import CLAIM_OF
from tengbol.scenarios.people import CREDITOR_MONTHS, company_numbers, personal_numbers, written

if TYPE_CHECKING:
    from tengbol.scenarios.arrivals import Arrivals
    from tengbol.scenarios.past import Past
    from tengbol.scenarios.staff import Staff

#: 1,000 MCI of 2026 in tenge: a claim of the state of exactly this is still distributed (¶4).
_THOUSAND_MCI: Final = float(MOST_MCI * MCI[max(MCI)])

#: The 20th, 21st, 22nd and 23rd of November, Friday to Monday, and the share of writs that came on each.
#: Synthetic.
_DAYS: Final = np.array([-3, -2, -1, 0])
_DAY_WEIGHTS: Final = np.array([0.5, 0.06, 0.04, 0.4])

_INDIVIDUAL, _COMPANY, _STATE = range(3)
_KINDS: Final = ("individual", "legal_entity", "state")

#: The substance of a claim by its code, as an issuing body words it; several for money, by creditor.
_SUBJECTS: Final = {
    "individual": (
        "Қарыз шарты бойынша берешекті өндіріп алу",
        "Жалақы бойынша берешекті өндіріп алу",
        "Залалды өтеу",
    ),
    "legal_entity": (
        "Банктік қарыз бойынша берешекті өндіріп алу",
        "Микрокредит бойынша берешекті өндіріп алу",
        "Коммуналдық қызмет үшін берешекті өндіріп алу",
    ),
    "state": (
        "Салық берешегін өндіріп алу",
        "Әкімшілік айыппұлды өндіріп алу",
        "Мемлекеттік баж өндіріп алу",
    ),
    "alimony": ("Кәмелетке толмаған балаға алимент өндіріп алу", "Ата-анасына алимент өндіріп алу"),
    "eviction": ("Үйден шығару",),
    "move_in": ("Үйге қоныстандыру",),
    "demolition": ("Заңсыз құрылысты бұзу",),
    "land_seizure": ("Жер учаскесін алып қою",),
    "other_non_property": ("Баламен араласу тәртібін орындау", "Құжаттарды беруге міндеттеу"),
}


def papers(
    rng: np.random.Generator, districts: pl.DataFrame, staff: Staff, past: Past, arrivals: Arrivals
) -> tuple[pl.DataFrame, np.ndarray]:
    """Write the table `writs` in the order they came, and which of the arrivals (N,) each row is."""
    count = len(arrivals.unit)
    units = arrivals.units
    day, second = _received(rng, count)
    order = np.lexsort((np.arange(count), second, day))
    kind, state_interest = _creditors_kind(rng, arrivals.category)
    claim = _claims(rng, arrivals.category)
    electronic, signature, original = _forms(rng, count)
    home = units.district[arrivals.unit]
    region = districts["district_id"].str.slice(0, 2).gather(home)
    known = pl.Series(arrivals.in_case & (units.case[arrivals.unit] >= 0))
    first = arrivals.origin == ORIGINS.index("new")
    issued = day - np.where(first, rng.integers(3, 90, count), rng.integers(200, 900, count))
    table = pl.DataFrame({"region": region, "place": np.argsort(order), "unit": arrivals.unit}).select(
        writ_id=pl.concat_str("region", pl.lit("-26-"), (pl.col("place") + 1_000_001).cast(pl.String)),
        received_at=moments(day, second),
        form=pl.Series(FORMS, dtype=pl.String).gather(electronic.astype(np.int64)),
        issued_by=_issuers(rng, districts, home, arrivals.category, kind),
        number=pl.concat_str("region", pl.Series(10 + home % 90).cast(pl.String), pl.lit("-26-00-2/"),
        pl.col("place") + 1), issued_on=days(issued), subject=_subjects(rng, claim, kind), claim=claim,
        amount=_amounts(rng, claim, kind), creditor_id=written(_creditors(rng, kind)),
        creditor_kind=pl.Series(_KINDS, dtype=pl.String).gather(kind),
        debtor_id=written(units.debtor[arrivals.unit]),
        debtor_district_id=districts["district_id"].gather(home), case_id=pl.when(known).then( pl.coalesce(
                _case_of(past, units.proceeding[arrivals.unit]),
                pl.concat_str("region", pl.lit("11-26-00-2/"), pl.col("unit") + 500_001),
            )
        ),
        immediate=pl.Series(_immediate(rng, arrivals.category)),
        state_interest=pl.Series(state_interest),
        signature=signature,
        original_attached=original,
        origin=pl.Series(ORIGINS, dtype=pl.String).gather(arrivals.origin),
        previous_enforcer_id=_previous_ids(staff, arrivals.previous, region),
    )  # fmt: skip
    return table[order], order


def _received(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Day (offset) and second of the day each writ came; one in 250 after the batch's time."""
    day = _DAYS[spread(rng, count, _DAY_WEIGHTS)]
    second = rng.integers(9 * 3600, 18 * 3600, count)
    late = some(rng, np.arange(count), 1 / 250, 3)
    day[late] = 0
    second[late] = rng.integers(18 * 3600 + 1, 24 * 3600, len(late))
    return day, second


def _creditors_kind(rng: np.random.Generator, category: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Kind of creditor (N,) by category, and whether a claim is executed in the state's interest (¶4)."""
    kind = np.select([category == 1, category == 2], [_COMPANY, _STATE], _INDIVIDUAL)
    other = np.flatnonzero(category == CATEGORIES.index("non_property"))
    kind[other] = spread(rng, len(other), np.array([0.6, 0.2, 0.2]))
    interest = np.zeros(len(category), dtype=bool)
    interest[some(rng, other[kind[other] == _STATE], 0.5, 1)] = True
    return kind, interest


def _claims(rng: np.random.Generator, category: np.ndarray) -> pl.Series:
    other = np.flatnonzero(category == CATEGORIES.index("non_property"))
    claim = np.array([CLAIMS.index(CLAIM_OF[name]) for name in CATEGORIES])[category]
    claim[other] = CLAIMS.index(NON_PROPERTY_CLAIMS[0]) + spread(rng, len(other), np.array([0.2, 0.1, 0.1, 0.1, 0.5]))
    return pl.Series(CLAIMS, dtype=pl.String).gather(claim)


def _amounts(rng: np.random.Generator, claim: pl.Series, kind: np.ndarray) -> pl.Series:
    """Amounts in tenge to the tiyn (N,): of money claims, and of alimony claims for a fixed sum.

    Of the state's, one in 25 is above 1,000 MCI, one exactly that, and one a tiyn above it.
    """
    money, alimony = (claim == "money").to_numpy(), (claim == "alimony").to_numpy()
    median = np.array([450_000.0, 280_000.0, 60_000.0])[kind]
    amount = np.where(alimony, 1_200_000.0, median) * np.exp(rng.normal(0, 1.1, len(kind)))
    state = np.flatnonzero(money & (kind == _STATE))
    amount[state] = np.minimum(amount[state], 4_000_000.0)
    exact, above, over = dealt(rng.permutation(state), 1, 1, round(0.04 * len(state)) + 2)
    amount[over] = rng.uniform(4_400_000, 60_000_000, len(over))
    amount[exact], amount[above] = _THOUSAND_MCI, _THOUSAND_MCI + 0.01
    known = money | (alimony & (rng.random(len(kind)) < 0.2))
    values = pl.Series("amount", np.round(amount, 2))
    return pl.select(pl.when(pl.Series(known)).then(values)).to_series()


def _creditors(rng: np.random.Generator, kind: np.ndarray) -> np.ndarray:
    """Numbers of the creditors: people mostly once, a few lenders and bodies of the state again and again."""
    number = np.empty(len(kind), dtype=np.int64)
    companies = company_numbers(rng, 92, CREDITOR_MONTHS)
    lenders, bodies = companies[:80], companies[80:]
    people = personal_numbers(rng, max(1, int((kind == _INDIVIDUAL).sum() * 0.9)), CREDITOR_MONTHS)
    for which, pool in ((_INDIVIDUAL, people), (_COMPANY, lenders), (_STATE, bodies)):
        rows = np.flatnonzero(kind == which)
        often = 1.0 if which == _INDIVIDUAL else 2.5
        number[rows] = pool[(len(pool) * rng.random(len(rows)) ** often).astype(np.int64)]
    return number


def _forms(rng: np.random.Generator, count: int) -> tuple[np.ndarray, pl.Series, pl.Series]:
    """Whether each writ is electronic; its signature if so; whether its original is there if not (¶5)."""
    electronic = rng.random(count) < 0.8
    digital, paper = np.flatnonzero(electronic), np.flatnonzero(~electronic)
    signature = np.zeros(count, dtype=np.int64)
    invalid, absent = dealt(rng.permutation(digital), 3 + len(digital) // 200, 2 + len(digital) // 300)
    signature[invalid], signature[absent] = SIGNATURES.index("invalid"), SIGNATURES.index("absent")
    original = np.ones(count, dtype=bool)
    original[some(rng, paper, 0.02, 3)] = False
    word = pl.Series(SIGNATURES, dtype=pl.String).gather(signature)
    cells = pl.select(
        signature=pl.when(pl.Series(electronic)).then(word),
        original=pl.when(pl.Series(~electronic)).then(pl.Series(original)),
    )
    return electronic, cells["signature"], cells["original"]


def _issuers(
    rng: np.random.Generator,
    districts: pl.DataFrame,
    home: np.ndarray,
    category: np.ndarray,
    kind: np.ndarray,
) -> pl.Series:
    """Name the court of the debtor's district, or a notary, or the body of the state that is the creditor."""
    court = districts.select(
        pl.col("name").str.replace(" қаласы$", " қалалық соты").str.replace(" ауданы$", " аудандық соты")
    ).to_series()
    notary = (category <= 1) & (rng.random(len(home)) < 0.35)
    revenue = (category == 2) & (kind == _STATE) & (rng.random(len(home)) < 0.6)
    return pl.select(
        pl.when(pl.Series(notary)).then(pl.lit("Нотариус (атқарушылық жазба)"))
        .when(pl.Series(revenue)).then(pl.lit("Мемлекеттік кірістер департаменті"))
        .otherwise(court.gather(home))
    ).to_series()  # fmt: skip


def _subjects(rng: np.random.Generator, claim: pl.Series, kind: np.ndarray) -> pl.Series:
    turn = pl.Series(rng.integers(0, 6, len(kind)))
    by_creditor = pl.Series(_KINDS, dtype=pl.String).gather(kind)
    code = pl.when(claim == "money").then(by_creditor).otherwise(claim)
    wording = pl.DataFrame(
        [(key, turn, words[turn % len(words)]) for key, words in _SUBJECTS.items() for turn in range(6)],
        schema={"code": pl.String, "turn": pl.Int64, "subject": pl.String}, orient="row",
    )  # fmt: skip
    # A claim that has no words here is told by its code.
    told = pl.select(code=code, turn=turn).join(wording, on=["code", "turn"], how="left", maintain_order="left")
    return told.select(pl.coalesce("subject", "code")).to_series()


def _immediate(rng: np.random.Generator, category: np.ndarray) -> np.ndarray:
    """¶7: judgments to be executed at once, mostly alimony."""
    chance = np.where(category == CATEGORIES.index("alimony"), 0.3, 0.01)
    at_once = rng.random(len(category)) < chance
    at_once[some(rng, np.arange(len(category)), 0, 1)] = True
    return at_once


def _case_of(past: Past, proceeding: np.ndarray) -> pl.Series:
    """Case of each ledger row (N,), null where the row is -1."""
    return pl.select(
        pl.when(pl.Series(proceeding >= 0)).then(past.ledger["case_id"].extend_constant(None, 1).gather(proceeding))
    ).to_series()


def _previous_ids(staff: Staff, previous: np.ndarray, region: pl.Series) -> pl.Series:
    """Ids of enforcers by index; null for -1, an id that no table of enforcers has for -2."""
    known = staff.ids.gather(np.maximum(previous, 0))
    return pl.select(
        pl.when(pl.Series(previous >= 0)).then(known)
        .when(pl.Series(previous == -2)).then(pl.concat_str(pl.lit("JSO-"), region, pl.lit("-999")))
    ).to_series()  # fmt: skip
