"""`docs/reference/answers.json`: the JSON schema of what each command answers to a program, and of a refusal."""

from __future__ import annotations

import inspect
import json
from functools import cache, reduce
from operator import or_
from pathlib import Path
from types import UnionType
from typing import Any, Final, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from tengbol.cli import answers, book_answers

FILE: Final = Path(__file__).parents[1] / "docs" / "reference" / "answers.json"
#: By command, what it answers.
ANSWERS: Final[dict[str, Any]] = {
    "run": answers.Ran,
    "verify": answers.Verified,
    "check": answers.Checked,
    "template": answers.Written,
    "demo": answers.Written,
    "plan": answers.Planned,
    "forms": answers.Papers,
    "report": answers.Reported,
    "judge": answers.Judged,
    "why": answers.Why,
    "whatif": answers.Answered,
    "serve": answers.Serving,
    "serve --check": answers.Ready,
    "--version": answers.Version,
    "book init": book_answers.Opened,
    "book import": book_answers.Imported,
    "book status": book_answers.Status,
    "book audit": book_answers.Audited,
    "book batch": book_answers.Batch,
    "book assign": book_answers.Batch,
    "book announce": book_answers.Announced,
    "book export": book_answers.Exported,
    "book verify": answers.Verified,
    **dict.fromkeys(("book leave", "book pause", "book transfer", "book recuse"), book_answers.WaitsAgain),
    "book return": book_answers.BackAgain,
    "book returned": book_answers.Returned,
    "book mark": book_answers.Marked,
    **dict.fromkeys(("book materials", "book ruling", "book request"), book_answers.Subject),
    "book centre": book_answers.Centres,
    "book due": book_answers.Due,
    **dict.fromkeys(
        (f"book {act}" for act in ("annul", "withdraw", "correct", "revoke", "reassign", "succeed", "balance")),
        book_answers.Corrected,
    ),
    "book confirm": book_answers.Decided,
    "book backup": book_answers.Ends,
    "book restore": book_answers.Ends,
    "book accept": book_answers.Accepted,
    "book erase": book_answers.Erased,
    "public write": book_answers.Published,
    "public id": book_answers.PublicIds,
    "public find": book_answers.Places,
}
_EVERY: Final = {
    "exit": {"type": "integer"},
    **{name: {"type": "array", "items": {"type": "string"}} for name in ("said", "notes")},
}


@cache
def modern(kind: Any) -> Any:
    """The same type of dictionaries as the validation library takes it before Python 3.12."""
    if is_typeddict(kind):
        fields = {
            name: modern(hint) if name in kind.__required_keys__ else NotRequired[modern(hint)]
            for name, hint in get_type_hints(kind).items()
        }
        own = TypedDict(kind.__name__, fields)  # type: ignore[operator]
        own.__doc__ = inspect.getdoc(kind)
        return own
    if get_origin(kind) in (list, dict):
        return get_origin(kind)[tuple(modern(one) for one in get_args(kind))]
    if isinstance(kind, UnionType):
        return reduce(or_, (modern(one) for one in get_args(kind)))
    return kind


def schema() -> dict[str, Any]:
    """One schema, whose property of a command's name is what that command answers; `refusal`, of all of them."""
    whole: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What tengbol answers to --json, by command",
        "type": "object",
        "properties": {},
        "$defs": {},
    }
    for name, answer in {**ANSWERS, "refusal": answers.Refusal}.items():
        told = TypeAdapter(modern(answer)).json_schema(mode="serialization", ref_template="#/$defs/{model}")
        whole["$defs"] |= told.pop("$defs", {})
        told["properties"] |= _EVERY
        told["required"] = [*told["required"], *_EVERY]
        whole["$defs"][answer.__name__] = told
        whole["properties"][name] = {"$ref": f"#/$defs/{answer.__name__}"}
    return whole


if __name__ == "__main__":
    FILE.write_text(json.dumps(schema(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
