"""The sentences in a result's tables, in the language of its settings (¶15); what they rest on does not change."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.model import explanations, sentences
from tengbol.report.catalogue import catalogue
from tengbol.report.rejected import reworded
from tengbol.report.words import Words

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.model.chamber import Chamber
    from tengbol.model.decisions import Decisions

#: Every template of an explanation; of those that go with a number the one by which catalogues have them.
_TEMPLATES: Final = sorted(
    {
        *sentences.REASONS.values(),
        *(said for both in sentences.CLAIMS.values() for said in both),
        *(
            said
            for part in (
                *(sentences.GIVEN, sentences.LOT, sentences.BESIDE),
                *(sentences.WAITING, sentences.WAITING_OTHERWISE),
            )
            for said in part.values()
        ),
        *(one for _, one in sentences.COUNTED.values()),
        *sentences.SIGNATURES.values(),
    }
)


def wording(language: str) -> str:
    """Name the wording of explanations in a language: 16 hex digits; the manifest has it as `words`."""
    if language == "en":
        return sentences.WORDS
    forms = catalogue(language).forms
    told = [[template, list(forms.get(template, (template,)))] for template in _TEMPLATES]
    return sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]


def worded(
    tables: dict[str, pl.DataFrame], decisions: Decisions, chamber: Chamber, as_of: dt.datetime, language: str
) -> dict[str, pl.DataFrame]:
    """`assignments`, `unassigned` and `rejected` of `tables`, their sentences in a language."""
    if language == "en":
        return tables
    words, given = Words(language), tables["assignments"]
    of_bundle = given.select("bundle_id", "pool_size", "basis", "enforcer_id").unique("bundle_id")
    texts = explanations.assigned(
        decisions.decisions.join(of_bundle, on="bundle_id", how="left", maintain_order="left"),
        decisions.left_out,
        decisions.passed_over,
        chamber.enforcers.select("enforcer_id", "name"),
        chamber.districts,
        words,
    )
    text = given.select("bundle_id").join(texts, on="bundle_id", how="left", maintain_order="left")["explanation"]
    assignments = given.with_columns(
        explanation=explanations.with_late(text, given["distribute_by"], as_of.date(), words)
    )
    told = tables["rejected"].select("table", "message").unique().sort("table", "message")
    said = told.with_columns(
        _said=pl.Series([reworded(message, words, table) for table, message in told.iter_rows()], dtype=pl.String)
    )
    return {
        **tables,
        "assignments": assignments,
        "unassigned": explanations.unassigned(decisions.waiting, decisions.left_out, chamber.districts, words).select(
            tables["unassigned"].columns
        ),
        "rejected": tables["rejected"]
        .join(said, on=["table", "message"], how="left", maintain_order="left", nulls_equal=True)
        .with_columns(message="_said")
        .drop("_said"),
    }
