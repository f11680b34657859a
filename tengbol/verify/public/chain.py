"""Whether the batches follow one another as they were published: links, numbers, commitments, seeds.

- link of batch n: SHA-256 of `tengbol batch`, the link before and the text of its public part, one a line;
- its secret fits the commitment published with the batch before: SHA-256 of `tengbol commitment` and the secret;
- its seed: SHA-256 of `tengbol seed`, the secret, the input's digest and the public value, if one was named before.
"""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tengbol.verify.findings import Findings
    from tengbol.verify.public.lines import Header, Line

START: Final = sha256(b"tengbol batch\n").hexdigest()
#: Where a check of the chain is described.
PLACE: Final = "docs/public.md"


def check_chain(header: Header, lines: list[Line], found: Findings) -> None:
    """Follow the chain from what the file begins with."""
    _check_links(header, lines, found)
    _check_order(header, lines, found)
    _check_seeds(header, lines, found)
    keys = {line.key_commitment for line in lines}
    if len(keys) > 1:
        found.broken("key", "", "", PLACE, f"the batches go by {len(keys)} different keys")
    found.holds("key", "", PLACE, "All batches mask their writs by one key.")
    chambers = {line.chamber_id for line in lines}
    if len(chambers) > 1:
        found.broken(
            "chamber", "", "", PLACE, f"the batches are of {len(chambers)} chambers, whose chains are their own"
        )


def hashed(*lines: str) -> str:
    """SHA-256 of lines of text, hex; the last one without an end."""
    return sha256("\n".join(lines).encode()).hexdigest()


def _check_links(header: Header, lines: list[Line], found: Findings) -> None:
    before = header.link
    for line in lines:
        if hashed("tengbol batch", before, line.text) != line.link:
            found.broken(
                "chain", "", f"batch {line.number}", PLACE, "its link is not that of its content and the link before"
            )
        before = line.link
    found.holds(
        "chain", "", PLACE, f"{len(lines)} batches, each linked to the one before; compare the last link: {before}."
    )


def _check_order(header: Header, lines: list[Line], found: Findings) -> None:
    first = lines[0].number
    if (first == 1) != (header.link == START):
        found.broken("order", "", "line 1", PLACE, f"its link does not fit a file that begins with batch {first}")
    for earlier, later in pairwise(lines):
        if later.number != earlier.number + 1:
            found.broken("order", "", f"batch {later.number}", PLACE, f"follows batch {earlier.number}")
        if later.day < earlier.day:
            found.broken(
                "order", "", f"batch {later.number}", PLACE, f"is of an earlier day than batch {earlier.number}"
            )
    last = lines[-1].number
    found.holds("order", "", PLACE, f"Batches {first} to {last} are all there, in the order of their numbers and days.")


def _check_seeds(header: Header, lines: list[Line], found: Findings) -> None:
    committed = header.commitment
    drawn = given = open_ = 0
    revealed: set[str] = set()
    for line in lines:
        name = f"batch {line.number}"
        if line.secret is None or line.input_digest is None:
            given += 1
            if committed is not None:
                found.broken("seed", "", name, PLACE, "reveals no secret, and one was committed to")
        else:
            drawn += 1
            if committed is None:
                open_ += 1
            elif hashed("tengbol commitment", line.secret) != committed:
                found.broken("seed", "", name, PLACE, "its secret is not the one committed to before")
            if line.secret in revealed:
                found.broken("seed", "", name, PLACE, "its secret was no secret: an earlier batch revealed it")
            revealed.add(line.secret)
            if hashed("tengbol seed", line.secret, line.input_digest, line.public_value or "") != line.seed:
                found.broken("seed", "", name, PLACE, "its seed does not follow from secret, input and public value")
        committed = line.commitment
    if given:
        sentence = f"{given} batches had a seed that somebody gave; nothing shows that it was chosen before the batch"
        found.unproven("seed", "", "", PLACE, sentence)
    if open_:
        sentence = f"for {open_} batches no commitment to the secret was published before"
        found.unproven("seed", "", "", PLACE, sentence)
    if drawn:
        found.holds("seed", "", PLACE, f"{drawn} seeds follow from a secret, the input's digest and the public value.")
