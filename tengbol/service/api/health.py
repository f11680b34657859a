"""Whether the server lives, whether it can work, and its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from tengbol.book.schema import VERSION
from tengbol.book.store import store_version
from tengbol.service.done import Health
from tengbol.service.door import Reading
from tengbol.service.problems import ProblemError
from tengbol.service.routing import answers

if TYPE_CHECKING:
    from tengbol.service.watch import Numbers

router = APIRouter()


@answers(router, "healthz", response_model=Health, response_model_exclude_unset=True)
async def healthz() -> dict[str, str]:
    """That it answers at all, whoever stands in line."""
    return {"status": "ok"}


@answers(router, "readyz", response_model=Health)
def readyz(request: Request) -> dict[str, Any]:
    """That its book can be read and is of this version, and that batches can be made."""
    with request.app.state.pool.store() as store:
        version = store_version(store)
    worker = request.app.state.worker
    if version != VERSION or (worker is not None and not worker.alive()):
        raise ProblemError("busy")
    return {"status": "ok", "book": version}


@answers(router, "metrics")
def metrics(call: Reading, request: Request) -> Response:
    """Numbers for Prometheus."""
    numbers: Numbers = request.app.state.numbers
    with call.store() as store:
        for table, gauge in (("jobs", numbers.jobs), ("deliveries", numbers.deliveries)):
            types = {"state": pl.String(), "n": pl.Int64()}
            for state, count in store.frame(f"SELECT state, count(*) AS n FROM {table} GROUP BY state", types).rows():
                gauge.labels(state).set(count)
    return Response(generate_latest(numbers.registry), media_type=CONTENT_TYPE_LATEST)
