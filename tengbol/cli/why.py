"""`tengbol why`: why a writ went where it went, and what it would have cost had another got it (¶4, ¶15)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer

from tengbol.cli.language import language, reworded, spoken, tell
from tengbol.cli.machine import answer
from tengbol.cli.say import say
from tengbol.errors import UnusableInputError
from tengbol.phrase import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tengbol.cli.answers import Why
    from tengbol.report.record import Record
    from tengbol.scenarios.why.again import Again
    from tengbol.scenarios.why.answer import Answer
    from tengbol.scenarios.why.meant import Refused


def why_command(
    result: Annotated[
        str,
        typer.Argument(
            metavar="RESULT|BOOK|PUBLIC",
            help="Result folder of `tengbol run`, a book (file or URL), or a public file.",
        ),
    ],
    writ: Annotated[
        str, typer.Argument(metavar="WRIT", help="Id or number of the writ; in a public file, its public id.")
    ],
    instead: Annotated[
        str | None,
        typer.Option(
            "--instead", metavar="ENFORCER", help="Also recompute the batch with the writ assigned to this enforcer."
        ),
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option("--input", metavar="INPUT", help="Input from which RESULT was made, to show names and numbers."),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="File of the chamber's key, if RESULT was made with one."),
    ] = None,
) -> None:
    """Explain why a writ went to its enforcer, and how uneven the batch would be with any other."""
    from tengbol.report.words import Words
    from tengbol.scenarios.why.answer import why
    from tengbol.scenarios.why.meant import Refused

    published = _is_published(result)
    if published:
        from tengbol.scenarios.why.published import why_published

        found = why_published(Path(result), writ.lower(), lambda phrase: phrase.said(spoken), instead=instead)
    else:
        batch = _record(result, source, key, writ)
        if isinstance(batch, Refused):
            _tell_refused(batch)
            return
        writ_id, record, masked, own = batch
        found = why(record, writ_id, Words(language()), instead=instead, masked=masked, key=own)
    answer(lambda: cast("Why", found.as_json()))
    if published:
        say(found.explanation)
        _tell_choice(found)
        _tell_left_out(found)
    else:
        _tell(found)


def _is_published(result: str) -> bool:
    from tengbol.io.kinds import PUBLIC, kind_of

    return Path(result).is_file() and kind_of(Path(result)) == PUBLIC


def _record(
    result: str, source: Path | None, key: Path | None, asked: str
) -> tuple[str, Record, bool, str | None] | Refused:
    """The writ that is meant, the batch that distributed it last, whether its lot went by masked ids, and their key.

    Or what was refused of it.
    """
    from tengbol.io.key import BESIDE, commitment, read_key
    from tengbol.report.folders import of_path
    from tengbol.scenarios.why.meant import Refused, one_of

    folder = Path(result)
    if folder.is_dir():
        record = of_path(folder, source)
        lot = json.loads((folder / "manifest.json").read_bytes()).get("lot") or {}
        masked, beside = lot.get("ids") == "masked", folder / BESIDE
        kept = key or (beside if masked and beside.is_file() else None)
        own = None if kept is None else read_key(kept)
        if own is not None and commitment(own) != lot.get("key_commitment"):
            raise UnusableInputError("{key}: is not the key that {result} was made with.", key=kept, result=folder)
        found = _meant(folder, source, record, asked)
        return found if isinstance(found, Refused) else (found, record, masked, own)
    import polars as pl

    from tengbol.book.access import open_book
    from tengbol.book.incomplete import faults
    from tengbol.book.opening import key_of
    from tengbol.book.past import export_batch
    from tengbol.book.status import last_batch_of, writs_called
    from tengbol.io.staging import staging

    store = open_book(result)
    writ_id = one_of(asked, writs_called(store, asked)) or asked
    if fault := faults(store, pl.Series([writ_id])):
        return Refused(asked, None, pl.DataFrame({"message": list(fault.values())}))
    number, chamber_id = last_batch_of(store, writ_id)
    with staging() as folder:
        given, made = export_batch(store, folder, number, chamber_id)
        return writ_id, of_path(made, given), True, key_of(store)


def _meant(folder: Path, source: Path | None, record: Record, asked: str) -> str | Refused:
    """The id that the batch has; else what the input, where it is given, has by this id or number."""
    if any(asked in table["writ_id"] for table in (record.assignments, record.unassigned)):
        return asked
    if source is None:
        raise UnusableInputError(
            "Writ {writ}: this batch has no such writ by its id. With --input INPUT the numbers of documents and the "
            "refused rows are looked through, too.",
            writ=asked,
        )
    from tengbol.report.folders import read_result
    from tengbol.scenarios.why.meant import meant

    return meant(asked, read_result(source, folder)[2])


def _tell_refused(found: Refused) -> None:
    """Say that a row was refused, where it stands, and what to write there."""
    from tengbol.io.check import lines

    if found.reading is None:
        told = [reworded(message, "writs") for message in found.faults["message"]]
    else:
        told = lines(found.reading, found.faults, spoken, reworded)
    tell("{writ}: refused, and so not distributed. Correct it and enter it with the next batch:", writ=found.asked)
    for line in told:
        say(f"  {line}")
    answer(lambda: cast("Why", found.as_json(told)))


def _tell(found: Answer) -> None:
    row = found.row
    if not found.assigned:
        say(f"{row['writ_id']}. {found.explanation}")
        return
    say(f"{row['writ_id']} → {_who(row)}. {found.explanation}")
    _tell_choice(found)


def _tell_choice(found: Answer) -> None:
    """What another would have cost."""
    if found.prices.height > 1:
        tell("What it would have cost had another of the pool got it, all else held (Σe², squared writs):")
        for member in found.prices.iter_rows(named=True):
            if not member["has"]:
                say(f"  {_who(member)}: {_price(found, member)}")
    _tell_instead(found)


def _tell_left_out(found: Answer) -> None:
    """Who was left out, as far as a public file shows it."""
    for reason, sentence in _LEFT_OUT.items():
        names = found.left_out.filter(reason=reason)["enforcer_id"]
        if len(names):
            tell(sentence, who=", ".join(names))


_LEFT_OUT: Final = {
    "recused": mark("Of the district, and in another pool of it in this batch, so recused: {who}."),
    "away": mark("Of the district, and in no pool of it in this batch, so away or recused: {who}."),
}


def _who(row: Mapping[str, object]) -> str:
    """Name and id; the id alone where nobody knows the name."""
    name, enforcer_id = row["name"], row["enforcer_id"]
    return str(enforcer_id) if name == enforcer_id else f"{name} ({enforcer_id})"


def _price(found: Answer, member: dict[str, Any]) -> str:
    first, second, alike = member["first"], member["second"], member["alike"]
    if first == 0 and second == 0:
        number = member["number"] or spoken("known with --key")
        return spoken("the same in both sums; between equals the lot chose (number {number})", number=number)
    told = [spoken("by category {first}, of totals {second}", first=_signed(first), second=_signed(second))]
    if alike:
        told.append(
            spoken(
                "has {alike} of the {same} alike, and an exchange changes nothing: the lot dealt which",
                alike=alike,
                same=found.same,
            )
        )
    return "; ".join(told)


def _tell_instead(found: Answer) -> None:
    who = found.instead
    if who is None or who == found.row["enforcer_id"]:
        return
    if found.again is not None:
        tell("Had {who} got it, and all the rest been distributed anew: {told}.", who=who, told=_anew(found.again))
        return
    reasons = found.left_out.filter(enforcer_id=who)
    if found.row["basis"] not in ("registered", "attached"):
        tell("{who} could not have got it: it is bound ({basis}).", who=who, basis=found.row["basis"])
    elif reasons.height:
        from tengbol.model.sentences import REASONS
        from tengbol.report.words import Words

        reason = reasons["reason"][0]
        why = (
            spoken("away or recused, as far as the file shows")
            if reason == "away"
            else Words(language())(REASONS[reason])
        )
        tell("{who} could not have got it: {reason}.", who=who, reason=why)
    else:
        tell("{who} could not have got it: he is not of this pool (¶9, ¶10).", who=who)


def _anew(again: Again) -> str:
    if again.change == again.least == 0 and again.second == again.second_least == 0:
        return spoken("nothing lost; both sums are the same, so the lot chose between equals")
    if again.change == again.least:
        told = spoken("by category {first}, proven least", first=_signed(again.change))
    else:
        told = spoken(
            "by category {first}; below {least} is impossible", first=_signed(again.change), least=_signed(again.least)
        )
    return told if again.change else "; ".join([told, spoken("of totals {second}", second=_signed(again.second))])


def _signed(thousandths: int) -> str:
    """Squared thousandths as squared writs, with a sign and at least one place."""
    text = f"{thousandths / 1e6:+.6f}".rstrip("0")
    return f"{text}0" if text.endswith(".") else text
