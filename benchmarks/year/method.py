"""How the year is measured, in sentences for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.year.measures import ABOVE, AFTER, AWAY
from benchmarks.year.room import ROOM

if TYPE_CHECKING:
    from benchmarks.year.run import Foretelling

#: Why the largest excess may pass its aim.
LIFTED: Final = (
    "A bundle with m writs of a category, in a pool of n, lifts whoever gets it by m·(1 − 1/n) writs at once, whatever "
    "the policy. That is a jump and not the least largest excess: who stood below before may end above by less. But "
    "nobody may stand below by more than the largest either, so for everyone it is at least half of the jump less the "
    "receiver's share of what else arrives that day: above two writs wherever the jump is above four by more than that "
    "share. A policy that holds room for long bundles comes nearer to that half, and pays for it on all other days."
)

_ALWAYS: Final = (
    "A stream is drawn once for each family: districts of one region, a quarter of them with attached enforcers only, "
    "people who join, leave for good and are away for 1 to 60 days, writs by month and weekday, bundles, and writs "
    "that follow an open proceeding or come back. Everyone begins with nothing received. All proportions are "
    "synthetic.",
    "Every policy gets the same stream, the same seeds, and the same rules on pools, bundles and bindings. Only who "
    "holds a proceeding that a later writ follows is its own doing. Shares are the same for all.",
    "What nobody could get waits for the next day. Whoever leaves for good keeps his proceedings: their redistribution "
    "is not in the stream, and no writ is refused, recused or incomplete.",
    "`apart` are those who are never bound a writ in the policy's run and whose pool is one district; they differ a "
    "little between policies. Excess is measured after every day's batch, of everyone licensed on it.",
    f"Days above: the share of all days of all enforcers at whose end |excess| in the category is above {ABOVE:g} "
    "writs; for `any`, over all categories.",
    LIFTED,
)


def method(foretelling: Foretelling) -> list[str]:
    """One sentence or two for each thing a reader should know."""
    return [
        *_ALWAYS,
        f"A return is the first day there after {AWAY} or more working days of absence, with {AFTER} days there "
        f"running from it; what he gets in these {AFTER} is compared with what the mean member of his pools gets in "
        "them, his share.",
        *_outsider(foretelling),
        f"Holds-room takes bundles one by one where the squares of excess grow least, but keeps whoever has least in a "
        f"pool {ROOM:g} writs below the others for a long bundle to come: its price is in the days above.",
        "The load indicator follows what has been published of Poland's SLPS, and least-loaded what was found of "
        "Bulgaria's court system; sources and what is assumed stand with the policies' code.",
    ]


def _outsider(foretelling: Foretelling) -> list[str]:
    if not foretelling.replays:
        return []
    return [
        f"Foretelling: on every {foretelling.every}th working day an outsider replays the batch "
        f"{foretelling.replays} times from the same state with seeds of his own. He knows everything but the seed: "
        "balances, who is there, all that has arrived, the rules. Of each free writ whose pool has two members or more "
        "he names whoever got it in most replays. Nobody outside knows more, and most know less, above all not what "
        "else has arrived; `blind` is a guess among the pool.",
    ]
