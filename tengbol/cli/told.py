"""What `book batch` and `book assign` say of a batch: who got what, who waits, how even it is, where the papers are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tengbol.cli.batch import sums_of
from tengbol.cli.book_answers import Batch, Given
from tengbol.cli.language import counted, in_it, language, note, said_of, spoken, tell, verdict
from tengbol.cli.machine import answer
from tengbol.cli.say import command, say

if TYPE_CHECKING:
    from tengbol.batch import Result
    from tengbol.book.batches import Made
    from tengbol.book.store import Store

#: More writs of one enforcer than this are counted, not listed.
_LISTED: Final = 6


def told(made: Made, store: Store) -> None:
    """Tell what came of a batch; of a dry run counts and bounds alone, and nobody's name."""
    answer(lambda: _answer(made))
    for writ_id, reason in made.aside.items():
        tell(
            "set aside: {writ} ({reason}); correct its row and import it, or `tengbol book mark withdrawn {writ}`",
            writ=writ_id,
            reason=reason,
        )
    for who, count in made.departed.items():
        tell("{count} proceedings of {who}, who has left, wait again (¶3).", count=count, who=who)
    for who, why in made.stranded.items():
        note(spoken("{who} keeps what he holds, and must not: {why}.", who=who, why=said_of(why)))
    waiting = ", ".join(f"{count} {code}" for code, count in made.waiting.items()) or spoken("nobody")
    if made.result is None:
        tell("Nothing is to be distributed. Waiting: {waiting}.", waiting=waiting)
        return
    from tengbol.report.noticed import notes

    for sentence in notes(made.result, language()):
        note(sentence)
    what = (
        spoken("A dry run, nothing is kept but that it ran") if made.tried else spoken("Batch {id}", id=made.batch_id)
    )
    assigned = counted("{n} writ assigned", "{n} writs assigned", made.result.counts["assigned"])
    tell("{what}: {assigned}. Waiting: {waiting}.", what=what, assigned=assigned, waiting=waiting)
    if made.tried:
        _pools(made.result)
    else:
        _given(made.result)
    proof = made.result.proof
    verdict(spoken("Σe² by category"), proof.objective, proof.lower_bound)
    verdict(spoken("Σe² of totals"), proof.objective_total, proof.lower_bound_total)
    if not made.tried:
        from tengbol.book.store import shown

        papers = command(
            "forms", shown(store.url).removeprefix("sqlite:///"), "--batch", made.number, "--out", "DIR", *in_it()
        )
        tell("Lists and acts of handover, register, notices: {command}", command=papers)


def _answer(made: Made) -> Batch:
    """The same to a program."""
    result, names = made.result, ("writ_id", "enforcer_id", "category", "basis", "bundle_id", "pool_size")
    got = [] if result is None or made.tried else result.assignments.select(names).to_dicts()
    return Batch(
        batch_id=made.batch_id,
        number=made.number,
        dry_run=made.tried,
        count=0 if result is None else result.assignments.height,
        assigned=[Given(**row) for row in got],
        waiting=made.waiting,
        set_aside={writ: said_of(why) for writ, why in made.aside.items()},
        departed=made.departed,
        stranded={who: said_of(why) for who, why in made.stranded.items()},
        sums=None if result is None else sums_of(result),
    )


def _given(result: Result) -> None:
    """A line for each enforcer who got anything."""
    import polars as pl

    from tengbol.model.alphabet import by_alphabet

    names = dict(result.standing.select("enforcer_id", "name").unique().rows())
    got = (
        result.assignments.sort("writ_id")
        .group_by("enforcer_id", maintain_order=True)
        .agg("writ_id")
        .with_columns(name=pl.col("enforcer_id").replace(names))
        .sort(by_alphabet("name"), "enforcer_id")
    )
    wide = len(str(got["writ_id"].list.len().max() or 0))
    for enforcer_id, writs, name in got.iter_rows():
        listed = ", ".join(writs[:_LISTED]) + (f", … (+{len(writs) - _LISTED})" if len(writs) > _LISTED else "")
        say(f"  {len(writs):>{wide}}  {name} ({enforcer_id}): {listed}")


def _pools(result: Result) -> None:
    """How many writs of each size of pool, and how many whose enforcer the Rules name."""
    import polars as pl

    by_size = result.assignments.group_by("pool_size").len().sort("pool_size")
    for size, writs in by_size.iter_rows():
        tell("  pools of {size}: {writs}", size=size, writs=counted("{n} writ", "{n} writs", writs))
    bound = result.assignments.filter(~pl.col("basis").is_in(["registered", "attached"])).height
    tell("  of these bound by ¶11, ¶13, ¶14: {bound}", bound=bound)
