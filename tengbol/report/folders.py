"""A record from folders: results of `tengbol run` with the inputs they were made of.

A result does not hold its pools, nor the amount of a writ; both are derived again from the input, by the same law, so
the input must be the very one: its fingerprints are compared with those the manifest has.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.config import of_manifest
from tengbol.errors import UnusableInputError
from tengbol.io.read import read
from tengbol.model import availability, balances, pools
from tengbol.model.docket import docket
from tengbol.model.unread import holding_out
from tengbol.optimizer import lot
from tengbol.parallel import each
from tengbol.report.alarms.beside import Batch, beside
from tengbol.report.record import SCHEMAS, Record, joined, of_batch, only_chamber, record, with_writs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tengbol.io.read import Reading
    from tengbol.model.chamber import Chamber
    from tengbol.report.alarms import Inputs

_OBJECTIVES: Final = ("objective", "lower_bound", "objective_total", "lower_bound_total")
#: Above what a record's whole numbers hold; far above what a country's writs could come to.
_TOO_LARGE: Final = 2**63
_WIDE: Final = Context(prec=100)
_TABLES: Final = ("assignments", "unassigned", "rejected", "balances")
_MANIFEST: Final = "manifest.json"
#: Results from which on it is quicker to start processes than to read them all here.
_WORTH_PROCESSES: Final = 32


def of_path(result: Path, source: Path | None, progress: Callable[[str, int, int], None] = lambda *_: None) -> Record:
    """Record one result folder with its input, or a folder of many with a folder of inputs of the same names."""
    return of_folders(_pairs(Path(result), source), progress)


def with_inputs(
    result: Path, source: Path | None, progress: Callable[[str, int, int], None] = lambda *_: None
) -> tuple[Record, Inputs]:
    """The same, and what alarms look at beside the record."""
    results = _read(_pairs(Path(result), source), progress)
    return _whole(results), beside([one.batch for one in results])


def _pairs(result: Path, source: Path | None) -> list[tuple[Path, Path]]:
    """Each input with its result."""
    if not result.is_dir():
        raise UnusableInputError(
            f"{result}: there is no such folder; give a result of `tengbol run`, or a folder of them."
        )
    single = (result / _MANIFEST).is_file()
    names = [] if single else sorted(folder.name for folder in result.iterdir() if (folder / _MANIFEST).is_file())
    if not single and not names:
        raise UnusableInputError(
            f"{result}: holds no result (no {_MANIFEST}, and no folder with one); give the folder that `tengbol run` "
            "made."
        )
    if source is None:
        raise UnusableInputError(
            f"{result}: a result alone does not hold its pools; give with --input the input it was made of"
            + ("." if single else ", as a folder that has one for each result, of the same name.")
        )
    return [(source, result)] if single else [(_named(source, name), result / name) for name in names]


def of_folders(
    pairs: Iterable[tuple[Path, Path]], progress: Callable[[str, int, int], None] = lambda *_: None
) -> Record:
    """Record results, each given as (input, result), by their times, whatever the order in which they come.

    Raises `UnusableInputError` for what is no result, for an input that is not the result's, and where the balances of
    a batch do not begin as the one before ended.
    """
    return _whole(_read(list(pairs), progress))


def _read(listed: list[tuple[Path, Path]], progress: Callable[[str, int, int], None]) -> list[_Result]:
    """The results in order of time, no batch twice."""
    processes = (os.cpu_count() or 1) if len(listed) >= _WORTH_PROCESSES else 1
    results = list(each(_result, None, listed, processes=processes, progress=partial(progress, "read")))
    results.sort(key=lambda one: (one.batch.as_of, one.batch_id))
    seen = [one.batch_id for one in results]
    for one, before in zip(seen[1:], seen, strict=False):
        if one == before:
            raise UnusableInputError(f"Two of the results are the same batch ({one}); leave one of them.")
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
    """One result folder with its input: its record, the batch not yet numbered, and what alarms look at beside it."""

    batch_id: str
    record: Record
    batch: Batch


def _recorded(manifest: dict[str, Any], tables: dict[str, pl.DataFrame], chamber: Chamber) -> Record:
    """Derive the pools again and put all into a record."""
    batch_id, as_of = manifest["batch_id"], dt.datetime.fromisoformat(manifest["as_of"])
    turn = lot.turn(manifest["seed"], chamber.enforcers["enforcer_id"])
    todo = docket(chamber, as_of=as_of, config=of_manifest(manifest["config"]), turn=turn)
    identified = pools.identified(todo.bundles, todo.members)
    bundles = todo.bundles.join(identified, on="pool").select("bundle_id", "district_id", "pool_id", lot_id="bundle_id")
    batch = {
        **{name: manifest[name] for name in ("batch_id", "seed", "status", "status_total")},
        **{name: manifest[name] for name in _OBJECTIVES},
        "number": None,
        "chamber_id": only_chamber(chamber.districts),
        "as_of": as_of,
    }
    return record(
        batches=pl.DataFrame([batch], schema_overrides={"as_of": pl.Datetime("us"), "chamber_id": pl.String}),
        assignments=with_writs(tables["assignments"], bundles, chamber.writs, batch_id),
        unassigned=of_batch(tables["unassigned"], batch_id),
        rejected=of_batch(tables["rejected"], batch_id),
        pools=pools.listed(identified),
        standing=of_batch(_standing(chamber, tables["balances"], as_of.date()), batch_id),
        enforcers=chamber.enforcers,
        districts=chamber.districts,
        events=_accepted(manifest),
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
    manifest = _manifest(folder)
    tables = {}
    for name in _TABLES:
        try:
            tables[name] = pl.read_parquet(folder / f"{name}.parquet")
        except (OSError, pl.exceptions.PolarsError) as error:
            raise UnusableInputError(
                f"{folder / name}.parquet: cannot be read ({str(error).splitlines()[0]}); give a whole result of "
                "`tengbol run`."
            ) from error
    reading = read(source, columns=manifest["config"].get("columns"))
    known = {name: of["sha256"] for name, of in manifest["inputs"].items()}
    given = {one.file: one.sha256 for one in reading.sources}
    if known != given:
        odd = min(name for name in known.keys() | given.keys() if known.get(name) != given.get(name))
        raise UnusableInputError(
            f"{source}: is not the input that {folder} was made of: {odd} differs or is missing; give that very input."
        )
    return manifest, tables, reading


def _result(_: None, place: tuple[Path, Path]) -> _Result:
    """Read one input with its result."""
    source, folder = map(Path, place)
    manifest, tables, reading = read_result(source, folder)
    chamber = _with_held_out(reading.chamber, manifest)
    batch = Batch(
        dt.datetime.fromisoformat(manifest["as_of"]),
        chamber,
        frozenset(one.table for one in reading.sources),
        tables["assignments"]["writ_id"],
    )
    return _Result(manifest["batch_id"], _recorded(manifest, tables, chamber), batch)


def _with_held_out(chamber: Chamber, manifest: dict[str, Any]) -> Chamber:
    """The chamber without whoever was held out, where rows were left out for a reason (`io.lost`)."""
    taken = manifest.get("accepted")
    if not taken:
        return chamber
    day = dt.datetime.fromisoformat(manifest["as_of"]).date()
    return holding_out(chamber, taken["held_out"], [(w, e) for w, e in taken["recused"]], day, taken["reason"])


def _accepted(manifest: dict[str, Any]) -> pl.DataFrame | None:
    """The act of leaving rows out, as a book would record it; None where there was none."""
    taken = manifest.get("accepted")
    if not taken:
        return None
    act = {
        "at": dt.datetime.fromisoformat(manifest["as_of"]),
        "who": None,
        "what": "rows accepted",
        "document": taken["reason"],
        "subject": ", ".join(f"{row['table']} {row['row']}" for row in taken["rows"]),
    }
    return pl.DataFrame([act], schema=SCHEMAS["events"])


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest, its objectives and bounds as whole squared thousandths."""
    needed = ("batch_id", "as_of", "seed", "status", "status_total", *_OBJECTIVES, "inputs", "config")
    try:
        # A float has 53 bits; an objective has all the digits that the manifest gives it.
        manifest = json.loads((folder / _MANIFEST).read_bytes(), parse_float=Decimal)
        missing = [name for name in needed if name not in manifest]
    except (OSError, ValueError, TypeError) as error:
        raise UnusableInputError(f"{folder / _MANIFEST}: cannot be read ({error}); give a result folder.") from error
    if missing:
        raise UnusableInputError(
            f"{folder / _MANIFEST}: has no '{missing[0]}', so the folder is no result of `tengbol run`; give one that "
            "is."
        )
    return {**manifest, **{name: _thousandths(manifest[name], folder, name) for name in _OBJECTIVES}}


def _thousandths(value: Any, folder: Path, name: str) -> int:
    """Squared writs of a manifest as squared thousandths, exactly."""
    try:
        exact = Decimal(value).scaleb(6, _WIDE)
        number = isinstance(value, int | Decimal) and not isinstance(value, bool)
        if number and exact == exact.to_integral_value() and 0 <= exact < _TOO_LARGE:
            return int(exact)
    except (ArithmeticError, TypeError, ValueError):
        pass
    raise UnusableInputError(
        f"{folder / _MANIFEST}: '{name}' is {value}, which is no number of squared writs with at most six places; give "
        "the result as `tengbol run` made it."
    )


def _named(source: Path, name: str) -> Path:
    """The input of a result: a folder or a workbook of its name."""
    for candidate in (source / name, source / f"{name}.xlsx"):
        if candidate.exists():
            return candidate
    raise UnusableInputError(
        f"{source}: has no input '{name}' for the result of that name; put the folder or {name}.xlsx there."
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
            f"Batch {first['batch_id']}: {first['enforcer_id']} begins in {first['category']} with other balances than "
            "those the batch before ended with; give all results of the span, each made with the last one's balances."
        )
