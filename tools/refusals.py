"""`tengbol/refusals.toml` and `docs/reference/refusals.md`: the code of every refusal, from the source.

A new sentence gets the next number. A number is never given again: who changes the words of a refusal changes them in
the file, too, under its code; whose sentence is gone from the source goes from the file.
"""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_PACKAGE: Final = Path(__file__).parents[1] / "tengbol"
FILE: Final = _PACKAGE / "refusals.toml"
PAGE: Final = _PACKAGE.parent / "docs" / "reference" / "refusals.md"
_CODES: Final = """# The code of each refusal, and its sentence. A code never changes, and is never given again.
# `make reference` adds what is new in the source; whoever changes a sentence changes it here, under its code.
last = {last}

[refusals]
"""
_HEAD: Final = """# Refusals

Why a command or a request was not done: `reason` of `tengbol … --json` and of the service's `problem+json`. A code
stays the same; its sentence may be put better, and is said in the reader's language. `make reference` makes this page.

| reason | sentence |
|---|---|
"""


@cache
def in_source() -> list[str]:
    """The sentence of every refusal that the source can raise, in the order of modules and lines, each once."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(_PACKAGE.rglob("*.py"))}
    names = _errors(trees.values())
    found = [
        sentence
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and node.args and _name(node.func) in names
        for sentence in _sentences(node.args[0], tree)
    ]
    return list(dict.fromkeys(found))


def _errors(trees: Iterable[ast.AST]) -> set[str]:
    """Names of the exceptions that are `UnusableInputError`, by their bases."""
    bases = {
        node.name: {_name(base) for base in node.bases}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    known = {"UnusableInputError"}
    while more := {name for name, of in bases.items() if of & known} - known:
        known |= more
    return known


def _sentences(node: ast.expr, tree: ast.AST) -> list[str]:
    """The constant texts that an argument can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.Call) and _name(node.func) in ("mark", "Phrase") and node.args:
        return _sentences(node.args[0], tree)
    if isinstance(node, ast.IfExp):
        return [*_sentences(node.body, tree), *_sentences(node.orelse, tree)]
    if isinstance(node, ast.Subscript):
        return _sentences(node.value, tree)
    if isinstance(node, ast.Dict):
        return [sentence for value in node.values for sentence in _sentences(value, tree)]
    if isinstance(node, ast.Tuple):
        return [sentence for value in node.elts for sentence in _sentences(value, tree)]
    if isinstance(node, ast.Name):
        values = [
            one.value
            for one in ast.walk(tree)
            if isinstance(one, ast.Assign | ast.AnnAssign) and one.value is not None
            for target in (one.targets if isinstance(one, ast.Assign) else [one.target])
            if _name(target) == node.id
        ]
        return [sentence for value in values if not isinstance(value, ast.Name) for sentence in _sentences(value, tree)]
    return []


def _name(node: ast.AST) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def numbered() -> tuple[dict[str, str], int]:
    """The sentences of the source by code, those known by theirs, and the last number given."""
    kept = tomllib.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"last": 0, "refusals": {}}
    codes, last = {sentence: code for code, sentence in kept["refusals"].items()}, kept["last"]
    for sentence in in_source():
        if sentence not in codes:
            last += 1
            codes[sentence] = f"T{last:04}"
    now = set(in_source())
    return dict(sorted((code, sentence) for sentence, code in codes.items() if sentence in now)), last


def toml() -> str:
    """The whole file."""
    found, last = numbered()
    return _CODES.format(last=last) + "".join(f"{code} = {_quoted(one)}\n" for code, one in found.items())


def _quoted(text: str) -> str:
    """A TOML string."""
    return '"' + re.sub(r'["\\]', lambda sign: "\\" + sign[0], text).replace("\n", "\\n") + '"'


def page() -> str:
    """The whole page."""
    cell = {"|": "\\|", "\n": " ", "<": "&lt;"}
    return _HEAD + "".join(
        f"| `{code}` | {one.translate(str.maketrans(cell))} |\n" for code, one in numbered()[0].items()
    )


if __name__ == "__main__":
    FILE.write_text(toml(), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
