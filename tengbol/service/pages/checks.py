"""What each check of a batch looks at, in words of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tengbol.report.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What a check of a batch looks at, by `verify`'s name for it.
CHECKS: Final[Mapping[str, str]] = {
    "files": mark("which files there are"),
    "format": mark("the form of the tables"),
    "manifest": mark("what the manifest says"),
    "hashes": mark("that no file was changed"),
    "inputs": mark("what it was made of"),
    "settings": mark("the settings"),
    "rejected": mark("the refused rows"),
    "accepted": mark("what was left out, and why"),
    "corrections": mark("the corrected cells"),
    "writs": mark("every writ once: given or waiting"),
    "unassigned": mark("why writs wait"),
    "pools": mark("among whom each was distributed (¶9, ¶10)"),
    "territory": mark("the district of the debtor (¶9)"),
    "previous": mark("who had it before (¶11)"),
    "recusals": mark("recusals (¶12)"),
    "bundles": mark("what stays together (¶13, ¶14)"),
    "deadlines": mark("terms (¶7, ¶8, ¶15)"),
    "balances": mark("balances and shares (¶4)"),
    "counts": mark("the counts"),
    "objective": mark("how even it is (¶4)"),
    "optimality": mark("that nothing within categories is more even"),
    "optimality_total": mark("that no totals are more even"),
    "status": mark("that nothing more is possible, or how much"),
    "limits": mark("the bounds of the numbers"),
    "uniformity": mark("the measures of evenness (¶16)"),
    "seed": mark("the seed"),
    "key": mark("the key of the masked ids"),
    "order": mark("the order of the draw"),
    "lot": mark("the lot"),
    "run": mark("made again, the same comes out"),
    "rest": mark("what remained to be judged"),
    "explanations": mark("the reason given for each writ"),
    "csv": mark("the tables as CSV"),
    "batch_id": mark("the batch's name"),
    "category": mark("the categories (¶4)"),
    "availability": mark("who was there, with a licence (¶3, ¶17, ¶18)"),
    "bindings": mark("what is bound to whom (¶11, ¶13, ¶14)"),
    "decisions": mark("the district and pool of each bundle (¶9, ¶14)"),
    "members": mark("who is in each pool (¶9)"),
    "left_out": mark("who was left out of a pool, and why"),
    "passed_over": mark("claims that fell, and why (¶10 to ¶14)"),
    "waiting": mark("what keeps a writ back (¶4 to ¶7, ¶9)"),
    "shares": mark("the parts of each pool"),
    "standing": mark("how everyone stands, before and after"),
    "certificate": mark("the certificate of the bounds"),
    "chain": mark("the chain of batches"),
    "chamber": mark("the chamber"),
    "outside": mark("what stands outside the chamber"),
}
