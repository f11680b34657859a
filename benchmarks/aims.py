"""What tengbol is to reach, declared once: each aim with the way to read it from the findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from benchmarks import bnwp
from benchmarks.commands import country
from benchmarks.page.section import Judged, mega
from benchmarks.peers import TENGBOL

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.findings import Findings
    from benchmarks.timed import Timed

    #: What was measured, and whether it is good enough; null when it was not measured.
    Measure = Callable[[Findings], tuple[str, bool] | None]

_GIGABYTE: Final = 10**9
#: The plain peer of the thin districts.
PLAIN: Final = "aggregated-cp-sat"


@dataclass(frozen=True)
class Aim:
    """One aim in words, its measure, and what tells why it is missed."""

    says: str
    measure: Measure
    why: Callable[[Findings], str] = lambda _: ""

    def judged(self, findings: Findings) -> Judged:
        """Hold the findings against the aim."""
        found = self.measure(findings)
        if found is None:
            return Judged(self.says, "not measured in this run", None)
        return Judged(self.says, *found, why=self.why(findings))


def judged(findings: Findings) -> list[Judged]:
    """Every aim, those of the cluster and the year with them."""
    own = [aim.judged(findings) for aim in AIMS]
    return own + [judged for part in (findings.cluster, findings.year) if part for judged in part.judged]


def _within(name: str, seconds: float | None = None, peak: int | None = None) -> Measure:
    """A command within so many seconds and bytes."""

    def measure(findings: Findings) -> tuple[str, bool] | None:
        timed = findings.timed(name)
        if timed is None:
            return None
        good = (seconds is None or timed.seconds <= seconds) and (peak is None or timed.peak <= peak)
        return f"{timed.seconds:.2f} s, {mega(timed.peak)} MB", good

    return measure


def _ratio(above: Callable[[Findings], str], below: Callable[[Findings], str], most: float) -> Measure:
    """The seconds of one command at most so many times those of another; both by their names."""

    def measure(findings: Findings) -> tuple[str, bool] | None:
        pair: list[Timed | None] = [findings.timed(name(findings)) for name in (above, below)]
        if pair[0] is None or pair[1] is None:
            return None
        ratio = pair[0].seconds / pair[1].seconds
        return f"{ratio:.2f} × ({pair[1].seconds:.2f} s → {pair[0].seconds:.2f} s)", ratio <= most

    return measure


def _stages(name: str) -> Callable[[Findings], str]:
    """Where the seconds of a command went."""

    def why(findings: Findings) -> str:
        timed = findings.timed(name)
        if timed is None or timed.manifest is None:
            return ""
        within = {stage: seconds for stage, seconds in timed.manifest["timings"].items() if stage != "total"}
        told = ", ".join(f"{stage} {seconds:.2f} s" for stage, seconds in within.items())
        rest = timed.manifest["timings"]["total"] - sum(within.values())
        before = max(0.0, timed.seconds - timed.manifest["timings"]["total"])
        return (
            f"of its last run, {told}, the page and writing, hashing and syncing {rest:.2f} s; before and after that, "
            f"Python's start and imports, {before:.2f} s. The floor checks, decides, explains, hashes and syncs nothing"
        )

    return why


def _named(name: str) -> Callable[[Findings], str]:
    return lambda _: name


def _proven(name: str) -> Measure:
    def measure(findings: Findings) -> tuple[str, bool] | None:
        timed = findings.timed(name)
        if timed is None or timed.manifest is None:
            return None
        status, total = timed.manifest["status"], timed.manifest["status_total"]
        return f"first objective {status}, second {total}", status == "optimal"

    return measure


def _thin_first(findings: Findings) -> tuple[str, bool] | None:
    own = findings.apart(TENGBOL)
    return own and (f"{own.proven} of {len(own.districts)}", own.proven == len(own.districts))


def _thin_second(findings: Findings) -> tuple[str, bool] | None:
    own = findings.apart(TENGBOL)
    return own and (f"{own.proven_total} of {len(own.districts)}", own.proven_total >= 0.95 * len(own.districts))


def _thin_time(findings: Findings) -> tuple[str, bool] | None:
    own, plain = findings.apart(TENGBOL), findings.apart(PLAIN)
    if own is None or plain is None:
        return None
    return f"{own.seconds:.1f} s for both objectives, plain {plain.seconds:.1f} s", own.seconds <= plain.seconds


def _nurses(findings: Findings) -> tuple[str, bool] | None:
    owns = [contest.own for contest in findings.contests.get(bnwp.FAMILY, [])]
    ran = [own for own in owns if own]
    if not ran:
        return None
    slowest = max(own.seconds for own in ran)
    proven = sum(own.proven for own in ran)
    return f"{proven} of {len(ran)} proven, the slowest in {slowest:.2f} s", proven == len(ran) and slowest <= 10


def _textbook(findings: Findings) -> tuple[str, bool] | None:
    """The better of the textbook's two forms counts; where it was stopped, it needs at least that long."""
    own = findings.outcome("city 40 × 1,000", TENGBOL)
    forms = [o for o in (findings.outcome("city 40 × 1,000", name) for name in ("textbook", "textbook-tangents")) if o]
    if own is None or own.verdict is None or not forms:
        return None
    least = min(other.seconds for other in forms)
    even = all(o.verdict is None or own.verdict.objective <= o.verdict.objective for o in forms)
    more = "" if any(o.proven for o in forms) else "at least "
    return f"{more}{least / own.seconds:,.0f} × faster ({own.seconds:.3f} s against {least:.1f} s)", (
        least >= 300 * own.seconds and even
    )


def _never_worse(findings: Findings) -> tuple[str, bool] | None:
    worse = compared = 0
    for contest in findings.each():
        own = contest.own
        for other in contest.outcomes:
            if own is not None and other is not own and other.verdict:
                compared += 1
                worse += own.verdict is None or other.verdict.objective < own.verdict.objective
    return (f"worse in {worse} of {compared} comparisons", not worse) if compared else None


def _faster(findings: Findings) -> tuple[str, bool] | None:
    slower = [
        f"{contest.case}: {other.peer} {other.seconds:.3g} s, tengbol {contest.own.seconds:.3g} s"
        for contest in findings.each()
        for other in contest.outcomes
        if contest.own and other.peer != TENGBOL and other.proven and other.seconds < contest.own.seconds
    ]
    compared = sum(o.proven and o.peer != TENGBOL for contest in findings.each() for o in contest.outcomes)
    if not compared:
        return None
    return f"slower in {len(slower)} of {compared}" + (f" ({'; '.join(slower)})" if slower else ""), not slower


_MILLION, _TENTH = f"run, {country(1_000_000)}", f"run, {country(100_000)}"

AIMS: Final = (
    Aim("`tengbol --help` at most 0.4 s", _within("--help", 0.4)),
    Aim("`tengbol demo` at most 3 s", _within("demo", 3)),
    Aim("300 × 7,200 in one pool, start to exit, at most 10 s and 1 GB",
        _within("run, city 300 × 7,200", 10, _GIGABYTE)),
    Aim("300 × 20,000 in one pool, start to exit, at most 5 s", _within("run, city 300 × 20,000", 5)),
    Aim("40 × 1,000 at least 300 times faster than the textbook model, Σe² no worse", _textbook),
    Aim("Σe² on every instance at most that of each peer", _never_worse),
    Aim("faster than every peer that proves the first objective (tengbol's time includes the second)", _faster),
    Aim("thin districts: first objective proven in all", _thin_first),
    Aim("thin districts: in at most the time that plain aggregated CP-SAT takes", _thin_time),
    Aim("thin districts: second objective proven in at least 95 %", _thin_second),
    Aim("BNWP with fixed zones: every instance proven, each in at most 10 s", _nurses),
    Aim("national, 1,000,000 writs: first objective proven on every component", _proven(_MILLION)),
    Aim("national, 1,000,000 writs, start to exit: at most 4 × the floor",
        _ratio(_named(_MILLION), _named(f"floor, {country(1_000_000)}"), 4), _stages(_MILLION)),
    Aim("national, 1,000,000 writs: at most 4 GB", _within(_MILLION, None, 4 * _GIGABYTE)),
    Aim("national, 100,000 writs, start to exit, at most 10 s", _within(_TENTH, 10)),
    Aim("from 100,000 to 1,000,000 writs time grows at most 10-fold", _ratio(_named(_MILLION), _named(_TENTH), 10)),
    Aim("from 200 to 2,000 enforcers, at the same number of writs for each, at most 12-fold",
        _ratio(lambda f: f"run, {f.plan.scaling[1]}", lambda f: f"run, {f.plan.scaling[0]}", 12)),
)  # fmt: skip
