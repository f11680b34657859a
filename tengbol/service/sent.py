"""JSON as it is sent: read in one way only, and where it is none, by line and byte.

A name that stands twice in an object, and NaN, are taken by each parser in its own way: what a gateway has let pass
would be another request than the one that is done.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.params import Query
from fastapi.routing import APIRoute

from tengbol.service.problems import no_json

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from fastapi import Response


def parsed(
    body: bytes,
    line: int = 1,
    byte: int = 0,
    *,
    whole: Callable[[str], Any] | None = None,
    other: Callable[[str], Any] | None = None,
) -> Any:
    """JSON that begins on this line, after so many bytes of the request. Raises `ProblemError`, which says where.

    whole, other: what whole numbers become, and others, instead of int and float.
    """
    text = ""
    try:
        text = body.decode("utf-8-sig")
        return json.loads(text, object_pairs_hook=_object, parse_constant=_refuse, parse_int=whole, parse_float=other)
    except UnicodeDecodeError as error:
        text = body[: error.start].decode()
        raise no_json(text, len(text), "not UTF-8", line=line, byte=byte) from None
    except json.JSONDecodeError as error:
        raise no_json(error.doc, error.pos, error.msg, line=line, byte=byte) from None
    except RecursionError:
        raise no_json("", 0, "nested too deep", line=line, byte=byte) from None
    except _OtherwiseError as error:
        raise no_json("", 0, str(error), line=line, byte=byte) from None
    except ValueError:
        raise no_json("", 0, "a number of thousands of digits", line=line, byte=byte) from None


class _OtherwiseError(Exception):
    """What parsers read in different ways."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _OtherwiseError("a name stands twice in an object")
    return found


def _refuse(constant: str) -> Any:
    raise _OtherwiseError(f"{constant} is no number")


class _Sent(Request):
    """A request whose body is read so."""

    async def json(self) -> Any:
        return parsed(await self.body())


def is_json(request: Request) -> bool:
    """Whether its Content-Type says that the body is JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


class Route(APIRoute):
    """An address that takes such requests, and of the API no parameter but its own: a slip would go unseen."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As the framework asks for it."""
        handle = super().get_route_handler()
        known = {"lang", *(one.alias for one in get_flat_params(self.dependant) if isinstance(one.field_info, Query))}
        strict = self.path.startswith("/api/")

        async def handled(request: Request) -> Response:
            if strict and (strange := [name for name in request.query_params if name not in known]):
                told = {"type": "extra_forbidden", "msg": "Extra inputs are not permitted"}
                raise RequestValidationError([{**told, "loc": ("query", name)} for name in strange])
            return await handle(_Sent(request.scope, request.receive))

        return handled
