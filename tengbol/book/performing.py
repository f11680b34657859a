"""How an act of correction is performed: on a document, by two people where it moves a writ, and shown before.

What an act will do is what it does: it is performed, and for `--dry-run` taken back before it is kept. Nothing is drawn
in it, so nothing of a lot to come can be seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from tengbol.book.acts import act
from tengbol.errors import UnusableInputError
from tengbol.model.law.balances import WRIT
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from tengbol.book.acts import Act, Hand
    from tengbol.book.store import Store

_NOBODY = pl.DataFrame(
    schema={"enforcer_id": pl.String(), "category": pl.String(), "received": pl.Int64(), "share": pl.Int64()}
)


@dataclass(frozen=True)
class Effect:
    """said: sentences. balances: `enforcer_id`, `category` and by how much `received` and `share` (billionths) change.

    tried: whether it was only shown.
    """

    said: tuple[Phrase, ...]
    balances: pl.DataFrame = field(default_factory=lambda: _NOBODY)
    tried: bool = False

    def lines(self) -> list[Phrase]:
        """All that there is to say of it, line by line."""
        moved = [
            Phrase(
                "{who}, {category}: received {received}, share {share}",
                who=who,
                category=category,
                received=f"{received:+d}",
                share=f"{share / WRIT:+.9f}",
            )
            for who, category, received, share in self.balances.iter_rows()
        ]
        return [*self.said, *moved, Phrase("A dry run: nothing is kept.") if self.tried else Phrase("Recorded.")]

    def __str__(self) -> str:
        return "\n".join(self.lines())


class AloneError(UnusableInputError):
    """A writ would be moved by one person alone."""


class _TriedError(Exception):
    """An act that is only shown; all of it is taken back."""


def performed(
    store: Store,
    hand: Hand,
    what: str,
    subject: str,
    work: Callable[[Act], Effect],
    *,
    reason: str,
    dry_run: bool = False,
) -> Effect:
    """Perform an act of correction. Raises `UnusableInputError`, with the book as it was."""
    if not (hand.document or "").strip():
        raise UnusableInputError(
            "A correction needs --document TEXT: the paper on which it is made, its number and day."
        )
    done: list[Effect] = []
    try:
        with act(store, hand, what, subject=subject) as doing:
            doing.payload |= {"reason": reason, **({"second": hand.second} if hand.second else {})}
            done.append(work(doing))
            if dry_run:
                raise _TriedError
    except _TriedError:
        return replace(done[0], tried=True)
    return done[0]


def refuse_alone(hand: Hand) -> None:
    """Let nobody move a writ alone: a second person is named, whose word it is that he agrees."""
    second = (hand.second or "").strip()
    if not second:
        raise AloneError("This moves a writ: give --second NAME, the person who has checked it beside you.")
    if second.casefold() == hand.who.strip().casefold():
        raise UnusableInputError("--second '{second}' is who does it; a second person has to check it.", second=second)


def one_of(option: str, given: str, known: tuple[str, ...]) -> str:
    """A code of a closed list."""
    if given not in known:
        raise UnusableInputError(
            "{option} '{given}': one of {known} is accepted.", option=option, given=given, known=", ".join(known)
        )
    return given
