"""Private folders in which outputs are made, and what a killed command left of them.

Each is `.tengbol-…` beside what it is for (or among the system's temporary files), open to its owner alone from its
first moment, and held by a lock of the operating system that ends with the process. A folder of ours that nobody holds
is a leftover: the next command that writes beside it removes it, and before that finishes an exchange of names
(`exchange`) which was stopped in the middle.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tengbol.errors import UnusableInputError
from tengbol.io.exchange import EARLIER, READY, sync
from tengbol.io.locking import locked

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX: Final = ".tengbol-"
#: In each folder: what is locked while it is in use, and then, the name of what is made in it.
_HELD: Final = "held"
_FOR: Final = "for"
#: A folder that came no further than its making holds nothing; after so many seconds nobody is still about to lock it.
_STILLBORN: Final = 86_400.0


@contextmanager
def staging(beside: Path | None = None, name: str = "") -> Iterator[Path]:
    """Make a private folder in `beside`, for an output called `name`; it is gone afterwards, however the work ends.

    Without `beside` it lies among the system's temporary files. Leftovers found there are removed first. Raises
    `OSError`.
    """
    folder = Path(tempfile.gettempdir()) if beside is None else beside
    sweep(folder)
    place = folder / f"{_PREFIX}{secrets.token_hex(8)}"
    place.mkdir(mode=0o700)
    try:
        with ExitStack() as held:
            # Where the file system has no locks nobody can hold the folder, so nobody takes it for a leftover either.
            with suppress(OSError):
                held.enter_context(locked(place / _HELD, str))
            # Only from here on the folder can be taken for a leftover: by then it is held.
            with (place / _FOR).open("xb") as file:
                file.write(os.fsencode(name))
            yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def finish(folder: Path) -> list[Path]:
    """Finish the exchanges of names in a folder that a killed command left in the middle; returns what is whole again.

    The earlier output had stepped aside and the new one, complete, not yet taken its place: it takes it now.
    """
    finished = []
    for place in _left(folder):
        target = _target(place)
        if target is not None and (place / READY).exists() and (place / EARLIER).exists():
            with suppress(OSError):
                if not os.path.lexists(target):
                    (place / READY).rename(target)
                    sync(folder)
                    finished.append(target)
    return finished


def sweep(folder: Path) -> None:
    """Remove what killed commands left in a folder, after `finish`."""
    finish(folder)
    for place in _left(folder):
        shutil.rmtree(place, ignore_errors=True)


def _left(folder: Path) -> list[Path]:
    """Leftovers in a folder: of this user's, complete enough to be one, and held by nobody."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(Path(entry.path) for entry in entries if entry.name.startswith(_PREFIX))
    except OSError:
        return []
    return [place for place in found if _ours(place) and _abandoned(place)]


def _ours(place: Path) -> bool:
    """Whether it is a folder of this user's own, closed to others: nobody else can have put anything into it."""
    try:
        told = place.lstat()
    except OSError:
        return False
    if not hasattr(os, "geteuid"):
        return stat.S_ISDIR(told.st_mode)
    return stat.S_ISDIR(told.st_mode) and told.st_uid == os.geteuid() and not told.st_mode & 0o077


def _abandoned(place: Path) -> bool:
    """Whether nobody holds a folder."""
    try:
        if not (place / _FOR).exists():
            return time.time() - place.stat().st_mtime > _STILLBORN
        with locked(place / _HELD, str):
            return True
    except (OSError, UnusableInputError):
        return False


def _target(place: Path) -> Path | None:
    """Path of what was made in a folder; none where it is for no path."""
    try:
        name = os.fsdecode((place / _FOR).read_bytes())
    except OSError:
        return None
    return place.parent / name if name and Path(name).name == name else None
