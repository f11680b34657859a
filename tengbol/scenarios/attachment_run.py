"""One attachment plan from files to files: what `tengbol plan` does, callable from Python."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Any

from tengbol import __version__
from tengbol.io.kinds import PLAN
from tengbol.io.outputs import Output, refuse_unless_replaceable
from tengbol.io.read import read
from tengbol.io.write import write_whole
from tengbol.phrase import Phrase, joined
from tengbol.report.attachments import page
from tengbol.report.words import Words
from tengbol.scenarios.attachment_remarks import whoever
from tengbol.scenarios.attachments import WRIT, Asked, Plan, plan, retold
from tengbol.scenarios.distances import read_distances

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tengbol.config import Config
    from tengbol.io.read import Reading

PAGE = "plan.txt"


def run_plan(
    source: Path,
    out: Path,
    *,
    as_of: dt.datetime,
    seed: str,
    keep: int,
    leavers: int = 1,
    most: int | None = None,
    distances: Path | None = None,
    within: float | None = None,
    config: Config,
    progress: Callable[[str, int, int], None] = lambda *_: None,
    spared: Mapping[str, Path | None] | None = None,
) -> tuple[Plan, tuple[str, ...]]:
    """Read `source`, plan, and write the folder `out`, whole or not at all; the plan, and what to warn of.

    Arguments as of `attachments.Asked`; spared: what else was read and must stay as it is (`Output`). Raises
    `UnusableInputError`.
    """
    output = Output(out, PLAN, {"the input": source, "the table of distances": distances, **(spared or {})})
    refuse_unless_replaceable(output)
    progress("read", 0, 1)
    reading = read(source, columns=config.columns, day=as_of.date())
    far = None if distances is None else read_distances(distances, reading.chamber.districts["district_id"])
    progress("plan", 0, 1)
    asked = Asked(keep=keep, leavers=leavers, most=most, within=within, distances=far)
    found = plan(reading.chamber, as_of=as_of, seed=seed, asked=asked, config=config)
    words = Words(config.lang)
    found = retold(found, words)
    tables = {
        "plan": found.attachments,
        "districts": found.districts,
        "enforcers": found.enforcers,
        "rejected": reading.rejected,
    }
    told = _page(found, words)
    write_whole(output, tables, {PAGE: told}, lambda outputs: _manifest(found, reading, outputs, config))
    return found, reading.warnings


def page_of(found: Plan, spoken: Callable[..., str]) -> str:
    """The plan as a page of text in the language that a translator of templates speaks."""
    return _page(retold(found, spoken), spoken)


def _page(told: Plan, spoken: Callable[..., str]) -> str:
    sentences = [headline(told).said(spoken), verdict(told).said(spoken)]
    return page(told.attachments, told.districts, told.enforcers, sentences, spoken)


def headline(found: Plan) -> Phrase:
    """What is to be attached, and what it brings, in a sentence."""
    asked, districts = found.asked, found.districts
    gained = districts.filter(districts["attached_after"] > districts["attached_before"]).height
    short = districts.filter(districts["short"] > 0).height
    told = Phrase(
        "New attachments: {n}, in districts: {districts}; {keep} eligible kept {whoever}",
        n=found.attachments.height,
        districts=gained,
        keep=asked.keep,
        whoever=whoever(asked.leavers),
    )
    thin = districts.filter((districts["least_after"] < asked.keep) & (districts["short"] == 0)).height
    more = [Phrase("districts that cannot be given enough: {n}", n=short)] if short else []
    if thin:
        more.append(Phrase("districts that stay below that, where only registration would help: {n}", n=thin))
    return Phrase("{told}.", told=joined([told, *more], "; "))


def verdict(found: Plan) -> Phrase:
    """How even the plan is, and whether that is proven."""
    value = f"{found.objective / WRIT**2:,.2f}"
    if found.objective == found.lower_bound:
        return Phrase(
            "Sum of squared yearly loads, today's and the called: {value} squared writs; no fewer attachments "
            "bring this, and none as few are more even: proven.",
            value=value,
        )
    return Phrase(
        "Sum of squared yearly loads, today's and the called: {value} squared writs, not proven; at least {bound}. "
        "No fewer attachments bring this: proven.",
        value=value,
        bound=f"{found.lower_bound / WRIT**2:,.2f}",
    )


def _manifest(found: Plan, reading: Reading, outputs: dict[str, dict[str, Any]], config: Config) -> dict[str, Any]:
    asked = found.asked
    inputs: dict[str, dict[str, Any]] = {}
    for source in reading.sources:
        inputs.setdefault(source.file, {"sha256": source.sha256, "rows": 0})["rows"] += source.rows
    return {
        "status": "optimal" if found.objective == found.lower_bound else "feasible",
        "objective": found.objective / WRIT**2,
        "lower_bound": found.lower_bound / WRIT**2,
        "attachments": found.attachments.height,
        "short": int(found.districts["short"].sum()),
        "asked": {"keep": asked.keep, "leavers": asked.leavers, "most": asked.most, "within": asked.within},
        "seed": found.seed,
        "as_of": found.as_of.isoformat(),
        "inputs": inputs,
        "outputs": outputs,
        "warnings": list(reading.warnings),
        "versions": {"tengbol": __version__, "python": platform.python_version()},
        "config": config.told(),
    }
