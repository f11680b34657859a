"""Why somebody was left out or passed over, and what kept a writ back, derived a second time (¶3, ¶9 to ¶14, ¶17, ¶18).

`Reasons` is asked by the checks of the tables `left_out`, `passed_over` and `waiting` of a result of format 2.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from tengbol.verify.bindings import in_case
from tengbol.verify.bundles import Bundle, Derived, pool
from tengbol.verify.law import ONE_ENFORCER, index_day
from tengbol.verify.lot import key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from tengbol.model.chamber import Chamber
    from tengbol.verify.law import Writ
    from tengbol.verify.manifest import Manifest
    from tengbol.verify.readings import Readings

#: Reasons of absences; of several the first is told.
_ORDER: Final = (
    *("licence_suspended", "licence_terminated", "licence_revoked", "expelled", "long_absence", "transferred"),
    *("leave", "study_leave", "sickness", "business_trip", "chamber_office", "unread"),
)


def pool_id(members: frozenset[str]) -> str:
    """The first 16 hex digits of the SHA-256 of its members' ids, a line each, in order."""
    return sha256("\n".join(sorted(members)).encode()).hexdigest()[:16]


class Reasons:
    """What the input says of who is away on the batch day, who serves where, and who has a claim on what.

    held: enforcers held out for an absence that cannot be read. seed: hex, of the order between equal claims.
    """

    def __init__(
        self, chamber: Chamber, derived: Derived, day: date, held: frozenset[str], seed: str, readings: Readings
    ) -> None:
        self.derived, self.day, self.seed, self.readings = derived, day, seed, readings
        reasons: dict[str, list[str]] = {who: ["unread"] for who in held}
        for who, reason, start, end in chamber.absences.select("enforcer_id", "reason", "start", "end").iter_rows():
            if start <= day and (end is None or day <= end):
                reasons.setdefault(who, []).append(reason)
        roster = derived.roster
        self.away = {who: min(named, key=_ORDER.index) for who, named in reasons.items() if who in roster.home}
        self.away |= {who: "not_licensed" for who in roster.home if who not in roster.licensed}
        self.registered: dict[str, set[str]] = {}
        for who, district_id in roster.home.items():
            self.registered.setdefault(district_id, set()).add(who)
        self.attached: dict[str, set[str]] = {}
        for district_id, who, start, end in chamber.attachments.select(
            "district_id", "enforcer_id", "valid_from", "valid_to"
        ).iter_rows():
            if start <= day and (end is None or day <= end) and who in roster.home:
                self.attached.setdefault(district_id, set()).add(who)
        self.ledger = [
            row
            for row in chamber.ledger.select(
                "writ_id", "case_id", "debtor_id", "category", "enforcer_id", "assigned_at", "closed_at"
            ).iter_rows()
            if row[-1] is None
        ]
        self._by_debtor: dict[str, list[tuple[str | None, str, str, datetime]]] | None = None

    def left_out(self) -> Iterator[tuple[str, str | None, str, str]]:
        """District, pool, enforcer, reason; without a pool where nobody could be given a writ of the district."""
        seen: set[tuple[str, frozenset[str], frozenset[str]]] = set()
        for bundle in self.derived.bundles:
            district_id = bundle.writs[0].district_id
            asked = (district_id, bundle.pool, bundle.recused)
            if asked in seen:
                continue
            seen.add(asked)
            attached = self.by_attachment(district_id, bundle.recused)
            yield from self.out_of(district_id, bundle.pool, attached=attached)
        for district_id in {writ.district_id for writ in self.derived.nobody}:
            yield from self.away_from(district_id)

    def by_attachment(self, district_id: str, recused: frozenset[str]) -> bool:
        """Whether those attached are asked."""
        return pool(district_id, recused, self.derived.roster, self.derived.closed)[1] == "attached"

    def out_of(
        self, district_id: str, members: frozenset[str], *, attached: bool
    ) -> Iterator[tuple[str, str, str, str]]:
        """The same of one pool; attached: whether those of it are."""
        serving = set(self.registered.get(district_id, ()))
        if attached:
            serving |= self.attached.get(district_id, set())
        for who in serving - members:
            yield district_id, pool_id(members), who, self.away.get(who, "recused")

    def away_from(self, district_id: str) -> Iterator[tuple[str, None, str, str]]:
        """The same of a district without anybody."""
        serving = self.registered.get(district_id, set()) | self.attached.get(district_id, set())
        return ((district_id, None, who, self.away[who]) for who in serving if who in self.away)

    def passed_over(self, bundle: Bundle) -> list[tuple[str, str, str]]:
        """Enforcer, claim and the test at which it fell, as they were asked, before the first who passed."""
        fell: dict[tuple[str, str], str] = {}
        for basis, claims in self._claims(bundle):
            for who in claims:
                test = self._test(bundle, who)
                if test is None:
                    return [(who, basis, test) for (basis, who), test in fell.items()]
                fell.setdefault((basis, who), test)
        return [(who, basis, test) for (basis, who), test in fell.items()]

    def _claims(self, bundle: Bundle) -> Iterator[tuple[str, list[str]]]:
        """Whoever has a claim on a bundle, the latest first, then by the lot."""
        debtor, case, returned = [], [], []
        for writ in bundle.writs:
            for case_id, category, who, since in self._held(writ.debtor_id):
                its_own = self.derived.category[writ.writ_id]
                if category in ONE_ENFORCER and its_own in ONE_ENFORCER:
                    debtor.append((since, who))
                sought = in_case(writ.case_id, its_own, self.readings.case_binds)
                if sought is not None and in_case(case_id, category, self.readings.case_binds) == sought:
                    case.append((since, who))
            if writ.origin in ("returned", "forwarded") and writ.previous_enforcer_id is not None:
                returned.append((writ.received_at, writ.previous_enforcer_id))
        for basis, claims in (("alimony_debtor", debtor), ("same_case", case), ("returned", returned)):
            yield basis, self._in_turn(claims)

    def _in_turn(self, claims: Sequence[tuple[datetime, str]]) -> list[str]:
        def place(claim: tuple[datetime, str]) -> tuple[float, bool, str, str]:
            since, who = claim
            known = who in self.derived.roster.home
            return -since.timestamp(), not known, key(self.seed, "holder", who) if known else "", who

        return [who for _, who in sorted(claims, key=place)]

    def _held(self, debtor_id: str) -> list[tuple[str | None, str, str, datetime]]:
        if self._by_debtor is None:
            ready = self.derived.ready
            self._by_debtor = {}
            for writ_id, case_id, debtor, category, who, since, _ in self.ledger:
                if writ_id not in ready:
                    self._by_debtor.setdefault(debtor, []).append((case_id, category, who, since))
        return self._by_debtor.get(debtor_id, [])

    def _test(self, bundle: Bundle, who: str) -> str | None:
        """The first test that somebody fails (¶10, ¶12), or nothing."""
        district_id = bundle.writs[0].district_id
        if who not in self.derived.roster.home:
            return "unknown"
        if who in self.away:
            back = self.derived.roster.back.get(who)
            kept = self.readings.short_absence_binds != "free" and back is not None and back < bundle.by
            if self.readings.office_binds == "holder":
                kept |= any(who in paused for paused in self.derived.roster.paused.values())
            if not kept:
                return self.away[who]
        if who not in self.registered.get(district_id, ()) and who not in self.attached.get(district_id, ()):
            return "other_district"
        return "recused" if who in bundle.recused else None


def waiting(
    derived: Derived, chamber: Chamber, writs: Sequence[Writ], manifest: Manifest
) -> Iterator[tuple[object, ...]]:
    """Of each writ that was not distributed its code and what this rests on, in the columns of `waiting`."""
    holder_of = {
        writ_id: who
        for writ_id, who, closed in chamber.ledger.select("writ_id", "enforcer_id", "closed_at").iter_rows()
        if closed is None
    }
    reading = manifest.readings.index_day
    kept = {writ.writ_id: bundle for bundle in derived.waiting for writ in bundle.writs}
    for writ in writs:
        code = derived.code.get(writ.writ_id)
        if code is None:
            continue
        rests: dict[str, object] = {}
        counts = index_day(writ, reading, manifest.as_of.date())
        if code in ("mci_unknown", "state_over_1000_mci") and reading != "received":
            rests["index_day"] = counts
        if code == "no_eligible_enforcer":
            rests["last"] = derived.closed.get(writ.district_id)
        if code in ("mci_unknown", "received_later"):
            rests["received_at"] = writ.received_at
        elif code == "signature_not_valid":
            rests["signature"] = writ.signature
        elif code == "state_over_1000_mci":
            day = max(start for start in manifest.mci if start <= counts)
            rests |= {"amount": writ.amount, "limit": 1000 * manifest.mci[day]}
        elif code == "already_distributed":
            rests["holder"] = holder_of[writ.writ_id]
        elif code == "waits_for_holder":
            bundle = kept[writ.writ_id]
            who = bundle.bound_to or ""
            rests |= {"holder": who, "basis": bundle.basis, "writs": len(bundle.writs)}
            rests["last"] = derived.roster.back[who]
        names = ("received_at", "signature", "amount", "limit", "holder", "basis", "writs", "last", "index_day")
        yield (writ.writ_id, code, writ.district_id, *(rests.get(name) for name in names))


def alike(derived: Derived) -> dict[str, int]:
    """By id of each free bundle how many have the same pool and as many writs of each category."""
    free = [bundle for bundle in derived.bundles if bundle.bound_to is None]
    counted = Counter((bundle.pool, bundle.counts) for bundle in free)
    return {bundle.bundle_id: counted[bundle.pool, bundle.counts] for bundle in free}
