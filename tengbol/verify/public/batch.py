"""One published batch: pools, shares, balances, both objectives and the lot, from what the file says alone.

What the law made of each writ (its category, its pool, whether it was bound and to whom) is taken as told: that needs
the chamber's tables. All that follows from it is reckoned here.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from tengbol.phrase import Phrase
from tengbol.verify.balances import Standing
from tengbol.verify.bounds import check_evenness
from tengbol.verify.bounds import writs as squared
from tengbol.verify.certificate import check_proof
from tengbol.verify.chosen import Looked, check_chosen
from tengbol.verify.evenness import components, excess_after
from tengbol.verify.law import CATEGORIES, parts
from tengbol.verify.lot import check_lot, tell_what_was_chosen
from tengbol.verify.masks import Names
from tengbol.verify.public.chain import PLACE, hashed
from tengbol.verify.public.lines import canonical
from tengbol.verify.public.writs import BINDING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tengbol.verify.findings import Findings
    from tengbol.verify.public.corrections import Past
    from tengbol.verify.public.lines import Line
    from tengbol.verify.public.tables import Row


class Told(NamedTuple):
    """A bundle as it is told."""

    bundle_id: str
    writ_ids: tuple[str, ...]
    counts: tuple[int, ...]
    pool: frozenset[str]
    enforcer: str
    bound_to: str | None


def check_batch(line: Line, before: Standing, past: Past, steps: float, found: Findings) -> Standing:
    """Check everything within one batch; returns the balances that it closes with.

    before: balances as the batches before leave them. past: what they gave, and what corrections changed since. steps:
    deterministic time for each proof.
    """
    _check_pools(line, found)
    bundles = bundles_of(line, found)
    opened = _opened(line, before, past, found)
    after = closing(opened, bundles, line)
    past.give(line)
    lawful = not found.any_broken()
    looked = Looked()
    enforcer_of = {bundle.bundle_id: bundle.enforcer for bundle in bundles}
    excess = excess_after(bundles, enforcer_of, after)
    groups = components(bundles, enforcer_of, excess) if lawful else None
    if groups is not None:
        if line.lot_version == 1:
            check_lot(bundles, enforcer_of, line.seed, found)
            tell_what_was_chosen(bundles, found)
        else:
            looked = check_chosen(groups, bundles, enforcer_of, line, Names(), steps, found)
    certified = {}
    if groups is not None and line.certificate is not None:
        certified = check_proof(line.certificate, groups, found)
    check_evenness(excess, groups, line, steps, found, looked=looked, certified=certified)
    _tell_whether_even(line, found)
    return after


def replay(line: Line, before: Standing, past: Past, found: Findings) -> Standing:
    """Take one batch into the balances without judging how even it is."""
    opened = _opened(line, before, past, found)
    past.give(line)
    return closing(opened, bundles_of(line, found), line)


def concerned_in(line: Line) -> set[str]:
    """Who stands in a pool of the batch or receives a writ in it."""
    return {who for members in line.pools.values() for who in members} | {row[6] for row in line.assignments}


def standing(rows: list[Row]) -> Standing:
    """Balances as a file opens with them."""
    out = Standing(Counter(), Counter())
    for enforcer, category, received, share in rows:
        out.received[enforcer, category] = received
        out.share[enforcer, category] = share
    return out


def opening_of(balances: Standing, concerned: Iterable[str]) -> str:
    """The digest of the balances of those concerned, without rows that are all 0."""
    rows = sorted(
        [who, category, balances.received[who, category], balances.share[who, category]]
        for who in concerned
        for category in CATEGORIES
        if balances.received[who, category] or balances.share[who, category]
    )
    return hashed(canonical(rows))


def closing(before: Standing, bundles: list[Told], line: Line) -> Standing:
    """Add every writ, received by one and shared by its pool, to each member his part (contract 3.7)."""
    received, share = Counter(before.received), Counter(before.share)
    passed: Counter[tuple[frozenset[str], str]] = Counter()
    for bundle in bundles:
        for category, writs in zip(CATEGORIES, bundle.counts, strict=True):
            if writs:
                received[bundle.enforcer, category] += writs
                passed[bundle.pool, category] += writs
    due = {frozenset(members): line.parts_of(name) for name, members in line.pools.items()}
    for (pool, category), writs in passed.items():
        for enforcer, part in due[pool].items():
            share[enforcer, category] += writs * part
    return Standing(received, share)


def _tell_whether_even(line: Line, found: Findings) -> None:
    """Never pass over a batch that does not claim to be as even as can be: a low bound is true of anything."""
    for check, status, reached, bound in (
        ("optimality", line.status, line.objective, line.lower_bound),
        ("optimality_total", line.status_total, line.objective_total, line.lower_bound_total),
    ):
        if status != "optimal":
            sentence = Phrase(
                "reaches {reached}, bound {bound}: nothing shows that it is as even as can be",
                reached=squared(reached),
                bound=squared(bound),
            )
            found.unproven(check, "", status, "contract 3.8", sentence)


def _check_pools(line: Line, found: Findings) -> None:
    """Check that a pool is who its name says, and that every pool told is used."""
    for name, members in line.pools.items():
        if members != sorted(set(members)):
            found.broken("pools", "", name, PLACE, Phrase("its members are not sorted, each once"))
        if hashed(*sorted(members))[:16] != name:
            found.broken("pools", "", name, PLACE, Phrase("its members are not those of its name"))
    for name in sorted(set(line.pools) - {row[5] for row in line.assignments}):
        found.broken("pools", "", name, PLACE, Phrase("no writ was distributed in it"))
    for name, told in line.parts.items():
        members = line.pools[name]
        if dict(zip(members, told, strict=True)) != parts(frozenset(members), None):
            found.broken("pools", "", name, "contract 3.7", Phrase("its members have other parts of a writ than due"))
    found.holds("pools", "", PLACE, Phrase("Every pool has the members of its name."))


def bundles_of(line: Line, found: Findings) -> list[Told]:
    """Put writs into bundles; whatever does not hold together becomes a finding."""
    rows_of: dict[str, list[tuple[str, str | None, str, str, str, str, str]]] = {}
    seen = {writ for writ, _ in line.unassigned}
    for row in line.assignments:
        if row[0] in seen:
            found.broken("writs", "", row[0], PLACE, Phrase("is there twice"))
        seen.add(row[0])
        rows_of.setdefault(row[1] or row[0], []).append(row)
    made: list[Told] = []
    pools = {name: frozenset(members) for name, members in line.pools.items()}
    # Most bundles are of one writ, and to count it takes as long as all else that is asked of it.
    alone = {category: tuple(int(category == other) for other in CATEGORIES) for category in CATEGORIES}
    for name, rows in rows_of.items():
        single = len(rows) == 1
        writ, several, category, _, basis, pool, enforcer = rows[0]
        writs = (writ,) if single else tuple(row[0] for row in rows)
        if several is not None if single else name not in writs or {row[1] for row in rows} != {name}:
            found.broken(
                "bundles",
                "",
                name,
                PLACE,
                Phrase("does not go by one of its writs, or says of one writ that it is many"),
            )
        if not single and len({row[3:] for row in rows}) > 1:
            found.broken(
                "bundles", "", name, "¶13, ¶14", Phrase("its writs have several districts, bases, pools or enforcers")
            )
        members = pools.get(pool)
        if not members:
            found.broken(
                "pools",
                "",
                pool,
                PLACE,
                Phrase("{name} was distributed in it, and its members are not told", name=name),
            )
            continue
        bound = basis in BINDING
        if not bound and enforcer not in members:
            found.broken(
                "pools",
                "",
                name,
                "¶9, ¶10",
                Phrase("went to {enforcer}, who does not stand in its pool", enforcer=enforcer),
            )
        if single:
            counts = alone[category]
        else:
            counted = Counter(row[2] for row in rows)
            counts = tuple(counted[category] for category in CATEGORIES)
        made.append(Told(name, writs, counts, members, enforcer, enforcer if bound else None))
    found.holds("writs", "", PLACE, Phrase("Every writ is there once in its batch."))
    found.holds("bundles", "", "¶13, ¶14", Phrase("Every bundle has one enforcer, pool, district and basis."))
    return made


def _opened(line: Line, before: Standing, past: Past, found: Findings) -> Standing:
    """Balances that the batch opened with: those before it, with what is told to have been changed since."""
    past.correct(line, found)
    received, share = Counter(before.received), Counter(before.share)
    concerned = concerned_in(line)
    anew: set[str] = set()
    for enforcer, category, count, billionths in line.corrections:
        cell = enforcer, category
        if enforcer not in concerned or (received[cell], share[cell]) == (count, billionths):
            sentence = Phrase(
                "says that {category} was set anew, which it was not, or has nothing to do with the batch",
                category=category,
            )
            found.broken("balances", "", enforcer, PLACE, sentence)
        more, due = past.settle(cell)
        if (received[cell] + more, share[cell] + due) != (count, billionths):
            anew.add(enforcer)
        received[cell], share[cell] = count, billionths
    for enforcer in sorted(concerned):
        for category in sorted(past.pending(enforcer)):
            past.settle((enforcer, category))
            sentence = Phrase(
                "a correction changed {category}, and the batch did not open with that", category=category
            )
            found.broken("balances", "", enforcer, PLACE, sentence)
    if anew:
        names = sorted(anew)
        sentence = Phrase(
            "balances of {names}{more} were set anew before it ({n} in all); the file cannot show why",
            names=", ".join(names[:3]),
            more=Phrase(" and others") if len(names) > 3 else "",
            n=len(line.corrections),
        )
        found.unproven("balances", "", "corrections", "contract 3.7", sentence)
    if opening_of(Standing(received, share), concerned) != line.opening:
        found.broken(
            "balances", "", "opening", "contract 3.7", Phrase("it did not open with the balances that came before it")
        )
    found.holds(
        "balances", "", "contract 3.7", Phrase("Shares and received follow from the pools, from batch to batch.")
    )
    return Standing(received, share)
