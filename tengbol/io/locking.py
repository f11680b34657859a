"""A lock on a file that ends with the process that holds it, however it ends, on every system that Python runs on.

The lock itself is filelock's: `flock` on Unix, `LockFileEx` on Windows, on a descriptor that we opened. Windows locks
bytes against readers too, but only the first: so who holds the lock is told from the second byte on.
"""

from __future__ import annotations

import os
import socket
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from tengbol.errors import BusyError, UnusableInputError
from tengbol.io.folders import cause

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: Seconds between two tries.
_EVERY: Final = 0.05
#: Room for the holder's name, always written whole, so that nothing of an earlier, longer one stays behind it.
_ROOM: Final = 200


@contextmanager
def locked(place: Path, busy: Callable[[str], BusyError], *, wait: float = 0.0, mode: int = 0o600) -> Iterator[None]:
    """Hold the lock on the file `place`, which is made with `mode` where it is missing and never removed.

    A removed lock file would part those who wait for it from those who come later. Raises what `busy`
    makes of the holder's name where it is not free within `wait` seconds; `UnusableInputError` where it cannot be made.
    """
    from filelock import lock_descriptor

    try:
        handle = os.open(place, os.O_RDWR | os.O_CREAT, mode)
    except OSError as error:
        raise UnusableInputError(
            "{place}: cannot be written: {cause} Nothing was changed.", place=place, cause=cause(error)
        ) from error
    try:
        with suppress(OSError):
            # The user's umask, or an earlier version, may have made it otherwise; to change it is its owner's alone.
            os.chmod(place, mode)
        until = time.monotonic() + wait
        while not lock_descriptor(handle, blocking=False):
            if time.monotonic() >= until:
                raise busy(_holder(handle))
            time.sleep(_EVERY)
        with suppress(OSError):
            # A courtesy to whoever finds it held: the lock holds without it, on a full disk too.
            os.lseek(handle, 1, os.SEEK_SET)
            os.write(handle, f"process {os.getpid()} on {socket.gethostname()}".encode()[:_ROOM].ljust(_ROOM))
        yield
    finally:
        os.close(handle)


def _holder(handle: int) -> str:
    """Who wrote his name into a lock file, as far as it can be read."""
    with suppress(OSError):
        os.lseek(handle, 1, os.SEEK_SET)
        return os.read(handle, _ROOM).decode(errors="replace").strip("\0 \n") or "another process"
    return "another process"
