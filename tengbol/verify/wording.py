"""The sentences of a result, made a second time of what the input gives, by templates of this package's own (¶15).

`words_of` names the wording of these templates in a language: a result made with another one says so in its manifest
(`words`), and its sentences are then looked at for what they must have, and not letter by letter. What the templates
are in Kazakh and Russian stands in the catalogues, which are read here as data.
"""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from babel.messages.catalog import Catalog


TEMPLATES: Final[dict[str, dict[str, Any]]] = {
    "reasons": {
        "not_licensed": "not licensed on this day (¶3)",
        "licence_suspended": "licence suspended (¶3, ¶18)",
        "licence_terminated": "licence terminated (¶3, ¶18)",
        "licence_revoked": "licence revoked (¶3, ¶18)",
        "expelled": "expelled from the Republican Chamber (¶3, ¶18)",
        "long_absence": "absent for long (¶3)",
        "transferred": "moved to another district (¶3, ¶18)",
        "leave": "on leave (¶18)",
        "study_leave": "on study leave (¶18)",
        "sickness": "ill (¶18)",
        "business_trip": "on a business trip (¶18)",
        "chamber_office": "holds an unpaid office in the chamber (¶17)",
        "unread": "held out, for his absence or recusal cannot be read (¶3, ¶12)",
        "recused": "recused (¶12)",
        "other_district": "neither registered in nor attached to the district (¶10)",
        "unknown": "not an enforcer of this chamber (¶10)",
    },
    "claims": {
        "alimony_debtor": [
            "holds an open alimony proceeding against this debtor",
            "holds an open alimony proceeding against this debtor",
        ],
        "same_case": [
            "holds an open proceeding in this case against this debtor",
            "holds an open proceeding in this case, or that of a writ it stays together with, against this debtor",
        ],
        "returned": [
            "returned or forwarded it before",
            "returned or forwarded it, or a writ it stays together with, before",
        ],
    },
    "given": {
        "registered": "¶9: given to {who}, one of the {n} enforcers registered in {district} and available.",
        "registered_one": "¶9: given to {who}, the only enforcer registered in {district} and available.",
        "attached": "¶9: no enforcer registered in {district} could be given it, so it went to {who}, one of the {n} "
        "enforcers attached to the district and available.",
        "attached_one": "¶9: no enforcer registered in {district} could be given it, so it went to {who}, the only "
        "enforcer attached to the district and available.",
        "bound": "{paragraph}: given to {who}, who {claim}.",
    },
    "lot": {
        "no_lot_one": "No lot was drawn; it counts in the share of the only enforcer of its pool (¶9).",
        "no_lot": "No lot was drawn; it counts in the shares of the {n} enforcers of its pool (¶9).",
        "no_need": "No lot was needed.",
        "equals": "Evenness (¶4) chose among these {n}; between equals, a lot.",
        "writs": "Evenness (¶4) settled how many of {alike} writs alike each of these {n} gets; a lot, which of them.",
        "bundles": "Evenness (¶4) settled how many of {alike} bundles alike each of these {n} gets; a lot, which of "
        "them.",
    },
    "beside": {
        "fallen": "{id} {claim}, but could not be given it: {reason}",
        "late": "Late: it was to be distributed by {day} (¶7).",
        "passed": "Passed over: {list}.",
        "left": "Left out: {list}.",
        "away": "Away: {list}.",
        "reason": "{reason}: {list}",
    },
    "counted": {
        "together": [
            "It stays together with {n} more writs (¶13, ¶14).",
            "It stays together with {n} more writ (¶13, ¶14).",
        ],
        "enforcers": ["{n} enforcers", "{n} enforcer"],
    },
    "waiting": {
        "already_distributed": "¶7: not distributed again, since it is an open proceeding of {holder} already; a writ "
        "that comes back has the origin returned, forwarded or redistributed.",
        "mci_unknown": "¶4: not distributed yet, since it is a claim of the state, which must not be more than 1,000 "
        "MCI, and no MCI is known of {day}, the day of receipt.",
        "state_over_1000_mci": "¶4: not distributed to private enforcers, since it is a claim of the state of {amount} "
        "tenge, more than 1,000 MCI ({limit} tenge on the day of receipt).",
        "state_interest": "¶4: not distributed to private enforcers, since it is a non-property claim executed in the "
        "interest of the state.",
        "signature_not_valid": "¶5: not distributed yet, since this electronic writ has no valid digital signature "
        "(signature: {signature}).",
        "original_missing": "¶5: not distributed yet, since the original of this paper writ is not attached.",
        "received_later": "Not in this batch, since it was received at {received_at}, after the batch's time.",
        "no_eligible_enforcer": "¶9, ¶10: nobody could be given this writ: no enforcer registered in {district} or "
        "attached to it is available and not recused.",
        "waits_for_holder": "¶11, ¶13, ¶14: not distributed yet, since {holder}, who {claim}, is away until {last} "
        "only; it waits for this enforcer, within the term of ¶7.",
    },
    "waiting_otherwise": {
        "mci_unknown": "¶4: not distributed yet, since it is a claim of the state, which must not be more than 1,000 "
        "MCI, and no MCI is known of {index_day}, the day that counts by the settings.",
        "state_over_1000_mci": "¶4: not distributed to private enforcers, since it is a claim of the state of {amount} "
        "tenge, more than 1,000 MCI ({limit} tenge on {index_day}, the day that counts by the settings).",
        "no_eligible_enforcer": "¶9: nobody could be given this writ: who is registered in {district} is away until "
        "{last} only, and by the settings those attached to it are asked where nobody is registered.",
    },
}
#: Words for a signature that is not valid.
SIGNATURES: Final = ("invalid", "absent")
#: The first 16 hex digits of the SHA-256 of the templates, as JSON with sorted keys.
WORDS: Final = sha256(json.dumps(TEMPLATES, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def words_of(language: str) -> str:
    """Name the wording in a language; of another than English by what the catalogue makes of each template."""
    if language == "en":
        return WORDS
    in_it = catalogue(language)
    told = [[template, in_it.get(template, [template])] for template in sorted(_translatable())]
    return sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]


def _translatable() -> set[str]:
    found: set[str] = {forms[1] for forms in TEMPLATES["counted"].values()} | set(SIGNATURES)
    for part, templates in TEMPLATES.items():
        for said in templates.values() if part != "counted" else ():
            found.update([said] if isinstance(said, str) else said)
    return found


@cache
def _read(language: str) -> Catalog:
    from babel.messages.pofile import read_po

    with files("tengbol").joinpath("report", "catalogues", f"{language}.po").open("rb") as file:
        return read_po(file)


@cache
def plural(language: str) -> Callable[[int], int]:
    """Which form goes with a number."""
    from gettext import c2py  # type: ignore[attr-defined]

    return c2py(_read(language).plural_expr)


@cache
def catalogue(language: str) -> dict[str, list[str]]:
    """What each sentence is in a language; of one that goes with a number every form."""
    forms: dict[str, list[str]] = {}
    for message in _read(language) if language != "en" else ():
        one = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        told = message.string
        said = list(told) if isinstance(told, (tuple, list)) else [told]
        if one and all(said) and not message.fuzzy:
            forms[one] = [form for form in said if form]
    return forms
