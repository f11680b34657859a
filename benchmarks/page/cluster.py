"""The part of the page on a cluster: what it brings, what travels, and where it pays."""

from __future__ import annotations

from math import isinf
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.page.section import Judged, Section, Table

if TYPE_CHECKING:
    from benchmarks.cluster import Clustered


def cluster(found: Clustered) -> Section:
    """The cluster's section, with the aim that only it can measure."""
    case, searches = found.case, np.array(found.searches)
    once = found.connecting + len(searches) * found.task
    return Section(
        "Past one machine",
        (
            f"{case.writs:,} writs, {case.enforcers:,} enforcers ({case.family}): {len(searches):,} components "
            "searched, by one process, by two, and by a scheduler with two workers on the loopback of this machine; "
            "the workers have done it once before.",
            Table(
                ("", "seconds", "of one process"),
                tuple(
                    (name, f"{seconds:.2f}", f"{seconds / found.alone:.2f}")
                    for name, seconds in (
                        ("one process", found.alone),
                        ("two processes", found.processes),
                        ("two workers of a cluster", found.cluster),
                    )
                ),
                "A whole solve",
            ),
            Table(
                ("for each searched component", "median", "largest", "all"),
                (
                    ("search, s", f"{np.median(searches):.4f}", f"{searches.max():.3f}", f"{searches.sum():.2f}"),
                    ("sent, kB", *_kilo(found.sent)),
                    ("back, kB", *_kilo(found.back)),
                ),
                "Work and data sent",
            ),
            f"Connecting and getting the first task back takes {found.connecting:.2f} s, each further task "
            f"{1e3 * found.task:.2f} ms besides its work; for this instance {once:.2f} s in all. So workers elsewhere "
            "are faster than the two cores here if the searches of a batch take, in all, more than:",
            Table(
                ("workers", "searching, s", "then, at ten times that, faster by"),
                tuple(_pays(found, workers) for workers in (4, 8, 16, 32)),
                "Where a cluster pays",
            ),
        ),
        judged=(
            Judged(
                "two workers of a cluster give the solution of one process",
                f"{'equal' if found.same else 'different'}, in {found.cluster / found.alone:.2f} × its time",
                found.same,
            ),
        ),
    )


def _kilo(sizes: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(f"{size / 1e3:,.1f}" for size in (float(np.median(sizes)), max(sizes), sum(sizes)))


def _pays(found: Clustered, workers: int) -> tuple[str, ...]:
    work = found.pays_from(workers)
    if isinf(work):
        return str(workers), "never: a task costs more to send than it saves", "–"
    tasks = 10 * work / (sum(found.searches) / len(found.searches))
    there = found.connecting + 10 * work / workers + tasks * found.task
    return str(workers), f"{work:.2f}", f"{10 * work / 2 / there:.1f} ×"
