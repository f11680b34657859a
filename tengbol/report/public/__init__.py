"""The public report: one file from which a stranger recomputes every batch of a chamber, without anything personal.

Its description is `docs/public.md`; `tengbol verify --public` checks it, sharing no code with what writes it.
"""

from tengbol.report.public.chain import START, canonical, link
from tengbol.report.public.file import FORMAT, lines, write_public
from tengbol.report.public.find import Place, find
from tengbol.report.public.names import public_enforcers, public_pool, public_writs
from tengbol.report.public.part import public_part

__all__ = [
    "FORMAT",
    "START",
    "Place",
    "canonical",
    "find",
    "lines",
    "link",
    "public_enforcers",
    "public_part",
    "public_pool",
    "public_writs",
    "write_public",
]
