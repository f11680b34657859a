"""The first page: what was lost (missed aims, missing proofs, peers that are sooner), and every aim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.aims import judged
from benchmarks.page.section import Listing, Section, Table, percent
from benchmarks.peers import TENGBOL

if TYPE_CHECKING:
    from benchmarks.contest import Contest, Outcome
    from benchmarks.findings import Findings


def aims(findings: Findings) -> Section:
    """Every aim, a row each."""
    words = {True: "met", False: "**missed**", None: "–"}
    rows = tuple((each.aim, each.measured, words[each.met]) for each in judged(findings))
    return Section("Aims", (Table(("aim", "measured", "verdict"), rows),))


def falling_short(findings: Findings) -> Section:
    """Missed aims, and losses for which there is no aim."""
    missed = [
        f"Missed: {each.aim}: {each.measured}." + (f" Why: {each.why}." if each.why else "")
        for each in judged(findings)
        if each.met is False
    ]
    sentences = (*missed, *shortfalls(findings), *sooner(findings))
    return Section("What was lost", (Listing(sentences) if sentences else "Nothing in this run.",))


def sooner(findings: Findings) -> list[str]:
    """The peers that reach tengbol's Σe² in less time without a proof, on how many instances; empty without any. Peers
    with a proof have an aim of their own.
    """
    held = [contest for contest in findings.each() if contest.own and contest.own.verdict]
    ahead: dict[str, list[float]] = {}
    for contest in held:
        own = contest.own
        for other in contest.outcomes:
            if not own or not own.verdict or other.peer == TENGBOL or not other.verdict or other.left_out:
                continue
            if not other.proven and other.verdict.objective <= own.verdict.objective and other.seconds < own.seconds:
                ahead.setdefault(other.peer, []).append(own.seconds / other.seconds)
    if not ahead:
        return []
    peers = ", ".join(
        f"{peer} on {len(ratios)} (up to {max(ratios):.3g} times as fast)"
        for peer, ratios in sorted(ahead.items(), key=lambda one: (-len(one[1]), one[0]))
    )
    return [
        f"Of {len(held)} instances, peers reached tengbol's Σe² in less time, but without a proof (tengbol's time "
        f"includes two): {peers}."
    ]


def shortfalls(findings: Findings) -> list[str]:
    """Sentences on failures, missing proofs and contradictions."""
    found = []
    for timed in findings.commands:
        if timed.failure:
            found.append(f"`{timed.name}` failed: {timed.failure}.")
        elif timed.manifest and timed.manifest["status"] != "optimal":
            found.append(f"`{timed.name}`: the first objective is not proven.")
        elif timed.manifest and timed.manifest["status_total"] != "optimal":
            found.append(f"`{timed.name}`: the second objective is not proven.")
    for each in findings.thin.peers if findings.thin else ():
        if each.failure:
            found.append(f"Thin districts: {each.peer} {each.failure}.")
    for contest in findings.each():
        found += _contest(contest)
    return found


def _contest(contest: Contest) -> list[str]:
    own, where, found = contest.own, contest.case, []
    for outcome in contest.outcomes:
        if outcome.failure.startswith(("wrong", "failed")):
            found.append(f"{where}: {outcome.peer}: {outcome.failure}.")
    if own is None or own.verdict is None:
        return [*found, f"{where}: tengbol gives no placement: {own.failure}."] if own else found
    if not own.proven:
        found.append(f"{where}: tengbol does not prove the first objective, gap {percent(contest.gap(own))}.")
    elif not own.proven_total:
        found.append(f"{where}: tengbol does not prove the second objective.")
    for other in contest.outcomes:
        if other is not own:
            found += [f"{where}: {other.peer} {what}: one of the two is wrong." for what in _against(own, other)]
    return found


def _against(own: Outcome, other: Outcome) -> list[str]:
    """Contradictions between tengbol and another peer."""
    found = []
    if own.bound is not None and other.verdict is not None and other.verdict.objective < own.bound:
        found.append("stands below the bound of tengbol")
    if own.verdict is not None and other.bound is not None and other.bound > own.verdict.objective:
        found.append("claims a bound that tengbol's placement passes")
    return found
