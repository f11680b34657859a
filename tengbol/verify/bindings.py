"""To whom a bundle is bound, derived a second time (¶13, ¶14, ¶11, contract 3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tengbol.verify.law import NOBODY, ONE_ENFORCER
from tengbol.verify.likeness import as_read
from tengbol.verify.lot import key

if TYPE_CHECKING:
    from datetime import datetime

    from tengbol.model.chamber import Chamber
    from tengbol.verify.bundles import Bundle
    from tengbol.verify.law import Roster
    from tengbol.verify.readings import Readings


def in_case(case_id: str | None, name: str, case_binds: str) -> str | None:
    """¶14: the case by which a writ or proceeding of a category is tied to others, if any is, as that is read."""
    return None if case_id is None or (case_binds == "collection" and name == "non_property") else as_read(case_id)


class Held:
    """Open proceedings of the ledger, by what may bind a writ to their holder: (assigned_at, enforcer).

    A row of a writ that the batch distributes tells of no other proceeding (¶13: another, «басқа да»).
    """

    def __init__(self, chamber: Chamber, distributed: frozenset[str], case_binds: str) -> None:
        self.debtor: dict[str, list[tuple[datetime, str]]] = {}
        self.case: dict[tuple[str, str], list[tuple[datetime, str]]] = {}
        for writ_id, case_id, debtor_id, name, enforcer_id, assigned_at, closed_at in chamber.ledger.select(
            "writ_id", "case_id", "debtor_id", "category", "enforcer_id", "assigned_at", "closed_at"
        ).iter_rows():
            if closed_at is not None or writ_id in distributed:
                continue
            if name in ONE_ENFORCER:
                self.debtor.setdefault(debtor_id, []).append((assigned_at, enforcer_id))
            case = in_case(case_id, name, case_binds)
            if case is not None:
                self.case.setdefault((case, debtor_id), []).append((assigned_at, enforcer_id))


def bind(
    bundle: Bundle, held: Held, category_of: dict[str, str], standing: Roster, seed: str, readings: Readings
) -> None:
    """¶13, ¶14, ¶11, in this order: give the bundle to the first who has a claim on it and may take it.

    Of several the latest, by assignment or by the writ's coming back; of these, whom the lot puts first. Who is away
    for a short time has his claim where he is back by the bundle's term, and who holds an office (¶17) has his, as far
    as the batch reads it so.
    """
    district_id = bundle.writs[0].district_id

    def may_take(enforcer_id: str) -> bool:
        serves = standing.serves(enforcer_id, district_id)
        if enforcer_id in standing.returning.get(district_id, NOBODY):
            serves |= readings.short_absence_binds != "free" and standing.back[enforcer_id] < bundle.by
        if enforcer_id in standing.paused.get(district_id, NOBODY):
            serves |= readings.office_binds == "holder"
        return serves and enforcer_id not in bundle.recused

    debtor, case, returned = [], [], []
    for writ in bundle.writs:
        if category_of[writ.writ_id] in ONE_ENFORCER:
            debtor += held.debtor.get(writ.debtor_id, ())
        case_id = in_case(writ.case_id, category_of[writ.writ_id], readings.case_binds)
        if case_id is not None:
            case += held.case.get((case_id, writ.debtor_id), ())
        if writ.origin in ("returned", "forwarded") and writ.previous_enforcer_id is not None:
            returned.append((writ.received_at, writ.previous_enforcer_id))
    for basis, candidates in (("alimony_debtor", debtor), ("same_case", case), ("returned", returned)):
        able = [(since, enforcer_id) for since, enforcer_id in candidates if may_take(enforcer_id)]
        if able:
            latest = max(since for since, _ in able)
            equal = (enforcer_id for since, enforcer_id in able if since == latest)
            bundle.bound_to = min(equal, key=lambda enforcer_id: key(seed, "holder", enforcer_id))
            bundle.basis = basis
            bundle.away = bundle.bound_to not in standing.available
            return
