"""The lot, version 2, checked: docs/lot.md, points a to d, component by component; by a search only where asked to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from tengbol.phrase import Phrase
from tengbol.verify.equals import of_pools, sent_alike, sent_of
from tengbol.verify.few import Few
from tengbol.verify.handing import Long, handed_among_alike, handed_out
from tengbol.verify.held import Outcome, Told, nothing_first, words
from tengbol.verify.lot import key, replay
from tengbol.verify.proof import Limit
from tengbol.verify.rounds import TooLargeError
from tengbol.verify.searched import first_by_search, handed_by_search

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tengbol.verify.bundles import Whole
    from tengbol.verify.evenness import Component
    from tengbol.verify.exchanges import Supplies
    from tengbol.verify.findings import Findings
    from tengbol.verify.masks import Names

FILE: Final = "assignments.parquet"
Found = TypeVar("Found")
POINT: Final = "contract 3.9"


@dataclass(frozen=True)
class Looked:
    """What the check of the lot shows of evenness too, by the first enforcer of each component.

    even: nothing is more even: whatever is as even was looked for, and whatever is more even would have been found.
    better: both objectives of something that is.
    """

    even: frozenset[str] = frozenset()
    better: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])


class Claimed(Protocol):
    """What a manifest, or a published batch, says of its lot."""

    @property
    def seed(self) -> str: ...  # noqa: D102
    @property
    def status_lot(self) -> str | None: ...  # noqa: D102


def check_chosen(
    parts: Sequence[Component],
    bundles: Sequence[Whole],
    enforcer_of: dict[str, str],
    claimed: Claimed,
    names: Names,
    steps: float,
    found: Findings,
) -> Looked:
    """Check who got what among equals, and what is claimed of that.

    steps: deterministic time for a search of what is not shown without one; 0 for none.
    """
    longer = [
        Long(b.bundle_id, key(claimed.seed, "writ", names.bundle(b.bundle_id)), b.pool, b.counts)
        for b in bundles
        if b.bound_to is None and len(b.writ_ids) > 1
    ]
    single = [bundle for bundle in bundles if len(bundle.writ_ids) == 1]
    return check_drawn(
        parts, longer, enforcer_of, claimed, names, steps, found,
        lambda: replay(single, enforcer_of, claimed.seed, found, names),
    )  # fmt: skip


def check_drawn(
    parts: Sequence[Component],
    longer: Sequence[Long],
    enforcer_of: dict[str, str],
    claimed: Claimed,
    names: Names,
    steps: float,
    found: Findings,
    deal_again: Callable[[], int],
) -> Looked:
    """The same of the free bundles of two and more; those of one by `deal_again`, which returns how many classes."""
    part_of = {enforcer_id: place for place, part in enumerate(parts) for enforcer_id in part.enforcers}
    free: list[list[Long]] = [[] for _ in parts]
    for bundle in longer:
        free[part_of[next(iter(bundle.pool))]].append(bundle)
    limit = Limit(steps)
    looked = [
        _Part(part, own, enforcer_of, claimed, names, limit, found) for part, own in zip(parts, free, strict=True)
    ]
    pools_even = _even_everywhere(looked)
    shown = [part.check(pools_even) for part in looked]
    alike = 0 if found.any_broken("lot") else deal_again()
    sentence = Phrase(
        "Of all choices as even, the seed gives this one: shown without a search of {shown} of {n} components, "
        "and {alike} classes of writs alike dealt again.",
        shown=sum(shown),
        n=len(shown),
        alike=alike,
    )
    found.holds("lot", FILE, POINT, sentence)
    return Looked(
        frozenset(part.part.enforcers[0] for part in looked if part.outcome.shown),
        {part.part.enforcers[0]: part.outcome.better for part in looked if part.outcome.better is not None},
    )


def _even_everywhere(looked: Sequence[_Part]) -> bool:
    """Whether point c holds in all components, looked at as one graph, since they share nobody.

    That takes a fraction of looking at each. False where something can be exchanged, or numbers grow too large: then
    each is looked at by itself.
    """
    single: Supplies = Counter()
    for part in looked:
        single.update(part.single)
    try:
        return not looked or of_pools(single, looked[0].seed, looked[0].names) is None
    except TooLargeError:
        return False


class _Part:
    """One component, with its free bundles of two and more."""

    def __init__(
        self,
        part: Component,
        longer: Sequence[Long],
        enforcer_of: dict[str, str],
        claimed: Claimed,
        names: Names,
        limit: Limit,
        found: Findings,
    ) -> None:
        self.part, self.enforcer_of, self.seed, self.names, self.found = part, enforcer_of, claimed.seed, names, found
        self.limit, self.searched = limit, limit.left > 0
        self.optimal = claimed.status_lot == "optimal"
        self.outcome = Outcome(False)
        self.single = sent_alike(
            (pool, counts, enforcer_id, bundles)
            for (pool, counts), dealt in part.dealt.items()
            if sum(counts) == 1
            for enforcer_id, bundles in dealt.items()
        )
        self.longer = longer

    def check(self, pools_even: bool) -> bool:
        """Whether all of it was shown to be right; what is not becomes a finding. pools_even: point c holds."""
        try:
            shown = self._how_many()
            if shown is None:
                return False
            handed = self._bundles()
            other = None if pools_even else of_pools(self.single, self.seed, self.names)
        except TooLargeError:
            return self._unproven(Phrase("its numbers are too large to be added up here"))
        if other is not None:
            even = Phrase(
                "the same numbers of writs from other pools let each pool's own writs be more even: {change}",
                change=words(other),
            )
            lower = Phrase(
                "the same numbers of writs from other pools have the lower numbers in the lot: {change}",
                change=words(other),
            )
            self._broken("", even if other.respect == 0 else lower)
            return False
        return shown and handed

    def _how_many(self) -> bool | None:
        """Point a; nothing where it is broken."""
        told = self._told
        outcome = nothing_first(told)
        if not (outcome.shown or outcome.other or outcome.better):
            outcome = self._few.first()
        self.outcome = outcome
        if self.searched and not (outcome.shown or outcome.other or outcome.better):
            outcome = self._search(first_by_search, told)
        if outcome.other and (self.optimal or not outcome.beyond):
            self._broken("", outcome.other)
            return None
        if outcome.other:
            return self._unproven(Phrase("it is not claimed to be the first, and {what}", what=outcome.other))
        return outcome.shown or self._unproven(Phrase("who gets more of what depends on how bundles lie"))

    def _bundles(self) -> bool:
        """Point b, when it is settled how many writs of each category everyone gets."""
        if not self.longer:
            return True
        longer = sent_of((b.pool, b.counts, self.enforcer_of[b.bundle_id]) for b in self.longer)
        due = handed_out(self.longer, self.single + longer, self.names)
        if due is None:
            due = self._few.handed()
            if due is None and self.searched:
                due = self._search(handed_by_search, self._told)
            odd = [b.bundle_id for b in self.longer if due and due[b.bundle_id] != self.enforcer_of[b.bundle_id]]
            if due and odd and not self.optimal:
                sentence = Phrase(
                    "went to {got}; the lot gives it to {due}", got=self.enforcer_of[odd[0]], due=due[odd[0]]
                )
                other = Phrase("it is not claimed to be the first, and {what}", what=sentence)
                self.found.unproven("lot", FILE, odd[0], POINT, other)
                due = None
        shown = due is not None
        if due is None:
            due = handed_among_alike(self.longer, self.enforcer_of, self.names)
        for bundle in self.longer:
            got = self.enforcer_of[bundle.bundle_id]
            if got != due[bundle.bundle_id]:
                self._broken(
                    bundle.bundle_id,
                    Phrase("went to {got}; the lot gives it to {due}", got=got, due=due[bundle.bundle_id]),
                )
        return shown or self._unproven(Phrase("which of its bundles goes to whom was shown only of those alike"))

    @cached_property
    def _told(self) -> Told:
        return Told(self.part, self.single, self.longer, self.enforcer_of, self.seed, self.names)

    @cached_property
    def _few(self) -> Few:
        return Few(self._told)

    def _search(self, search: Callable[[Told, Limit], Found], told: Told) -> Found:
        """Search with half of the time that is left: one component is not to take it all."""
        own = Limit(self.limit.left / 2)
        self.limit.left -= own.left
        found = search(told, own)
        self.limit.left += own.left
        return found

    def _broken(self, subject: str, sentence: Phrase) -> None:
        self.found.broken("lot", FILE, subject or self.part.name, POINT, sentence)

    def _unproven(self, sentence: Phrase) -> bool:
        self.found.unproven(
            "lot",
            FILE,
            self.part.name,
            POINT,
            Phrase("who among equals was not shown here: {what}", what=sentence)
            if self.searched
            else Phrase("who among equals was not shown without a search (`--search`): {what}", what=sentence),
        )
        return False
