"""The public report as one file: a line about where it begins, then a line for each batch (`docs/public.md`).

JSON lines, gzipped where the name ends in `.gz`; the same record and key give the same bytes.
"""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.folders import cause
from tengbol.io.kinds import PUBLIC
from tengbol.io.outputs import Output, refuse_unless_replaceable
from tengbol.io.unpacking import lines_of, why_unread
from tengbol.io.whole import create, put_file
from tengbol.report.accrual import members_of
from tengbol.report.public.chain import START, canonical, link
from tengbol.report.public.names import public_enforcers
from tengbol.report.public.part import opening_rows, public_part
from tengbol.report.public.proof import public_proof

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tengbol.report.record import Record

#: First line: what the file is, and by which description it is written.
FORMAT: Final = "tengbol public report 1"
_CELL: Final = ("enforcer_id", "category")


def lines(
    record: Record,
    key: str,
    *,
    before: str | None = None,
    commitment: str | None = None,
    opening: pl.DataFrame | None = None,
) -> Iterator[str]:
    """Lines of the public report of a record, without their ends.

    before: the link of the batch before the first; may be missing where the first is the chamber's first, or no book
    was kept. commitment: that of the first batch's secret, as it was published before it. opening: what the batches
    before the first left (`enforcer_id`, `category`, `received_before`, `share_before`); where no book was kept, what
    the first batch itself says of everybody.

    Raises `UnusableInputError` where a batch's lot went by other ids, or the book's links do not fit its batches.
    """
    batches = record.batches.sort("number")
    if batches.is_empty():
        raise UnusableInputError("There is no batch to publish; name a period with batches in it.")
    chained = batches["link"].is_not_null().any()
    if before is None and chained and batches["number"][0] != 1:
        raise UnusableInputError(
            "The period begins with batch {number}; to publish it, the link before it is needed.",
            number=batches["number"][0],
        )
    now = before or START
    by_batch = _Cut(record)
    concerned = by_batch.concerned()
    opened = by_batch.of("standing", batches["batch_id"][0]) if opening is None else opening
    everybody = public_enforcers(key, pl.concat([record.standing["enforcer_id"], opened["enforcer_id"]]))
    yield canonical(
        {"format": FORMAT, "link": now, "commitment": commitment, "opening": opening_rows(opened, everybody)}
    )
    corrected = _corrections(record, opened, concerned, everybody)
    for batch in batches.iter_rows(named=True):
        name = batch["batch_id"]
        assignments, pools = by_batch.of("assignments", name), by_batch.pools(name)
        part = public_part(
            batch,
            assignments=assignments,
            unassigned=by_batch.of("unassigned", name),
            rejected=len(by_batch.of("rejected", name)),
            pools=pools,
            standing=by_batch.of("standing", name),
            key=key,
            corrections=by_batch.of("corrections", name),
        )
        now = link(now, part)
        if batch["link"] is not None and batch["link"] != now:
            raise UnusableInputError(
                "Batch {number} ({name}): the book has the link {link}…, and what would be published gives {now}…; "
                "the book was changed, or the key is another (`tengbol book audit`).",
                number=batch["number"],
                name=name,
                link=batch["link"][:16],
                now=now[:16],
            )
        corrections = {"corrections": corrected[name]} if name in corrected else {}
        proof = public_proof(batch["certificate"], assignments, pools.join(assignments, on="pool_id", how="semi"), key)
        yield canonical({**corrections, **proof, "link": now, "part": part})


def write_public(
    record: Record,
    key: str,
    out: Path,
    *,
    before: str | None = None,
    commitment: str | None = None,
    opening: pl.DataFrame | None = None,
    spared: Mapping[str, Path | None] | None = None,
) -> None:
    """Write the public report to a file, whole or not at all; see `lines`.

    spared: what the record was read from, and the key, by what they are called (`Output`).
    """
    output = Output(out, PUBLIC, spared or {})
    refuse_unless_replaceable(output)
    told = lines(record, key, before=before, commitment=commitment, opening=opening)
    text = "".join(f"{line}\n" for line in told).encode()
    content = gzip.compress(text, compresslevel=9, mtime=0) if out.suffix == ".gz" else text

    def fill(new: Path) -> None:
        with create(new) as file:
            file.write(content)

    put_file(output, fill)


class _Cut:
    """A record's tables, cut by batch once."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._parts = {
            name: getattr(record, name).partition_by("batch_id", as_dict=True)
            for name in ("assignments", "unassigned", "rejected", "standing", "corrections")
        }
        self._members = members_of(record)
        self._pools = self._members.partition_by("batch_id", as_dict=True)

    def of(self, table: str, batch_id: str) -> pl.DataFrame:
        """Rows of one batch."""
        return self._parts[table].get((batch_id,), getattr(self._record, table).clear())

    def concerned(self) -> pl.DataFrame:
        """`batch_id`, `enforcer_id`: who stands in a pool of a batch or receives a writ in it."""
        columns = ("batch_id", "enforcer_id")
        return pl.concat([self._members.select(columns), self._record.assignments.select(columns)]).unique()

    def pools(self, batch_id: str) -> pl.DataFrame:
        """`pool_id`, `enforcer_id`, `part` of the members of a batch's pools."""
        return self._pools.get((batch_id,), self._members.clear()).drop("batch_id")


def _corrections(
    record: Record, opening: pl.DataFrame, concerned: pl.DataFrame, names: pl.DataFrame
) -> dict[str, list[list[Any]]]:
    """[enforcer, category, received, share] by batch, where someone concerned opens otherwise than he last closed.

    What he last closed with is that of the last batch that concerned him; before any, what the file opens with.
    """
    order = record.batches.select("batch_id", "number")
    opened = opening.select(
        *_CELL, number=pl.lit(-1, dtype=pl.Int64), batch_id=pl.lit(None, dtype=pl.String),
        received_before=pl.lit(0, dtype=pl.Int64), share_before=pl.lit(0, dtype=pl.Int64),
        received_after="received_before", share_after="share_before",
    )  # fmt: skip
    seen = (
        record.standing.join(concerned, on=["batch_id", "enforcer_id"], how="semi")
        .join(order, on="batch_id")
        .select(opened.columns)
    )
    last = (
        pl.col(name).shift(1, fill_value=0).over(_CELL, order_by="number") for name in ("received_after", "share_after")
    )
    differs = (pl.col("received_before") != pl.col("last_received")) | (pl.col("share_before") != pl.col("last_share"))
    wrong = (
        pl.concat([opened, seen])
        .with_columns(last_received=next(last), last_share=next(last))
        .filter((pl.col("number") >= 0) & differs)
        .join(names, on="enforcer_id")
        .select("batch_id", "enforcer", "category", "received_before", "share_before")
        .sort("batch_id", "enforcer", "category")
    )
    found: dict[str, list[list[Any]]] = {}
    for batch_id, *row in wrong.iter_rows():
        found.setdefault(batch_id, []).append(row)
    return found


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Read the objects of a public report. Raises `UnusableInputError` where it is none."""
    try:
        made = [json.loads(line) for line in lines_of(path.read_bytes()) if line]
    except OSError as error:
        raise UnusableInputError(
            "{path}: the public report cannot be read: {cause}", path=path, cause=cause(error)
        ) from error
    except (ValueError, RecursionError) as error:
        raise UnusableInputError(
            "{path}: is no public report, which is lines of JSON: {error}", path=path, error=why_unread(error)
        ) from error
    if not made or not isinstance(made[0], dict) or made[0].get("format") != FORMAT:
        raise UnusableInputError(
            "{path}: is no public report; its first line has no format '{format}'.", path=path, format=FORMAT
        )
    return made
