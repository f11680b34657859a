"""What goes together, among whom, and bound to whom, derived a second time (¶9–14, contract 3.4 to 3.6)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final, Protocol

from tengbol.verify.bindings import Held, bind, in_case
from tengbol.verify.calendar import WorkingDays
from tengbol.verify.law import CATEGORIES, NOBODY, ONE_ENFORCER, Roster, Writ, category, index_day, readiness, roster
from tengbol.verify.readings import USUAL, Readings
from tengbol.verify.unread import Unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from tengbol.model.chamber import Chamber

PARAGRAPH_OF_BASIS: Final = {
    "alimony_debtor": "¶13",
    "same_case": "¶14",
    "returned": "¶11",
    "registered": "¶9",
    "attached": "¶9",
}


@dataclass(slots=True)
class Bundle:
    """Writs that go to one enforcer together.

    counts: writs of each category, in the order of `CATEGORIES`. pool, recused: enforcers. basis: one for the
    whole bundle. bound_to: its enforcer when it is not free. away: whether he is, briefly or in an office. by: its
    earliest term (¶7).
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
    nobody; waiting: bundles that wait for their holder. closed: districts whose attached are not asked, and until when.
    """

    roster: Roster
    category: dict[str, str] = field(default_factory=dict)
    code: dict[str, str] = field(default_factory=dict)
    bundles: list[Bundle] = field(default_factory=list)
    bundle_of: dict[str, Bundle] = field(default_factory=dict)
    ready: frozenset[str] = NOBODY
    nobody: list[Writ] = field(default_factory=list)
    waiting: list[Bundle] = field(default_factory=list)
    closed: dict[str, date] = field(default_factory=dict)


def derive(
    chamber: Chamber,
    writs: list[Writ],
    as_of: datetime,
    mci: dict[date, int],
    seed: str,
    held: Unread = Unread(),  # noqa: B008 (nothing in it changes)
    *,
    days: WorkingDays | None = None,
    readings: Readings = USUAL,
) -> Derived:
    """Apply contract points 3.1 to 3.6 to one batch. seed: hex, of the order between equal claims.

    days: working days, by which the term of ¶7 is counted. readings: how the batch reads the order.
    """
    days = days or WorkingDays(frozenset(), frozenset())
    standing = roster(chamber.enforcers, chamber.attachments, chamber.absences, as_of.date(), held.away)
    out = Derived(standing)
    ready = []
    open_now = set(chamber.ledger.filter(chamber.ledger["closed_at"].is_null())["writ_id"])
    for writ in writs:
        its_category, code = category(writ, mci, index_day(writ, readings.index_day, as_of.date()))
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
    held_now = Held(chamber, out.ready, readings.case_binds)
    out.closed = _closed(standing) if readings.attached_when == "nobody_registered" else {}
    pools: dict[tuple[str, frozenset[str]], tuple[frozenset[str], str]] = {}
    for members in groups(ready, out.category, readings.case_binds):
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
            pools[among] = pool(*among, standing, out.closed)
        bundle.pool, bundle.basis = pools[among]
        if not bundle.pool:
            out.code.update((writ.writ_id, "no_eligible_enforcer") for writ in members)
            out.nobody += members
            continue
        bundle.by = min(term(writ, days) for writ in members)
        bind(bundle, held_now, out.category, standing, seed, readings)
        if bundle.bound_to in standing.back and readings.short_absence_binds == "wait":
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


def _closed(standing: Roster) -> dict[str, date]:
    """Districts where somebody registered is away for a short time, and when the first is back: ¶9 read narrowly."""
    closed: dict[str, date] = {}
    for who, last in standing.back.items():
        district_id = standing.home[who]
        closed[district_id] = min(last, closed.get(district_id, last))
    return closed


def groups(writs: list[Writ], category_of: dict[str, str], case_binds: str = "all") -> Iterable[list[Writ]]:
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
        case = in_case(writ.case_id, category_of[writ.writ_id], case_binds)
        if case is not None:
            keys.append(("case", case, writ.debtor_id, writ.district_id))
        if category_of[writ.writ_id] in ONE_ENFORCER:
            keys.append(("debtor", writ.debtor_id, writ.district_id))
        for shared in keys:
            parent[find(place)] = find(first.setdefault(shared, place))
    together: dict[int, list[Writ]] = {}
    for place, writ in enumerate(writs):
        together.setdefault(find(place), []).append(writ)
    return together.values()


def pool(
    district_id: str, recused: frozenset[str], standing: Roster, closed: Mapping[str, date]
) -> tuple[frozenset[str], str]:
    """¶9, ¶12: the enforcers among whom a bundle is distributed, and how they serve its district.

    closed: districts in which those attached are not asked.
    """
    registered = standing.registered.get(district_id, NOBODY) - recused
    if registered:
        return registered, "registered"
    attached = NOBODY if district_id in closed else standing.attached.get(district_id, NOBODY)
    return attached - recused, "attached"


def term(writ: Writ, days: WorkingDays) -> date:
    """¶7: by when a writ is to be distributed."""
    received = writ.received_at.date()
    return received if writ.immediate else days.after(received, 3)
