"""A record from folders: results of `tengbol run`, with the inputs they were made of where these are given.

A result holds no names and no amounts, and one of version 0.1.0 no pools; these come from the input, so it must be the
very one: its fingerprints are compared with those the manifest has.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.config import of_manifest
from tengbol.errors import UnusableInputError
from tengbol.io.many import Plain, plain_inputs
from tengbol.io.read import read
from tengbol.model.decisions import alike_of, decisions_of
from tengbol.model.law import availability, balances, category, law_of, pools
from tengbol.model.law.docket import docket
from tengbol.model.unread import holding_out
from tengbol.optimizer import lot
from tengbol.parallel import each
from tengbol.report.alarms import Inputs
from tengbol.report.alarms.beside import Batch, beside
from tengbol.report.record import REASONED, Record, joined, of_batch, only_chamber, record, with_writs
from tengbol.report.results import FORMAT, MANIFEST, accepted_of, batch_of, of_result, read_manifest, read_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tengbol.io.read import Reading
    from tengbol.model.chamber import Chamber

_TABLES: Final = ("assignments", "unassigned", "rejected", "balances")
#: Results from which on it is quicker to start processes than to read them all here.
_WORTH_PROCESSES: Final = 32
#: Results whose inputs are looked at together.
_TOGETHER: Final = 32


def of_path(result: Path, source: Path | None, progress: Callable[[str, int, int], None] = lambda *_: None) -> Record:
    """Record one result folder with its input, or a folder of many with a folder of inputs of the same names."""
    return of_folders(_pairs(Path(result), source), progress)


def with_inputs(
    result: Path, source: Path | None, progress: Callable[[str, int, int], None] = lambda *_: None
) -> tuple[Record, Inputs]:
    """The same, and what alarms look at beside the record."""
    results = _read(_pairs(Path(result), source), progress)
    batches = [one.batch for one in results if one.batch is not None]
    return _whole(results), beside(batches) if len(batches) == len(results) else Inputs()


def _pairs(result: Path, source: Path | None) -> list[tuple[Path | None, Path]]:
    """Each input, if given, with its result."""
    if not result.is_dir():
        raise UnusableInputError(
            "{result}: there is no such folder; give a result of `tengbol run`, or a folder of them.", result=result
        )
    single = (result / MANIFEST).is_file()
    names = [] if single else sorted(folder.name for folder in result.iterdir() if (folder / MANIFEST).is_file())
    if not single and not names:
        raise UnusableInputError(
            "{result}: holds no result (no {manifest}, and no folder with one); give the folder that `tengbol run` "
            "made.",
            result=result,
            manifest=MANIFEST,
        )
    folders = [result] if single else [result / name for name in names]
    if source is None:
        return [(None, folder) for folder in folders]
    return [(source, result)] if single else [(_named(source, folder.name), folder) for folder in folders]


def of_folders(
    pairs: Iterable[tuple[Path | None, Path]], progress: Callable[[str, int, int], None] = lambda *_: None
) -> Record:
    """Record results, each given as (input or None, result), by their times, in whatever order they come.

    Raises `UnusableInputError` for what is no result, for an input that is not the result's, and where the balances of
    a batch do not begin as the one before ended.
    """
    return _whole(_read(list(pairs), progress))


def _read(listed: list[tuple[Path | None, Path]], progress: Callable[[str, int, int], None]) -> list[_Result]:
    """The results in order of time, no batch twice."""
    processes = (os.cpu_count() or 1) if len(listed) >= _WORTH_PROCESSES else 1
    parts = [listed[start : start + _TOGETHER] for start in range(0, len(listed), _TOGETHER)]

    def told(done: int, _: int) -> None:
        progress("read", min(done * _TOGETHER, len(listed)), len(listed))

    results = [one for some in each(_results, None, parts, processes=processes, progress=told) for one in some]
    results.sort(key=lambda one: (one.record.batches["as_of"].item(), one.batch_id))
    seen = [one.batch_id for one in results]
    for one, before in zip(seen[1:], seen, strict=False):
        if one == before:
            raise UnusableInputError("Two of the results are the same batch ({one}); leave one of them.", one=one)
    return results


def _whole(results: list[_Result]) -> Record:
    whole = joined(
        replace(one.record, batches=one.record.batches.with_columns(number=pl.lit(number, dtype=pl.Int64)))
        for number, one in enumerate(results, 1)
    )
    _refuse_gaps(whole)
    return whole


@dataclass(frozen=True)
class _Result:
    """One result folder: its record, the batch not yet numbered, and what alarms look at beside it, of its input."""

    batch_id: str
    record: Record
    batch: Batch | None


def _recorded(manifest: dict[str, Any], tables: dict[str, pl.DataFrame], chamber: Chamber) -> Record:
    """Derive pools and reasons again, of a result of version 0.1.0, and put all into a record."""
    batch_id, as_of = manifest["batch_id"], dt.datetime.fromisoformat(manifest["as_of"])
    turn = lot.turn(manifest["seed"], chamber.enforcers["enforcer_id"])
    todo = docket(chamber, as_of=as_of, law=law_of(of_manifest(manifest["config"])), turn=turn)
    todo = replace(todo, bundles=todo.bundles.with_columns(lot_id="bundle_id"))
    by_number = pools.identified(todo.bundles, todo.members)
    decided = decisions_of(todo, alike_of(todo, by_number), by_number)
    bundles = decided.decisions.with_columns(lot_id="bundle_id")
    batch = {
        **batch_of(manifest),
        "chamber_id": only_chamber(chamber.districts),
    }
    return record(
        batches=pl.DataFrame([batch], schema_overrides={"as_of": pl.Datetime("us"), "chamber_id": pl.String}),
        assignments=with_writs(tables["assignments"], bundles, chamber.writs, batch_id),
        unassigned=of_batch(tables["unassigned"], batch_id),
        rejected=of_batch(tables["rejected"], batch_id),
        pools=decided.pools,
        **{name: of_batch(getattr(decided, name), batch_id) for name in (*REASONED, "shares")},
        standing=of_batch(_standing(chamber, tables["balances"], as_of.date()), batch_id),
        enforcers=chamber.enforcers,
        districts=chamber.districts,
        events=accepted_of(manifest),
    )


def _standing(chamber: Chamber, closing: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    licensed = availability.licensed(chamber.enforcers, day).select("enforcer_id")
    before = balances.opening(chamber.enforcers, chamber.balances).with_columns(pl.col("category").cast(pl.String))
    after = closing.with_columns(share=(pl.col("share") * balances.WRIT).cast(pl.Int64))
    return (
        licensed.join(before.rename({"received": "received_before", "share": "share_before"}), on="enforcer_id")
        .join(
            after.rename({"received": "received_after", "share": "share_after"}),
            on=["enforcer_id", "category"],
            how="left",
        )
    )  # fmt: skip


def read_result(source: Path, folder: Path) -> tuple[dict[str, Any], dict[str, pl.DataFrame], Reading]:
    """A result folder's manifest and tables, and the input it was made of.

    Raises `UnusableInputError` where it is no whole result, or the input is another.
    """
    manifest = read_manifest(folder)
    tables = read_tables(folder, _TABLES)
    reading = read(source, columns=manifest["config"].get("columns"), day=_day(manifest))
    _refuse_other(source, folder, manifest, {one.file: one.sha256 for one in reading.sources})
    return manifest, tables, reading


def _refuse_other(source: Path, folder: Path, manifest: dict[str, Any], given: Mapping[str, str]) -> None:
    """Refuse an input that is not the result's. given: SHA-256 by file."""
    known = {name: of["sha256"] for name, of in manifest["inputs"].items()}
    if known != given:
        odd = min(name for name in known.keys() | given.keys() if known.get(name) != given.get(name))
        raise UnusableInputError(
            "{source}: is not the input that {folder} was made of: {odd} differs or is missing; give that very input.",
            source=source,
            folder=folder,
            odd=odd,
        )


def _day(manifest: dict[str, Any]) -> dt.date:
    return dt.datetime.fromisoformat(manifest["as_of"]).date()


def _results(_: None, places: Sequence[tuple[Path | None, Path]]) -> list[_Result]:
    """Read results, with their inputs where these are given."""
    looked_at = plain_inputs([_asked(*place) for place in places])
    return [_result(*place, plain) for place, plain in zip(places, looked_at, strict=True)]


def _asked(source: Path | None, folder: Path) -> tuple[Path, dt.date] | None:
    """An input that may be looked at with others, and its batch's day: one without headers that the user explained."""
    try:
        manifest = read_manifest(folder)
        return None if source is None or manifest["config"].get("columns") else (source, _day(manifest))
    except (UnusableInputError, AttributeError, TypeError, ValueError):
        return None  # it is told where this result is read


def _result(source: Path | None, folder: Path, plain: Plain | None) -> _Result:
    """Read one result, with its input where that is given. plain: the input, if it is known to be in no doubt."""
    if source is None:
        alone = of_result(folder)
        return _Result(alone.batches["batch_id"].item(), alone, None)
    if plain is None:
        manifest, tables, reading = read_result(source, folder)
        chamber, given = reading.chamber, frozenset(one.table for one in reading.sources)
    else:
        manifest, tables = read_manifest(folder), read_tables(folder, _TABLES)
        _refuse_other(source, folder, manifest, plain.sums)
        chamber, _, given = plain
    as_of = dt.datetime.fromisoformat(manifest["as_of"])
    chamber = with_held_out(chamber, manifest)
    batch = Batch(
        as_of,
        replace(chamber, writs=chamber.writs.with_columns(category.claim_on(as_of.date()))),
        given,
        tables["assignments"]["writ_id"],
    )
    kept = of_result(folder, chamber, tables) if manifest.get("format") == FORMAT else None
    return _Result(manifest["batch_id"], kept or _recorded(manifest, tables, chamber), batch)


def with_held_out(chamber: Chamber, manifest: dict[str, Any]) -> Chamber:
    """The chamber without whoever was held out, where rows were left out for a reason (`io.lost`)."""
    taken = manifest.get("accepted")
    if not taken:
        return chamber
    day = dt.datetime.fromisoformat(manifest["as_of"]).date()
    return holding_out(chamber, taken["held_out"], [(w, e) for w, e in taken["recused"]], day, taken["reason"])


def _named(source: Path, name: str) -> Path:
    """The input of a result: a folder or a workbook of its name."""
    for candidate in (source / name, source / f"{name}.xlsx"):
        if candidate.exists():
            return candidate
    raise UnusableInputError(
        "{source}: has no input '{name}' for the result of that name; put the folder or {name}.xlsx there.",
        source=source,
        name=name,
    )


def _refuse_gaps(whole: Record) -> None:
    """Refuse batches whose balances do not follow from one another: a sum over them would mean nothing."""
    moved = (
        whole.standing.join(whole.batches.select("batch_id", "as_of", "number"), on="batch_id")
        .sort("enforcer_id", "category", "as_of", "number")
        .with_columns(
            expected=pl.struct(received_before="received_after", share_before="share_after")
            .shift(1)
            .over("enforcer_id", "category")
        )
        .filter(pl.col("expected").is_not_null() & (pl.struct("received_before", "share_before") != pl.col("expected")))
        .sort("as_of", "number", "enforcer_id")
    )
    if moved.height:
        first = moved.row(0, named=True)
        raise UnusableInputError(
            "Batch {batch_id}: {enforcer_id} begins in {category} with other balances than those the batch before "
            "ended with; give all results of the span, each made with the last one's balances.",
            batch_id=first["batch_id"],
            enforcer_id=first["enforcer_id"],
            category=first["category"],
        )
