"""The codes of the tables, each with the paragraph of the Rules it comes from.

Source: the annex to Order No. 652 of 29 December 2015 as rewritten by Order No. 211 of 28 February 2026.
"""

from __future__ import annotations

from typing import Final

from tengbol import parameters

#: ¶4, the categories within which distribution is even, in the order of the Rules.
CATEGORIES: Final = parameters.CATEGORIES

#: Claims, and those of them that are non-property (¶4).
NON_PROPERTY_CLAIMS: Final = parameters.NON_PROPERTY_CLAIMS
CLAIMS: Final = tuple(dict.fromkeys(claim for own in parameters.CLAIMS.values() for claim in own))

CREDITOR_KINDS: Final = ("individual", "legal_entity", "state")
FORMS: Final = ("paper", "electronic")
SIGNATURES: Final = ("valid", "invalid", "absent")

#: How a writ came to the chamber (¶3, ¶11).
ORIGINS: Final = ("new", "returned", "forwarded", "redistributed")

#: ¶3(3): these absences make an enforcer's open proceedings return for redistribution.
DEPARTURES: Final = (
    "licence_suspended",
    "licence_terminated",
    "licence_revoked",
    "expelled",
    "long_absence",
    "transferred",
)
#: ¶18: temporary replacement; no new writs meanwhile.
TEMPORARY_ABSENCES: Final = ("leave", "study_leave", "sickness", "business_trip")
#: ¶17: an unpaid office in the chamber; no new writs, keeps what he has.
OFFICE: Final = "chamber_office"
ABSENCE_REASONS: Final = (*DEPARTURES, *TEMPORARY_ABSENCES, OFFICE)

#: ¶12, the commission's two cases; and a court's order.
COMMISSION_GROUNDS: Final = ("article_54", "creditor_complaint")
#: Unpaid offices during which an enforcer may have no new writs, on his application (¶17).
OFFICES: Final = ("chamber_head", "deputy_head", "republican_chamber")

#: Whose person a recusal may reach besides the writ (¶12).
PARTIES: Final = ("debtor", "creditor")
#: What confirms that a creditor's rights were breached (¶12(2)); the steps to a decision of ¶12 or ¶17.
CONFIRMATIONS: Final = ("inspection", "judgment")
STEPS: Final = ("application", *CONFIRMATIONS, "commission", "refused")

RECUSAL_GROUNDS: Final = (*COMMISSION_GROUNDS, "court_order")

#: Reason and ground of whoever stands in a row that cannot be read and was accepted: he is held out meanwhile.
UNREAD: Final = "unread"

#: How the enforcer of a bundle was determined; the first three bind it (¶13, ¶14, ¶11), the others name its pool (¶9).
BOUND_BASES: Final = ("alimony_debtor", "same_case", "returned")
POOL_BASES: Final = ("registered", "attached")

#: Why a writ was not assigned; where several apply, the first in this order is given.
UNASSIGNED: Final = (
    "already_distributed",  # ¶7: told as new, and open with somebody
    "mci_unknown",  # ¶4
    "state_over_1000_mci",  # ¶4
    "state_interest",  # ¶4
    "signature_not_valid",  # ¶5
    "original_missing",  # ¶5
    "received_later",  # not yet before the chamber at the batch's time
    "no_eligible_enforcer",  # ¶9, ¶10
    "waits_for_holder",  # ¶11, ¶13, ¶14
)
