"""Every writ of the result against what the law gives it: its table, category, bundle, enforcer and days.

¶4 to ¶15, contract points 3.1 to 3.6 and 3.10. Here the result is compared; what is due is derived in `law`
and `bundles`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tengbol.verify.bundles import PARAGRAPH_OF_BASIS, Bundle, Derived, term
from tengbol.verify.law import PARAGRAPH_OF_CODE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import polars as pl

    from tengbol.io.read import Reading
    from tengbol.verify.calendar import WorkingDays
    from tengbol.verify.findings import Findings
    from tengbol.verify.law import Writ
    from tengbol.verify.manifest import Manifest
    from tengbol.verify.wording import Wording

ASSIGNMENTS: Final = "assignments.parquet"
UNASSIGNED: Final = "unassigned.parquet"

#: The checks after which nothing about evenness can be judged when they broke.
LAWFUL: Final = (
    "writs",
    "category",
    "unassigned",
    "availability",
    "territory",
    "recusals",
    "bundles",
    "pools",
    "bindings",
)

#: What each of the checks of `check_assignments` says when nothing broke it: paragraph, sentence.
_HOLD: Final = {
    "category": ("¶4", "Every assigned writ has the category of its claim and creditor."),
    "availability": ("¶3, ¶17, ¶18", "Every writ went to an enforcer licensed and present on the batch day."),
    "territory": (
        "¶10",
        "Every writ went to an enforcer registered in or attached to the debtor's district.",
    ),
    "recusals": ("¶12", "No writ went to an enforcer recused for it."),
    "bundles": ("¶13, ¶14", "Writs that belong together are one bundle, with one enforcer; no others are."),
    "pools": ("¶9", "Every free bundle went into its pool, and every pool has its size."),
    "bindings": (
        "¶11, ¶13, ¶14",
        "Every bound bundle went to the enforcer it is bound to, and no other is bound.",
    ),
    "deadlines": ("¶7, ¶8, ¶15", "Every deadline is the right working day."),
    "explanations": (
        "contract 4",
        "Every explanation has the paragraph, the enforcer and the size of the pool; the rest is prose.",
    ),
}


def check_presence(
    reading: Reading, writs: list[Writ], assigned: list[str], unassigned: list[str], found: Findings
) -> None:
    """Check that every writ row is in exactly one of assignments, unassigned, rejected (contract 4)."""
    known = {writ.writ_id for writ in writs}
    where: dict[str, str] = {}
    for file, ids in ((ASSIGNMENTS, assigned), (UNASSIGNED, unassigned)):
        for writ_id in ids:
            if writ_id not in known:
                found.broken("writs", file, writ_id, "contract 4", "is no writ of the input")
            elif writ_id in where:
                other = "twice in it" if where[writ_id] == file else f"in {where[writ_id]} too"
                found.broken("writs", file, writ_id, "contract 4", f"is {other}")
            where[writ_id] = file
    for writ in writs:
        if writ.writ_id not in where:
            found.broken("writs", ASSIGNMENTS, writ.writ_id, "contract 4", "is neither assigned nor unassigned")
    rows = sum(source.rows for source in reading.sources if source.table == "writs")
    rejected = {row for table, row in reading.rejected.select("table", "row").iter_rows() if table == "writs"}
    if len(writs) + len(rejected) != rows:
        found.broken(
            "writs",
            "rejected.parquet",
            "",
            "contract 4",
            f"the input has {rows} rows of writs: {len(writs)} were read, {len(rejected)} rejected",
        )
    found.holds(
        "writs",
        "",
        "contract 4",
        f"Each of the {rows} writs of the input is in one table: {len(assigned)} assigned, "
        f"{len(unassigned)} unassigned, {len(rejected)} rejected.",
    )


def check_unassigned(
    unassigned: pl.DataFrame, derived: Derived, found: Findings, said: dict[str, str] | None = None
) -> None:
    """Check that the unassigned are those that had to be, each with the first code that applies.

    said: what must be said of each, where the wording is known.
    """
    for writ_id, code, explanation in unassigned.select("writ_id", "code", "explanation").iter_rows():
        due = derived.code.get(writ_id)
        if due is None and writ_id in derived.bundle_of:
            paragraph = PARAGRAPH_OF_CODE.get(code, "contract 4")
            found.broken("unassigned", UNASSIGNED, writ_id, paragraph, f"is {code}; it had to be assigned")
        elif due is not None and due != code:
            found.broken("unassigned", UNASSIGNED, writ_id, PARAGRAPH_OF_CODE[due], f"is {code}; it is {due}")
        if not (explanation or "").strip():
            found.broken("explanations", UNASSIGNED, writ_id, "contract 4", "has no explanation")
        elif said is not None and due == code and explanation != said[writ_id]:
            found.broken("explanations", UNASSIGNED, writ_id, "contract 4", f"does not say: {said[writ_id]}")
    found.holds(
        "unassigned",
        UNASSIGNED,
        "¶4–¶6, ¶9",
        f"All {unassigned.height} unassigned had to be, for the reason given.",
    )


def check_assignments(
    assignments: pl.DataFrame,
    derived: Derived,
    days: WorkingDays,
    manifest: Manifest,
    found: Findings,
    wording: Wording | None = None,
) -> None:
    """Every assigned writ: category, bundle, pool, enforcer, basis, deadlines, explanation.

    wording: the sentences that the result must have, where its wording is known.
    """
    as_of = manifest.as_of
    enforcer_of_bundle: dict[int, str] = {}
    written_of_writ = {writ.writ_id: writ for bundle in derived.bundles for writ in bundle.writs}
    after = days.after(as_of.date(), 3)
    for (
        writ_id,
        enforcer_id,
        category,
        basis,
        bundle_id,
        pool_size,
        distribute_by,
        collect,
        notify,
        explanation,
    ) in assignments.iter_rows():

        def broken(check: str, paragraph: str, sentence: str, writ_id: str = writ_id) -> None:
            found.broken(check, ASSIGNMENTS, writ_id, paragraph, sentence)

        if not (explanation or "").strip():
            broken("explanations", "contract 4", "has no explanation")
        if writ_id in derived.code:
            code = derived.code[writ_id]
            broken("unassigned", PARAGRAPH_OF_CODE[code], f"was assigned; it had to stay unassigned, {code}")
        bundle = derived.bundle_of.get(writ_id)
        if bundle is None:
            continue
        if category != derived.category[writ_id]:
            broken("category", "¶4", f"is {category}; it is {derived.category[writ_id]}")
        _check_bundle(bundle, bundle_id, enforcer_id, enforcer_of_bundle, broken)
        _check_enforcer(bundle, enforcer_id, derived, broken)
        _check_basis(bundle, enforcer_id, basis, pool_size, broken)
        writ = written_of_writ[writ_id]
        if wording is None:
            _check_explanation(bundle, enforcer_id, explanation or "", broken)
        elif enforcer_id in bundle.pool or enforcer_id == bundle.bound_to:
            due = wording.assigned(bundle, enforcer_id, term(writ, days), as_of.date())
            if explanation != due:
                broken("explanations", "contract 4", f"does not say: {due}")
        _check_day("distribute_by", distribute_by, term(writ, days), "¶7", broken)
        on_paper, both = writ.form == "paper", manifest.format == 1
        _check_day("collect_by", collect, after if on_paper or both else None, "¶8", broken)
        _check_day("notify_creditor_by", notify, None if on_paper and not both else after, "¶15", broken)
    for check, (paragraph, sentence) in _HOLD.items():
        if check != "explanations" or wording is None:
            found.holds(check, ASSIGNMENTS, paragraph, sentence)
    if wording is not None:
        sentence = "Every explanation says, letter for letter, what decided."
        found.holds("explanations", ASSIGNMENTS, "contract 4", sentence)


def _check_bundle(
    bundle: Bundle,
    bundle_id: str,
    enforcer_id: str,
    enforcer_of_bundle: dict[int, str],
    broken: Callable[[str, str, str], None],
) -> None:
    if bundle_id != bundle.bundle_id:
        broken("bundles", "¶13, ¶14", f"is in bundle {bundle_id}; its bundle is {bundle.bundle_id}")
    first = enforcer_of_bundle.setdefault(id(bundle), enforcer_id)
    if first != enforcer_id:
        broken(
            "bundles",
            "¶13, ¶14",
            f"went to {enforcer_id}, another writ of bundle {bundle.bundle_id} to {first}",
        )


def _check_enforcer(
    bundle: Bundle, enforcer_id: str, derived: Derived, broken: Callable[[str, str, str], None]
) -> None:
    if bundle.away and enforcer_id == bundle.bound_to:
        return  # By the batch's setting he has it though he is away; where he serves was looked at.
    standing = derived.roster
    district_id = bundle.writs[0].district_id
    if enforcer_id not in standing.home:
        broken("territory", "¶10", f"went to {enforcer_id}, whom the input does not know")
        return
    if enforcer_id not in standing.available:
        why = "is absent" if enforcer_id in standing.licensed else "holds no licence"
        broken("availability", "¶3, ¶17, ¶18", f"went to {enforcer_id}, who {why} on the batch day")
    elif not standing.serves(enforcer_id, district_id):
        broken(
            "territory",
            "¶10",
            f"went to {enforcer_id}, neither registered in nor attached to district {district_id}",
        )
    if enforcer_id in bundle.recused:
        broken("recusals", "¶12", f"went to {enforcer_id}, recused for bundle {bundle.bundle_id}")


def _check_basis(
    bundle: Bundle,
    enforcer_id: str,
    basis: str,
    pool_size: int,
    broken: Callable[[str, str, str], None],
) -> None:
    paragraph = PARAGRAPH_OF_BASIS[bundle.basis]
    check = "bindings" if bundle.bound_to is not None else "pools"
    if basis != bundle.basis:
        broken(check, paragraph, f"has basis {basis}; it is {bundle.basis}")
    if bundle.bound_to is not None:
        if enforcer_id != bundle.bound_to:
            broken("bindings", paragraph, f"went to {enforcer_id}; it is bound to {bundle.bound_to}")
    elif enforcer_id not in bundle.pool:
        broken("pools", paragraph, f"went to {enforcer_id}, who is not in its pool")
    if pool_size != len(bundle.pool):
        broken("pools", "¶9", f"says a pool of {pool_size}; it has {len(bundle.pool)}")


def _check_explanation(
    bundle: Bundle, enforcer_id: str, explanation: str, broken: Callable[[str, str, str], None]
) -> None:
    """Compare what a creditor is told with what decided, where it can be told by a machine."""
    if not explanation.strip():
        return
    size = len(bundle.pool)
    for due in (
        f"{PARAGRAPH_OF_BASIS[bundle.basis]}: ",
        f"({enforcer_id})",
        "the only enforcer" if size == 1 else f"the {size} enforcers ",
    ):
        if due not in explanation:
            broken("explanations", "contract 4", f"the explanation lacks '{due.strip()}'")


def _check_day(
    column: str, given: date | None, due: date | None, paragraph: str, broken: Callable[[str, str, str], None]
) -> None:
    if given != due:
        broken("deadlines", paragraph, f"{column} is {given or 'empty'}; it is {due or 'empty'}")
