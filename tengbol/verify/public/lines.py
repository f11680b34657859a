"""The lines of a public report as objects, each held to its description (`docs/public.md`) to the letter.

A line is its own canonical text: keys sorted, nothing between them, none twice, no number but whole ones. So what one
program reads in it, every other does.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from tengbol.errors import UnusableInputError
from tengbol.io.unpacking import lines_of, why_unread
from tengbol.phrase import Phrase
from tengbol.verify.findings import reason_of
from tengbol.verify.law import WRIT
from tengbol.verify.public import tables, values, writs
from tengbol.verify.told import is_object

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tengbol.verify.findings import Findings
    from tengbol.verify.public.tables import Row

FORMAT: Final = "tengbol public report 1"
#: How a batch of a book is told since version 0.2; before, it did not say.
RECORD: Final = 2
_DIGEST: Final = re.compile("[0-9a-f]{64}")
_SEED: Final = re.compile("[0-9a-f]{1,128}")
#: ISO 8601 has other ways to write a day, which another reader need not know.
_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: An empty document would excuse as much as one with a number.
_SAID: Final = re.compile(r".*\S.*")
_ACTS: Final = ("annulled", "corrected", "reassigned", "recused", "restored")


@dataclass(frozen=True)
class Header:
    """Where the file begins: the link and the commitment before its first batch, and the balances it opens with."""

    link: str
    commitment: str | None
    opening: list[Row]


@dataclass(frozen=True)
class Run:
    """The day on which a batch was made; and on what document, where it did not run as of then."""

    made: date
    document: str | None


@dataclass(frozen=True)
class Line:
    """One batch as it is told. text: canonical text of its public part, which the link is made of.

    run: from version 0.2 on, whose batches draw their seeds from what the lot goes by.
    assignments: (writ, bundle or None when alone, category, district, basis, pool, enforcer) of each writ.
    certificate: as it stands there, if it does (docs/certificate.md).
    """

    link: str
    text: str
    number: int
    chamber_id: str | None
    day: date
    seed: str
    secret: str | None
    input_digest: str | None
    public_value: str | None
    commitment: str | None
    key_commitment: str
    opening: str
    status: str
    status_total: str
    objective: int
    lower_bound: int
    objective_total: int
    lower_bound_total: int
    pools: dict[str, list[str]]
    parts: dict[str, list[int]]
    assignments: list[tuple[str, str | None, str, str, str, str, str]]
    unassigned: list[tuple[str, str]]
    corrections: list[Row] = field(default_factory=lambda: [])
    corrected: list[tuple[str, int, str]] = field(default_factory=list[tuple[str, int, str]])
    run: Run | None = None
    lot_version: int = 1
    status_lot: str | None = None
    certificate: Any = None

    def parts_of(self, pool: str) -> dict[str, int]:
        """Billionths that each member of a pool is due of one writ: as is told, else ⌊10⁹ / n⌋ to each of n."""
        members = self.pools.get(pool)
        if not members:
            return {}
        alike = [WRIT // len(members)] * len(members)
        return dict(zip(members, self.parts.get(pool, alike), strict=True))


def read_lines(path: Path, found: Findings) -> tuple[Header | None, list[Line]]:
    """Read a file as far as it can be used; what is wrong in it becomes findings.

    Raises `UnusableInputError` where the file cannot be read or is no public report at all.
    """
    try:
        first, *rest = lines_of(path.read_bytes())
    except ValueError as error:
        raise UnusableInputError(
            "{path}: is no public report: {error}; ask for it again.", path=path, error=why_unread(error)
        ) from error
    except OSError as error:
        raise UnusableInputError(
            "{path}: cannot be read ({strerror}); check its name.", path=path, strerror=error.strerror or error
        ) from error
    told = _json(first)
    if not is_object(told) or told.get("format") != FORMAT:
        raise UnusableInputError(
            "{path}: is no public report: its first line has no format '{format}'. Give the file that the chamber "
            "published.",
            path=path,
            format=FORMAT,
        )
    header = _held(1, first, told, lambda: _header(told), found)
    lines: list[Line] = []
    for number, line in enumerate(rest, 2):
        given = _json(line)
        read = _held(number, line, given, lambda given=given: line_of(given), found)
        if read is None:
            break
        lines.append(read)
    sentence = Phrase("All {n} lines are as the description has them.", n=len(rest) + 1)
    found.holds("format", "", "docs/public.md", sentence)
    return header, lines


def canonical(value: Any) -> str:
    """Write JSON with sorted keys, no spaces, letters as they are."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _json(line: str) -> Any:
    try:
        # NaN and Infinity, which Python takes for numbers and JSON has not, are none to `int`.
        return json.loads(line, parse_constant=int)
    except (ValueError, RecursionError):
        return None


def _held(number: int, text: str, value: Any, read: Callable[[], Any], found: Findings) -> Any:
    """What `read` makes of a line; None, and a finding, where it is not as described."""
    try:
        if value is None:
            raise ValueError(Phrase("it is no JSON"))
        made = read()
        if canonical(value) != text:
            raise ValueError(Phrase("it is not canonical: sorted keys, each once, no spaces"))
    except (ValueError, TypeError, AttributeError, UnicodeError, RecursionError) as error:
        sentence = Phrase("cannot be used: {error}", error=reason_of(error))
        found.broken("format", "", Phrase("line {number}", number=number), "docs/public.md", sentence)
        return None
    return made


def _header(value: dict[str, Any]) -> Header:
    values.keys(value, "commitment", "format", "link", "opening")
    return Header(
        values.text(value, "link", _DIGEST),
        values.maybe(value, "commitment", _DIGEST),
        tables.opening(value["opening"]),
    )


def line_of(value: Any) -> Line:
    """A batch as it is told. Raises `ValueError` where it is not as described."""
    values.keys(value, "link", "part", *(name for name in ("certificate", "corrections") if name in value))
    part = value["part"]
    # What draws by the second lot has its seed from a record; by the rule before, a digest could be sought for it.
    told = "record" in part or ("lot_version" in part and part.get("secret") is not None)
    values.keys(
        part,
        *("number", "chamber_id", "day", "seed", "secret", "input_digest", "public_value", "commitment"),
        *("key_commitment", "opening", "status", "status_total", "objective", "lower_bound", "objective_total"),
        *("lower_bound_total", "pools", "assignments", "unassigned", "rejected"),
        *(("record", "made", "document") if told else ()),
        *(name for name in ("corrections", "lot_version", "status_lot", "parts", *values.RESTING) if name in part),
    )
    values.resting(part)
    values.whole(part["rejected"])
    pools = tables.pools(part["pools"])
    return Line(
        link=values.text(value, "link", _DIGEST),
        text=canonical(part),
        number=values.whole(part["number"]),
        chamber_id=values.maybe(part, "chamber_id"),
        day=date.fromisoformat(values.text(part, "day", _DAY)),
        seed=values.text(part, "seed", _SEED),
        secret=values.maybe(part, "secret", _DIGEST),
        input_digest=values.maybe(part, "input_digest", _DIGEST),
        commitment=values.maybe(part, "commitment", _DIGEST),
        public_value=values.maybe(part, "public_value"),
        key_commitment=values.text(part, "key_commitment", _DIGEST),
        opening=values.text(part, "opening", _DIGEST),
        status=values.choice(part["status"], ("optimal", "feasible")),
        status_total=values.choice(part["status_total"], ("optimal", "feasible")),
        objective=values.whole(part["objective"]),
        lower_bound=values.whole(part["lower_bound"]),
        objective_total=values.whole(part["objective_total"]),
        lower_bound_total=values.whole(part["lower_bound_total"]),
        pools=pools,
        parts=tables.parts(part["parts"], pools) if "parts" in part else {},
        assignments=writs.assignments(part["assignments"]),
        unassigned=writs.unassigned(part["unassigned"]),
        corrections=tables.rows(value.get("corrections", [])),
        certificate=value.get("certificate"),
        corrected=_corrected(part["corrections"], part["number"]) if "corrections" in part else [],
        run=_run(part) if "record" in part else None,
        **_lot(part),
    )


def _lot(part: Any) -> dict[str, Any]:
    """By which version the lot was drawn, and what is claimed of it; parts of version 0.1.0 say neither."""
    if "lot_version" not in part and "status_lot" not in part:
        if "record" in part:
            raise ValueError(Phrase("it has a record, and no version of the lot"))
        return {}
    if not ("lot_version" in part and "status_lot" in part):
        raise ValueError(Phrase("it has only one of lot_version and status_lot"))
    if values.whole(part["lot_version"]) != 2:
        raise ValueError(
            Phrase("its lot is of version {told}, and 2 is the newest known here", told=f"{part['lot_version']!r}")
        )
    return {"lot_version": 2, "status_lot": values.choice(part["status_lot"], ("optimal", "feasible"))}


def _run(part: dict[str, Any]) -> Run:
    if values.whole(part["record"]) != RECORD:
        raise ValueError(
            Phrase(
                "its record is {told}, and {newest} is the newest known here", told=f"{part['record']!r}", newest=RECORD
            )
        )
    return Run(date.fromisoformat(values.text(part, "made", _DAY)), values.maybe(part, "document", _SAID))


def _corrected(value: Any, before: int) -> list[tuple[str, int, str]]:
    rows = tables.table(value, "act", "batch", "writ")
    if not rows:
        raise ValueError(Phrase("corrections are told, and there are none"))
    for act, number, writ in rows:
        values.choice(act, _ACTS)
        values.matches(writ, writs.ID, Phrase("a writ"))
        if not 1 <= values.whole(number) < before:
            raise ValueError(Phrase("a correction is of batch {number}, which is not before it", number=number))
    order = [(writ, number, act) for act, number, writ in rows]
    if order != sorted(order):
        raise ValueError(Phrase("corrections are not sorted"))
    return rows
