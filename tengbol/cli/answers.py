"""What each command answers to a program (`--json`); `docs/reference/answers.json` is the schema of these.

Objectives and bounds are squared writs. Every answer has, besides, `exit` (the exit code, 0 or 1), `said` (the
sentences that a person would have read) and `notes` (what somebody should look at), in the language of `--lang`. A
member whose name is not known is new, and may be passed over.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 (the schema is made from these at run time)
from decimal import Decimal
from typing import TypedDict

Number = int | float | Decimal


class Sums(TypedDict):
    """Both objectives, their bounds, and whether they are proven: `optimal` or `feasible`."""

    objective: Number
    lower_bound: Number
    status: str
    objective_total: Number
    lower_bound_total: Number
    status_total: str
    status_lot: str


class Ran(Sums):
    """`run`. assigned, unassigned, rejected: writs, and rows that could not be taken."""

    assigned: int
    unassigned: int
    rejected: int
    seed: str
    as_of: dt.datetime
    out: str


class Found(TypedDict):
    """One finding of a check; kind: `holds`, `broken` or `unproven`."""

    kind: str
    check: str
    file: str
    subject: str
    paragraph: str
    sentence: str


class Other(TypedDict):
    """A writ whose enforcer is another when the batch is made anew: of the result, and of the seed."""

    writ_id: str
    enforcer_id: str | None
    due: str | None


class Anew(TypedDict):
    """`--again`. sums: names of objectives that differ. made_by: libraries that were of another version then."""

    same: bool
    others: list[Other]
    sums: list[str]
    made_by: list[str]


class Verified(TypedDict):
    """`verify`, `book verify`. again: null where `--again` was not given."""

    ok: bool
    findings: list[Found]
    again: Anew | None


class Row(TypedDict):
    """A row that was not taken, and why; cell: sheet and cell, or table and row, as a person finds it."""

    table: str
    row: int
    column: str | None
    code: str
    message: str
    cell: str


class Cell(TypedDict):
    """A cell of the book that an import changes; id: its row's key. null: nothing in it."""

    table: str
    id: str
    column: str
    old: str | None
    new: str | None


class Checked(TypedDict):
    """`check`. taken, refused: rows by table. stops: whether a batch would stop at this file.

    changed: with `--book`, what importing it would change there.
    """

    ok: bool
    stops: bool
    taken: dict[str, int]
    refused: dict[str, int]
    faults: list[Row]
    changed: list[Cell]
    marked: str | None


class Written(TypedDict):
    """`template`, `demo`: what was written."""

    out: str


class Attachment(TypedDict):
    """Whom to attach where (¶9)."""

    district_id: str
    enforcer_id: str
    home_district_id: str
    km: float | None
    reason: str


class Planned(TypedDict):
    """`plan`."""

    attachments: list[Attachment]
    seed: str
    as_of: dt.datetime
    out: str


class Papers(TypedDict):
    """`forms`. ended: writs of the batch withdrawn, annulled, closed, taken back or distributed anew since.

    files: names below `out`.
    """

    batch_id: str
    distributed: int
    waiting: int
    ended: list[str]
    out: str
    files: list[str]


class Reported(TypedDict):
    """`report`. page: what to open first; of tables alone, the folder."""

    batches: int
    writs: int
    out: str
    page: str


class Breaches(TypedDict):
    """How many writs break one rule."""

    code: str
    paragraph: str
    writs: int


class Judged(TypedDict):
    """`judge`. broken: writs that break a rule. least: reached when distributed anew. out: null without `--out`."""

    batches: int
    writs: int
    broken: int
    breaches: list[Breaches]
    objective: Number
    least: Number
    lower_bound: Number
    out: str | None


class Member(TypedDict):
    """A member of a writ's pool: what it would have cost had he got it, all else held; his number in the lot."""

    enforcer_id: str
    name: str
    has: bool
    alike: int
    number: str | None
    objective: Number
    objective_total: Number


class LeftOut(TypedDict):
    """Who could not have got it, and by which test."""

    enforcer_id: str
    name: str
    reason: str


class Instead(TypedDict):
    """`--instead`: had he got it, and all the rest been distributed anew."""

    enforcer_id: str
    objective: Number
    least: Number
    objective_total: Number
    least_total: Number


class _Why(TypedDict):
    writ_id: str
    assigned: bool
    explanation: str
    code: str | None
    enforcer_id: str | None
    basis: str | None
    bundle_id: str | None
    pool_size: int | None
    alike: int
    seed: str
    members: list[Member]
    left_out: list[LeftOut]


class Why(_Why, total=False):
    """`why`. code: why it was not assigned; basis: how it was. again: with `--instead`, where he is of the pool.

    refused: of a row that could not be read, a line for each fault, with its cell and what to write; code: `refused`.
    """

    again: Instead
    refused: list[str]


class Finding(TypedDict):
    """A sentence of what-if on a variant."""

    variant: str
    sentence: str


class Answered(TypedDict):
    """`whatif`. page: the whole answer; sheet: one page to decide by."""

    findings: list[Finding]
    out: str
    page: str
    sheet: str


class Ready(TypedDict):
    """`serve --check`: what was looked at."""

    ready: list[str]


class Serving(TypedDict):
    """`serve`, told once it answers; then the command goes on. logins, password: shown this once, else none."""

    address: str
    logins: list[str]
    password: str | None


class Version(TypedDict):
    """`--version`."""

    version: str


class Refusal(TypedDict):
    """Of every command that is not done. code: `usage` `refused` (2), `fault` (3), `busy` (4), `stopped` (130, 143).

    reason: which refusal it is (`docs/reference/refusals.md`); null of `usage`, `fault`, `stopped`. detail: in words.
    """

    code: str
    reason: str | None
    detail: str
