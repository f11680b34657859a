"""What each command of `book` and `public` answers to a program (`answers`)."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 (the schema is made from these at run time)
from typing import TypedDict

from tengbol.cli.answers import Cell, Row, Sums  # noqa: TC001


class Opened(TypedDict):
    """`book init`. new: whether there was none before."""

    book: str
    new: bool


class Imported(TypedDict):
    """`book import`. counts: rows by table and by what became of them. rejected: rows that were not taken."""

    counts: dict[str, dict[str, int]]
    changed: list[Cell]
    rejected: list[Row]


class Chamber(TypedDict):
    """A chamber's last batch, and the commitment to the secret of the next; number 0 before the first."""

    chamber_id: str
    number: int
    as_of: str | None
    link: str | None
    batch_id: str | None
    commitment: str


class Event(TypedDict):
    """The book's last event."""

    seq: int
    what: str
    who: str
    hash: str


class Status(TypedDict):
    """`book status`. states: writs in each. set_aside: reason by writ."""

    states: dict[str, int]
    enforcers: int
    away: int
    open_proceedings: int
    chambers: list[Chamber]
    set_aside: dict[str, str]
    last: Event


class Fault(TypedDict):
    """What does not fit in a book: the event (0: the store itself), table and row where there is one."""

    seq: int
    table: str
    row: str
    sentence: str


class Audited(TypedDict):
    """`book audit`. unshown: batches of which it was not shown who among equals. since: event after which it began."""

    ok: bool
    faults: list[Fault]
    events: int
    rows: int
    head: str
    unshown: list[str]
    since: int


class Given(TypedDict):
    """Who got a writ."""

    writ_id: str
    enforcer_id: str
    category: str
    basis: str
    bundle_id: str
    pool_size: int


class Batch(TypedDict):
    """`book batch`, `book assign`. batch_id, number, sums: null where nothing was to be distributed.

    assigned: empty in a dry run, which says only how many. waiting: writs by the code of why. set_aside: reason by
    writ. departed: by enforcer, how many of his proceedings wait again. stranded: who keeps what he must not hold.
    """

    batch_id: str | None
    number: int | None
    dry_run: bool
    count: int
    assigned: list[Given]
    waiting: dict[str, int]
    set_aside: dict[str, str]
    departed: dict[str, int]
    stranded: dict[str, str]
    sums: Sums | None


class Announced(TypedDict):
    """`book announce`."""

    chamber_id: str
    source: str


class Exported(TypedDict):
    """`book export`: rows by table; of a batch the folders of its input and result instead."""

    out: str
    rows: dict[str, int]
    input: str | None
    result: str | None


class WaitsAgain(TypedDict):
    """`book leave`, `pause`, `transfer`, `recuse`. unknown: proceedings known from the ledger alone."""

    enforcer_id: str
    writs: list[str]
    unknown: list[str]


class BackAgain(TypedDict):
    """`book return`. ended: absences."""

    enforcer_id: str
    day: dt.date
    ended: int


class Returned(TypedDict):
    """`book returned`: who had the writ."""

    writ_id: str
    enforcer_id: str


class Marked(TypedDict):
    """`book mark`."""

    state: str
    writs: list[str]


class Subject(TypedDict):
    """`book materials`, `ruling`, `request`: on whom or what; step: of `request`."""

    subject: str
    step: str | None


class Centres(TypedDict):
    """`book centre`."""

    districts: list[str]
    centre: bool


class DueWrit(TypedDict):
    """what: complete, distribute, collect, post, notify_creditor."""

    what: str
    by: dt.date
    late: bool
    writ_id: str
    enforcer_id: str | None


class Due(TypedDict):
    """`book due`. departing: enforcers whose proceedings have to return, with the reason. faults: of the incomplete."""

    day: dt.date
    writs: list[DueWrit]
    departing: dict[str, str]
    set_aside: dict[str, str]
    faults: dict[str, str]
    asked: list[str]


class Change(TypedDict):
    """By how much an enforcer's balance changes; share in billionths of a writ."""

    enforcer_id: str
    category: str
    received: int
    share: int


class Corrected(TypedDict):
    """`book annul`, `withdraw`, `correct`, `revoke`, `reassign`, `succeed`, `balance`.

    proposal_id: under which it waits for another login, in a book with accounts; then nothing has changed yet.
    """

    dry_run: bool
    effects: list[str]
    balances: list[Change]
    proposal_id: str | None


class Waiting(TypedDict):
    """An act that waits for another login."""

    proposal_id: str
    verb: str
    subject: str | None
    asked_by: str
    asked_at: str


class Decided(TypedDict):
    """`book confirm`. state: done or rejected. waiting: where no act was named, those that wait."""

    proposal_id: str | None
    state: str | None
    waiting: list[Waiting]


class Ends(TypedDict):
    """`book backup`, `restore`: the last event of the copy. aside: the name that the book there before has now."""

    place: str
    seq: int
    at: str
    hash: str
    aside: str | None


class Accepted(TypedDict):
    """`book accept`."""

    hash: str


class Erased(TypedDict):
    """`book erase`: the names of how many writs. before: none where nothing was to be erased. days: for how many names
    are kept from now on, where that is set.
    """

    before: dt.date | None
    writs: int
    days: int | None


class Published(TypedDict):
    """`public write`."""

    out: str
    page: str
    batches: int
    writs: int


class PublicId(TypedDict):
    """Under which id a writ is published."""

    writ_id: str
    public_id: str


class PublicIds(TypedDict):
    """`public id`."""

    writs: list[PublicId]


class Place(TypedDict):
    """Where a writ stands in a public file; null where it was not assigned, and code says why."""

    number: int
    day: str
    code: str | None
    category: str | None
    district: str | None
    basis: str | None
    enforcer: str | None
    pool: list[str]
    bundle: int
    alike: int | None
    turn: int | None
    drawn: str | None


class Places(TypedDict):
    """`public find`."""

    places: list[Place]
