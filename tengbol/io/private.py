"""Files for their owner's eyes alone: made so from their first moment, and refused where others may read them.

Windows keeps no such modes: there the folder's rights decide, and nothing is looked at here.
"""

from __future__ import annotations

import os
import shlex
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from tengbol.errors import UnusableInputError
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

#: What an owner may do with a file of his, and nobody else.
MODE: Final = 0o600
#: The same for a group that keeps it together.
SHARED: Final = 0o660
_OTHERS: Final = stat.S_IRWXO
_GROUP: Final = stat.S_IRWXG
_KEPT: Final = os.name != "nt"


def make(path: Path) -> None:
    """Make an empty file, private, where there is none. Raises `OSError`."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, MODE))


def readable(paths: Iterable[Path], *, group: bool = False) -> list[Path]:
    """Those of these files that others may read. group: whether their group is not among the others."""
    return [path for path in paths if mode_of(path) & (_OTHERS if group else _OTHERS | _GROUP)]


def refusal(paths: Sequence[Path], what: str, *, group: bool = False) -> UnusableInputError:
    """What to say of files that others may read, with the command that closes them."""
    close = shlex.join(["chmod", "o-rwx" if group else "go-rwx", "--", *map(str, paths)])
    return UnusableInputError(
        "{paths}: {what} can be read by others on this machine, who could foresee the lot and tell whose writ is "
        "whose; close it with: {close}",
        paths=paths[0],
        what=Phrase(what),
        close=close,
    )


def shared_with(path: Path) -> int | None:
    """Number of the group that may read a file; none where its owner alone may."""
    return path.stat().st_gid if mode_of(path) & _GROUP else None


def mode_of(path: Path) -> int:
    """What the system lets whom do with a file; nothing where it is missing or there are no modes."""
    try:
        return stat.S_IMODE(path.stat().st_mode) if _KEPT else 0
    except OSError:
        return 0
