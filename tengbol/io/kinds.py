"""What a thing on disk is, of those that tengbol writes: only the same kind of thing takes its place.

A folder says it in its manifest (`kind`), a file in its first bytes. Folders of version 0.1.0 say nothing and are told
by what their manifest holds, or, a demo, by its `demo.txt`.
"""

from __future__ import annotations

import json
import re
import stat
import zlib
from typing import TYPE_CHECKING, Any, Final, Protocol
from weakref import WeakSet

from tengbol.phrase import Phrase, mark

if TYPE_CHECKING:
    from pathlib import Path


class InUse(Protocol):
    """What keeps a file open."""

    path: Path


MANIFEST: Final = "manifest.json"

RESULT: Final = "result"
REPORT: Final = "report"
PLAN: Final = "plan"
WHATIF: Final = "whatif"
FORMS: Final = "forms"
EXPORT: Final = "export"
BATCH_INPUT: Final = "batch_input"
DEMO: Final = "demo"
PUBLIC: Final = "public"
PAGE: Final = "page"
BACKUP: Final = "backup"

#: What each kind is called.
CALLED: Final = {
    RESULT: mark("result"),
    REPORT: mark("report"),
    PLAN: mark("attachment plan"),
    WHATIF: mark("answer of what if"),
    FORMS: mark("folder of forms"),
    EXPORT: mark("export of a book"),
    BATCH_INPUT: mark("exported batch's input"),
    DEMO: mark("demo"),
    PUBLIC: mark("public report"),
    PAGE: mark("page that checks"),
    BACKUP: mark("backup of a book"),
}

#: What tells a demo from anybody's own tables, its first words, and the files that version 0.1.0 put beside it.
ABOUT: Final = "demo.txt"
DEMO_WORDS: Final = "A demo of tengbol:"
_DEMO_FILES: Final = re.compile(
    r"demo\.txt|chamber\.xlsx"
    r"|(districts|enforcers|attachments|absences|writs|recusals|ledger|balances)\.(csv|parquet)"
)

#: Which fields of a manifest without `kind` tell what it is of, the first that fit.
_BY_FIELDS: Final = (
    (PLAN, ("asked", "attachments")),
    (WHATIF, ("scenario", "lot_seeds")),
    (RESULT, ("batch_id", "status_total")),
)
_BY_BOOK: Final = ((BATCH_INPUT, "input_digest"), (EXPORT, "event"))

_PUBLIC_HEAD: Final = re.compile(rb'\{[^\n]*"format"\s*:\s*"tengbol public report ')
#: What the page that checks a public report says of itself.
_PAGE_HEAD: Final = re.compile(rb'<!doctype html>\n[^\0]{0,200}content="tengbol check of public reports"')
#: How a file of SQLite begins; what a program that wrote it may say of itself stands in its bytes 68 to 71.
_SQLITE: Final = b"SQLite format 3\0"
APPLICATION: Final = int.from_bytes(b"tbkp")
#: Books that are open in this process, by their `path`. Such a file is not opened here: to close it again would end the
#: locks by which SQLite holds it for this process, and another process could then take its log away (POSIX, fcntl).
IN_USE: Final[WeakSet[InUse]] = WeakSet()
#: Bytes of a file that are looked at; the format stands among the first hundred.
_HEAD: Final = 4096


def kind_of(place: Path) -> str | None:
    """Kind of a folder or a file; none where it is nothing of tengbol's. Raises `OSError` where it cannot be read."""
    return _of_folder(place) if place.is_dir() else _of_file(place)


def a(kind: str) -> Phrase:
    """What a kind is called, with its article."""
    called = Phrase(CALLED[kind])
    return Phrase("an {kind}", kind=called) if called[0] in "aeiou" else Phrase("a {kind}", kind=called)


def files_of(folder: Path) -> set[str]:
    """Names of the files that a folder of ours says are its own."""
    outputs = _manifest(folder).get("outputs")
    if isinstance(outputs, dict):
        return {MANIFEST, *outputs}
    return {entry.name for entry in folder.iterdir() if _DEMO_FILES.fullmatch(entry.name)}


def _of_folder(folder: Path) -> str | None:
    manifest = _manifest(folder)
    if "kind" in manifest:
        return next((kind for kind in CALLED if kind == manifest["kind"]), None)
    for kind, fields in _BY_FIELDS:
        if all(field in manifest for field in fields):
            return kind
    book = manifest.get("book")
    if isinstance(book, dict):
        for kind, field in _BY_BOOK:
            if field in book:
                return kind
    return DEMO if not manifest and _head(folder / ABOUT).startswith(DEMO_WORDS.encode()) else None


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest; empty where there is none that can be read."""
    try:
        told = json.loads((folder / MANIFEST).read_bytes())
    except (FileNotFoundError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) and isinstance(told.get("outputs"), dict) else {}


def _of_file(file: Path) -> str | None:
    if any(book.path.exists() and file.exists() and book.path.samefile(file) for book in IN_USE):
        return None
    head = _head(file)
    if head.startswith(b"\x1f\x8b"):
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, _HEAD)
        except zlib.error:
            return None
    if head.startswith(_SQLITE):
        return BACKUP if int.from_bytes(head[68:72]) == APPLICATION else None
    if _PAGE_HEAD.match(head):
        return PAGE
    return PUBLIC if _PUBLIC_HEAD.match(head) else None


def _head(file: Path) -> bytes:
    """First bytes of a regular file; none of anything else, a pipe say, which might never give any."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            return b""
    except FileNotFoundError:
        return b""
    with file.open("rb") as content:
        return content.read(_HEAD)
