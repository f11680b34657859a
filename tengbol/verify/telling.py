"""What is wrong with an assigned writ, in sentences: asked only of rows of which `writs` found that something is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tengbol.phrase import Phrase
from tengbol.verify.bundles import PARAGRAPH_OF_BASIS, Bundle, Derived
from tengbol.verify.law import PARAGRAPH_OF_CODE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import polars as pl

    from tengbol.verify.findings import Findings

ASSIGNMENTS: Final = "assignments.parquet"


def tell(wrong: pl.DataFrame, derived: Derived, said: dict[int, str] | None, found: Findings) -> None:
    """Say of each row what is wrong with it. said: explanations that are due, by `place`; nothing if not known."""
    groups = derived.groups.join(wrong, on="group", how="semi", maintain_order="left")
    bundle_of = dict(zip(groups["group"], derived.one_by_one(groups), strict=True))
    enforcer_of_bundle: dict[int, str] = {}
    for row in wrong.iter_rows(named=True):
        enforcer_id, explanation = row["enforcer_id"], row["explanation"] or ""

        def broken(check: str, paragraph: str, sentence: Phrase, writ_id: str = row["writ_id"]) -> None:
            found.broken(check, ASSIGNMENTS, writ_id, paragraph, sentence)

        if not explanation.strip():
            broken("explanations", "contract 4", Phrase("has no explanation"))
        code = row["due_code"]
        if code is not None:
            broken(
                "unassigned",
                PARAGRAPH_OF_CODE[code],
                Phrase("was assigned; it had to stay unassigned, {code}", code=code),
            )
        bundle = bundle_of.get(row["group"])
        if bundle is None:
            continue
        if row["category"] != row["due_category"]:
            sentence = Phrase("is {category}; it is {due}", category=row["category"], due=row["due_category"])
            broken("category", "¶4", sentence)
        _check_bundle(bundle, row["bundle_id"], enforcer_id, enforcer_of_bundle, broken)
        _check_enforcer(bundle, enforcer_id, derived, broken)
        _check_basis(bundle, enforcer_id, row["basis"], row["pool_size"], broken)
        if said is None:
            _check_explanation(bundle, enforcer_id, explanation, broken)
        elif row["place"] in said and (enforcer_id in bundle.pool or enforcer_id == bundle.bound_to):
            broken("explanations", "contract 4", Phrase("does not say: {due}", due=said[row["place"]]))
        _check_day("distribute_by", row["distribute_by"], row["due_by"], "¶7", broken)
        _check_day("collect_by", row["collect_by"], row["due_collect"], "¶8", broken)
        _check_day("notify_creditor_by", row["notify_creditor_by"], row["due_notify"], "¶15", broken)


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
