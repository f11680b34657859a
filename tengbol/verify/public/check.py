"""`verify --public`: a public report checked from its file alone, batch by batch, and against an earlier one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tengbol.verify.check import STEPS
from tengbol.verify.findings import Finding, Findings, Kind, Report
from tengbol.verify.law import CATEGORIES
from tengbol.verify.public.batch import check_batch, replay, standing
from tengbol.verify.public.chain import PLACE, check_chain
from tengbol.verify.public.lines import read_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from tengbol.verify.balances import Standing
    from tengbol.verify.public.lines import Header, Line

#: What each check of a batch shows when it holds in all of them.
_HELD: Final = {
    "pools": ("¶9, ¶10", "Every pool has the members of its name, and every free writ went to a member of its pool."),
    "writs": (PLACE, "Every writ stands once in its batch."),
    "bundles": ("¶13, ¶14", "Every bundle has one enforcer, pool, district and basis."),
    "balances": ("contract 3.7", "Shares and received follow from the pools, from batch to batch."),
    "lot": ("contract 3.9", "The seeds deal every bundle to the enforcer who got it."),
    "objective": ("contract 3.8", "Both objectives are exactly those of the assignments."),
    "status": ("contract 3.8", "Both statuses say what objective and bound say."),
    "optimality": ("contract 3.8", "The bound of the first objective is true, shown by a bound of our own."),
    "optimality_total": ("contract 3.8", "The bound of the second objective is true, shown by a bound of our own."),
}


def verify_public(
    path: str | Path,
    previous: str | Path | None = None,
    *,
    steps: float = STEPS,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Report:
    """Check a public report from its file alone.

    Parameters
    ----------
    path
        The file that a chamber published.
    previous
        What it published before: a file that ends where this one begins, or that this one continues.
    steps
        Limit of each search for something more even, for each batch, in deterministic time of the solver.
    progress
        Called with how many batches are done, and how many there are.

    Returns
    -------
    Report
        What holds, what broke and what could not be proven.

    Raises
    ------
    UnusableInputError
        When a file cannot be read as a public report.
    """
    found = Findings()
    header, lines = read_lines(Path(path), found)
    if header is None or not lines:
        found.broken("format", "", "", PLACE, "there is no batch that can be checked")
        return found.report()
    check_chain(header, lines, found)
    balances = standing(header.opening)
    held: dict[str, int] = {}
    for done, line in enumerate(lines):
        progress(done, len(lines))
        within = Findings()
        balances = check_batch(line, balances, steps, within)
        _gather(line, within, found, held)
    for check, (place, sentence) in _HELD.items():
        if held.get(check):
            found.holds(check, "", place, f"{held[check]} of {len(lines)} batches: {sentence}")
    if previous is not None:
        _check_previous(Path(previous), header, lines, found)
    found.unproven(
        "outside",
        "",
        "",
        "¶4, ¶9-14",
        "that categories, pools and bound writs are those that the law makes of the chamber's tables, no public file "
        "can show; `tengbol verify INPUT DIR` shows it to whoever has the tables",
    )
    return found.report()


def _gather(line: Line, within: Findings, found: Findings, held: dict[str, int]) -> None:
    """Take over what a batch's checks found; what holds is only counted."""
    for finding in within.made:
        if finding.kind is Kind.HOLDS:
            held[finding.check] = held.get(finding.check, 0) + 1
        else:
            found.made.append(replace(finding, file=f"batch {line.number}"))


def _check_previous(path: Path, header: Header, lines: list[Line], found: Findings) -> None:
    """Check that this file tells the batches of an earlier one as that did, or goes on where that ended."""
    before = Findings()
    earlier_header, earlier = read_lines(path, before)
    if earlier_header is None or not earlier:
        found.broken("previous", path.name, "", PLACE, "it has no batch that can be read")
        return
    check_chain(earlier_header, earlier, before)
    told = {line.number: line for line in lines}
    for line in earlier:
        if line.number in told and told[line.number].link != line.link:
            found.broken("previous", "", f"batch {line.number}", PLACE, "was published otherwise before")
    last, first = earlier[-1], lines[0]
    if first.number > last.number:
        balances = standing(earlier_header.opening)
        for line in earlier:
            balances = replay(line, balances, before)
        _check_follows(header, first, last, balances, found)
    elif last.number > lines[-1].number:
        found.broken("previous", "", f"batch {last.number}", PLACE, "was published before and is not there any more")
    for finding in before.made:
        if finding.kind is Kind.BROKEN:
            found.made.append(_of_previous(finding, path))
    found.holds("previous", "", PLACE, f"It agrees with what was published before, up to batch {last.number}.")


def _check_follows(header: Header, first: Line, last: Line, balances: Standing, found: Findings) -> None:
    """Check that a file begins where another one ended."""
    name = f"batch {first.number}"
    if first.number != last.number + 1:
        found.broken("previous", "", name, PLACE, f"follows batch {last.number} of the file before")
    if header.link != last.link:
        found.broken("previous", "", "link", PLACE, "it does not begin with the last link of the file before")
    if header.commitment != last.commitment:
        found.broken(
            "previous", "", "commitment", PLACE, "it does not begin with the last commitment of the file before"
        )
    opened = standing(header.opening)
    # Whoever neither opens with anything nor has to do with the first batch may have left the chamber.
    here = {row[0] for row in header.opening} | {who for members in first.pools.values() for who in members}
    cells = {(who, category) for who in here | {row[6] for row in first.assignments} for category in CATEGORIES}
    changed = sorted(
        {
            who
            for who, category in cells
            if (opened.received[who, category], opened.share[who, category])
            != (balances.received[who, category], balances.share[who, category])
        }
    )
    if changed:
        sentence = f"it opens with other balances of {', '.join(changed[:3])} than the file before closed with"
        found.broken("previous", "", "opening", PLACE, sentence)


def _of_previous(finding: Finding, path: Path) -> Finding:
    return replace(finding, check="previous", file=path.name)
