"""Every table of the contract (section 2), declared once: columns, types, keys, references and rules.

The schemas are over *text* frames, as a clerk's file gives them: a cell that is no date, number or code
stays readable, so that its row can be rejected with what stood in it. Each column knows by its `Kind` how
its text is read; each rule is named by its code in `rejected`. All of it is expressions over columns, so a
million rows are checked at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import dataframely as dy
import polars as pl

from tengbol.model import codes
from tengbol.model.cells import check_digit_holds, read_day, read_moment
from tengbol.model.kinds import AMOUNT, COUNT, DAY, FLAG, ID, MOMENT, NAME, OWN_ID, SHARE, TEXT, Kind, choice_of
from tengbol.model.persons import is_nobody

if TYPE_CHECKING:
    from collections.abc import Mapping


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


def _column(kind: Kind, *, required: bool = True, need: Need | None = None, not_before: str = "") -> dy.String:
    """Declare a column read by `kind`; `need` and `not_before` tell what ties it to others."""
    return dy.String(
        nullable=not required,
        check=kind.checks,
        metadata={"kind": kind, "need": need, "not_before": not_before},
    )


def _person() -> dy.String:
    """Declare the id of a debtor or creditor: what names somebody; an IIN or BIN where it has twelve digits."""
    checks = {**ID.checks, "bad_id": lambda text: ~is_nobody(text), "bad_check_digit": check_digit_holds}
    return dy.String(check=checks, metadata={"kind": ID, "need": None, "not_before": "", "person": True})


def _choice(accepted: tuple[str, ...], *, required: bool = True, need: Need | None = None) -> dy.String:
    return _column(choice_of(accepted), required=required, need=need)


def _given_where(need: Need, column: str) -> pl.Expr:
    return ~need.holds | pl.col(column).is_not_null()


def _in_order(first: str, last: str) -> pl.Expr:
    return read_day(pl.col(last)) >= read_day(pl.col(first))


class Rows(dy.Schema):
    """What every source row has: its number, as a spreadsheet shows it."""

    row = dy.Int64()


class Districts(Rows):
    """Districts and cities of the chambers, by KATO code."""

    district_id = _column(OWN_ID)
    name = _column(NAME)
    chamber_id = _column(OWN_ID)


class Enforcers(Rows):
    """Private court enforcers, where each is registered and since when licensed (¶9)."""

    enforcer_id = _column(OWN_ID)
    name = _column(NAME)
    district_id = _column(OWN_ID)
    licensed_from = _column(DAY)
    licensed_to = _column(DAY, required=False, not_before="licensed_from")

    @dy.rule()
    def licensed_to__end_before_start(cls) -> pl.Expr:
        """Let no licence end before it begins."""
        return _in_order("licensed_from", "licensed_to")


class Attachments(Rows):
    """Who is attached to a district besides those registered there (¶9)."""

    district_id = _column(OWN_ID)
    enforcer_id = _column(OWN_ID)
    valid_from = _column(DAY)
    valid_to = _column(DAY, required=False, not_before="valid_from")

    @dy.rule()
    def valid_to__end_before_start(cls) -> pl.Expr:
        """Let no attachment end before it begins."""
        return _in_order("valid_from", "valid_to")


class Absences(Rows):
    """Who is away, why and when (¶3, ¶17, ¶18)."""

    enforcer_id = _column(OWN_ID)
    reason = _choice((*codes.ABSENCE_REASONS, codes.UNREAD))
    start = _column(DAY)
    end = _column(DAY, required=False, not_before="start")
    reference = _column(TEXT, required=False)

    @dy.rule()
    def end__end_before_start(cls) -> pl.Expr:
        """Let no absence end before it begins."""
        return _in_order("start", "end")


class Writs(Rows):
    """The writs to be distributed (¶4 to ¶6)."""

    writ_id = _column(OWN_ID)
    received_at = _column(MOMENT, not_before="issued_on")
    form = _choice(codes.FORMS)
    issued_by = _column(TEXT)
    number = _column(ID)
    issued_on = _column(DAY)
    subject = _column(TEXT)
    claim = _choice(codes.CLAIMS)
    amount = _column(AMOUNT, required=False, need=_OF_THE_STATE)
    creditor_id = _person()
    creditor_kind = _choice(codes.CREDITOR_KINDS)
    debtor_id = _person()
    debtor_district_id = _column(OWN_ID)
    case_id = _column(ID, required=False)
    immediate = _column(FLAG)
    state_interest = _column(FLAG)
    signature = _choice(codes.SIGNATURES, required=False, need=_ELECTRONIC)
    original_attached = _column(FLAG, required=False, need=_PAPER)
    origin = _choice(codes.ORIGINS)
    previous_enforcer_id = _column(OWN_ID, required=False, need=_AGAIN)

    @dy.rule()
    def received_at__received_before_issued(cls) -> pl.Expr:
        """Let no writ be received before it was issued (¶6)."""
        return read_moment(pl.col("received_at")).dt.date() >= read_day(pl.col("issued_on"))

    @dy.rule()
    def amount__missing_value(cls) -> pl.Expr:
        """Ask for the amount of a money claim of the state, which has a limit (¶4)."""
        return _given_where(_OF_THE_STATE, "amount")

    @dy.rule()
    def signature__missing_value(cls) -> pl.Expr:
        """Ask for the signature of an electronic writ (¶2)."""
        return _given_where(_ELECTRONIC, "signature")

    @dy.rule()
    def original_attached__missing_value(cls) -> pl.Expr:
        """Ask for the original of a paper writ (¶5)."""
        return _given_where(_PAPER, "original_attached")

    @dy.rule()
    def previous_enforcer_id__missing_value(cls) -> pl.Expr:
        """Ask who had a writ that comes again (¶11)."""
        return _given_where(_AGAIN, "previous_enforcer_id")


class Recusals(Rows):
    """Who may not be given a writ by decision of the disciplinary commission (¶12)."""

    writ_id = _column(OWN_ID)
    enforcer_id = _column(OWN_ID)
    ground = _choice((*codes.RECUSAL_GROUNDS, codes.UNREAD))
    decision = _column(TEXT)


class Ledger(Rows):
    """Proceedings given out before, open while `closed_at` is null (¶13, ¶14)."""

    writ_id = _column(OWN_ID)
    case_id = _column(ID, required=False)
    debtor_id = _person()
    category = _choice(codes.CATEGORIES)
    enforcer_id = _column(OWN_ID)
    district_id = _column(OWN_ID)
    assigned_at = _column(MOMENT)
    closed_at = _column(MOMENT, required=False)


class Balances(Rows):
    """What each enforcer was due and got up to now, by category (contract section 3.7)."""

    enforcer_id = _column(OWN_ID)
    category = _choice(codes.CATEGORIES)
    received = _column(COUNT)
    share = _column(SHARE)


@dataclass(frozen=True)
class Table:
    """One table of the contract.

    `key`: of rows alike in it at most one is good; where it names every column, only rows wholly alike are
    duplicates. `references`: column to the table whose good rows must know its value under that table's own
    id. `required`: whether a batch is meaningless without the table.
    """

    name: str
    schema: type[Rows]
    key: tuple[str, ...] = ()
    references: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    required: bool = False

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The contract's columns, in its order."""
        return tuple(name for name in self.schema.column_names() if name != "row")

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """How each column's cells are read."""
        return {name: self._metadata(name)["kind"] for name in self.columns}

    @cached_property
    def types(self) -> dict[str, pl.DataType]:
        """The type of each column in a `Chamber`."""
        return {name: kind.type for name, kind in self.kinds.items()}

    @cached_property
    def required_columns(self) -> tuple[str, ...]:
        """Columns that must be in the header, since every row needs a value in them."""
        return tuple(name for name in self.columns if not self._declared[name].nullable)

    def need(self, column: str) -> Need | None:
        """When a column that may be empty must not be; None for never."""
        return self._metadata(column)["need"]

    def holds_persons(self, column: str) -> bool:
        """Whether a column has ids of debtors or creditors, which may be an IIN or BIN."""
        return self._metadata(column).get("person", False)

    def not_before(self, column: str) -> str:
        """Return the column with the day before which this one may not lie; empty for none."""
        return self._metadata(column)["not_before"]

    def empty(self) -> pl.DataFrame:
        """Return the table with no rows."""
        return pl.DataFrame(schema=self.types)

    def _metadata(self, column: str) -> dict:
        return self._declared[column].metadata or {}

    @cached_property
    def _declared(self) -> dict[str, dy.Column]:
        # Gathered anew at every asking, and asked for every cell's rule.
        return self.schema.columns()


_TO_DISTRICTS: Final = MappingProxyType({"district_id": "districts"})
_TO_BOTH: Final = MappingProxyType({"district_id": "districts", "enforcer_id": "enforcers"})
_TO_ENFORCERS: Final = MappingProxyType({"enforcer_id": "enforcers"})

#: The tables in the contract's order, in which they are also checked: a table refers only to earlier ones.
#: A writ may come back, so the ledger's key has the day it was closed: at most one row of a writ is open.
TABLES: Final[Mapping[str, Table]] = MappingProxyType(
    {
        table.name: table
        for table in (
            Table("districts", Districts, ("district_id",), required=True),
            Table("enforcers", Enforcers, ("enforcer_id",), _TO_DISTRICTS, required=True),
            Table("attachments", Attachments, references=_TO_BOTH),
            Table("absences", Absences, references=_TO_ENFORCERS),
            Table(
                "writs",
                Writs,
                ("writ_id",),
                MappingProxyType({"debtor_district_id": "districts"}),
                required=True,
            ),
            Table("recusals", Recusals),
            Table("ledger", Ledger, ("writ_id", "closed_at"), _TO_DISTRICTS),
            Table("balances", Balances, ("enforcer_id", "category"), _TO_ENFORCERS),
        )
    }
)
