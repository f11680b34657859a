"""How the year is measured, in sentences for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.year.measures import ABOVE, AFTER, AWAY
from benchmarks.year.room import ROOM

if TYPE_CHECKING:
    from benchmarks.year.run import Foretelling

#: Why the largest excess may pass its aim.
LIFTED: Final = (
    "Under every policy, a bundle with m writs of a category in a pool of n raises the excess of its recipient by "
    "m·(1 − 1/n) writs at once. A recipient who was below zero before ends above it by less than this jump; but nobody "
    "may be below zero by more than the largest |excess| either. So the largest |excess| is at least half of what "
    "remains of the jump after subtracting the recipient's share of the other writs of that day. It is above two writs "
    "wherever the jump exceeds four by more than this share. A policy that keeps room for long bundles comes closer to "
    "this half, at the cost of all other days."
)

_ALWAYS: Final = (
    "For each family one stream of days is generated: districts of one region, a quarter of them with attached "
    "enforcers only; enforcers who join, leave for good, or are absent for 1 to 60 days; writs by month and weekday; "
    "bundles; and writs that follow an open proceeding or come back. Nobody has received anything at the start. All "
    "proportions are synthetic.",
    "Every policy gets the same stream, the same seeds, and the same rules on pools, bundles and bindings. Policies "
    "differ in who has a proceeding that a later writ follows. Shares are the same for all.",
    "A writ that nobody could receive waits for the next day. Enforcers who leave for good keep their proceedings: "
    "redistribution is not part of the stream, and no writ is refused, recused or incomplete.",
    "`apart` is the group of enforcers to whom no writ is ever bound in the policy's run and whose pool is one "
    "district; it differs a little between policies. Excess is measured after every day's batch, for everyone licensed "
    "on that day.",
    f"Days above: the share of all days of all enforcers at whose end |excess| in the category is above {ABOVE:g} "
    "writs; for `any`, over all categories.",
    LIFTED,
)


def method(foretelling: Foretelling) -> list[str]:
    """One sentence or two for each thing a reader should know."""
    return [
        *_ALWAYS,
        f"A return is an enforcer's first day after {AWAY} or more working days of absence, if {AFTER} days of "
        f"presence follow. The writs received in these {AFTER} days are compared with the mean of the enforcer's pools "
        "in them, which is the share.",
        *_outsider(foretelling),
        f"Holds-room assigns bundles one by one where the sum of squares grows least, but keeps the enforcer with the "
        f"lowest excess of a pool {ROOM:g} writs below the others, for a long bundle to come. The cost of this shows "
        "in the days above.",
        "The load indicator follows what has been published on Poland's SLPS, and least-loaded what was found on "
        "Bulgaria's court system; sources and assumptions are in the code of the policies.",
    ]


def _outsider(foretelling: Foretelling) -> list[str]:
    if not foretelling.replays:
        return []
    return [
        f"Prediction: on every {foretelling.every}th working day an outsider repeats the batch {foretelling.replays} "
        "times from the same state with other seeds. This outsider knows everything but the seed: balances, absences, "
        "all writs that have arrived, and the rules. For each free writ whose pool has at least two members, the guess "
        "is the enforcer who received it in most repetitions. No real outsider knows more, and most know less, above "
        "all not the other writs that have arrived; `blind` is a random guess in the pool.",
    ]
