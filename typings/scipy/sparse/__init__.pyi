# What tengbol uses of scipy's sparse arrays, which have no types of their own: of two dimensions, by their entries.

from collections.abc import Sequence
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

_Entry = TypeVar("_Entry", bound=np.generic)
_Index: TypeAlias = slice | int | NDArray[np.integer[Any]] | NDArray[np.bool_]
_Places: TypeAlias = Sequence[int] | NDArray[np.integer[Any]]

class _Sparse(Generic[_Entry]):
    def __init__(
        self,
        arg1: (
            NDArray[_Entry]
            | _Sparse[_Entry]
            | tuple[NDArray[_Entry] | Sequence[float], tuple[_Places, _Places]]
            | tuple[int, int]
        ),
        shape: tuple[int, int] | None = None,
    ) -> None: ...
    shape: tuple[int, int]
    data: NDArray[_Entry]
    @property
    def nnz(self) -> int: ...
    def __matmul__(self, other: NDArray[_Entry], /) -> NDArray[_Entry]: ...
    def tocsr(self) -> csr_array[_Entry]: ...

class coo_array(_Sparse[_Entry]):
    row: NDArray[np.integer[Any]]
    col: NDArray[np.integer[Any]]

class csc_array(_Sparse[_Entry]):
    indptr: NDArray[np.integer[Any]]
    indices: NDArray[np.integer[Any]]

class csr_array(_Sparse[_Entry]):
    indptr: NDArray[np.integer[Any]]
    indices: NDArray[np.integer[Any]]
    @property
    def T(self) -> csc_array[_Entry]: ...
    def __getitem__(self, index: _Index | tuple[_Index, _Index], /) -> csr_array[_Entry]: ...

def hstack(blocks: Sequence[_Sparse[_Entry]]) -> coo_array[_Entry]: ...
def vstack(blocks: Sequence[_Sparse[_Entry]]) -> coo_array[_Entry]: ...
