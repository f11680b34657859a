"""The tables as they were before the law got a category: how they are read for a batch of an earlier day.

What a batch takes must not change when a category is added for later ones: its codes are none yet, and of its claims
those are known that were others then (`parameters.before`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import polars as pl

from tengbol import parameters
from tengbol.model.kinds import choice_of
from tengbol.model.tables import TABLES, Column

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tengbol.model.tables import Table


def tables_on(day: dt.date | None) -> Mapping[str, Table]:
    """Return the tables as they are read for a batch of `day`; None: by all that the law has."""
    if day is None or parameters.categories(day) == parameters.CATEGORIES:
        return TABLES
    return _known(parameters.categories(day), parameters.claims(day), tuple(parameters.before(day).items()))


@cache
def _known(
    categories: tuple[str, ...], claims: tuple[str, ...], before: tuple[tuple[str, str], ...]
) -> Mapping[str, Table]:
    was, amount = dict(before), TABLES["writs"].declared["amount"]
    assert amount.need is not None
    # Of what was a claim of money then, the rule of money holds.
    of_money = pl.col("claim").is_in(["money", *(claim for claim, other in before if other == "money")])
    need = replace(amount.need, holds=of_money & (pl.col("creditor_kind") == "state"))
    claim = {"claim": Column(choice_of(claims, was)), "amount": replace(amount, need=need)}
    category = {"category": Column(choice_of(categories))}
    changed = {"writs": claim, "ledger": category, "balances": category}
    return MappingProxyType(
        {name: replace(table, declared={**table.declared, **changed.get(name, {})}) for name, table in TABLES.items()}
    )
