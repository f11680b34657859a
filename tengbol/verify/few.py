"""Whether something comes before a result in the lot where bundles are few: docs/lot.md, points a and b.

What each enforcer could get is written down as a table: all sets of bundles that leave the others enough evenness. One
half of the enforcers is dealt to from all bundles, then the other half, and what goes together is looked up (Horowitz &
Sahni 1974). Of what leaves the same, and is as even so far, only that with the least numbers is kept, apart from what
agrees with the result. So nothing as even, or more even, is left out.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.phrase import Phrase
from tengbol.verify.exchanges import number
from tengbol.verify.handing import in_lot, in_turn
from tengbol.verify.held import Outcome
from tengbol.verify.law import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tengbol.verify.held import Told

#: Bundles and writs of one at most: nearly always there is too much to look at where there are more.
_BUNDLES: Final = 20
#: Sets of one enforcer at most; pairs of a set and what was dealt before, at once and in all; sets that are tried.
_SETS: Final = 250_000
_AT_ONCE: Final = 500_000
_PAIRS: Final = 10_000_000
_TRIES: Final = 500_000
_WRIT: Final = 1000
#: Numbers that polars adds up stay below this.
_LARGEST: Final = 2**62
_NUMBER: Final = 2**40
_STATE: Final = ["code", "room", "total", "other"]


class Few:
    """All choices for a component that are as even as the one told, or more."""

    def __init__(self, told: Told) -> None:
        part = told.part
        self._told, self._base = told, part.base
        self._classes = sorted(part.classes.items(), key=lambda item: (sorted(item[0][0]), item[0][1]))
        # How many bundles of a class there are stands in bits of its own; the bit above them shows where they lack.
        ends = [0]
        for _, bundles in self._classes:
            ends.append(ends[-1] + bundles.bit_length() + 1)
        self._unit = [1 << end for end in ends[:-1]]
        self._short = sum(1 << (end - 1) for end in ends[1:])
        self._all = sum(bundles * unit for (_, bundles), unit in zip(self._classes, self._unit, strict=True))
        self._excess = {cell: base + _WRIT * part.got[cell] for cell, base in part.base.items()}
        self._level = {k: self._even(k) for k in CATEGORIES}
        writs = part.got.total()
        widest = max(abs(base) for base in self._base.values()) * 2 + _WRIT * writs
        cells = len(self._base) * len(CATEGORIES)
        few = part.classes.total() <= _BUNDLES
        self._small = few and ends[-1] < 63 and widest**2 * cells < _LARGEST and writs * _NUMBER < _LARGEST

    def _even(self, category: str) -> int:
        """A level between what those have who got something."""
        there = [self._excess[who, category] for who in self._told.part.enforcers if self._told.part.got[who, category]]
        return sum(there) // max(len(there), 1)

    def first(self) -> Outcome:
        """Whether nothing as even has lower numbers in the lot; nothing is said where that is too much to look at."""
        sets = self._sets
        if sets is None:
            return Outcome(False)
        room, each = sets
        names = self._told.part.enforcers
        half = len(names) // 2
        budget = _PAIRS
        sides: list[pl.DataFrame] = []
        for own in (range(half), range(half, len(names))):
            dealt, budget = self._dealt(own, each, room, budget)
            if dealt is None:
                return Outcome(False)
            sides.append(dealt)
        code, other = pl.col("code"), pl.col("other") | pl.col("other_right")
        both = [pl.col(name) + pl.col(f"{name}_right") for name in ("room", "total", "number")]
        whole = (
            sides[0]
            .join(sides[1].with_columns(code=self._all - code), on="code")
            .with_columns(*both, other=other)
            .filter(pl.col("room") <= room)
            .sort("room", "total", "number", maintain_order=True)
        )
        return self._told_apart(whole, each, room)

    def _told_apart(self, whole: pl.DataFrame, each: dict[str, pl.DataFrame], room: int) -> Outcome:
        """What the first of all whole choices, in the order of evenness and numbers, says of the one told."""
        part = self._told.part
        first, second = part.objectives(part.got)
        best = whole.row(0, named=True)
        if (best["room"], best["total"]) != (room, second):
            return Outcome(False, better=(first - room + best["room"], best["total"]))
        even = whole.filter(room=room, total=second)
        told = even.filter(~pl.col("other"))["number"][0]
        others = even.filter("other").head(1)
        if others.is_empty() or others["number"][0] > told:
            return Outcome(True)
        if others["number"][0] == told:
            return Outcome(False)
        found = others.row(0, named=True)
        got = {(who, k): each[who][k][found[str(n)]] for n, who in enumerate(part.enforcers) for k in CATEGORIES}
        change = ", ".join(
            f"{k} {who} {writs - part.got[who, k]:+d} ({self._number(who, k):010x})"
            for (who, k), writs in got.items()
            if writs != part.got[who, k]
        )
        sentence = Phrase("another choice is as even and comes first in the lot: {change}", change=change)
        return Outcome(False, sentence, beyond=True)

    def handed(self) -> dict[str, str] | None:
        """Enforcer of each longer bundle, where everyone gets as much as told; nothing where that takes too long."""
        sets = self._sets
        if sets is None:
            return None
        got = self._told.part.got
        exact: dict[str, list[int]] = {
            who: each.filter(**{k: got[who, k] for k in CATEGORIES})["code"].to_list() for who, each in sets[1].items()
        }
        place = {kind: n for n, (kind, _) in enumerate(self._classes)}
        called = in_lot(self._told.longer, self._told.names)
        tries = _TRIES
        out: dict[str, str] = {}
        given: dict[tuple[int, str], int] = {}
        for bundle in in_turn(self._told.longer):
            n = place[bundle.pool, bundle.counts]
            for who in bundle.turn(called):
                many = given.get((n, who), 0) + 1
                with_it = {**exact, who: [code for code in exact[who] if self._many(code, n) >= many]}
                can, tries = self._can(list(with_it.values()), tries)
                if tries < 0:
                    return None
                if can:
                    out[bundle.bundle_id], given[n, who], exact = who, many, with_it
                    break
        return out

    def _number(self, who: str, category: str) -> int:
        told = self._told
        return number(f"{told.seed}:{category}:{told.names.enforcer(who)}", 0)

    def _many(self, code: int, place: int) -> int:
        """Bundles of a class in a set."""
        return code // self._unit[place] % (1 << (self._classes[place][1].bit_length() + 1))

    def _can(self, sets: Sequence[list[int]], tries: int) -> tuple[bool, int]:
        """Whether one set of each together are all bundles, and how many more may be tried."""

        @cache
        def rest(place: int, left: int) -> bool:
            nonlocal tries
            if place == len(sets):
                return left == 0
            tries -= len(sets[place])
            return tries >= 0 and any(
                self._short & ~(left + self._short - code) == 0 and rest(place + 1, left - code) for code in sets[place]
            )

        return rest(0, self._all), tries

    @cached_property
    def _sets(self) -> tuple[int, dict[str, pl.DataFrame]] | None:
        """The room, and by enforcer what he could get within it: a code, writs by category, `room` that it takes,
        `total`: the square of all excess. Nothing where that is too much.
        """
        if not self._small:
            return None
        part = self._told.part
        beyond = sum((value - self._level[k]) ** 2 for (_, k), value in self._excess.items())
        sure = {
            who: sum(max(self._base[who, k] - self._level[k], 0) ** 2 for k in CATEGORIES) for who in part.enforcers
        }
        found: dict[str, pl.DataFrame] = {}
        for who in part.enforcers:
            own = self._of(who, beyond - sum(sure.values()) + sure[who])
            if own is None:
                return None
            found[who] = own
        least = {who: int(own["room"].min()) for who, own in found.items()}  # type: ignore[arg-type]
        room = beyond - sum(least.values())
        taken = {who: own.with_columns(pl.col("room") - least[who]) for who, own in found.items()}
        return room, {who: own.filter(pl.col("room") <= room) for who, own in taken.items()}

    def _of(self, who: str, limit: int) -> pl.DataFrame | None:
        """What one could get without being further above the level than `limit`, squared."""
        above = [self._base[who, k] - self._level[k] + _WRIT * pl.col(k) for k in CATEGORIES]
        too_much = pl.sum_horizontal(pl.max_horizontal(more, 0) ** 2 for more in above)
        sets = pl.DataFrame({name: [0] for name in ("code", *CATEGORIES)})
        for ((pool, counts), bundles), unit in zip(self._classes, self._unit, strict=True):
            if who not in pool:
                continue
            if sets.height * (bundles + 1) > _SETS:
                return None
            n = pl.col("n")
            sets = (
                sets.join(pl.DataFrame({"n": range(bundles + 1)}), how="cross")
                .select(
                    pl.col("code") + n * unit,
                    *(pl.col(k) + n * writs for k, writs in zip(CATEGORIES, counts, strict=True)),
                )
                .filter(too_much <= limit)
            )
        total = sum(self._base[who, k] for k in CATEGORIES) + _WRIT * pl.sum_horizontal(CATEGORIES)
        return sets.with_columns(room=pl.sum_horizontal(more**2 for more in above), total=total**2)

    def _dealt(
        self, people: Sequence[int], each: dict[str, pl.DataFrame], room: int, budget: int
    ) -> tuple[pl.DataFrame | None, int]:
        """What some can have been dealt: the code of all of it and, by the number of a person, which of his sets."""
        got = self._told.part.got
        states = pl.DataFrame({"code": [0], "room": [0], "total": [0], "number": [0], "other": [False]})
        short = self._short
        fits = (self._all + short - pl.col("code") - pl.col("code_right")) & short == short
        for who, column in ((self._told.part.enforcers[n], str(n)) for n in people):
            sets = each[who].select(
                "code", "room", "total",
                number=pl.sum_horizontal(pl.col(k) * self._number(who, k) for k in CATEGORIES),
                other=pl.any_horizontal(pl.col(k) != got[who, k] for k in CATEGORIES),
            ).with_row_index(column)  # fmt: skip
            budget -= states.height * sets.height
            if budget < 0:
                return None, budget
            parts = (
                own.join(sets, how="cross")
                .filter(fits & (pl.col("room") + pl.col("room_right") <= room))
                .select(
                    *(pl.col(name) + pl.col(f"{name}_right") for name in ("code", "room", "total", "number")),
                    pl.col("other") | pl.col("other_right"),
                    pl.exclude("^.*_right$", "number", *_STATE),
                )
                for own in states.iter_slices(max(1, _AT_ONCE // sets.height))
            )
            states = pl.concat(parts).sort("number", maintain_order=True)
            states = states.unique(_STATE, keep="first", maintain_order=True)
        return states, budget
