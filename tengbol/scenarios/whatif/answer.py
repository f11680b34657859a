"""A scenario, answered: its variants beside the base, as tables, sentences and a page, whole or not at all."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tengbol import __version__
from tengbol.config import Config
from tengbol.errors import UnusableInputError
from tengbol.io.kinds import WHATIF
from tengbol.io.lost import accepted, said
from tengbol.io.outputs import Output, refuse_unless_replaceable
from tengbol.io.read import Reading, read
from tengbol.io.write import write_whole
from tengbol.model.unread import holding_out
from tengbol.phrase import Phrase
from tengbol.report.whatif import findings, page, sheet
from tengbol.report.words import Words
from tengbol.scenarios.whatif import delay
from tengbol.scenarios.whatif.calibration import calibrated
from tengbol.scenarios.whatif.coming import own_departures
from tengbol.scenarios.whatif.compare import differences, measures, settled
from tengbol.scenarios.whatif.contradictions import refuse_contradictions, simulated_days
from tengbol.scenarios.whatif.course import lot_seed
from tengbol.scenarios.whatif.departure import Departure, departure
from tengbol.scenarios.whatif.in_turn import everyone_in_turn
from tengbol.scenarios.whatif.readings import Batch, reread
from tengbol.scenarios.whatif.scenario import BASE, Asked
from tengbol.scenarios.whatif.simulate import simulate
from tengbol.scenarios.whatif.tables import of_departures, to_decide_by, untold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import polars as pl

    from tengbol.scenarios.whatif.calibration import Departed
    from tengbol.scenarios.whatif.scenario import Scenario


@dataclass(frozen=True)
class Answer:
    """What came of a scenario.

    departures: each variant's batch beside the base's. tables: all that is written, by name. findings: `variant`,
    `finding`, a sentence each. reading: the base as it was read.
    """

    asked: Asked
    reading: Reading
    departures: Mapping[str, Departure]
    tables: Mapping[str, pl.DataFrame]
    findings: pl.DataFrame
    counts: Mapping[str, int] = field(default_factory=dict)
    words: Words = field(default_factory=lambda: Words("en"))

    @property
    def scenario(self) -> Scenario:
        """What was asked."""
        return self.asked.scenario


def ask(
    asked: Asked,
    *,
    in_turn: bool = False,
    config: Config | None = None,
    processes: int = 1,
    progress: Callable[[str, int, int], None] | None = None,
    book: Callable[[str], Reading] | None = None,
    accept: str | None = None,
    words: Words | None = None,
    early: Callable[[Answer], None] | None = None,
    past: Callable[[str], Sequence[Departed]] | None = None,
    batches: Callable[[str], Sequence[Batch]] | None = None,
) -> Answer:
    """Answer a scenario. book: reads a book by its URL. accept: as of a batch, why lost rows may be left out.

    words: the language of its sentences and pages, English by default. early: called with the answer so far, of
    departures alone, before the days to come are drawn. past: the departures that a book by its URL has seen, to
    replay. batches: the same of its batches of a year, to be made again by other readings of the law, where that is
    asked; of a base of tables, that is the one that is pending.
    Raises `UnusableInputError` where the scenario contradicts, and for rows lost without a reason (`io.lost`).
    """
    config, words = config or Config(), words or Words("en")
    asked, later = delay.beside_later(asked, words)
    told = progress or (lambda *_: None)
    told("read", 0, 1)
    reading = _base(asked, book, config)
    taken = accepted(reading, accept, needed=("districts", "enforcers"))
    chamber, scenario = reading.chamber, asked.scenario
    if taken is not None:
        chamber = holding_out(chamber, taken.held_out, taken.recused, scenario.as_of.date(), taken.reason)
    reading = replace(reading, warnings=(*_told(reading), *said(taken), *reading.warnings))
    refuse_contradictions(asked, chamber, config)
    departures: dict[str, Departure] = {}
    for number, variant in enumerate(scenario.variant):
        told("variants", number, len(scenario.variant))
        departures[variant.name] = departure(
            chamber,
            variant.event,
            as_of=scenario.as_of,
            seed=scenario.seed,
            lots=scenario.lots,
            history=scenario.history,
            config=config,
        )
    tables = {**of_departures(departures), "rejected": reading.rejected, "untold": untold(asked)}
    if departures:
        until = max(answer.as_of for answer in departures.values()).date()
        tables["own"] = own_departures(chamber, as_of=scenario.as_of, until=until)
        tables |= to_decide_by(chamber, departures, tables["own"], scenario, config)
    counts: dict[str, int] = {}

    def answered(days: int) -> Answer:
        if later:
            tables["delays"] = delay.told(later, tables["beside"], over_days)
        sentences = findings(tables, lots=scenario.lots, days=days, words=words)
        return Answer(asked, reading, departures, {**tables, "findings": sentences}, sentences, dict(counts), words)

    over_days = None
    if early is not None and departures:
        early(answered(0))
    if scenario.days:
        found = simulate(
            chamber,
            {BASE: (), **{variant.name: variant.event for variant in scenario.variant}},
            as_of=scenario.as_of,
            days=simulated_days(scenario.as_of.date(), scenario.days, config),
            config=config,
            seed=scenario.seed,
            replications=scenario.replications,
            past_days=scenario.history,
            processes=processes,
            progress=lambda done, of: told("days to come", done, of),
        )
        over_days = measures(found)
        counts |= {"batches_simulated": found.batches, "batches_unproven": found.unproven}
        since = {
            variant.name: min(event.on for event in variant.event) for variant in scenario.variant if variant.event
        }
        tables |= {
            "days": found.days,
            "evenness": found.evenness,
            "people": found.people,
            "differences": differences(over_days, BASE),
            "settled": settled(found, BASE, since),
        }
    if in_turn:
        everyone = everyone_in_turn(
            chamber,
            as_of=scenario.as_of,
            seed=scenario.seed,
            history=scenario.history,
            config=config,
            processes=processes,
            progress=lambda done, of: told("everyone in turn", done, of),
        )
        tables |= {"in_turn": everyone.singles, "pairs": everyone.pairs, "heat": everyone.heat}
    if past is not None and isinstance(asked.base, str):
        tables["calibration"] = calibrated(
            past(asked.base),
            seed=scenario.seed,
            config=config,
            history=scenario.history,
            progress=lambda done, of: told("departures of the past", done, of),
        )
    if scenario.readings:
        lot = lot_seed(scenario.seed, 0, scenario.as_of.date())
        pending = Batch(chamber, scenario.as_of, lot, lot, config)
        tables["readings"], tables["reading_balances"] = reread(
            [pending] if batches is None or isinstance(asked.base, Path) else batches(asked.base),
            progress=lambda done, of: told("readings of the law", done, of),
        )
    return answered(scenario.days)


def output_of(asked: Asked, out: Path, spared: Mapping[str, Path | None] | None = None) -> Output:
    """Where an answer is written; spared: what else was read, beside the scenario and a base of tables."""
    base = asked.base if isinstance(asked.base, Path) else None
    return Output(out, WHATIF, {"the base": base, "the scenario": Path(asked.file), **(spared or {})})


def write(answer: Answer, output: Output) -> None:
    """Write the answer's folder: tables, `whatif.html`, `decision.html`, `manifest.json`; whole or not at all."""
    scenario = answer.scenario
    manifest = {
        "as_of": scenario.as_of.isoformat(),
        "seed": scenario.seed,
        "lot_seeds": [lot_seed(scenario.seed, lot, scenario.as_of.date()) for lot in range(scenario.lots)],
        "lang": answer.words.language,
        "scenario": {
            "file": Path(answer.asked.file).name,
            "sha256": hashlib.sha256(answer.asked.text.encode()).hexdigest(),
            "asked": json.loads(scenario.model_dump_json()),
        },
        "inputs": {source.file: {"sha256": source.sha256} for source in answer.reading.sources},
        "counts": {**answer.counts, "rejected": len(answer.reading.rejected)},
        "warnings": list(answer.reading.warnings),
        "versions": {"tengbol": __version__},
    }
    pages = {
        "whatif.html": page(answer.tables, manifest, answer.words),
        "decision.html": sheet(answer.tables, manifest, answer.words),
    }

    def complete(outputs: dict[str, dict[str, Any]]) -> dict[str, Any]:
        return {**manifest, "outputs": outputs}

    write_whole(output, dict(answer.tables), pages, complete)


def run(
    asked: Asked,
    out: Path,
    *,
    in_turn: bool = False,
    config: Config | None = None,
    processes: int = 1,
    progress: Callable[[str, int, int], None] | None = None,
    book: Callable[[str], Reading] | None = None,
    spared: Mapping[str, Path | None] | None = None,
    accept: str | None = None,
    words: Words | None = None,
    early: Callable[[Answer], None] | None = None,
    past: Callable[[str], Sequence[Departed]] | None = None,
    batches: Callable[[str], Sequence[Batch]] | None = None,
) -> Answer:
    """Answer a scenario, as `ask` does, and write the answer; spared: as of `output_of`."""
    output = output_of(asked, out, spared)
    refuse_unless_replaceable(output)
    answer = ask(
        asked, in_turn=in_turn, config=config, processes=processes, progress=progress, book=book, accept=accept,
        words=words, early=early, past=past, batches=batches,
    )  # fmt: skip
    write(answer, output)
    return answer


def _told(reading: Reading) -> tuple[str, ...]:
    """How many rows of the base could not be used, where any could not."""
    if reading.rejected.is_empty():
        return ()
    rows = reading.rejected.height
    return (Phrase("Rows of the base that could not be used: {rows}; see the table rejected.", rows=rows),)


def _base(asked: Asked, book: Callable[[str], Reading] | None, config: Config) -> Reading:
    if isinstance(asked.base, Path):
        return read(asked.base, columns=config.columns, day=asked.scenario.as_of.date())
    if book is None:
        raise UnusableInputError(
            "{file}, base: '{base}' is a book; export it with `tengbol book export DIR` and name DIR here.",
            file=asked.file,
            base=asked.base,
        )
    return book(asked.base)
