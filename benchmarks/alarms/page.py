"""The page `docs/alarms.md`, from the measurements alone: not a figure is typed in by hand."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING

from benchmarks.alarms.abuse import ABUSES, POWER, UNSEEN
from benchmarks.alarms.measure import APART, most
from benchmarks.alarms.month import LARGE
from tengbol.report.alarms import ALARMS, RATE, TRIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.alarms.measure import Measured, Told


def page(
    fair: Measured,
    large: Measured,
    abuses: Mapping[str, Measured],
    chambers: Mapping[tuple[str, int], Told],
    *,
    first: int,
) -> str:
    """Markdown of the whole page. chambers: of each abuse in a chamber of so many enforcers."""
    bound = most(fair.months)
    last = first + fair.months - 1
    lines = [
        "# Alarms",
        "",
        "Written by `python -m benchmarks.alarms`. An alarm accuses nobody: it says that chance alone does as much",
        "only so often, and shows where a person should look first.",
        "`tengbol report` shows them in a section of their own, month by month, with the tables `alarms` and",
        "`alarm_cases` ([report.md](report.md)); from Python `tengbol.report.alarms.raise_alarms(record, inputs)`",
        "looks at a month with all of them.",
        "",
        "Each alarm is one figure of a month, compared with the same figure after chance has been let loose up to",
        f"{TRIES} times on what an honest month leaves to chance; it fires where chance does as much in at most",
        f"{RATE:.0%} of cases. Everything an alarm looks at (each enforcer, district, day, debtor) is inside the",
        "one figure, so it needs no correction for many looks; at how many places it looks is told as `looks`.",
        "The chance is a seed of its own: the same month gives the same alarms.",
        "",
        "Where so little is left to chance that it does its utmost in more than the stated rate of cases, no month",
        "could make an alarm fire: it says *cannot tell here* and not *quiet*, and tells the least p that there is",
        "(`least_p`). Of ten enforcers, four who are away are all of one of two districts of five in one of 21 cases.",
        "",
        "## What each asks, and what is left to chance",
        "",
    ]
    for alarm in ALARMS:
        module = sys.modules[alarm.__module__]
        said = " ".join(inspect.cleandoc(module.__doc__ or "").split())
        lines += [f"- **{module.NAME}**: {module.ASKED} {said}"]
    lines += [
        "",
        "## Fair months",
        "",
        f"{fair.months:,} fair simulated months (seeds {first} to {last}): 8 districts, 44 enforcers, 60 writs a day,",
        "leave, illness, joining and leaving, repeated debtors, cases that follow others; forty manual acts by",
        "four clerks.",
        f"At the stated rate of {RATE:.0%} an alarm may fire in at most {bound} of them: more would come up once in",
        "1,000 such measurements.",
        "",
        "| Alarm | Stated rate | Fired | Measured rate | Within |",
        "|---|---:|---:|---:|---|",
        *(
            f"| {name} | {RATE:.0%} | {count} | {count / fair.months:.1%} | {'yes' if count <= bound else '**no**'} |"
            for name, count in fair.fired.items()
        ),
        "",
        f"At least one alarm fired in {fair.any} fair months ({fair.any / fair.months:.1%}).",
        "",
        f"In {large.months:,} fair months of a large region ({LARGE.districts} districts, {LARGE.enforcers} enforcers,",
        f"{LARGE.writs_a_day:.0f} writs a day; at most {most(large.months)} by the same reckoning):",
        ", ".join(f"{name} {count}" for name, count in large.fired.items()) + ".",
        "",
        "## Planted abuses",
        "",
        f"Seeds of these months are {APART:,} and more, so that none of them is one of the fair ones. Each abuse is as",
        "its function in `benchmarks/alarms/abuse.py` says. Caught: an alarm meant for it fired.",
        "",
        "| Abuse | Months | Alarm: months in which it fired |",
        "|---|---:|---|",
    ]
    for abuse, measured in abuses.items():
        _, meant = ABUSES[abuse]
        lines.append(
            f"| {abuse} | {measured.months} | {', '.join(f'{name}: {measured.fired[name]}' for name in meant)} |"
        )
    lines += [
        "",
        "In chambers of 10, 40 and 120 enforcers, writs in proportion. Cannot tell: none of the alarms meant for it",
        "fired, and each said that it cannot tell here or had nothing to look at. Quiet: it was missed.",
        "",
        "| Abuse | Enforcers | Months | Caught | Cannot tell | Quiet | Caught or told, at least |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *(
            f"| {abuse} | {size} | {told.months} | {told.caught} | {told.cannot_tell} | {told.quiet} "
            f"| {POWER[abuse]:.0%} |"
            for (abuse, size), told in chambers.items()
        ),
        "",
        f"The last column is what is stated, and held to by `tests/benchmarks/test_alarms.py`; these are months"
        f" {UNSEEN[0]} and later, not seen",
        "when it was stated. Months without anybody to be tied to are left out.",
    ]
    lines += ["", "What each planted abuse is:", ""]
    lines += [f"- {abuse}: {inspect.getdoc(plant)}" for abuse, (plant, _) in ABUSES.items()]
    return "\n".join(lines) + "\n"
