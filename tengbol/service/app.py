"""The application: what answers, under which addresses, and what is said when something fails."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request

from tengbol import __version__
from tengbol.errors import UnusableInputError
from tengbol.service import problems
from tengbol.service.api import ROUTERS
from tengbol.service.attempts import Attempts
from tengbol.service.courier import Courier
from tengbol.service.matching import ETAG
from tengbol.service.pages import ROUTERS as PAGES
from tengbol.service.pool import Pool
from tengbol.service.problems import ProblemError, answer, words_of
from tengbol.service.roles import ENDPOINTS, Endpoint
from tengbol.service.routing import Problem
from tengbol.service.sent import is_json
from tengbol.service.watch import Numbers, Watch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.responses import Response

    from tengbol.service.settings import Settings

_ABOUT: Final = (
    "Distribution of writs among private court enforcers (Order No. 211 of 28 February 2026). Every write needs an "
    "`Idempotency-Key`, but for those about oneself; what is refused is told as `application/problem+json` with a "
    "`code` that stays the same. Moments are the chamber's local time (UTC+05:00) without an offset, whatever the "
    "server's own zone; only the `timestamp` of a webhook is in UTC. Objectives are in squared thousandths of a writ. "
    "Within `/api/v1` fields and codes are only ever added."
)


#: Between two looks whether all has ended, in seconds.
_EVERY: Final = 0.05


class Alive(Protocol):
    """What runs batches beside the server."""

    def alive(self) -> bool:
        """Whether it does."""
        ...


class State(Protocol):
    """What requests share."""

    settings: Settings
    pool: Pool
    attempts: Attempts
    numbers: Numbers
    worker: Alive | None


def application(settings: Settings, worker: Alive | None = None) -> FastAPI:
    """All of it, over one book."""
    pool, numbers = Pool(settings.url, settings.stores), Numbers()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        courier = Courier(pool, settings)
        courier.start()
        yield
        # Requests that are still at work may have all threads of the pool: its end needs one of its own.
        ending = threading.Thread(target=_end, args=(courier, pool))
        ending.start()
        while ending.is_alive():
            await asyncio.sleep(_EVERY)

    app = FastAPI(
        title="tengbol", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None,
        redirect_slashes=False,
    )  # fmt: skip
    app.state.settings, app.state.pool, app.state.numbers, app.state.worker = settings, pool, numbers, worker
    app.state.attempts = Attempts()
    app.include_router(_all())
    document = document_of(app)

    def openapi() -> JSONResponse:
        return JSONResponse(document)

    app.add_api_route(ENDPOINTS["openapi"].path, openapi, name="openapi", include_in_schema=False)
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(UnusableInputError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_middleware(Watch, settings=settings, numbers=numbers)  # type: ignore[arg-type]
    return app


def _end(courier: Courier, pool: Pool) -> None:
    courier.stop()
    pool.close()


def _all() -> APIRouter:
    """Every address, those last whose id may hold a slash, for it would take what others end with."""
    everything = APIRouter()
    routes = [route for router in (*ROUTERS, *PAGES) for route in router.routes]
    everything.routes = sorted(routes, key=lambda route: getattr(route, "path", "").endswith(":path}"))
    return everything


def document_of(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the API (of `application`)."""
    told = get_openapi(
        title="tengbol", version="1", description=_ABOUT, routes=app.routes, summary="The chamber's book by HTTP"
    )
    for endpoint in ENDPOINTS.values():
        operation = told["paths"].get(endpoint.path.replace(":path", ""), {}).get(endpoint.method.lower())
        if operation is not None and "parameters" in operation:
            operation["parameters"] = [one for each in operation["parameters"] for one in _header(endpoint, each)]
    schemas = told.setdefault("components", {}).setdefault("schemas", {})
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= {**problem.pop("$defs"), "Problem": problem}
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return told


def _header(endpoint: Endpoint, told: dict[str, Any]) -> list[dict[str, Any]]:
    """A parameter as this address takes it: the name of a request is needed, or of no use."""
    if told["name"] not in ("idempotency-key", "if-match"):
        return [told]
    if not endpoint.once:
        return []
    if told["name"] == "if-match":
        return [{**told, "schema": {"type": "string", "pattern": ETAG}}] if endpoint.match else []
    schema = {"type": "string", "pattern": "^[!-~]{1,128}$"}
    return [{**told, "required": True, "schema": schema, "example": "5f0c8e0e-6d3b-4c8f-9f59-0c1d7f6b1a11"}]


def _wants_page(request: Request) -> bool:
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


async def _problem(request: Request, error: Any) -> Response:
    if _wants_page(request):
        from tengbol.service.pages import problem_page

        return problem_page(request, error)
    return answer(words_of(request), error)


async def _refused(request: Request, error: Any) -> Response:
    return await _problem(request, problems.of_input(words_of(request), error))


async def _invalid(request: Request, error: Any) -> Response:
    faults = error.errors()
    for fault in faults:
        if fault["type"] == "json_invalid":
            return await _problem(request, problems.no_json(str(error.body), fault["loc"][-1], fault["ctx"]["error"]))
        if fault["loc"] == ("body",) and fault["type"] == "missing":
            return await _problem(request, ProblemError("malformed", problems.EMPTY))
        if fault["loc"] == ("body",) and not is_json(request):
            return await _problem(request, ProblemError("wrong_kind", "Content-Type: application/json"))
    # Not what was sent: it may be a person's.
    places = [
        {"field": ".".join(str(part) for part in fault["loc"][1:]), "says": fault["msg"]} for fault in faults[:20]
    ]
    return await _problem(request, ProblemError("invalid", field=places[0]["field"], faults=places))


async def _http(request: Request, error: Any) -> Response:
    # The framework has its own word for a body that could not be read; why not is known here.
    cause = error.__cause__
    found = cause if isinstance(cause, ProblemError) else problems.of_status(error.status_code)
    found.headers.update(error.headers or {})
    return await _problem(request, found)
