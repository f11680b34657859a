"""Studies: what-if and plans of attachments over what the book holds, made by a process of their own.

A study changes nothing in the book. What is asked and what came of it stand beside the jobs; whoever asks for one puts
away those that are older than a month.
"""

from __future__ import annotations

import base64
import io
import json
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book import desk
from tengbol.config import Config
from tengbol.io.staging import staging
from tengbol.report.whatif.readings import moving
from tengbol.report.words import Words
from tengbol.service.jobs import STUDIES, WHATIF, ask

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tengbol.book.store import Store
    from tengbol.io.read import Reading
    from tengbol.scenarios.whatif.answer import Answer

SCENARIO, ANSWER = "scenario.toml", "answer.zip"
#: Seconds for which a study is kept.
_KEPT: Final = 30 * 86_400.0
#: Rows of one table that a page shows; the ZIP has all.
_ROWS: Final = 200
#: Measures over the days to come that are told, in their order.
MEASURES: Final = ("placed", "late", "waiting", "open_most")


def put(store: Store, kind: str, who: str, asked: Mapping[str, Any]) -> str:
    """Ask for a study, within a transaction; returns its id."""
    store.execute(f"DELETE FROM jobs WHERE {STUDIES} AND asked_at < :old", old=desk.moment(-_KEPT))
    return ask(store, kind, who, None, asked)


def recent(store: Store, kind: str, most: int = 10) -> list[dict[str, Any]]:
    """The studies that were asked for last, without what came of them."""
    names = ("job_id", "asked_by", "asked_at", "state")
    return store.frame(
        f"SELECT {', '.join(names)} FROM jobs WHERE kind = :kind ORDER BY asked_at DESC, job_id LIMIT {int(most)}",
        dict.fromkeys(names, pl.String()),
        kind=kind,
    ).rows(named=True)


def done(
    store: Store,
    job: Mapping[str, Any],
    progress: Callable[[int, int], None],
    early: Callable[[Mapping[str, Any]], None] = lambda _: None,
) -> dict[str, Any]:
    """Make a study; returns what is told of it. early: called with what departures bring, before the days to come are
    drawn. Raises `UnusableInputError`.
    """
    asked = json.loads(job["arguments"])

    def shown(_: str, at: int, of: int) -> None:
        progress(at, of)

    return _whatif(store, asked, shown, early) if job["kind"] == WHATIF else _plan(store, asked, shown)


def file_of(told: Mapping[str, Any]) -> bytes:
    """All that came of a study, as a ZIP."""
    return base64.b64decode(told["zip"])


def _whatif(
    store: Store,
    asked: Mapping[str, Any],
    progress: Callable[[str, int, int], None],
    early: Callable[[Mapping[str, Any]], None],
) -> dict[str, Any]:
    from tengbol.book.export import read_book
    from tengbol.book.replaying import batches
    from tengbol.scenarios.whatif.answer import run
    from tengbol.scenarios.whatif.scenario import parse

    def book(_: str) -> Reading:
        return read_book(store)

    with staging() as folder:
        # Whatever base the file names: a study of this book is over this book.
        scenario = replace(parse(asked["scenario"], SCENARIO), base=store.url)
        words = Words(asked.get("lang", "en"))
        asks = scenario.scenario
        answer = run(
            scenario, folder / "answer", config=Config(), book=book, progress=progress, words=words,
            early=(lambda found: early(beside(found))) if asks.days or asks.readings else None,
            batches=lambda _: batches(store),
        )  # fmt: skip
        packed = _packed(folder / "answer", {SCENARIO: asked["scenario"]})
    return {**beside(answer), "zip": packed}


def beside(answer: Answer) -> dict[str, Any]:
    """The variants of an answer beside each other, in figures."""
    tables = answer.tables
    told = []
    for variant in answer.scenario.variant:
        mine = {name: frame.filter(variant=variant.name) for name, frame in tables.items() if "variant" in frame}
        load, pools = mine["load"], mine["pools"]
        worst = dict(mine["uniformity"].group_by("moment").agg(pl.col("excess_std").max()).iter_rows())
        days = mine["differences"].filter(pl.col("measure").is_in(MEASURES)) if "differences" in mine else None
        told.append(
            {
                "name": variant.name,
                "returns": float(mine["moved"]["open"].sum()),
                "unplaced": mine["unplaced"].height,
                "takers": load.filter(pl.col("added") > 0).height,
                "most": float(load["added"].max() or 0.0),  # type: ignore[arg-type]
                "emptied": pools.filter(pl.col("eligible_after") == 0, pl.col("eligible_before") > 0).height,
                "alone": pools.filter(pl.col("eligible_after") == 1, pl.col("eligible_before") > 1).height,
                "worst": worst,
                "load": _rows(load, "enforcer_id", "name", "open_before", "added", "a_day_before", "a_day_after"),
                "pools": _rows(pools, "district_id", "name", "eligible_before", "eligible_after", "a_day"),
                "stuck": _rows(mine["unplaced"], "writ_id", "district_id", "category", "distribute_by"),
                "days": [] if days is None else days.rows(named=True),
                "against": [] if "delays" not in mine else _against(mine["delays"]),
            }
        )
    read = {"readings": moving(tables["readings"])} if "readings" in tables else {}
    return {"variants": told, "rows": _ROWS, **read}


def _against(delays: pl.DataFrame) -> list[dict[str, Any]]:
    """Of a variant that is another's later self: what differs from that over the days to come."""
    return delays.filter(pl.col("measure").is_in(MEASURES)).rows(named=True)


def _plan(store: Store, asked: Mapping[str, Any], progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    from tengbol.asked import as_of_from
    from tengbol.book.export import export_all
    from tengbol.scenarios.attachment_run import run_plan

    with staging() as folder:
        export_all(store, folder / "book")
        distances = None
        if asked.get("distances"):
            distances = folder / "distances.csv"
            distances.write_text(asked["distances"], encoding="utf-8")
        run_plan(
            folder / "book",
            folder / "plan",
            as_of=as_of_from(asked["as_of"]),
            seed=asked["seed"],
            keep=asked["keep"],
            leavers=asked["leavers"],
            most=asked.get("most"),
            distances=distances,
            within=asked.get("within"),
            config=Config(),
            progress=progress,
        )
        tables = {
            name: pl.read_csv(folder / "plan" / f"{name}.csv", infer_schema=False) for name in ("plan", "districts")
        }
        manifest = json.loads((folder / "plan" / "manifest.json").read_text(encoding="utf-8"))
        packed = _packed(folder / "plan", {})
    numbers = ("registered", "attached_before", "attached_after", "least_before", "least_after", "short")
    districts = tables["districts"].with_columns(pl.col(numbers).cast(pl.Int64))
    changed = districts.filter(
        (pl.col("attached_after") > pl.col("attached_before")) | (pl.col("short") > 0) | (pl.col("least_after") < 1)
    )
    return {
        "plan": _rows(tables["plan"], "district_id", "enforcer_id", "home_district_id", "km"),
        "districts": _rows(changed, "district_id", "name", *numbers),
        "attachments": tables["plan"].height,
        "short": manifest["short"],
        "objective": manifest["objective"],
        "lower_bound": manifest["lower_bound"],
        "proven": manifest["status"] == "optimal",
        "zip": packed,
        "rows": _ROWS,
    }


def _rows(table: pl.DataFrame, *columns: str) -> list[dict[str, Any]]:
    """The first rows, days as text."""
    days = [name for name, kind in table.schema.items() if kind in (pl.Date, pl.Datetime) and name in columns]
    return table.select(columns).head(_ROWS).with_columns(pl.col(days).cast(pl.String)).rows(named=True)


def _packed(folder: Path, more: Mapping[str, str]) -> str:
    """A folder's files in one, as text."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(folder.iterdir()):
            packed.write(file, file.name)
        for name, text in more.items():
            packed.writestr(name, text)
    return base64.b64encode(content.getvalue()).decode()
