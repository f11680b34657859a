"""`book batch`: all that waits in a chamber, distributed and kept in one transaction, or not at all.

Read in a snapshot, solved outside any transaction, and committed only when the input read again is still the same; the
chamber is held meanwhile, so that two batches of one chamber never meet, while other chambers go on. Writs for which it
fails are set aside, and the rest is distributed (`aside`).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tengbol.book import canon
from tengbol.book.accepting import accept_lost
from tengbol.book.acts import Hand, act
from tengbol.book.aside import TRIAL, FaultError, found_among, reckoning, set_aside, without
from tengbol.book.committing import Draft, commit
from tengbol.book.departures import depart, stranded
from tengbol.book.drawing import decides, public_value
from tengbol.book.gathering import Tables, of_chamber
from tengbol.book.kept import held
from tengbol.book.moments import Run, running
from tengbol.book.opening import key_of, secret_of
from tengbol.book.reckoner import Reckoner
from tengbol.book.status import chamber, last_seq
from tengbol.config import Config
from tengbol.errors import UnusableInputError
from tengbol.ruling import Ruled, turn_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    import polars as pl

    from tengbol.batch import Result
    from tengbol.book.store import Store

#: How often a batch is made anew when its input changes under it, before it is left to a calmer hour.
_TRIES = 5


@dataclass(frozen=True)
class Made:
    """What came of it: the batch's name and number, null where nothing was to be done; its result; who waits and why.

    tried: a dry run, of which nothing is kept but an event. aside: writs that were set aside, each with the reason.
    departed: enforcers whose proceedings wait again, with how many. stranded: `departures.stranded`.
    """

    batch_id: str | None
    number: int | None
    result: Result | None
    waiting: dict[str, int]
    tried: bool = False
    aside: dict[str, str] = field(default_factory=dict)
    departed: dict[str, int] = field(default_factory=dict)
    stranded: Mapping[str, str] = field(default_factory=dict)


def batch(
    store: Store,
    hand: Hand,
    *,
    as_of: dt.datetime | None = None,
    chamber_id: str | None = None,
    config: Config | None = None,
    given_value: str | None = None,
    dry_run: bool = False,
    wait: float = 0.0,
    accept: str | None = None,
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Made:
    """Distribute all that waits in a chamber, as of now, or on a document as of an earlier moment (its local time).

    as_of: by the hand's clock never later than now (`moments.running`). given_value: the public value whose source was
    named before. wait: seconds to wait for a batch under way. accept: why it may go on without rows that an import of
    an earlier version lost (`accepting`). Raises `UnusableInputError`, with the book as it was.
    """
    name = chamber_named(store, chamber_id)
    accept_lost(store, hand, accept)

    def read() -> Tables:
        return of_chamber(store, name)

    def reckoner(run: Run) -> Reckoner:
        return Reckoner(run.as_of, config or Config(), key_of(store), processes, progress)

    aside: dict[str, str] = {}
    if dry_run:
        with store.reading():
            last = chamber(store, name)
            run, tables = running(store, hand, as_of, last), read()
        reckoned = reckoner(run)
        for _ in range(_TRIES):
            try:
                seed = secrets.token_hex(32)
                return _tried(store, hand, last, tables, reckoned.ruled(tables, seed), seed, reckoned.drawn, aside)
            except FaultError as fault:
                aside |= found_among(tables, reckoned.trial, fault)
                tables = without(tables, aside)
    with store.alone(name, wait):
        run = running(store, hand, as_of, chamber(store, name))
        reckoned = reckoner(run)
        departed = {who: len(back.writ_ids) for who, back in depart(store, hand, run.as_of).items()}
        behind = stranded(store, run.as_of.date())
        for _ in range(_TRIES):
            with store.reading():
                last = chamber(store, name)
                tables, seen = read(), last_seq(store)
            try:
                secret = secret_of(store, name, last["number"] + 1)
                ruled = reckoned.ruled(tables, turn_of(secret, given_value or ""))
                waiting, news = _waiting(store, ruled, last)
                if not news:
                    return Made(None, None, None, waiting, aside=aside, departed=departed, stranded=behind)
                public = public_value(store, name, given_value, last)
                draft = Draft(name, "batch", run, tables, seen, public, read, ruled, last)
                made = make(store, hand, draft, reckoned.drawn)
            except FaultError as fault:
                aside |= set_aside(store, hand, name, found_among(tables, reckoned.trial, fault), seen)
                continue
            if made is not None:
                return replace(made, aside=aside, departed=departed, stranded=behind)
    raise UnusableInputError(
        "Chamber {name}: its tables changed {tries} times while the batch was made; run it again when nobody imports.",
        name=name,
        tries=_TRIES,
    )


def make(store: Store, hand: Hand, draft: Draft, solve: Callable[[Ruled, str], Result]) -> Made | None:
    """Make a batch from its draft: begun, solved, committed; None when its input changed meanwhile."""
    number = draft.last["number"] + 1
    digest = canon.input_digest(draft.tables)
    with reckoning(TRIAL):
        lot_digest = decides(draft.ruled, key_of(store))
    secret = secret_of(store, draft.chamber_id, number)
    seed = canon.seed(secret, lot_digest, draft.public.value)
    # Who reveals a secret and then does not like what comes of it leaves this in the chain.
    with act(store, hand, f"{draft.kind} begun", chamber_id=draft.chamber_id, subject=str(number)) as doing:
        doing.payload |= {"number": number, "input_digest": digest, "lot_digest": lot_digest}
        doing.payload["commitment"] = draft.last["commitment"]
    result = solve(draft.ruled, seed)
    batch_id = f"{draft.chamber_id}-{number:06d}"
    kept = commit(store, hand, draft, result, number=number, batch_id=batch_id, secret=secret, digest=digest)
    return Made(batch_id, number, _noticed(store, result), counted(result.unassigned)) if kept else None


def _noticed(store: Store, result: Result) -> Result:
    """The book knows closed proceedings, too, which a batch is not made of: what they record is no mere word."""
    ids = [*result.noticed.unrecorded]
    recorded = set(
        held(store, "ledger", f"t.closed_at IS NOT NULL AND {store.among('t.writ_id', 'ids')}", ids=ids)["writ_id"]
    )
    unrecorded = tuple(writ_id for writ_id in ids if writ_id not in recorded)
    return replace(result, noticed=replace(result.noticed, unrecorded=unrecorded))


def chamber_named(store: Store, chamber_id: str | None) -> str:
    """The chamber asked for, or the only one there is."""
    known = held(store, "chambers")["chamber_id"].sort().to_list()
    if not known:
        raise UnusableInputError("The book knows no chamber yet; import its districts, enforcers and writs first.")
    if chamber_id is None and len(known) == 1:
        return known[0]
    if chamber_id is None or chamber_id not in known:
        if chamber_id is None:
            raise UnusableInputError("--chamber is needed: the book holds {chambers}.", chambers=", ".join(known))
        raise UnusableInputError(
            "--chamber '{chamber}' is not in the book: it holds {chambers}.",
            chamber=chamber_id,
            chambers=", ".join(known),
        )
    return chamber_id


def counted(unassigned: pl.DataFrame) -> dict[str, int]:
    """How many writs wait for each reason."""
    return dict(unassigned.group_by("code").len().sort("code").rows())


def _waiting(store: Store, ruled: Ruled, last: dict[str, Any]) -> tuple[dict[str, int], bool]:
    """Who would still wait, by reason, and whether a batch would tell anything that the last one has not."""
    todo = ruled.todo
    if len(todo.writs):
        return counted(todo.unassigned), True
    said = held(store, "unassigned", "t.batch_id = :batch_id", batch_id=last["batch_id"] or "")
    new = todo.unassigned.filter(todo.unassigned["code"] != "received_later")
    return counted(todo.unassigned), bool(len(new.join(said, on=["writ_id", "code"], how="anti")))


def _tried(
    store: Store,
    hand: Hand,
    last: dict[str, Any],
    tables: Tables,
    ruled: Ruled,
    seed: str,
    solve: Callable[[Ruled, str], Result],
    aside: dict[str, str],
) -> Made:
    """A dry run: by a seed of its own, which tells nothing of the one to come; only that it was done is kept."""
    waiting, news = _waiting(store, ruled, last)
    if not news:
        return Made(None, None, None, waiting, tried=True, aside=aside)
    result = solve(ruled, seed)
    with act(store, hand, "batch tried", chamber_id=last["chamber_id"]) as doing:
        doing.payload |= {
            "as_of": ruled.as_of.isoformat(),
            "seed": seed,
            "input_digest": canon.input_digest(tables),
            "counts": result.counts,
        }
    return Made(None, None, result, counted(result.unassigned), tried=True, aside=aside)
