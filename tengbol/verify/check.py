"""`verify`: one input and one result folder, checked from the files to the proof (contract section 5)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.phrase import Phrase
from tengbol.verify.balances import check_balances, check_uniformity, closing, opening
from tengbol.verify.bounds import check_evenness
from tengbol.verify.bundles import derive
from tengbol.verify.calendar import WorkingDays
from tengbol.verify.certificate import FILE as CERTIFICATE
from tengbol.verify.certificate import check_certificate
from tengbol.verify.chosen import Looked, check_drawn
from tengbol.verify.counts import check_batch_id, check_counts, check_late, check_rows
from tengbol.verify.decisions import COLUMNS as REASONS
from tengbol.verify.decisions import Due, check_decisions
from tengbol.verify.drawn import Drawn
from tengbol.verify.evenness import components_of, excess_of
from tengbol.verify.explaining import Wording
from tengbol.verify.files import COLUMNS, check_inputs, check_outputs, check_rejected
from tengbol.verify.findings import Findings, Report
from tengbol.verify.first import as_it_was_read, nobody_held_out
from tengbol.verify.law import writs_of
from tengbol.verify.limits import check_limits
from tengbol.verify.lot import check_lot, tell_what_was_chosen
from tengbol.verify.manifest import Manifest, read_manifest
from tengbol.verify.masks import names_of
from tengbol.verify.placing import last_at, named, places
from tengbol.verify.presence import check_presence, check_unassigned
from tengbol.verify.reasons import waiting
from tengbol.verify.settings import check_settings
from tengbol.verify.unread import check_accepted, unread
from tengbol.verify.wording import words_of
from tengbol.verify.writs import LAWFUL, check_assignments

if TYPE_CHECKING:
    from tengbol.io.read import Reading
    from tengbol.verify.bundles import Derived
    from tengbol.verify.masks import Names
    from tengbol.verify.placing import Named

#: Deterministic time that each search may take, where one is asked for: two for something more even, one for the lot.
SEARCH: Final = 10.0


def verify(input_path: str | Path, result_dir: str | Path, *, key: str | None = None, steps: float = 0) -> Report:
    """Check a result against its input, with code that is independent of the code that made it.

    Parameters
    ----------
    input_path : str | Path
        The input of the batch: a folder or a workbook.
    result_dir : str | Path
        The folder that `tengbol run` wrote.
    key : str, optional
        The chamber's key, hexadecimal, if the lot was drawn from masked ids. Default: the content of the file `lot.key`
        in `result_dir`, if there is one.
    steps : float
        Limit of each search for what nothing in the result proves, in CP-SAT's deterministic units of time, not in
        seconds; 10 for `--search`. Default: no search.

    Returns
    -------
    Report
        Its `findings` are the checks that hold, are broken, or could be neither confirmed nor refuted; `ok` is true if
        none is broken.

    Raises
    ------
    UnusableInputError
        If the input cannot be read as tables, or `result_dir` is not a result.

    Notes
    -----
    What is checked: docs/contract.md, section 5; docs/certificate.md; docs/lot.md.
    """
    from tengbol.io.key import BESIDE, read_key
    from tengbol.io.read import read

    input_path, result_dir = Path(input_path), Path(result_dir)
    if not result_dir.is_dir():
        raise UnusableInputError(
            "{result_dir} is not a folder; give the folder that `tengbol run` wrote.", result_dir=result_dir
        )
    expected = ["manifest.json", *(f"{table}.{end}" for table in COLUMNS for end in ("csv", "parquet"))]
    if not any((result_dir / name).exists() for name in expected):
        raise UnusableInputError(
            "{result_dir} holds no result: neither manifest.json nor any table. Give the folder that `tengbol run` "
            "wrote.",
            result_dir=result_dir,
        )
    found = Findings()
    manifest = read_manifest(result_dir / "manifest.json", found)
    reading: Reading | None = (
        read(input_path) if manifest is None else read(input_path, columns=manifest.columns, day=manifest.as_of.date())
    )
    if manifest is None:
        found.unproven("rest", "", "", "", Phrase("nothing else was checked, for want of a usable manifest"))
        return found.report()
    tables = check_outputs(result_dir, manifest.outputs, found, COLUMNS | (REASONS if manifest.format == 2 else {}))
    check_rows(manifest, tables, found)
    check_batch_id(manifest, found)
    check_inputs(input_path, reading, manifest.inputs, found)
    check_limits(reading.chamber, found)
    check_settings(manifest, found)
    if "rejected" in tables and manifest.format == 1:
        reading = as_it_was_read(reading, tables["rejected"], found)
    elif "rejected" in tables:
        check_rejected(reading, tables["rejected"], manifest.lang, found)
    beside = result_dir / BESIDE
    if key is None and manifest.lot is not None and beside.is_file():
        key = read_key(beside)
    names = names_of(manifest.lot, key, result_dir, found)
    proof = result_dir / CERTIFICATE if CERTIFICATE in manifest.outputs else None
    if reading is not None:
        writs = writs_of(reading.chamber.writs)
        # What was looked at and decides nothing, and texts that stand there as numbers: two hundred megabytes.
        reading = replace(reading, rows={}, chamber=replace(reading.chamber, writs=writs.select("writ_id")))
        _check_law(reading, writs, tables, manifest, names, steps, proof, found)
    return found.report()


def _check_law(
    reading: Reading,
    writs: pl.DataFrame,
    tables: dict[str, pl.DataFrame],
    manifest: Manifest,
    names: Names | None,
    steps: float,
    proof: Path | None,
    found: Findings,
) -> None:
    """Check what follows from the input: needs both tables of writs, the others as far as they are there."""
    for table in COLUMNS | (REASONS if manifest.format == 2 else {}):
        if table not in tables:
            found.unproven(table, f"{table}.parquet", "", "contract 4", Phrase("not checked: it cannot be read"))
    if "assignments" not in tables or "unassigned" not in tables:
        return
    chamber = reading.chamber
    held = unread(reading)
    if manifest.format == 1:
        held = nobody_held_out(held, found)
    else:
        check_accepted(manifest.accepted, held, found)
    days = WorkingDays(manifest.days_off, manifest.working_days)
    derived = derive(
        chamber, writs, manifest.as_of, manifest.mci, manifest.turn, held,
        days=days, readings=manifest.readings,
    )  # fmt: skip
    check_counts(manifest, chamber.writs.height, derived, found)
    check_late(manifest, derived, found)
    kept = waiting(derived, chamber, manifest) if manifest.format == 2 else None
    given = tables["assignments"]
    told = pl.concat([tables[name]["writ_id"] for name in ("assignments", "unassigned")])
    at, who = places(told, chamber.writs["writ_id"]), named(given["enforcer_id"])
    place, waits = at.head(given.height), at.slice(given.height)
    _check_writs(reading, tables, place, waits, who, manifest, derived, kept, found)
    taken = who.at(last_at(place, chamber.writs.height))

    before = opening(chamber.balances)
    after = closing(before, derived, taken)
    categories = after.categories(manifest.as_of.date())
    if "balances" in tables:
        others = frozenset(chamber.balances["enforcer_id"])
        licensed = derived.roster.licensed
        check_balances(tables["balances"], after, licensed, others, categories, manifest.format == 1, found)
    if "uniformity" in tables:
        chamber_of_district = dict(chamber.districts.select("district_id", "chamber_id").iter_rows())
        home = derived.roster.home
        chamber_of = {name: chamber_of_district[home[name]] for name in sorted(derived.roster.licensed)}
        check_uniformity(tables["uniformity"], {"before": before, "after": after}, chamber_of, categories, found)

    if kept is not None:
        chamber_of_district = dict(chamber.districts.select("district_id", "chamber_id").iter_rows())
        due = Due(derived, kept, names, (before, after), chamber_of_district, place, categories)
        check_decisions(tables, due, found)
    lawful = not found.any_broken(*LAWFUL)
    if manifest.book is not None and lawful and names is not None:
        from tengbol.verify.secret import check_secret

        check_secret(manifest.book, manifest, given, place, derived, before, names, found)
    # What was compared with the input is not needed any more.
    tables.clear()
    used: list[int] = derived.groups["pool"].unique().to_list()
    pools = {member for number in used for member in derived.pools[number]}
    excess = excess_of(pools.union(who.names), after)
    drawn = Drawn(derived, taken) if lawful else None
    parts = components_of(drawn.dealt(), excess) if drawn is not None else None
    looked = Looked()
    if drawn is not None and parts is not None and names is not None:
        if manifest.lot_version == 1:
            check_lot(
                derived.bundles, dict(given.select("writ_id", "enforcer_id").iter_rows()), manifest.seed, found, names
            )
            tell_what_was_chosen(derived.bundles, found)
        else:
            again = partial(drawn.deal_again, manifest.seed, names, found)
            longer, whose = drawn.longer(manifest.seed, names)
            looked = check_drawn(parts, longer, whose, manifest, names, steps, found, again)
    elif parts is None:
        found.unproven(
            "lot",
            "assignments.parquet",
            "",
            "contract 3.9",
            Phrase("not judged: the assignments break the law above"),
        )
    certified = check_certificate(proof, parts, found) if parts is not None and proof is not None else {}
    check_evenness(excess, parts, manifest, steps, found, looked=looked, certified=certified)


def _check_writs(
    reading: Reading,
    tables: dict[str, pl.DataFrame],
    place: pl.Series,
    waits: pl.Series,
    who: Named,
    manifest: Manifest,
    derived: Derived,
    kept: pl.DataFrame | None,
    found: Findings,
) -> None:
    """Every writ where the law puts it.

    place, waits: of each assigned and unassigned writ among those of the input. who: `enforcer_id` of each assigned
    one. kept: what the table `waiting` is to say, of a result of format 2.
    """
    assignments, unassigned = tables["assignments"], tables["unassigned"]
    check_presence(
        reading, assignments.select("writ_id", place=place), unassigned.select("writ_id", place=waits), found
    )
    wording = None
    if kept is not None and manifest.words == words_of(manifest.lang):
        wording = Wording(reading.chamber, derived, manifest.lang)
    elif kept is not None:
        sentence = Phrase("its sentences are in other words than these; letter for letter they were not compared")
        found.unproven("explanations", "manifest.json", "words", "contract 4", sentence)
    said = wording.unassigned(kept) if kept is not None and wording is not None else None
    check_unassigned(unassigned, waits, derived, found, said)
    days = WorkingDays(manifest.days_off, manifest.working_days)
    check_assignments(assignments, place, who, derived, days, manifest, found, wording)
