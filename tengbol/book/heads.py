"""The last event of a book, noted outside of it: so an older book that was put in its place is noticed, and said.

Beside a book in a file (`BOOK.head`); of one in a database in the user's own folder for such things, under a hash of
where that database is. The note is a help against mishaps, no proof against whoever may write to it: where it is
missing or cannot be read, nothing is known. It is written in place, always at one length, so that no killed command
leaves half of it.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tengbol.book.schema import NUMBER, TEXT
from tengbol.book.store import shown
from tengbol.io import private
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tengbol.book.store import Store

#: Of a note, in bytes.
_LENGTH: Final = 160


def note(store: Store, event: Mapping[str, Any]) -> None:
    """Note the last event (`seq`, `hash`) of a book; where that cannot be written, an older note is as true."""
    with suppress(OSError):
        place = store.noted_at
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = json.dumps({"event": event["seq"], "hash": event["hash"]}).ljust(_LENGTH - 1) + "\n"
        handle = os.open(place, os.O_WRONLY | os.O_CREAT, private.MODE)
        try:
            os.write(handle, text.encode())
        finally:
            os.close(handle)
        if private.shared_with(place.with_suffix("")) is not None:
            place.chmod(private.SHARED)


def noted(place: Path) -> tuple[int, str] | None:
    """Number and hash of the last event that was noted; none where nothing is known."""
    try:
        told = json.loads(place.read_text(encoding="utf-8"))
        return int(told["event"]), str(told["hash"])
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None


def older(store: Store) -> str | None:
    """What to say where the event that was noted last is not in the book; none where it is."""
    last = noted(store.noted_at)
    if last is None:
        return None
    ends = store.frame("SELECT seq, at, hash FROM events ORDER BY seq DESC LIMIT 1", _EVENT)
    there = store.frame("SELECT seq, at, hash FROM events WHERE seq = :seq AND hash = :hash", _EVENT,
                        seq=last[0], hash=last[1])  # fmt: skip
    if there.height or not ends.height:
        return None
    seq, at, hashed = ends.row(0)
    return Phrase(
        "{url}: an older book, or another, was put in its place: it ends with event {seq} of {at}, and event {number} "
        "({written}) had been written. Put the right one back; or go on with this one, on a document: tengbol book "
        "accept {hashed} --document TEXT",
        url=shown(store.url),
        seq=seq,
        at=at,
        number=last[0],
        written=last[1],
        hashed=hashed,
    )


_EVENT: Final = {"seq": NUMBER, "at": TEXT, "hash": TEXT}


def beside(book: Path) -> Path:
    """Where the last event of a book in a file is noted."""
    return book.with_name(book.name + ".head")


def of_server(host: str, port: int, database: str) -> Path:
    """Where the last event of a book in a database is noted."""
    return _of_user() / f"{sha256(json.dumps([host, port, database]).encode()).hexdigest()[:32]}.head"


def _of_user() -> Path:
    """Where the system keeps what programs note for a user."""
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "tengbol"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "tengbol"
