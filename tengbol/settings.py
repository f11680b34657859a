"""What the settings may be (`config`), by pydantic: loaded only where some are given."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import is_dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from tengbol.choices import (
    FIRST_DAY,
    LAST_DAY,
    AttachedWhen,
    CaseBinds,
    IndexDay,
    Language,
    OfficeBinds,
    ShortAbsence,
    WrongError,
)
from tengbol.parameters import DAYS_OFF, MCI, WORKING_DAYS


def _day(value: Any) -> dt.date:
    """A day as TOML has it, or as ISO text, which a manifest has; no number is one."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        value = dt.date.fromisoformat(value)
    if type(value) is not dt.date or not FIRST_DAY <= value <= LAST_DAY:
        raise ValueError(f"write a day from {FIRST_DAY} to {LAST_DAY} as 2026-12-14, not {value!r}")
    return value


Day = Annotated[dt.date, BeforeValidator(_day)]


class Calendar(BaseModel):
    """As `config.Calendar`."""

    model_config = ConfigDict(extra="forbid")
    days_off: tuple[Day, ...] = DAYS_OFF
    working_days: tuple[Day, ...] = WORKING_DAYS


def _added(given: dict[dt.date, int]) -> dict[dt.date, int]:
    return dict(sorted({**MCI, **given}.items()))


def _parts(value: Any) -> Any:
    return vars(value) if is_dataclass(value) else value


class _Settings(BaseModel):
    """As `config.Config`."""

    model_config = ConfigDict(extra="forbid")
    mci: Annotated[dict[Day, Annotated[int, Field(strict=True, gt=0, le=1_000_000_000)]], AfterValidator(_added)] = {}
    calendar: Annotated[Calendar, BeforeValidator(_parts)] = Calendar()
    search_limit: Annotated[float, Field(strict=True, gt=0, le=10_000)] = 4.0
    short_absence_binds: ShortAbsence = "wait"
    index_day: IndexDay = "received"
    attached_when: AttachedWhen = "nobody_present"
    case_binds: CaseBinds = "all"
    office_binds: OfficeBinds = "free"
    lang: Language = "en"
    columns: dict[str, str] = {}


def values_of(given: Any) -> dict[str, Any]:
    """The values of settings that are given by name. Raises `WrongError` at the first that may not be."""
    try:
        found = _Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise WrongError(place, first["msg"].removeprefix("Value error, ")) from error
    values = {name: getattr(found, name) for name in found.model_fields_set}
    return {**values, "calendar": vars(found.calendar)} if "calendar" in values else values
