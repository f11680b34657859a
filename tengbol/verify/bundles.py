"""What goes together, among whom, and bound to whom, derived a second time (¶9–14, contract 3.4 to 3.6)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final, Protocol

from tengbol.verify.calendar import WorkingDays
from tengbol.verify.law import CATEGORIES, Roster, Writ, category, readiness, roster
from tengbol.verify.likeness import as_read
from tengbol.verify.lot import key
from tengbol.verify.unread import Unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from tengbol.model.chamber import Chamber

PARAGRAPH_OF_BASIS: Final = {
    "alimony_debtor": "¶13",
    "same_case": "¶14",
    "returned": "¶11",
    "registered": "¶9",
    "attached": "¶9",
}
NOBODY: Final[frozenset[str]] = frozenset()


@dataclass(slots=True)
class Bundle:
    """Writs that go to one enforcer together.

    counts: writs of each category, in the order of `CATEGORIES`. pool, recused: enforcers. basis: one for the
    whole bundle. bound_to: its enforcer when it is not free. away: whether he is, for a short time. by: its earliest
    term (¶7).
    """

    bundle_id: str
    writs: list[Writ]
    counts: tuple[int, ...]
    recused: frozenset[str] = NOBODY
    pool: frozenset[str] = NOBODY
    basis: str = ""
    bound_to: str | None = None
    away: bool = False
    by: date = date.min

    @property
    def writ_ids(self) -> list[str]:
        """Its writs by their ids."""
        return [writ.writ_id for writ in self.writs]


class Whole(Protocol):
    """What the lot and the objectives look at of a bundle, wherever it was read."""

    @property
    def bundle_id(self) -> str:
        """Its id."""
        ...

    @property
    def writ_ids(self) -> Sequence[str]:
        """Its writs."""
        ...

    @property
    def counts(self) -> tuple[int, ...]:
        """Writs of each category, in the order of `CATEGORIES`."""
        ...

    @property
    def pool(self) -> frozenset[str]:
        """Its enforcers."""
        ...

    @property
    def bound_to(self) -> str | None:
        """Its enforcer when it is not free."""
        ...


@dataclass
class Derived:
    """What the law makes of the input.

    category: of every writ that has one. code: of every writ that stays unassigned. bundle_of: by writ, of
    those that are assigned. ready: ids of writs that nothing of their own keeps back; nobody: writs for whom there is
    nobody; waiting: bundles that wait for their holder.
    """

    roster: Roster
    category: dict[str, str] = field(default_factory=dict)
    code: dict[str, str] = field(default_factory=dict)
    bundles: list[Bundle] = field(default_factory=list)
    bundle_of: dict[str, Bundle] = field(default_factory=dict)
    ready: frozenset[str] = NOBODY
    nobody: list[Writ] = field(default_factory=list)
    waiting: list[Bundle] = field(default_factory=list)


def derive(
    chamber: Chamber,
    writs: list[Writ],
    as_of: datetime,
    mci: dict[date, int],
    seed: str,
    held: Unread = Unread(),  # noqa: B008 (nothing in it changes)
    *,
    days: WorkingDays | None = None,
    short_absence_binds: str = "wait",
) -> Derived:
    """Apply contract points 3.1 to 3.6 to one batch. seed: hex, of the order between equal claims.

    days: working days, by which the term of ¶7 is counted. short_absence_binds: the batch's setting.
    """
    days = days or WorkingDays(frozenset(), frozenset())
    standing = roster(chamber.enforcers, chamber.attachments, chamber.absences, as_of.date(), held.away)
    out = Derived(standing)
    ready = []
    open_now = set(chamber.ledger.filter(chamber.ledger["closed_at"].is_null())["writ_id"])
    for writ in writs:
        its_category, code = category(writ, mci)
        code = code or readiness(writ, as_of)
        if writ.origin == "new" and writ.writ_id in open_now:
            code = "already_distributed"
        if its_category is not None:
            out.category[writ.writ_id] = its_category
        if code is None:
            ready.append(writ)
        else:
            out.code[writ.writ_id] = code

    recused_of, kept_from = _recused(chamber, as_of.date())
    for writ_id, enforcer_id in held.apart:
        recused_of.setdefault(writ_id, set()).add(enforcer_id)
    out.ready = frozenset(writ.writ_id for writ in ready)
    held_now = _Held(chamber, out.ready)
    pools: dict[tuple[str, frozenset[str]], tuple[frozenset[str], str]] = {}
    for members in groups(ready, out.category):
        counted = Counter(out.category[writ.writ_id] for writ in members)
        bundle = Bundle(
            bundle_id=min(writ.writ_id for writ in members),
            writs=members,
            counts=tuple(counted[name] for name in CATEGORIES),
        )
        if recused_of or kept_from:
            bundle.recused = NOBODY.union(
                *(recused_of.get(writ.writ_id, NOBODY) for writ in members),
                *(kept_from.get(one, NOBODY) for writ in members for one in (writ.debtor_id, writ.creditor_id)),
            )
        among = (members[0].district_id, bundle.recused)
        if among not in pools:
            pools[among] = pool(*among, standing)
        bundle.pool, bundle.basis = pools[among]
        if not bundle.pool:
            out.code.update((writ.writ_id, "no_eligible_enforcer") for writ in members)
            out.nobody += members
            continue
        bundle.by = min(term(writ, days) for writ in members)
        _bind(bundle, held_now, out.category, standing, seed, bundle.by if short_absence_binds != "free" else None)
        if bundle.away and short_absence_binds == "wait":
            out.code.update((writ.writ_id, "waits_for_holder") for writ in members)
            out.waiting.append(bundle)
            continue
        out.bundles.append(bundle)
        out.bundle_of.update((writ.writ_id, bundle) for writ in members)
    return out


def _recused(chamber: Chamber, day: date) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """¶12: who is recused on a day, by writ and by the person that he is kept from, debtor or creditor."""
    of_writ: dict[str, set[str]] = {}
    of_person: dict[str, set[str]] = {}
    for writ_id, party_id, enforcer_id, last in chamber.recusals.select(
        "writ_id", "party_id", "enforcer_id", "valid_to"
    ).iter_rows():
        if last is not None and last < day:
            continue
        if writ_id is not None:
            of_writ.setdefault(writ_id, set()).add(enforcer_id)
        if party_id is not None:
            of_person.setdefault(party_id, set()).add(enforcer_id)
    return of_writ, of_person


def groups(writs: list[Writ], category_of: dict[str, str]) -> Iterable[list[Writ]]:
    """¶13, ¶14: the writs that must go to one enforcer together, by union of what they share."""
    parent = list(range(len(writs)))

    def find(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    first: dict[tuple[str, ...], int] = {}
    for place, writ in enumerate(writs):
        keys = []
        if writ.case_id is not None:
            keys.append(("case", as_read(writ.case_id), writ.debtor_id, writ.district_id))
        if category_of[writ.writ_id] == "alimony":
            keys.append(("alimony", writ.debtor_id, writ.district_id))
        for shared in keys:
            parent[find(place)] = find(first.setdefault(shared, place))
    together: dict[int, list[Writ]] = {}
    for place, writ in enumerate(writs):
        together.setdefault(find(place), []).append(writ)
    return together.values()


def pool(district_id: str, recused: frozenset[str], standing: Roster) -> tuple[frozenset[str], str]:
    """¶9, ¶12: the enforcers among whom a bundle is distributed, and how they serve its district."""
    registered = standing.registered.get(district_id, NOBODY) - recused
    if registered:
        return registered, "registered"
    return standing.attached.get(district_id, NOBODY) - recused, "attached"


def term(writ: Writ, days: WorkingDays) -> date:
    """¶7: by when a writ is to be distributed."""
    received = writ.received_at.date()
    return received if writ.immediate else days.after(received, 3)


class _Held:
    """Open proceedings of the ledger, by what may bind a writ to their holder: (assigned_at, enforcer).

    A row of a writ that the batch distributes tells of no other proceeding (¶13: another, «басқа да»).
    """

    def __init__(self, chamber: Chamber, distributed: frozenset[str]) -> None:
        self.alimony: dict[str, list[tuple[datetime, str]]] = {}
        self.case: dict[tuple[str, str], list[tuple[datetime, str]]] = {}
        for writ_id, case_id, debtor_id, name, enforcer_id, assigned_at, closed_at in chamber.ledger.select(
            "writ_id", "case_id", "debtor_id", "category", "enforcer_id", "assigned_at", "closed_at"
        ).iter_rows():
            if closed_at is not None or writ_id in distributed:
                continue
            if name == "alimony":
                self.alimony.setdefault(debtor_id, []).append((assigned_at, enforcer_id))
            if case_id is not None:
                self.case.setdefault((as_read(case_id), debtor_id), []).append((assigned_at, enforcer_id))


def _bind(
    bundle: Bundle, held: _Held, category_of: dict[str, str], standing: Roster, seed: str, by: date | None
) -> None:
    """¶13, ¶14, ¶11, in this order: give the bundle to the first who has a claim on it and may take it.

    Of several the latest, by assignment or by the writ's coming back; of these, whom the lot puts first. Who is away
    for a short time has his claim where he is back on the day `by`; nobody has where there is no such day.
    """
    district_id = bundle.writs[0].district_id

    def may_take(enforcer_id: str) -> bool:
        serves = standing.serves(enforcer_id, district_id) or (
            enforcer_id in standing.returning.get(district_id, NOBODY)
            and by is not None
            and standing.back[enforcer_id] < by
        )
        return serves and enforcer_id not in bundle.recused

    alimony, case, returned = [], [], []
    for writ in bundle.writs:
        if category_of[writ.writ_id] == "alimony":
            alimony += held.alimony.get(writ.debtor_id, ())
        if writ.case_id is not None:
            case += held.case.get((as_read(writ.case_id), writ.debtor_id), ())
        if writ.origin in ("returned", "forwarded") and writ.previous_enforcer_id is not None:
            returned.append((writ.received_at, writ.previous_enforcer_id))
    for basis, candidates in (("alimony_debtor", alimony), ("same_case", case), ("returned", returned)):
        able = [(since, enforcer_id) for since, enforcer_id in candidates if may_take(enforcer_id)]
        if able:
            latest = max(since for since, _ in able)
            equal = (enforcer_id for since, enforcer_id in able if since == latest)
            bundle.bound_to = min(equal, key=lambda enforcer_id: key(seed, "holder", enforcer_id))
            bundle.basis = basis
            bundle.away = bundle.bound_to in standing.back
            return
