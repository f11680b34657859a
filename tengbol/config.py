"""The settings of a batch: what the law leaves to decrees, and how far a search may go.

All have defaults; a TOML file overrides them, and the manifest prints them, so that a result can be recomputed.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tengbol.errors import UnusableInputError

if TYPE_CHECKING:
    from pathlib import Path

#: Monthly calculation index in tenge from a day on (¶4). Source: the laws on the republican budget of each year;
#: 2020 changed on 1 April. The chamber checks 2021, 2022 and 2024 before it relies on them for old writs.
MCI = {
    dt.date(2019, 1, 1): 2_525,
    dt.date(2020, 1, 1): 2_651,
    dt.date(2020, 4, 1): 2_778,
    dt.date(2021, 1, 1): 2_917,
    dt.date(2022, 1, 1): 3_063,
    dt.date(2023, 1, 1): 3_450,
    dt.date(2024, 1, 1): 3_692,
    dt.date(2025, 1, 1): 3_932,
    dt.date(2026, 1, 1): 4_325,
}


class Calendar(BaseModel):
    """Late decrees that move working days: what the calendar library does not know yet."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    days_off: tuple[dt.date, ...] = ()
    working_days: tuple[dt.date, ...] = ()


class Config(BaseModel):
    """Settings of a batch.

    mci: tenge, by the first day each value is in force; the value of the day of receipt applies. search_limit:
    CP-SAT's deterministic units for each component and objective: a limit on steps, never on the clock.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    mci: dict[dt.date, Annotated[int, Field(gt=0, le=1_000_000_000)]] = Field(
        default_factory=lambda: dict(MCI), min_length=1
    )
    calendar: Calendar = Calendar()
    search_limit: Annotated[float, Field(gt=0, le=10_000)] = 4.0


def load(path: Path | None) -> Config:
    """Read settings from a TOML file; given `mci` values are added to the built-in ones."""
    if path is None:
        return Config()
    if path.exists() and not path.is_file():
        # A pipe or a device might never end.
        raise UnusableInputError(f"The settings file {path} is no file to be read; give the path of a TOML file.")
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        config = Config.model_validate(given)
    except OSError as error:
        raise UnusableInputError(f"The settings file {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnusableInputError(f"The settings file {path} is not TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UnusableInputError(f"The settings file {path}, at {place}: {first['msg']}.") from error
    return config.model_copy(update={"mci": dict(sorted({**MCI, **config.mci}.items()))})
