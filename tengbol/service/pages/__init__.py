"""Pages for people: rendered here, in Kazakh, Russian and English; every act is done without scripts."""

from __future__ import annotations

from tengbol.service.pages import accounts, acts, batches, decisions, door, intake, papers, start, ticks, views, writs
from tengbol.service.pages.render import problem_page

__all__ = ["ROUTERS", "problem_page"]

ROUTERS = tuple(
    part.router for part in (door, start, intake, writs, batches, papers, ticks, acts, decisions, views, accounts)
)
