"""The Balanced Nursing Workload Problem (CSPLib problem 69) with its zones fixed, as a family of public instances.

A zone is a district and a patient of acuity a is a bundle of a writs in one category. Nurses are given to zones in
proportion to their acuity, by largest remainders. What the original says of the least and most patients, and the most
work, of a nurse is left out: tengbol's law knows no such limits. The files are read where they lie; they state
no licence under which they could be copied.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.families import CATEGORIES
from benchmarks.instances import Case
from tengbol.optimizer.problem import WRIT, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

FAMILY: Final = "bnwp"
#: Beside the checkout.
FOLDER: Final = Path(__file__).parents[2] / "shared" / "data" / "bnwp"
_BILLION: Final = 10**9


def cases(folder: Path = FOLDER) -> list[Case]:
    """All instances of a folder by name; none when there is no such folder."""
    return [case(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*zones*.txt"))]


def case(name: str, text: str) -> Case:
    """One instance from the text of its file."""
    nurses, zones = parse(text)
    staff = largest_remainders(nurses, [sum(zone) for zone in zones])
    kinds = len(CATEGORIES)
    opening = np.zeros((nurses, kinds), dtype=np.int64)
    start = np.cumsum([0, *staff])
    keys = []
    for z, (zone, many) in enumerate(zip(zones, staff, strict=True)):
        share = sum(zone) * (_BILLION // many)
        # Python rounds half to even, as the objective is defined.
        opening[start[z] : start[z + 1], 0] = -round(share / (_BILLION // WRIT))
        keys += [(z, acuity) for acuity in zone]
    pairs, size = np.unique(np.array(keys), axis=0, return_counts=True)
    single, counts = pairs[:, 1] == 1, np.zeros((len(pairs), kinds), dtype=np.int64)
    counts[:, 0] = pairs[:, 1]
    singles = np.zeros((len(zones), kinds), dtype=np.int64)
    singles[pairs[single, 0], 0] = size[single]
    problem = Problem(
        opening=opening,
        pool_start=start,
        pool_member=np.arange(nurses),
        singles=singles,
        class_pool=pairs[~single, 0],
        class_counts=counts[~single],
        class_size=size[~single],
    )
    writs = sum(map(sum, zones))
    return Case(FAMILY, f"{FAMILY} {name}", nurses, writs, problem, np.zeros_like(opening))


def parse(text: str) -> tuple[int, list[list[int]]]:
    """Nurses, and the acuity of each patient by zone.

    The file: zones and nurses; three limits; then, for each zone, how many patients it has, and their acuity.
    """
    lines = [[int(word) for word in line.split()] for line in text.splitlines() if line.strip()]
    (zones, nurses), rest = lines[0], lines[2:]
    if len(rest) != zones or any(many != len(acuity) for many, *acuity in rest):
        raise ValueError("the numbers of zones or patients are not those that the file announces")
    return nurses, [acuity for _, *acuity in rest]


def largest_remainders(seats: int, weights: Sequence[int]) -> list[int]:
    """Whole seats in proportion to weights; those left over go to the largest remainders, the first of equals."""
    whole = [seats * weight // sum(weights) for weight in weights]
    rest = [seats * weight % sum(weights) for weight in weights]
    for part in sorted(range(len(weights)), key=lambda p: -rest[p])[: seats - sum(whole)]:
        whole[part] += 1
    return whole
