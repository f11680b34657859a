"""What stands behind the bounds of a component in whole numbers, for a certificate (docs/certificate.md): prices in a
tree of cases, counts of long bundles, or prices of whole bundles; and what it is to prove.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tengbol.optimizer.weighted import Prices

    Ints = NDArray[np.int64]
    #: Prices for the first objective and for the second.
    Both = tuple[Prices | None, Prices | None]
    #: Category, number of enforcers, number of long bundles.
    Counts = list[tuple[int, int, int]]


@dataclass(frozen=True)
class Node:
    """prices: for the first objective and for the second; None for those of the node above. of: the class of which one
    bundle is put at each of `rows` in turn, with a node for each; without rows, the prices prove what is to be proven.
    """

    prices: Both
    of: int = -1
    rows: tuple[int, ...] = ()
    nodes: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Goal:
    """What is to be proven: that the first objective is at least `first`; and, where `second` is not None, the second
    at least that among assignments whose first is at most `reached`. In squared thousandths.
    """

    reached: int
    first: int
    second: int | None


@dataclass(frozen=True)
class BundlePrices:
    """scale: of costs; weight: of the first objective, of prices for the second. pool: `(P, K)`, bundle: `(C,)`."""

    scale: int
    weight: int
    pool: Ints
    bundle: Ints


@dataclass(frozen=True)
class SetPrices:
    """whole: `(C,)` classes that are not taken apart, which prices of bundles are of. second: None where the second
    objective follows from the first.
    """

    whole: NDArray[np.bool_]
    first: BundlePrices
    second: BundlePrices | None
