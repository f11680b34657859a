"""The sentences of `assignments`, `unassigned` and `rejected` in the report's language (¶15).

They are put together anew from what was decided, in today's words. Of batches of which the sentences alone were kept,
these are taken apart by the very templates they were made of, and put together again in another language. What cannot
be taken apart so that English gives back the same sentence, letter for letter, stays as it is: a sentence is never
changed by being read.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.model import explanations
from tengbol.model.sentences import WAITING_OTHERWISE
from tengbol.report.rejected import reworded as rejection
from tengbol.report.sentences import CLAIMS, FORMS, WHYS
from tengbol.report.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from tengbol.report.record import Record

_RULES: Final = ("registered_one", "registered", "attached_one", "attached", "bound")
_LOTS: Final = ("no_lot_one", "no_lot", "no_need", "equals", "writs", "bundles")
_WAITING: Final = (
    "already_distributed", "mci_unknown", "state_over_1000_mci", "state_interest", "signature_not_valid",
    "original_missing", "received_later", "no_eligible_enforcer", "waits_for_holder",
    *(f"{name}_otherwise" for name in WAITING_OTHERWISE),
)  # fmt: skip


def in_language(record: Record, words: Words) -> dict[str, pl.DataFrame]:
    """`assignments`, `unassigned`, `rejected` of a record, their sentences in a language."""
    reasoned = record.batches.filter(pl.col("reasoned").fill_null(False)).select("batch_id")
    said = {"assignments": _of_assignments(record, reasoned, words), "unassigned": _of_unassigned(record, words)}
    told = {}
    for name, say in (("assignments", assigned), ("unassigned", unassigned)):
        frame = getattr(record, name)
        kept = _worded(frame.join(reasoned, on="batch_id", how="anti"), "explanation", say, words)
        anew = frame.join(reasoned, on="batch_id", how="semi").join(
            said[name], on=_KEY, how="left", maintain_order="left"
        )
        # Where no sentence was wanted (`judge`), none is said.
        column = pl.when(pl.col("explanation") == "").then(pl.lit("")).otherwise("_said").alias("explanation")
        both = pl.concat([kept, anew.with_columns(column).select(frame.columns)])
        told[name] = both.sort(_KEY, maintain_order=True)
    return {**told, "rejected": _worded(record.rejected, "message", rejection, words)}


_KEY: Final = ["batch_id", "writ_id"]


def _of_assignments(record: Record, reasoned: pl.DataFrame, words: Words) -> pl.DataFrame:
    """`batch_id`, `writ_id`, `_said`: from what was decided, of every batch that kept it."""
    of_bundle = ["batch_id", "bundle_id"]
    rows = record.assignments.join(reasoned, on="batch_id", how="semi")
    bundles = rows.with_columns(writs=pl.len().over(of_bundle)).unique(of_bundle, keep="first", maintain_order=True)
    texts = explanations.assigned(
        bundles, record.left_out, record.passed_over, record.enforcers.select("enforcer_id", "name"),
        record.districts, words,
    )  # fmt: skip
    days = record.batches.select("batch_id", _day=pl.col("as_of").dt.date())
    return (
        rows.join(texts.rename({"explanation": "_text"}), on=of_bundle, how="left")
        .join(days, on="batch_id", how="left")
        .select(*_KEY, _said=pl.concat_str("_text", explanations.late(pl.col("_day"), words)))
    )


def _of_unassigned(record: Record, words: Words) -> pl.DataFrame:
    """The same of what was not distributed."""
    texts = explanations.unassigned(record.waiting, record.left_out, record.districts, words)
    return texts.select(*_KEY, _said="explanation")


def _worded(frame: pl.DataFrame, column: str, say: Callable[[str, Words], str], words: Words) -> pl.DataFrame:
    if words.language == "en":
        return frame
    texts = frame[column].unique().drop_nulls().sort()
    said = pl.DataFrame({column: texts, "_said": pl.Series([say(text, words) for text in texts], dtype=pl.String)})
    return (
        frame.join(said, on=column, how="left", maintain_order="left")
        .with_columns(pl.col("_said").alias(column))
        .drop("_said")
    )


def assigned(text: str, words: Words) -> str:
    """Say the explanation of an assignment in a language."""
    return _faithful(text, words, _assigned)


def unassigned(text: str, words: Words) -> str:
    """Say the explanation of a writ that was not assigned in a language."""
    return _faithful(text, words, _unassigned)


def _faithful(text: str, words: Words, say: Callable[[str, Words], str | None]) -> str:
    """What `say` makes of it, if in English it makes the same text of it."""
    return say(text, words) or text if say(text, _words("en")) == text else text


def _any(names: tuple[str, ...]) -> list[tuple[str, re.Pattern[str]]]:
    return [(name, pattern) for name in names for pattern in FORMS[name].patterns()]


_LOT: Final = _any(_LOTS)
_TOGETHER: Final = FORMS["together"].patterns()
#: With what the parts of an explanation begin; what follows the rule, from the end.
_LOT_STARTS: Final = (" Evenness (¶4) ", " No lot was ")
_LEFT, _PASSED, _STAYS, _AWAY = " Left out: ", " Passed over: ", " It stays together with ", " Away: "
_LATE: Final = " Late: it was to be distributed by "
_RULE: Final = [(name, re.compile(f"^{pattern.pattern}$", re.DOTALL)) for name, pattern in _any(_RULES)]
_WAIT: Final = [(name, re.compile(f"^{pattern.pattern}$", re.DOTALL)) for name, pattern in _any(_WAITING)]
_WHY: Final = "|".join(re.escape(reason) for reason in WHYS)
_GROUP: Final = re.compile(f"(?:^|; )({_WHY}): ")
_PARAGRAPH: Final = r" \(¶\d+\)"
_CLAIM: Final = "|".join(sorted(map(re.escape, CLAIMS), key=len, reverse=True))
_FELL: Final = re.compile(
    f"(?P<id>.+?) (?P<claim>{_CLAIM})(?P<by>{_PARAGRAPH}), but could not be given it: (?P<reason>{_WHY})(?:; |$)",
    re.DOTALL,
)
_COUNTED: Final = re.compile(r"(?P<n>\d+) enforcers?")


def _assigned(text: str, words: Words) -> str | None:
    """Take apart from the end: how late it is, the lot, who was left out, who was passed over, the bundle, the rule."""
    said: list[str] = []
    text, late = _cut(text, _LATE)
    if late:
        said.append(FORMS["late"].said(words, None, day=late[len(_LATE) - 1 : -len(" (¶7).")]))
    for start in _LOT_STARTS:
        text, lot = _cut(text, start)
        if lot:
            said.append(_lot(lot, words.language) or lot)
            break
    text, left = _cut(text, _LEFT)
    if left:
        said.append(_left(left, words.language))
    text, passed = _cut(text, _PASSED)
    if passed:
        said.append(FORMS["passed"].said(words, None, list=_fallen(passed[len(_PASSED) - 1 : -1], words)))
    text, stays = _cut(text, _STAYS)
    for pattern in _TOGETHER if stays else []:
        if found := pattern.fullmatch(stays):
            said.append(FORMS["together"].said(words, found["n"]))
            break
    for name, pattern in _RULE:
        if found := pattern.match(text):
            values = found.groupdict()
            if "claim" in values:
                claim = values["claim"]
                if claim not in CLAIMS:
                    continue
                values["claim"] = words(claim)
            said.append(FORMS[name].said(words, values.pop("n", None), **values))
            return " ".join(reversed(said))
    return None


def _cut(text: str, start: str) -> tuple[str, str]:
    """Cut a text where its last part with this beginning begins; the part is empty where there is none."""
    at = text.rfind(start)
    return (text, "") if at < 0 else (text[:at], text[at + 1 :])


@cache
def _lot(text: str, language: str) -> str | None:
    for name, pattern in _LOT:
        if found := pattern.fullmatch(text):
            values = found.groupdict()
            return FORMS[name].said(_words(language), values.pop("n", None), **values)
    return None


@cache
def _left(text: str, language: str) -> str:
    """Who was left out: the same of many writs."""
    words = _words(language)
    return FORMS["left"].said(words, None, list=_groups(text[len(_LEFT) - 1 : -1], words))


@cache
def _words(language: str) -> Words:
    return Words(language)


def _unassigned(text: str, words: Words) -> str | None:
    said: list[str] = []
    text, away = _cut(text, _AWAY)
    if away:
        said.append(FORMS["away"].said(words, None, list=_groups(away[len(_AWAY) - 1 : -1], words)))
    for name, pattern in _WAIT:
        if found := pattern.match(text):
            values = found.groupdict()
            if claim := values.get("claim"):
                values["claim"] = words(claim)
            if signature := values.get("signature"):
                values["signature"] = words(signature)
            return " ".join([FORMS[name].said(words, None, **values), *said])
    return None


def _groups(text: str, words: Words) -> str:
    """`on leave (¶18): E1, E2; ill (¶18): 9 enforcers`."""
    parts = _GROUP.split(text)
    groups = []
    for reason, who in zip(parts[1::2], parts[2::2], strict=True):
        counted = _COUNTED.fullmatch(who)
        listed = FORMS["enforcers"].said(words, counted["n"]) if counted else who
        groups.append(FORMS["reason"].said(words, None, reason=words(reason), list=listed))
    return "; ".join(groups)


def _fallen(text: str, words: Words) -> str:
    """`E1 holds an open proceeding … (¶14), but could not be given it: on leave (¶18)`."""
    said = []
    for found in _FELL.finditer(text):
        who, claim, by, reason = found.group("id", "claim", "by", "reason")
        said.append(FORMS["fallen"].said(words, None, id=who, claim=words(claim) + by, reason=words(reason)))
    return "; ".join(said)
