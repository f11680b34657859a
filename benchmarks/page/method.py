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
    "fairpyx fits only `plain`: its agents and items have no bundles that stay together, no categories that are evened "
    "out separately and no earlier load, and its round robin has no pools. Its release 0.1 needs numpy below 2 and "
    "prtpy; 0.0.4 does not and is measured.",
    "prtpy, a library of number partitioning, depends on a solver of half a gigabyte that it would not use here. Its "
    "best fast rule, largest differencing, is implemented in `benchmarks/peers/differencing.py`. It takes part where "
    "there is one category, pools do not overlap and all of a pool start with equal excess: `plain` and the nurses' "
    "zones.",
    "PyJobShop minimises makespan, tardiness and flow times, not squares of loads, so no model of it fits. ALNS is a "
    "framework for moves that its user writes: what would be measured is not its own.",
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
                    "Each peer gets the same arrays in a new process, where it has placed a small task before, since "
                    "much is loaded only at a first call. Its seconds are counted until it returns a placement; CPU "
                    "seconds and peak memory include child processes. Resident memory is summed over the process "
                    "tree, so shared pages count more than once.",
                    f"Peers search for at most {limits.seconds:g} s, with {limits.workers} workers where they support "
                    f"it, and seed {limits.seed}. Building a model does not count as searching, but a peer is stopped "
                    f"after {PATIENCE:g} times the limit plus a start, or above {mega(limits.memory)} MB. tengbol has "
                    f"a limit on steps, and is stopped after {OWN_PATIENCE:g} s.",
                    "A peer that reached the limit without a proof, or was stopped, is left out of the larger sizes "
                    "of that family; its row says so.",
                    "Σe², Σ(Σe)² and spread (largest less smallest excess over all enforcers, by category) are "
                    "recomputed from the placement. Gap to bound: Σe² above tengbol's lower bound; own gap: above the "
                    "peer's own.",
                    "tengbol's time includes both objectives and both proofs; every peer searches for the first only.",
                    "Instances are generated, except the nurses'; shares of categories and volumes are synthetic. "
                    "By default, 10 % of writs are in bundles of 2 to 12 writs over one to four categories.",
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
        (Listing(names), "Packages that fit in part, or not at all:", Listing(_ABSENT), "Families:", Listing(families)),
    )


def machine(findings: Findings) -> Section:
    """What the figures were taken on."""
    facts = {"date": findings.date, **findings.machine, "the whole run took": f"{findings.seconds / 60:.1f} minutes"}
    return Section("Machine", (Listing(tuple(f"{name}: {fact}" for name, fact in facts.items())),))
