"""What the codes and the figures of a batch mean, in sentences: no tables, no markup.

Numbers are written one way everywhere: a comma for thousands, a point for decimals, a true minus sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from tengbol.report.words import Words

MINUS: Final = "−"

#: Controls, and what XML knows no sign for.
_CONTROLS: Final = {
    code: "\ufffd"
    for code in (*range(32), *range(127, 160), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF)
    if chr(code) not in "\t\n\r"
}

#: ¶4
CATEGORIES: Final = {
    "individual": "Money for natural persons",
    "legal_entity": "Money for legal persons",
    "state": "Money for the state, up to 1,000 MCI",
    "alimony": "Alimony",
    "non_property": "Non-property claims",
}

#: Basis → meaning, paragraph; in the order in which they are tried.
BASES: Final = {
    "alimony_debtor": ("To the enforcer who holds an alimony proceeding against the same debtor", "¶13"),
    "same_case": ("To the enforcer who holds a proceeding of the same case and debtor", "¶14"),
    "returned": ("To the enforcer who had returned or forwarded it", "¶11"),
    "registered": ("Among the enforcers registered in the debtor’s district", "¶9"),
    "attached": ("Among those attached to the district, as no registered one could take it", "¶9"),
}

#: The same in the few words that fit beside a bar.
SHORT_BASES: Final = {
    "alimony_debtor": "Holder of the debtor’s alimony",
    "same_case": "Holder of the same case",
    "returned": "Who returned or forwarded it",
    "registered": "Registered in the district",
    "attached": "Attached to the district",
}

#: Why not assigned → meaning, paragraph; in the order in which they are given.
UNASSIGNED: Final = {
    "already_distributed": ("Told as new, though it is an open proceeding already", "¶7"),
    "mci_unknown": ("Money for the state, of a day whose MCI is not known", "¶4"),
    "state_over_1000_mci": ("Money for the state above 1,000 MCI is not for private enforcers", "¶4"),
    "state_interest": ("Non-property claim executed in the interest of the state", "¶4"),
    "signature_not_valid": ("Electronic, without a valid digital signature", "¶5"),
    "original_missing": ("Paper, without its original", "¶5"),
    "received_later": ("Received after the time of this batch", "–"),
    "no_eligible_enforcer": ("No available enforcer registered in or attached to the district", "¶9, ¶10"),
    "waits_for_holder": ("Waits for its holder, who is back within the term", "¶11, ¶13, ¶14"),
}

#: Why rows were rejected, as `io.rejections.CODES`, but without what stood in a cell: it may be a person's id.
REJECTED: Final = {
    "duplicate_row": "The row repeats an earlier one; only the first is kept",
    "conflicting_rows": "Other rows have the same key but differ, so none is taken",
    "duplicate_document": "The same document (issuer, number, day, debtor) stands in another row, too",
    "previous_enforcer_differs": "By the ledger another enforcer held the writ last (¶11)",
    "missing_value": "A cell is empty that must not be",
    "bad_code": "A cell holds none of the codes that its column accepts",
    "bad_date": "A cell holds no day such as 2026-11-23, or one of another century",
    "bad_time": "A cell holds no local time such as 2026-11-23T09:30:00, or one of another century",
    "bad_number": "A cell holds no number, or one that its column does not accept",
    "bad_boolean": "A cell holds neither true nor false",
    "two_meanings": "A cell can mean two days, numbers or enforcers",
    "no_such_day": "A month has no such day",
    "cut_number": "A spreadsheet cut a number to its first digits",
    "bad_id": "A cell that must name a person names nobody",
    "bad_check_digit": "The check digit of an IIN or BIN is wrong",
    "formula_error": "A cell shows the error of a formula",
    "bad_text": "A cell holds a text that is too long, or signs that no text or id may have",
    "received_before_issued": "A writ is received before it was issued",
    "later_than_clock": "A moment of what has happened is later than the clock was when the row came",
    "end_before_start": "A day stands before the one it may not precede",
    "unknown_district": "No good row of districts has this district",
    "unknown_enforcer": "No good row of enforcers has this enforcer",
    "unreadable_row": "The line cannot be split into cells",
}

#: Deadline column → meaning, paragraph.
DEADLINES: Final = {
    "distribute_by": ("Distribute", "¶7"),
    "hand_over_by": ("Hand over", "¶7"),
    "collect_by": ("Enforcer collects", "¶8"),
    "notify_creditor_by": ("Tell the creditor", "¶15"),
}

#: What became of a deadline.
OUTCOMES: Final = {"kept": "In time", "late": "Late", "unknown": "Not recorded"}

MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Verdict:
    """What may be said about one objective: in words, and with its figures in squared writs."""

    proven: bool
    headline: str
    sentence: str
    objective: str
    lower_bound: str
    gap: str


def printable(value: Any) -> Any:
    """Put a mark in place of characters that a name may hold and no page or picture may; other things stay."""
    return value.translate(_CONTROLS) if isinstance(value, str) else value


#: Kazakh and Russian have a space that does not break between thousands, and a comma for decimals (Unicode CLDR).
_LOCAL: Final = str.maketrans({",": "\u00a0", ".": ","})


def local(number: str, language: str) -> str:
    """A number written by this module, as the language writes it."""
    return number if language == "en" else number.translate(_LOCAL)


def count(number: int) -> str:
    """12345 → `12,345`."""
    return f"{number:,}".replace("-", MINUS)


def fixed(number: float | None, places: int) -> str:
    """To so many places, without a negative zero; a dash for what is not defined."""
    if number is None:
        return "–"
    return f"{number:z,.{places}f}".replace("-", MINUS)


def signed(number: float, places: int = 3) -> str:
    """As `fixed`, with a plus sign before what is above zero."""
    text = fixed(number, places)
    return text if text.startswith(MINUS) or not text.strip("0.,") else f"+{text}"


def exact(number: Any) -> str:
    """Write an objective or a bound (int, float, Decimal or text) with all its digits, no idle zeros."""
    text = f"{Decimal(str(number)):,f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", MINUS)


def day(moment: date) -> str:
    """`23 November 2026`."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def verdict(manifest: Mapping[str, Any], assigned: int, words: Words) -> Verdict:
    """On the first objective, the evenness within categories (contract 3.8)."""
    if not assigned:
        headline = words("Nothing was distributed: no writ of this batch was assigned.")
        sentence = words("Every balance stands as it stood.")
    elif manifest["status"] == "optimal":
        headline = words("Proven: no distribution the rules allow is more even.")
        sentence = words(
            "The sum of squared excess over enforcers and categories has reached the lowest value that any allowed "
            "distribution of this batch can have."
        )
    else:
        headline = words("Not proven: this is the most even distribution found; a more even one may exist.")
        sentence = words(
            "The search ended without a proof. {at_most} The distribution keeps every rule all the same.",
            at_most=_at_most(manifest["objective"], manifest["lower_bound"], words),
        )
    return _verdict(manifest, "", headline, sentence, words)


def verdict_total(manifest: Mapping[str, Any], assigned: int, words: Words) -> Verdict:
    """On the second objective, the evenness of enforcers' totals (contract 3.8)."""
    if not assigned:
        headline = words("Nothing was distributed: no total changed.")
        sentence = words("So do the enforcers’ totals over all categories.")
    elif manifest["status_total"] == "optimal":
        headline = words("Proven: with that, the enforcers’ totals could not be more even.")
        sentence = words(
            "Of all allowed distributions with the same sum within categories, none has a lower sum of squared total "
            "excess over enforcers."
        )
    else:
        headline = words("Not proven: with that, the enforcers’ totals might be more even.")
        sentence = words(
            "Of the distributions found with the same sum within categories this is the best. {at_most}",
            at_most=_at_most(manifest["objective_total"], manifest["lower_bound_total"], words),
        )
    return _verdict(manifest, "_total", headline, sentence, words)


def _verdict(manifest: Mapping[str, Any], which: str, headline: str, sentence: str, words: Words) -> Verdict:
    objective, bound = manifest[f"objective{which}"], manifest[f"lower_bound{which}"]
    return Verdict(
        proven=manifest[f"status{which}"] == "optimal",
        headline=headline,
        sentence=sentence,
        objective=local(exact(objective), words.language),
        lower_bound=local(exact(bound), words.language),
        gap=local(_gap(objective, bound), words.language),
    )


def _gap(objective: Any, bound: Any) -> str:
    """Objective minus bound, and in percent of the objective where it is not zero."""
    total, gap = Decimal(str(objective)), Decimal(str(objective)) - Decimal(str(bound))
    if not gap:
        return "0"
    return f"{exact(gap)} ({_percent(gap, total)})" if total else exact(gap)


def _at_most(objective: Any, bound: Any, words: Words) -> str:
    total, gap = Decimal(str(objective)), Decimal(str(objective)) - Decimal(str(bound))
    least = local(exact(gap), words.language)
    if not total:
        return words("The sum could be lower by at most {gap} squared writs.", gap=least)
    part = local(_percent(gap, total), words.language)
    return words("The sum could be lower by at most {gap} squared writs, {part} of it.", gap=least, part=part)


def _percent(part: Decimal, whole: Decimal) -> str:
    """Round up in the last place, so that a gap never looks smaller than it is."""
    percent = (100 * part / whole).quantize(Decimal("0.01"), rounding="ROUND_CEILING")
    return f"{exact(percent)}%"
