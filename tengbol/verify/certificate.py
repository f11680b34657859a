"""The proof that comes with a result, checked in whole numbers: docs/certificate.md, which alone this is written from.

Whatever numbers stand there, what they prove is true: a bound is reckoned from them, never taken from them. So a
certificate in which something was changed proves less than it says, and is refused, or it is a proof all the same.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from tengbol.phrase import Phrase
from tengbol.verify.crowds import check_counts
from tengbol.verify.findings import reason_of
from tengbol.verify.listing import TooMuchError
from tengbol.verify.numbered import Numbered, RefusedError
from tengbol.verify.prices import Prices
from tengbol.verify.sets import Sets
from tengbol.verify.told import is_list, is_object, is_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tengbol.verify.evenness import Component
    from tengbol.verify.findings import Findings

FILE: Final = "certificate.json"
POINT: Final = "contract 3.8"
#: Keys of a component that prove its bounds.
THEOREMS: Final = ("tree", "sets", "counts")


def check_certificate(file: Path, parts: Sequence[Component], found: Findings) -> dict[str, tuple[int, int]]:
    """What the certificate of a result proves of both objectives, by the first enforcer of each component."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        found.broken("certificate", FILE, "", POINT, Phrase("cannot be read"))
        return {}
    return check_proof(told, parts, found)


def check_proof(told: Any, parts: Sequence[Component], found: Findings) -> dict[str, tuple[int, int]]:
    """The same of a proof that was read already."""
    listed = told.get("components") if is_object(told) else None
    names = [part.get("enforcer") if is_object(part) else None for part in listed] if is_list(listed) else None
    first = is_object(told) and is_whole(told.get("version")) and told["version"] == 1
    if not is_list(listed) or not first or names != [part.enforcers[0] for part in parts]:
        found.broken("certificate", FILE, "", POINT, Phrase("is not of version 1, or of other components"))
        return {}
    out: dict[str, tuple[int, int]] = {}
    for part, own in zip(parts, listed, strict=True):
        bounds = own.get("bounds")
        if not (is_list(bounds) and len(bounds) == 2 and all(map(is_whole, bounds))):
            found.broken("certificate", FILE, part.name, POINT, Phrase("says no bounds"))
        elif any(key in own for key in THEOREMS):
            try:
                prove(part, own, (bounds[0], bounds[1]))
                out[part.enforcers[0]] = (bounds[0], bounds[1])
            except TooMuchError:
                sentence = Phrase("to check its proof takes more steps, or larger numbers, than are allowed")
                found.unproven("certificate", FILE, part.name, POINT, sentence)
            except (RefusedError, RecursionError) as error:
                found.broken(
                    "certificate",
                    FILE,
                    part.name,
                    POINT,
                    Phrase(
                        "proves nothing: {error}",
                        error=reason_of(error) if isinstance(error, RefusedError) else Phrase("it is too deep"),
                    ),
                )
    rest = "" if len(out) == len(parts) else Phrase("; of the others a search was the proof")
    sentence = Phrase(
        "Integers prove both bounds of {shown} of {n} components{rest}.", shown=len(out), n=len(parts), rest=rest
    )
    found.holds("certificate", FILE, POINT, sentence)
    return out


def prove(part: Component, told: Any, bounds: tuple[int, int]) -> None:
    """Reckon what a component's proof proves, by each theorem that it uses.

    Raises `RefusedError` where that is less than the bounds, `TooMuchError` where to check it takes too much.
    """
    own = Numbered(part)
    if "tree" in told:
        Prices(own, bounds).check(told["tree"])
    if "sets" in told:
        Sets(own, bounds, told["sets"]).check(told["sets"])
    if "counts" in told:
        check_counts(own, told["counts"], bounds)
