"""Bundles that only affinity explains: valuable writs that no lot decided, bound to one enforcer (¶11, ¶13, ¶14).

Whoever wants a certain enforcer can tie a valuable writ to a case that he holds. Of each enforcer the worth of all
writs bound to him is looked at.

Chance: which writ is worth how much is shuffled over all writs, bound and free.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tengbol.model.codes import BOUND_BASES
from tengbol.report.alarms.alarm import RATE, TRIES, Alarm, chance, enforcer, figure, generator, rarity
from tengbol.report.alarms.utmost import NEARLY, of_sum
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    from tengbol.report.alarms.alarm import Inputs
    from tengbol.report.record import Record

NAME = "affinity"
TITLE = mark("Value bound to one")
ASKED = mark("Were the writs bound to one enforcer by affinity worth more than writs are?")
NEEDS = ()


def affinity(record: Record, inputs: Inputs, *, rate: float = RATE, tries: int = TRIES, seed: int = 0) -> Alarm:
    """Look for the enforcer whose bound writs are most surprisingly valuable."""
    writs = record.assignments.filter(pl.col("amount").is_not_null()).sort("batch_id", "writ_id")
    bound = writs["basis"].is_in(BOUND_BASES).to_numpy()
    if not bound.any():
        return Alarm(
            NAME, ASKED, Said(mark("No writ over a sum was bound.")), None, rate, writs.clear().select("writ_id")
        )
    names, who = np.unique(writs["enforcer_id"].to_numpy()[bound], return_inverse=True)
    worth = rarity(writs["amount"].to_numpy())
    number = np.bincount(who)
    rng = generator(seed, NAME)

    def scored(total: np.ndarray) -> np.ndarray:
        """−log of how often so many writs would be worth so much: sums of −log of ranks are nearly gamma."""
        from scipy.special import gammaincc

        return -np.log(np.maximum(gammaincc(number, total), 1e-300))

    def scores(values: np.ndarray) -> np.ndarray:
        return scored(np.bincount(who, weights=values[bound]))

    found = scores(worth)
    dearest = np.sort(worth)[::-1].cumsum()[number - 1]
    by_chance = chance(
        float(found.max()),
        lambda: float(scores(rng.permutation(worth)).max()),
        float(scored(dearest).max()),
        tries,
        rate,
        seldom=_seldom(worth, number, dearest, float(scored(dearest).max())),
    )
    top = str(names[int(found.argmax())])
    every = writs.filter(pl.Series(bound))
    own = (
        every.filter(enforcer_id=top)
        .sort("amount", "writ_id", descending=[True, False])
        .select("batch_id", "writ_id", "enforcer_id", "basis", "district_id", "amount")
    )
    said = Said(
        mark("Writs bound to {who}: {writs} over {amount} tenge; to all: {all} over {total} tenge."),
        {
            "who": enforcer(top),
            "writs": figure(len(own)),
            "amount": figure(float(own["amount"].sum()), "tenge"),
            "all": figure(len(every)),
            "total": figure(float(every["amount"].sort().sum()), "tenge"),
        },
    )
    return Alarm(NAME, ASKED, said, by_chance.p, rate, own.head(20), least=by_chance.least, looks=len(names))


def _seldom(worth: np.ndarray, number: np.ndarray, dearest: np.ndarray, most: float) -> float:
    """How often values left to chance are worth the most to any of those to whom so many are bound, at most.

    dearest: what so many are worth at most.
    """
    from scipy.special import gammainccinv

    total = gammainccinv(number, np.exp(-most * NEARLY)) * (1 - 1e-6)
    can = total <= dearest
    return sum(of_sum(worth, *each) for each in zip(number[can], total[can], strict=True))
