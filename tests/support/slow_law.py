"""The law once more, as slowly and obviously as it can be put: plain Python over the rows of `small`.

Every function is one point of contract section 3 or one paragraph of the Rules, read aloud. It shares nothing with the
package, neither frames nor constants, and it is right only if each line can be seen to be right.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from hashlib import sha256
from itertools import product
from typing import TYPE_CHECKING, Any

from small import CATEGORIES, WRIT, part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Row = dict[str, Any]
Tables = dict[str, list[Row]]

#: Days off besides Saturdays and Sundays near the days that generated chambers use: New Year (and 4 January 2027, for
#: a Saturday), Orthodox Christmas, Republic Day (for a Sunday), Independence Day.
DAYS_OFF = frozenset({
    date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 7), date(2026, 10, 26), date(2026, 12, 16), date(2027, 1, 1),
    date(2027, 1, 4), date(2027, 1, 7),
})  # fmt: skip


def yes(cell: Any) -> bool:
    return cell is True or cell == "true"


# ---- Points 3.1 and 3.2: category, readiness


def category(writ: Row) -> str:
    if writ["claim"] == "alimony":
        return "alimony"
    if writ["claim"] == "money":
        return writ["creditor_kind"]
    return "non_property"


def mci(day: date) -> int:
    return 3932 if day.year == 2025 else 4325


def stays(writ: Row, as_of: datetime) -> str | None:
    """The code of a writ that is not distributed, whoever there is; nothing for one that is."""
    received = datetime.fromisoformat(writ["received_at"])
    if category(writ) == "state" and Fraction(str(writ["amount"])) > 1000 * mci(received.date()):
        return "state_over_1000_mci"
    if category(writ) == "non_property" and yes(writ["state_interest"]):
        return "state_interest"
    if writ["form"] == "electronic" and writ["signature"] != "valid":
        return "signature_not_valid"
    if writ["form"] == "paper" and not yes(writ["original_attached"]):
        return "original_missing"
    if received > as_of:
        return "received_later"
    return None


def given_already(writ: Row, tables: Tables) -> bool:
    """¶7: told as new, though the ledger has it open."""
    own = [row for row in tables.get("ledger", ()) if row["writ_id"] == writ["writ_id"] and not row["closed_at"]]
    return writ["origin"] == "new" and bool(own)


# ---- Point 3.3: who is there


def covers(first: str, last: str | None, day: date) -> bool:
    return date.fromisoformat(first) <= day and (last is None or day <= date.fromisoformat(last))


def licensed(tables: Tables, day: date) -> set[str]:
    return {row["enforcer_id"] for row in tables["enforcers"] if covers(row["licensed_from"], row["licensed_to"], day)}


def available(tables: Tables, day: date) -> set[str]:
    absent = {row["enforcer_id"] for row in tables.get("absences", ()) if covers(row["start"], row["end"], day)}
    return licensed(tables, day) - absent


def back_after(tables: Tables, name: str, day: date) -> date | None:
    """¶18: the last day away of somebody who is away for a short time alone; nothing for anybody else."""
    rows = [row for row in tables.get("absences", ()) if row["enforcer_id"] == name]
    reasons = [row["reason"] for row in rows if covers(row["start"], row["end"], day)]
    if not reasons or not set(reasons) <= {"leave", "study_leave", "sickness", "business_trip"}:
        return None
    others = [row for row in rows if row["reason"] != "chamber_office"]

    def end(step: int) -> date:
        """Go from day to day as long as he is away, over days off too where he is away behind them."""
        seen, today = day, day
        while abs((today - day).days) < 400:
            today += timedelta(days=step)
            if any(covers(row["start"], row["end"], today) for row in others):
                seen = today
            elif today.weekday() < 5 and today not in DAYS_OFF:
                break
        return seen

    first, last = end(-1), end(1)
    over = first + timedelta(days=28)
    while over.day != first.day and not (over.day == 1 and first.day > 28):
        over += timedelta(days=1)
    return last if last < over else None


def registered(tables: Tables, district_id: str) -> set[str]:
    return {row["enforcer_id"] for row in tables["enforcers"] if row["district_id"] == district_id}


def attached(tables: Tables, district_id: str, day: date) -> set[str]:
    return {
        row["enforcer_id"]
        for row in tables.get("attachments", ())
        if row["district_id"] == district_id and covers(row["valid_from"], row["valid_to"], day)
    }


# ---- Points 3.4 to 3.6: bundles, pools, bindings


def tied(one: Row, other: Row) -> bool:
    """¶13, ¶14: whether two writs must go to one enforcer together."""
    same_debtor = one["debtor_id"] == other["debtor_id"] and one["debtor_district_id"] == other["debtor_district_id"]
    same_case = one["case_id"] is not None and one["case_id"] == other["case_id"]
    both_alimony = category(one) == category(other) == "alimony"
    return same_debtor and (same_case or both_alimony)


def grouped(writs: list[Row]) -> list[list[Row]]:
    """Groups of writs: each begins alone, and two that hold tied writs become one until there are no such two."""
    groups = [[writ] for writ in writs]
    merged = True
    while merged:
        merged = False
        for i in range(len(groups)):
            for j in range(i + 1, len(groups)):
                if any(tied(one, other) for one in groups[i] for other in groups[j]):
                    groups[i] += groups.pop(j)
                    merged = True
                    break
            if merged:
                break
    return groups


@dataclass(frozen=True)
class Bundle:
    """Writs that go together: to one of `pool`, or to `bound_to` where somebody has a claim on them."""

    writs: tuple[Row, ...]
    pool: frozenset[str]
    basis: str
    bound_to: str | None

    @property
    def bundle_id(self) -> str:
        return min(writ["writ_id"] for writ in self.writs)

    @property
    def takers(self) -> list[str]:
        """Whom the law lets have it."""
        return sorted(self.pool) if self.bound_to is None else [self.bound_to]


def bundle_of(writs: list[Row], tables: Tables, day: date, ready: list[Row], seed: str) -> Bundle | str:
    """One group of writs with its pool and binding, or the code why it stays."""
    district_id = writs[0]["debtor_district_id"]
    ids = {writ["writ_id"] for writ in writs}
    persons = {writ[name] for writ in writs for name in ("debtor_id", "creditor_id")}
    recused = {
        row["enforcer_id"]
        for row in tables.get("recusals", ())
        if (row["writ_id"] in ids or row.get("party_id") in persons)
        and (not row.get("valid_to") or row["valid_to"] >= day.isoformat())
    }
    here = available(tables, day) - recused
    pool, basis = here & registered(tables, district_id), "registered"
    if not pool:
        pool, basis = here & attached(tables, district_id, day), "attached"
    if not pool:
        return "no_eligible_enforcer"
    serve = registered(tables, district_id) | attached(tables, district_id, day)
    by = min(distribute_by(writ) for writ in writs)
    brief = {name: back_after(tables, name, day) for name in (licensed(tables, day) & serve) - recused}
    may = here & serve | {name for name, last in brief.items() if last is not None and last < by}
    for bound_by, candidates in claims(writs, tables, ready):
        able = [(since, name) for since, name in candidates if name in may]
        if able:
            latest = max(since for since, _ in able)
            first = min((name for since, name in able if since == latest), key=lambda name: place(seed, name))
            if first not in here:
                return "waits_for_holder"
            return Bundle(tuple(writs), frozenset(pool), bound_by, first)
    return Bundle(tuple(writs), frozenset(pool), basis, None)


def claims(writs: list[Row], tables: Tables, ready: list[Row]) -> list[tuple[str, list[tuple[datetime, str]]]]:
    """¶13, ¶14, ¶11 in the order of contract point 3.6: (since when, who) has a claim on these writs.

    ready: all writs of the batch; what is to be distributed is no other proceeding.
    """
    own = {writ["writ_id"] for writ in ready}
    open_ones = [row for row in tables.get("ledger", ()) if row["closed_at"] is None and row["writ_id"] not in own]
    alimony_debtors = {writ["debtor_id"] for writ in writs if category(writ) == "alimony"}
    cases = {(writ["case_id"], writ["debtor_id"]) for writ in writs if writ["case_id"] is not None}
    return [
        (
            "alimony_debtor",
            [held(row) for row in open_ones if row["category"] == "alimony" and row["debtor_id"] in alimony_debtors],
        ),
        ("same_case", [held(row) for row in open_ones if (row["case_id"], row["debtor_id"]) in cases]),
        (
            "returned",
            [
                (datetime.fromisoformat(writ["received_at"]), writ["previous_enforcer_id"])
                for writ in writs
                if writ["origin"] in ("returned", "forwarded")
            ],
        ),
    ]


def place(seed: str, name: str) -> str:
    """Where the lot puts somebody among those with an equal claim."""
    return sha256(f"{seed}:holder:{name}".encode()).hexdigest()


def held(row: Row) -> tuple[datetime, str]:
    return datetime.fromisoformat(row["assigned_at"]), row["enforcer_id"]


@dataclass(frozen=True)
class Batch:
    """What the law makes of a chamber: codes of writs that stay, bundles of those that go."""

    codes: dict[str, str]
    bundles: list[Bundle]


def batch(tables: Tables, as_of: datetime, seed: str = "a1") -> Batch:
    codes = {
        writ["writ_id"]: "already_distributed" if given_already(writ, tables) else stays(writ, as_of)
        for writ in tables["writs"]
    }
    ready = [writ for writ in tables["writs"] if codes[writ["writ_id"]] is None]
    bundles = []
    for writs in grouped(ready):
        bundle = bundle_of(writs, tables, as_of.date(), ready, seed)
        if isinstance(bundle, str):
            codes |= {writ["writ_id"]: bundle for writ in writs}
        else:
            bundles.append(bundle)
    return Batch({writ_id: code for writ_id, code in codes.items() if code is not None}, bundles)


# ---- Points 3.7 and 3.8: shares and evenness

Standing = dict[tuple[str, str], tuple[int, Fraction]]


def closing(tables: Tables, bundles: Iterable[Bundle], taken: Mapping[str, str]) -> Standing:
    """Received and share of every enforcer × category after a batch. taken: the enforcer of each bundle."""
    standing: Standing = {(row["enforcer_id"], k): (0, Fraction(0)) for row in tables["enforcers"] for k in CATEGORIES}
    for row in tables.get("balances", ()):
        standing[row["enforcer_id"], row["category"]] = (row["received"], Fraction(row["share"]))
    for bundle in bundles:
        for writ in bundle.writs:
            k = category(writ)
            for name in bundle.pool:
                received, share = standing[name, k]
                standing[name, k] = (received, share + Fraction(part(name, bundle.pool), WRIT))
            received, share = standing[taken[bundle.bundle_id], k]
            standing[taken[bundle.bundle_id], k] = (received + 1, share)
    return standing


def objectives(standing: Standing, bundles: Iterable[Bundle], taken: Mapping[str, str]) -> tuple[int, int]:
    """Both sums of contract point 3.8, in squared thousandths, over all who stand in a pool or receive."""
    concerned = set(taken.values()).union(*(bundle.pool for bundle in bundles))
    first = second = 0
    for name in concerned:
        # `round` takes a fraction to the nearest whole number, half to even.
        own = [round(1000 * (received - share)) for received, share in (standing[name, k] for k in CATEGORIES)]
        first += sum(e * e for e in own)
        second += sum(own) ** 2
    return first, second


def ways(bundles: list[Bundle]) -> int:
    """How many assignments the law leaves."""
    count = 1
    for bundle in bundles:
        count *= len(bundle.takers)
    return count


def most_even(tables: Tables, bundles: list[Bundle]) -> tuple[int, int]:
    """The best both objectives can be, by trying every assignment the law leaves."""
    names = [bundle.bundle_id for bundle in bundles]
    # What each is due does not depend on who receives: shares and all else are reckoned once, with one assignment.
    some = {bundle.bundle_id: bundle.takers[0] for bundle in bundles}
    concerned = set(some.values()).union(*(bundle.pool for bundle in bundles))
    standing = closing(tables, bundles, some)
    due = {
        (name, k): round(1000 * (standing[name, k][0] - standing[name, k][1])) for name in concerned for k in CATEGORIES
    }
    for bundle in bundles:
        for writ in bundle.writs:
            due[some[bundle.bundle_id], category(writ)] -= 1000
    counts = [[category(writ) for writ in bundle.writs] for bundle in bundles]

    def cost(choice: tuple[str, ...]) -> tuple[int, int]:
        excess = dict(due)
        for i in range(len(names)):
            for k in counts[i]:
                excess[choice[i], k] += 1000
        return (
            sum(e * e for e in excess.values()),
            sum(sum(excess[name, k] for k in CATEGORIES) ** 2 for name in concerned),
        )

    return min(cost(choice) for choice in product(*(bundle.takers for bundle in bundles)))


# ---- Point 3.10: deadlines


def distribute_by(writ: Row) -> date:
    """¶7: the third working day after it came, or the same day."""
    received = datetime.fromisoformat(writ["received_at"]).date()
    return received if yes(writ["immediate"]) else working_day_after(received, 3)


def working_day_after(day: date, days: int) -> date:
    """The so many-th working day after a day."""
    while days:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in DAYS_OFF:
            days -= 1
    return day
