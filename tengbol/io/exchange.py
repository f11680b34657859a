"""Two names exchanged: in one step where the system offers it, else in three that the next command can finish.

Linux has renameat2(2) and macOS renameatx_np(2), neither in Python's library. Where there is none (Windows), or the
file system does not know it (NFS, say), what is complete is first called `READY`, the earlier output steps aside, and
the new one takes its place; `staging.finish` sees from these names how far a killed command had come.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

#: Beside one another in a private folder: what is being made, what only waits for its place, what has left it.
NEW: Final = "new"
READY: Final = "ready"
EARLIER: Final = "earlier"

#: By system: the call, and its flag for an exchange. Both take (folder, path, folder, path, flags).
_CALLS: Final = {"linux": ("renameat2", 2), "darwin": ("renameatx_np", 2)}
#: Stands for the working folder in that call; of no consequence, for paths are absolute.
_HERE: Final = -100
#: What a system or a file system answers that has no exchange.
_NOT_OFFERED: Final = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}


def put_in_place(new: Path, target: Path) -> None:
    """Give the folder `new`, in a private folder of its own, the name of `target`; what was there goes beside `new`.

    Raises `OSError` with everything as it was.
    """
    sync(new.parent)
    if not target.exists():
        new.rename(target)
    elif not _exchanged(new, target):
        _one_after_the_other(new, target)
    # In place already: what is left is only to hasten it to disk.
    with suppress(OSError):
        sync(target.parent)


def sync(folder: Path) -> None:
    """Make sure that the names in a folder are on disk, on systems that can be asked for it."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:
        # Windows opens no folder.
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NOT_OFFERED:
            raise
    finally:
        os.close(handle)


def _exchanged(new: Path, target: Path) -> bool:
    """Exchange two names in one step; false where that is not offered."""
    name, flag = _CALLS.get(sys.platform, ("", 0))
    call = name and getattr(ctypes.CDLL(None, use_errno=True), name, None)
    if not call:
        return False
    if call(_HERE, os.fsencode(new), _HERE, os.fsencode(target), flag) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NOT_OFFERED:
        return False
    raise OSError(number, os.strerror(number), str(target))


def _one_after_the_other(new: Path, target: Path) -> None:
    ready, earlier = new.with_name(READY), new.with_name(EARLIER)
    new.rename(ready)
    sync(new.parent)
    target.rename(earlier)
    try:
        ready.rename(target)
    except OSError:
        earlier.rename(target)
        raise
