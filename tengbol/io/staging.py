"""Private folders in which outputs are made, and what a killed command left of them.

Each is `.tengbol-…` beside what it is for (or among the system's temporary files), open to its owner alone from its
first moment, and held by a lock of the operating system that ends with the process. A folder of ours that nobody holds
is a leftover: the next command that writes beside it removes it, and before that finishes an exchange of names
(`exchange`) which was stopped in the middle.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tengbol.errors import BusyError, UnusableInputError
from tengbol.io.exchange import EARLIER, READY, sync
from tengbol.io.locking import locked

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX: Final = ".tengbol-"
_NAME: Final = re.compile(r"\.tengbol-[0-9a-f]{16}")
#: In each folder: what is locked while it is in use, and then, the name of what is made in it.
_HELD: Final = "held"
_FOR: Final = "for"


@contextmanager
def staging(beside: Path | None = None, name: str = "") -> Iterator[Path]:
    """Make a private folder in `beside`, for an output called `name`; it is gone afterwards, however the work ends.

    Without `beside` it lies among the system's temporary files. Leftovers found there are removed first. Raises
    `OSError`.
    """
    folder = Path(tempfile.gettempdir()) if beside is None else beside
    sweep(folder)
    place, held = _new(folder, name)
    try:
        with held:
            yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def finish(folder: Path) -> list[Path]:
    """Finish the exchanges of names in a folder that a killed command left in the middle; returns what is whole again.

    The earlier output had stepped aside and the new one, complete, not yet taken its place: it takes it now.
    """
    finished = []
    for place in _ours_in(folder):
        target = _target(place)
        if target is None or os.path.lexists(target):
            continue
        if (place / READY).exists() and (place / EARLIER).exists() and _abandoned(place):
            with suppress(OSError):
                (place / READY).rename(target)
                sync(folder)
                finished.append(target)
    return finished


def sweep(folder: Path) -> None:
    """Remove what killed commands left in a folder, after `finish`."""
    finish(folder)
    for place in _ours_in(folder):
        dead = False
        # Whoever has made his folder and is just about to hold it finds it held, or gone.
        with suppress(OSError, UnusableInputError), locked(place / _HELD, BusyError):
            dead = (place / _FOR).exists()
            shutil.rmtree(place, ignore_errors=True)
        if dead:
            # Windows removes no file that is open, as the lock's was.
            shutil.rmtree(place, ignore_errors=True)


def _new(folder: Path, name: str) -> tuple[Path, ExitStack]:
    """Make a folder and hold it; another one where it was swept before it was held."""
    while True:
        place = folder / f"{_PREFIX}{secrets.token_hex(8)}"
        place.mkdir(mode=0o700)
        try:
            with ExitStack() as held:
                # A file system without locks has no leftovers either: nobody can tell that a folder is not held.
                with suppress(OSError):
                    held.enter_context(locked(place / _HELD, BusyError))
                with (place / _FOR).open("xb") as file:
                    file.write(os.fsencode(name))
                return place, held.pop_all()
        except BusyError:
            continue
        except (OSError, UnusableInputError):
            if place.exists():
                shutil.rmtree(place, ignore_errors=True)
                raise


def _ours_in(folder: Path) -> list[Path]:
    """Private folders of this user's in a folder."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(Path(entry.path) for entry in entries if _NAME.fullmatch(entry.name))
    except OSError:
        return []
    return [place for place in found if _ours(place)]


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
    """Whether nobody holds a folder that was held."""
    try:
        with locked(place / _HELD, BusyError):
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
