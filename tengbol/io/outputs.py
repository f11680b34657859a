"""Where a command may write: an output never costs an input, nor anything that is not of its own kind.

The output is not, does not hold and does not lie inside anything that the command reads, told by real path and by what
the system has there (a hard link, a folder bound to a second place, another case of the letters); and it takes the
place of nothing but an earlier output of the same kind (`kinds`).
"""

from __future__ import annotations

import os
import stat
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tengbol.errors import UnusableInputError
from tengbol.io.folders import cause, refuse_unwritable
from tengbol.io.kinds import BACKUP, CALLED, PAGE, PUBLIC, a, files_of, kind_of
from tengbol.phrase import Phrase, mark

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping


#: What commands read and must leave as it is, by what it is called.
SPARED: Final = (
    *(mark("the input"), mark("the result"), mark("the key"), mark("the settings"), mark("the book")),
    *(mark("the templates"), mark("the base"), mark("the scenario"), mark("the assignments")),
    *(mark("the table of distances"), mark("the backup"), mark("the public report")),
)


@dataclass(frozen=True)
class Output:
    """Where a command writes, and what it must leave as it is.

    path: as the user named it. kind: of `kinds`. spared: what the command reads, by what it is called ("the key");
    none for what was not given. private: whether only its owner may read it (modes 0700 and 0600).
    """

    path: Path
    kind: str
    spared: Mapping[str, Path | None] = field(default_factory=dict)
    private: bool = False

    @property
    def target(self) -> Path:
        """The place itself, behind all links."""
        return Path(os.path.realpath(self.path))

    @property
    def name(self) -> str:
        """What it is called."""
        return Phrase(CALLED[self.kind])


def refuse_unless_replaceable(output: Output) -> None:
    """Raise `UnusableInputError` unless an output may be written to its path.

    The path is free, empty or holds an earlier output of the same kind and nothing else, and touches nothing that is
    to be spared. To be called before a long computation, so that it is not made in vain; `whole` asks again.
    """
    refuse_over(output.path, output.spared)
    out, target = output.path, output.target
    try:
        refuse_unwritable(out, target)
        if not target.exists():
            return
        if output.kind in (PUBLIC, PAGE, BACKUP):
            _refuse_file(output, target)
        else:
            _refuse_folder(output, target)
    except OSError as error:
        raise UnusableInputError(
            "{out}: cannot be used for the {name}: {cause}", out=out, name=output.name, cause=cause(error)
        ) from error


def refuse_over(out: Path, spared: Mapping[str, Path | None]) -> None:
    """Raise `UnusableInputError` where `out` is, holds or lies inside anything to be spared; it names both."""
    way = _way(Path(os.path.realpath(out)))
    for what, given in spared.items():
        for place in () if given is None else _places(given):
            theirs = _way(place)
            if way[0] & theirs[0]:
                raise UnusableInputError(
                    "{out}: is {what} itself ({given}), and an output never takes the place of what it is made from; "
                    "give another path.",
                    out=out,
                    what=Phrase(what),
                    given=given,
                )
            if any(above & theirs[0] for above in way[1:]):
                raise UnusableInputError(
                    "{out}: lies inside {what} ({given}); give a path outside of it.",
                    out=out,
                    what=Phrase(what),
                    given=given,
                )
            if any(above & way[0] for above in theirs[1:]):
                raise UnusableInputError(
                    "{out}: holds {what} ({given}), which would be lost; give another path.",
                    out=out,
                    what=Phrase(what),
                    given=given,
                )


def _refuse_folder(output: Output, target: Path) -> None:
    out, name = output.path, output.name
    if not target.is_dir():
        raise UnusableInputError(
            "{out}: is a file, not a folder; give another folder for the {name}.", out=out, name=name
        )
    with os.scandir(target) as entries:
        present = {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}
    if not present:
        return
    found = kind_of(target)
    if found is None:
        raise UnusableInputError(
            "{out}: is not empty and holds no earlier {name} (no manifest.json that says so); give a new or an empty "
            "folder, for the {name} takes its place.",
            out=out,
            name=name,
        )
    if found != output.kind:
        raise UnusableInputError(
            "{out}: holds {found}, and {kind} takes the place of nothing but {kind}; give another folder.",
            out=out,
            found=a(found),
            kind=a(output.kind),
        )
    known = files_of(target)
    foreign = sorted(entry for entry, folder in present.items() if folder or entry not in known)
    if foreign:
        raise UnusableInputError(
            "{out}: holds '{foreign}', which is not of an earlier {name} and would be lost; move it away, or give "
            "another folder.",
            out=out,
            foreign=foreign[0],
            name=name,
        )


def _refuse_file(output: Output, target: Path) -> None:
    out, told = output.path, target.stat()
    if stat.S_ISDIR(told.st_mode):
        raise UnusableInputError("{out}: is a folder; give the name of a file.", out=out)
    if not stat.S_ISREG(told.st_mode) or (told.st_size and kind_of(target) != output.kind):
        raise UnusableInputError(
            "{out}: is there already and is no {name}, so it would be lost; give the name of a new file.",
            out=out,
            name=output.name,
        )


def _places(given: Path) -> Iterator[Path]:
    """Where something that is read lies: by its own name, behind it, and where links in a folder of it lead.

    Reading looks into a folder, and for a period into the folders in it; no deeper.
    """
    real = Path(os.path.realpath(given))
    yield real
    yield Path(os.path.realpath(given.parent)) / given.name
    yield from _links(real, 2)


def _links(folder: Path, depth: int) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            found = list(entries)
    except OSError:
        return
    for entry in found:
        if entry.is_symlink():
            yield Path(os.path.realpath(entry.path))
        elif depth > 1 and entry.is_dir(follow_symlinks=False):
            yield from _links(Path(entry.path), depth - 1)


def _way(place: Path) -> list[frozenset[Hashable]]:
    """By what a place is known, and each folder above it, innermost first."""
    return [_known_by(one) for one in (place, *place.parents)]


def _known_by(place: Path) -> frozenset[Hashable]:
    """A path and what the system has there; of what is not there yet, its name in what its folder is known by."""
    try:
        told = place.stat()
    except OSError:
        if place == place.parent:
            return frozenset({place})
        # Where letters of another case are another file this refuses too much, of names that nobody would choose.
        name = unicodedata.normalize("NFC", place.name).casefold()
        return frozenset((above, name) for above in _known_by(place.parent))
    return frozenset({place, (told.st_dev, told.st_ino)} if told.st_ino else {place})
