"""Who is to be attached where: as many as each district needs, as few as that takes, then the most even load.

Three aims, each within the optima of those before:

1. *Coverage.* Where room and permission do not reach for all, districts are filled level by level: first one in each,
   then a second, and so on; within a level in the order of the districts. What can be covered is an integral
   polymatroid (units matched with enforcers' room), so this greedy filling also covers as much in all as can be
   (Edmonds 1970).
2. *Attachments.* As many as are covered, and none beside: the least.
3. *Load.* A district's intake is spread over all who are then attached to it, ⌊intake / number⌋ each. Over enforcers
   and columns of load, the sum of squares is least.

Once coverage is known every district's part is a constant, so what a *set* of districts costs an enforcer is known,
too: a programme over sets (how many of each group of equal enforcers take which set) has a linear objective, no
symmetry, and a far tighter relaxation than choices one by one. `attachment_sets` holds its sets, its bound and its
search.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tengbol.optimizer.attachment_sets import Group, search

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class AttachmentProblem:
    """J enforcers in the order of the lot, D districts in the order in which they are filled, C columns of load.

    need: `(D,)` attachments asked for. allowed: `(J, D)` who may be attached where anew. room: `(J,)` how many new
    attachments each may take. held: `(J, D)` attachments there are already; they stay. load: `(J, C)` what each has
    without any attachment, intake: `(D, C)` what a district brings those attached to it, both whole numbers ≥ 0.
    """

    need: Ints
    allowed: Bools
    room: Ints
    held: Bools
    load: Ints
    intake: Ints


@dataclass(frozen=True)
class AttachmentSolution:
    """chosen: `(J, D)` new attachments. covered: `(D,)` how many each district gets; less than its need only where no
    more can be had. objective: the sum of squares of `loads`; lower_bound: proven, for this coverage.
    """

    chosen: Bools
    covered: Ints
    objective: int
    lower_bound: int


def plan_attachments(problem: AttachmentProblem, *, limit: float = 20.0) -> AttachmentSolution:
    """Choose attachments; limit in CP-SAT's deterministic units, so that the answer is the same every time."""
    start = filled(problem)
    covered = start.sum(axis=0).astype(np.int64)
    part, base = parts(problem, covered), standing_loads(problem, covered)
    constant = _squares(base)
    groups, rows = _groups(problem, covered, part, base)
    begun = [[tuple(np.flatnonzero(start[j]).tolist()) for j in members] for members in rows]
    found = search(groups, covered.tolist(), begun, limit=limit)
    chosen = np.zeros_like(start)
    for members, sets in zip(rows, found.sets, strict=True):
        for j, own in zip(members, sets, strict=True):
            chosen[j, list(own)] = True
    return AttachmentSolution(chosen, covered, _squares(loads(problem, chosen)), constant + found.bound)


def loads(problem: AttachmentProblem, chosen: Bools) -> Ints:
    """`(J, C)`: what each has, with all attachments, held and chosen."""
    covered = chosen.sum(axis=0).astype(np.int64)
    return standing_loads(problem, covered) + chosen.astype(np.int64) @ parts(problem, covered)


def parts(problem: AttachmentProblem, covered: Ints) -> Ints:
    """`(D, C)`: what falls to each who is attached to a district, when `covered` are attached anew."""
    attached = np.maximum(1, problem.held.sum(axis=0) + covered)
    return problem.intake // attached[:, None]


def standing_loads(problem: AttachmentProblem, covered: Ints) -> Ints:
    """`(J, C)`: what each has before any new attachment, in districts that then get `covered` more."""
    return problem.load + problem.held.astype(np.int64) @ parts(problem, covered)


def filled(problem: AttachmentProblem) -> Bools:
    """`(J, D)`: some attachments that cover what can be covered, level by level."""
    allowed = problem.allowed & ~problem.held
    chosen = np.zeros_like(allowed)
    spare = problem.room.copy()

    def place(d: int, seen: set[int]) -> bool:
        """One more attachment for district d, moving others where that takes it."""
        seen.add(d)
        able = allowed[:, d] & ~chosen[:, d]
        idle = np.where(able & (spare > 0), spare - problem.room, np.iinfo(np.int64).min)
        first = int(idle.argmax())
        if able[first] and spare[first] > 0:
            chosen[first, d] = True
            spare[first] -= 1
            return True
        for j in np.flatnonzero(able).tolist():
            for other in np.flatnonzero(chosen[j]).tolist():
                if other in seen:
                    continue
                chosen[j, other], chosen[j, d] = False, True
                if place(other, seen):
                    return True
                chosen[j, other], chosen[j, d] = True, False
        return False

    if not len(allowed):
        return chosen
    open_ = problem.need > 0
    for level in range(1, int(problem.need.max(initial=0)) + 1):
        for d in np.flatnonzero(open_ & (problem.need >= level)).tolist():
            # Who could not get one more now could not later either.
            open_[d] = place(d, set())
    return chosen


def _groups(problem: AttachmentProblem, covered: Ints, part: Ints, base: Ints) -> tuple[list[Group], list[list[int]]]:
    """Equal enforcers together, in the order of the first of each; and their rows."""
    allowed = problem.allowed & ~problem.held & (covered > 0)
    room = np.minimum(problem.room, allowed.sum(axis=1))
    rows: dict[bytes, list[int]] = {}
    for j in range(len(room)):
        rows.setdefault(b"|".join((allowed[j].tobytes(), room[j].tobytes(), base[j].tobytes())), []).append(j)
    groups: list[Group] = []
    pair = 2 * _product(part, part.T)
    alone = np.array([[_square(row)] for row in part], dtype=object).reshape(-1)
    for members in rows.values():
        j = members[0]
        single = alone + 2 * _product(part, base[j])
        own = np.flatnonzero(allowed[j]).tolist()
        groups.append(Group(len(members), int(room[j]), {d: int(single[d]) for d in own}, pair.tolist()))
    return groups, list(rows.values())


def _product(left: Ints, right: Ints) -> NDArray[np.object_]:
    """Matrix product in Python's integers, which do not overflow."""
    return left.astype(object) @ right.astype(object)


def _square(row: Ints) -> int:
    return sum(x * x for x in row.tolist())


def _squares(table: Ints) -> int:
    return sum(map(_square, table))
