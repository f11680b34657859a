"""The page that checks a public report in any browser: one file, no network, nothing to install (`docs/public.md`).

Its scripts share nothing with what writes the public file. Scripts, styles and the sentences of all languages stand in
the page itself; its policy names their hashes and forbids all else.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from tengbol.io.kinds import PAGE
from tengbol.io.outputs import Output
from tengbol.io.whole import create, put_file
from tengbol.model.codes import CATEGORIES
from tengbol.report import wording
from tengbol.report.words import LANGUAGES, Words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: In the order in which they need one another.
SCRIPTS: Final = (
    *("sha256", "canonical", "findings", "lines", "chain", "batch", "corrections", "rounds"),
    *("numbered", "certificate", "cases", "prices", "listing", "sets", "counts", "lot", "bundles"),
    *("check", "find", "show", "main"),
)
#: Sentences of the scripts, marked to be said now or later.
_MARKED: Final = re.compile(r'\b(?:mark|say)\("((?:[^"\\]|\\.)*)"')


def page() -> str:
    """The whole page; the same text on every day and for every chamber."""
    scripts = "\n".join(_part(f"{name}.js") for name in SCRIPTS)
    words = {
        "categories": wording.CATEGORIES,
        "order": CATEGORIES,
        "bases": {basis: meaning for basis, (meaning, _) in wording.BASES.items()},
        "codes": {code: meaning for code, (meaning, _) in wording.UNASSIGNED.items()},
    }
    said = [table.values() for table in words.values() if isinstance(table, dict)]
    sentences = {*sentences_of(scripts), *(one for table in said for one in table)}
    catalogues = {
        language: {one: Words(language)(one) for one in sorted(sentences)} for language in LANGUAGES if language != "en"
    }
    days = {language: [_day(Words(language), month) for month in range(1, 13)] for language in LANGUAGES}
    script = (
        '"use strict";\nconst mark = sentence => sentence;\n'
        f"const WORDS = {_json(words)};\nconst DAYS = {_json(days)};\n"
        f"const CATALOGUES = {_json(catalogues)};\n{scripts}"
    )
    style = f"{files('tengbol.report').joinpath('summary.css').read_text('utf-8')}\n{_part('page.css')}"
    filled = {"script": script, "style": style, "script_hash": _hash(script), "style_hash": _hash(style)}
    return re.sub(r"\{\{ (\w+) \}\}", lambda place: filled[place[1]], _part("page.html"))


def _day(words: Words, month: int) -> str:
    """How a language writes a day of a month, `{d}` and `{y}` in the places of day and year."""
    return words.day(dt.date(2003, month, 28)).replace("2003", "{y}").replace("28", "{d}")


def sentences_of(script: str) -> list[str]:
    """Sentences that a script marks."""
    return [json.loads(f'"{found}"') for found in _MARKED.findall(script)]


def beside(public: Path) -> Path:
    """Where the page of a public file goes: its name without `.jsonl` and `.gz`, and `.html`."""
    return public.with_name(f"{re.sub(r'(.jsonl?)?(.gz)?$', '', public.name) or public.name}.html")


def write_page(public: Path, spared: Mapping[str, Path | None] | None = None) -> Path:
    """Write the page beside a public file; returns where. Raises `UnusableInputError` where it may not go."""
    out = beside(public)
    content = page().encode()

    def fill(new: Path) -> None:
        with create(new) as file:
            file.write(content)

    put_file(Output(out, PAGE, {**(spared or {}), "the public report": public}), fill)
    return out


def _part(name: str) -> str:
    return files("tengbol.report.public").joinpath("page", name).read_text("utf-8")


def _json(value: object) -> str:
    """JSON that cannot end a script."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"
