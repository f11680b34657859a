"""Fingerprints of files, by which a result says what it was made of and anyone can check it."""

from __future__ import annotations

import hashlib
import io
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ThreadPoolExecutor
    from pathlib import Path

    from typing_extensions import Buffer


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal. Raises `OSError` where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Hashed(io.RawIOBase):
    """A file that hashes what is put into it as it goes by, so that a large table is never whole in memory.

    One piece is hashed beside while it is written and the next is made.
    """

    def __init__(self, file: IO[bytes], beside: ThreadPoolExecutor) -> None:
        self.file = file
        self.failure: OSError | None = None
        self._beside = beside
        self._digest = hashlib.sha256()
        self._hashing = beside.submit(self._digest.update, b"")

    def fill(self, put: Callable[[IO[bytes]], None]) -> None:
        """Have `put` write into it. Raises `OSError`, a full disk say, as the file system told it."""
        try:
            put(cast("IO[bytes]", self))
        except Exception as error:
            # The library would make an error of its own of it.
            if self.failure is not None:
                raise self.failure from error
            raise
        if self.failure is not None:
            raise self.failure

    def write(self, piece: Buffer, /) -> int:
        """Take one piece."""
        self._hashing.result()
        # A copy only of what its maker might write over.
        self._hashing = self._beside.submit(self._digest.update, bytes(piece))
        try:
            return self.file.write(piece)
        except OSError as error:
            self.failure = error
            raise

    def hexdigest(self) -> str:
        """SHA-256 of all that was written, in hexadecimal."""
        self._hashing.result()
        return self._digest.hexdigest()
