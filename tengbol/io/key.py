"""A chamber's own key, under which its writs are known outside: one line of 64 hexadecimal digits in a file.

Who has the key can tell which writ a masked id stands for; it is never published, only its commitment.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final

from tengbol.errors import UnusableInputError
from tengbol.io.folders import cause
from tengbol.io.private import readable, refusal

if TYPE_CHECKING:
    from pathlib import Path

#: Beside a result that was exported for its chamber, the key that its lot goes by.
BESIDE: Final = "lot.key"


def read_key(path: Path) -> str:
    """Read a key, in lower case.

    Raises `UnusableInputError` where the file holds anything else, or others than its owner can read it.
    """
    try:
        text = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise UnusableInputError("{path}: the key cannot be read: {cause}", path=path, cause=cause(error)) from error
    except UnicodeDecodeError:
        text = ""
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise UnusableInputError(
            "{path}: a key is 64 hexadecimal digits in one line and nothing else; `(umask 077; openssl rand -hex 32 "
            "> FILE)` makes one.",
            path=path,
        )
    if readable([path]):
        raise refusal([path], "the key")
    return text.lower()


def commitment(key: str) -> str:
    """What may be published of a key: it fits this key alone and tells nothing of it."""
    return hashlib.sha256(f"tengbol key\n{key}".encode()).hexdigest()


def lot_told(version: int | None, key: str | None) -> dict[str, Any]:
    """What a manifest says of its lot: its version, none of the first, and its names where a key masks them."""
    names = {} if key is None else {"ids": "masked", "key_commitment": commitment(key)}
    return names if version is None else {"version": version, **names}
