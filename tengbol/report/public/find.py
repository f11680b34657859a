"""A party finds his writ: the chamber tells him its public id, and the file tells him everything else.

Whoever owns a writ needs no key: with the id he sees the batch, who got it, among whom, and its place in the lot, and
can reckon that place himself.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tengbol.errors import UnusableInputError
from tengbol.phrase import Phrase, joined, mark
from tengbol.report.public.file import read_lines

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Place:
    """One batch in which a writ stands.

    enforcer, category, district, basis, pool: null where the writ was not assigned; code: then says why. alike: how
    many bundles alike its own the lot dealt in that batch; turn: which of these its own was, from 1; both null when it
    was bound. drawn: what is hashed for that (`SEED:writ:BUNDLE`).
    """

    number: int
    day: str
    code: str | None = None
    category: str | None = None
    district: str | None = None
    basis: str | None = None
    enforcer: str | None = None
    pool: tuple[str, ...] = ()
    bundle: int = 1
    alike: int | None = None
    turn: int | None = None
    drawn: str | None = None

    def __str__(self) -> str:
        return self.phrase

    @property
    def phrase(self) -> Phrase:
        """All of it, to be said."""
        where = {"number": self.number, "day": self.day}
        if self.code is not None:
            return Phrase("Batch {number} of {day}: not assigned, {code}.", **where, code=self.code)
        given = Phrase(
            "Batch {number} of {day}: {category}, district {district}, to {enforcer} ({basis}), in a pool of {size}: "
            "{pool}.",
            **where,
            category=self.category,
            district=self.district,
            enforcer=self.enforcer,
            basis=self.basis,
            size=len(self.pool),
            pool=", ".join(self.pool),
        )
        parts = [given]
        if self.bundle > 1:
            parts.append(Phrase("Together with it, of its case or debtor: {n}.", n=self.bundle - 1))
        if self.alike is not None:
            sentence = mark("In the lot {turn} of {alike} alike, by the SHA-256 of {drawn}.")
            parts.append(Phrase(sentence, turn=self.turn, alike=self.alike, drawn=self.drawn))
        return joined(parts)


def find(path: Path, public_id: str) -> list[Place]:
    """Where a writ stands in a public report, batch by batch; empty where it does not.

    Raises `UnusableInputError` where the file is no public report.
    """
    places = []
    for number, line in enumerate(read_lines(path)[1:], 2):
        try:
            place = _place(line["part"], public_id)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise UnusableInputError(
                "{path}: line {number} is no batch as docs/public.md has it; `tengbol verify --public` says why.",
                path=path,
                number=number,
            ) from error
        if place is not None:
            places.append(place)
    return places


def _place(part: dict[str, Any], public_id: str) -> Place | None:
    if public_id in part["assignments"]["writ"]:
        return _assigned(part, part["assignments"]["writ"].index(public_id))
    if public_id in part["unassigned"]["writ"]:
        code = part["unassigned"]["code"][part["unassigned"]["writ"].index(public_id)]
        return Place(part["number"], part["day"], code=code)
    return None


def _assigned(part: dict[str, Any], row: int) -> Place:
    table = part["assignments"]
    bundles = [bundle or writ for bundle, writ in zip(table["bundle"], table["writ"], strict=True)]
    of_bundle: dict[str, list[str]] = {}
    for bundle, category in zip(bundles, table["category"], strict=True):
        of_bundle.setdefault(bundle, []).append(category)
    own, pool, basis = bundles[row], table["pool"][row], table["basis"][row]
    free = basis in ("registered", "attached")
    alike = {
        bundle
        for bundle, other, kind in zip(bundles, table["pool"], table["basis"], strict=True)
        if other == pool and kind in ("registered", "attached") and sorted(of_bundle[bundle]) == sorted(of_bundle[own])
    }
    drawn = {bundle: f"{part['seed']}:writ:{bundle}" for bundle in alike}
    order = sorted(alike, key=lambda bundle: sha256(drawn[bundle].encode()).hexdigest())
    return Place(
        number=part["number"],
        day=part["day"],
        category=table["category"][row],
        district=table["district"][row],
        basis=basis,
        enforcer=table["enforcer"][row],
        pool=tuple(part["pools"][pool]),
        bundle=len(of_bundle[own]),
        alike=len(alike) if free else None,
        turn=order.index(own) + 1 if free else None,
        drawn=drawn[own] if free else None,
    )
