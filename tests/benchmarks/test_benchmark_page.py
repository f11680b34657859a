"""The benchmark's page: aims are held against measurements, every figure shown was found, charts are legible."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from benchmarks import plan
from benchmarks.__main__ import main
from benchmarks.aims import AIMS, judged
from benchmarks.cluster import Clustered
from benchmarks.contest import Contest, Limits, contest
from benchmarks.families import CATEGORIES, Recipe
from benchmarks.findings import Findings
from benchmarks.instances import case
from benchmarks.page import pages, sections
from benchmarks.page.charts import Line, log_chart
from benchmarks.page.findings import falling_short, shortfalls, sooner
from benchmarks.peers import PEERS, peer
from benchmarks.timed import Timed
from tengbol.scenarios.stream import Recipe as Stream

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
REGION = Recipe("region", 7, 50, bundled=0.4, seed=3)
LIMITS = Limits(seconds=20, memory=4 * 10**9, workers=1, seed=3)


@pytest.fixture(scope="module")
def tiny() -> Contest:
    return contest(case(REGION), ["tengbol", "lottery", "aggregated-scip", "min-cost-flow"], LIMITS)


def findings(*held: Contest, commands: tuple[Timed, ...] = ()) -> Findings:
    by_family = {c.case.family: [c] for c in held}
    return Findings("2026-11-25", {"cores": "2"}, "--quick", plan.quick(), by_family, None, commands, None, None, 1.0)


def timed(name: str, seconds: float, manifest: dict[str, Any] | None = None) -> Timed:
    return Timed(name, 1, seconds, seconds, seconds, 10**8, manifest)


def test_aims_are_met_missed_or_not_measured() -> None:
    none = judged(findings())
    assert [each.met for each in none] == [None] * len(AIMS)
    slow = {each.aim: each for each in judged(findings(commands=(timed("demo", 3.5),)))}
    assert slow["`tengbol demo` at most 3 s"].met is False
    assert "3.50 s" in slow["`tengbol demo` at most 3 s"].measured
    fast = {each.aim: each for each in judged(findings(commands=(timed("demo", 2.5),)))}
    assert fast["`tengbol demo` at most 3 s"].met is True
    under = "national, 1,000,000 writs, start to exit: at most 4 × the floor"
    country = (timed("run, national demo, 1,000,000 writs", 9.0), timed("floor, national demo, 1,000,000 writs", 2.0))
    ratio = {each.aim: each for each in judged(findings(commands=country))}
    assert (ratio[under].met, ratio[under].measured) == (False, "4.50 × (2.00 s → 9.00 s)")


def test_where_the_seconds_went_is_told_of_what_is_missed_and_of_nothing_else() -> None:
    stages = {"timings": {"read": 1.5, "solve": 2.0, "total": 5.0}, "status": "optimal", "status_total": "optimal"}
    name = "national demo, 1,000,000 writs"
    for floor, missed in ((1.0, True), (2.0, False)):
        run = timed(f"run, {name}", 6.0, manifest=stages)
        page = str(falling_short(findings(commands=(run, timed(f"floor, {name}", floor)))))
        assert ("read 1.50 s, solve 2.00 s, the page and writing, hashing and syncing 1.50 s" in page) == missed
        assert ("imports, 1.00 s" in page) == missed


def test_the_page_shows_every_peer_and_says_what_falls_short(tiny: Contest) -> None:
    own = tiny.outcomes[0]
    assert own.verdict is not None
    loose = replace(tiny, outcomes=(replace(own, bound=own.verdict.objective - 1), *tiny.outcomes[1:]))
    found = findings(loose, commands=(timed("demo", 4.0),))
    page = "\n".join(map(str, sections(found)))
    assert all(page.count(f"| {o.peer} |") == 2 for o in tiny.outcomes)
    assert all(category in page for category in CATEGORIES)
    assert all(f"| {o.peer} | {o.seconds:.3f} | {o.cpu_seconds:.2f} |" in page for o in tiny.outcomes)
    assert "Missed: `tengbol demo` at most 3 s: 4.00 s, 100 MB." in page
    assert f"{REGION}: tengbol does not prove the first objective" in page
    assert shortfalls(findings(tiny)) == []


def test_a_peer_below_the_bound_or_with_too_high_a_bound_is_called_out(tiny: Contest) -> None:
    own, other = tiny.outcomes[0], tiny.of("aggregated-scip")
    assert own.bound is not None
    assert other is not None
    assert other.bound is not None
    wrong = replace(tiny, outcomes=(replace(own, bound=own.bound + 1), other))
    assert any("stands below the bound of tengbol" in finding for finding in shortfalls(findings(wrong)))
    wrong = replace(tiny, outcomes=(own, replace(other, bound=other.bound + 1)))
    assert any("claims a bound that tengbol's placement passes" in finding for finding in shortfalls(findings(wrong)))


def test_a_peer_that_is_as_even_and_sooner_without_a_proof_is_a_loss(tiny: Contest) -> None:
    own, lottery = tiny.outcomes[0], tiny.of("lottery")
    assert lottery is not None
    assert sooner(findings(tiny)) == []
    ahead = replace(lottery, verdict=own.verdict, seconds=own.seconds / 4)
    found = sooner(findings(replace(tiny, outcomes=(own, ahead))))
    assert ["lottery on 1 (up to 4 times as fast)" in sentence for sentence in found] == [True]
    page, _ = pages(sections(findings(replace(tiny, outcomes=(own, ahead)))), "python -m benchmarks", "benchmarks")
    assert page.index(found[0]) < page.index("## Aims")
    # With a proof it is a matter of an aim, and with a larger sum of no interest.
    assert sooner(findings(replace(tiny, outcomes=(own, replace(ahead, bound=own.bound))))) == []
    assert sooner(findings(replace(tiny, outcomes=(own, replace(lottery, seconds=0.0))))) == []


def test_the_page_of_the_docs_is_short_and_begins_with_what_was_lost() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60
    heads = [line for line in lines if line.startswith("## ")]
    assert heads == ["## What was lost", "## Aims", "## Charts", "## Tables and methods"]


def test_a_chart_has_each_line_once_with_its_name_and_no_names_on_top_of_each_other() -> None:
    lines = [Line(f"peer <{n}>", ((10.0, 1.0 + n / 1000), (100.0, 2.0 + n / 1000)), bold=n == 0) for n in range(13)]
    svg = log_chart("title", "writs", "seconds", lines)
    root = ElementTree.fromstring(svg)
    labels = [t for t in root.iter("{http://www.w3.org/2000/svg}text") if (t.text or "").startswith("peer")]
    heights = sorted(float(t.attrib["y"]) for t in labels)
    assert len(labels) == 13
    assert min(b - a for a, b in itertools.pairwise(heights)) > 14
    assert "Nothing was measured" in log_chart("title", "x", "y", [Line("empty", ())])


def written(folder: Path, *families: str) -> str:
    """What a quick run writes: two pages and their charts, none of them missing and none too many."""
    main(["--quick", "--out", str(folder / "benchmarks.md")])
    page = (folder / "benchmarks.md").read_text(encoding="utf-8")
    tables = (folder / "benchmarks" / "tables.md").read_text(encoding="utf-8")
    drawn = set(re.findall(r"\]\((\S+\.svg)\)", tables))
    assert {*drawn, "tables.md"} == {path.name for path in (folder / "benchmarks").iterdir()}
    assert len(drawn) == 3 + 2 * len(families)
    assert set(re.findall(r"\]\(benchmarks/(\S+\.svg)\)", page)) <= drawn
    assert titles(page)[:2] == ["What was lost", "Aims"]
    behind = ("Thin districts", "Past one machine", "A year of daily batches", *(f"Family {name}" for name in families))
    assert set(behind) <= set(titles(tables))
    assert [title for title in titles(tables) if f"[{title}](benchmarks/tables.md#" not in page] == []
    assert "failed" not in page + tables
    return page + tables


def titles(page: str) -> list[str]:
    return re.findall(r"^## (.*)$", page, re.MULTILINE)


def test_a_run_of_two_peers_without_commands_writes_the_whole_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = Stream(last=dt.date(2025, 1, 17), enforcers=6, districts=2, writs_a_day=3.0)
    little = replace(plan.quick(), sizes={"plain": ((7, 40),)}, thin=Recipe("thin", 22, 60), year={"days": some})
    monkeypatch.setattr(plan, "quick", lambda: little)
    monkeypatch.setattr(plan, "PEERS", [peer(name) for name in ("tengbol", "lottery")])
    ran = timed("demo", 2.5)
    monkeypatch.setattr("benchmarks.__main__.commands", lambda *_: [ran])
    spread = Clustered(case(REGION), 0.4, 0.3, 0.2, (0.1,), (1000,), (500,), 0.1, 0.001, same=True)
    monkeypatch.setattr("benchmarks.__main__.clustered", lambda _: spread)
    assert "2.50 s" in written(tmp_path, "plain")


@pytest.mark.soak
def test_the_quick_run_writes_the_whole_page_with_its_charts(tmp_path: Path) -> None:
    page = written(tmp_path, "city", "plain")
    assert all(f"| {one.name} |" in page for one in PEERS)
