"""Under which ids things stand in the lot: their own, or where the chamber has a key those that are published.

With a key, a bundle goes by the first 32 hex digits of the HMAC-SHA256 of `writ:BUNDLE_ID`, an enforcer whose id could
be a personal number by those of `enforcer:ENFORCER_ID`, and every other enforcer by his own id.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tengbol.errors import UnusableInputError
from tengbol.phrase import Phrase
from tengbol.verify.told import is_object

if TYPE_CHECKING:
    from pathlib import Path

    from tengbol.verify.findings import Findings


@dataclass(frozen=True)
class Names:
    """Names in the lot; without a key everything has its own."""

    key: str | None = None

    def bundle(self, bundle_id: str) -> str:
        """Name a bundle."""
        return bundle_id if self.key is None else self._masked(f"writ:{bundle_id}")

    def enforcer(self, enforcer_id: str) -> str:
        """Name an enforcer."""
        if self.key is None or not could_be_personal(enforcer_id):
            return enforcer_id
        return self._masked(f"enforcer:{enforcer_id}")

    def _masked(self, text: str) -> str:
        return hmac.digest(bytes.fromhex(self.key or ""), text.encode(), "sha256").hex()[:32]


def could_be_personal(number: str) -> bool:
    """Whether an id is twelve digits that end in the check digit of an IIN or BIN."""
    if len(number) != 12 or not (number.isascii() and number.isdigit()):
        return False
    digits = [int(digit) for digit in number]
    rest = sum(place * digit for place, digit in enumerate(digits[:11], 1)) % 11
    if rest == 10:
        rest = sum(((place + 2) % 11 + 1) * digit for place, digit in enumerate(digits[:11])) % 11
    return rest == digits[11]


def commitment(key: str) -> str:
    """What is published of a key."""
    return sha256(f"tengbol key\n{key}".encode()).hexdigest()


def names_of(lot: Any, key: str | None, result: Path, found: Findings) -> Names | None:
    """Names that the manifest says its lot goes by; None where the key for them is missing or another.

    lot: what the manifest has under that name. Raises `UnusableInputError` where a key is given and none was used.
    """
    if lot is None or (is_object(lot) and set(lot) == {"version"}):
        if key is not None:
            raise UnusableInputError(
                "{result}: its lot goes by the writs' own ids; check it without a key.", result=result
            )
        return Names()
    if not is_object(lot) or lot.get("ids") != "masked" or not isinstance(lot.get("key_commitment"), str):
        found.broken("lot", "manifest.json", "lot", "contract 3.9", Phrase("does not say by which ids the lot goes"))
        return None
    if key is None:
        sentence = Phrase("not replayed: it goes by ids that the chamber's key masks; give it with --key")
        found.unproven("lot", "manifest.json", "lot", "contract 3.9", sentence)
        return None
    if commitment(key) != lot["key_commitment"]:
        found.broken("lot", "manifest.json", "lot", "contract 3.9", Phrase("the key given is not the one of the lot"))
        return None
    return Names(key)
