"""The API, `/api/v1`: each module answers for one kind of thing; addresses and roles stand in `service.roles`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tengbol.service.api import acts, administration, batches, health, hooks, intake, jobs, looking, oneself, writs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import APIRouter

ROUTERS: Final[Sequence[APIRouter]] = tuple(
    part.router for part in (health, oneself, administration, writs, intake, batches, jobs, acts, looking, hooks)
)
