"""The charts of a report, one module each: the picture from a table, and the sentences that say what it shows.

Every chart is legible without colour: what is to be told apart differs in shape, dash, place or label.
"""

from __future__ import annotations

from tengbol.report.charts import course, deadlines, excess, flows, lorenz, received

#: In the order of the page. Each module has `TITLE`, `KEY` (what the marks mean), `chart` and `sentences`.
CHARTS = (excess, received, course, flows, lorenz, deadlines)

__all__ = ["CHARTS"]
