"""Whether the batches follow one another as they were published: links, numbers, commitments, seeds.

- link of batch n: SHA-256 of `tengbol batch`, the link before and the text of its public part, one a line;
- its secret fits the commitment published with the batch before: SHA-256 of `tengbol commitment` and the secret;
- its seed: SHA-256 of `tengbol seed 2`, the secret, the digest of what the lot goes by, which its line shows, and the
  public value, if one was named before; up to version 0.1.0 of `tengbol seed` with the digest of the whole input.
"""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tengbol.phrase import Phrase
from tengbol.verify.public.lines import canonical
from tengbol.verify.public.writs import BINDING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tengbol.verify.findings import Findings
    from tengbol.verify.public.lines import Header, Line

START: Final = sha256(b"tengbol batch\n").hexdigest()
#: Where a check of the chain is described.
PLACE: Final = "docs/public.md"


def check_chain(header: Header, lines: list[Line], found: Findings) -> None:
    """Follow the chain from what the file begins with."""
    _check_links(header, lines, found)
    _check_order(header, lines, found)
    _check_runs(lines, found)
    _check_seeds(header, lines, found)
    keys = {line.key_commitment for line in lines}
    if len(keys) > 1:
        found.broken("key", "", "", PLACE, Phrase("the batches go by {n} different keys", n=len(keys)))
    found.holds("key", "", PLACE, Phrase("All batches mask their writs by one key."))
    chambers = {line.chamber_id for line in lines}
    if len(chambers) > 1:
        found.broken(
            "chamber",
            "",
            "",
            PLACE,
            Phrase("the batches are of {n} chambers, whose chains are their own", n=len(chambers)),
        )


def hashed(*lines: str) -> str:
    """SHA-256 of lines of text, hex; the last one without an end."""
    return sha256("\n".join(lines).encode()).hexdigest()


def _check_links(header: Header, lines: list[Line], found: Findings) -> None:
    before = header.link
    for line in lines:
        if hashed("tengbol batch", before, line.text) != line.link:
            found.broken(
                "chain",
                "",
                Phrase("batch {number}", number=line.number),
                PLACE,
                Phrase("its link is not that of its content and the link before"),
            )
        before = line.link
    found.holds(
        "chain",
        "",
        PLACE,
        Phrase(
            "{n} batches, each linked to the one before; compare the last link: {before}.", n=len(lines), before=before
        ),
    )


def _check_order(header: Header, lines: list[Line], found: Findings) -> None:
    first = lines[0].number
    if (first == 1) != (header.link == START):
        found.broken(
            "order",
            "",
            Phrase("line {number}", number=1),
            PLACE,
            Phrase("its link does not fit a file that begins with batch {first}", first=first),
        )
    for earlier, later in pairwise(lines):
        if later.number != earlier.number + 1:
            found.broken(
                "order",
                "",
                Phrase("batch {number}", number=later.number),
                PLACE,
                Phrase("follows batch {number}", number=earlier.number),
            )
        sentence = Phrase("is of an earlier day than batch {number}", number=earlier.number)
        if later.day < earlier.day and later.run is not None and later.run.document is not None:
            sentence = Phrase(
                "{what}, on the document '{document}'; the file cannot show whether that is right",
                what=sentence,
                document=later.run.document,
            )
            found.unproven("order", "", Phrase("batch {number}", number=later.number), PLACE, sentence)
        elif later.day < earlier.day:
            found.broken("order", "", Phrase("batch {number}", number=later.number), PLACE, sentence)
        if (later.run is None and earlier.run is not None) or later.lot_version < earlier.lot_version:
            sentence = Phrase("is told as version 0.1.0 did, after one that was not")
            found.broken("order", "", Phrase("batch {number}", number=later.number), PLACE, sentence)
    last = lines[-1].number
    found.holds(
        "order",
        "",
        PLACE,
        Phrase(
            "Batches {first} to {last} are all there, in the order of their numbers and days.", first=first, last=last
        ),
    )


def _check_runs(lines: list[Line], found: Findings) -> None:
    """Name every batch that was made on another day than its own, or says that it did not run as of then."""
    for line in lines:
        name = Phrase("batch {number}", number=line.number)
        if line.run is None:
            continue
        if line.day > line.run.made:
            found.broken(
                "run",
                "",
                name,
                PLACE,
                Phrase("is of {day}, and was made before, on {made}", day=line.day, made=line.run.made),
            )
        elif line.run.document is not None:
            sentence = Phrase(
                "is of {day} and was made on {made}, not as of then, on the document '{document}'; the file "
                "cannot show whether that is right",
                day=line.day,
                made=line.run.made,
                document=line.run.document,
            )
            found.unproven("run", "", name, PLACE, sentence)
        elif line.day < line.run.made:
            found.broken(
                "run",
                "",
                name,
                PLACE,
                Phrase("was made on {made}, of an earlier day without a document", made=line.run.made),
            )
    told = sum(line.run is not None for line in lines)
    if told:
        found.holds(
            "run", "", PLACE, Phrase("{told} batches ran as of when they were made, or on a document.", told=told)
        )


def lot_digest(
    rows: Sequence[tuple[str, str | None, str, str, str, str, str]],
    pools: dict[str, list[str]],
    opening: str,
    parts: dict[str, list[int]],
) -> str:
    """What the lot goes by: balances, pools, parts; of each writ id, bundle, category, pool, whom it was bound to.

    rows: as those of a batch's line (`Line.assignments`).
    """
    columns = list(zip(*rows, strict=True)) or [()] * 7
    writ, bundle, category, _, basis, pool, enforcer = map(list, columns)
    bound = [who if why in BINDING else None for who, why in zip(enforcer, basis, strict=True)]
    goes_by = {
        "bound": bound,
        "bundle": bundle,
        "category": category,
        "opening": opening,
        "pool": pool,
        "pools": pools,
        "writ": writ,
        **({"parts": parts} if parts else {}),
    }
    return hashed("tengbol lot", canonical(goes_by))


def _seed(line: Line) -> str:
    """The seed that follows from what a line tells."""
    if line.run is None:
        return hashed("tengbol seed", line.secret or "", line.input_digest or "", line.public_value or "")
    return hashed(
        "tengbol seed 2",
        line.secret or "",
        lot_digest(line.assignments, line.pools, line.opening, line.parts),
        line.public_value or "",
    )


def _check_seeds(header: Header, lines: list[Line], found: Findings) -> None:
    committed = header.commitment
    drawn = given = open_ = 0
    revealed: set[str] = set()
    for line in lines:
        name = Phrase("batch {number}", number=line.number)
        if line.secret is None or line.input_digest is None:
            given += 1
            if committed is not None:
                found.broken("seed", "", name, PLACE, Phrase("reveals no secret, and one was committed to"))
        else:
            drawn += 1
            if committed is None:
                open_ += 1
            elif hashed("tengbol commitment", line.secret) != committed:
                found.broken("seed", "", name, PLACE, Phrase("its secret is not the one committed to before"))
            if line.secret in revealed:
                found.broken("seed", "", name, PLACE, Phrase("its secret was no secret: an earlier batch revealed it"))
            revealed.add(line.secret)
            if _seed(line) != line.seed:
                found.broken(
                    "seed", "", name, PLACE, Phrase("its seed does not follow from secret, input and public value")
                )
        committed = line.commitment
    if given:
        sentence = Phrase(
            "{given} batches had a seed that somebody gave; nothing shows that it was chosen before the batch",
            given=given,
        )
        found.unproven("seed", "", "", PLACE, sentence)
    if open_:
        sentence = Phrase("for {open} batches no commitment to the secret was published before", open=open_)
        found.unproven("seed", "", "", PLACE, sentence)
    if drawn:
        found.holds(
            "seed",
            "",
            PLACE,
            Phrase("{drawn} seeds follow from a secret, the input and the public value.", drawn=drawn),
        )
