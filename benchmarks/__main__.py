"""`python -m benchmarks`: the whole benchmark, printed and written to `docs/benchmarks.md`."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console

from benchmarks.commands import commands
from benchmarks.contest import Limits, contest
from benchmarks.instances import FAMILIES, Recipe
from benchmarks.machine import cores, machine
from benchmarks.peers import PEERS
from benchmarks.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SIZES: Final = "10x300,40x1000,100x3000,300x7200,300x20000"
#: Regions of fewer enforcers would be a handful of districts with a few in each.
_REGION_FROM: Final = 100
_PAGE: Final = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def main(arguments: list[str]) -> None:
    """Run what the options ask for."""
    options = _options().parse_args(arguments)
    recipes = [
        Recipe(family, enforcers, writs, seed=options.seed)
        for family in options.families
        for enforcers, writs in options.sizes
        if family != "region" or enforcers >= options.region_from
    ]
    limits = Limits(options.time_limit, round(options.memory * 1e9), options.workers, options.seed)
    facts = machine()
    progress = Console(stderr=True)

    def show(doing: str) -> None:
        progress.print(doing, style="dim", highlight=False)

    timed = commands(recipes, options.runs, options.workers, show) if options.runs else []
    contests = [
        contest(recipe, options.peers, limits, lambda name, recipe=recipe: show(f"{recipe}: {name}"))
        for recipe in (recipes if options.peers else [])
    ]
    report = Report(options.date, facts, _shown(arguments), limits, tuple(contests), tuple(timed))
    report.print(Console(width=None if sys.stdout.isatty() else 240))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(report.markdown(), encoding="utf-8")


def _options() -> argparse.ArgumentParser:
    names = [peer.name for peer in PEERS]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure tengbol against its peers and write docs/benchmarks.md."
    )
    parser.add_argument("--sizes", type=_sizes, default=_SIZES, help=f"enforcers x writs, default {_SIZES}")
    parser.add_argument("--families", type=_chosen(FAMILIES), default=list(FAMILIES), help=", ".join(FAMILIES))
    parser.add_argument("--region-from", type=int, default=_REGION_FROM, help="regions only from so many enforcers")
    parser.add_argument("--peers", type=_chosen(names), default=names, help=f"{', '.join(names)}; or none")
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds for a peer's search, default 60")
    parser.add_argument("--memory", type=float, default=8.0, help="GB above which a peer is stopped, default 8")
    parser.add_argument("--workers", type=int, default=cores(), help="cores for whoever can use them")
    parser.add_argument("--runs", type=int, default=5, help="runs of the command, 0 for none")
    parser.add_argument("--seed", type=int, default=1, help="of instances and peers")
    parser.add_argument("--date", default=dt.date.today().isoformat(), help="shown in the report, default today")
    parser.add_argument("--out", type=Path, default=_PAGE, help="the page to write")
    return parser


def _sizes(text: str) -> list[tuple[int, int]]:
    pairs = [size.split("x") for size in text.split(",")]
    return [(int(enforcers), int(writs)) for enforcers, writs in pairs]


def _chosen(among: Sequence[str]) -> Callable[[str], list[str]]:
    def chosen(text: str) -> list[str]:
        names = [] if text == "none" else text.split(",")
        if unknown := [name for name in names if name not in among]:
            raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(among)}")
        return names

    return chosen


def _shown(arguments: list[str]) -> str:
    """The arguments for the page, without where it is written and what day it is."""
    kept, skip = [], False
    for word in arguments:
        hidden = word.startswith(("--out", "--date"))
        if not (hidden or skip):
            kept.append(word)
        skip = hidden and "=" not in word
    return " ".join(kept)


if __name__ == "__main__":
    main(sys.argv[1:])
