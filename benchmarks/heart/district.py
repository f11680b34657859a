"""A district before its batch: bundles, what its enforcers had before, and who may not get which bundle. It becomes the
arrays that every peer gets, and is kept in files that people can read.

A file: a line that says how many enforcers there are, the categories' names, then a bundle a line, its writs in each
category. Beside it, where it is not zero, `NAME.openings.csv`: each enforcer's excess in writs, to nine places.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.families import CATEGORIES
from benchmarks.instances import BILLION, Case, thousandths
from tengbol.optimizer.problem import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_ABOUT: Final = "enforcers of one district; a line is a bundle: its writs in each category"
_OPENINGS: Final = "excess of each enforcer before the batch, writs, nine places"


@dataclass(frozen=True)
class District:
    """J enforcers, B bundles (some of one writ), K categories, P pools.

    family, size: what the page groups by; seed: tells instances of one size apart. counts: `(B, K)` writs. opening:
    `(J, K)` billionths of a writ. pool: `(B,)` each bundle's pool. members: `(P, J)`, who is in which. optimum: Σe² in
    squared thousandths, where the way it was made tells.
    """

    family: str
    size: str
    seed: int
    counts: Ints
    opening: Ints
    pool: Ints
    members: NDArray[np.bool_]
    optimum: int | None = None

    @property
    def name(self) -> str:
        """As rows and files are called."""
        return f"{self.family} {self.size} #{self.seed}"


def level(family: str, size: str, seed: int, enforcers: int, counts: Ints, optimum: int | None = None) -> District:
    """One pool in which nobody had anything before."""
    wide = np.zeros((len(counts), len(CATEGORIES)), dtype=np.int64)
    wide[:, : counts.shape[1]] = counts
    opening = np.zeros((enforcers, len(CATEGORIES)), dtype=np.int64)
    everyone = np.ones((1, enforcers), dtype=bool)
    return District(family, size, seed, wide, opening, np.zeros(len(counts), dtype=np.int64), everyone, optimum)


def case(district: District) -> Case:
    """The arrays that peers get. Each writ's share goes in equal parts to all of its pool, as in a batch."""
    used, pool = np.unique(district.pool, return_inverse=True)
    members = district.members[used]
    supply = np.zeros((len(used), district.counts.shape[1]), dtype=np.int64)
    np.add.at(supply, pool, district.counts)
    each = BILLION // members.sum(axis=1)
    rows = np.flatnonzero(members.any(axis=0))
    opening = thousandths((district.opening - members.T.astype(np.int64) @ (supply * each[:, None]))[rows])
    number = np.cumsum(members.any(axis=0)) - 1
    length = district.counts.sum(axis=1)
    singles = np.zeros_like(supply)
    np.add.at(singles, pool[length == 1], district.counts[length == 1])
    longer = np.column_stack([pool, district.counts])[length > 1]
    classes, size = np.unique(longer, axis=0, return_counts=True)
    problem = Problem(
        opening=opening,
        pool_start=np.concatenate([[0], np.cumsum(members.sum(axis=1))]),
        pool_member=number[np.nonzero(members)[1]],
        singles=singles,
        class_pool=classes[:, 0],
        class_counts=classes[:, 1:],
        class_size=size,
    )
    return Case(district.family, district.name, len(rows), int(length.sum()), problem, np.zeros_like(opening))


def read(path: Path) -> District:
    """A district of one pool from its file, and from the file of openings beside it where there is one."""
    first, names, *rows = path.read_text(encoding="utf-8").splitlines()
    if tuple(names.split(",")) != CATEGORIES:
        raise ValueError(f"{path.name}: the second line has to name the categories: {','.join(CATEGORIES)}")
    counts = np.array([[int(cell) for cell in row.split(",")] for row in rows], dtype=np.int64)
    made = level("file", path.stem, 0, int(first.removeprefix("# ").split()[0]), counts)
    beside = path.with_suffix(".openings.csv")
    if beside.exists():
        lines = beside.read_text(encoding="utf-8").splitlines()[2:]
        made.opening[:] = [[int(Decimal(cell) * BILLION) for cell in line.split(",")] for line in lines]
    return made


def write(district: District, path: Path) -> None:
    """What `read` reads; a district of one pool only."""
    head = f"# {len(district.opening)} {_ABOUT}\n{','.join(CATEGORIES)}\n"
    rows = "".join(f"{','.join(map(str, row))}\n" for row in district.counts.tolist())
    path.write_text(head + rows, encoding="utf-8")
    if district.opening.any():
        lines = "".join(f"{','.join(map(_writs, row))}\n" for row in district.opening.tolist())
        head = f"# {_OPENINGS}\n{','.join(CATEGORIES)}\n"
        path.with_suffix(".openings.csv").write_text(head + lines, encoding="utf-8")


def _writs(billionths: int) -> str:
    return f"{Decimal(billionths).scaleb(-9):.9f}"
