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

from tengbol.errors import UnusableArgumentError, UnusableInputError
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


class _Refusing(type(BaseModel)):
    """What a Python program gives wrongly is refused like all else; what is read from a file says where in it."""

    if not TYPE_CHECKING:

        def __call__(cls, *given: Any, **settings: Any) -> Any:
            try:
                return super().__call__(*given, **settings)
            except ValidationError as error:
                place, told = _first(error)
                raise UnusableArgumentError("Config, {place}: {msg}.", place=place, msg=told) from None


def _first(error: ValidationError) -> tuple[str, str]:
    """Where the first mistake is, and what it is."""
    first = error.errors()[0]
    return ".".join(str(part) for part in first["loc"]), first["msg"].removeprefix("Value error, ")


class Config(BaseModel, metaclass=_Refusing):
    """Settings of a batch. Every argument has a default.

    Attributes
    ----------
    mci : dict[date, int]
        Monthly calculation index in tenge, by the first day on which each value is in force. Given values are added to
        the table of the law, or replace its values.
    calendar : Calendar
        Days off and working days that differ from the holiday law: `days_off`, `working_days`.
    search_limit : float
        Limit for each component and objective, in CP-SAT's deterministic units of time, not in seconds.
    short_absence_binds : {"wait", "holder", "free"}
        If the enforcer to whom a writ is bound (¶11, ¶13, ¶14) is back before the writ's term: the writ waits, is
        assigned at once, or is free.
    index_day : {"received", "issued", "distributed"}
        The day whose index limits a claim of the state (¶4).
    attached_when : {"nobody_present", "nobody_registered"}
        Whether attached enforcers receive writs when the registered ones are absent for a short time (¶9).
    case_binds : {"all", "collection"}
        Whether ¶14 keeps all writs of a case together, or only claims for money and alimony.
    office_binds : {"free", "holder"}
        Whether an enforcer whose distribution is paused for an office (¶17) still receives writs bound to him.
    lang : {"en", "kk", "ru"}
        Language of the sentences in a result's tables.
    columns : dict[str, str]
        For headers of the chamber's files, the contract's column that each stands for.

    Notes
    -----
    The readings and the reasons for their defaults: docs/law/readings.md.
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
        place, told = _first(error)
        raise UnusableInputError(
            "The settings file {path}, at {place}: {msg}.", path=path, place=place, msg=told
        ) from error


def toml_of(text: str) -> dict[str, Any]:
    """Read TOML, also with the mark that Windows puts before UTF-8. Raises `TOMLDecodeError`."""
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except RecursionError:
        raise tomllib.TOMLDecodeError("its brackets are nested too deep") from None
