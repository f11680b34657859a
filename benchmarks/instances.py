"""Instances: one recipe gives the arrays that every peer gets and the folder of tables that the command gets.

Families: `city`, one pool; `region`, districts of uneven size, one in four of which has no enforcer of its own and is
served by attached ones, so that pools overlap. All proportions are synthetic, all people invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.problem import WRIT, Problem

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

FAMILIES: Final = ("city", "region")
CATEGORIES: Final = ("individual", "legal_entity", "state", "alimony", "non_property")
#: Share of writs by category: synthetic.
CATEGORY_SHARES: Final = np.array([0.38, 0.34, 0.16, 0.07, 0.05])
#: The moment of every instance's batch.
AS_OF: Final = "2026-11-23T18:00:00"

_LEAST, _MOST = 2, 12
_BILLION: Final = 10**9
_THOUSANDTH: Final = _BILLION // WRIT


@dataclass(frozen=True)
class Recipe:
    """What an instance is made from; equal recipes make equal instances.

    bundled: share of writs in bundles of 2 to 12, over one to four categories. uneven: standard deviation, in writs,
    of the excess with which an enforcer opens in a category.
    """

    family: str
    enforcers: int
    writs: int
    bundled: float = 0.10
    uneven: float = 2.0
    seed: int = 1

    def __str__(self) -> str:
        return f"{self.family} {self.enforcers:,} × {self.writs:,}"


@dataclass(frozen=True)
class Instance:
    """An instance before anything is decided: J enforcers, D districts, B bundles (some of one writ), K categories.

    home: `(J,)` district. attached: `(A, 2)` district and enforcer. district: `(B,)`; counts: `(B, K)` writs.
    received: `(J, K)` writs; share: `(J, K)` billionths of a writ.
    """

    recipe: Recipe
    districts: int
    home: Ints
    attached: Ints
    district: Ints
    counts: Ints
    received: Ints
    share: Ints


def make(recipe: Recipe) -> Instance:
    """Draw the instance of a recipe."""
    kinds = FAMILIES.index(recipe.family)
    rng = np.random.Generator(np.random.PCG64([recipe.seed, kinds, recipe.enforcers, recipe.writs]))
    districts, weight, home, attached = _places(rng, recipe)
    counts = _bundles(rng, recipe)
    share = rng.integers(10 * _BILLION, 40 * _BILLION, (recipe.enforcers, len(CATEGORIES)))
    owed = rng.normal(0, recipe.uneven, share.shape) + share / _BILLION
    return Instance(
        recipe=recipe,
        districts=districts,
        home=home,
        attached=attached,
        district=rng.choice(districts, len(counts), p=weight),
        counts=counts,
        received=np.maximum(0, np.rint(owed)).astype(np.int64),
        share=share,
    )


def _places(rng: np.random.Generator, recipe: Recipe) -> tuple[int, NDArray[np.float64], Ints, Ints]:
    """Districts, their shares of writs `(D,)`, each enforcer's home, and who is attached where."""
    if recipe.family == "city":
        return 1, np.ones(1), np.zeros(recipe.enforcers, dtype=np.int64), np.zeros((0, 2), dtype=np.int64)
    staffed = int(np.clip(recipe.enforcers // 15, 2, 13))
    districts = staffed + max(1, staffed // 3)
    weight = rng.uniform(0.3, 2.0, districts)
    weight[staffed:] *= 0.4
    local = weight[:staffed] / weight[:staffed].sum()
    home = np.concatenate([np.arange(staffed), rng.choice(staffed, max(0, recipe.enforcers - staffed), p=local)])
    pairs = [
        (district, int(enforcer))
        for district in range(staffed, districts)
        for enforcer in rng.choice(recipe.enforcers, min(5, recipe.enforcers), replace=False)
    ]
    return districts, weight / weight.sum(), home[: recipe.enforcers], np.array(pairs, dtype=np.int64)


def _bundles(rng: np.random.Generator, recipe: Recipe) -> Ints:
    """`(B, K)`: the longer bundles, then the writs of one."""
    target, longer, held = round(recipe.bundled * recipe.writs), [], 0
    while target - held >= _LEAST:
        size = min(int(rng.integers(_LEAST, _MOST + 1)), target - held)
        mixed = rng.choice(len(CATEGORIES), rng.integers(1, 5), replace=False, p=CATEGORY_SHARES)
        weight = CATEGORY_SHARES[mixed] / CATEGORY_SHARES[mixed].sum()
        longer.append(np.bincount(rng.choice(mixed, size, p=weight), minlength=len(CATEGORIES)))
        held += size
    alone = np.eye(len(CATEGORIES), dtype=np.int64)[rng.choice(len(CATEGORIES), recipe.writs - held, p=CATEGORY_SHARES)]
    return np.concatenate([np.array(longer, dtype=np.int64).reshape(-1, len(CATEGORIES)), alone])


def pools(instance: Instance) -> list[Ints]:
    """Enforcers of each district's pool (¶9): registered there, else attached."""
    out = []
    for district in range(instance.districts):
        own = np.flatnonzero(instance.home == district)
        out.append(own if len(own) else np.sort(instance.attached[instance.attached[:, 0] == district, 1]))
    return out


def arrays(instance: Instance) -> tuple[Problem, Ints]:
    """The optimiser's problem, and the writs `(J, K)` that its enforcers had received before.

    As in a batch, only those who stand in a pool with something to distribute take part.
    """
    used = np.unique(instance.district)
    members = [pools(instance)[district] for district in used]
    sizes = np.array([len(m) for m in members])
    supply = np.zeros((instance.districts, len(CATEGORIES)), dtype=np.int64)
    np.add.at(supply, instance.district, instance.counts)
    share = instance.share.copy()
    for who, district, size in zip(members, used, sizes, strict=True):
        share[who] += supply[district] * (_BILLION // size)
    rows = np.unique(np.concatenate(members))
    # Half to even, on integers: floats would not hold the ties.
    whole, rest = np.divmod((instance.received * _BILLION - share)[rows], _THOUSANDTH)
    opening = whole + ((2 * rest > _THOUSANDTH) | ((2 * rest == _THOUSANDTH) & (whole % 2 == 1)))
    pool = np.searchsorted(used, instance.district)
    length = instance.counts.sum(axis=1)
    singles = np.zeros((len(used), len(CATEGORIES)), dtype=np.int64)
    np.add.at(singles, pool[length == 1], instance.counts[length == 1])
    keys = np.column_stack([pool, instance.counts])[length > 1]
    classes, size = np.unique(keys, axis=0, return_counts=True)
    return Problem(
        opening=opening,
        pool_start=np.concatenate([[0], np.cumsum(sizes)]),
        pool_member=np.searchsorted(rows, np.concatenate(members)),
        singles=singles,
        class_pool=classes[:, 0],
        class_counts=classes[:, 1:],
        class_size=size,
    ), instance.received[rows]


def write_folder(instance: Instance, folder: Path) -> None:
    """The same instance as a folder of CSV tables (contract section 2)."""
    import polars as pl

    who = [f"E{j:05d}" for j in range(len(instance.home))]
    where = [f"{110_000_000 + 1000 * d:09d}" for d in range(instance.districts)]
    tables = {
        "districts": pl.DataFrame(
            {"district_id": where, "name": [f"District {d + 1}" for d in range(len(where))], "chamber_id": "KZ-11"}
        ),
        "enforcers": pl.DataFrame(
            {
                "enforcer_id": who,
                "name": [f"Enforcer {j + 1}" for j in range(len(who))],
                "district_id": [where[d] for d in instance.home],
                "licensed_from": "2020-01-01",
            }
        ),
        "attachments": pl.DataFrame(
            {
                "district_id": [where[d] for d in instance.attached[:, 0]],
                "enforcer_id": [who[j] for j in instance.attached[:, 1]],
            },
            schema={"district_id": pl.String, "enforcer_id": pl.String},
        ).with_columns(valid_from=pl.lit("2020-01-01")),
        "balances": pl.DataFrame(
            {
                "enforcer_id": np.repeat(who, len(CATEGORIES)),
                "category": CATEGORIES * len(who),
                "received": instance.received.ravel(),
                "share": [f"{v // _BILLION}.{v % _BILLION:09d}" for v in instance.share.ravel().tolist()],
            }
        ),
        "writs": _writs(instance, where),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.write_csv(folder / f"{name}.csv")


def _writs(instance: Instance, where: list[str]) -> pl.DataFrame:
    import polars as pl

    length = instance.counts.sum(axis=1)
    bundle = np.repeat(np.arange(len(length)), length)
    each = np.repeat(np.tile(np.arange(len(CATEGORIES)), len(length)), instance.counts.ravel())
    number = np.arange(len(bundle))
    kind = pl.Series("category", np.array(CATEGORIES)[each])
    shuffled = np.random.Generator(np.random.PCG64(instance.recipe.seed)).permutation(len(bundle))
    together = pl.Series(length[bundle] > 1)
    money = kind.is_in(CATEGORIES[:3])
    return (
        pl.DataFrame({"number": number, "bundle": bundle, "kind": kind, "together": together, "money": money})
        .with_columns(pl.col("number").cast(pl.String).str.zfill(7), pl.col("bundle").cast(pl.String).str.zfill(7))
        .select(
            writ_id=pl.lit("W") + pl.col("number"),
            received_at=pl.lit("2026-11-20T10:00:00"),
            form=pl.lit("electronic"),
            issued_by=pl.lit("District court"),
            number="number",
            issued_on=pl.lit("2026-11-02"),
            subject=pl.lit("Recovery"),
            claim=pl.when("money")
            .then(pl.lit("money"))
            .otherwise(pl.when(pl.col("kind") == "alimony").then(pl.lit("alimony")).otherwise(pl.lit("eviction"))),
            amount=pl.when("money").then(pl.lit("50000.00")),
            creditor_id=pl.lit("C") + pl.col("number"),
            creditor_kind=pl.when("money").then("kind").otherwise(pl.lit("individual")),
            debtor_id=pl.lit("P") + pl.col("bundle"),
            debtor_district_id=pl.Series([where[d] for d in instance.district[bundle]]),
            case_id=pl.when("together").then(pl.lit("K") + pl.col("bundle")),
            immediate=pl.lit("false"),
            state_interest=pl.lit("false"),
            signature=pl.lit("valid"),
            original_attached=pl.lit(None, dtype=pl.String),
            origin=pl.lit("new"),
            previous_enforcer_id=pl.lit(None, dtype=pl.String),
        )[shuffled]
    )
