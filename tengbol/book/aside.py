"""One writ never stops a chamber: where a batch fails, the writs at fault are found by halves and set aside.

Whether the rules, both objectives and the answer can be made of some of the writs is tried with a seed that is the same
for everybody, so nothing of the lot to come is drawn or told. Only a fault that this seed does not bring on is sought
with the one of the batch that failed, which is never made. What is set aside waits, is named by `due` and
`status`, and comes back by a corrected row, by `mark pending`, or goes by `mark withdrawn`.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.book.acts import act, events, payload
from tengbol.book.coming_back import move
from tengbol.book.kept import held
from tengbol.errors import UnusableInputError
from tengbol.phrase import english

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tengbol.book.acts import Hand
    from tengbol.book.gathering import Tables
    from tengbol.book.store import Store

#: Seed of trials.
TRIAL: Final = "00"
#: So many writs at fault are no writ's fault but the program's.
_MOST: Final = 100
#: Letters of a reason that are kept.
_TOLD: Final = 200


class FaultError(Exception):
    """What is to come of the writs could not be reckoned; its cause says why. seed: by which that was tried."""

    def __init__(self, reason: str, seed: str) -> None:
        super().__init__(reason)
        self.seed = seed


@contextmanager
def reckoning(seed: str) -> Iterator[None]:
    """Raise `FaultError` for whatever fails within, but for what the user can mend and for want of memory."""
    try:
        yield
    except (FaultError, UnusableInputError, MemoryError):
        raise
    except (Exception, pl.exceptions.PanicException) as error:
        raise FaultError(" ".join(f"{type(error).__name__}: {error}".split())[:_TOLD], seed) from error


def at_fault(writ_ids: Sequence[str], fails: Callable[[Sequence[str]], str | None]) -> dict[str, str]:
    """Writs without which all others can be distributed, each with the reason; none where that is no writ's fault.

    fails: why these writs cannot be distributed, or None. First those that fail alone; then, of those that fail only
    together, the last of the shortest beginning (in the order of ids) that fails. About 2 · log₂ n trials each.
    """
    whole = sorted(writ_ids)
    found: dict[str, str] = {}

    def alone(part: list[str]) -> None:
        reason = fails(part) if len(found) <= _MOST else None
        if reason is not None and len(part) == 1:
            found[part[0]] = reason
        elif reason is not None:
            alone(part[: len(part) // 2])
            alone(part[len(part) // 2 :])

    if fails([]) is not None:
        return {}
    alone(whole)
    rest = [writ_id for writ_id in whole if writ_id not in found]
    while len(found) <= _MOST and (reason := fails(rest)) is not None:
        good, bad = 0, len(rest)  # so many from the beginning do not fail, and fail
        while bad - good > 1:
            middle = (good + bad) // 2
            now = fails(rest[:middle])
            good, bad, reason = (middle, bad, reason) if now is None else (good, middle, now)
        found[rest.pop(bad - 1)] = reason
    return found if len(found) <= _MOST else {}


def among(tables: Tables, writ_ids: Sequence[str]) -> Tables:
    """The tables with no writs but these, and of proceedings and recusals what bears on them."""
    writs = tables["writs"].filter(pl.col("writ_id").is_in(writ_ids))
    return {
        **tables,
        "writs": writs,
        "recusals": tables["recusals"].filter(
            pl.col("writ_id").is_in(writs["writ_id"].implode())
            | pl.col("party_id").is_in(pl.concat([writs["debtor_id"], writs["creditor_id"]]).implode())
        ),
        "ledger": tables["ledger"].join(writs, on="debtor_id", how="semi"),
    }


def without(tables: Tables, writ_ids: Iterable[str]) -> Tables:
    """The tables without these writs."""
    return among(tables, sorted({*tables["writs"]["writ_id"]} - {*writ_ids}))


def found_among(tables: Tables, trial: Callable[[Tables, str], object], fault: FaultError) -> dict[str, str]:
    """The writs of `tables` at fault, each with the reason. Raises what caused `fault` where it is no writ's.

    trial: reckons everything of tables by a seed.
    """

    def failing(seed: str) -> Callable[[Sequence[str]], str | None]:
        def fails(writ_ids: Sequence[str]) -> str | None:
            try:
                with reckoning(seed):
                    trial(among(tables, writ_ids), seed)
            except FaultError as error:
                return str(error)
            return None

        return fails

    for seed in dict.fromkeys((TRIAL, fault.seed)):
        if found := at_fault(tables["writs"]["writ_id"].to_list(), failing(seed)):
            return found
    raise fault.__cause__ or fault


def set_aside(store: Store, hand: Hand, chamber_id: str, found: dict[str, str], seen: int) -> dict[str, str]:
    """Let writs wait apart, each for its reason, but those that were corrected since event `seen`; returns which."""
    ids = sorted(found)
    with act(store, hand, "set aside", chamber_id=chamber_id, subject=_subject(ids)) as doing:
        writs = held(store, "writs", store.among("t.writ_id", "ids"), ids=ids).filter(pl.col("since") <= seen)
        waits = held(store, "states", f"t.state = 'pending' AND {store.among('t.writ_id', 'ids')}", ids=ids)
        faulty = writs.join(waits, on="writ_id", how="semi")["writ_id"].sort().to_list()
        move(store, doing, faulty, "set_aside", doing.at)
        reasons = {writ_id: found[writ_id] for writ_id in faulty}
        doing.payload["reasons"] = reasons
    return reasons


def put_aside(store: Store) -> dict[str, str]:
    """Writs that are set aside now, by id, each with its reason."""
    reasons: dict[str, str] = {}
    for event in events(store, "what = 'set aside'").iter_rows(named=True):
        reasons |= payload(event)["reasons"]
    ids = sorted(reasons)
    now = held(store, "states", f"t.state = 'set_aside' AND {store.among('t.writ_id', 'ids')}", ids=ids)
    return {writ_id: reasons[writ_id] for writ_id in now["writ_id"].sort()}


def told_aside(reasons: dict[str, str], spoken: Callable[..., str] = english) -> list[str]:
    """A line for each writ that is set aside, with what to do."""
    return [
        spoken(
            "set aside: {writ} ({reason}); correct its row and import it, or `tengbol book mark withdrawn {writ}`",
            writ=writ_id,
            reason=reason,
        )
        for writ_id, reason in reasons.items()
    ]


def _subject(ids: list[str]) -> str:
    return ids[0] if len(ids) == 1 else f"{len(ids)} writs"
