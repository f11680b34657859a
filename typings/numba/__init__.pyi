# What tengbol uses of numba: its own types leave out two options, and hide what a compiled function takes.

from collections.abc import Callable
from typing import Literal, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., object])

class Type:
    def __getitem__(self, index: slice | tuple[slice, ...], /) -> Type: ...
    def __call__(self, *arguments: Type) -> Signature: ...

class Signature: ...

boolean: Type
int32: Type
int64: Type
uint64: Type
void: Type

def njit(
    signature: Signature | None = None,
    *,
    cache: bool = False,
    error_model: Literal["python", "numpy"] = "python",
    no_cfunc_wrapper: bool = False,
    no_cpython_wrapper: bool = False,
) -> Callable[[_Function], _Function]: ...
