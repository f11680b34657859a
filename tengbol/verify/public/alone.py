"""The lot of one published part by itself: who among equals, from the balances that it opened with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tengbol.verify.chosen import check_chosen
from tengbol.verify.evenness import components, excess_after
from tengbol.verify.findings import Findings, Kind
from tengbol.verify.lot import check_lot, tell_what_was_chosen
from tengbol.verify.masks import Names
from tengbol.verify.public.batch import bundles_of, closing, standing
from tengbol.verify.public.lines import line_of

if TYPE_CHECKING:
    from tengbol.verify.public.tables import Row


def lot_of_part(part: dict[str, Any], opening: list[Row]) -> tuple[list[str], list[str]]:
    """What is broken in the lot of a part, and what is not shown, in sentences.

    opening: balances before it of everyone whom it concerns. Raises `ValueError` where the part is not as described.
    """
    line, found = line_of({"link": "0" * 64, "part": part}), Findings()
    bundles = bundles_of(line, found)
    after = closing(standing(opening), bundles, line)
    enforcer_of = {bundle.bundle_id: bundle.enforcer for bundle in bundles}
    if not found.any_broken() and line.lot_version == 1:
        check_lot(bundles, enforcer_of, line.seed, found)
        tell_what_was_chosen(bundles, found)
    elif not found.any_broken():
        parts = components(bundles, enforcer_of, excess_after(bundles, enforcer_of, after))
        check_chosen(parts, bundles, enforcer_of, line, Names(), 0, found)
    told = found.report()
    return [one.sentence for one in told.broken()], [one.sentence for one in told.of(Kind.UNPROVEN)]
