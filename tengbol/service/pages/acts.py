"""Guided acts: the fields are filled in, what the act would change is shown, and then it is done or waits for another.

By hand of two where a writ moves: what one asks for, another login confirms (`proposals`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from tengbol.book.acts import Hand
from tengbol.book.kept import held
from tengbol.book.performing import AloneError
from tengbol.errors import UnusableInputError
from tengbol.model.codes import CATEGORIES
from tengbol.report.words import mark
from tengbol.service import proposals
from tengbol.service.api.acts import refuse_foreign as refuse_others
from tengbol.service.asked import Asked
from tengbol.service.door import Call, Reading
from tengbol.service.pages import naming, posting
from tengbol.service.pages.act_fields import GROUPS, GUIDES, Field
from tengbol.service.pages.effects import LISTED, Shown, shown
from tengbol.service.pages.navigation import sees
from tengbol.service.pages.render import onward, page
from tengbol.service.routing import answers
from tengbol.service.verbs import VERBS, told

if TYPE_CHECKING:
    from tengbol.book.store import Store

router = APIRouter()
_DONE: Final = mark("Done: {title}.")
_PROPOSED: Final = mark("{title}: it waits for another login to confirm it.")
_NEEDED: Final = mark("{field}: is needed.")
_WRONG: Final = mark("{field}: '{value}' cannot be read; see what is to be written there.")


@answers(router, "page.acts")
def page_acts(request: Request, call: Reading) -> Response:
    """Every act that a role may ask for."""
    mine = {verb: guide for verb, guide in GUIDES.items() if sees(call.who.role, f"page.act_{verb}")}
    groups = [(group, {v: g for v, g in mine.items() if g.group == group}) for group in GROUPS]
    return page(request, "acts.html", call=call, groups=[(title, found) for title, found in groups if found])


def _under(verb: str) -> None:
    def form(request: Request, call: Reading) -> Response:
        return _form(request, call, verb, dict(request.query_params))

    def do(request: Request, posted: posting.Posting) -> Response:
        return _do(request, posted, verb)

    form.__doc__ = f"Where `{verb}` is filled in."
    do.__doc__ = f"Show what `{verb}` would do, or do it."
    answers(router, f"page.act_{verb}")(form)
    answers(router, f"page.do_{verb}")(do)


for _verb in GUIDES:
    _under(_verb)


def _form(
    request: Request,
    call: Call,
    verb: str,
    values: dict[str, Any],
    wrong: str | None = None,
    field: str | None = None,
    effect: Shown | None = None,
) -> Response:
    guide = GUIDES[verb]
    kinds = {one.kind for one in guide.fields}
    with call.store() as store:
        # A district's page of ids is short; of a country's enforcers only the id is asked for.
        people = naming.enforcers(store) if "enforcer" in kinds or effect is not None else {}
        places = naming.districts(store) if kinds & {"district", "districts"} else {}
    return page(
        request, "act.html", 422 if wrong else 200, call=call, verb=verb, guide=guide, values=values, wrong=wrong,
        field=field, effect=effect, people=people, places=places, categories=CATEGORIES, once=posting.drawn(),
        listed=LISTED,
    )  # fmt: skip


def _values(posted: posting.Posted, verb: str) -> dict[str, Any]:
    """What was filled in, as it is shown again."""
    return {
        one.name: posted.texts(one.name) if one.kind == "districts" else posted.text(one.name)
        for one in GUIDES[verb].fields
    }


def _asked(verb: str, values: dict[str, Any]) -> Asked:
    """The same as the act takes it. Raises `ValidationError`."""
    given: dict[str, Any] = {}
    cells: dict[str, str] = {}
    for one in GUIDES[verb].fields:
        value = values.get(one.name)
        if not value:
            continue
        if one.cell:
            cells[one.name] = "" if value == "-" else value
        else:
            given[one.name] = _read(one, value)
    if cells or verb == "correct":
        given["cells"] = cells
    if verb == "centre":
        given["centre"] = not given.pop("none", False)
    return VERBS[verb].asked.model_validate(given)


def _read(field: Field, value: Any) -> Any:
    if field.kind == "yes":
        return True
    if field.kind == "number":
        return int(value) if re.fullmatch(r"\d{1,15}", value) else value
    if field.kind == "writs":
        return re.split(r"[\s,;]+", value.strip())
    return value


def _do(request: Request, posted: posting.Posted, verb: str) -> Response:
    call, values = posted.call, _values(posted, verb)
    if missing := [one for one in GUIDES[verb].fields if one.needed and not values[one.name]]:
        wrong = call.words(_NEEDED, field=call.words(missing[0].label))
        return _form(request, call, verb, values, wrong, missing[0].name)
    try:
        asked = _asked(verb, values)
    except ValidationError as error:
        return _form(request, call, verb, values, *_unreadable(call, verb, values, error))
    refuse_others(call, VERBS[verb], asked)
    try:
        if posted.text("step") != "do":
            with call.store() as store:
                effect = shown(store, Hand(call.who.login, asked.document), verb, asked)
            return _form(request, call, verb, values, effect=effect)
        return _done(request, posted, verb, asked)
    except UnusableInputError as error:
        return _form(request, call, verb, values, *refusal(call, verb, error))


def _done(request: Request, posted: posting.Posted, verb: str, asked: Asked) -> Response:
    """Do it, or let it wait for another login."""
    call = posted.call

    def work(store: Store, hand: Hand) -> tuple[int, Any]:
        try:
            return 200, told(VERBS[verb].run(store, hand, asked, False))
        except AloneError:
            return 202, proposals.propose(store, hand, verb, asked)

    status, answer = posting.done(posted, request.url.path, work, document=asked.document)
    title = call.words(GUIDES[verb].title)
    if status == 202:
        return onward(request, f"/proposals/{answer['proposal_id']}", call.words(_PROPOSED, title=title))
    writ_id = getattr(asked, VERBS[verb].writ or "", None)
    with call.store() as store:
        known = writ_id is not None and held(store, "writs", "t.writ_id = :id", id=writ_id).height > 0
    return onward(request, f"/writs/{writ_id}" if known else "/acts", call.words(_DONE, title=title))


def _unreadable(call: Call, verb: str, values: dict[str, Any], error: ValidationError) -> tuple[str, str | None]:
    """The first field that cannot be read, by its label."""
    fields = {one.name: one for one in GUIDES[verb].fields}
    place = str(error.errors()[0]["loc"][0])
    name = place if place in fields else str(error.errors()[0]["loc"][-1])
    if place == "cells" and name not in fields:
        name = "debtor_district_id"
    found = fields.get(name)
    label = call.words(found.label) if found else name
    value = values.get(name) or ""
    if not value:
        return call.words(_NEEDED, field=label), name
    return call.words(_WRONG, field=label, value=str(value)[:60]), name


#: How the book's options are called in its refusals, where a field has another name.
_OPTIONS: Final = {"from": "start", "to": "end", "set": "amount", "as-of": "as_of", "event": "event"}


def refusal(call: Call, verb: str, error: UnusableInputError) -> tuple[str, str | None]:
    """What the book refuses, its options called by the labels of fields; and the field it is about."""
    labels = {one.name: call.words(one.label) for one in GUIDES[verb].fields}
    said = error.said(call.words)
    found: list[str] = []

    def named(option: re.Match[str]) -> str:
        name = option[1].replace("-", "_")
        name = name if name in labels else _OPTIONS.get(option[1], name)
        if name in labels:
            found.append(name)
        return f"«{labels.get(name, name)}»"

    text = re.sub(r"--([a-z][a-z-]*)(?: (?:TEXT|CODE|DAY|NAME|N)\b)?", named, said)
    return text, found[0] if found else None
