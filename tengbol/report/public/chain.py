"""How published batches hang together: each one's link is a hash over its public part and the link before.

Whoever keeps one link, printed anywhere, holds the chamber to everything up to it. All numbers in a public part are
whole, so its canonical text is the same in every language.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The link before a chamber's first batch.
START: Final = sha256(b"tengbol batch\n").hexdigest()


def canonical(part: Mapping[str, Any] | list[Any]) -> str:
    """JSON with sorted keys, no spaces, letters as they are (UTF-8)."""
    return json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def link(before: str, part: Mapping[str, Any]) -> str:
    """Link of a batch with this public part, hex, after the batch with the link `before`."""
    return sha256(f"tengbol batch\n{before}\n{canonical(part)}".encode()).hexdigest()
