"""How many writs came bound to their enforcers, by the word of the chamber alone: no lot was drawn for them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from tengbol.phrase import Phrase, joined
from tengbol.verify.public.writs import BINDING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tengbol.verify.public.lines import Line

_BY_PARAGRAPH: Final = sorted((name, basis) for basis, name in BINDING.items())
#: So many enforcers are named, of whose writs the largest part came bound.
_NAMED: Final = 20


def how_many_bound(lines: Iterable[Line]) -> str:
    """By enforcer, how many of the writs that all batches gave him came bound, and by what; empty where none did.

    Whose part of bound writs is largest stands first: whom a chamber favours by calling free writs bound, does.
    """
    given = Counter((row[6], row[4]) for line in lines for row in line.assignments)
    whole, bound = Counter[str](), Counter[str]()
    for (who, basis), writs in given.items():
        whole[who] += writs
        bound[who] += writs if basis in BINDING else 0
    who_has = sorted(filter(bound.__getitem__, bound), key=lambda who: (-bound[who] / whole[who], -bound[who], who))
    if not who_has:
        return ""
    each = [
        Phrase(
            "{who} {bound} of {n} ({by})",
            who=who,
            bound=bound[who],
            n=whole[who],
            by=", ".join(f"{name} {given[who, basis]}" for name, basis in _BY_PARAGRAPH if given[who, basis]),
        )
        for who in who_has[:_NAMED]
    ]
    left = len(who_has) - len(each)
    return Phrase(
        "; bound are {bound} of {n} writs, of single enforcers: {each}{more}",
        bound=bound.total(),
        n=whole.total(),
        each=joined(each, ", "),
        more=Phrase(" and {n} more", n=left) if left else "",
    )
