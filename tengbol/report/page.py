"""The report as one HTML page that works offline: no script, nothing from elsewhere, and a policy that forbids both.

Every figure stands in an element `data` with its `value`, the number unrounded, and `data-at`, its table, row and
column; where a row of the page says table and row for all figures in it, and a head the column, the figure has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tengbol import __version__
from tengbol.report.charts import CHARTS
from tengbol.report.paper import RULES
from tengbol.report.render import svg
from tengbol.report.wording import printable
from tengbol.report.words import Figure, Said, is_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import jinja2
    import polars as pl

    from tengbol.report.document import Document
    from tengbol.report.words import Words


def pictures(tables: dict[str, pl.DataFrame], words: Words) -> dict[str, str]:
    """Draw the charts, by name; those that have nothing to show are left out."""
    drawn = {module.NAME: module.chart(tables, words) for module in CHARTS}
    return {name: svg(chart, words) for name, chart in drawn.items() if chart is not None}


def page(document: Document, pictures: dict[str, str], words: Words) -> str:
    """Write the document as a complete HTML page in a language."""
    return (
        _templates(words)
        .get_template("report.html")
        .render(document=document, pictures=pictures, words=words, version=__version__, rules=RULES, _=words)
    )


def marked(words: Words, value: Any, row: str = "", column: str = "") -> str:
    """A cell or sentence as markup: a figure inside says where it stands, if `row` and `column` do not say it."""
    from markupsafe import Markup, escape

    if isinstance(value, Figure):
        number = "" if value.value is None else repr(value.value)
        if row and value.at == f"{row} {column}":
            return Markup('<data value="{}">{}</data>').format(number, words.text(value))
        return Markup('<data value="{}" data-at="{}">{}</data>').format(number, value.at, words.text(value))
    if isinstance(value, Said):
        filled = {name: marked(words, inner) for name, inner in value.values.items()}
        return Markup(escape(words.template(value))).format(**filled)
    return Markup("<bdi>{}</bdi>").format(words.text(value))


class Places(NamedTuple):
    """Table and row of the figures in each row of a grid, and the column of those below each head; "" where several."""

    rows: list[str]
    columns: list[str]


def places_of(rows: Sequence[Sequence[Any]]) -> Places:
    """Where the figures of a grid stand, as far as a row, or a head, can say it for all."""

    def one(found: Iterable[str]) -> str:
        every = set(found)
        return every.pop() if len(every) == 1 else ""

    return Places(
        [one(f"{value.table} {value.row}" for value in row if isinstance(value, Figure)) for row in rows],
        [one(value.column for value in column if isinstance(value, Figure)) for column in zip(*rows, strict=True)],
    )


def _templates(words: Words) -> jinja2.Environment:
    from importlib.resources import files

    import jinja2

    shipped = files("tengbol.report")
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: shipped.joinpath(name).read_text("utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["say"] = lambda value, row="", column="": marked(words, value, row, column)
    environment.filters["places"] = places_of
    environment.tests["sentence"] = is_sentence
    environment.tests["figure"] = lambda value: isinstance(value, Figure)
    return environment
