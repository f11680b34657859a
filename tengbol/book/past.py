"""A past batch, written again as the files it would have been: `input`, and `result` that `tengbol verify` accepts.

The input is that of the event before the batch's: rows that held then. The lot went by ids that the book's key masks,
so the key lies beside the result; whoever has it can tell which writ a published id stands for: it stays inside.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import polars as pl

from tengbol.book import canon, decided
from tengbol.book.gathering import Tables, around, chamber_of, districts_of, gather
from tengbol.book.kept import held, holding, selected, typed
from tengbol.book.lined import lined
from tengbol.book.naming import names_of
from tengbol.book.opening import key_of
from tengbol.book.schema import CONTRACT, TABLES, TEXT
from tengbol.book.store import files_of
from tengbol.config import of_manifest
from tengbol.errors import UnusableInputError
from tengbol.io.key import BESIDE, lot_told
from tengbol.io.kinds import BATCH_INPUT, RESULT
from tengbol.io.outputs import Output, refuse_unless_replaceable
from tengbol.io.rejections import no_rejections
from tengbol.io.write import squared_writs, write_whole
from tengbol.model.decisions import alike_of, decisions_of
from tengbol.model.law.balances import CATEGORY, closing, of_day, opening
from tengbol.proofs import FILE as CERTIFICATE
from tengbol.report.measures import uniformity
from tengbol.report.results import FORMAT, standing_out
from tengbol.report.summary import page
from tengbol.report.worded import worded, wording
from tengbol.ruling import rule, turn_of

if TYPE_CHECKING:
    from pathlib import Path

    from tengbol.book.store import Store
    from tengbol.model.chamber import Chamber
    from tengbol.model.decisions import Decisions


def export_batch(store: Store, out: Path, number: int, chamber_id: str) -> tuple[Path, Path]:
    """Write `out/input` and `out/result` of a chamber's batch; returns both.

    Raises `UnusableInputError` where there is no such batch, or a folder cannot be written.
    """
    source, result = out / "input", out / "result"
    outputs = [
        Output(place, kind, files_of(store.url), private=True)
        for place, kind in ((source, BATCH_INPUT), (result, RESULT))
    ]
    for output in outputs:
        refuse_unless_replaceable(output)
    with store.reading():
        batch = _batch(store, number, chamber_id)
        tables = input_of(store, batch)
        rows = rows_of_batch(store, batch["batch_id"])
        key = key_of(store)
        names = names_of(store, tables["writs"]["writ_id"])
    if canon.input_digest(tables) != batch["input_digest"]:
        raise UnusableInputError(
            "Batch {batch_id}: its input is not what it was; `tengbol book audit` says why.", batch_id=batch["batch_id"]
        )
    chamber = chamber_of(tables)
    frames = {name: getattr(chamber, name) for name in CONTRACT}
    if names.height:
        frames["writs"] = frames["writs"].join(names, on="writ_id", how="left", maintain_order="left")
    inputs: dict[str, Any] = {}

    def of_input(outputs: dict[str, Any]) -> dict[str, Any]:
        inputs.update(outputs)
        return {"book": {"batch_id": batch["batch_id"], "input_digest": batch["input_digest"]}, "outputs": outputs}

    write_whole(outputs[0], frames, {}, of_input, kinds=("csv",))
    _write_result(outputs[1], batch, rows, inputs, key, chamber)
    return source, result


def rows_of_batch(store: Store, batch_id: str) -> Tables:
    """All rows of a past batch by table, with the members of its pools."""
    names = ("assignments", "unassigned", "standing", *decided.OWN)
    rows = {name: held(store, name, "t.batch_id = :id", id=batch_id) for name in names}
    used = rows["assignments"]["pool_id"].unique().sort().to_list()
    return {**rows, "pools": held(store, "pools", store.among("t.pool_id", "ids"), ids=used)}


def input_of(store: Store, batch: dict[str, Any]) -> Tables:
    """The tables that a past batch was made from."""
    types = {"id": pl.Int64(), **TABLES["writs"].types, "since": pl.Int64()}
    writs = store.frame(
        f"SELECT {selected('writs', 'writs')} FROM writs WHERE {_of_input(batch)}", types, id=batch["batch_id"]
    )
    return gather(store, writs, *_whose(store, batch, writs), seq=batch["since"] - 1)


def digest_of_input(store: Store, batch: dict[str, Any]) -> str:
    """`canon.input_digest` of the same, for which its writs are read as lines."""
    which, batch_id = _of_input(batch), batch["batch_id"]
    asked = ("writ_id", "debtor_id", "creditor_id", "debtor_district_id", "previous_enforcer_id")
    writs = store.long(f"SELECT {', '.join(asked)} FROM writs WHERE {which}", dict.fromkeys(asked, TEXT), id=batch_id)
    tables = around(store, writs, *_whose(store, batch, writs), seq=batch["since"] - 1)
    lines = [line for part in lined(store, TABLES["writs"], which, id=batch_id) for line in part.line]
    whole = {name: rows.select(TABLES[name].columns) for name, rows in tables.items()} | {"writs": lines}
    return canon.input_digest({name: whole[name] for name in CONTRACT})


def _of_input(batch: dict[str, Any]) -> str:
    """SQL: whether a row of `writs` is of the input of the batch `:id`."""
    return (
        f"{holding('writs', batch['since'] - 1)} AND writs.writ_id IN "
        f"(SELECT writ_id FROM assignments a WHERE {holding('a')} AND a.batch_id = :id "
        f"UNION SELECT writ_id FROM unassigned u WHERE {holding('u')} AND u.batch_id = :id)"
    )


def _whose(store: Store, batch: dict[str, Any], writs: pl.DataFrame) -> tuple[list[str], list[str]]:
    """Places and people of a past batch (`gather`)."""
    seq = batch["since"] - 1
    if batch["kind"] == "batch":
        return districts_of(store, batch["chamber_id"], seq), []
    from tengbol.book.urgent import people_around

    return [writs["debtor_district_id"][0]], people_around(store, writs, batch["chamber_id"], seq)


def _batch(store: Store, number: int, chamber_id: str) -> dict[str, Any]:
    found = held(
        store, "batches", "t.chamber_id = :chamber_id AND t.number = :number", chamber_id=chamber_id, number=number
    )
    if found.is_empty():
        raise UnusableInputError(
            "Chamber {chamber} has no batch {number}; `tengbol book status` tells the last one.",
            chamber=chamber_id,
            number=number,
        )
    return found.row(0, named=True)


def _closing(standing: pl.DataFrame, opened: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """Balances after a batch: of whoever stands in it, and as they were (`opened`) of others who have any."""
    others = opened.select("enforcer_id").unique().join(standing, on="enforcer_id", how="anti")
    kept = of_day(opening(others, opened), day, opened["category"], standing["category"])
    kept = kept.rename({"received": "received_after", "share": "share_after"})
    columns = ("enforcer_id", pl.col("category").cast(pl.String), "received_after", "share_after")
    return closing(pl.concat([standing.select(columns), kept.select(columns)]).sort("enforcer_id", "category"))


def _write_result(
    output: Output, batch: dict[str, Any], rows: Tables, inputs: dict[str, Any], key: str, chamber: Chamber
) -> None:
    """The result folder, as `tengbol run` would have written it, from what the book kept of it and its input.

    A batch of version 0.1.0 is written as that version did: by what rules it stands is not told again.
    """
    kept = json.loads(batch["manifest"])
    standing = rows["standing"].select(TABLES["standing"].columns).drop("batch_id")
    standing = standing.sort("enforcer_id", pl.col("category").cast(CATEGORY))
    table = uniformity(standing)
    columns = ("writ_id", "code", "explanation")
    tables = {
        "assignments": typed(rows["assignments"], "assignments").select(_ASSIGNMENTS).sort("writ_id"),
        "unassigned": rows["unassigned"].select(columns).sort("writ_id"),
        "rejected": no_rejections(),
        "balances": _closing(standing, chamber.balances, dt.datetime.fromisoformat(batch["as_of"]).date()),
        "uniformity": table,
    }
    told: dict[str, Any] = {}
    if kept["public"].get("record") is not None:
        decisions, language = _decisions(batch, kept, rows, key, chamber), kept["config"].get("lang", "en")
        tables |= {**decisions.tables(), "standing": standing_out(standing)}
        told = {"format": FORMAT, **{name: kept[name] for name in ("words",) if name in kept}}
        if language != "en":
            # A book keeps its sentences in English, and says them in any language.
            tables = worded(tables, decisions, chamber, dt.datetime.fromisoformat(batch["as_of"]), language)
            told["words"] = wording(language)
    manifest = {
        **{name: kept[name] for name in ("counts", "versions", "timings", "config")},
        **{name: batch[name] for name in ("batch_id", "status", "status_total", "seed", "as_of")},
        **{
            name: squared_writs(batch[name])
            for name in ("objective", "lower_bound", "objective_total", "lower_bound_total")
        },
        "counts": {**kept["counts"], "rejected": 0},
        "inputs": {name: entry for name, entry in inputs.items() if name.endswith(".csv")},
        "warnings": [],
        **told,
        **_lot(kept["public"], key),
        "book": {
            **{
                name: batch[name]
                for name in ("chamber_id", "number", "secret", "commitment", "input_digest", "public_value", "link")
            },
            **{name: kept["public"][name] for name in ("record", "made", "document") if name in kept["public"]},
        },
    }
    html = page(
        standing=standing,
        uniformity=table,
        assignments=tables["assignments"],
        unassigned=tables["unassigned"],
        rejected=tables["rejected"],
        manifest=manifest,
        warnings=(),
        language=manifest["config"].get("lang", "en"),
    )
    texts = {"summary.html": html, BESIDE: f"{key}\n"}
    if batch["certificate"] is not None:
        texts[CERTIFICATE] = batch["certificate"]
    write_whole(output, tables, texts, lambda outputs: {**manifest, "outputs": outputs})


def _lot(public: dict[str, Any], key: str) -> dict[str, Any]:
    """What the manifest says of the lot: nothing but its names, where it was of the first version."""
    if "lot_version" not in public:
        return {"lot": lot_told(None, key)}
    return {"lot": lot_told(public["lot_version"], key), "status_lot": public["status_lot"]}


def _decisions(batch: dict[str, Any], kept: dict[str, Any], rows: Tables, key: str, chamber: Chamber) -> Decisions:
    """Why each writ went where it went, as it was kept; of a batch that did not keep it, by the rules."""
    if kept.get("format") == decided.FORMAT:
        return decided.decisions_in(rows)
    ruled = rule(
        chamber,
        as_of=dt.datetime.fromisoformat(batch["as_of"]),
        turn=turn_of(batch["secret"], batch["public_value"] or ""),
        config=of_manifest(kept["config"]),
        key=key,
    )
    return decisions_of(ruled.todo, alike_of(ruled.todo, ruled.by_number), ruled.by_number)


#: Contract columns of `assignments`.
_ASSIGNMENTS = [
    *("writ_id", "enforcer_id", "category", "basis", "bundle_id", "pool_size"),
    *("distribute_by", "collect_by", "notify_creditor_by", "explanation"),
]
