"""The settings of a batch: what the law leaves to decrees, and how far a search may go.

All have defaults; a TOML file overrides them, and the manifest prints them, so that a result can be recomputed.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 (whoever asks for the types of settings reads it)
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from tengbol.choices import (
    AttachedWhen,
    CaseBinds,
    IndexDay,
    Language,
    OfficeBinds,
    ShortAbsence,
    WrongError,
)
from tengbol.errors import UnusableArgumentError, UnusableInputError
from tengbol.parameters import DAYS_OFF, MCI, READINGS, WORKING_DAYS, usual

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_USUAL: Final[dict[str, Any]] = {name: usual(name) for name in READINGS}


def _take(settings: Any, checked: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Let settings have what was given to them, checked; what is not as usual alone, for the check takes long to load.

    Raises `UnusableArgumentError`.
    """
    usually = {
        one.name: one.default_factory() if callable(one.default_factory) else one.default for one in fields(settings)
    }
    given = {
        name: value
        for name, value in vars(settings).items()
        if type(value) is not type(usually[name]) or value != usually[name]
    }
    found = _refusing(checked, given) if given else {}
    for name, value in {**usually, **found}.items():
        object.__setattr__(settings, name, value)


def _refusing(checked: Callable[[dict[str, Any]], dict[str, Any]], given: dict[str, Any]) -> dict[str, Any]:
    """Checked settings; what a Python program gives wrongly is refused like all else."""
    try:
        return checked(given)
    except WrongError as error:
        raise UnusableArgumentError("Config, {place}: {msg}.", place=error.place, msg=error.told) from None


class _Named(type):
    """Refuses settings of unknown names, before they would be a `TypeError`."""

    if not TYPE_CHECKING:

        def __call__(cls, *given: Any, **settings: Any) -> Any:
            if not settings.keys() <= cls.__dataclass_fields__.keys():
                _refusing(checked, settings)
            return super().__call__(*given, **settings)


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Late decrees that move working days: what the calendar library does not know yet."""

    days_off: tuple[dt.date, ...] = DAYS_OFF
    working_days: tuple[dt.date, ...] = WORKING_DAYS

    def __post_init__(self) -> None:
        """Check what is given."""
        _take(self, lambda given: checked({"calendar": given})["calendar"])


@dataclass(frozen=True, kw_only=True)
class Config(metaclass=_Named):
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

    mci: dict[dt.date, int] = field(default_factory=lambda: dict(MCI))
    calendar: Calendar = Calendar()
    search_limit: float = 4.0
    short_absence_binds: ShortAbsence = _USUAL["short_absence_binds"]
    index_day: IndexDay = _USUAL["index_day"]
    attached_when: AttachedWhen = _USUAL["attached_when"]
    case_binds: CaseBinds = _USUAL["case_binds"]
    office_binds: OfficeBinds = _USUAL["office_binds"]
    lang: Language = "en"
    columns: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check what is given."""
        _take(self, lambda given: _whole(checked(given)))

    def told(self) -> dict[str, Any]:
        """The settings as JSON has them.

        It says nothing of columns where none are given, for most files need none; nor of English, the usual language.
        """
        whole: dict[str, Any] = {
            **vars(self),
            "mci": {day.isoformat(): tenge for day, tenge in self.mci.items()},
            "calendar": {name: [day.isoformat() for day in days] for name, days in vars(self.calendar).items()},
            "columns": dict(self.columns),
        }
        if self.lang == "en":
            del whole["lang"]
        if not self.columns:
            del whole["columns"]
        return whole


def _whole(found: dict[str, Any]) -> dict[str, Any]:
    """With the calendar as such."""
    return {**found, "calendar": Calendar(**found["calendar"])} if "calendar" in found else found


def checked(given: Any) -> dict[str, Any]:
    """The values of settings that are given by name, as they may be, and the calendar's. Raises `WrongError`."""
    from tengbol.settings import values_of

    return values_of(given)


def config_of(given: Any) -> Config:
    """Take the settings from what a file tells by their names. Raises `WrongError`."""
    return Config(**_whole(checked(given)))


def of_manifest(given: dict[str, Any]) -> Config:
    """Take the settings from a manifest; one that knows no short absences was made when these freed a writ."""
    return config_of({"short_absence_binds": "free", **given})


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
        return config_of(toml_of(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UnusableInputError(
            "The settings file {path} cannot be read: {strerror}.", path=path, strerror=error.strerror
        ) from error
    except UnicodeDecodeError as error:
        raise UnusableInputError("The settings file {path} is not UTF-8 text; save it as UTF-8.", path=path) from error
    except WrongError as error:
        raise UnusableInputError(
            "The settings file {path}, at {place}: {msg}.", path=path, place=error.place, msg=error.told
        ) from error
    except ValueError as error:
        raise UnusableInputError("The settings file {path} is not TOML: {error}.", path=path, error=error) from error


def toml_of(text: str) -> dict[str, Any]:
    """Read TOML, also with the mark that Windows puts before UTF-8. Raises `TOMLDecodeError`."""
    import tomllib

    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except RecursionError:
        raise tomllib.TOMLDecodeError("its brackets are nested too deep") from None
