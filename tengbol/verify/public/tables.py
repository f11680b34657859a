"""Tables in the lines of a public report: told by their columns, pools by their members, balances row by row."""

from __future__ import annotations

import re
from typing import Any, Final

from tengbol.phrase import Phrase
from tengbol.verify.law import CATEGORIES, WRIT
from tengbol.verify.public import values
from tengbol.verify.told import is_list, is_object

POOL: Final = re.compile("[0-9a-f]{16}")
Row = tuple[str, str, int, int]  # enforcer, category, received, share in billionths


def table(value: Any, *columns: str) -> list[Any]:
    """Rows of a table that is told by its columns."""
    values.keys(value, *columns)
    if not all(is_list(cells) for cells in value.values()):
        raise ValueError(Phrase("a column of a table is no list"))
    return list(zip(*(value[column] for column in columns), strict=True))


def pools(value: Any) -> dict[str, list[str]]:
    """Members of each pool, by its id."""
    if not is_object(value):
        raise ValueError(Phrase("pools is no object"))
    for name, members in value.items():
        values.matches(name, POOL, Phrase("a pool"))
        if not is_list(members) or not members:
            raise ValueError(Phrase("pool {name} has no members", name=name))
        for member in members:
            values.string(member)
    return value


def parts(value: Any, members: dict[str, list[str]]) -> dict[str, list[int]]:
    """Billionths of a writ that each member is due, of pools that did not share alike; told only of such."""
    if not is_object(value) or not value:
        raise ValueError(Phrase("parts is no object, or empty"))
    for name, told in value.items():
        if not is_list(told) or len(told) != len(members.get(name, ())):
            raise ValueError(Phrase("parts of pool {name} are not one for each member", name=name))
        for part in told:
            values.whole(part)
        if set(told) == {WRIT // len(told)}:
            raise ValueError(Phrase("parts of pool {name} are told, and it shared alike", name=name))
    return value


def opening(value: Any) -> list[Row]:
    """Balances before a period; who has none is not told."""
    found = rows(value)
    if any(row[2:] == (0, 0) for row in found):
        raise ValueError(Phrase("it opens with a balance that is all 0"))
    return found


def rows(value: Any) -> list[Row]:
    """Balances, each `[enforcer, category, received, share]`, in the order of the first two."""
    found: list[Row] = []
    for row in value if is_list(value) else [value]:
        if not is_list(row) or len(row) != 4:
            raise ValueError(Phrase("a balance is not [enforcer, category, received, share]"))
        enforcer, category, received, share = row
        found.append(
            (values.string(enforcer), values.choice(category, CATEGORIES), values.whole(received), values.whole(share))
        )
    values.in_order([row[:2] for row in found], Phrase("balances"))
    return found
