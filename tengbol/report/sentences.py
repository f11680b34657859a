"""Templates of the sentences of `assignments` and `unassigned`: they are taken apart by them, and put together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tengbol.model.explanations import REASONS
from tengbol.report.words import mark

if TYPE_CHECKING:
    from tengbol.report.words import Words

_ID = r"(?P<{}>.+?)"


def pattern_of(text: str) -> str:
    """A regular expression of a template: numbers where `{n}` or `{alike}` stand, anything where others do."""
    parts = re.split(r"\{(\w+)\}", text)
    seen = [re.escape(parts[0])]
    for name, after in zip(parts[1::2], parts[2::2], strict=True):
        seen.append(r"(?P<n>\d+)" if name == "n" else r"(?P<alike>\d+)" if name == "alike" else _ID.format(name))
        seen.append(re.escape(after))
    return "".join(seen)


@dataclass(frozen=True)
class Form:
    """A template with named places; `one` is the form that goes with the number 1, where that differs."""

    many: str
    one: str | None = None

    def patterns(self) -> list[re.Pattern[str]]:
        """What a sentence made of it looks like."""
        return [re.compile(pattern_of(text), re.DOTALL) for text in ((self.one,) if self.one else ()) + (self.many,)]

    def said(self, words: Words, number: str | None, **values: str) -> str:
        """Say it in a language."""
        if self.one is None or number is None:
            return words(self.many).format(n=number, **values)
        return words.several(self.one, self.many, int(number)).format(n=number, **values)


#: Why an enforcer is left out or a claim fell; and by which claim a writ goes, or would have gone, to somebody.
WHYS: Final = tuple(REASONS.values())
CLAIMS: Final = (
    mark("holds an open alimony proceeding against this debtor"),
    mark("holds an open proceeding in this case against this debtor"),
    mark("returned or forwarded it before"),
    mark("holds an open proceeding in this case, or that of a writ it stays together with, against this debtor"),
    mark("returned or forwarded it, or a writ it stays together with, before"),
)
FORMS: Final = {
    "registered": Form(
        mark("¶9: given to {who}, one of the {n} enforcers registered in {district} and available."),
    ),
    "registered_one": Form(mark("¶9: given to {who}, the only enforcer registered in {district} and available.")),
    "attached": Form(
        mark(
            "¶9: no enforcer registered in {district} could be given it, so it went to {who}, one of the {n} enforcers "
            "attached to the district and available."
        )
    ),
    "attached_one": Form(
        mark(
            "¶9: no enforcer registered in {district} could be given it, so it went to {who}, the only enforcer "
            "attached to the district and available."
        )
    ),
    "bound": Form(mark("{paragraph}: given to {who}, who {claim}.")),
    "together": Form(
        "It stays together with {n} more writs (¶13, ¶14).", "It stays together with {n} more writ (¶13, ¶14)."
    ),
    "no_lot_one": Form(mark("No lot was drawn; it counts in the share of the only enforcer of its pool (¶9).")),
    "no_lot": Form(mark("No lot was drawn; it counts in the shares of the {n} enforcers of its pool (¶9).")),
    "no_need": Form(mark("No lot was needed.")),
    "equals": Form(mark("Evenness (¶4) chose among these {n}; between equals, a lot.")),
    "writs": Form(
        mark("Evenness (¶4) settled how many of {alike} writs alike each of these {n} gets; a lot, which of them.")
    ),
    "bundles": Form(
        mark("Evenness (¶4) settled how many of {alike} bundles alike each of these {n} gets; a lot, which of them.")
    ),
    "fallen": Form(mark("{id} {claim}, but could not be given it: {reason}")),
    "late": Form(mark("Late: it was to be distributed by {day} (¶7).")),
    "passed": Form(mark("Passed over: {list}.")),
    "left": Form(mark("Left out: {list}.")),
    "away": Form(mark("Away: {list}.")),
    "reason": Form(mark("{reason}: {list}")),
    "enforcers": Form("{n} enforcers", "{n} enforcer"),
    "already_distributed": Form(
        mark(
            "¶7: not distributed again, since it is an open proceeding of {holder} already; a writ that comes back has "
            "the origin returned, forwarded or redistributed."
        )
    ),
    "mci_unknown": Form(
        mark(
            "¶4: not distributed yet, since it is a claim of the state, which must not be more than 1,000 MCI, and no "
            "MCI is known of {day}, the day of receipt."
        )
    ),
    "state_over_1000_mci": Form(
        mark(
            "¶4: not distributed to private enforcers, since it is a claim of the state of {amount} tenge, more than "
            "1,000 MCI ({limit} tenge on the day of receipt)."
        )
    ),
    "state_interest": Form(
        mark(
            "¶4: not distributed to private enforcers, since it is a non-property claim executed in the interest of "
            "the state."
        )
    ),
    "signature_not_valid": Form(
        mark(
            "¶5: not distributed yet, since this electronic writ has no valid digital signature "
            "(signature: {signature})."
        )
    ),
    "original_missing": Form(
        mark("¶5: not distributed yet, since the original of this paper writ is not attached.")
    ),
    "received_later": Form(
        mark("Not in this batch, since it was received at {received_at}, after the batch's time.")
    ),
    "no_eligible_enforcer": Form(
        mark(
            "¶9, ¶10: nobody could be given this writ: no enforcer registered in {district} or attached to it is "
            "available and not recused."
        )
    ),
    "waits_for_holder": Form(
        mark(
            "¶11, ¶13, ¶14: not distributed yet, since {holder}, who {claim}, is away until {last} only; it waits for "
            "this enforcer, within the term of ¶7."
        )
    ),
}  # fmt: skip
