"""What may befall a chamber in a scenario, each with the day it does (¶3, ¶9, ¶11, ¶13, ¶14, ¶17, ¶18).

An event is a row of a scenario file, checked by itself here; what it contradicts elsewhere is looked for in
`contradictions`.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 (pydantic reads it at run time)
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from tengbol.config import (
    AttachedWhen,  # noqa: TC001 (pydantic reads them at run time)
    CaseBinds,  # noqa: TC001
    IndexDay,  # noqa: TC001
    OfficeBinds,  # noqa: TC001
    ShortAbsence,  # noqa: TC001
)
from tengbol.model.codes import CATEGORIES, DEPARTURES, TEMPORARY_ABSENCES
from tengbol.parameters import READINGS
from tengbol.phrase import Phrase

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Reason = Literal[
    "licence_suspended", "licence_terminated", "licence_revoked", "expelled", "long_absence", "transferred",
    "leave", "study_leave", "sickness", "business_trip",
]  # fmt: skip
if TYPE_CHECKING:
    CategoryName = str
else:
    CategoryName = Literal[CATEGORIES]

#: Reasons that end for good, or until somebody decides otherwise: they may have no last day.
if {*DEPARTURES, *TEMPORARY_ABSENCES} != set(Reason.__args__):
    raise AssertionError("the scenario file's codes are not those of the contract")


class _Row(BaseModel):
    """A row of a scenario file: nothing in it that nobody asked for, nothing changed after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class _Lasting(_Row):
    """Something from `on`, its first day, to `until`, its last; open when there is none."""

    on: dt.date
    until: dt.date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> _Lasting:
        if self.until is not None and self.until < self.on:
            raise ValueError(
                Phrase(
                    "ends ({until}) before it starts ({on}); swap the days or mend one", until=self.until, on=self.on
                )
            )
        return self


class Leave(_Lasting):
    """An enforcer is away from `on`. By six of the reasons, or for more than a month, his proceedings return (¶3)."""

    kind: Literal["leave"] = "leave"
    enforcer_id: Text
    reason: Reason


class Pause(_Lasting):
    """Distribution to an enforcer who holds an unpaid office pauses; he keeps what he has (¶17)."""

    kind: Literal["pause"] = "pause"
    enforcer_id: Text


class Return(_Row):
    """An enforcer is back on `on`: whatever kept him away ended the day before."""

    kind: Literal["return"] = "return"
    enforcer_id: Text
    on: dt.date


class Join(_Row):
    """A new enforcer is registered in a district (¶9)."""

    kind: Literal["join"] = "join"
    enforcer_id: Text
    name: Text | None = None
    district_id: Text
    on: dt.date


class Transfer(_Row):
    """An enforcer moves to another district on that day: what he has open elsewhere returns (¶3)."""

    kind: Literal["transfer"] = "transfer"
    enforcer_id: Text
    district_id: Text
    on: dt.date


class Attach(_Lasting):
    """An enforcer is attached to a district (¶9)."""

    kind: Literal["attach"] = "attach"
    enforcer_id: Text
    district_id: Text


class Detach(_Row):
    """An enforcer is no longer attached to a district from `on` (¶9)."""

    kind: Literal["detach"] = "detach"
    enforcer_id: Text
    district_id: Text
    on: dt.date


class Volume(_Lasting):
    """So many times as many writs arrive, of the categories and in the districts named; of all where none is."""

    kind: Literal["volume"] = "volume"
    factor: Annotated[float, Field(strict=True, ge=0, le=10, allow_inf_nan=False)]
    district_ids: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    categories: Annotated[tuple[CategoryName, ...], Field(min_length=1)] | None = None


class NewDistrict(_Row):
    """A district is set up out of another, of whose new writs it gets a share. Nobody serves it until he is named."""

    kind: Literal["new_district"] = "new_district"
    district_id: Text
    name: Text | None = None
    out_of: Text
    share: Annotated[float, Field(strict=True, gt=0, le=1, allow_inf_nan=False)]
    on: dt.date


class Rule(_Row):
    """The law changes, or is read otherwise.

    mci: in tenge (¶4). binding: whether ¶11, ¶13 and ¶14 bind to who has a claim on the record. period: working days
    from one batch to the next. The others are the readings of `Config`.
    """

    kind: Literal["rule"] = "rule"
    on: dt.date
    mci: Annotated[int, Field(strict=True, gt=0, le=1_000_000_000)] | None = None
    binding: bool | None = None
    period: Annotated[int, Field(strict=True, ge=1, le=60)] | None = None
    index_day: IndexDay | None = None
    attached_when: AttachedWhen | None = None
    short_absence_binds: ShortAbsence | None = None
    case_binds: CaseBinds | None = None
    office_binds: OfficeBinds | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Rule:
        if all(getattr(self, name) is None for name in CHANGES):
            raise ValueError(Phrase("changes nothing; name at least one of {fields}", fields=", ".join(CHANGES)))
        return self


#: What a change of the law may change.
CHANGES: Final = ("mci", "binding", "period", *READINGS)


Event = Annotated[
    Leave | Pause | Return | Join | Transfer | Attach | Detach | Volume | NewDistrict | Rule,
    Field(discriminator="kind"),
]
KINDS: Final = ("leave", "pause", "return", "join", "transfer", "attach", "detach", "volume", "new_district", "rule")
