"""What `verify` knows of the invented law: its categories by claim and creditor, and which of them one enforcer has."""

from tengbol.verify.law import Writ

_OF_MONEY = {"individual": "persons", "legal_entity": "companies", "state": "treasury"}
CATEGORIES = ("persons", "companies", "treasury", "maintenance", "acts")
ONE_ENFORCER = frozenset(CATEGORIES) - {"acts"}


def category(writ: Writ, _index: object, _day: object) -> tuple[str | None, str | None]:
    """The category of a writ; each has one, save acts in the interest of the state."""
    if writ.claim == "money":
        return _OF_MONEY[writ.creditor_kind], None
    if writ.claim == "alimony":
        return "maintenance", None
    return (None, "state_interest") if writ.state_interest else ("acts", None)
