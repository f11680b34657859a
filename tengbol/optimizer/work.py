"""What a stage may still do, counted in steps and not by a clock, so that it ends at the same place everywhere."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Work:
    """left: terms of programmes that may still be solved, 100,000 in about a second; below 0 there is no more."""

    left: int
