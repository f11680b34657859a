"""`book audit`: everything recomputed, and the first event that does not fit named (`docs/book.md`).

Each event's hash, and that it names the one before; of each event the digests of the rows it wrote and ended; each
row's own hash, by which the changed one is named; each batch's secret against its commitment, its seed, and its link;
and what it published, with its input's digest, told again from the rows that it was made of; and who among equals,
as its seed gives it, by the code of `verify`; of what it assigned the ledger and the states; that it took all that
waited, and nothing ended without what came in its place; and what is `counted`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book import canon
from tengbol.book.acts import EVENT
from tengbol.book.chain import faults_of_batches
from tengbol.book.counted import faults_of_counted
from tengbol.book.event_chain import faults_of_chain, faults_of_key, number_of, said_of
from tengbol.book.following import faults_of_following
from tengbol.book.kept import later
from tengbol.book.lined import lined
from tengbol.book.proceedings import faults_of_proceedings
from tengbol.book.retelling import faults_of_parts
from tengbol.book.schema import TABLES
from tengbol.book.store import OPEN, in_parts, shown
from tengbol.book.unreadable import faults_of_cells
from tengbol.errors import BusyError, UnusableInputError
from tengbol.phrase import Phrase, joined, mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tengbol.book.lined import Lined
    from tengbol.book.schema import Rows
    from tengbol.book.store import Store

_EVENTS: Final = f"SELECT {', '.join(EVENT)} FROM events"
#: So many changed rows of a table are named.
_NAMED: Final = 100
#: Tables that the chain of batches stands in.
_OF_CHAIN: Final = frozenset({"batches", "chambers"})
#: What is said of rows that an event wrote or ended.
_UNSAID: Final = {
    "wrote": mark("no event says that it wrote {n} rows"),
    "ended": mark("no event says that it ended {n} rows"),
}
_OTHERS: Final = {
    "wrote": mark("the {n} rows it wrote are not the {found} that are there"),
    "ended": mark("the {n} rows it ended are not the {found} that are there"),
}
_GONE: Final = {
    "wrote": mark("the {n} rows it wrote are not there"),
    "ended": mark("the {n} rows it ended are not there"),
}


_WHOLE: Final = mark("Everything fits: {events} events and {rows} rows; the last event's hash is {head}.")
_LATER: Final = mark(
    "Everything after event {since} fits: {events} events and {rows} rows; the last event's hash is {head}. What is "
    "older was not looked at."
)
#: Whoever takes the last events with all their rows away leaves a book that fits.
_END: Final = mark(
    "Nobody vouches that nothing was cut from its end, and that what no batch published (marks, documents, who did "
    "what, rows that imports rejected) was not made anew: give a hash that was noted elsewhere (--head), or compare "
    "its last batch with what was published."
)


@dataclass(frozen=True)
class Fault:
    """What does not fit: the event, the table and row where there is one, and a sentence."""

    seq: int
    table: str
    row: str
    sentence: str

    def __str__(self) -> str:
        return self.phrase

    @property
    def phrase(self) -> Phrase:
        """All of it, to be said."""
        place = joined([part for part in (Phrase("event {n}", n=self.seq), self.table, self.row) if part], " · ")
        return Phrase("{where}: {note}", where=place, note=self.sentence)


@dataclass(frozen=True)
class Audit:
    """How the book stood: `faults` in the order of events, `events` and `rows` looked at, the chain's last hash.

    unshown: batches of which it was not shown who among equals (docs/lot.md, "How it is checked").
    since: the event after which it began, 0 for a whole book. noted: whether a hash noted elsewhere was looked for.
    """

    faults: tuple[Fault, ...]
    events: int
    rows: int
    head: str
    unshown: tuple[str, ...] = ()
    since: int = 0
    noted: bool = False

    @property
    def ok(self) -> bool:
        """Whether everything fits."""
        return not self.faults

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> list[Phrase]:
        """What there is to say of it, line by line."""
        if self.ok:
            told = {"events": self.events, "rows": self.rows, "head": self.head, "since": self.since}
            sentence = _LATER if self.since else _WHOLE
            end = [] if self.noted else [Phrase(_END)]
            return [Phrase(sentence, **told), *end, *self._left()]
        seq = self.faults[0].seq
        first = Phrase("The book was changed; the first event that does not fit is {seq}.", seq=seq)
        return [
            first if seq else Phrase("The store is damaged."),
            *(fault.phrase for fault in self.faults),
            *self._left(),
        ]

    def _left(self) -> list[Phrase]:
        """What was not shown."""
        sentence = mark("Who among equals is not proven of {names}: `tengbol book verify` says of which enforcers.")
        return [Phrase(sentence, names=", ".join(self.unshown))] if self.unshown else []


def audit(store: Store, *, head: str | None = None, since: str | None = None) -> Audit:
    """Recompute the book.

    head: hash of an event noted elsewhere, which must be in the chain. since: hash of the last event of an earlier
    audit; only what was written and ended after it is looked at, so a change of something older goes unseen.
    """
    unshown: list[str] = []
    # The store's own check reads all there is.
    said_by_store = store.faults() if since is None else []
    faults = [Fault(0, "", "", Phrase("the store's own check says: {said}", said=said)) for said in said_by_store]
    chain, rows, begin = pl.DataFrame(schema=EVENT), 0, 0
    try:
        with store.reading():
            noted = {one: number_of(store, one) for one in (head, since) if one is not None}
            begin = noted.get(since or "") or 0
            asked = f"{_EVENTS} WHERE {later(begin and begin - 1, 'seq')} ORDER BY seq"
            chain = pl.concat([chain, *in_parts(store, asked, EVENT)])
            end = chain["seq"][-1] if chain.height else 0
            faults += [
                Fault(
                    end, "events", "", Phrase("no event has the hash {head}; the chain was cut or made anew", head=one)
                )
                for one, seq in noted.items()
                if seq is None
            ]
            faults += [Fault(seq, "events", "", sentence) for seq, sentence in faults_of_chain(chain, begin)]
            said = {key: due for key, due in said_of(chain).items() if key[-1] > begin}
            for table in TABLES.values():
                count, found = of_table(store, table, said, begin)
                rows += count
                faults += found
            faults += [Fault(1, "settings", "key", sentence) for sentence in faults_of_key(store)]
            # Of rows that are not what was written, no more can be said than that.
            odd = {fault.table for fault in faults}
            if not odd & _OF_CHAIN:
                found = faults_of_batches(store, begin)
                faults += [Fault(seq, "batches", name, sentence) for seq, name, sentence in found]
            if not odd & {*TABLES, "settings"}:
                found = faults_of_parts(store, unshown, begin)
                faults += [Fault(seq, "batches", name, sentence) for seq, name, sentence in found]
                faults += [Fault(*one) for one in faults_of_cells(store, begin)]
                faults += [Fault(*one) for one in faults_of_proceedings(store, begin)]
                faults += [Fault(*one) for one in faults_of_following(store, begin)]
                if not begin:
                    faults += [Fault(*one) for one in faults_of_counted(store)]
    except BusyError:
        raise
    except UnusableInputError as error:
        faults.append(Fault(0, "", "", error.phrase))
    faults.sort(key=lambda fault: fault.seq)
    last = chain["hash"][-1] if chain.height else ""
    return Audit(
        tuple(faults), chain.filter(pl.col("seq") > begin).height, rows, last, tuple(unshown), begin, head is not None
    )


def faults_of_open() -> Phrase | None:
    """After something that should not happen: what is wrong with the books that this process has open, if anything."""
    for store in list(OPEN):
        try:
            found = audit(store)
        except UnusableInputError as error:
            return error.phrase
        except Exception as error:
            # What cannot even be audited was not written by us.
            return Phrase(_DAMAGED, url=shown(store.url), error=error)
        faults = found.faults or [Fault(*one) for one in faults_of_cells(store, every=True)]
        if faults:
            return Phrase(_CHANGED, url=shown(store.url), fault=faults[0].phrase)
    return None


#: What to do with a damaged book.
_DAMAGED: Final = mark(
    "{url}: its file is damaged ({error}); `tengbol book restore` makes a book of a backup. Nothing was changed."
)
_CHANGED: Final = mark(
    "{url}: {fault}. `tengbol book audit` says more; `tengbol book restore` makes a book of a backup. Nothing was "
    "changed."
)


def of_table(
    store: Store, table: Rows, said: dict[tuple[str, str, int], dict[str, Any]], begin: int = 0
) -> tuple[int, list[Fault]]:
    """Check one table: how many rows it has, and what does not fit. begin: only what was done after that event.

    Its rows come in the order of their events, so that no more of them are in memory than a part and one event's.
    """
    rows, others = 0, []
    changed: list[tuple[int | None, int | None, bytes]] = []

    def looked_at(parts: Iterable[Lined]) -> Iterator[Lined]:
        nonlocal rows
        for part in parts:
            rows += len(part.line)
            due = canon.hashes_of(table.name, part.since, part.line)
            if due != part.row_hash:
                each = zip(due, part.row_hash, part.since, part.until, part.line, strict=True)
                odd = [(since, until, line) for one, found, since, until, line in each if one != found]
                changed.extend(odd[: _NAMED - len(changed)])
            yield part

    wrote = _by_event(looked_at(lined(store, table, f"{later(begin)} ORDER BY since")), "since")
    gone = lined(store, table, f"until IS NOT NULL AND {later(begin, 'until')} ORDER BY until")
    ended = _by_event(gone, "until")
    for act, events in (("wrote", wrote), ("ended", ended)):
        for seq, found in events:
            due = said.pop((act, table.name, seq), None)
            if due is None:
                others.append(Fault(seq, table.name, _shown(found[0]), Phrase(_UNSAID[act], n=len(found))))
            elif due["rows"] != len(found) or due["digest"] != canon.digest(found):
                others.append(Fault(seq, table.name, "", Phrase(_OTHERS[act], n=due["rows"], found=len(found))))
    faults = [
        Fault(
            since if since is not None else until or 0,
            table.name,
            _shown(line),
            Phrase("is not the row that was written: its hash differs"),
        )
        for since, until, line in changed
    ]
    for (act, name, seq), due in list(said.items()):
        if name == table.name:
            others.append(Fault(seq, table.name, "", Phrase(_GONE[act], n=due["rows"])))
    return rows, [*faults, *others]


def _by_event(parts: Iterable[Lined], column: str) -> Iterator[tuple[int, list[bytes]]]:
    """Event and lines of its rows, which come in the order of `column`."""
    rows = (row for part in parts for row in zip(getattr(part, column), part.line, strict=True))
    for seq, of_event in groupby(rows, itemgetter(0)):
        if seq is not None:
            yield seq, [line for _, line in of_event]


def _shown(line: bytes) -> str:
    return line.decode().replace("\t", " | ")[:120]
