"""Where things stand: the law in its rooms, no circles, nothing too long."""

from __future__ import annotations

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

from tengbol.report.catalogue import catalogue

if TYPE_CHECKING:
    from collections.abc import Container

ROOT = Path(__file__).parents[2]
#: The law, the second opinion on it, and words: sentences, their names in reports, and what takes old ones apart.
OF_THE_LAW = (
    *("model/law", "verify"),
    *("model/sentences.py", "report/wording.py", "report/explained.py", "report/terms.py", "report/whatif/findings.py"),
)
NUMBER = re.compile(r"¶\s?\d")


def literals(path: Path) -> list[tuple[int, str]]:
    """String literals of a module that are no docstrings, also the fixed parts of formatted ones."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]


def test_paragraphs_stand_in_the_law_in_verify_and_in_words_alone():
    words = {text for text in catalogue("ru").forms}
    strange = [
        f"{path.relative_to(ROOT)}:{line} {text}"
        for path in sorted((ROOT / "tengbol").rglob("*.py"))
        if not str(path.relative_to(ROOT / "tengbol")).startswith(OF_THE_LAW)
        for line, text in literals(path)
        if NUMBER.search(text) and text not in words
    ]
    assert strange == []


def test_no_identifier_is_named_by_a_paragraph():
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted((ROOT / "tengbol").rglob("*.py"))
        if not str(path.relative_to(ROOT / "tengbol")).startswith(OF_THE_LAW)
        for name in names(path)
        if re.search(r"(?:^|_)(?:p|par|para|paragraph|point)_?\d+(?:_|$)", name)
    ]
    assert found == []


def names(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        *(node.name for node in ast.walk(tree) if isinstance(node, kinds)),
        *(node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)),
        *(node.arg for node in ast.walk(tree) if isinstance(node, ast.arg | ast.keyword) and node.arg),
    }


def test_no_module_is_over_300_lines():
    long = {
        str(path.relative_to(ROOT)): count
        for room in ("tengbol", "benchmarks")
        for path in (ROOT / room).rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 300
    }
    assert long == {}


def test_no_modules_import_each_other_in_a_circle():
    """What a function imports when it is called counts, too: to put it off only hides that two modules are one."""
    paths = {module_of(path): path for path in (ROOT / "tengbol").rglob("*.py")}
    imports = {name: imported_by(path, paths) for name, path in paths.items()}
    # Raises `CycleError`, which names the circle.
    assert len(list(TopologicalSorter(imports).static_order())) == len(paths)


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_by(path: Path, known: Container[str]) -> set[str]:
    """Modules that a module imports anywhere but for its types alone; of a package only the part that is named."""
    found: set[str] = set()
    left: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while left:
        node = left.pop()
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            named = ((node.module, f"{node.module}.{alias.name}") for alias in node.names)
            found.update(whole if whole in known else module or "" for module, whole in named)
        left += ast.iter_child_nodes(node)
    return {name for name in found if name in known}
