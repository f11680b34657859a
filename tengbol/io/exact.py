"""JSON in which numbers keep all their digits."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def exact_json(told: Mapping[str, Any], *, indent: int | None = None, sort_keys: bool = False) -> str:
    """Write JSON; a `Decimal` in it becomes a number with all its digits. Raises `ValueError` for a NaN."""
    text = json.dumps(
        told,
        indent=indent,
        ensure_ascii=False,
        sort_keys=sort_keys,
        allow_nan=False,
        default=lambda one: f"\0{one:f}",
    )
    # No text of ours has a null byte in it: it is of numbers that a float could not hold.
    return re.sub(r'"\\u0000(-?[0-9.]+)"', r"\1", text)
