"""Whether something could go round at less cost: the test that nothing among equals comes before a result.

Whatever can be exchanged for something as even goes round: one writ more here, one less there, until all is as before
elsewhere. An exchange is a cycle in a graph of what may change, each way with what it costs. Costs are looked at one
after the other: where no cycle costs less than nothing in the first, only cycles that cost just nothing in it are left
for the next. Distances show that there is none (Bellman 1958), or lead to one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

#: A sum of costs along a path stays below this.
_LARGEST: Final = 2**62
#: Rounds of distances between two looks for a cycle.
_LOOK: Final = 8


class TooLargeError(ArithmeticError):
    """Costs that 64 bits might not hold."""


@dataclass(frozen=True)
class Ways:
    """tail, head: `(A,)` nodes, of `nodes`, by heads in order; thing: `(A,)` what changes along each way."""

    nodes: int
    tail: Ints
    head: Ints
    thing: Ints

    def only(self, kept: NDArray[np.bool_]) -> Ways:
        """The ways that are kept."""
        return Ways(self.nodes, self.tail[kept], self.head[kept], self.thing[kept])


def cheaper(ways: Ways, cost: Ints, begin: Ints | None = None) -> tuple[Ints | None, Ints]:
    """A cycle that costs less than nothing, as places of ways in their order, if there is one; and how far each node
    is, from wherever it is least: no way then leads further than to its head.

    begin: `(nodes,)` how far the nodes are to begin with, at most; those of ways much like these make it short.
    """
    if len(cost) == 0:
        return None, np.zeros(ways.nodes, dtype=np.int64)
    if int(np.abs(cost).max()) * (ways.nodes + 1) >= _LARGEST:
        raise TooLargeError
    tail, head, paid = ways.tail, ways.head, cost
    start = np.flatnonzero(np.append(True, head[1:] != head[:-1]))
    ends = head[start]
    own = np.repeat(np.arange(len(start)), np.diff(np.append(start, len(head))))
    far = np.zeros(ways.nodes, dtype=np.int64) if begin is None else begin - begin.max()
    came = np.full(ways.nodes, -1)
    for turn in range(ways.nodes + 2):
        offered = far[tail] + paid
        least = np.minimum.reduceat(offered, start)
        nearer = least < far[ends]
        if not nearer.any():
            return None, far
        by = np.flatnonzero(nearer[own])
        by = by[offered[by] == least[own[by]]]
        came[head[by]] = by
        far[ends] = np.minimum(least, far[ends])
        if turn % _LOOK == _LOOK - 1 or turn >= ways.nodes:
            found = _cycle(came, tail)
            if found is not None:
                return found, far
    raise AssertionError("distances that never end lead to no cycle")


def _cycle(came: Ints, tail: Ints) -> Ints | None:
    """The ways of a cycle among those by which each node was reached last."""
    nodes = len(came)
    before = np.where(came >= 0, tail[came], np.arange(nodes))
    jump = before
    for _ in range(max(1, nodes.bit_length())):
        jump = jump[jump]
    on = jump[came[jump] >= 0]
    if len(on) == 0:
        return None
    out: list[int] = []
    at = int(on[0])
    while not out or at != int(on[0]):
        out.append(int(came[at]))
        at = int(before[at])
    return np.array(out[::-1], dtype=np.int64)
