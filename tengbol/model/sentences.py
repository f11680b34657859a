"""What is said of a writ that was, or was not, given to somebody (¶15): templates, in English.

A template stands here once; catalogues translate it, `explanations` fills it from what was decided. In braces stand
places.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Final, Protocol


class Saying(Protocol):
    """A language: a template in it, and the form of a template that goes with a number."""

    def __call__(self, sentence: str, /) -> str:
        """Translate a template, its braces still empty."""
        ...

    def several(self, one: str, many: str, number: int, /) -> str:
        """Translate the form that goes with a number."""
        ...


class English:
    """The language of the source."""

    def __call__(self, sentence: str, /) -> str:
        """Give it as it is."""
        return sentence

    def several(self, one: str, many: str, number: int, /) -> str:
        """Give the one of the two that goes with a number."""
        return one if number == 1 else many


#: Why an enforcer is left out, or his claim on a writ fell away, and by which paragraph.
REASONS: Final = {
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
}

#: By which claim a writ goes, or would have gone, to somebody: of a writ by itself; and of a bundle, where it is not
#: said which of its writs is meant.
CLAIMS: Final = {
    "alimony_debtor": (
        "holds an open alimony proceeding against this debtor",
        "holds an open alimony proceeding against this debtor",
    ),
    "same_case": (
        "holds an open proceeding in this case against this debtor",
        "holds an open proceeding in this case, or that of a writ it stays together with, against this debtor",
    ),
    "returned": (
        "returned or forwarded it before",
        "returned or forwarded it, or a writ it stays together with, before",
    ),
}
PARAGRAPHS: Final = {"alimony_debtor": "¶13", "same_case": "¶14", "returned": "¶11"}

#: The rule by which a writ was given, by its basis and whether one or several stood in the pool.
GIVEN: Final = {
    "registered": "¶9: given to {who}, one of the {n} enforcers registered in {district} and available.",
    "registered_one": "¶9: given to {who}, the only enforcer registered in {district} and available.",
    "attached": "¶9: no enforcer registered in {district} could be given it, so it went to {who}, one of the {n} "
    "enforcers attached to the district and available.",
    "attached_one": "¶9: no enforcer registered in {district} could be given it, so it went to {who}, the only "
    "enforcer attached to the district and available.",
    "bound": "{paragraph}: given to {who}, who {claim}.",
}
#: How the lot came in.
LOT: Final = {
    "no_lot_one": "No lot was drawn; it counts in the share of the only enforcer of its pool (¶9).",
    "no_lot": "No lot was drawn; it counts in the shares of the {n} enforcers of its pool (¶9).",
    "no_need": "No lot was needed.",
    "equals": "Evenness (¶4) chose among these {n}; between equals, a lot.",
    "writs": "Evenness (¶4) settled how many of {alike} writs alike each of these {n} gets; a lot, which of them.",
    "bundles": "Evenness (¶4) settled how many of {alike} bundles alike each of these {n} gets; a lot, which of them.",
}
#: What else is said of a writ.
BESIDE: Final = {
    "fallen": "{id} {claim}, but could not be given it: {reason}",
    "late": "Late: it was to be distributed by {day} (¶7).",
    "passed": "Passed over: {list}.",
    "left": "Left out: {list}.",
    "away": "Away: {list}.",
    "reason": "{reason}: {list}",
}
#: With a number: the form of many, and that of one.
COUNTED: Final = {
    "together": (
        "It stays together with {n} more writs (¶13, ¶14).",
        "It stays together with {n} more writ (¶13, ¶14).",
    ),
    "enforcers": ("{n} enforcers", "{n} enforcer"),
}
#: Why a writ was not distributed, by its code.
WAITING: Final = {
    "already_distributed": "¶7: not distributed again, since it is an open proceeding of {holder} already; a writ that "
    "comes back has the origin returned, forwarded or redistributed.",
    "mci_unknown": "¶4: not distributed yet, since it is a claim of the state, which must not be more than 1,000 MCI, "
    "and no MCI is known of {day}, the day of receipt.",
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
    "waits_for_holder": "¶11, ¶13, ¶14: not distributed yet, since {holder}, who {claim}, is away until {last} only; "
    "it waits for this enforcer, within the term of ¶7.",
}
#: What a writ's `signature` is called in these.
SIGNATURES: Final = {"invalid": "invalid", "absent": "absent"}
#: The same by another reading of the order than the usual one (`docs/law/readings.md`).
WAITING_OTHERWISE: Final = {
    "mci_unknown": "¶4: not distributed yet, since it is a claim of the state, which must not be more than 1,000 MCI, "
    "and no MCI is known of {index_day}, the day that counts by the settings.",
    "state_over_1000_mci": "¶4: not distributed to private enforcers, since it is a claim of the state of {amount} "
    "tenge, more than 1,000 MCI ({limit} tenge on {index_day}, the day that counts by the settings).",
    "no_eligible_enforcer": "¶9: nobody could be given this writ: who is registered in {district} is away until {last} "
    "only, and by the settings those attached to it are asked where nobody is registered.",
}
#: Names this wording: the first 16 hex digits of the SHA-256 of all templates, as JSON with sorted keys.
WORDS: Final = sha256(
    json.dumps(
        {
            "reasons": REASONS,
            "claims": CLAIMS,
            "given": GIVEN,
            "lot": LOT,
            "beside": BESIDE,
            "counted": COUNTED,
            "waiting": WAITING,
            "waiting_otherwise": WAITING_OTHERWISE,
        },
        sort_keys=True,
        ensure_ascii=False,
    ).encode()
).hexdigest()[:16]
