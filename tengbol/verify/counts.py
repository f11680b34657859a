"""The manifest's own name and counts (contract section 4), derived again from the input and the tables."""

from __future__ import annotations

import json
import re
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.phrase import Phrase
from tengbol.verify.evenness import roots

if TYPE_CHECKING:
    from tengbol.verify.bundles import Derived
    from tengbol.verify.findings import Findings
    from tengbol.verify.manifest import Manifest

_BATCH_ID: Final = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{12}")
#: What each table's rows are called where the name differs.
_CALLED: Final = {"assignments": "assigned"}
#: Codes of writs that are for private enforcers, and here.
TERM_GOES_ON: Final = frozenset(
    {"signature_not_valid", "original_missing", "mci_unknown", "no_eligible_enforcer", "waits_for_holder"}
)
#: The bases of free bundles; those of the others bind.
_FREE: Final = ("registered", "attached")


def check_rows(manifest: Manifest, tables: dict[str, pl.DataFrame], found: Findings) -> None:
    """Check that what the manifest counts under a table's name are that table's rows."""
    _check(manifest.counts, {_CALLED.get(table, table): len(frame) for table, frame in tables.items()}, found)
    found.holds("counts", "manifest.json", "contract 4", Phrase("The manifest's counts are those of the tables."))


def check_counts(manifest: Manifest, writs: int, derived: Derived, found: Findings) -> None:
    """Check the counts that follow from the input and the law; how many components were searched nobody can know."""
    groups = derived.groups
    of_basis = groups.group_by("basis", maintain_order=True).agg(pl.col("size").sum())
    bases: Counter[str] = Counter(dict(of_basis.iter_rows()))
    codes = dict(derived.writs.drop_nulls("code").group_by("code", maintain_order=True).len().iter_rows())
    known = {f"{kind}_{name}" for kind, names in (("assigned", bases), ("unassigned", codes)) for name in names}
    extra = {key: 0 for key in manifest.counts if re.match("(un)?assigned_", key) and key not in known}
    numbers: list[int] = groups["pool"].unique().to_list()
    pools = [derived.pools[number] for number in numbers]
    free: list[int] = groups.filter(pl.col("bound_to").is_null())["pool"].unique().to_list()
    holders: list[str] = groups["bound_to"].drop_nulls().unique().to_list()
    standing = set(holders).union(*pools)
    _check(
        manifest.counts,
        {
            "writs_read": writs,
            "bound": sum(bases.values()) - sum(bases[name] for name in _FREE),
            **{f"assigned_{name}": count for name, count in bases.items()},
            **{f"unassigned_{name}": count for name, count in codes.items()},
            **extra,
            "bundles": groups.height,
            "enforcers_in_batch": len(standing),
            "components": len(set(roots(derived.pools[number] for number in free).values())),
        },
        found,
    )


def check_late(manifest: Manifest, derived: Derived, found: Findings) -> None:
    """Check how many writs, distributed or waiting, are past the term of ¶7."""
    today = manifest.as_of.date()
    late = derived.writs.filter((pl.col("received_at").dt.date() < today) & (pl.col("by") < today))["code"]
    waiting = int(late.is_in(list(TERM_GOES_ON)).sum())
    due = {"late": late.null_count(), "late_waiting": waiting}
    _check(manifest.counts, due, found)


def check_batch_id(manifest: Manifest, found: Findings) -> None:
    """Check that a batch is named by its time, and a hash of its time, its seed and the hashes of its input."""
    batch_id = manifest.batch_id
    if not _BATCH_ID.fullmatch(batch_id):
        sentence = Phrase("{batch_id} is no name that follows from the input; it was not checked", batch_id=batch_id)
        found.unproven("batch_id", "manifest.json", "batch_id", "contract 4", sentence)
        return
    # A key deals the same writs otherwise, so the batch is another one.
    masked = [] if manifest.lot is None else [manifest.lot]
    identity = json.dumps([manifest.inputs, manifest.as_of.isoformat(), manifest.seed, *masked], sort_keys=True)
    due = f"{manifest.as_of:%Y%m%dT%H%M%S}-{sha256(identity.encode()).hexdigest()[:12]}"
    if batch_id != due:
        sentence = Phrase("is {batch_id}; input, time and seed give {due}", batch_id=batch_id, due=due)
        found.broken("batch_id", "manifest.json", "batch_id", "contract 4", sentence)
    found.holds(
        "batch_id", "manifest.json", "contract 4", Phrase("The batch is named by its input, its time and its seed.")
    )


def _check(counts: dict[str, Any], due: dict[str, int], found: Findings) -> None:
    for name, number in due.items():
        if counts.get(name, number) != number:
            sentence = Phrase(
                "counts {told} {name}; there are {number}",
                told=counts[name],
                name=name.replace("_", " "),
                number=number,
            )
            found.broken("counts", "manifest.json", name, "contract 4", sentence)
