"""The page `docs/benchmarks/heart.md`: first every row on which a peer is better or proves sooner, then the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.heart.check import BYTES, MANY, SECONDS
from benchmarks.heart.duel import LEAST, SOONER, TIMES
from benchmarks.heart.plan import FAMILIES
from benchmarks.page.section import Listing, Section, Table, mega, percent

if TYPE_CHECKING:
    from benchmarks.contest import Outcome
    from benchmarks.heart.check import Checked
    from benchmarks.heart.duel import Duel
    from benchmarks.heart.kept import Circumstances, Kept

_SQUARE: Final = 10**6


def page(kept: Kept) -> str:
    """The whole page."""
    parts = ["# The field's own instances", "Written by `python -m benchmarks.heart`, never by hand."]
    return "\n\n".join([*parts, *map(str, sections(kept))]) + "\n"


def sections(kept: Kept) -> list[Section]:
    """Where tengbol is behind comes first."""
    return [
        behind(kept),
        *before(kept),
        summary(kept),
        *unproven(kept),
        _method(kept),
        *([_checked(*kept.checked)] if kept.checked else []),
        *(_family(name, *found) for name, found in kept.families.items()),
    ]


def behind(kept: Kept) -> Section:
    """Every instance on which a peer is better; and how often, and by how much, one of them proves sooner what tengbol
    proves, too.
    """
    rows = tuple(
        (_named(duel), "; ".join(why), *_pair(duel))
        for duel in _all(kept)
        for why in [[each for each in duel.loses() if not each.endswith(SOONER)]]
        if why
    )
    losing = sum(bool(duel.loses()) for duel in _all(kept))
    told = f"On {len(rows)} of {len(_all(kept))} instances a peer has a smaller sum, or proves what tengbol does not"
    sooner = _sooner(kept)
    if not any(duel.others for duel in _all(kept)):
        return Section("Where a peer is better or proves sooner", ("No peer took part.",))
    return Section(
        "Where a peer is better or proves sooner",
        (f"{losing} of {len(_all(kept))} instances. {told}." if losing else "On none of the instances below.",
         *([Table(("instance", "who is ahead", "tengbol: Σe², CPU s, ended", "that peer"), rows)] if rows else []),
         *([Table(("peer", "proves sooner", "instances", "sooner by, CPU s, median", "at most"), sooner)]
           if sooner else [])),
    )  # fmt: skip


def before(kept: Kept) -> list[Section]:
    """Every instance on which tengbol as it was proves as much, and sooner; nothing where it did not run."""
    both = [(duel, duel.own, duel.before) for duel in _all(kept) if duel.before]
    sooner = [
        (was.cpu_seconds / own.cpu_seconds, (_named(duel), _cell(own), _cell(was)))
        for duel, own, was in both
        if was.verdict and (was.proven, was.proven_total) >= (own.proven, own.proven_total)
        and was.cpu_seconds < own.cpu_seconds
    ]  # fmt: skip
    rows = tuple(row for _, row in sorted(sooner))
    told = f"On {len(rows)} of {len(both)} instances tengbol as it was proves as much, and sooner."
    table = [Table(("instance", "tengbol: Σe², CPU s, ended", "before"), rows)] if rows else []
    return [Section("Where it was sooner before", (told, *table))] if both else []


def _sooner(kept: Kept) -> tuple[tuple[str, ...], ...]:
    """A line for each peer and for what it proves sooner."""
    found: dict[tuple[str, str], list[float]] = {}
    for duel in _all(kept):
        for other in duel.others:
            for why in SOONER:
                if f"{other.peer} {why}" in duel.loses():
                    what = why.removeprefix("proves ")
                    found.setdefault((other.peer, what), []).append(duel.own.cpu_seconds - other.cpu_seconds)
    return tuple(
        (*key, str(len(times)), f"{sorted(times)[len(times) // 2]:.3f}", f"{max(times):.3f}")
        for key, times in sorted(found.items())
    )


def summary(kept: Kept) -> Section:
    """A line for each size of each family."""
    columns = (
        "family", "instances", "first proven", "both proven", "largest gap", "of totals", "CPU s, median", "slowest",
        "peak MB", "behind a peer", "before: first proven, mean CPU s",
    )  # fmt: skip
    sizes: dict[tuple[str, str], list[Duel]] = {}
    for duel in _all(kept):
        sizes.setdefault((duel.family, duel.size), []).append(duel)
    return Section("All sizes", (Table(columns, tuple(_line(*key, duels) for key, duels in sizes.items())),))


def _line(family: str, size: str, duels: list[Duel]) -> tuple[str, ...]:
    owns = [duel.own for duel in duels]
    times = sorted(own.cpu_seconds for own in owns)
    befores = [duel.before for duel in duels if duel.before]
    proven, spent = sum(each.proven for each in befores), sum(each.cpu_seconds for each in befores)
    was = f"{proven} of {len(befores)}, {spent / len(befores):.2f}" if befores else "–"
    return (
        f"{family} {size}",
        str(len(duels)),
        str(sum(own.proven for own in owns)),
        str(sum(own.proven_total for own in owns)),
        _largest([_gap(own) for own in owns]),
        _largest([_gap_total(own) for own in owns]),
        f"{times[len(times) // 2]:.2f}",
        f"{times[-1]:.2f}",
        mega(max(own.peak for own in owns)),
        str(sum(bool(duel.loses()) for duel in duels)),
        was,
    )


def unproven(kept: Kept) -> list[Section]:
    """What is known of each instance whose optimum is not; nothing where every one is proven."""
    rows = tuple(
        (_named(duel), *_between(own.verdict and own.verdict.objective, own.bound),
         *_between(own.verdict and own.verdict.total, own.bound_total))
        for duel in _all(kept)
        for own in [duel.own]
        if not own.proven_total
    )  # fmt: skip
    columns = ("instance", "Σe² at least", "reached", "Σ(Σe)² at least", "reached")
    return [Section("What is not proven", ("In writs².", Table(columns, rows)))] if rows else []


def _between(reached: int | None, bound: int | None) -> tuple[str, str]:
    least = "–" if bound is None else f"{bound / _SQUARE:,.2f}"
    return least, "–" if reached is None else f"{reached / _SQUARE:,.2f}"


def _method(kept: Kept) -> Section:
    runs = [(name, run) for name, (run, _) in kept.families.items()]
    if kept.checked:
        runs.append(("at random", kept.checked[0]))
    missing = [name for name in FAMILIES if name not in kept.families]
    seeds = {name: sorted({duel.seed for duel in duels}) for name, (_, duels) in kept.families.items()}
    return Section(
        "How it is measured, and what was run",
        (
            Listing(
                (
                    "A job is a bundle, a machine an enforcer of one district, a job's time its writs; the generators "
                    "are in `benchmarks/heart`, with the paper of each rule.",
                    "Seconds are of CPU, of the solve stage alone, on one core, in a process of its own: imports and "
                    "what is compiled once are loaded before, and their time stands with the machine below. Memory is "
                    "the whole process's, Python and imports with it.",
                    f"A peer has {TIMES} times tengbol's time or {LEAST:g} s, whichever is more, but not more than the "
                    "run's option says. tengbol's time is of both objectives; only peers called `both` search for the "
                    "second. With `--unproven` peers run only where tengbol has not proven the first: where it has, "
                    "none can have less.",
                    "Behind: a peer has a smaller Σe²; or proves what tengbol does not; or has proven the first "
                    "objective, or both where it searches for both, before tengbol has proven both.",
                    "A size of a family again, on a page of your own: `python -m benchmarks.heart --family rows --size "
                    "'uniform 10,000' --seeds 2 --peers triples --out own.md`; instances of your own: "
                    "`--instance FILE`, in the form of `benchmarks/heart/district.py`.",
                )
            ),
            *(
                [Table(("family", "date", "commit", "sizes", "seeds", "options"),
                       tuple((name, run.date, run.commit, _sizes(name, kept), _numbers(seeds.get(name, [])),
                              f"`{run.options}`")
                             for name, run in runs))]
                if runs else []
            ),
            *([f"Not run: {', '.join(missing)}."] if missing else []),
            *([_machine(runs[-1][1])] if runs else []),
        ),
    )  # fmt: skip


def _machine(run: Circumstances) -> Listing:
    return Listing(tuple(f"{name}: {fact}" for name, fact in run.machine.items()))


def _checked(run: Circumstances, found: list[Checked]) -> Section:
    outside = [each for each in found if not each.within]
    rows = sorted(found, key=lambda each: (each.within, -each.cpu_seconds))[: max(10, len(outside))]
    slowest, largest = max(each.cpu_seconds for each in found), max(each.peak for each in found)
    gaps = [each.gap_total for each in found if each.gap_total is not None]
    return Section(
        "Instances drawn over everything",
        (
            f"{len(found)} of {MANY} run ({run.date}, {run.commit}): {len(found) - len(outside)} within {SECONDS:g} "
            f"CPU s and {mega(BYTES)} MB; {sum(each.proven for each in found)} first objectives proven and "
            f"{sum(each.proven_total for each in found)} both; the slowest {slowest:.1f} s, the "
            f"largest {mega(largest)} MB; largest gap of the totals {percent(max(gaps, default=None))}.",
            Table(
                ("instance", "CPU s", "peak MB", "first", "second", "gap", "of totals", "ended"),
                tuple(
                    (f"#{each.number} {each.size}", f"{each.cpu_seconds:.2f}", mega(each.peak),
                     _proof(each.proven), _proof(each.proven_total), percent(each.gap), percent(each.gap_total),
                     each.failure or ("within" if each.within else "**outside**"))
                    for each in rows
                ),
                "The slowest, those outside first",
            ),
        ),
    )  # fmt: skip


def _family(name: str, run: Circumstances, duels: list[Duel]) -> Section:
    ordered = sorted(duels, key=lambda duel: not duel.loses())
    peers = list(dict.fromkeys(each.peer for duel in duels for each in duel.outcomes))
    rows = tuple(
        (_named(duel), *(_cell(next((o for o in duel.outcomes if o.peer == peer), None)) for peer in peers))
        for duel in ordered
    )
    about = FAMILIES[name].about if name in FAMILIES else name
    return Section(
        f"Family {name}",
        (f"{about[0].upper()}{about[1:]}. Σe² in writs², CPU seconds; p: first objective proven, pp: both.",
         Table(("instance", *peers), rows)),
    )  # fmt: skip


def _all(kept: Kept) -> list[Duel]:
    return [duel for _, duels in kept.families.values() for duel in duels]


def _named(duel: Duel) -> str:
    return f"{duel.family} {duel.size} #{duel.seed}"


def row(duel: Duel) -> str:
    """A duel in one line, for a terminal."""
    own = duel.own
    bound = f", at least {own.bound / _SQUARE:,.2f}" if own.bound is not None and not own.proven else ""
    total = _gap_total(own)
    more = f", totals {percent(total)}" if total else ""
    told = "; ".join(f"{each.peer} {_cell(each)}" for each in duel.outcomes if each is not own)
    return f"{_named(duel)}: {_cell(own)}{bound}{more}, {mega(own.peak)} MB; {told}"


def _pair(duel: Duel) -> tuple[str, str]:
    ahead = {why.split()[0] for why in duel.loses()}
    return _cell(duel.own), "; ".join(f"{o.peer} {_cell(o)}" for o in duel.others if o.peer in ahead)


def _cell(outcome: Outcome | None) -> str:
    if outcome is None:
        return "–"
    if outcome.verdict is None:
        return outcome.failure or "none"
    mark = " pp" if outcome.proven_total else " p" if outcome.proven else ""
    return f"{outcome.verdict.objective / _SQUARE:,.2f}, {outcome.cpu_seconds:.2f} s{mark}"


def _gap(own: Outcome) -> float | None:
    return _over(own.verdict and own.verdict.objective, own.bound)


def _gap_total(own: Outcome) -> float | None:
    return _over(own.verdict and own.verdict.total, own.bound_total)


def _over(value: int | None, bound: int | None) -> float | None:
    if value is None or bound is None:
        return None
    return 0.0 if value <= bound else value / bound - 1 if bound else float("inf")


def _largest(gaps: list[float | None]) -> str:
    known = [gap for gap in gaps if gap is not None]
    if len(known) < len(gaps):
        return "no answer"
    return "above a bound of 0" if float("inf") in known else percent(max(known))


def _proof(proven: bool) -> str:
    return "proven" if proven else "–"


def _numbers(seeds: list[int]) -> str:
    return f"{seeds[0]}–{seeds[-1]}" if len(seeds) > 1 else ", ".join(map(str, seeds))


def _sizes(name: str, kept: Kept) -> str:
    """How many of a family's sizes were run."""
    if name not in kept.families:
        return "–"
    ran = {(duel.family, duel.size) for duel in kept.families[name][1]}
    return f"{len(ran)} of {len(FAMILIES[name].makers)}"
