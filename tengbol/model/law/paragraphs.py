"""Paragraphs by what rests on them, for whoever names them beside a number or a code; sentences are words' own."""

from __future__ import annotations

from typing import Final

#: ¶3: what makes open proceedings return.
RETURNS: Final = "¶3"
#: ¶9: among whom a writ is distributed.
POOL: Final = "¶9"
#: The claims by which a writ is bound.
BOUND: Final = "¶11, ¶13, ¶14"

#: Code of a breach → the paragraph or the contract's point that it breaks. Of one writ in the order of these codes.
BREACHES: Final = {
    "unknown_writ": "contract 4",
    "assigned_twice": "contract 4",
    "received_later": "contract 3.2",
    "mci_unknown": "¶4",
    "already_distributed": "¶7",
    "state_over_1000_mci": "¶4",
    "state_interest": "¶4",
    "signature_not_valid": "¶5",
    "original_missing": "¶5",
    "waits_for_holder": BOUND,
    "unknown_enforcer": POOL,
    "not_available": "¶3, ¶17, ¶18",
    "other_district": "¶10",
    "attached_before_registered": POOL,
    "recused": "¶12",
    "not_the_holder": BOUND,
    "parted": "¶13, ¶14",
    "late": "¶7",
    "left_waiting": "¶7",
}
