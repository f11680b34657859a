"""What `verify` knows of the invented law: its categories by claim and creditor, and which of them one enforcer has."""

import polars as pl

_OF_MONEY = {"individual": "persons", "legal_entity": "companies", "state": "treasury"}
CATEGORIES = ("persons", "companies", "treasury", "maintenance", "acts")
ONE_ENFORCER = frozenset(CATEGORIES) - {"acts"}


def category(_index: object, _day: object) -> tuple[pl.Expr, pl.Expr]:
    """The category of each writ; all have one, save acts in the interest of the state."""
    claim, of_the_state = pl.col("claim"), pl.col("state_interest")
    of_money = pl.col("creditor_kind").replace_strict(_OF_MONEY, default=None, return_dtype=pl.String)
    acts = pl.when(~of_the_state).then(pl.lit("acts"))
    name = pl.when(claim == "money").then(of_money).when(claim == "alimony").then(pl.lit("maintenance")).otherwise(acts)
    return name, pl.when(~claim.is_in(["money", "alimony"]) & of_the_state).then(pl.lit("state_interest"))
