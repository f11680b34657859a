# What tengbol uses of scipy's optimisation, which has no types of its own.

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

_Numbers: TypeAlias = NDArray[np.floating[Any] | np.integer[Any]]
_Matrix: TypeAlias = NDArray[Any] | csr_array[Any] | csc_array[Any]
_Side: TypeAlias = _Numbers | Sequence[float] | float

class Multipliers:
    marginals: NDArray[np.float64]

# Its arrays are there where `status` is 0.
class Programme:
    status: int
    x: NDArray[np.float64]
    eqlin: Multipliers
    ineqlin: Multipliers

# A programme in whole numbers: `x` is there where any solution was found.
class Whole:
    status: int
    success: bool
    fun: float | None
    x: NDArray[np.float64] | None
    mip_dual_bound: float | None
    mip_node_count: int | None
    mip_gap: float | None

class Bounds:
    def __init__(self, lb: _Side = ..., ub: _Side = ...) -> None: ...

class LinearConstraint:
    def __init__(self, A: _Matrix, lb: _Side = ..., ub: _Side = ...) -> None: ...

def linprog(
    c: _Numbers,
    A_ub: _Matrix | None = None,
    b_ub: _Side | None = None,
    A_eq: _Matrix | None = None,
    b_eq: _Side | None = None,
    bounds: _Numbers = ...,
    method: str = "highs",
    options: Mapping[str, bool | float] | None = None,
) -> Programme: ...
def milp(
    c: _Numbers,
    *,
    integrality: _Numbers | NDArray[np.bool_] | None = None,
    bounds: Bounds | None = None,
    constraints: LinearConstraint | Sequence[LinearConstraint] | None = None,
    options: Mapping[str, bool | float] | None = None,
) -> Whole: ...
def linear_sum_assignment(
    cost_matrix: _Numbers, maximize: bool = False
) -> tuple[NDArray[np.int64], NDArray[np.int64]]: ...
