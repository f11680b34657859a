"""The peers: a name, the module and function that places, and what a reader should know.

To add one, write a function `(Task) -> Answer` in a module here and list it. A module is imported only in the process
that measures its peer: OR-tools and HiGHS cannot live in one.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

from benchmarks.peers.fitting import alike, apart, everything, numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.task import Answer, Task
    from tengbol.optimizer.problem import Problem


@dataclass(frozen=True)
class Peer:
    """name: in tables and options. module, function: where it is. about: how it distributes. proves: whether it can
    prove that nothing is better. unfit: the reason why an instance is outside its model, null when it is within.
    """

    name: str
    module: str
    function: str
    about: str
    proves: bool = False
    unfit: Callable[[Problem], str | None] = everything

    def load(self) -> Callable[[Task], Answer]:
        """Import the peer."""
        return getattr(import_module(f"benchmarks.peers.{self.module}"), self.function)


#: tengbol comes first: its lower bound is what gaps are measured to.
TENGBOL: Final = "tengbol"
PEERS: Final = (
    Peer(
        TENGBOL, "own", "place",
        "`optimizer.solve` with the settings of a batch: both objectives, under its limit on steps, not on the clock",
        proves=True,
    ),
    Peer("lottery", "lottery", "place", "every bundle to a member of its pool by equal chance"),
    Peer("round-robin", "round_robin", "place", "in turn, a turn for each pool and category, as bundles arrive"),
    Peer(
        "least-loaded-raw", "least_loaded", "by_received",
        "each bundle on arrival to whoever has received least in its category, all time",
    ),
    Peer("least-loaded", "least_loaded", "by_excess", "each bundle on arrival where Σe² grows least"),
    Peer(
        "longest-first", "least_loaded", "longest_first",
        "the same when the whole batch is known: longest bundles first, the best form of greedy",
    ),
    Peer(
        "textbook", "textbook", "by_products",
        "a Boolean for each bundle and enforcer, squares by multiplication", proves=True,
    ),
    Peer(
        "textbook-tangents", "textbook", "by_tangents",
        "the same Booleans, squares by tangents: the best form of the textbook model", proves=True,
    ),
    Peer(
        "aggregated-cp-sat", "aggregated_cp_sat", "place",
        "an integer for each class and enforcer, squares by tangents; no bound, no start", proves=True,
    ),
    Peer(
        "aggregated-highs", "aggregated_highs", "place",
        "the same aggregated model as a MILP, squares by unit steps", proves=True,
    ),
    Peer("aggregated-scip", "aggregated_scip", "place", "the same MILP in SCIP, one worker", proves=True),
    Peer(
        "highs-both", "aggregated_highs", "both",
        "HiGHS on the aggregated model, then the second objective with the first held", proves=True,
    ),
    Peer(
        "scip-both", "aggregated_scip", "both",
        "SCIP on the aggregated model, then the second objective with the first held", proves=True,
    ),
    Peer(
        "min-cost-flow", "min_cost_flow", "place",
        "OR-tools' min-cost flow with bundles taken apart: a bound, and no assignment where bundles are longer",
        proves=True,
    ),
    Peer(
        "differencing", "differencing", "place",
        "largest differencing (Karmarkar and Karp): one category, pools apart, all opening alike",
        unfit=numbers,
    ),
    Peer(
        "vector-differencing", "vector_differencing", "place",
        "largest differencing over several categories, parts joined by a linear assignment: pools apart", unfit=apart,
    ),
    Peer("multifit", "multifit", "place", "MULTIFIT: longest first under a capacity in every category, halved in on"),
    Peer(
        "pairs", "local_search", "pairs",
        "two enforcers' bundles divided anew over all subsets, with restarts, to the limit or the level bound",
    ),
    Peer(
        "triples", "local_search", "triples",
        "the same with three enforcers' bundles, too, after Schwerdfeger and Walter 2016",
    ),
    Peer(
        "fairpyx", "fairpyx_round_robin", "place",
        "round robin of fairpyx: one category, one pool, all opening alike, no bundles", unfit=alike,
    ),
)  # fmt: skip


def peer(name: str) -> Peer:
    """Find a peer by its name. Raises `KeyError`."""
    return {each.name: each for each in PEERS}[name]
