"""The part of the page on how it was measured, by whom, and who could not take part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.contest import OWN_PATIENCE, PATIENCE
from benchmarks.families import FAMILIES
from benchmarks.page.section import Listing, Section, mega
from benchmarks.peers import PEERS

if TYPE_CHECKING:
    from benchmarks.findings import Findings

_ABSENT: Final = (
    "fairpyx fits only `plain`: its agents and items know neither bundles that go whole, nor several categories to be "
    "evened out apart, nor what an agent had before, and its round robin knows no pools. Its release 0.1 asks for a "
    "numpy below 2 and for prtpy; 0.0.4 does not and is measured.",
    "prtpy, a library of number partitioning, brings a solver of half a gigabyte that it would not use here; its best "
    "quick rule, largest differencing, is written out in `benchmarks/peers/differencing.py` and takes part where there "
    "is one category, pools are apart and all of a pool open alike: `plain` and the nurses' zones.",
    "PyJobShop minimises makespan, tardiness and flow times, not squares of loads: no model of it fits. ALNS is a "
    "frame for moves that one writes oneself: what would be measured is not its own.",
)


def method(findings: Findings) -> Section:
    """How it was measured."""
    limits = findings.plan.limits
    return Section(
        "How it is measured",
        (
            Listing(
                (
                    "One run, one machine, one thing at a time; compare ratios, not seconds with another machine's.",
                    "Each peer gets the same arrays in a fresh process. Its seconds begin after imports and end with "
                    "its placement; CPU seconds and peak memory include child processes. Resident memory is summed "
                    "over the process tree, so shared pages count more than once.",
                    f"Peers search at most {limits.seconds:g} s, with {limits.workers} workers where they can, seed "
                    f"{limits.seed}; building is not searching, but after {PATIENCE:g} times the limit and a start, "
                    f"or above {mega(limits.memory)} MB, a peer is stopped. tengbol works under its own limit on "
                    f"steps, and is stopped after {OWN_PATIENCE:g} s.",
                    "Who reached the limit without a proof, or was stopped, is left out of the larger sizes of that "
                    "family; its row says so.",
                    "Σe², Σ(Σe)² and spread (largest less smallest excess over all enforcers, by category) are "
                    "recomputed from the placement. Gap to bound: Σe² above tengbol's lower bound; own gap: above the "
                    "peer's own.",
                    "tengbol's time holds both objectives and both proofs; every peer searches for the first alone.",
                    "Instances are invented, except the nurses'; shares of categories and volumes are synthetic. "
                    "Where nothing else is said, 10 % of writs are in bundles of 2 to 12 over one to four categories.",
                )
            ),
        ),
    )


def peers() -> Section:
    """Who took part, who could not, and on what."""
    names = tuple(f"{peer.name}: {peer.about}" for peer in PEERS)
    families = tuple(f"{name}: {family.about}" for name, family in FAMILIES.items())
    return Section(
        "Peers and families",
        (Listing(names), "Who fits in part, or not at all:", Listing(_ABSENT), "Families:", Listing(families)),
    )


def machine(findings: Findings) -> Section:
    """What the figures were taken on."""
    facts = {"date": findings.date, **findings.machine, "the whole run took": f"{findings.seconds / 60:.1f} minutes"}
    return Section("Machine", (Listing(tuple(f"{name}: {fact}" for name, fact in facts.items())),))
