"""A liar with time: after a change he makes all that follows from it, so that a published file agrees with itself.

Pools get the names of their members, rows their order, batches their opening, objectives, bounds and links. What he
cannot make is what somebody else has kept, a commitment from before, a more even distribution, or the lot of a seed.
"""

from __future__ import annotations

import copy
from collections import Counter
from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from published import hashed
from small import part as due_of
from tampering import canonical, relinked

if TYPE_CHECKING:
    from tampering import Lines

FREE = ("registered", "attached")
Cell = tuple[str, str]


def mended(lines: Lines, *, claim: bool = True) -> Lines:
    """Everything that follows, after a change. claim: whether each batch says that nothing is more even."""
    made = copy.deepcopy(lines)
    received: Counter[Cell] = Counter()
    share: Counter[Cell] = Counter()
    for row in made[0]["opening"]:
        received[row[0], row[1]], share[row[0], row[1]] = row[2], row[3]
    made[0]["opening"].sort()
    for line in made[1:]:
        part = line["part"]
        _ordered(part)
        for who, category, writs, billionths in line.get("corrections", []):
            received[who, category], share[who, category] = writs, billionths
        there = concerned(part)
        cells = sorted({cell for cell in received | share if cell[0] in there})
        rows = [[*cell, received[cell], share[cell]] for cell in cells if received[cell] or share[cell]]
        part["opening"] = sha256(canonical(rows).encode()).hexdigest()
        table = part["assignments"]
        for who, category, pool in zip(table["enforcer"], table["category"], table["pool"], strict=True):
            received[who, category] += 1
            for member in part["pools"][pool]:
                share[member, category] += due_of(member, part["pools"][pool])
        excess = {
            cell: round(Fraction(received[cell] * 10**9 - share[cell], 10**6))
            for cell in received | share
            if cell[0] in there
        }
        total: Counter[str] = Counter()
        for (who, _), value in excess.items():
            total[who] += value
        for name, value in (
            ("", sum(one**2 for one in excess.values())),
            ("_total", sum(one**2 for one in total.values())),
        ):
            part[f"objective{name}"] = value
            part[f"lower_bound{name}"] = value if claim else 0
            part[f"status{name}"] = "optimal" if claim or not value else "feasible"
    return relinked(made)


def reseeded(part: dict[str, Any]) -> None:
    """A batch's seed as it follows from what the batch says, and its alike bundles dealt by it."""
    part["seed"] = hashed("tengbol seed", part["secret"], part["input_digest"], part["public_value"] or "")
    table = part["assignments"]
    bundles: dict[str, list[int]] = {}
    for row, (writ, bundle) in enumerate(zip(table["writ"], table["bundle"], strict=True)):
        bundles.setdefault(bundle or writ, []).append(row)
    alike: dict[tuple[Any, ...], list[str]] = {}
    for name, rows in bundles.items():
        if table["basis"][rows[0]] in FREE:
            kind = (table["pool"][rows[0]], *sorted(table["category"][row] for row in rows))
            alike.setdefault(kind, []).append(name)

    def place(kind: str, name: str) -> str:
        return sha256(f"{part['seed']}:{kind}:{name}".encode()).hexdigest()

    for names in alike.values():
        got = sorted((table["enforcer"][bundles[name][0]] for name in names), key=lambda who: place("enforcer", who))
        for name, who in zip(sorted(names, key=lambda name: place("writ", name)), got, strict=True):
            for row in bundles[name]:
                table["enforcer"][row] = who


def _ordered(part: dict[str, Any]) -> None:
    names = {
        old: sha256("\n".join(sorted(members)).encode()).hexdigest()[:16] for old, members in part["pools"].items()
    }
    table = part["assignments"]
    part["pools"] = {names[old]: sorted(members) for old, members in part["pools"].items() if old in table["pool"]}
    table["pool"] = [names[old] for old in table["pool"]]
    keys = [(bundle or writ, writ) for writ, bundle in zip(table["writ"], table["bundle"], strict=True)]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    for column, cells in table.items():
        table[column] = [cells[row] for row in order]


def concerned(part: dict[str, Any]) -> set[str]:
    """Who stands in a pool of a batch or receives a writ in it."""
    return {*part["assignments"]["enforcer"], *(who for members in part["pools"].values() for who in members)}


def balances(made: Lines, number: int) -> dict[Cell, tuple[int, int]]:
    """(received, share) of each after batch `number`, by the slow forger's own reckoning."""
    found: dict[Cell, tuple[int, int]] = {}
    for row in made[0]["opening"]:
        found[row[0], row[1]] = (row[2], row[3])
    for line in made[1 : number + 1]:
        table = line["part"]["assignments"]
        for who, category, pool in zip(table["enforcer"], table["category"], table["pool"], strict=True):
            members = line["part"]["pools"][pool]
            for one in {who, *members}:
                received, share = found.get((one, category), (0, 0))
                more = due_of(one, members)
                found[one, category] = (received + (one == who), share + more)
    return found


def cut(made: Lines, first: int, last: int) -> Lines:
    """Batches `first` to `last` as a file of their own."""
    opened = balances(made, first - 1)
    before = made[first - 1]
    header = {
        **made[0],
        "link": before["link"],
        "commitment": before["part"]["commitment"] if first > 1 else made[0]["commitment"],
        "opening": sorted([*cell, *row] for cell, row in opened.items() if row != (0, 0)),
    }
    return [copy.deepcopy(header), *copy.deepcopy(made[first : last + 1])]
