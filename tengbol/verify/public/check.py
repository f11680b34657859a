"""`verify --public`: a public report checked from its file alone, batch by batch, and against an earlier one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tengbol.phrase import Phrase
from tengbol.verify.findings import Findings, Kind, Report
from tengbol.verify.public.batch import check_batch, standing
from tengbol.verify.public.bound import how_many_bound
from tengbol.verify.public.chain import PLACE, check_chain
from tengbol.verify.public.corrections import Past
from tengbol.verify.public.lines import read_lines
from tengbol.verify.public.previous import check_previous, told_before

if TYPE_CHECKING:
    from collections.abc import Callable

    from tengbol.verify.public.lines import Line

#: What each check of a batch shows when it holds in all of them.
_HELD: Final = {
    "pools": (
        "¶9, ¶10",
        Phrase("Every pool has the members of its name, and every free writ went to a member of its pool."),
    ),
    "writs": (PLACE, Phrase("Every writ stands once in its batch.")),
    "bundles": ("¶13, ¶14", Phrase("Every bundle has one enforcer, pool, district and basis.")),
    "balances": ("contract 3.7", Phrase("Shares and received follow from the pools, from batch to batch.")),
    "corrections": (PLACE, Phrase("Every correction is of a writ that its batch gave.")),
    "lot": ("contract 3.9", Phrase("What the seeds decide is what they give, but for what is named as not proven.")),
    "objective": ("contract 3.8", Phrase("Both objectives are exactly those of the assignments.")),
    "status": ("contract 3.8", Phrase("Both statuses say what objective and bound say.")),
    "certificate": ("contract 3.8", Phrase("What its certificate proves is true.")),
    "optimality": ("contract 3.8", Phrase("The bound of the first objective is true, shown by a bound of our own")),
    "optimality_total": (
        "contract 3.8",
        Phrase("The bound of the second objective is true, shown by a bound of our own"),
    ),
}


def _unheard(_done: int, _of: int) -> None:
    """Where nobody wants to know how far it is."""


def verify_public(
    path: str | Path,
    previous: str | Path | None = None,
    *,
    steps: float = 0,
    progress: Callable[[int, int], None] = _unheard,
) -> Report:
    """Check a public report from its file alone.

    Parameters
    ----------
    path
        The file that a chamber published.
    previous
        What it published before: a file that ends where this one begins, or that this one continues.
    steps
        Limit of each search for what the file itself does not prove, for each batch, in deterministic time of the
        solver. Default: no search.
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
        found.broken("format", "", "", PLACE, Phrase("there is no batch that can be checked"))
        return found.report()
    check_chain(header, lines, found)
    balances = standing(header.opening)
    held: dict[str, int] = {}
    past = Past() if previous is None else told_before(Path(previous), lines[0].number)
    for done, line in enumerate(lines):
        progress(done, len(lines))
        within = Findings()
        balances = check_batch(line, balances, past, steps, within)
        _gather(line, within, found, held)
    met = {
        "optimality": _met([line.status for line in lines]),
        "optimality_total": _met([line.status_total for line in lines]),
    }
    for check, (place, sentence) in _HELD.items():
        if held.get(check):
            found.holds(
                check,
                "",
                place,
                Phrase(
                    "{held} of {n} batches: {what}{more}",
                    held=held[check],
                    n=len(lines),
                    what=sentence,
                    more=met.get(check, ""),
                ),
            )
    if previous is not None:
        check_previous(Path(previous), header, lines, found)
    found.unproven(
        "outside",
        "",
        "",
        "¶4, ¶9-14",
        Phrase(
            "that categories, pools and bound writs are those that the law makes of the chamber's tables, no "
            "public file "
            "can show; `tengbol verify INPUT DIR` shows it to whoever has the tables{bound}",
            bound=how_many_bound(lines),
        ),
    )
    return found.report()


def _met(statuses: list[str]) -> Phrase:
    """How many of the batches meet their bound: only those are as even as can be."""
    return Phrase("; {n} meet it, so that nothing is more even.", n=statuses.count("optimal"))


def _gather(line: Line, within: Findings, found: Findings, held: dict[str, int]) -> None:
    """Take over what a batch's checks found; what holds is only counted."""
    for finding in within.made:
        if finding.kind is Kind.HOLDS:
            held[finding.check] = held.get(finding.check, 0) + 1
        else:
            found.made.append(replace(finding, file=Phrase("batch {number}", number=line.number)))
