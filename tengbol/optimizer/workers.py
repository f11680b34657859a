"""Where components are searched: here, in processes of this machine, or on a cluster that is there already.

Components are independent, and searching one is a pure function of it, so the answers are the same wherever they come
from and whatever is tried twice: a cluster's scheduler gives the work of a worker that died to another.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from tengbol.errors import UnusableInputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

One = TypeVar("One")
Other = TypeVar("Other")

#: Seconds to wait for a cluster's scheduler, and then for a worker: neither changes any answer.
_PATIENCE: Final = 20
#: Bundles × enforcers, summed over components: starting a process takes as long as searching about so much.
_WORTH_A_PROCESS: Final = 5_000


def side_by_side(
    search: Callable[[One], Other], parts: Sequence[One], *, processes: int, cluster: str | None, work: int
) -> Iterator[Other]:
    """`search` of each part, in order. work: how much there is in all, where little is not worth a process.

    cluster: the address of a `dask` scheduler, or its scheduler file; raises `UnusableInputError` where none answers.
    """
    if cluster is not None and parts:
        return _on_cluster(search, parts, cluster)
    if processes < 2 or len(parts) < 2 or work < _WORTH_A_PROCESS:
        return map(search, parts)
    return _in_processes(search, parts, min(processes, len(parts)))


def _in_processes(search: Callable[[One], Other], parts: Sequence[One], processes: int) -> Iterator[Other]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Processes are started afresh: a fork would copy the threads of whoever calls.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(search, parts)


def _on_cluster(search: Callable[[One], Other], parts: Sequence[One], cluster: str) -> Iterator[Other]:
    try:
        from distributed import Client
    except ImportError:
        raise UnusableInputError(
            "--cluster needs the package 'distributed' beside tengbol; install it, or leave --cluster out."
        ) from None
    asked = f"--cluster '{cluster}'"
    place = {"scheduler_file": cluster} if Path(cluster).is_file() else {"address": cluster}
    try:
        client = Client(**place, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise UnusableInputError(
            "{asked}: no scheduler answers there ({error}); check that it runs, or leave --cluster out.",
            asked=asked,
            error=error,
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise UnusableInputError("{asked}: its scheduler has no worker; start one.", asked=asked) from None
        # Each part is a task of its own (`pure=False`: equal parts are not looked for), sent once.
        futures = client.map(search, list(parts), pure=False)
        yield from (future.result() for future in futures)
