# What tengbol uses of dask's client: its own types leave open what a task returns.

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Generic, Self, TypeVar

_One = TypeVar("_One")
_Other = TypeVar("_Other")

class Future(Generic[_Other]):
    def result(self) -> _Other: ...

class Client:
    def __init__(
        self,
        address: str | None = None,
        *,
        scheduler_file: str | None = None,
        timeout: float = ...,
        set_as_default: bool = True,
    ) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...
    def wait_for_workers(self, n_workers: int, timeout: float | None = None) -> None: ...
    def map(
        self, func: Callable[[_One], _Other], iterables: Sequence[_One], *, pure: bool = True
    ) -> list[Future[_Other]]: ...
