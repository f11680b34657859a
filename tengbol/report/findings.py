"""Figures of the sentences, kept as a table of their own, so that each stands somewhere and can be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tengbol.report.words import Figure

if TYPE_CHECKING:
    from collections.abc import Callable

TABLE = "findings"


class Findings:
    """Collects the figures of sentences in the order in which they are said."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, str, str, float | None]] = []

    def about(self, chart: str, subject: str) -> Callable[..., Figure]:
        """A function `(name, value, form="count")` that keeps a figure and gives it back with its place."""

        def put(name: str, value: float | None, form: str = "count") -> Figure:
            self._rows.append((chart, subject, name, None if value is None else float(value)))
            return Figure(TABLE, len(self._rows) + 1, "value", value, form)

        return put

    def table(self) -> pl.DataFrame:
        """`section`, `subject`, `name`, `value`."""
        schema = {"section": pl.String, "subject": pl.String, "name": pl.String, "value": pl.Float64}
        return pl.DataFrame(self._rows, schema=schema, orient="row")
