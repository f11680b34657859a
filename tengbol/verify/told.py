"""What a value is that was read as JSON: its types are what it shows, and are asked before it is used."""

from __future__ import annotations

from typing import Any, TypeGuard


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether it is an object: JSON has text alone for names."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether it is a list."""
    return isinstance(value, list)


def is_whole(value: object) -> TypeGuard[int]:
    """Whether it is a whole number, and no truth."""
    return isinstance(value, int) and not isinstance(value, bool)
