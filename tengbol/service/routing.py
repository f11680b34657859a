"""How an answer is put under its address: by its name in the table of roles, so that none has an address of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, WithJsonSchema

from tengbol.service.problems import CODES
from tengbol.service.roles import ANYBODY, ENDPOINTS
from tengbol.service.sent import Route

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_F = TypeVar("_F", bound="Callable[..., Any]")


class Strict(BaseModel):
    """What is sent: of the very types that the document names, and nothing besides."""

    model_config = ConfigDict(extra="forbid", strict=True)


def one_of(names: Iterable[str]) -> Any:
    """The type of a text that is one of these."""
    known = tuple(names)

    def look(given: str) -> str:
        if given not in known:
            raise ValueError(f"one of {', '.join(known)} is accepted")
        return given

    return Annotated[str, AfterValidator(look), WithJsonSchema({"type": "string", "enum": list(known)})]


class Fault(BaseModel):
    """What is wrong with one field of a request."""

    field: str
    says: str


class Problem(BaseModel):
    """RFC 9457. reason: which refusal of the book it is; a code that stays (docs/reference/refusals.md).

    field: the first field that it is about. faults: of `invalid`, every field, the first twenty. request: of `fault`,
    its id in the log.
    """

    type: str
    code: str
    status: int
    title: str
    detail: str | None = None
    field: str | None = None
    reason: str | None = None
    faults: list[Fault] | None = None
    request: str | None = None


class Done(BaseModel):
    """Answered where a request is sent again whose answer was not kept: what was shown once. event: the act."""

    event: int | None


_SHAPE: Final = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def answers(router: APIRouter, name: str, **more: Any) -> Callable[[_F], _F]:
    """Put a function under the address of `name`. more: as FastAPI takes it, `status_code` and so on.

    refusals: codes of problems that this address has besides those of all like it.
    """
    wanted = ENDPOINTS[name]

    def under(function: _F) -> _F:
        if not wanted.path.startswith("/api/"):
            more.setdefault("include_in_schema", False)
        if wanted.once and "response_model" in more:
            more["response_model"] = more["response_model"] | Done
        tags = [name.partition(".")[0]]
        router.add_api_route(
            wanted.path,
            function,
            methods=[wanted.method],
            name=name,
            operation_id=name.replace(".", "_"),
            tags=more.pop("tags", tags),
            route_class_override=Route,
            responses={**_problems(name, more.pop("refusals", ())), **more.pop("responses", {})},
            **more,
        )
        return function

    return under


def _problems(name: str, besides: Sequence[str]) -> dict[int | str, dict[str, Any]]:
    """The statuses in which this address may refuse, for the document."""
    wanted = ENDPOINTS[name]
    codes = ["malformed", "too_large", "invalid", "too_many", "fault", "busy", "wrong_method", *besides]
    if wanted.roles != ANYBODY:
        codes += ["not_signed_in", "not_allowed", "not_found"]
    if wanted.once:
        codes += ["conflict", "changed_since", "key_missing"]
    if wanted.method != "GET":
        codes.append("wrong_kind")
    told: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        told.setdefault(CODES[code][0], {"description": CODES[code][1], "content": _SHAPE})
    return told
