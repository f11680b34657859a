"""Every writ of the result against what the law gives it: its table, category, bundle, enforcer and days.

¶4 to ¶15, contract points 3.1 to 3.6 and 3.10. Here the result is compared; what is due is derived in `law`
and `bundles`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tengbol.phrase import Phrase
from tengbol.verify.bundles import PARAGRAPH_OF_BASIS, Bundle, Derived, term
from tengbol.verify.law import PARAGRAPH_OF_CODE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import polars as pl

    from tengbol.verify.calendar import WorkingDays
    from tengbol.verify.findings import Findings
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
    "category": ("¶4", Phrase("Every assigned writ has the category of its claim and creditor.")),
    "availability": ("¶3, ¶17, ¶18", Phrase("Every writ went to an enforcer licensed and present on the batch day.")),
    "territory": (
        "¶10",
        Phrase("Every writ went to an enforcer registered in or attached to the debtor's district."),
    ),
    "recusals": ("¶12", Phrase("No writ went to an enforcer recused for it.")),
    "bundles": ("¶13, ¶14", Phrase("Writs that belong together are one bundle, with one enforcer; no others are.")),
    "pools": ("¶9", Phrase("Every free bundle went into its pool, and every pool has its size.")),
    "bindings": (
        "¶11, ¶13, ¶14",
        Phrase("Every bound bundle went to the enforcer it is bound to, and no other is bound."),
    ),
    "deadlines": ("¶7, ¶8, ¶15", Phrase("Every deadline is the right working day.")),
    "explanations": (
        "contract 4",
        Phrase("Every explanation has the paragraph, the enforcer and the size of the pool; the rest is prose."),
    ),
}


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

        def broken(check: str, paragraph: str, sentence: Phrase, writ_id: str = writ_id) -> None:
            found.broken(check, ASSIGNMENTS, writ_id, paragraph, sentence)

        if not (explanation or "").strip():
            broken("explanations", "contract 4", Phrase("has no explanation"))
        if writ_id in derived.code:
            code = derived.code[writ_id]
            broken(
                "unassigned",
                PARAGRAPH_OF_CODE[code],
                Phrase("was assigned; it had to stay unassigned, {code}", code=code),
            )
        bundle = derived.bundle_of.get(writ_id)
        if bundle is None:
            continue
        if category != derived.category[writ_id]:
            broken(
                "category", "¶4", Phrase("is {category}; it is {due}", category=category, due=derived.category[writ_id])
            )
        _check_bundle(bundle, bundle_id, enforcer_id, enforcer_of_bundle, broken)
        _check_enforcer(bundle, enforcer_id, derived, broken)
        _check_basis(bundle, enforcer_id, basis, pool_size, broken)
        writ = written_of_writ[writ_id]
        if wording is None:
            _check_explanation(bundle, enforcer_id, explanation or "", broken)
        elif enforcer_id in bundle.pool or enforcer_id == bundle.bound_to:
            due = wording.assigned(bundle, enforcer_id, term(writ, days), as_of.date())
            if explanation != due:
                broken("explanations", "contract 4", Phrase("does not say: {due}", due=due))
        _check_day("distribute_by", distribute_by, term(writ, days), "¶7", broken)
        on_paper, both = writ.form == "paper", manifest.format == 1
        _check_day("collect_by", collect, after if on_paper or both else None, "¶8", broken)
        _check_day("notify_creditor_by", notify, None if on_paper and not both else after, "¶15", broken)
    for check, (paragraph, sentence) in _HOLD.items():
        if check != "explanations" or wording is None:
            found.holds(check, ASSIGNMENTS, paragraph, sentence)
    if wording is not None:
        sentence = Phrase("Every explanation says, letter for letter, what decided.")
        found.holds("explanations", ASSIGNMENTS, "contract 4", sentence)


def _check_bundle(
    bundle: Bundle,
    bundle_id: str,
    enforcer_id: str,
    enforcer_of_bundle: dict[int, str],
    broken: Callable[[str, str, Phrase], None],
) -> None:
    if bundle_id != bundle.bundle_id:
        broken(
            "bundles",
            "¶13, ¶14",
            Phrase("is in bundle {bundle_id}; its bundle is {bundle}", bundle_id=bundle_id, bundle=bundle.bundle_id),
        )
    first = enforcer_of_bundle.setdefault(id(bundle), enforcer_id)
    if first != enforcer_id:
        broken(
            "bundles",
            "¶13, ¶14",
            Phrase(
                "went to {enforcer}, another writ of bundle {bundle} to {first}",
                enforcer=enforcer_id,
                bundle=bundle.bundle_id,
                first=first,
            ),
        )


def _check_enforcer(
    bundle: Bundle, enforcer_id: str, derived: Derived, broken: Callable[[str, str, Phrase], None]
) -> None:
    if bundle.away and enforcer_id == bundle.bound_to:
        return  # By the batch's setting he has it though he is away; where he serves was looked at.
    standing = derived.roster
    district_id = bundle.writs[0].district_id
    if enforcer_id not in standing.home:
        broken("territory", "¶10", Phrase("went to {enforcer}, whom the input does not know", enforcer=enforcer_id))
        return
    if enforcer_id not in standing.available:
        known = enforcer_id in standing.licensed
        absent = Phrase("went to {enforcer}, who is absent on the batch day", enforcer=enforcer_id)
        unlicensed = Phrase("went to {enforcer}, who holds no licence on the batch day", enforcer=enforcer_id)
        broken("availability", "¶3, ¶17, ¶18", absent if known else unlicensed)
    elif not standing.serves(enforcer_id, district_id):
        broken(
            "territory",
            "¶10",
            Phrase(
                "went to {enforcer}, neither registered in nor attached to district {district_id}",
                enforcer=enforcer_id,
                district_id=district_id,
            ),
        )
    if enforcer_id in bundle.recused:
        broken(
            "recusals",
            "¶12",
            Phrase("went to {enforcer}, recused for bundle {bundle}", enforcer=enforcer_id, bundle=bundle.bundle_id),
        )


def _check_basis(
    bundle: Bundle,
    enforcer_id: str,
    basis: str,
    pool_size: int,
    broken: Callable[[str, str, Phrase], None],
) -> None:
    paragraph = PARAGRAPH_OF_BASIS[bundle.basis]
    check = "bindings" if bundle.bound_to is not None else "pools"
    if basis != bundle.basis:
        broken(check, paragraph, Phrase("has basis {basis}; it is {due}", basis=basis, due=bundle.basis))
    if bundle.bound_to is not None:
        if enforcer_id != bundle.bound_to:
            broken(
                "bindings",
                paragraph,
                Phrase("went to {enforcer}; it is bound to {due}", enforcer=enforcer_id, due=bundle.bound_to),
            )
    elif enforcer_id not in bundle.pool:
        broken("pools", paragraph, Phrase("went to {enforcer}, who is not in its pool", enforcer=enforcer_id))
    if pool_size != len(bundle.pool):
        broken(
            "pools", "¶9", Phrase("says a pool of {pool_size}; it has {due}", pool_size=pool_size, due=len(bundle.pool))
        )


def _check_explanation(
    bundle: Bundle, enforcer_id: str, explanation: str, broken: Callable[[str, str, Phrase], None]
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
            broken("explanations", "contract 4", Phrase("the explanation lacks '{due}'", due=due.strip()))


def _check_day(
    column: str, given: date | None, due: date | None, paragraph: str, broken: Callable[[str, str, Phrase], None]
) -> None:
    if given != due:
        broken(
            "deadlines",
            paragraph,
            Phrase(
                "{column} is {given}; it is {due}",
                column=column,
                given=given or Phrase("empty"),
                due=due or Phrase("empty"),
            ),
        )
