"""A result of one batch as one thing: what its folder holds, and what is read of it without its input.

Format 2 (docs/format-2.md) keeps beside the contract's tables why each writ went where it went (`model.decisions`) and
the standing of everyone before and after; results of version 0.1.0 have neither, nor `format` in their manifest.
"""

from __future__ import annotations

import datetime as dt
import json
from decimal import Context, Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.kinds import MANIFEST
from tengbol.model.decisions import SCHEMAS as REASONS
from tengbol.model.law.balances import WRIT, in_writs
from tengbol.report.record import REASONED, SCHEMAS, Record, of_batch, only_chamber, record, with_bundles, with_writs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tengbol.model.chamber import Chamber

#: What the manifest of a result has as `format`.
FORMAT: Final = 2

_OBJECTIVES: Final = ("objective", "lower_bound", "objective_total", "lower_bound_total")
#: Above what a record's whole numbers hold; far above what a country's writs could come to.
_TOO_LARGE: Final = 2**63
_WIDE: Final = Context(prec=100)


def standing_out(standing: pl.DataFrame) -> pl.DataFrame:
    """The table `standing` of a result: every licensed enforcer × category, shares in writs to nine places.

    standing: that of a `Result`, shares in billionths.
    """
    return standing.select(
        "enforcer_id",
        "district_id",
        "chamber_id",
        "category",
        "received_before",
        in_writs(pl.col("share_before")),
        "received_after",
        in_writs(pl.col("share_after")),
    )


def of_result(
    folder: Path, chamber: Chamber | None = None, read: Mapping[str, pl.DataFrame] = MappingProxyType({})
) -> Record:
    """Record one result: with the names, days of receipt and amounts that its chamber has.

    Without `chamber` nobody has a name (ids stand in their place) and no writ an amount. read: tables of the result
    that are read already. Raises `UnusableInputError` for what is no result of format 2, and where shares and balances
    contradict each other.
    """
    manifest = read_manifest(folder)
    if manifest.get("format") != FORMAT:
        raise UnusableInputError(
            "{folder}: a result of version 0.1.0 does not hold its pools; give with --input what it was made of.",
            folder=folder,
        )
    needed = ("assignments", "unassigned", "rejected", "standing", *REASONS)
    tables = {**read, **read_tables(folder, (name for name in needed if name not in read))}
    batch_id = manifest["batch_id"]
    standing = tables["standing"].with_columns(
        (pl.col("share_before", "share_after") * WRIT).cast(pl.Int64), name="enforcer_id"
    )
    _refuse_other_shares(folder, tables["shares"], standing)
    of_bundle = tables["decisions"].with_columns(lot_id=pl.coalesce("lot_id", "bundle_id"))
    if chamber is None:
        enforcers = standing.select("enforcer_id", "name", "district_id").unique()
        districts = standing.select("district_id", "chamber_id", name="district_id").unique().sort("district_id")
        assignments = of_batch(with_bundles(tables["assignments"], of_bundle), batch_id)
    else:
        enforcers, districts = chamber.enforcers, chamber.districts
        assignments = with_writs(tables["assignments"], of_bundle, chamber.writs, batch_id)
    return record(
        batches=pl.DataFrame(
            [{**batch_of(manifest), "chamber_id": only_chamber(districts)}],
            schema_overrides={"as_of": pl.Datetime("us"), "chamber_id": pl.String},
        ),
        assignments=assignments,
        unassigned=of_batch(tables["unassigned"], batch_id),
        rejected=of_batch(tables["rejected"], batch_id),
        **{name: of_batch(tables[name], batch_id) for name in REASONED},
        pools=tables["pools"],
        shares=of_batch(tables["shares"], batch_id),
        standing=of_batch(standing, batch_id),
        enforcers=enforcers,
        districts=districts,
        events=accepted_of(manifest),
    )


def _refuse_other_shares(folder: Path, shares: pl.DataFrame, standing: pl.DataFrame) -> None:
    """Σ of shares is what balances grew by, for everyone who is licensed."""
    key = ["enforcer_id", "category"]
    due = shares.group_by(key).agg((pl.col("share") * WRIT).cast(pl.Int64).sum())
    other = (
        standing.join(due, on=key, how="left")
        .filter(pl.col("share_after") - pl.col("share_before") != pl.col("share").fill_null(0))
        .sort(key)
    )
    if other.height:
        raise UnusableInputError(
            "{folder}: {who} was due another share in {category} than his balances grew by; `tengbol verify` says what "
            "else does not hold.",
            folder=folder,
            who=other["enforcer_id"][0],
            category=other["category"][0],
        )


def lot_version(manifest: dict[str, Any]) -> int | None:
    """Version of the lot that a result was made by; None of the first, which no manifest told."""
    lot = manifest.get("lot")
    return lot.get("version") if isinstance(lot, dict) else None


def batch_of(manifest: dict[str, Any]) -> dict[str, Any]:
    """Row of a record's `batches` but for its chamber, not yet numbered."""
    return {
        **{name: manifest[name] for name in ("batch_id", "seed", "status", "status_total")},
        **{name: manifest[name] for name in _OBJECTIVES},
        "lot_version": lot_version(manifest),
        "status_lot": manifest.get("status_lot"),
        "number": None,
        "as_of": dt.datetime.fromisoformat(manifest["as_of"]),
        "reasoned": True,
    }


def read_tables(folder: Path, names: Iterable[str]) -> dict[str, pl.DataFrame]:
    """Tables of a result. Raises `UnusableInputError` where one cannot be read."""
    tables = {}
    for name in names:
        try:
            tables[name] = pl.read_parquet(folder / f"{name}.parquet")
        except (OSError, pl.exceptions.PolarsError) as error:
            raise UnusableInputError(
                "{folder}.parquet: cannot be read ({error}); give a whole result of `tengbol run`.",
                folder=folder / name,
                error=str(error).splitlines()[0],
            ) from error
    return tables


def accepted_of(manifest: dict[str, Any]) -> pl.DataFrame | None:
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


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest, its objectives and bounds as whole squared thousandths."""
    needed = ("batch_id", "as_of", "seed", "status", "status_total", *_OBJECTIVES, "inputs", "config")
    try:
        # A float has 53 bits; an objective has all the digits that the manifest gives it.
        manifest = json.loads((folder / MANIFEST).read_bytes(), parse_float=Decimal)
        missing = [name for name in needed if name not in manifest]
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise UnusableInputError(
            "{folder}: cannot be read ({error}); give a result folder.", folder=folder / MANIFEST, error=error
        ) from error
    if missing:
        raise UnusableInputError(
            "{folder}: has no '{missing}', so the folder is no result of `tengbol run`; give one that is.",
            folder=folder / MANIFEST,
            missing=missing[0],
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
        "{folder}: '{name}' is {value}, which is no number of squared writs with at most six places; give the result "
        "as `tengbol run` made it.",
        folder=folder / MANIFEST,
        name=name,
        value=value,
    )
