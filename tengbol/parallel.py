"""Many answers about one thing, side by side: what they share is handed to each process once."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

One = TypeVar("One")
Other = TypeVar("Other")

#: Polars would start as many threads in each process as there are cores, to wait for each other.
_THREADS = "POLARS_MAX_THREADS"
_kept: dict[str, Any] = {}


def each(
    answer: Callable[[Any, One], Other],
    shared: Any,
    items: Sequence[One],
    *,
    processes: int,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Other]:
    """`answer(shared, item)` of each item, in order. The answers do not depend on `processes`.

    progress: called with how many are done and how many there are.
    """
    told = progress or (lambda *_: None)
    told(0, len(items))
    if processes < 2 or len(items) < 2:
        for number, item in enumerate(items, 1):
            yield answer(shared, item)
            told(number, len(items))
        return
    with _one_thread_each(), ProcessPoolExecutor(
        min(processes, len(items)), mp_context=get_context("spawn"), initializer=_keep, initargs=(answer, shared)
    ) as pool:  # fmt: skip
        for number, found in enumerate(pool.map(_answer, items), 1):
            yield found
            told(number, len(items))


def _keep(answer: Callable[[Any, Any], Any], shared: Any) -> None:
    _kept.update(answer=answer, shared=shared)


def _answer(item: Any) -> Any:
    return _kept["answer"](_kept["shared"], item)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let processes that are started meanwhile have one thread; this one has its threads already."""
    before = os.environ.get(_THREADS)
    os.environ[_THREADS] = "1"
    try:
        yield
    finally:
        os.environ.pop(_THREADS)
        if before is not None:
            os.environ[_THREADS] = before
