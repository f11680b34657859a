"""Why one writ went to one enforcer, and what it would have cost had another got it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.write import squared_writs
from tengbol.model.cells import check_digit_holds
from tengbol.model.codes import BOUND_BASES
from tengbol.optimizer import lot
from tengbol.report.explained import in_language
from tengbol.report.public.names import public_enforcers
from tengbol.scenarios.why.again import Again, again
from tengbol.scenarios.why.prices import KEY, bundles_of, prices

if TYPE_CHECKING:
    from tengbol.report.record import Record
    from tengbol.report.words import Words

#: Digits of a number in the lot (docs/lot.md); of the first version's places fewer tell enforcers apart.
_DIGITS: Final = 10
_DIGITS_OF_FIRST: Final = 8


@dataclass(frozen=True)
class Answer:
    """What is to be said of a writ.

    assigned: whether it was given to somebody; explanation: the sentence on it. row: its row of `assignments` or
    `unassigned`, and `name`. prices: of a free writ, each member of its pool: `enforcer_id`, `name`, `first`,
    `second`, `has`, `alike` (`prices`), `number` (of the lot, hex); whoever has it first, then by price. left_out:
    `enforcer_id`, `name`, `reason`. same: how many bundles were alike. instead: who was asked for; again: what it would
    have cost to give it to him and distribute the rest anew, where he stands in the pool.
    """

    assigned: bool
    explanation: str
    row: dict[str, Any]
    prices: pl.DataFrame
    left_out: pl.DataFrame
    same: int
    seed: str
    instead: str | None = None
    again: Again | None = None

    def as_json(self) -> dict[str, Any]:
        """The same for programs; changes of objectives in squared writs."""
        columns = ("enforcer_id", "name", "has", "alike", "number")
        told = {
            "writ_id": self.row["writ_id"],
            "assigned": self.assigned,
            "explanation": self.explanation,
            **{name: self.row.get(name) for name in ("code", "enforcer_id", "basis", "bundle_id", "pool_size")},
            "alike": self.same,
            "seed": self.seed,
            "members": [
                {
                    **{name: row[name] for name in columns},
                    "objective": squared_writs(row["first"]),
                    "objective_total": squared_writs(row["second"]),
                }
                for row in self.prices.iter_rows(named=True)
            ],
            "left_out": self.left_out.to_dicts(),
        }
        if self.again is not None:
            told["again"] = {
                "enforcer_id": self.instead,
                "objective": squared_writs(self.again.change),
                "least": squared_writs(self.again.least),
                "objective_total": squared_writs(self.again.second),
                "least_total": squared_writs(self.again.second_least),
            }
        return told


def why(
    record: Record,
    writ_id: str,
    words: Words,
    *,
    instead: str | None = None,
    masked: bool = False,
    key: str | None = None,
) -> Answer:
    """Answer for a writ of a record of one batch. Raises `UnusableInputError` where the batch has no such writ.

    masked: whether the lot went by ids that a key masks; key: that key, without which the numbers of whoever goes
    by a personal number are not known.
    """
    return Answers(record, words, masked=masked, key=key).of(writ_id, instead=instead)


class Answers:
    """Answers for the writs of one batch; what they have in common is made once. Arguments as of `why`."""

    def __init__(self, record: Record, words: Words, *, masked: bool = False, key: str | None = None) -> None:
        self._record, self._masked, self._key = record, masked, key
        self._said = in_language(record, words)
        self._seed: str = record.batches["seed"].item()
        self._prices, self._bundles = prices(record), bundles_of(record)

    def of(self, writ_id: str, *, instead: str | None = None) -> Answer:
        """Answer for a writ. Raises `UnusableInputError` where the batch has no such writ."""
        record, seed = self._record, self._seed
        empty = pl.DataFrame(schema={"enforcer_id": pl.String, "name": pl.String})
        waits = self._said["unassigned"].filter(writ_id=writ_id)
        if waits.height:
            row = waits.row(0, named=True)
            here = record.waiting.filter(writ_id=writ_id)
            out = _named(record, record.left_out.join(here, on="district_id", how="semi"))
            return Answer(False, row["explanation"], row, empty, out.filter(pl.col("pool_id").is_null()), 0, seed)
        given = self._said["assignments"].filter(writ_id=writ_id)
        if given.is_empty():
            raise UnusableInputError(
                "Writ {writ}: this batch has no such writ; see the row that was rejected, or look in another batch.",
                writ=writ_id,
            )
        row = _named(record, given).row(0, named=True)
        of_pool = {name: row[name] for name in ("district_id", "pool_id")}
        out = _named(record, record.left_out.filter(**of_pool)).select("enforcer_id", "name", "reason")
        if row["basis"] in BOUND_BASES:
            return Answer(True, row["explanation"], row, empty, out, 0, seed, instead)
        told = with_numbers(record, row, self._prices, seed, self._masked, self._key)
        found = None
        if instead is not None and instead in told["enforcer_id"] and instead != row["enforcer_id"]:
            found = again(record, row["bundle_id"], instead)
        alike = same(self._bundles, row["bundle_id"])
        return Answer(True, row["explanation"], row, told, out, alike, seed, instead, found)


def _named(record: Record, frame: pl.DataFrame) -> pl.DataFrame:
    names = record.enforcers.select("enforcer_id", "name")
    return frame.join(names, on="enforcer_id", how="left", maintain_order="left").with_columns(
        pl.coalesce("name", "enforcer_id")
    )


def same(bundles: pl.DataFrame, bundle_id: str) -> int:
    """How many of the free bundles (`bundles_of`) are alike, this one among them."""
    return bundles.join(bundles.filter(bundle_id=bundle_id), on=KEY, how="semi").height


def with_numbers(
    record: Record,
    row: dict[str, Any],
    priced: pl.DataFrame,
    seed: str,
    masked: bool = False,
    key: str | None = None,
) -> pl.DataFrame:
    """Prices of a bundle with each member of its pool, and the numbers that the lot went by between equals.

    priced: `prices` of the record.
    """
    told = _named(record, priced.filter(bundle_id=row["bundle_id"]))
    names = _in_lot(told["enforcer_id"], masked, key)
    writs = record.assignments.filter(bundle_id=row["bundle_id"]).height
    places = _DIGITS
    if record.batches["lot_version"].item() is None:
        start, places = f"{seed}:enforcer", _DIGITS_OF_FIRST
    elif writs == 1:
        start = f"{seed}:{row['category']}"
    else:
        start = lot.digests(seed, "writ", [row["lot_id"]]).item()
    digests = [None if name is None else hashlib.sha256(f"{start}:{name}".encode()).hexdigest() for name in names]
    number = pl.Series("number", digests, dtype=pl.String).str.head(places)
    return told.with_columns(number).sort("has", "first", "second", "number", descending=[True, False, False, False])


def _in_lot(who: pl.Series, masked: bool, key: str | None) -> list[str | None]:
    """Names of enforcers in the lot; none where an id is masked and the key is not known."""
    if not masked:
        return who.to_list()
    if key is None:
        personal = pl.select(check_digit_holds(pl.lit(who)).fill_null(False)).to_series()
        return [None if own else name for name, own in zip(who, personal, strict=True)]
    told = public_enforcers(key, who)
    return [dict(told.iter_rows())[name] for name in who]
