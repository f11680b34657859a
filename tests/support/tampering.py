"""Systematic changes to a public report: each a kind, a place, and the lines that it leaves.

A liar who knows the description mends the links after his change (`relinked`); what was published before he cannot.
"""

from __future__ import annotations

import copy
import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from published import hashed

from tengbol.report.public.part import lot_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Lines = list[dict[str, Any]]
#: What a report of the file alone finds even when all links have been mended; the rest needs an earlier file.
ALONE = {
    "objective", "bound", "status", "seed", "secret", "public value", "share", "pool member out",
    "pool member in", "drop a batch", "reorder", "split a bundle", "re-roll", "number", "lose a writ", "a writ twice",
    "to a stranger", "balance", "commitment", "key", "swap two writs",
}  # fmt: skip


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def written(lines: Lines) -> str:
    return "".join(f"{canonical(line)}\n" for line in lines)


def relinked(lines: Lines) -> Lines:
    """Mend every link."""
    made, before = copy.deepcopy(lines), lines[0]["link"]
    for line in made[1:]:
        before = line["link"] = hashed("tengbol batch", before, canonical(line["part"]))
    return made


def changes(lines: Lines) -> Iterator[tuple[str, Lines]]:
    """Every kind of change at every place that has something to change."""
    for place in range(1, len(lines)):
        for kind, change in KINDS.items():
            made = copy.deepcopy(lines)
            if change(made, place) is not False:
                yield kind, made


def _put(name: str, to: Callable[[Any], Any]) -> Callable[[Lines, int], bool | None]:
    def change(lines: Lines, place: int) -> bool | None:
        part = lines[place]["part"]
        if part[name] is None:
            return False
        part[name] = to(part[name])
        return None

    return change


def _other_hex(text: str) -> str:
    return sha256(text.encode()).hexdigest()[: len(text)]


def _free(part: dict[str, Any], most: int = 9) -> list[int]:
    table = part["assignments"]
    return [
        row
        for row, basis in enumerate(table["basis"])
        if basis in ("registered", "attached") and 1 < len(part["pools"][table["pool"][row]]) <= most
    ]


def _move(lines: Lines, place: int) -> bool | None:
    part = lines[place]["part"]
    table = part["assignments"]
    for row in _free(part):
        if table["bundle"][row] is None:
            members = part["pools"][table["pool"][row]]
            table["enforcer"][row] = next(who for who in members if who != table["enforcer"][row])
            return None
    return False


def _swap(lines: Lines, place: int) -> bool | None:
    """Two alike writs change hands: as even as before, and not what the lot gave."""
    table = lines[place]["part"]["assignments"]
    rows = [row for row in _free(lines[place]["part"]) if table["bundle"][row] is None]
    for one in rows:
        for two in rows:
            alike = all(table[name][one] == table[name][two] for name in ("pool", "category"))
            if alike and table["enforcer"][one] != table["enforcer"][two]:
                who = table["enforcer"]
                who[one], who[two] = who[two], who[one]
                return None
    return False


def _stranger(lines: Lines, place: int) -> bool | None:
    part = lines[place]["part"]
    rows = _free(part)
    if not rows:
        return False
    everybody = {who for line in lines[1:] for members in line["part"]["pools"].values() for who in members}
    row = rows[0]
    outside = sorted(everybody - set(part["pools"][part["assignments"]["pool"][row]]))
    if not outside:
        return False
    part["assignments"]["enforcer"][row] = outside[0]
    return None


def _renamed(part: dict[str, Any], old: str, members: list[str]) -> None:
    """A liar gives a changed pool the name that its members have."""
    name = sha256("\n".join(sorted(members)).encode()).hexdigest()[:16]
    part["pools"].pop(old)
    part["pools"][name] = sorted(members)
    pools = part["assignments"]["pool"]
    part["assignments"]["pool"] = [name if pool == old else pool for pool in pools]


def _member_out(lines: Lines, place: int) -> bool | None:
    part = lines[place]["part"]
    table = part["assignments"]
    for name, members in part["pools"].items():
        idle = [
            who
            for who in members
            if who not in {w for w, p in zip(table["enforcer"], table["pool"], strict=True) if p == name}
        ]
        if idle and len(members) > 1:
            _renamed(part, name, [who for who in members if who != idle[0]])
            return None
    return False


def _member_in(lines: Lines, place: int) -> bool | None:
    part = lines[place]["part"]
    for name, members in part["pools"].items():
        _renamed(part, name, [*members, "JSO-99-999"])
        return None
    return False


def _member_swapped(lines: Lines, place: int) -> bool | None:
    pools = lines[place]["part"]["pools"]
    if not pools:
        return False
    name = sorted(pools)[0]
    pools[name] = sorted([*pools[name][1:], "JSO-99-999"])
    return None


def _lose(lines: Lines, place: int) -> bool | None:
    table = lines[place]["part"]["assignments"]
    alone = [row for row, bundle in enumerate(table["bundle"]) if bundle is None]
    rows = [row for row in alone if row in _free(lines[place]["part"])]
    if not rows:
        return False
    for cells in table.values():
        del cells[rows[0]]
    return None


def _twice(lines: Lines, place: int) -> bool | None:
    table = lines[place]["part"]["assignments"]
    if not table["writ"]:
        return False
    for cells in table.values():
        cells.insert(0, cells[0])
    return None


def _split(lines: Lines, place: int) -> bool | None:
    part = lines[place]["part"]
    table = part["assignments"]
    for row in _free(part):
        if table["bundle"][row] is not None:
            members = part["pools"][table["pool"][row]]
            table["enforcer"][row] = next(who for who in members if who != table["enforcer"][row])
            return None
    return False


def _category(lines: Lines, place: int) -> bool | None:
    table = lines[place]["part"]["assignments"]
    if not table["category"]:
        return False
    table["category"][0] = "state" if table["category"][0] != "state" else "alimony"
    return None


def _to_bound(lines: Lines, place: int) -> bool | None:
    """Say of a free writ that it was bound: a file cannot show the lie, only that it was told otherwise before."""
    rows = _free(lines[place]["part"])
    if not rows:
        return False
    lines[place]["part"]["assignments"]["basis"][rows[0]] = "same_case"
    return None


def _drop(lines: Lines, place: int) -> bool | None:
    # The last batch of all can be left out by whoever never published it; that is no change to what follows.
    if place == len(lines) - 1:
        return False
    del lines[place]
    for line in lines[place:]:
        line["part"]["number"] -= 1
    return None


def _reorder(lines: Lines, place: int) -> bool | None:
    if place == len(lines) - 1:
        return False
    one, two = lines[place]["part"], lines[place + 1]["part"]
    one["number"], two["number"] = two["number"], one["number"]
    lines[place], lines[place + 1] = lines[place + 1], lines[place]
    return None


def _reroll(lines: Lines, place: int) -> bool | None:
    """A new secret, with the seed that follows from it, and the alike writs dealt by that seed would come next."""
    part = lines[place]["part"]
    part["secret"] = _other_hex(part["secret"])
    part["seed"] = hashed("tengbol seed 2", part["secret"], lot_digest(part), part["public_value"] or "")
    return None


def _link(lines: Lines, place: int) -> None:
    lines[place]["link"] = _other_hex(lines[place]["link"])


def _balance(lines: Lines, place: int) -> bool | None:
    """Slip a changed balance between two batches, told as if nothing had been."""
    part = lines[place]["part"]
    part["opening"] = _other_hex(part["opening"])
    return None


def _share(lines: Lines, place: int) -> bool | None:
    """Change what the file opens with."""
    if place > 1:
        return False
    lines[0]["opening"] = sorted(
        [*lines[0]["opening"], [next(iter(lines[1]["part"]["pools"].values()))[0], "state", 0, 1]]
    )
    return None


KINDS: dict[str, Callable[[Lines, int], bool | None]] = {
    "move a writ": _move,
    "swap two writs": _swap,
    "to a stranger": _stranger,
    "lose a writ": _lose,
    "a writ twice": _twice,
    "split a bundle": _split,
    "category": _category,
    "say it was bound": _to_bound,
    "pool member out": _member_out,
    "pool member in": _member_in,
    "pool members without its name": _member_swapped,
    "share": _share,
    "balance": _balance,
    "seed": _put("seed", _other_hex),
    "secret": _put("secret", _other_hex),
    "digest": _put("input_digest", _other_hex),
    "public value": _put("public_value", lambda text: f"{text}!"),
    "commitment": lambda lines, place: (
        _put("commitment", _other_hex)(lines, place) if place < len(lines) - 1 else False
    ),
    "key": _put("key_commitment", _other_hex),
    "number": _put("number", lambda number: number + 1),
    "objective": _put("objective", lambda squared: squared + 1),
    "bound": _put("lower_bound_total", lambda squared: squared + 1),
    "status": _put("status", lambda status: "feasible" if status == "optimal" else "optimal"),
    "re-roll": _reroll,
    "link": _link,
    "drop a batch": _drop,
    "reorder": _reorder,
}
