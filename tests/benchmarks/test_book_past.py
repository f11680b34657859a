"""The book whose past the benchmarks measure is one that the book's own import and batches made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from benchmarks.book.past import URGENT, build
from tengbol.book.access import connect

if TYPE_CHECKING:
    from pathlib import Path

_COUNTED = {"state": pl.String(), "n": pl.Int64()}


def test_the_past_is_distributed_and_today_waits(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'past.sqlite3'}"
    past = build(url, tmp_path / "room", 40, 7, lambda _: None)
    states = connect(url).frame("SELECT state, count(*) AS n FROM states WHERE until IS NULL GROUP BY state", _COUNTED)
    assert dict(states.iter_rows()) == {"assigned": 40, "pending": 7}
    assert pl.read_parquet(past.later / "writs.parquet")["writ_id"].to_list() == past.urgent
    assert len(past.urgent) == URGENT
