"""What hangs together: of a graph, the least node that each node is connected with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


def connected(nodes: int, one: Ints, other: Ints) -> Ints:
    """`(nodes,)` the least node that each is connected with. one, other: `(A,)` ends of what connects."""
    least = np.arange(nodes)
    while True:
        before = least
        nearest = np.minimum(least[one], least[other])
        least = least.copy()
        np.minimum.at(least, one, nearest)
        np.minimum.at(least, other, nearest)
        least = least[least]
        if (least == before).all():
            return least
