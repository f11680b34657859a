"""Whether something comes before a result in the lot where bundles leave no free choice: docs/lot.md, point a.

What goes round among single writs shows which bundles it would have to take apart. Those are held: where they are,
nothing may then go round; and everywhere else that they could be, as even as it is. Prices show of nearly all other
places that there it is less even: a bound that keeps bundles whole (Geoffrion 1974). What is left is looked at: how
even it is when nothing goes round any more, and which numbers it has.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from tengbol.phrase import Phrase
from tengbol.verify.equals import Cells, sent_of
from tengbol.verify.exchanges import LEVELS, Round, number
from tengbol.verify.handing import Long, handed_out
from tengbol.verify.law import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tengbol.verify.balances import Cell
    from tengbol.verify.evenness import Component
    from tengbol.verify.exchanges import Supplies
    from tengbol.verify.masks import Names

#: Bundles that are held at most, ways to hold them that are looked at, and steps to find them.
_HELD: Final = 8
_WAYS: Final = 40
_STEPS: Final = 5_000
_HALF: Final = 500
_WRIT: Final = 1000


@dataclass(frozen=True)
class Outcome:
    """shown: whether nothing comes before the result. other: what does, in words; none where nothing was found.

    beyond: whether bundles have to be moved for it, which a result that is not proven may not have tried. better: both
    objectives of something more even, where that only needs single writs to be moved.
    """

    shown: bool
    other: Phrase | None = None
    beyond: bool = False
    better: tuple[int, int] | None = None


@dataclass(frozen=True)
class Told:
    """A component of a result: what of its single bundles goes to whom, its longer ones, and what the lot goes by."""

    part: Component
    single: Supplies
    longer: Sequence[Long]
    enforcer_of: dict[str, str]
    seed: str
    names: Names

    @cached_property
    def cells(self) -> Cells:
        """What could give somebody more or less."""
        return Cells(self.part.base, self.seed, self.names)

    def sent(self, held: Sequence[Long] = ()) -> Supplies:
        """What goes to whom, with all bundles taken apart but those that are held."""
        stay = {bundle.bundle_id for bundle in held}
        apart = (bundle for bundle in self.longer if bundle.bundle_id not in stay)
        return self.single + sent_of((b.pool, b.counts, self.enforcer_of[b.bundle_id]) for b in apart)

    def goes_round(self, sent: Supplies, held: Counter[Cell], until: int = 2 + LEVELS) -> Round | None:
        """What goes round at less, with some bundles held."""
        return self.cells.less_goes_round(sent, held, until)


def nothing_first(told: Told) -> Outcome:
    """Whether nothing comes before the result in the lot."""
    held: list[Long] = []
    while len(held) <= _HELD:
        at = [told.enforcer_of[bundle.bundle_id] for bundle in held]
        sent, lie = told.sent(held), _lying(held, at)
        other = told.goes_round(sent, lie)
        if other is not None:
            apart = _taken_apart(told, held, other)
            if not apart and other.respect < 2:
                got = Counter(told.part.got)
                got.update(other.change)  # type: ignore[arg-type]
                return Outcome(False, better=told.part.objectives(got))
            if not apart:
                change = words(other)
                sentence = Phrase("another choice is as even and comes first in the lot: {change}", change=change)
                return Outcome(False, sentence)
            held += apart[:1]
            continue
        if not held:
            return Outcome(True)
        stuck = _elsewhere(told, held, at, sent)
        if isinstance(stuck, Outcome):
            return stuck
        held.append(stuck)
    return Outcome(False)


def _lying(held: Sequence[Long], at: Sequence[str]) -> Counter[Cell]:
    """Writs of bundles that are held, by cell."""
    out: Counter[Cell] = Counter()
    for bundle, enforcer_id in zip(held, at, strict=True):
        for category, writs in zip(CATEGORIES, bundle.counts, strict=True):
            out[enforcer_id, category] += writs
    return out


def _taken_apart(told: Told, held: Sequence[Long], other: Round) -> list[Long]:
    """Bundles of which something would go round where no single writ is there instead, the longest first."""
    lacking = {place for place, units in other.sent.items() if units < 0 and told.single[place] < -units}
    found = [
        bundle
        for bundle in told.longer
        if bundle not in held
        and any(
            writs and (bundle.pool, category, told.enforcer_of[bundle.bundle_id]) in lacking
            for category, writs in zip(CATEGORIES, bundle.counts, strict=True)
        )
    ]
    return sorted(found, key=lambda bundle: (-sum(bundle.counts), bundle.bundle_id))


def _elsewhere(told: Told, held: list[Long], at: list[str], sent: Supplies) -> Outcome | Long:
    """Look at all other places of the bundles that are held; a bundle, where one more has to be held."""
    price = told.cells.prices(sent, _lying(held, at))
    ways = None if price is None else _ways(told, held, sent, price)
    if ways is None:
        return Outcome(False)
    value, key = told.part.objectives(told.part.got), None
    for way in ways:
        if list(way) == at:
            continue
        lie = _lying(held, way)
        even = _moved(told, sent, lie, until=2)
        reached = told.part.objectives(_got(even, lie))
        if reached > value:
            continue
        moved = _moved(told, even, lie)
        numbers = _numbers(told, moved, lie)
        key = key or _numbers(told, sent, _lying(held, at))
        if reached == value and numbers >= key:
            continue
        whole = moved.copy()
        whole.update(sent_of((b.pool, b.counts, who) for b, who in zip(held, way, strict=True)))
        free = [bundle for bundle in told.longer if bundle not in held]
        # Where all are held it is a whole choice by itself.
        if free and handed_out(told.longer, whole, told.names) is None:
            return max(free, key=lambda b: (sum(b.counts), b.bundle_id))
        if reached < value:
            return Outcome(False)
        names = ", ".join(f"{b.bundle_id} → {who}" for b, who in zip(held, way, strict=True))
        return Outcome(
            False,
            Phrase("another choice is as even and comes first in the lot: it has {names}", names=names),
            beyond=True,
        )
    return Outcome(True)


def _moved(told: Told, sent: Supplies, lie: Counter[Cell], until: int = 2 + LEVELS) -> Supplies:
    """What goes to whom when nothing goes round any more, in the respects before `until`."""
    sent = sent.copy()
    while (other := told.goes_round(sent, lie, until)) is not None:
        sent.update(other.sent)
    return +sent


def _got(sent: Supplies, lie: Counter[Cell]) -> Counter[Cell]:
    """Writs of each cell."""
    got = lie.copy()
    for (_, category, enforcer_id), writs in sent.items():
        got[enforcer_id, category] += writs
    return got


def _numbers(told: Told, sent: Supplies, lie: Counter[Cell]) -> list[int]:
    """Sums of numbers, level by level."""
    got = _got(sent, lie)
    texts = {(who, k): f"{told.seed}:{k}:{told.names.enforcer(who)}" for (who, k), writs in got.items() if writs}
    return [sum(got[cell] * number(text, level) for cell, text in texts.items()) for level in range(LEVELS)]


def _ways(told: Told, held: Sequence[Long], sent: Supplies, price: dict[Cell, int]) -> list[tuple[str, ...]] | None:
    """Where the bundles held can lie, for all that prices say, as even as told; nothing where that is too much."""
    base = told.part.base

    def cost(cell: Cell, lies: int) -> int:
        """The least that a cell costs above its price when so many writs lie there."""
        step = base[cell] + _HALF - price[cell]
        writs = max(lies, 0, -(step // _WRIT))
        return (base[cell] - price[cell]) * writs + _HALF * writs * writs

    def paid(bundle: Long, enforcer_id: str, lies: Counter[Cell]) -> int:
        return sum(
            price[enforcer_id, k] * writs
            + cost((enforcer_id, k), lies[enforcer_id, k] + writs)
            - cost((enforcer_id, k), lies[enforcer_id, k])
            for k, writs in zip(CATEGORIES, bundle.counts, strict=True)
            if writs
        )

    none: Counter[Cell] = Counter()
    got = told.part.got
    room = sum(base[cell] * got[cell] + _HALF * got[cell] ** 2 for cell in price)
    room -= sum(cost(cell, 0) for cell in price)
    pays: dict[tuple[frozenset[str], str], int] = {}
    for pool, category, _ in sent:
        if (pool, category) not in pays:
            pays[pool, category] = min(price[who, category] for who in pool)
    room -= sum(writs * pays[pool, category] for (pool, category, _), writs in sent.items())
    alone = [min(paid(bundle, who, none) for who in bundle.pool) for bundle in held]
    steps = 0

    def further(way: tuple[str, ...], spent: int) -> Iterator[tuple[str, ...]]:
        nonlocal steps
        place = len(way)
        if place == len(held):
            yield way
            return
        lies = _lying(held[:place], way)
        for who in sorted(held[place].pool):
            steps += 1
            now = spent + paid(held[place], who, lies)
            if now + sum(alone[place + 1 :]) <= room and steps <= _STEPS:
                yield from further((*way, who), now)

    found: list[tuple[str, ...]] = []
    for way in further((), 0):
        found.append(way)
        if len(found) > _WAYS:
            return None
    return None if steps > _STEPS else found


def words(other: Round) -> Phrase:
    """What would change, and which numbers say so."""
    shown = sorted(other.change.items(), key=lambda item: (-abs(item[1]), item[0]))
    parts = [f"{' '.join(reversed(thing))} {units:+d} ({other.number[thing]:010x})" for thing, units in shown[:4]]
    more = Phrase(" and {n} more", n=len(shown) - 4) if len(shown) > 4 else ""
    return Phrase("{parts}{more}", parts=", ".join(parts), more=more)
