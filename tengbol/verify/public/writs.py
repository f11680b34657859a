"""Writs in the lines of a public report: those of a batch with their enforcers, and those that wait, with a code."""

from __future__ import annotations

import re
from typing import Any, Final

from tengbol.phrase import Phrase
from tengbol.verify.law import CATEGORIES
from tengbol.verify.public import tables, values

#: What writs and bundles go by.
ID: Final = re.compile("[0-9a-f]{32}")
#: What binds a writ to its enforcer, by its paragraph.
BINDING: Final = {"alimony_debtor": "¶13", "same_case": "¶14", "returned": "¶11"}
_BASES: Final = (*BINDING, "registered", "attached")
_CODES: Final = (
    "already_distributed",
    "mci_unknown",
    "state_over_1000_mci",
    "state_interest",
    "signature_not_valid",
    "original_missing",
    "received_later",
    "no_eligible_enforcer",
    "waits_for_holder",
)


def assignments(value: Any) -> list[tuple[str, str | None, str, str, str, str, str]]:
    """Columns of the writs of a batch as rows, each cell held to its description."""
    names = ("writ", "bundle", "category", "district", "basis", "pool", "enforcer")
    rows = tables.table(value, *names)
    if not _plain(value):
        told = Phrase("a writ"), Phrase("a bundle"), Phrase("a pool")
        for writ, bundle, category, district, basis, pool, enforcer in rows:
            values.matches(writ, ID, told[0])
            if bundle is not None:
                values.matches(bundle, ID, told[1])
            values.choice(category, CATEGORIES)
            values.choice(basis, _BASES)
            values.matches(pool, tables.POOL, told[2])
            values.string(district)
            values.string(enforcer)
    values.in_order([(bundle or writ, writ) for writ, bundle, *_ in rows], Phrase("writs"))
    return rows


def _plain(told: dict[str, list[Any]]) -> bool:
    """Whether nothing is wrong with any cell, asked of whole columns; which one is, only rows tell."""
    try:
        return (
            all(map(ID.fullmatch, told["writ"]))
            and all(map(ID.fullmatch, (bundle for bundle in told["bundle"] if bundle is not None)))
            and all(map(tables.POOL.fullmatch, {*told["pool"]}))
            and {*told["category"]} <= {*CATEGORIES}
            and {*told["basis"]} <= {*_BASES}
            and all(map(values.string, {*told["district"], *told["enforcer"]}))
        )
    except (TypeError, ValueError):
        return False


def unassigned(value: Any) -> list[tuple[str, str]]:
    """The same of writs that were not assigned."""
    rows = tables.table(value, "writ", "code")
    for writ, code in rows:
        values.matches(writ, ID, Phrase("a writ"))
        values.choice(code, _CODES)
    values.in_order([writ for writ, _ in rows], Phrase("writs not assigned"))
    return rows
