"""Sentences that a process leaves for a page: as templates with their values, to be said in the reader's language."""

from __future__ import annotations

from typing import Any

from tengbol.phrase import Phrase


def packed(sentence: str) -> Any:
    """A sentence as JSON; one without a template as its text."""
    if not isinstance(sentence, Phrase):
        return str(sentence)
    values = {
        name: packed(value) if isinstance(value, str) else _plain(value) for name, value in sentence.values.items()
    }
    return {"sentence": sentence.sentence, "values": values}


def _plain(value: object) -> Any:
    return value if isinstance(value, int | float) or value is None else str(value)


def unpacked(told: Any) -> Phrase:
    """The sentence again."""
    if isinstance(told, str):
        return Phrase(told)
    values = {name: unpacked(value) if isinstance(value, dict) else value for name, value in told["values"].items()}
    return Phrase(told["sentence"], **values)
