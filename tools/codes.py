"""The lists of codes and words in `docs/values.md`, `docs/reading.md` and the contract.

From `words.toml`, `template.toml` and `parameters.toml`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tengbol import parameters
from tengbol.io.clerks.codes import FLAGS, WORDS
from tengbol.io.headers import word_of
from tengbol.model.codes import CATEGORIES, CLAIMS
from tengbol.report.wording import CATEGORIES as TITLES

if TYPE_CHECKING:
    from collections.abc import Mapping

_DOCS: Final = Path(__file__).parents[1] / "docs"


def values(page: str) -> str:
    """The page of all words, its rows made anew."""
    listed: dict[str, Mapping[str, list[str]]] = {**WORDS, **FLAGS}
    for column, codes in listed.items():
        rows = "".join(f"| `{column}.{code}` | {' · '.join(words)} |\n" for code, words in codes.items())
        page = _put(page, rf"`{column}\.\w+`", rows)
    return page


def reading(page: str) -> str:
    """The page on reading, with the words that messages use made anew."""
    for column, codes in WORDS.items():
        table = re.search(rf"^\| `{column}` · ([^|]+) \| `", page, flags=re.MULTILINE)
        assert table is not None, f"docs/reading.md has no row of {column}"
        words = {code: f"{word_of(code, 'kk')} | {word_of(code, 'ru')}" for code in codes}
        rows = "".join(f"| `{column}` · {table[1]} | `{code}` | {said} |\n" for code, said in words.items())
        page = _put(page, rf"`{column}` · [^|]+", rows)
    return page


def contract(page: str) -> str:
    """The contract with all claims, and with categories that it does not name yet at the end of its list."""
    claims = " ".join(f"`{claim}`" for claim in CLAIMS)
    page, once = re.subn(r"(?<=`claim`\* \()[^)]*(?=\))", claims, page, count=1)
    found = re.search(r"^Categories \(¶4\): (?:.*\n)+?.*(?=\.\n)", page, flags=re.MULTILINE)
    assert once and found, "docs/contract.md has no list of claims or categories"
    new = [code for code in CATEGORIES if f"`{code}`" not in found[0]]
    return page[: found.end()] + "".join(map(_later, new)) + page[found.end() :]


def _later(code: str) -> str:
    """A category that came later: its claims, its first day, and what these had been."""
    claims = parameters.CLAIMS[code]
    were = {claim: parameters.BEFORE[claim] for claim in claims if claim in parameters.BEFORE}
    before = "".join(f"; before that `{claim}` was `{was}`" for claim, was in were.items())
    named, since = ", ".join(f"`{claim}`" for claim in claims), parameters.SINCE[code]
    return f"\n· `{code}` {TITLES[code][0].lower()}{TITLES[code][1:]}: {named}, from {since} on{before}"


def _put(page: str, first: str, rows: str) -> str:
    """Replace the rows, one under another, whose first cell is like `first`."""
    return re.sub(rf"(?:^\| {first} \|.*\n)+", lambda _: rows, page, count=1, flags=re.MULTILINE)


if __name__ == "__main__":
    for name, made in (("values.md", values), ("reading.md", reading), ("contract.md", contract)):
        place = _DOCS / name
        place.write_text(made(place.read_text(encoding="utf-8")), encoding="utf-8")
