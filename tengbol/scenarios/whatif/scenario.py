"""A scenario file: a base, a span of working days, and named variants of what may befall the chamber in it.

TOML, checked field by field; whatever is wrong is told with file, line and field, all of it at once.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from tengbol.config import toml_of
from tengbol.errors import UnusableInputError
from tengbol.phrase import Phrase, joined
from tengbol.scenarios.whatif.events import KINDS, Event, Text
from tengbol.scenarios.whatif.toml_lines import Place, line_of, lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: So many complaints are told at once.
_MOST: Final = 10
#: What the base is called beside its variants.
BASE: Final = "base"


class Variant(BaseModel):
    """A name, and the events that set it apart from the base."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: Text
    event: tuple[Event, ...] = ()

    @field_validator("name")
    @classmethod
    def _not_the_base(cls, name: str) -> str:
        if name == BASE:
            raise ValueError(Phrase("'{base}' is what nothing befalls; give the variant another name", base=BASE))
        return name


class Scenario(BaseModel):
    """What is asked.

    base: a folder of tables, a workbook, or a book's URL. as_of: the moment the base is looked at. days: working days
    that follow and are simulated; 0 for none. replications: of them, each with days of its own. lots: seeds of the lot
    over which who gets what is averaged. history: calendar days of the ledger from which arrivals are drawn. delay:
    calendar months after which each variant is asked once more, beside itself; 0 for not at all. readings: whether also
    the batches of the past are made again by other readings of the law.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    base: Text
    as_of: dt.datetime
    seed: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{1,128}$")] = "0"
    days: Annotated[int, Field(strict=True, ge=0, le=1500)] = 0
    replications: Annotated[int, Field(strict=True, ge=2, le=1000)] = 10
    lots: Annotated[int, Field(strict=True, ge=1, le=1000)] = 8
    history: Annotated[int, Field(strict=True, ge=7, le=3660)] = 365
    delay: Annotated[int, Field(strict=True, ge=0, le=12)] = 0
    readings: Annotated[bool, Field(strict=True)] = False
    variant: tuple[Variant, ...] = ()

    @field_validator("as_of", mode="before")
    @classmethod
    def _moment(cls, given: Any) -> Any:
        if isinstance(given, dt.date) and not isinstance(given, dt.datetime):
            return dt.datetime.combine(given, dt.time(23, 59, 59))
        if isinstance(given, dt.datetime) and given.tzinfo is not None:
            raise ValueError(Phrase("is the chamber's local time; leave the offset out"))
        return given


@dataclass(frozen=True)
class Complaint:
    """One thing wrong in a scenario: the field and the reason."""

    place: Place
    reason: str


@dataclass(frozen=True)
class Asked:
    """A scenario as it was read: where its base is, and the line each of its fields stands in."""

    scenario: Scenario
    file: str
    base: Path | str
    text: str = ""
    line: Mapping[Place, int] = field(default_factory=dict)

    def refuse(self, complaints: Iterable[Complaint]) -> None:
        """Raise `UnusableInputError` with all complaints, each with file, line and field, if there are any."""
        _refuse(self.file, dict(self.line), list(complaints))


def load(path: Path) -> Asked:
    """Read a scenario file. Raises `UnusableInputError` naming file, line, field and reason."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UnusableInputError(
            "{path}: the scenario file cannot be read ({strerror}); check the path.", path=path, strerror=error.strerror
        ) from error
    except UnicodeDecodeError as error:
        raise UnusableInputError("{path}: the scenario file is not UTF-8 text; save it as UTF-8.", path=path) from error
    return parse(text, str(path), folder=path.parent)


def parse(text: str, file: str, *, folder: Path = Path()) -> Asked:
    """Read a scenario's text; `file` is what it is called in errors, `folder` where its base is looked for."""
    try:
        text = text.removeprefix("\ufeff")
        given, found = toml_of(text), lines(text)
    except RecursionError:
        raise UnusableInputError(
            "{file}: this is not TOML that can be read: its brackets are nested too deep.", file=file
        ) from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        where = f", line {line.group(1)}" if line else f", line {text.count(chr(10)) + 1}"
        raise UnusableInputError(
            "{file}{where}: this is not TOML: {error}.", file=file, where=where, error=error
        ) from error
    try:
        scenario = Scenario.model_validate(given)
    except ValidationError as error:
        _refuse(file, found, [_complaint(one) for one in error.errors()])
        raise AssertionError("a refusal") from error
    names = [variant.name for variant in scenario.variant]
    _refuse(
        file,
        found,
        [
            Complaint(
                ("variant", number, "name"),
                Phrase("two variants are called '{name}'; each needs a name of its own", name=name),
            )
            for number, name in enumerate(names)
            if name in names[:number]
        ],
    )
    base = scenario.base if "://" in scenario.base else (folder / scenario.base)
    return Asked(scenario, file, base, text, found)


def _complaint(error: Any) -> Complaint:
    """Say what pydantic found in our words; the kind of an event is no part of where a field stands."""
    place = tuple(part for number, part in enumerate(error["loc"]) if not _is_kind(error["loc"], number))
    reason, value = error["msg"], error.get("input")
    match error["type"]:
        case "missing":
            reason = Phrase("is missing")
        case "extra_forbidden":
            reason = Phrase("is not a field here; check its name")
        case "union_tag_not_found":
            place, reason = (*place, "kind"), Phrase("is missing; one of {kinds}", kinds=", ".join(KINDS))
        case "union_tag_invalid":
            given = value.get("kind") if isinstance(value, dict) else value
            place, reason = (
                (*place, "kind"),
                Phrase("'{given}' is no kind of event; one of {kinds}", given=given, kinds=", ".join(KINDS)),
            )
        case "literal_error":
            reason = Phrase(
                "'{value}' is not accepted; one of {expected}", value=value, expected=error["ctx"]["expected"]
            )
        case "value_error":
            reason = error["ctx"]["error"].args[0]
        case "string_pattern_mismatch":
            reason = Phrase("'{value}': a seed is 1 to 128 hexadecimal digits in lower case", value=value)
        case "greater_than_equal":
            reason = Phrase(
                "input should be greater than or equal to {least}, not '{value}'", least=error["ctx"]["ge"], value=value
            )
        case "greater_than":
            reason = Phrase(
                "input should be greater than {bound}, not '{value}'", bound=error["ctx"]["gt"], value=value
            )
        case "less_than_equal":
            reason = Phrase(
                "input should be less than or equal to {most}, not '{value}'", most=error["ctx"]["le"], value=value
            )
        case "less_than":
            reason = Phrase("input should be less than {bound}, not '{value}'", bound=error["ctx"]["lt"], value=value)
        case "int_type" | "int_parsing" | "int_from_float":
            reason = Phrase("input should be a whole number, not '{value}'", value=value)
        case "float_type" | "float_parsing" | "finite_number":
            reason = Phrase("input should be a number, not '{value}'", value=value)
        case "bool_type" | "bool_parsing":
            reason = Phrase("input should be true or false, not '{value}'", value=value)
        case "string_type":
            reason = Phrase("input should be text, not '{value}'", value=value)
        case "string_too_short":
            reason = Phrase("is empty")
        case "too_short":
            reason = Phrase("names nothing; name at least one, or leave it out")
        case "tuple_type":
            reason = Phrase("input should be a list, not '{value}'", value=value)
        case "model_type" | "model_attributes_type" | "dict_type":
            reason = Phrase("input should be a table of fields, not '{value}'", value=value)
        case kind if kind.startswith("datetime_"):
            reason = Phrase("input should be a day with a time, as 2026-11-23T18:00:00, not '{value}'", value=value)
        case kind if kind.startswith("date_"):
            reason = Phrase("input should be a day, as 2026-11-23, not '{value}'", value=value)
        case _:
            reason = f"{reason[:1].lower()}{reason[1:]}, not '{value}'"
    return Complaint(place, reason)


def _is_kind(place: tuple[str | int, ...], number: int) -> bool:
    return number == 4 and place[:1] == ("variant",) and place[2:3] == ("event",) and place[number] in KINDS


def _refuse(file: str, found: dict[Place, int], complaints: list[Complaint]) -> None:
    if not complaints:
        return
    told = sorted({(line_of(found, one.place), _field(one.place), one.reason) for one in complaints})
    words = [
        Phrase("{file}, line {line}, {place}: {reason}.", file=file, line=line, place=place, reason=reason)
        for line, place, reason in told[:_MOST]
    ]
    more = [Phrase("… and {more} more.", more=len(told) - _MOST)] if len(told) > _MOST else []
    raise UnusableInputError(joined([*words, *more], "\n"))


def _field(place: Place) -> str:
    """A field as people count: variant 1, event 2, reason."""
    words: list[str] = []
    for part in place:
        if isinstance(part, int) and words:
            words[-1] += f" {part + 1}"
        else:
            words.append(str(part))
    return ", ".join(words) or "the file"
