"""Whether the result is as even as the manifest claims: its bounds against bounds of our own (contract 3.8).

Whoever has shown that nothing as even comes first in the lot (`chosen`) has shown that nothing is more even, and so
does a certificate that comes with the result (`certificate`). For the rest, two kinds of proof. The flow relaxation
(bundles taken apart) is exact and quick; where the objective meets it, the result is optimal beyond doubt. Where
bundles keep the objective above it, CP-SAT is asked within a limit on steps. A bound of the second objective is one on
assignments whose first is not above the result's, component by component.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from tengbol.phrase import Phrase
from tengbol.verify.chosen import Looked
from tengbol.verify.evenness import objectives
from tengbol.verify.flow import spread
from tengbol.verify.proof import prove

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tengbol.verify.balances import Cell
    from tengbol.verify.evenness import Component
    from tengbol.verify.findings import Findings

FILE: Final = "manifest.json"
POINT: Final = "contract 3.8"

#: Deterministic time for one component, of what the whole proof may take.
SLICE: Final = 0.25

#: Names of components printed in one sentence.
NAMED: Final = 3


class Evenness(Protocol):
    """What a manifest, or a published batch, claims of both objectives, in squared thousandths."""

    @property
    def objective(self) -> int: ...  # noqa: D102
    @property
    def lower_bound(self) -> int: ...  # noqa: D102
    @property
    def objective_total(self) -> int: ...  # noqa: D102
    @property
    def lower_bound_total(self) -> int: ...  # noqa: D102
    @property
    def status(self) -> str: ...  # noqa: D102
    @property
    def status_total(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class _Claim:
    """One objective of the manifest: 0 the first, 1 the second; numbers in squared thousandths.

    firm: whether any better assignment refutes the bound. One that is better in the second objective does so
    only when the first is claimed to be optimal: otherwise it may be none of those the bound speaks of.
    """

    which: int
    objective: int
    lower: int
    status: str
    firm: bool

    @property
    def check(self) -> str:
        return ("optimality", "optimality_total")[self.which]

    @property
    def key(self) -> str:
        return ("objective", "objective_total")[self.which]


def check_evenness(
    excess: dict[Cell, int],
    parts: Sequence[Component] | None,
    manifest: Evenness,
    steps: float,
    found: Findings,
    *,
    looked: Looked | None = None,
    certified: Mapping[str, tuple[int, int]] | None = None,
) -> None:
    """Both objectives exactly, both statuses, and both bounds as far as they can be proven.

    excess: after the batch (`excess_after`). parts: its components, None where not every writ went where the law lets
    it: bounds are judged only then. steps: deterministic time for each of two searches, of what nothing else proves;
    0 for none. looked: what the check of the lot has shown, by what could go round and by prices (`chosen`). certified:
    by first enforcers, what the result's own certificate proves (`certificate`).
    """
    now = objectives(excess)
    claims = (
        _Claim(0, manifest.objective, manifest.lower_bound, manifest.status, firm=True),
        _Claim(
            1,
            manifest.objective_total,
            manifest.lower_bound_total,
            manifest.status_total,
            firm=manifest.status == "optimal",
        ),
    )
    for claim in claims:
        _check_objective(claim, now[claim.which], found)
    if parts is None:
        for claim in claims:
            found.unproven(
                claim.check, FILE, claim.key, POINT, Phrase("not judged: the assignments break the law above")
            )
        return
    within = [part.objectives(part.got) for part in parts]
    looked = looked or Looked()
    sure = dict(certified or {}) | {
        part.enforcers[0]: own for part, own in zip(parts, within, strict=True) if part.enforcers[0] in looked.even
    }
    ends = [
        _ends(part, own, sure.get(part.enforcers[0]), looked.better.get(part.enforcers[0]))
        for part, own in zip(parts, within, strict=True)
    ]
    for claim in claims:
        _check_bound(claim, now[claim.which], parts, within, ends, steps, found)


def _check_objective(claim: _Claim, due: int, found: Findings) -> None:
    """Check the objective itself, and whether the status says what objective and bound say."""
    if claim.objective != due:
        sentence = Phrase("is {told}; the assignments give {due}", told=writs(claim.objective), due=writs(due))
        found.broken("objective", FILE, claim.key, POINT, sentence)
    status = "optimal" if claim.objective == claim.lower else "feasible"
    if claim.status != status:
        sentence = Phrase(
            "says {status}; with its objective and bound it is {status2}", status=claim.status, status2=status
        )
        found.broken("status", FILE, claim.key.replace("objective", "status"), POINT, sentence)
    if claim.lower > claim.objective:
        bound = claim.key.replace("objective", "lower_bound")
        sentence = Phrase(
            "is {told}, above the objective {told2}", told=writs(claim.lower), told2=writs(claim.objective)
        )
        found.broken(claim.check, FILE, bound, POINT, sentence)
    if claim.which:
        found.holds("objective", FILE, POINT, Phrase("Both objectives are exactly those of the assignments."))
        found.holds("status", FILE, POINT, Phrase("Both statuses say what objective and bound say."))


def _ends(
    part: Component, now: tuple[int, int], proven: tuple[int, int] | None, better: tuple[int, int] | None
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Bounds of both objectives of a component, and the best of both that surely exists.

    Where nothing has proven a bound, flows do; 0 where the solver failed, as of any sum of squares. Where excesses lie
    so far apart that both objectives do not fit into one cost, each is bounded by itself.
    """
    best = now
    if better is not None and better[0] <= now[0]:
        best = (better[0], min(now[1], better[1]))
    if proven is not None:
        return proven, best
    # Where every bundle is one writ, a flow is itself an assignment.
    single = all(sum(counts) == 1 for _, counts in part.classes)
    flow = spread(part, first=True, total=True)
    if flow is not None and part.objectives(flow)[0] == now[0]:
        # Then whatever is as even in the first lies among the optima of the relaxation too.
        both = part.objectives(flow)
        return both, both if single else best
    if flow is None:
        flow = spread(part, first=True, total=False)
    loose = spread(part, first=False, total=True)
    first = part.objectives(flow)[0] if flow is not None else 0
    return (
        (first, part.objectives(loose)[1] if loose is not None else 0),
        (first, now[1]) if single and flow is not None else best,
    )


def _check_bound(
    claim: _Claim,
    now: int,
    parts: Sequence[Component],
    within: list[tuple[int, int]],
    ends: list[tuple[tuple[int, int], tuple[int, int]]],
    steps: float,
    found: Findings,
) -> None:
    which = claim.which
    fixed = now - sum(own[which] for own in within)
    lower = [low[which] for low, _ in ends]
    flow_bound = fixed + sum(lower)
    bound = claim.key.replace("objective", "lower_bound")
    if flow_bound > now:
        sentence = Phrase(
            "the result, {reached}, is below what any assignment can reach, {bound}",
            reached=writs(now),
            bound=writs(flow_bound),
        )
        found.broken(claim.check, FILE, claim.key, POINT, sentence)
    if claim.lower > now:
        sentence = Phrase("is {told}, and the assignments reach {reached}", told=writs(claim.lower), reached=writs(now))
        found.broken(claim.check, FILE, bound, POINT, sentence)
    if found.any_broken(claim.check):
        return
    if claim.lower <= flow_bound:
        if flow_bound == now:
            how = Phrase(
                "The result meets a bound of our own, {bound}: proven optimal, independently.", bound=writs(flow_bound)
            )
        else:
            how = Phrase("The flow bound of {bound} shows it.", bound=writs(flow_bound))
        found.holds(
            claim.check, FILE, POINT, Phrase("The bound of {told} is true. {how}", told=writs(claim.lower), how=how)
        )
        return
    best = [top[which] for _, top in ends]
    open_parts = sorted(
        (place for place in range(len(parts)) if best[place] > lower[place]),
        key=lambda place: (len(parts[place].base) * len(parts[place].classes), place),
    )
    left = steps
    for place in open_parts:
        settled = fixed + sum(lower) >= claim.lower or fixed + sum(best) < claim.lower
        if left <= 0 or settled:
            break
        share = max(left / 2, steps * SLICE)
        outcome = prove(parts[place], second=bool(which), floor=lower[place], limit=min(left, share))
        lower[place], best[place] = outcome.lower, outcome.best
        left -= outcome.steps
    _judge(claim, bound, fixed, parts, (lower, best), flow_bound, steps > 0, found)


def _judge(
    claim: _Claim,
    bound: str,
    fixed: int,
    parts: Sequence[Component],
    ends: tuple[list[int], list[int]],
    flow_bound: int,
    searched: bool,
    found: Findings,
) -> None:
    """Say what was shown of a bound above the flow relaxation's, by a search where one was asked for."""
    proven, reached = (fixed + sum(end) for end in ends)
    if proven >= claim.lower:
        sentence = Phrase(
            "The bound of {told} is true: the flow bound is {bound}, and a search with whole bundles shows the rest.",
            told=writs(claim.lower),
            bound=writs(flow_bound),
        )
        found.holds(claim.check, FILE, POINT, sentence)
    elif claim.firm and reached < claim.lower:
        sentence = Phrase(
            "is {told}, and an assignment of {reached} exists", told=writs(claim.lower), reached=writs(reached)
        )
        found.broken(claim.check, FILE, bound, POINT, sentence)
    elif not searched:
        for part, low, best in zip(parts, *ends, strict=True):
            if low < best:
                sentence = Phrase(
                    "no certificate proves it: shown is {low}, reached {best}; `--search` looks for what is between",
                    low=writs(low),
                    best=writs(best),
                )
                found.unproven(claim.check, FILE, part.name, POINT, sentence)
    else:
        names = [part.name for part, low, best in zip(parts, *ends, strict=True) if low < best]
        more = Phrase(" and {n} more", n=len(names) - NAMED) if len(names) > NAMED else ""
        found.unproven(
            claim.check,
            FILE,
            bound,
            POINT,
            Phrase(
                "is {told}; the flow bound is {bound}, and a search with whole bundles within its limit shows "
                "{proven}. Open: the enforcers connected with {names}{more}",
                told=writs(claim.lower),
                bound=writs(flow_bound),
                proven=writs(proven),
                names="; ".join(names[:NAMED]),
                more=more,
            ),
        )


def writs(thousandths: int) -> str:
    """Squared thousandths as squared writs, six places."""
    whole, rest = divmod(thousandths, 10**6)
    return f"{whole:,}.{rest:06d}"
