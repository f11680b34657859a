"""The law's numbers, words and days, from one dated file with sources (`model/law/parameters.toml`).

Below the settings, which take their defaults from it, and the law, which is applied by it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from tengbol.compiled import toml

_GIVEN: Final[dict[str, Any]] = toml("model/law/parameters.toml")


def _before(categories: list[dict[str, Any]]) -> dict[str, str]:
    """By claim of a category that came later what it was before; raises `ValueError` where that is no earlier claim."""
    known, found = set[str](), dict[str, str]()
    for told in categories:
        if "before" in told:
            if told["before"] not in known:
                raise ValueError(
                    f"parameters.toml: {told['name']} has before = {told['before']!r}, no claim of a category above it"
                )
            found |= dict.fromkeys((claim for claim in told["claims"] if claim not in known), told["before"])
        known.update(told["claims"])
    return found


#: ¶4, the categories within which distribution is even, in the order of the Rules.
CATEGORIES: Final[tuple[str, ...]] = tuple(told["name"] for told in _GIVEN["categories"])
#: Since when each is one of them; the first of them since ever.
SINCE: Final[dict[str, dt.date]] = {told["name"]: told["since"] for told in _GIVEN["categories"]}
#: Of each category the claims that are of it, and whose claims of money; null where the claim alone says it.
CLAIMS: Final[dict[str, tuple[str, ...]]] = {told["name"]: tuple(told["claims"]) for told in _GIVEN["categories"]}
CREDITORS: Final[dict[str, str | None]] = {told["name"]: told.get("creditor") for told in _GIVEN["categories"]}
#: What claims of a category that came later were before its first day.
BEFORE: Final[dict[str, str]] = _before(_GIVEN["categories"])
#: ¶13, categories whose writs against one debtor go to one enforcer.
ONE_ENFORCER: Final[tuple[str, ...]] = tuple(told["name"] for told in _GIVEN["categories"] if told.get("one_enforcer"))
#: ¶4, categories that are not of property, and their claims.
NON_PROPERTY: Final[tuple[str, ...]] = tuple(
    told["name"] for told in _GIVEN["categories"] if not told.get("property", True)
)
NON_PROPERTY_CLAIMS: Final[tuple[str, ...]] = tuple(claim for name in NON_PROPERTY for claim in CLAIMS[name])
#: Monthly calculation index in tenge from a day on (¶4), and how many of it a claim of the state may come to.
MCI: Final[dict[dt.date, int]] = {dt.date.fromisoformat(day): tenge for day, tenge in _GIVEN["index"]["tenge"].items()}
MOST_MCI: Final[int] = _GIVEN["index"]["most"]
#: Working days of each term (¶7, ¶8, ¶15, ¶18).
TERMS: Final[dict[str, int]] = {
    name: _GIVEN["terms"][name] for name in ("distribute", "collect", "notify", "materials")
}
#: Decrees that move working days and that no library knows: days off, and working days.
DAYS_OFF: Final[tuple[dt.date, ...]] = tuple(_GIVEN["calendar"]["days_off"])
WORKING_DAYS: Final[tuple[dt.date, ...]] = tuple(_GIVEN["calendar"]["working_days"])
#: The country, where days stand on which it works otherwise than its week, and from which library.
COUNTRY: Final[str] = _GIVEN["calendar"]["country"]
CALENDAR_FILE: Final[str] = _GIVEN["calendar"]["file"]
CALENDAR_LIBRARY: Final[str] = _GIVEN["calendar"]["library"]
#: Digits of a person's number, IIN or BIN here.
ID_DIGITS: Final[int] = _GIVEN["ids"]["digits"]
#: Weights of its check digit: the first, and those that are taken where the first give 10.
ID_WEIGHTS: Final[tuple[tuple[int, ...], tuple[int, ...]]] = (
    tuple(_GIVEN["ids"]["weights"]),
    tuple(_GIVEN["ids"]["then"]),
)
#: The check digit where the second weights give 10, too; 10 where no such number is issued.
ID_OTHERWISE: Final[int] = _GIVEN["ids"].get("otherwise", 10)
#: The readings of the order (`docs/law/readings.md`): the paragraphs of each, and its values, the usual one first.
READINGS: Final[dict[str, str]] = {name: told["source"] for name, told in _GIVEN["readings"].items()}
VALUES: Final[dict[str, tuple[str, ...]]] = {name: tuple(told["values"]) for name, told in _GIVEN["readings"].items()}


def categories(day: dt.date) -> tuple[str, ...]:
    """Return the categories of a batch of `day`, in the order of the Rules."""
    return tuple(name for name in CATEGORIES if SINCE[name] <= max(day, min(SINCE.values())))


def claims(day: dt.date) -> tuple[str, ...]:
    """Return the claims of the categories of a batch of `day`."""
    return tuple(dict.fromkeys(claim for name in categories(day) for claim in CLAIMS[name]))


def before(day: dt.date) -> dict[str, str]:
    """Return the claims that came after a batch of `day` and that had been others, each with what it was on `day`."""
    known, found = claims(day), dict[str, str]()
    for later in BEFORE:
        claim = later
        while claim in BEFORE and claim not in known:
            claim = BEFORE[claim]
        if later not in known:
            found[later] = claim
    return found


def usual(reading: str) -> Any:
    """What is done without a setting: the first value of a reading."""
    return VALUES[reading][0]
