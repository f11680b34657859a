"""Why a writ went to whom, from a public file alone (`docs/public.md`): its batch as a record, by public names.

Who was left out is told only as *away*, *recused* or *not of the district*, and only as far as pools show it: kinds,
grounds and records stay inside the chamber.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.model.codes import BOUND_BASES, CATEGORIES
from tengbol.model.law.shares import with_parts
from tengbol.report.public.file import read_lines
from tengbol.report.public.find import find
from tengbol.report.record import record
from tengbol.scenarios.why.again import again
from tengbol.scenarios.why.answer import Answer, same, with_numbers
from tengbol.scenarios.why.prices import bundles_of, prices

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tengbol.phrase import Phrase
    from tengbol.report.record import Record

_CELL: Final = ("enforcer_id", "category")
_BALANCES: Final = {**dict.fromkeys(_CELL, pl.String()), "received": pl.Int64(), "share": pl.Int64()}


def why_published(path: Path, public_id: str, said: Callable[[Phrase], str], *, instead: str | None = None) -> Answer:
    """Answer for a writ by its public id, of the last batch in which it stands; `said` puts a phrase into words.

    Raises `UnusableInputError` where the file is no public report or has no such writ.
    """
    places = find(path, public_id)
    if not places:
        raise UnusableInputError(
            "{file}: no writ has the public id {id}; perhaps its batch is not in this file.", file=path, id=public_id
        )
    place = places[-1]
    header, *lines = read_lines(path)
    parts = [line["part"] for line in lines if line["part"]["number"] <= place.number]
    told, part = _record(header, lines[: len(parts)]), parts[-1]
    explanation, seed = said(place.phrase), part["seed"]
    empty = pl.DataFrame(schema=dict.fromkeys(("enforcer_id", "name", "reason"), pl.String()))
    if place.code is not None:
        row = {"writ_id": public_id, "code": place.code}
        return Answer(False, explanation, row, empty, empty, 0, seed)
    row = told.assignments.row(by_predicate=pl.col("writ_id") == public_id, named=True)
    row |= {"name": row["enforcer_id"]}
    if row["basis"] in BOUND_BASES:
        return Answer(True, explanation, row, empty, empty, 0, seed, instead)
    out = _left_out(parts, lines, row)
    members = with_numbers(told, row, prices(told), seed)
    found = None
    if instead is not None and instead in members["enforcer_id"] and instead != row["enforcer_id"]:
        found = again(told, row["bundle_id"], instead)
    alike = same(bundles_of(told), row["bundle_id"])
    return Answer(True, explanation, row, members, out, alike, seed, instead, found)


def _record(header: dict[str, Any], lines: list[dict[str, Any]]) -> Record:
    """The last of these batches, with the balances that those before it, and it itself, left."""
    balances = pl.DataFrame(header["opening"], schema=_BALANCES, orient="row")
    given, pools = pl.DataFrame(), pl.DataFrame()
    for line in lines:
        part = line["part"]
        given, pools = _assigned(part), _pools(part)
        anew = pl.DataFrame(line.get("corrections", []), schema=_BALANCES, orient="row")
        got = given.group_by(_CELL).agg(received=pl.len().cast(pl.Int64), share=pl.lit(0, dtype=pl.Int64))
        due = (
            given.group_by("pool_id", "category")
            .agg(writs=pl.len().cast(pl.Int64))
            .join(with_parts(pools, _parts(part)), on="pool_id")
            .select(*_CELL, received=pl.lit(0, dtype=pl.Int64), share=pl.col("writs") * pl.col("part"))
        )
        balances = (
            pl.concat([balances.join(anew, on=_CELL, how="anti"), anew, got, due])
            .group_by(_CELL)
            .agg(pl.col("received", "share").sum())
        )
    people = pl.concat([pools["enforcer_id"], given["enforcer_id"]]).unique().to_frame()
    cells = people.join(pl.DataFrame({"category": CATEGORIES}), how="cross").join(balances, on=_CELL, how="left")
    part = lines[-1]["part"]
    return record(
        batches=pl.DataFrame(
            {
                **{name: [part[name]] for name in ("number", "seed", "status", "status_total")},
                "lot_version": [part.get("lot_version")],
                "batch_id": ["published"],
            }
        ),
        assignments=given.with_columns(batch_id=pl.lit("published")),
        pools=pools,
        standing=cells.select(
            *_CELL,
            batch_id=pl.lit("published"),
            received_after=pl.col("received").fill_null(0),
            share_after=pl.col("share").fill_null(0),
        ),
    )


def _assigned(part: dict[str, Any]) -> pl.DataFrame:
    names = {"writ": "writ_id", "bundle": "bundle_id", "district": "district_id", "pool": "pool_id"}
    types = dict.fromkeys(part["assignments"], pl.String())
    table = pl.DataFrame(part["assignments"], schema=types).rename({**names, "enforcer": "enforcer_id"})
    bundle = pl.coalesce("bundle_id", "writ_id")
    return table.with_columns(
        bundle_id=bundle, lot_id=bundle, pool_size=pl.col("pool_id").replace_strict(_sizes(part), return_dtype=pl.Int64)
    )


def _sizes(part: dict[str, Any]) -> dict[str, int]:
    return {name: len(members) for name, members in part["pools"].items()}


def _pools(part: dict[str, Any]) -> pl.DataFrame:
    names = pl.DataFrame({"pool_id": list(part["pools"]), "enforcer_id": list(part["pools"].values())})
    return names.cast({"enforcer_id": pl.List(pl.String())}).explode("enforcer_id")


def _parts(part: dict[str, Any]) -> pl.DataFrame:
    """`pool_id`, `enforcer_id`, `part` of the pools that were not shared alike."""
    rows = [
        (pool, who, due)
        for pool, told in part.get("parts", {}).items()
        for who, due in zip(part["pools"][pool], told, strict=True)
    ]
    return pl.DataFrame(rows, schema={"pool_id": pl.String, "enforcer_id": pl.String, "part": pl.Int64}, orient="row")


def _left_out(parts: list[dict[str, Any]], lines: list[dict[str, Any]], row: dict[str, Any]) -> pl.DataFrame:
    """Who stands in a pool of the district, and not in this one: `enforcer_id`, `name`, `reason`.

    In another pool of it in the same batch: recused here. In none, but in one of the same basis in another batch of the
    file: away, or recused. Whoever is in none of the file's pools of the district is not of it.
    """
    part, own = parts[-1], {name: row[name] for name in ("district_id", "basis")}
    among = _pools(part).filter(pool_id=row["pool_id"])["enforcer_id"].to_list()

    def of_district(told: dict[str, Any]) -> set[str]:
        used = _assigned(told).filter(**own).select("pool_id").unique()
        return set(_pools(told).join(used, on="pool_id", how="semi")["enforcer_id"])

    here = of_district(part)
    there = set().union(*(of_district(line["part"]) for line in lines))
    everybody = {who for line in lines for members in line["part"]["pools"].values() for who in members}
    reasons = {
        who: "recused" if who in here else "away" if who in there else "other_district"
        for who in sorted(everybody - set(among))
    }
    return pl.DataFrame(
        {"enforcer_id": list(reasons), "name": list(reasons), "reason": list(reasons.values())},
        schema=dict.fromkeys(("enforcer_id", "name", "reason"), pl.String()),
    )
