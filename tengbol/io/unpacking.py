"""The text of a file that may be gzipped, and may have been saved again: what is wrong with its bytes is said by us.

Python's libraries would say it in their own words, which no catalogue has.
"""

from __future__ import annotations

import zlib
from typing import Final

from tengbol.phrase import Phrase

_GZIP: Final = b"\x1f\x8b"


def lines_of(content: bytes) -> list[str]:
    """Lines without their ends. Raises `ValueError` with a `Phrase`.

    A mark of UTF-8 before the first, a carriage return behind one, and empty lines at the end are an editor's, and
    say nothing: no line of canonical JSON has them itself.
    """
    try:
        text = _unpacked(content).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(why_unread(error)) from error
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
    return lines


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(_GZIP):
        return content
    unpacker = zlib.decompressobj(wbits=31)
    try:
        made = unpacker.decompress(content)
    except zlib.error as error:
        raise ValueError(Phrase("it cannot be unpacked: its bytes are damaged")) from error
    if not unpacker.eof:
        raise ValueError(Phrase("it cannot be unpacked: it is cut off"))
    if unpacker.unused_data:
        raise ValueError(Phrase("it cannot be unpacked: more bytes stand behind its end"))
    return made


def why_unread(error: Exception) -> Phrase:
    """What kept lines from being read as JSON."""
    first = error.args[0] if error.args else None
    if isinstance(first, Phrase):
        return first
    if isinstance(error, UnicodeDecodeError):
        return Phrase("it is no text in UTF-8")
    return Phrase("it is too deep") if isinstance(error, RecursionError) else Phrase("it is no JSON")
