"""A study's page: how far it is, what came of it, variants side by side, and its files to keep."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from tengbol.book import desk
from tengbol.book.kept import held
from tengbol.report.whatif import readings
from tengbol.report.words import mark
from tengbol.service import jobs, studies
from tengbol.service.door import Reading
from tengbol.service.pages import naming, posting
from tengbol.service.pages.render import attached, onward, page
from tengbol.service.phrases import unpacked
from tengbol.service.problems import ProblemError
from tengbol.service.routing import answers

if TYPE_CHECKING:
    from tengbol.book.store import Store
    from tengbol.service.door import Call

router = APIRouter()
#: The measures over the days to come.
MEASURES: Final = {
    "placed": mark("Writs distributed"),
    "late": mark("Distributed late, or late and waiting (¶7)"),
    "waiting": mark("Waiting at the end of a day"),
    "open_most": mark("Open proceedings of whoever has most"),
}
_STOPPED: Final = mark("The study is stopped.")


def refuse_others(store: Store, call: Call) -> None:
    """Raise `ProblemError` where a study would show another chamber's people: it is over the whole book."""
    own = call.who.chamber_id
    if own is not None and set(held(store, "chambers")["chamber_id"]) - {own}:
        raise ProblemError("not_allowed")


def _one(store: Store, call: Call, study_id: str) -> dict[str, Any]:
    refuse_others(store, call)
    row = desk.one(store, "jobs", f"job_id = :id AND {jobs.STUDIES}", id=study_id)
    if row is None:
        raise ProblemError("not_found")
    told = None if row["told"] is None else json.loads(row["told"])
    silent = (row["beat_at"] or row["asked_at"]) < desk.moment(-jobs.SILENT)
    whole = told is not None and jobs.EARLY not in told
    return {**row, "told": told, "over": row["state"] in jobs.OVER and (whole or silent)}


def scenario_of(store: Store, study_id: str) -> str:
    """The scenario file of a study. Raises `ProblemError`."""
    row = desk.one(store, "jobs", "job_id = :id AND kind = :kind", id=study_id, kind=jobs.WHATIF)
    if row is None:
        raise ProblemError("not_found")
    return json.loads(row["arguments"])["scenario"]


@answers(router, "page.study")
def page_study(
    request: Request, call: Reading, study_id: str, variant: Annotated[str | None, Query(max_length=200)] = None
) -> Response:
    """What came of a study: of what-if its variants beside each other, or one of them."""
    with call.store() as store:
        row = _one(store, call, study_id)
        people, places = naming.enforcers(store), naming.districts(store)
    told = row["told"] or {}
    found = [one for one in told.get("variants", ()) if one["name"] == variant]
    if variant is not None and row["over"] and not found:
        raise ProblemError("not_found")
    wrong = unpacked(told["phrase"]).said(call.words) if "phrase" in told else None
    asked = json.loads(row["arguments"])
    shown = page(
        request, "study.html", call=call, job=row, told=told, one=found[0] if found else None, measures=MEASURES,
        plan_of=asked, people=people, places=places, wrong=wrong, once=posting.drawn(), back="/" + row["kind"],
        here=f"page.{row['kind']}", variant=variant, reading_rows=readings.rows,
        reading_columns=list(readings.COLUMNS.values()),
    )  # fmt: skip
    if not row["over"]:
        # Whoever reads the first figures is not to be interrupted all the time.
        shown.headers["refresh"] = "10" if told else "3"
    return shown


@answers(router, "page.study_file")
def page_study_file(call: Reading, study_id: str, file: str) -> Response:
    """The scenario, to be kept or sent again, or all that came of a study."""
    with call.store() as store:
        row = _one(store, call, study_id)
        scenario = scenario_of(store, study_id) if file == studies.SCENARIO else None
    headers = attached(f"{study_id}-{file}")
    if scenario is not None:
        return Response(scenario, media_type="application/toml", headers=headers)
    if file == studies.ANSWER and row["told"] and "zip" in row["told"]:
        return Response(studies.file_of(row["told"]), media_type="application/zip", headers=headers)
    raise ProblemError("not_found")


@answers(router, "page.study_cancel")
def page_study_cancel(request: Request, posted: posting.Posting, study_id: str) -> Response:
    """Stop a study that is not over."""
    with posted.call.store() as store:
        row = _one(store, posted.call, study_id)
        if row["state"] not in jobs.OVER:
            with store.writing():
                jobs.cancel(store, study_id, posted.call.who.login)
    return onward(request, f"/studies/{study_id}", posted.call.words(_STOPPED))
