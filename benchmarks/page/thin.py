"""The part of the page on thin districts: how many are proven, and in what time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.families import FAMILIES
from benchmarks.page.section import Section, Table, mega
from benchmarks.peers import TENGBOL

if TYPE_CHECKING:
    from benchmarks.apart import Apart, Thin


def thin(found: Thin) -> Section:
    """The districts' section."""
    case, kind = found.case, FAMILIES["thin"]
    columns = (
        "peer", "districts", "first proven", "second proven", "seconds", "slowest district", "median", "CPU s",
        "peak MB", "Σe², writs²", "ended",
    )  # fmt: skip
    return Section(
        "Thin districts",
        (
            f"{case.writs:,} writs, {case.enforcers:,} enforcers, every district apart, "
            f"{kind.drawn or 0:.0%} of draws bundles of 2 to 12 writs over one to four categories, opening with a "
            f"standard deviation of {kind.uneven:g} writs. One worker each, district after district; peers with a "
            f"time limit have {found.limit:g} s for each. tengbol's seconds include both objectives, the others' only "
            "the first.",
            Table(columns, tuple(_row(each) for each in found.peers)),
        ),
    )


def _row(each: Apart) -> tuple[str, ...]:
    if not each.districts:
        return (each.peer, *["–"] * 6, f"{each.cpu_seconds:.1f}", mega(each.peak), "–", each.failure)
    seconds = [district.seconds for district in each.districts]
    placed = [district.objective for district in each.districts if district.objective is not None]
    missing = len(each.districts) - len(placed)
    return (
        each.peer,
        str(len(each.districts)),
        str(each.proven),
        str(each.proven_total) if each.peer == TENGBOL else "not searched",
        f"{each.seconds:.1f}",
        f"{max(seconds):.2f}",
        f"{float(np.median(seconds)):.3f}",
        f"{each.cpu_seconds:.1f}",
        mega(each.peak),
        f"{sum(placed) / 10**6:,.3f}",
        f"{missing} without a placement" if missing else "all placed",
    )
