"""Pages for people: rendered here, in Kazakh, Russian and English; every act is done without scripts."""

from __future__ import annotations

from tengbol.service.pages import (
    accounts,
    acts,
    batches,
    decisions,
    door,
    identity,
    intake,
    papers,
    planner,
    start,
    studies,
    systems,
    ticks,
    totp,
    views,
    whatif,
    writs,
)
from tengbol.service.pages.render import problem_page

__all__ = ["ROUTERS", "problem_page"]

_PARTS = (
    *(
        door,
        identity,
        totp,
        start,
        intake,
        writs,
        batches,
        papers,
        ticks,
        acts,
        decisions,
        whatif,
        planner,
        studies,
        views,
    ),
    *(accounts, systems),
)
ROUTERS = tuple(part.router for part in _PARTS)
