"""From a folder or workbook to one chamber's tables: the good rows, and why each other one is not among them.

The only door for tables (contract section 2). What comes through it is checked and typed, and is trusted
from here on.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.aliases import BESIDE_ALIASES, folded, said
from tengbol.io.clerks.enforcers import repeated_enforcers
from tengbol.io.given import given_at
from tengbol.io.guessing import guesses
from tengbol.io.hashing import sha256_of
from tengbol.io.lacking import absent, in_doubt, lacks, misspelt, names_for_numbers, of_header, refuse
from tengbol.io.lost import refused
from tengbol.io.rejections import REJECTED_TYPES, no_rejections, sentence
from tengbol.io.validate import UNKNOWN, Cells, of_texts, validate_all
from tengbol.model.chamber import Chamber
from tengbol.model.tables import TABLES
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tengbol.io.grid import Place
    from tengbol.model.tables import Table

#: What is kept beside a writ.
NAMES: Final = tuple(BESIDE_ALIASES)


@dataclass(frozen=True)
class Source:
    """Where a table came from: `file` relative to the input, its SHA-256, its rows, good or not."""

    table: str
    file: str
    sha256: str
    rows: int


@dataclass(frozen=True, repr=False)
class Reading:
    """What `read` found in a folder or workbook.

    Attributes
    ----------
    chamber : Chamber
        The usable rows.
    rejected : polars.DataFrame
        One row for each source row that was left out (contract, section 4), ordered by table and row.
    warnings : tuple[str, ...]
        What the user should know of the files, one sentence each.
    sources : tuple[Source, ...]
        The files: table, name, SHA-256, number of rows.
    rows : Mapping[str, polars.Series]
        By table, the source row numbers of the usable rows, in their order.
    unread : Mapping[str, polars.DataFrame]
        By table, the cells of the rejected rows as text, with their `row`.
    beside : polars.DataFrame
        `writ_id` and the names of debtor and creditor, which only the printed documents need.
    faults : polars.DataFrame
        Like `rejected`, but with a row for each fault of a source row.
    places : Mapping[str, Place]
        By table, the position of its columns in its file.
    stops : tuple[Phrase, ...]
        Errors that prevent a batch altogether; only `survey` returns a reading with any.
    guesses : Mapping[str, Mapping[int, str]]
        By table, the place of each header that is not known or is in doubt, and the column that it may be.
    """

    chamber: Chamber
    rejected: pl.DataFrame
    warnings: tuple[str, ...]
    sources: tuple[Source, ...]
    rows: Mapping[str, pl.Series] = field(default_factory=dict)
    unread: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    beside: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={"writ_id": pl.String}))
    faults: pl.DataFrame = field(default_factory=no_rejections)
    places: Mapping[str, Place] = field(default_factory=dict)
    stops: tuple[Phrase, ...] = ()
    guesses: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Reading of {self.chamber}; {self.rejected.height} rejected, {len(self.warnings)} warnings>"


def read(
    path: str | Path,
    *,
    known: Mapping[str, pl.DataFrame] | None = None,
    columns: Mapping[str, str] | None = None,
    day: dt.date | None = None,
) -> Reading:
    """Read a chamber's tables.

    A row that cannot be used raises nothing: it is listed in `Reading.rejected`.

    Parameters
    ----------
    path : str | Path
        A folder of CSV or Parquet files, one such file, or a workbook (`.xlsx`, `.xls`, `.ods`).
    known : Mapping[str, polars.DataFrame], optional
        Rows that exist already, by table, when the input adds to a book: their ids, of districts also their names. Rows
        of the input may refer to them, and no table is then required.
    columns : Mapping[str, str], optional
        For headers of these files, the contract's column that each stands for.
    day : date, optional
        Day of the batch. Categories and claims that the law got later are then read as they were on that day, which
        may mean that their rows are rejected. Default: all that the law has.

    Returns
    -------
    Reading
        `chamber` with the usable rows, and `rejected` with one row for each of the others.

    Raises
    ------
    UnusableInputError
        If the batch as a whole would be meaningless, with all reasons at once: no such path, an unreadable file, a
        missing required table or column, a table given twice, a repeated `enforcer_id`.

    Notes
    -----
    Tables, columns and limits: docs/contract.md, section 2; docs/limits.md.
    """
    return _asked(path, known, columns, day, whole=True)


def survey(
    path: str | Path,
    *,
    known: Mapping[str, pl.DataFrame] | None = None,
    columns: Mapping[str, str] | None = None,
    day: dt.date | None = None,
) -> Reading:
    """Read as `read` does, but tell in `Reading.stops` what `read` refuses, and judge all rows there are besides.

    Of a column or a table that is not there no row is said to lack it. Raises `UnusableInputError` where nothing at all
    can be read.
    """
    return _asked(path, known, columns, day, whole=False)


def _asked(
    path: str | Path,
    known: Mapping[str, pl.DataFrame] | None,
    columns: Mapping[str, str] | None,
    day: dt.date | None,
    *,
    whole: bool,
) -> Reading:
    with said(columns or {}):
        reading = _read(Path(path), known, day, whole=whole)
    words = {folded(word) for place in reading.places.values() for word in place.words}
    unheard = [word for word in columns or {} if folded(word) not in words]
    # Of a table that cannot be read nobody knows the headers here.
    if unheard and not reading.stops:
        note = Phrase("no header has {words}, whose meaning was given.", words=", ".join(map(repr, unheard)))
        return replace(reading, warnings=(note, *reading.warnings))
    return reading


def _read(path: Path, known: Mapping[str, pl.DataFrame] | None, day: dt.date | None, *, whole: bool) -> Reading:
    try:
        given = given_at(path)
        stops = [*given.stops, *absent(given, path, required=known is None)]
        warnings = list(given.notes)
        tables: dict[str, Cells] = {}
        broken: dict[str, pl.DataFrame] = {}
        with ThreadPoolExecutor(1) as beside:
            files = sorted(set(given.files.values()))
            sums = {file: beside.submit(sha256_of, place) for file, place in files}
            for name, table in TABLES.items():
                if name not in given.files:
                    tables[name] = of_texts(_no_rows(table))
                    continue
                try:
                    tables[name], broken[name], notes = given.table(table)
                except UnusableInputError as error:
                    tables[name] = of_texts(_no_rows(table))
                    stops.append(error.phrase)
                    continue
                warnings += notes
            places = {name: cells.place for name, cells in tables.items() if cells.place is not None}
            guess = guesses(places)
            for name, place in places.items():
                wrong = of_header(place, TABLES[name], guess[name])
                stops += [*wrong, *names_for_numbers(tables[name])]
                warnings += [] if wrong else misspelt(place, TABLES[name], guess[name])
            hashes = {file: found.result() for file, found in sums.items()}
    except OSError as error:
        raise UnusableInputError(
            "{filename}: cannot be read ({strerror}); check the path, and that you may read it.",
            filename=error.filename or path,
            strerror=error.strerror or error,
        ) from error
    if whole:
        refuse(stops)
    stops += repeated_enforcers(tables["enforcers"])
    if whole:
        refuse(stops)
    good, rejected, faults, unread, put_right = validate_all(tables, known or {}, day)
    warnings += put_right
    judged = dict(rejected["table"].value_counts().iter_rows())
    sources = tuple(
        Source(
            name,
            given.files[name][0],
            hashes[given.files[name][0]],
            good[name].height + judged.get(name, 0) + lines.height,
        )
        for name, lines in broken.items()
    )
    rows = {name: table["row"] for name, table in good.items()}
    chamber = Chamber(**{name: table.drop("row") for name, table in good.items()})
    names = _kept_beside(good["writs"], tables["writs"].beside)
    if stops:
        faults = _of_what_is_there(faults, places, known or {})
        rejected = rejected.join(faults, on=["table", "row"], how="semi", maintain_order="left")
    left_out, every = (_with_broken_lines(lines, broken) for lines in (rejected, faults))
    read = Reading(chamber, left_out, tuple(warnings), sources, rows, unread, names, every, places, tuple(stops), guess)
    return replace(read, chamber=replace(chamber, lost=refused(read)))


def _of_what_is_there(
    faults: pl.DataFrame, places: Mapping[str, Place], known: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Faults without those of columns and tables that are not there: that is one fault, and told as one."""
    lacking = {name: [*lacks(place, TABLES[name]), *in_doubt(place)] for name, place in places.items()}
    for name, columns in lacking.items():
        faults = faults.filter((pl.col("table") != name) | ~pl.col("column").is_in(columns))
    # Whose rows are judged by a table that is not whole has no good rows that anybody could refer to.
    unsure: set[str] = set()
    for name, table in TABLES.items():
        if name not in known and (lacking.get(name, [name]) or unsure.intersection(table.references.values())):
            unsure.add(name)
    return faults.filter(~pl.col("code").is_in([code for name, code in UNKNOWN.items() if name in unsure]))


def _kept_beside(writs: pl.DataFrame, cells: pl.DataFrame | None) -> pl.DataFrame:
    """`writ_id` and `NAMES` of good rows that have any of them; an empty text is none."""
    kept = writs.select("row", "writ_id")
    if cells is None or cells.width == 1:
        return kept.clear().select("writ_id", *(pl.lit(None, dtype=pl.String).alias(name) for name in NAMES))
    texts = [
        pl.when(pl.col(name) != "").then(pl.col(name)).alias(name)
        if name in cells.columns
        else pl.lit(None, dtype=pl.String).alias(name)
        for name in NAMES
    ]
    named = cells.select("row", *texts).filter(pl.any_horizontal(pl.col(*NAMES).is_not_null()))
    return kept.join(named, on="row", maintain_order="left").drop("row")


def _no_rows(table: Table) -> pl.DataFrame:
    return pl.DataFrame(schema={"row": pl.Int64, **dict.fromkeys(table.columns, pl.String)})


def _with_broken_lines(rejected: pl.DataFrame, broken: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """`rejected` with the lines that could not be split into cells, in the contract's order."""
    lines = [
        frame.select(
            table=pl.lit(name),
            row="row",
            column=pl.lit(None),
            code=pl.lit("unreadable_row"),
            message=pl.concat_str(sentence("unreadable_row"), pl.col("message"), separator=" "),
        ).cast(pl.Schema(REJECTED_TYPES))
        for name, frame in broken.items()
        if frame.height
    ]
    order = {name: place for place, name in enumerate(TABLES)}
    return pl.concat([rejected, *lines]).sort(
        pl.col("table").replace_strict(order, return_dtype=pl.Int64), "row", maintain_order=True
    )
