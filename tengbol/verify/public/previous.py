"""A public report against an earlier one: the same batches told the same, and a beginning that is where that one stood.

What a file begins with (link, commitment, balances) is not hashed in it: only an earlier file can hold it to that.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tengbol.phrase import Phrase
from tengbol.verify.findings import Findings, Kind
from tengbol.verify.law import CATEGORIES
from tengbol.verify.public.batch import concerned_in, replay, standing
from tengbol.verify.public.chain import PLACE, check_chain
from tengbol.verify.public.corrections import Past
from tengbol.verify.public.lines import read_lines

if TYPE_CHECKING:
    from pathlib import Path

    from tengbol.verify.balances import Standing
    from tengbol.verify.public.lines import Header, Line


def check_previous(path: Path, header: Header, lines: list[Line], found: Findings) -> None:
    """Check that a file tells the batches of an earlier one as that did, or goes on where that ended."""
    before = Findings()
    earlier_header, earlier = read_lines(path, before)
    if earlier_header is None or not earlier:
        found.broken("previous", path.name, "", PLACE, Phrase("it has no batch that can be read"))
        return
    check_chain(earlier_header, earlier, before)
    told = {line.number: line for line in lines}
    for line in earlier:
        if line.number in told and told[line.number].link != line.link:
            found.broken(
                "previous",
                "",
                Phrase("batch {number}", number=line.number),
                PLACE,
                Phrase("was published otherwise before"),
            )
    first, last = lines[0].number, earlier[-1].number
    if first > last + 1:
        found.broken(
            "previous",
            "",
            Phrase("batch {number}", number=first),
            PLACE,
            Phrase("follows batch {last} of the file before", last=last),
        )
    if last > lines[-1].number:
        found.broken(
            "previous",
            "",
            Phrase("batch {number}", number=last),
            PLACE,
            Phrase("was published before and is not there any more"),
        )
    if earlier[0].key_commitment != lines[0].key_commitment:
        found.broken(
            "previous", "", "key", PLACE, Phrase("its writs are masked by another key than in the file before")
        )
    if earlier[0].chamber_id != lines[0].chamber_id:
        found.broken("previous", "", "chamber", PLACE, Phrase("it is of another chamber than the file before"))
    if first >= earlier[0].number:
        _check_begins(header, lines, earlier_header, earlier, before, found)
    else:
        _check_begins(earlier_header, earlier, header, lines, Findings(), found)
    found.made += [
        replace(finding, check="previous", file=path.name) for finding in before.made if finding.kind is Kind.BROKEN
    ]
    found.holds(
        "previous", "", PLACE, Phrase("It agrees with what was published before, up to batch {last}.", last=last)
    )


def told_before(path: Path, number: int) -> Past:
    """What the batches of an earlier file gave, up to the one before `number`: what later corrections are of."""
    header, lines = read_lines(path, Findings())
    past = Past()
    for line in lines if header is not None else []:
        if line.number < number:
            past.correct(line, Findings())
            for who, category, _, _ in line.corrections:
                past.settle((who, category))
            past.give(line)
    return past


def _check_begins(
    header: Header, lines: list[Line], longer_header: Header, longer: list[Line], within: Findings, found: Findings
) -> None:
    """Check that the file of `header` begins as the other one, which begins no later, stood at that place."""
    past = [line for line in longer if line.number < lines[0].number]
    link, commitment = (past[-1].link, past[-1].commitment) if past else (longer_header.link, longer_header.commitment)
    if header.link != link:
        found.broken(
            "previous", "", "link", PLACE, Phrase("the two files have different links before their common batch")
        )
    if header.commitment != commitment:
        found.broken("previous", "", "commitment", PLACE, Phrase("the two files have different commitments before it"))
    balances = standing(longer_header.opening)
    told = Past()
    for line in past:
        balances = replay(line, balances, told, within)
    changed = _differing(standing(header.opening), balances, header, lines)
    if changed:
        sentence = Phrase("the two files have different balances of {names} before it", names=", ".join(changed[:3]))
        found.broken("previous", "", "opening", PLACE, sentence)


def _differing(opened: Standing, closed: Standing, header: Header, lines: list[Line]) -> list[str]:
    """Enforcers whom a file opens with other balances than they had, of all who have to do with it at any time.

    Whoever neither is named in its opening nor stands in any of its pools may have left the chamber.
    """
    here = {row[0] for row in header.opening}.union(*map(concerned_in, lines))
    return sorted(
        who
        for who in here
        if any(
            (opened.received[who, category], opened.share[who, category])
            != (closed.received[who, category], closed.share[who, category])
            for category in CATEGORIES
        )
    )
