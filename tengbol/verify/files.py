"""The files of a result: are they there, whole, alike, and those of the manifest (contract section 4)."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.io.columnar import parquet_frame
from tengbol.phrase import Phrase
from tengbol.verify.alike import check_alike, same_bytes
from tengbol.verify.findings import Findings, reason_of
from tengbol.verify.told import is_object

if TYPE_CHECKING:
    from pathlib import Path

    from tengbol.io.read import Reading

#: Contract columns of each table out; the uniformity table's are of the batch before and after.
_MEASURES: Final = (
    "received_min",
    "received_mean",
    "received_max",
    "excess_min",
    "excess_max",
    "excess_std",
    "gini",
    "jain",
)
_MOMENTS: Final = ("before", "after")
COLUMNS: Final[dict[str, dict[str, Any]]] = {
    "assignments": {
        "writ_id": pl.String,
        "enforcer_id": pl.String,
        "category": pl.String,
        "basis": pl.String,
        "bundle_id": pl.String,
        "pool_size": pl.Int64,
        "distribute_by": pl.Date,
        "collect_by": pl.Date,
        "notify_creditor_by": pl.Date,
        "explanation": pl.String,
    },
    "unassigned": {"writ_id": pl.String, "code": pl.String, "explanation": pl.String},
    "rejected": {
        "table": pl.String,
        "row": pl.Int64,
        "column": pl.String,
        "code": pl.String,
        "message": pl.String,
    },
    "balances": {
        "enforcer_id": pl.String,
        "category": pl.String,
        "received": pl.Int64,
        "share": pl.Decimal(38, 9),
    },
    "uniformity": {
        "chamber_id": pl.String,
        "category": pl.String,
        "enforcers": pl.Int64,
        **{f"{measure}_{moment}": pl.Float64 for moment in _MOMENTS for measure in _MEASURES},
    },
}


def digest(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_outputs(
    folder: Path, outputs: dict[str, Any], found: Findings, columns_of: dict[str, dict[str, Any]]
) -> dict[str, pl.DataFrame]:
    """Hashes and rows of every file out, `.csv` against `.parquet`; returns the tables that could be read.

    columns_of: the tables that a result of its format has, and their columns.
    """
    for name in sorted(set(outputs) - {f"{table}.{end}" for table in columns_of for end in ("csv", "parquet")}):
        _check_hash(folder / name, outputs, found)
    tables: dict[str, pl.DataFrame] = {}
    for table, columns in columns_of.items():
        read_so = Findings()
        frame = _parquet(folder / f"{table}.parquet", columns, read_so)
        # A large file is gone through once.
        whole = None if frame is None else same_bytes(folder / f"{table}.csv", frame)
        _check_hash(folder / f"{table}.csv", outputs, found, whole)
        _check_hash(folder / f"{table}.parquet", outputs, found)
        found.made += read_so.made
        text = frame if whole else _csv(folder / f"{table}.csv", found)
        for name, read in ((f"{table}.parquet", frame), (f"{table}.csv", text)):
            if read is not None and name in outputs and _rows(outputs[name]) != read.height:
                found.broken(
                    "hashes",
                    name,
                    "",
                    "contract 4",
                    Phrase("has {n} rows where the manifest says {told}", n=read.height, told=_rows(outputs[name])),
                )
        if frame is not None and text is not None and not whole:
            check_alike(table, frame, text, found)
        if frame is not None and not (set(columns) - set(frame.columns)):
            cast = _typed(table, frame, columns, found)
            if cast is not None:
                tables[table] = cast
    found.holds("files", "", "contract 4", Phrase("Every table is there as .parquet and .csv and can be read."))
    found.holds("hashes", "", "contract 4", Phrase("Every file out has the SHA-256 and the rows of the manifest."))
    found.holds("csv", "", "contract 4", Phrase("Every .csv says the same as its .parquet."))
    return tables


def _rows(entry: Any) -> Any:
    return entry.get("rows") if is_object(entry) else None


def _check_hash(path: Path, outputs: dict[str, Any], found: Findings, known: str | None = None) -> None:
    """known: the file's SHA-256, where it was reckoned already."""
    entry = outputs.get(path.name)
    if not path.is_file():
        found.broken("files", path.name, "", "contract 4", Phrase("is missing from the result"))
    elif not is_object(entry):
        found.broken("hashes", path.name, "", "contract 4", Phrase("is not among the manifest's outputs"))
    else:
        try:
            alike = entry.get("sha256") == (known or digest(path))
        except OSError as error:
            found.broken("files", path.name, "", "contract 4", Phrase("cannot be read: {error}", error=error.strerror))
            return
        if not alike:
            sentence = Phrase("is not the file that was written: its SHA-256 differs")
            found.broken("hashes", path.name, "", "contract 4", sentence)


def _parquet(path: Path, columns: dict[str, Any], found: Findings) -> pl.DataFrame | None:
    if not path.is_file():
        return None
    try:
        frame = parquet_frame(path)
    except OSError:
        # Said where its hash was asked for.
        return None
    except ValueError as error:
        found.broken("files", path.name, "", "contract 4", Phrase("cannot be read: {error}", error=reason_of(error)))
        return None
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        found.broken(
            "files", path.name, "", "contract 4", Phrase("lacks the columns {columns}", columns=", ".join(missing))
        )
    return frame


def _csv(path: Path, found: Findings) -> pl.DataFrame | None:
    if not path.is_file():
        return None
    try:
        with path.open("rb") as content:
            return pl.read_csv(content, infer_schema=False)
    except OSError:
        return None
    except pl.exceptions.NoDataError:
        found.broken("files", path.name, "", "contract 4", Phrase("is empty: it has not even a header row"))
    except pl.exceptions.PolarsError as error:
        found.broken(
            "files", path.name, "", "contract 4", Phrase("cannot be read: {error}", error=str(error).splitlines()[0])
        )
    return None


def _typed(table: str, frame: pl.DataFrame, columns: dict[str, Any], found: Findings) -> pl.DataFrame | None:
    """Take the contract's columns in the contract's types."""
    try:
        return frame.select(pl.col(name).cast(dtype) for name, dtype in columns.items())
    except pl.exceptions.PolarsError as error:
        sentence = Phrase("a column is not of its type: {error}", error=str(error).splitlines()[0])
        found.broken("files", f"{table}.parquet", "", "contract 4", sentence)
        return None


def check_inputs(input_path: Path, reading: Reading, inputs: dict[str, Any], found: Findings) -> None:
    """Check that the input's files are those the batch was made from."""
    rows: Counter[str] = Counter()
    for source in reading.sources:
        rows[source.file] += source.rows
    for name, count in rows.items():
        entry = inputs.get(name)
        path = input_path / name if input_path.is_dir() else input_path
        if not is_object(entry):
            found.broken(
                "inputs", name, "", "contract 4", Phrase("is in the input and not among the manifest's inputs")
            )
        elif entry.get("sha256") != digest(path):
            found.broken("inputs", name, "", "contract 4", Phrase("is not the file of the batch: its SHA-256 differs"))
        elif entry.get("rows") != count:
            found.broken(
                "inputs",
                name,
                "",
                "contract 4",
                Phrase("has {count} rows where the manifest says {told}", count=count, told=entry.get("rows")),
            )
    for name in sorted(set(inputs) - set(rows)):
        found.broken("inputs", name, "", "contract 4", Phrase("is named by the manifest and is not in the input"))
    found.holds("inputs", "", "contract 4", Phrase("The input is the one the manifest names, file by file."))


def check_rejected(reading: Reading, rejected: pl.DataFrame, language: str, found: Findings) -> None:
    """Check that what was rejected is what reading the input again rejects; its messages where they are English."""
    columns = [name for name in COLUMNS["rejected"] if language == "en" or name != "message"]
    if "message" not in columns and rejected.height:
        sentence = Phrase(
            "its messages are in another language than English ({language}); they were not compared", language=language
        )
        found.unproven("rejected", "rejected.parquet", "message", "contract 2", sentence)
    now, then = (frame.select(columns) for frame in (reading.rejected, rejected))
    due, given = Counter(now.iter_rows()), Counter(then.iter_rows())
    for row in (due - given).elements():
        found.broken(
            "rejected",
            "rejected.parquet",
            Phrase("{table} row {row}", table=row[0], row=row[1]),
            "contract 2",
            Phrase("lacks {code} in {column}", code=row[3], column=row[2]),
        )
    for row in (given - due).elements():
        found.broken(
            "rejected",
            "rejected.parquet",
            Phrase("{table} row {row}", table=row[0], row=row[1]),
            "contract 2",
            Phrase(
                "has {code} in {column}, which reading the input does not give: {message}",
                code=row[3],
                column=row[2],
                message=" ".join(map(str, row[4:])) or "-",
            ),
        )
    found.holds(
        "rejected",
        "rejected.parquet",
        "contract 2",
        Phrase("The {n} rejected are those that reading the input again gives.", n=rejected.height),
    )
