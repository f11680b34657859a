"""What-if in a form: who leaves, joins or moves, and when; variants beside each other, the scenario to keep (¶3, ¶9).

The form writes the scenario file that `tengbol whatif` reads; a kept one can be sent instead of filling it in.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from tengbol.asked import local_now
from tengbol.errors import UnusableInputError
from tengbol.phrase import Phrase
from tengbol.report.whatif.numbers import later
from tengbol.report.words import mark
from tengbol.scenarios.whatif.scenario import Scenario, parse
from tengbol.service import studies
from tengbol.service.door import Reading
from tengbol.service.jobs import WHATIF
from tengbol.service.pages import naming, posting
from tengbol.service.pages.render import onward, page
from tengbol.service.pages.studies import refuse_others, scenario_of
from tengbol.service.problems import of_input
from tengbol.service.routing import answers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tengbol.book.store import Store
    from tengbol.service.door import Call

router = APIRouter()
#: What the form asks about, with the fields that each needs; the file knows more.
EVENTS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "leave": (mark("leaves or is absent"), ("enforcer_id", "reason")),
    "pause": (mark("takes an unpaid office (¶17)"), ("enforcer_id",)),
    "return": (mark("comes back"), ("enforcer_id",)),
    "join": (mark("joins"), ("enforcer_id", "district_id")),
    "transfer": (mark("moves to another district"), ("enforcer_id", "district_id")),
    "attach": (mark("is attached to a district"), ("enforcer_id", "district_id")),
    "detach": (mark("is attached no longer"), ("enforcer_id", "district_id")),
}
REASONS: Final = (
    *("licence_suspended", "licence_terminated", "licence_revoked", "expelled", "long_absence", "transferred"),
    *("leave", "study_leave", "sickness", "business_trip"),
)
#: How the fields of a row are called.
LABELS: Final = {
    "variant": mark("Variant"),
    "kind": mark("What happens"),
    "enforcer_id": mark("Enforcer"),
    "district_id": mark("District"),
    "reason": mark("Reason"),
    "on": mark("From which day"),
    "until": mark("Last day"),
}
_LASTING: Final = ("leave", "pause", "attach")
_ROWS, _MORE, _MOST = 2, 2, 40
#: What one study may take of the server's time.
_DAYS, _RUNS, _LOTS, _VARIANTS = 60, 600, 32, 8
_NOTHING: Final = mark("Fill in at least one event: what happens, to whom, and on which day.")
_NEEDED: Final = mark("Event {number}, {field}: is needed.")
_NOBODY: Final = mark("Event {number}: there is no enforcer '{value}'; choose one of the list.")
_NOWHERE: Final = mark("Event {number}: there is no district '{value}'; choose one of the list.")
_KNOWN: Final = mark("Event {number}: there is an enforcer '{value}' already; give the new one another id.")
_TOO_MUCH: Final = mark(
    "This study is too large for a page: at most {days} days to come, {runs} days in all replications, {lots} lots and "
    "{variants} variants. Larger ones are made by `tengbol whatif`."
)
_NOT_READ: Final = mark("The file is no scenario: it is not UTF-8 text.")


@answers(router, "page.whatif")
def page_whatif(request: Request, call: Reading, study: Annotated[str | None, Query(max_length=40)] = None) -> Response:
    """The form, empty or as an earlier study filled it in."""
    with call.store() as store:
        refuse_others(store, call)
        text = None if study is None else scenario_of(store, study)
    if text is None:
        values = {"as_of": local_now().date().isoformat(), "days": "0", "delay": "0", "readings": ""}
        return _form(request, call, values, _blank(_ROWS))
    asked = parse(text, studies.SCENARIO).scenario
    rows = [
        {**dict.fromkeys(LABELS, ""), "variant": variant.name, **event.model_dump(mode="json", exclude_none=True)}
        for variant in asked.variant
        for event in variant.event
        if event.kind in EVENTS
    ]
    values = {
        "as_of": asked.as_of.date().isoformat(),
        "days": str(asked.days),
        "delay": str(asked.delay),
        "readings": "yes" if asked.readings else "",
    }
    return _form(request, call, values, rows + _blank(1))


def _blank(number: int) -> list[dict[str, Any]]:
    return [{**dict.fromkeys(LABELS, ""), "variant": "A"} for _ in range(number)]


def _form(
    request: Request, call: Call, values: Mapping[str, str], rows: Sequence[Mapping[str, Any]], wrong: str | None = None
) -> Response:
    with call.store() as store:
        people, places = naming.enforcers(store), naming.districts(store)
        past = studies.recent(store, WHATIF)
    return page(
        request, "whatif.html", 422 if wrong else 200, call=call, values=values, rows=rows, wrong=wrong, events=EVENTS,
        reasons=REASONS, people=people, places=places, past=past, once=posting.drawn(), later=later,
    )  # fmt: skip


@answers(router, "page.whatif_ask")
def page_whatif_ask(request: Request, posted: posting.Posting) -> Response:
    """Ask for the study, or for more rows to fill in."""
    call = posted.call
    values = {name: posted.text(name) for name in ("as_of", "days", "delay", "readings")}
    rows = _filled(posted)
    if posted.text("what") == "more":
        return _form(request, call, values, [*rows, *_blank(_MORE)][:_MOST])
    with call.store() as store:
        refuse_others(store, call)
        people, places = naming.enforcers(store), naming.districts(store)
    sent = posted.form.get("file")
    try:
        if isinstance(sent, UploadFile) and sent.filename:
            text = _read(sent)
        else:
            text = written(values, _sound(rows, people, places))
        _refuse_large(parse(text, studies.SCENARIO).scenario)
        address = _asked(request, posted, text)
    except UnusableInputError as error:
        return _form(request, call, values, rows or _blank(_ROWS), of_input(call.words, error).detail)
    return onward(request, address)


def _asked(request: Request, posted: posting.Posted, text: str) -> str:
    def work(store: Store, hand: Any) -> tuple[int, Any]:
        with store.writing():
            asked = {"scenario": text, "lang": posted.call.words.language}
            answer = 202, {"study_id": studies.put(store, WHATIF, hand.who, asked)}
            hand.witness({"seq": None, "answered": answer})
        return answer

    _, told = posting.done(posted, request.url.path, work)
    return f"/studies/{told['study_id']}"


def _filled(posted: posting.Posted) -> list[dict[str, str]]:
    """The rows of the form in which anything stands beside the variant."""
    columns = {
        name: [value.strip() if isinstance(value, str) else "" for value in posted.form.getlist(name)]
        for name in LABELS
    }
    number = min(_MOST, *(len(column) for column in columns.values()))
    rows = [{name: columns[name][place][:200] for name in LABELS} for place in range(number)]
    return [row for row in rows if any(row[name] for name in LABELS if name != "variant")]


def _read(sent: UploadFile) -> str:
    try:
        return sent.file.read(1_000_000).decode("utf-8")
    except UnicodeDecodeError:
        raise UnusableInputError(_NOT_READ) from None


def _sound(
    rows: Sequence[dict[str, str]], people: Mapping[str, str], places: Mapping[str, str]
) -> Sequence[dict[str, str]]:
    """The rows, where each names what it needs. Raises `UnusableInputError`."""
    if not rows:
        raise UnusableInputError(_NOTHING)
    for number, row in enumerate(rows, 1):
        needed = EVENTS[row["kind"]][1] if row["kind"] in EVENTS else ()
        for name in ("kind", "on", *needed):
            if not row[name]:
                raise UnusableInputError(_NEEDED, number=number, field=Phrase(LABELS[name]))
        who, new = row["enforcer_id"], row["kind"] == "join"
        if new and who in people:
            raise UnusableInputError(_KNOWN, number=number, value=who)
        joined = {one["enforcer_id"] for one in rows if one["kind"] == "join" and one["variant"] == row["variant"]}
        if not new and who not in people and who not in joined:
            raise UnusableInputError(_NOBODY, number=number, value=who)
        if "district_id" in needed and row["district_id"] not in places:
            raise UnusableInputError(_NOWHERE, number=number, value=row["district_id"])
    return rows


def written(values: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> str:
    """The scenario file of a form's rows. Raises `UnusableInputError`."""
    try:
        as_of = dt.date.fromisoformat(values["as_of"])
        days, delay = int(values["days"] or "0"), int(values["delay"] or "0")
    except ValueError:
        raise UnusableInputError("Give the day that is looked at, and how many working days follow.") from None
    # The book by the name that it has beside the file; whoever keeps the file elsewhere writes its address here.
    lines = ['base = "sqlite:///chamber.book"', f"as_of = {as_of.isoformat()}T23:59:59", f"days = {days}"]
    if delay:
        lines.append(f"delay = {delay}")
    if values.get("readings"):
        lines.append("readings = true")
    by_variant: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        by_variant.setdefault(row["variant"] or "A", []).append(row)
    for name, events in by_variant.items():
        lines += ["", "[[variant]]", f"name = {_text(name)}"]
        for row in events:
            fields = [name for name in EVENTS[row["kind"]][1] if row[name]]
            lines += ["", "[[variant.event]]", f"kind = {_text(row['kind'])}", f"on = {_day(row['on'])}"]
            lines += [f"{name} = {_text(row[name])}" for name in fields]
            if row["until"] and row["kind"] in _LASTING:
                lines.append(f"until = {_day(row['until'])}")
    return "\n".join(lines) + "\n"


def _day(text: str) -> str:
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise UnusableInputError("'{text}' is no day; write it as 2026-11-23.", text=text) from None


def _text(value: str) -> str:
    """Text as TOML has it, which escapes as JSON does, and the sign of deletion besides."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _refuse_large(asked: Scenario) -> None:
    runs = asked.days * asked.replications
    if (
        asked.days > _DAYS
        or runs > _RUNS
        or asked.lots > _LOTS
        or len(asked.variant) * (2 if asked.delay else 1) > _VARIANTS
    ):
        raise UnusableInputError(_TOO_MUCH, days=_DAYS, runs=_RUNS, lots=_LOTS, variants=_VARIANTS)
