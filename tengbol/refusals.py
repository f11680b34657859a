"""The code of each refusal, which stays the same whatever its words: `refusals.toml`, kept by `tools.refusals`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def refusals() -> Mapping[str, str]:
    """Every refusal: its sentence, as a template in English, by its code."""
    import tomllib

    return tomllib.loads(files("tengbol").joinpath("refusals.toml").read_text(encoding="utf-8"))["refusals"]


def reason_of(phrase: str) -> str | None:
    """The code of a refusal; of one put together of several sentences that of the first which has one."""
    codes = {sentence: code for code, sentence in refusals().items()}
    asked = [phrase]
    while asked:
        one = asked.pop(0)
        sentence = one.sentence if isinstance(one, Phrase) else one
        if sentence in codes:
            return codes[sentence]
        asked += (
            [value for value in one.values.values() if isinstance(value, Phrase)] if isinstance(one, Phrase) else []
        )
    return None
