"""Invented people and companies: names put together at random, and numbers that nobody can have.

An IIN begins with a birth date, a BIN with the year and month of registration, both with the month in the
third and fourth digits. Here that month is 13 to 99, so no number made here can be anybody's, while its
check digit is right. Numbers travel as integers and are written with twelve digits by `written`.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: Months for who comes from where, so that the three never share a number. None is a month of the year.
LEDGER_MONTHS: Final = (13, 39)
DEBTOR_MONTHS: Final = (40, 69)
CREDITOR_MONTHS: Final = (70, 99)

_FIRST_WEIGHTS: Final = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
_SECOND_WEIGHTS: Final = np.array([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2])


def check_digits(bodies: np.ndarray) -> np.ndarray:
    """Check digits (P,) of integers of eleven digits (P,); 10 where there is none and no number is issued."""
    digits = bodies[:, None] // 10 ** np.arange(10, -1, -1) % 10
    first = digits @ _FIRST_WEIGHTS % 11
    return np.where(first < 10, first, digits @ _SECOND_WEIGHTS % 11)


def personal_numbers(rng: np.random.Generator, count: int, months: tuple[int, int]) -> np.ndarray:
    """`count` distinct IINs of invented adults, with the month part within `months`, as integers."""

    def bodies(size: int) -> np.ndarray:
        year = rng.integers(1946, 2007, size)
        sex = rng.integers(0, 2, size)
        century = np.where(year < 2000, 3, 5) + sex
        return _joined(
            (year % 100, 2), (_month(rng, months, size), 2), (rng.integers(1, 32, size), 2), (century, 1),
            (rng.integers(0, 10_000, size), 4),
        )  # fmt: skip

    return _distinct(rng, bodies, count)


def company_numbers(rng: np.random.Generator, count: int, months: tuple[int, int]) -> np.ndarray:
    """`count` distinct BINs of invented companies, with the month part within `months`, as integers."""

    def bodies(size: int) -> np.ndarray:
        year = rng.integers(1994, 2026, size) % 100
        kind = rng.choice([4, 5, 6], size, p=[0.93, 0.02, 0.05])
        head_or_branch = rng.choice([0, 1], size, p=[0.95, 0.05])
        return _joined(
            (year, 2), (_month(rng, months, size), 2), (kind, 1), (head_or_branch, 1),
            (rng.integers(0, 100_000, size), 5),
        )  # fmt: skip

    return _distinct(rng, bodies, count)


def written(numbers: np.ndarray) -> pl.Series:
    """Numbers as text of twelve digits, leading zeros kept."""
    return pl.Series(numbers, dtype=pl.Int64).cast(pl.String).str.zfill(12)


def names(rng: np.random.Generator, count: int) -> list[str]:
    """Put together `count` full names, surname first, four in five of them Kazakh."""
    source = files("tengbol.scenarios").joinpath("names.csv").read_bytes()
    listed = pl.read_csv(source).group_by("part").agg("name")
    parts = {part: words for part, words in listed.iter_rows()}
    kazakh = rng.random(count) < 0.8
    woman = rng.random(count) < 0.45
    chances = rng.random((count, 3))
    return [_name(parts, *drawn) for drawn in zip(kazakh, woman, chances, strict=True)]


def _name(parts: Mapping[str, list[str]], kazakh: bool, woman: bool, chances: np.ndarray) -> str:
    people, ends = ("kazakh", ("қызы", "ұлы")) if kazakh else ("russian", ("на", "ич"))
    lists = (parts[f"{people}_{part}"] for part in ("surname", "woman" if woman else "man", "father"))
    surname, given, father = (words[int(chance * len(words))] for words, chance in zip(lists, chances, strict=True))
    return f"{surname}{'а' if woman else ''} {given} {father}{ends[0] if woman else ends[1]}"


def _month(rng: np.random.Generator, months: tuple[int, int], size: int) -> np.ndarray:
    return rng.integers(months[0], months[1] + 1, size)


def _joined(*parts: tuple[np.ndarray, int]) -> np.ndarray:
    """Parts (P,) with their numbers of digits, one after another, as integers (P,)."""
    joined = np.zeros(len(parts[0][0]), dtype=np.int64)
    for part, width in parts:
        joined = joined * 10**width + part
    return joined


def _distinct(rng: np.random.Generator, bodies: Callable[[int], np.ndarray], count: int) -> np.ndarray:
    """`count` distinct numbers with check digits; draws anew until there are enough."""
    found = np.empty(0, dtype=np.int64)
    while len(found) < count:
        drawn = bodies(count + count // 50 + 16)
        check = check_digits(drawn)
        found = np.unique(np.concatenate([found, (drawn * 10 + check)[check < 10]]))
    return rng.permutation(found)[:count]
