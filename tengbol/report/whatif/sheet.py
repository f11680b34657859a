"""One page to decide by: keep, or a variant; whom to attach, what is due when, and who is alone next."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.report.summary import templates
from tengbol.report.whatif import besides
from tengbol.report.whatif.findings import of_base
from tengbol.report.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

#: So many variants stand beside the base on one page, and so many names in one cell.
VARIANTS: Final = 4
_NAMES: Final = 3


def sheet(tables: Mapping[str, pl.DataFrame], manifest: Mapping[str, Any], words: Words | None = None) -> str:
    """Write the sheet as a complete HTML document that is printed on one page.

    tables, manifest: as of `page`. Of more variants than fit beside each other, the first are shown.
    """
    words = words or Words("en")
    if "beside" not in tables:
        shown: dict[str, pl.DataFrame] = {}
    else:
        kept = tables["beside"]["variant"].head(VARIANTS + 1)
        shown = {
            name: frame.filter(pl.col("variant").is_in(kept.implode())) if "variant" in frame.columns else frame
            for name, frame in tables.items()
        }
    return (
        templates()
        .get_template("whatif/sheet.html")
        .render(
            _=words,
            words=words,
            as_of_text=words.moment(datetime.fromisoformat(manifest["as_of"])),
            file=manifest["scenario"]["file"],
            seed=manifest["seed"],
            heads=besides.heads(shown, words) if shown else [],
            lines=[*besides.lines(shown, words), *_names(shown, words)] if shown else [],
            days=besides.days_to_come(shown, words) if shown else [],
            span=manifest["scenario"]["asked"]["days"],
            more=len(tables["beside"]) - 1 - VARIANTS if shown else 0,
            notes=list(of_base(tables, words)),
        )
    )


def _names(tables: Mapping[str, pl.DataFrame], words: Words) -> list[tuple[str, list[str]]]:
    """Whom to attach where, and whose departure would leave a district with nobody next."""
    variants = tables["beside"]["variant"].to_list()
    rows = {
        words("To attach, so that whoever leaves next leaves somebody"): tables["attach"],
        words("Who is alone next: without him a district has nobody"): tables["alone"],
    }
    return [(said, [_listed(table.filter(variant=name), words) for name in variants]) for said, table in rows.items()]


def _listed(table: pl.DataFrame, words: Words) -> str:
    named = [f"{row['name']} ({row['district']})" for row in table.head(_NAMES).iter_rows(named=True)]
    if table.height > _NAMES:
        named.append(words("and {more} more", more=words.count(table.height - _NAMES)))
    return ", ".join(named) or "–"
