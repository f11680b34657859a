"""What the manifest claims (contract section 4), with its numbers kept exact."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from tengbol.io.unpacking import why_unread
from tengbol.phrase import Phrase
from tengbol.verify.findings import reason_of
from tengbol.verify.readings import USUAL, Readings, readings_of
from tengbol.verify.settings import CONFIRMED, MCI
from tengbol.verify.told import is_object, is_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tengbol.verify.findings import Findings

REQUIRED: Final = (
    "status",
    "status_total",
    "objective",
    "lower_bound",
    "objective_total",
    "lower_bound_total",
    "seed",
    "as_of",
    "batch_id",
    "inputs",
    "outputs",
    "counts",
    "versions",
    "timings",
    "config",
)
#: What a manifest says it is of; one of version 0.1.0 says nothing.
KIND: Final = "result"
STATUSES: Final = ("optimal", "feasible")
#: Squared thousandths in a squared writ: the objectives are exact multiples of their inverse.
SQUARED: Final = 10**6


@dataclass(frozen=True)
class Manifest:
    """The claims to check.

    objective, lower_bound and their totals are in squared thousandths of a writ, whole numbers. mci: tenge by
    day. readings: how the batch read the order where it is open. accepted: rows that the batch
    went on without, and why. columns: what words of headers mean. lot: by which ids the lot goes, where not by the
    things' own. turn: seed of the order between equal claims. book: what a book says of its batch. format: 1 of version
    0.1.0, which did not say it. lang, words: language and wording of its sentences. lot_version, status_lot: by which
    version of the lot it was made, and whether it claims to be the first in it; one of version 0.1.0 says neither.
    """

    status: str
    status_total: str
    objective: int
    lower_bound: int
    objective_total: int
    lower_bound_total: int
    seed: str
    as_of: datetime
    batch_id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    counts: dict[str, Any]
    mci: dict[date, int]
    days_off: frozenset[date]
    working_days: frozenset[date]
    readings: Readings = USUAL
    lot: Any = None
    turn: str = ""
    book: dict[str, Any] | None = None
    accepted: Any = None
    columns: dict[str, str] = field(default_factory=dict[str, str])
    format: int = 1
    lang: str = "en"
    words: Any = None
    lot_version: int = 1
    status_lot: str | None = None


def read_manifest(path: Path, found: Findings) -> Manifest | None:
    """Read `manifest.json`; what is wrong in it becomes findings. None when it lacks what the checks need."""
    try:
        text = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        return _broken(found, "", Phrase("is missing from the result"))
    except OSError as error:
        return _broken(found, "", Phrase("cannot be read: {error}", error=error.strerror))
    except (ValueError, RecursionError) as error:
        return _broken(found, "", Phrase("cannot be read: {error}", error=why_unread(error)))
    if not is_object(text):
        return _broken(found, "", Phrase("is not a JSON object"))
    for key in REQUIRED:
        if key not in text:
            _broken(found, key, Phrase("is missing"))

    if text.get("kind", KIND) != KIND:
        _broken(found, "kind", Phrase("is {told}; a result's is {kind}", told=f"{text['kind']!r}", kind=f"{KIND!r}"))

    def read(key: str, parse: Callable[[Any], Any]) -> Any:
        try:
            return parse(text[key])
        except KeyError:
            return None
        except (ValueError, TypeError, ArithmeticError, AttributeError) as error:
            return _broken(found, key, Phrase("cannot be used: {error}", error=reason_of(error)))

    config = read("config", _config)
    parts = {
        "status": read("status", _status),
        "status_total": read("status_total", _status),
        **{key: read(key, _squared) for key in ("objective", "lower_bound", "objective_total", "lower_bound_total")},
        "seed": read("seed", _seed),
        "as_of": read("as_of", _moment),
        "batch_id": read("batch_id", str),
        **{key: read(key, _mapping) for key in ("inputs", "outputs", "counts")},
    }
    if config is None or any(value is None for value in parts.values()):
        return None
    mci, days_off, working_days, readings = config
    for day, tenge in CONFIRMED.items():
        if mci.get(day, tenge) != tenge:
            _broken(
                found,
                "config",
                Phrase("takes {told} tenge for one MCI from {day}; it is {tenge}", told=mci[day], day=day, tenge=tenge),
                "¶4",
            )
    found.holds("manifest", "manifest.json", "contract 4", Phrase("The manifest has everything it must have."))
    return Manifest(
        **parts,
        mci={**MCI, **mci, **CONFIRMED},
        days_off=days_off,
        working_days=working_days,
        readings=readings,
        lot=text.get("lot"),
        accepted=text.get("accepted"),
        columns=_columns(text["config"]),
        turn=_turn(text.get("book"), parts["seed"]),
        book=text["book"] if is_object(text.get("book")) else None,
        format=_format(text, found),
        lang=_language(text["config"], found),
        words=text.get("words"),
        lot_version=_lot_version(text, found),
        status_lot=text.get("status_lot"),
    )


def _lot_version(text: dict[str, Any], found: Findings) -> int:
    """By which version the lot was drawn: format 2 has the second, and results of version 0.1.0 the first."""
    lot = text.get("lot")
    told = lot.get("version", 1) if is_object(lot) else 1
    if not is_whole(told) or told not in (1, 2):
        _broken(found, "lot", Phrase("is of version {told}; there are 1 and 2", told=f"{told!r}"), "contract 3.9")
    elif told == 1 and text.get("format", 1) != 1:
        _broken(found, "lot", Phrase("has no version, and results of format 2 have the second"), "contract 3.9")
    elif told == 2 and text.get("status_lot") not in STATUSES:
        sentence = Phrase("is {told}, neither optimal nor feasible", told=f"{text.get('status_lot')!r}")
        _broken(found, "status_lot", sentence, "contract 3.9")
    return told if told == 2 else 1


def _format(text: dict[str, Any], found: Findings) -> int:
    """What the folder is written in: 2 has tables that say why; 1, of version 0.1.0, has none and does not say it."""
    told = text.get("format", 1)
    if not is_whole(told) or told not in (1, 2):
        _broken(found, "format", Phrase("is {told}; there are 1 and 2", told=f"{told!r}"))
    elif told == 1 and "decisions.parquet" in text["outputs"]:
        _broken(found, "format", Phrase("is missing, and the result has tables of format 2"))
    return told if told == 2 else 1


def _turn(book: Any, seed: str) -> str:
    """Seed of the order between equal claims: the lot's own; of a book's batch that of the secret and public value."""
    if not is_object(book) or book.get("record") is None:
        return seed
    return sha256(f"tengbol turn\n{book.get('secret')}\n{book.get('public_value') or ''}".encode()).hexdigest()


def _broken(found: Findings, key: str, sentence: Phrase, paragraph: str = "contract 4") -> None:
    found.broken("manifest", "manifest.json", key, paragraph, sentence)


def _status(value: Any) -> str:
    if value not in STATUSES:
        raise ValueError(Phrase("{value} is neither optimal nor feasible", value=f"{value!r}"))
    return value


def _squared(value: Any) -> int:
    """Squared writs, a number, as whole squared thousandths."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(Phrase("{value} is not a number", value=f"{value!r}"))
    thousandths = Decimal(value).scaleb(6)
    if thousandths != int(thousandths):
        raise ValueError(Phrase("{value} is no whole number of squared thousandths of a writ", value=value))
    return int(thousandths)


def _seed(value: Any) -> str:
    if not isinstance(value, str) or not value or set(value) - set("0123456789abcdef"):
        raise ValueError(Phrase("{value} is not lower-case hex text", value=f"{value!r}"))
    return value


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is not None:
        raise ValueError(Phrase("{value} has an offset; times are the chamber's local time", value=value))
    return moment


def _mapping(value: Any) -> dict[str, Any]:
    if not is_object(value):
        raise ValueError(Phrase("it is not an object"))
    return value


def _config(value: Any) -> tuple[dict[date, int], frozenset[date], frozenset[date], Readings]:
    calendar = value.get("calendar", {})
    return (
        {date.fromisoformat(day): _tenge(tenge) for day, tenge in value.get("mci", {}).items()},
        frozenset(date.fromisoformat(day) for day in calendar.get("days_off", ())),
        frozenset(date.fromisoformat(day) for day in calendar.get("working_days", ())),
        readings_of(value),
    )


def _language(config: Any, found: Findings) -> str:
    """The language of sentences inside the tables."""
    told = config.get("lang", "en")
    if told not in ("en", "kk", "ru"):
        _broken(found, "config", Phrase("has lang {told}; there are en, kk and ru", told=f"{told!r}"))
        return "en"
    return told


def _columns(config: Any) -> dict[str, str]:
    """What words of the input's headers mean, as the batch was told; the input itself shows whether that can be."""
    given = config.get("columns", {})
    return {str(word): str(name) for word, name in given.items()} if is_object(given) else {}


def _tenge(value: Any) -> int:
    if isinstance(value, bool) or value != int(value):
        raise ValueError(Phrase("{value} is no whole number of tenge", value=f"{value!r}"))
    return int(value)
