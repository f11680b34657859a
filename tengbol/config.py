"""The settings of a batch: what the law leaves to decrees, and how far a search may go.

All have defaults; a TOML file overrides them, and the manifest prints them, so that a result can be recomputed.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)

from tengbol.errors import UnusableInputError
from tengbol.parameters import DAYS_OFF, MCI, WORKING_DAYS, usual

if TYPE_CHECKING:
    from pathlib import Path

#: Days that settings may name: those of the tables (`model.limits`, above this module).
FIRST_DAY: Final = dt.date(1991, 12, 16)
LAST_DAY: Final = dt.date(2099, 12, 31)


def _day(value: Any) -> dt.date:
    """A day as TOML has it, or as ISO text, which a manifest has; no number is one."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        value = dt.date.fromisoformat(value)
    if type(value) is not dt.date or not FIRST_DAY <= value <= LAST_DAY:
        raise ValueError(f"write a day from {FIRST_DAY} to {LAST_DAY} as 2026-12-14, not {value!r}")
    return value


Day = Annotated[dt.date, BeforeValidator(_day)]


class Calendar(BaseModel):
    """Late decrees that move working days: what the calendar library does not know yet."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    days_off: tuple[Day, ...] = DAYS_OFF
    working_days: tuple[Day, ...] = WORKING_DAYS


def _added(given: dict[dt.date, int]) -> dict[dt.date, int]:
    return dict(sorted({**MCI, **given}.items()))


#: How the order is read where it is open; `docs/law/readings.md` says what each means, and why the default is that.
ShortAbsence = Literal["wait", "holder", "free"]
IndexDay = Literal["received", "issued", "distributed"]
AttachedWhen = Literal["nobody_present", "nobody_registered"]
CaseBinds = Literal["all", "collection"]
OfficeBinds = Literal["free", "holder"]
Language = Literal["en", "kk", "ru"]


def of_manifest(given: dict[str, Any]) -> Config:
    """Take the settings from a manifest; one that knows no short absences was made when these freed a writ."""
    return Config.model_validate({"short_absence_binds": "free", **given})


class Config(BaseModel):
    """Settings of a batch.

    mci: tenge, by the first day each value is in force; the value of the day of receipt applies. Values that are given
    are added to those of the law's own table, or stand in their place. search_limit: CP-SAT's deterministic units for
    each component and objective: a limit on steps, never on the clock. short_absence_binds: whether a writ waits for a
    holder (¶11, ¶13, ¶14) who is back before it has to be distributed, goes to him at once, or is free of him.
    index_day: whose day's index bounds a claim of the state (¶4). attached_when: whether those attached to a district
    are asked when nobody registered is there, or only when nobody registered is just away for a short time (¶9).
    case_binds: whether ¶14 ties all writs of a case, or those that collect something. office_binds: whether a pause
    for an office (¶17) frees what is bound to its holder. lang: the language of sentences inside a result's tables.
    columns: words of headers, and the contract's columns that they mean in this chamber's files.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    mci: Annotated[dict[Day, Annotated[int, Field(strict=True, gt=0, le=1_000_000_000)]], AfterValidator(_added)] = (
        Field(default_factory=lambda: dict(MCI))
    )
    calendar: Calendar = Calendar()
    search_limit: Annotated[float, Field(strict=True, gt=0, le=10_000)] = 4.0
    short_absence_binds: ShortAbsence = usual("short_absence_binds")
    index_day: IndexDay = usual("index_day")
    attached_when: AttachedWhen = usual("attached_when")
    case_binds: CaseBinds = usual("case_binds")
    office_binds: OfficeBinds = usual("office_binds")
    lang: Language = "en"
    columns: dict[str, str] = Field(default_factory=dict)

    @model_serializer(mode="wrap")
    def _told(self, told: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Say nothing of columns where none are given, for most files need none; nor of English, the usual language."""
        whole = told(self)
        if self.lang == "en":
            del whole["lang"]
        if not self.columns:
            del whole["columns"]
        return whole


def load(path: Path | None) -> Config:
    """Read settings from a TOML file."""
    if path is None:
        return Config()
    if path.exists() and not path.is_file():
        # A pipe or a device might never end.
        raise UnusableInputError(
            "The settings file {path} is no file to be read; give the path of a TOML file.", path=path
        )
    try:
        return Config.model_validate(toml_of(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UnusableInputError(
            "The settings file {path} cannot be read: {strerror}.", path=path, strerror=error.strerror
        ) from error
    except UnicodeDecodeError as error:
        raise UnusableInputError("The settings file {path} is not UTF-8 text; save it as UTF-8.", path=path) from error
    except tomllib.TOMLDecodeError as error:
        raise UnusableInputError("The settings file {path} is not TOML: {error}.", path=path, error=error) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UnusableInputError(
            "The settings file {path}, at {place}: {msg}.",
            path=path,
            place=place,
            msg=first["msg"].removeprefix("Value error, "),
        ) from error


def toml_of(text: str) -> dict[str, Any]:
    """Read TOML, also with the mark that Windows puts before UTF-8. Raises `TOMLDecodeError`."""
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except RecursionError:
        raise tomllib.TOMLDecodeError("its brackets are nested too deep") from None
