"""The part of the page on the command from start to exit, and the floor under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.commands import country
from benchmarks.page.charts import Line, log_chart
from benchmarks.page.section import Chart, Section, Table, mega

if TYPE_CHECKING:
    from benchmarks.findings import Findings
    from benchmarks.timed import Timed


def commands(findings: Findings) -> Section:
    """All commands, and how the country's time grows over its floor."""
    columns = (
        "tengbol …", "runs", "seconds (median)", "slowest", "CPU s", "peak MB", "status", "status_total",
        "Σe², writs²", "stages, s",
    )  # fmt: skip
    return Section(
        "The command, start to exit",
        (
            "The floor is the time in which polars alone reads the same files and writes the same result tables. It "
            "does not include Python's start and imports, which the time of the command does. Its peak memory "
            "includes the tables that it writes.",
            _ratios(findings),
            _chart(findings),
            Table(columns, tuple(_row(timed) for timed in findings.commands)),
        ),
    )


def _ratios(findings: Findings) -> Table:
    """The country: the run, its floor, and what one is of the other."""
    rows = []
    for writs in findings.plan.country:
        run, under = findings.timed(f"run, {country(writs)}"), findings.timed(f"floor, {country(writs)}")
        if run and under:
            rows.append(
                (
                    country(writs), f"{run.seconds:.2f}", f"{under.seconds:.2f}", f"{run.seconds / under.seconds:.2f}",
                    mega(run.peak), mega(under.peak), f"{1e6 * run.seconds / writs:.1f}",
                )
            )  # fmt: skip
    return Table(
        ("", "run, s", "floor, s", "run / floor", "run, peak MB", "floor, peak MB", "run, µs a writ"), tuple(rows)
    )


def _chart(findings: Findings) -> Chart:
    lines = []
    for name, prefix in (("tengbol run", "run, "), ("floor", "floor, ")):
        found = [(writs, findings.timed(f"{prefix}{country(writs)}")) for writs in findings.plan.country]
        points = tuple((float(writs), timed.seconds) for writs, timed in found if timed)
        lines.append(Line(name, points, bold=name == "tengbol run"))
    title = "national demo: seconds of the command and of its floor"
    return Chart("national-floor", title, log_chart(title, "writs", "seconds", lines))


def _row(timed: Timed) -> tuple[str, ...]:
    manifest = timed.manifest or {}
    stages = manifest.get("timings", {})
    return (
        timed.name,
        str(timed.runs),
        f"{timed.seconds:.3f}",
        f"{timed.slowest:.3f}",
        f"{timed.cpu_seconds:.2f}",
        mega(timed.peak),
        timed.failure or str(manifest.get("status", "–")),
        str(manifest.get("status_total", "–")),
        f"{manifest['objective']:,.3f}" if manifest else "–",
        ", ".join(f"{name} {seconds:.2f}" for name, seconds in stages.items() if name != "total") or "–",
    )
