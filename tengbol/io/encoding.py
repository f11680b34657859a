"""Bytes of CSV files as UTF-8: with or without a byte order mark, UTF-16 with one, else kz1048.

Unlike cp1251, kz1048 has the Kazakh letters.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.phrase import Phrase, mark

#: Stands for a byte that is not UTF-8: the last code point for private use, which no text has.
NOT_UTF8: Final = "\U0010fffd"

#: Stands for a NUL byte, which no text has either; where more than one sign in so many is one, the file is no text.
NUL: Final = "\U0010fffc"
_NUL_AMONG: Final = 100

#: What other files begin with that are given the name of a CSV file.
_OTHER_FILES: Final = {
    b"PK\x03\x04": mark("an Excel workbook or a ZIP archive"),
    b"PAR1": mark("a Parquet file"),
    b"%PDF": mark("a PDF document"),
    b"\xd0\xcf\x11\xe0": mark("an old Excel workbook"),
    b"{\\rtf": mark("a text document"),
    b"\x1f\x8b": mark("a compressed file"),
}


def refuse_other_files(content: bytes, file: str) -> None:
    """Refuse what is empty, or another kind of file by its first bytes. Raises `UnusableInputError`."""
    if not content or content.isspace():
        raise UnusableInputError("{file}: is empty; it must at least have a header line, or be taken away.", file=file)
    for start, kind in _OTHER_FILES.items():
        if content.startswith(start):
            raise UnusableInputError(
                "{file}: is {kind}, not CSV text as its name says; save it as CSV (UTF-8).",
                file=file,
                kind=Phrase(kind),
            )


def as_utf8(content: bytes, file: str) -> tuple[bytes, tuple[str, ...]]:
    """Return the text as UTF-8 with plain line ends, and what to say of its encoding."""
    notes: tuple[str, ...] = ()
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = _decoded(content, "utf-16", file).encode()
        notes = (Phrase("{file}: read as UTF-16.", file=file),)
    else:
        text = content.removeprefix(codecs.BOM_UTF8)
    if text.count(b"\0") > len(text) / _NUL_AMONG:
        raise UnusableInputError("{file}: is not text; save it as CSV (UTF-8).", file=file)
    if not is_utf8(text):
        text, notes = _mended(text, file)
    if b"\n" not in text:
        text = text.replace(b"\r", b"\n")
    return text.replace(b"\0", NUL.encode()), notes


def is_utf8(text: bytes) -> bool:
    """Whether bytes are UTF-8 throughout."""
    # Looked through by polars, for Python would first copy it all into characters.
    try:
        pl.Series([text], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.ComputeError:
        return False
    return True


def _mended(text: bytes, file: str) -> tuple[bytes, tuple[str, ...]]:
    """Text that is not wholly UTF-8: with a few broken bytes, or all in kz1048."""
    lossy = re.sub(r"[\udc80-\udcff]", NOT_UTF8, text.decode("utf-8", errors="surrogateescape"))
    broken = lossy.count(NOT_UTF8)
    if len(re.findall(r"[^\x00-\x7f]", lossy)) > 3 * broken:
        return lossy.encode(), (
            Phrase("{file}: some bytes are not UTF-8; the lines with them are rejected.", file=file),
        )
    local = _decoded(text, "kz1048", file)
    if len(re.findall(r"[\x01-\x08\x0e-\x1f]", local)) > len(local) / _NUL_AMONG:
        raise UnusableInputError("{file}: is not text; save it as CSV (UTF-8).", file=file)
    note = Phrase("{file}: is not UTF-8; read as kz1048. Check that its Kazakh letters are right.", file=file)
    return local.encode(), (note,)


def _decoded(text: bytes, encoding: str, file: str) -> str:
    try:
        return text.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnusableInputError(
            "{file}: is neither UTF-8 nor {encoding} text; save it as CSV (UTF-8).", file=file, encoding=encoding
        ) from error
