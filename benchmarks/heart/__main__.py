"""`python -m benchmarks.heart`: the families asked for, kept and written to `docs/benchmarks/heart.md`."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console

from benchmarks.heart.check import MANY, Checked, check
from benchmarks.heart.district import read
from benchmarks.heart.duel import Allowed, Duel, duel
from benchmarks.heart.kept import begun, load, save
from benchmarks.heart.page import page, row
from benchmarks.heart.plan import FAMILIES
from benchmarks.peers import PEERS

if TYPE_CHECKING:
    from argparse import Namespace

_PAGE: Final = Path(__file__).parents[2] / "docs" / "benchmarks" / "heart.md"


def main(arguments: list[str]) -> None:
    """Run what the options ask for; without any, everything."""
    options = _options(arguments)
    progress = Console(stderr=True, highlight=False)
    allowed = Allowed(options.cpu, options.cpu, options.most, options.old, unproven=options.unproven)

    def shown(found: Duel) -> Duel:
        progress.print(row(found))
        return found

    if options.instance:
        for path in options.instance:
            shown(duel(read(path), options.peers or (), allowed))
        return
    # Where the page is written to, and where a checkout lies, is nobody else's concern.
    pairs = list(zip(["", *arguments], arguments, strict=False))
    said = ["TREE" if before == "--old" else word for before, word in pairs if "--out" not in (before, word)]
    where, words = options.out.with_suffix(".json"), shlex.join(said)
    kept = load(where)
    # Kept one by one: what a run that is ended has found stays found.
    if options.checks:
        kept.checked = _, drawn = begun(kept.checked, words)
        for number in range(len(drawn), options.checks):
            drawn.append(check(number))
            progress.print(_checked(drawn[-1]))
            save(kept, where)
    for name in options.family:
        family = FAMILIES[name]
        names = family.peers if options.peers is None else options.peers
        made = [maker(seed) for maker in family.makers for seed in range(1, options.seeds + 1)]
        chosen = [each for each in made if options.size in f"{each.family} {each.size}"]
        if not chosen:
            continue
        kept.families[name] = _, found = begun(kept.families.get(name), words)
        for each in chosen[len(found) :]:
            found.append(shown(duel(each, names, allowed)))
            save(kept, where)
    options.out.write_text(page(kept), encoding="utf-8")


def _options(arguments: list[str]) -> Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.heart", description="Measure tengbol and its peers on the field's own instances."
    )
    parser.add_argument("--family", nargs="*", choices=list(FAMILIES), help="default all, unless --checks is given")
    parser.add_argument("--size", default="", help="only sizes whose name holds this")
    parser.add_argument("--seeds", type=int, default=5, help="instances of each size, default 5")
    parser.add_argument("--checks", type=int, help=f"of the {MANY} instances drawn over everything, so many")
    parser.add_argument("--instance", type=Path, nargs="+", help="files instead; printed, and not kept")
    parser.add_argument("--peers", nargs="*", choices=[peer.name for peer in PEERS], help="in place of the family's")
    parser.add_argument("--unproven", action="store_true", help="peers only where tengbol has not proven Σe²")
    parser.add_argument("--old", type=Path, help="a checkout whose tengbol runs side by side")
    parser.add_argument("--most", type=float, default=60.0, help="CPU seconds of a peer at most, default 60")
    parser.add_argument("--cpu", type=int, default=180, help="CPU seconds after which tengbol is stopped, default 180")
    parser.add_argument("--out", type=Path, default=_PAGE, help="the page; what was found is kept beside it as JSON")
    options = parser.parse_args(arguments)
    if options.family is None and options.checks is None:
        options.checks = MANY
        options.family = list(FAMILIES)
    options.family = options.family or []
    return options


def _checked(each: Checked) -> str:
    ended = each.failure or ("within" if each.within else "OUTSIDE")
    return (
        f"#{each.number} {each.size}: {each.cpu_seconds:.2f} CPU s, {each.peak / 1e6:.0f} MB, first "
        f"{each.gap}, totals {each.gap_total}, {ended}"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
