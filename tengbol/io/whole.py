"""An output appears whole or not at all, whatever happens on the way, and an earlier one is there until it does.

It is made in a private folder beside its place, put on disk, and only then takes its name.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Final

from tengbol.errors import UnusableInputError
from tengbol.io.exchange import NEW, put_in_place, sync
from tengbol.io.folders import cause
from tengbol.io.outputs import refuse_unless_replaceable
from tengbol.io.staging import staging

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tengbol.io.outputs import Output

#: Modes of a file and a folder that only its owner may read; of others, the user's umask decides.
_PRIVATE: Final = (0o600, 0o700)
_OPEN: Final = (0o666, 0o777)


def put_folder(output: Output, fill: Callable[[Path], None]) -> None:
    """Let `fill` put files into a new folder, which then takes the place of the output.

    Raises `UnusableInputError`, with everything as it was, where the output may not be there or cannot be written.
    """
    with _place(output) as (new, target):
        new.mkdir(mode=(_PRIVATE if output.private else _OPEN)[1])
        fill(new)
        sync(new)
        refuse_unless_replaceable(output)
        put_in_place(new, target)


def put_file(output: Output, fill: Callable[[Path], None]) -> None:
    """The same of one file, which `fill` makes (with `create`) at the path that it is given."""
    with _place(output) as (new, target):
        fill(new)
        with new.open("r+b") as file:
            os.fsync(file.fileno())
        refuse_unless_replaceable(output)
        new.replace(target)
        with suppress(OSError):
            sync(target.parent)


def create(path: Path, *, private: bool = False) -> IO[bytes]:
    """Open a new file to be written; a private one is so from its first moment."""
    mode = (_PRIVATE if private else _OPEN)[0]
    return open(path, "xb", opener=lambda name, flags: os.open(name, flags, mode))


@contextmanager
def _place(output: Output) -> Iterator[tuple[Path, Path]]:
    """Where the output is made, and where it goes; folders above it that were missing go again if it fails."""
    refuse_unless_replaceable(output)
    target = output.target
    missing: list[Path] = []
    done = False
    try:
        missing = [folder for folder in target.parents if not folder.exists()]
        target.parent.mkdir(parents=True, exist_ok=True)
        with staging(target.parent, target.name) as private:
            yield private / NEW, target
        done = True
    except OSError as error:
        raise UnusableInputError(
            "{path}: the {name} cannot be written: {cause} Nothing was changed.",
            path=output.path,
            name=output.name,
            cause=cause(error),
        ) from error
    finally:
        for folder in () if done else missing:
            try:
                folder.rmdir()
            except OSError:
                break
