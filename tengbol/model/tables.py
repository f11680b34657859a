"""Every table of the contract (section 2), declared once: columns, types, keys, references and rules.

The rules are over *text* frames, as a clerk's file gives them: a cell that is no date, number or code
stays readable, so that its row can be rejected with what stood in it. Each column knows by its `Kind` how
its text is read; each rule is named by its code in `rejected`. All of it is expressions over columns, so a
million rows are checked at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.model import codes
from tengbol.model.cells import check_digit_holds, read_day
from tengbol.model.kinds import AMOUNT, COUNT, DAY, FLAG, ID, MOMENT, NAME, OWN_ID, SHARE, TEXT, Kind, choice_of
from tengbol.model.limits import SPOILT
from tengbol.model.persons import is_nobody

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class Need:
    """When a column that may be empty must not be: over the columns of text or of codes, and in words."""

    holds: pl.Expr
    words: str


_OF_THE_STATE: Final = Need(
    (pl.col("claim") == "money") & (pl.col("creditor_kind") == "state"), "claim is money and creditor_kind is state"
)
_ELECTRONIC: Final = Need(pl.col("form") == "electronic", "form is electronic")
_PAPER: Final = Need(pl.col("form") == "paper", "form is paper")
_AGAIN: Final = Need(
    pl.col("origin").is_in([origin for origin in codes.ORIGINS if origin != "new"]),
    "origin is returned, forwarded or redistributed",
)


_NO_PERSON: Final = Need(pl.col("party_id").is_null(), "party_id is empty")


@dataclass(frozen=True)
class Column:
    """One column: how its cells are read, and what else they must be.

    `required`: every row needs a value. `need`: when there must be one in a column that may be empty. `not_before`: the
    column with the day before which this one may not lie; `disorder`: the code where it does. `person`: it has ids of
    debtors or creditors, which name somebody, and are an IIN or BIN where they have twelve digits.
    """

    kind: Kind
    required: bool = True
    need: Need | None = None
    not_before: str = ""
    disorder: str = "end_before_start"
    person: bool = False

    def rules(self, name: str) -> Iterator[tuple[str, pl.Expr]]:
        """What must hold of the column called `name`, with its code in `rejected`; null holds, too."""
        cell = pl.col(name)
        if self.not_before:
            yield self.disorder, self.kind.read(cell).cast(pl.Date) >= read_day(pl.col(self.not_before))
        if self.need:
            yield "missing_value", ~self.need.holds | cell.is_not_null()
        if self.required:
            yield "missing_value", cell.is_not_null()
        for code, check in self.kind.checks.items():
            yield code, check(cell)
        if self.person:
            # What a spreadsheet spoilt is no id of anything, and is told so once.
            yield "bad_id", ~is_nobody(cell, binds=name == "debtor_id") | cell.str.contains(SPOILT)
            yield "bad_check_digit", check_digit_holds(cell)


def _choice(accepted: tuple[str, ...], *, required: bool = True, need: Need | None = None) -> Column:
    return Column(choice_of(accepted), required=required, need=need)


def _until(start: str) -> Column:
    """Declare a last day, open where it is empty; nothing ends before it begins."""
    return Column(DAY, required=False, not_before=start)


_OWN: Final = Column(OWN_ID)
_DAY: Final = Column(DAY)
_PERSON: Final = Column(ID, person=True)

#: Districts and cities of the chambers, by KATO code.
_DISTRICTS: Final = {
    "district_id": _OWN,
    "name": Column(NAME),
    "chamber_id": _OWN,
}

#: Private court enforcers, where each is registered and since when licensed (¶9).
_ENFORCERS: Final = {
    "enforcer_id": _OWN,
    "name": Column(NAME),
    "district_id": _OWN,
    "licensed_from": _DAY,
    "licensed_to": _until("licensed_from"),
}

#: Who is attached to a district besides those registered there (¶9).
_ATTACHMENTS: Final = {
    "district_id": _OWN,
    "enforcer_id": _OWN,
    "valid_from": _DAY,
    "valid_to": _until("valid_from"),
}

#: Who is away, why and when (¶3, ¶17, ¶18).
_ABSENCES: Final = {
    "enforcer_id": _OWN,
    "reason": _choice((*codes.ABSENCE_REASONS, codes.UNREAD)),
    "start": _DAY,
    "end": _until("start"),
    "reference": Column(TEXT, required=False),
}

#: The writs to be distributed (¶4 to ¶6).
_WRITS: Final = {
    "writ_id": _OWN,
    "received_at": Column(MOMENT, not_before="issued_on", disorder="received_before_issued"),
    "form": _choice(codes.FORMS),
    "issued_by": Column(TEXT),
    "number": Column(ID),
    "issued_on": _DAY,
    "subject": Column(TEXT),
    "claim": _choice(codes.CLAIMS),
    "amount": Column(AMOUNT, required=False, need=_OF_THE_STATE),
    "creditor_id": _PERSON,
    "creditor_kind": _choice(codes.CREDITOR_KINDS),
    "debtor_id": _PERSON,
    "debtor_district_id": _OWN,
    "case_id": Column(ID, required=False),
    "immediate": Column(FLAG),
    "state_interest": Column(FLAG),
    "signature": _choice(codes.SIGNATURES, required=False, need=_ELECTRONIC),
    "original_attached": Column(FLAG, required=False, need=_PAPER),
    "origin": _choice(codes.ORIGINS),
    "previous_enforcer_id": Column(OWN_ID, required=False, need=_AGAIN),
}

#: Who may not be given a writ by decision of the disciplinary commission (¶12).
_RECUSALS: Final = {
    "writ_id": Column(OWN_ID, required=False, need=_NO_PERSON),
    "enforcer_id": _OWN,
    "ground": _choice((*codes.RECUSAL_GROUNDS, codes.UNREAD)),
    "decision": Column(TEXT),
    "party_id": Column(ID, required=False, person=True),
    "valid_to": Column(DAY, required=False),
    "application": Column(TEXT, required=False),
    "confirmation": Column(TEXT, required=False),
}

#: Proceedings given out before, open while `closed_at` is null (¶13, ¶14).
_LEDGER: Final = {
    "writ_id": _OWN,
    "case_id": Column(ID, required=False),
    "debtor_id": _PERSON,
    "category": _choice(codes.CATEGORIES),
    "enforcer_id": _OWN,
    "district_id": _OWN,
    "assigned_at": Column(MOMENT),
    "closed_at": Column(MOMENT, required=False),
}

#: What each enforcer was due and got up to now, by category (contract section 3.7).
_BALANCES: Final = {
    "enforcer_id": _OWN,
    "category": _choice(codes.CATEGORIES),
    "received": Column(COUNT),
    "share": Column(SHARE),
}


@dataclass(frozen=True)
class Table:
    """One table of the contract.

    `key`: of rows alike in it at most one is good; where it names every column, only rows wholly alike are
    duplicates. `references`: column to the table whose good rows must know its value under that table's own
    id. `required`: whether a batch is meaningless without the table.
    """

    name: str
    declared: Mapping[str, Column]
    key: tuple[str, ...] = ()
    references: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    required: bool = False

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The contract's columns, in its order."""
        return tuple(self.declared)

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """How each column's cells are read."""
        return {name: column.kind for name, column in self.declared.items()}

    @cached_property
    def types(self) -> dict[str, pl.DataType]:
        """The type of each column in a `Chamber`."""
        return {name: kind.type for name, kind in self.kinds.items()}

    @cached_property
    def required_columns(self) -> tuple[str, ...]:
        """Columns that must be in the header, since every row needs a value in them."""
        return tuple(name for name, column in self.declared.items() if column.required)

    @cached_property
    def rules(self) -> dict[str, pl.Expr]:
        """What must hold of every row, by `COLUMN__CODE`; never null."""
        return {
            f"{name}__{code}": holds.fill_null(True)
            for name, column in self.declared.items()
            for code, holds in column.rules(name)
        }

    def need(self, column: str) -> Need | None:
        """When a column that may be empty must not be; None for never."""
        return self.declared[column].need

    def holds_persons(self, column: str) -> bool:
        """Whether a column has ids of debtors or creditors, which may be an IIN or BIN."""
        return self.declared[column].person

    def names_enforcer(self, column: str) -> bool:
        """Whether a column has ids of enforcers, who may be in the table of these or only in the past."""
        return self.name != "enforcers" and column in ("enforcer_id", "previous_enforcer_id")

    def names_writ(self, column: str) -> bool:
        """Whether a column has ids of writs that may be in the table of these, in another one, or in none."""
        return self.name in ("recusals", "ledger") and column == "writ_id"

    def not_before(self, column: str) -> str:
        """Return the column with the day before which this one may not lie; empty for none."""
        return self.declared[column].not_before

    def empty(self) -> pl.DataFrame:
        """Return the table with no rows."""
        return pl.DataFrame(schema=self.types)


_TO_DISTRICTS: Final = MappingProxyType({"district_id": "districts"})
_TO_BOTH: Final = MappingProxyType({"district_id": "districts", "enforcer_id": "enforcers"})
_TO_ENFORCERS: Final = MappingProxyType({"enforcer_id": "enforcers"})

#: The tables in the contract's order, in which they are also checked: a table refers only to earlier ones.
#: A writ may come back, so the ledger's key has the day it was closed: at most one row of a writ is open.
TABLES: Final[Mapping[str, Table]] = MappingProxyType(
    {
        table.name: table
        for table in (
            Table("districts", _DISTRICTS, ("district_id",), required=True),
            Table("enforcers", _ENFORCERS, ("enforcer_id",), _TO_DISTRICTS, required=True),
            Table("attachments", _ATTACHMENTS, references=_TO_BOTH),
            Table("absences", _ABSENCES, references=_TO_ENFORCERS),
            Table(
                "writs",
                _WRITS,
                ("writ_id",),
                MappingProxyType({"debtor_district_id": "districts"}),
                required=True,
            ),
            Table("recusals", _RECUSALS),
            Table("ledger", _LEDGER, ("writ_id", "closed_at"), _TO_DISTRICTS),
            Table("balances", _BALANCES, ("enforcer_id", "category"), _TO_ENFORCERS),
        )
    }
)
