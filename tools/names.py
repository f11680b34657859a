"""`docs/reference/python.md`: every public name, from its signature and docstring."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any, Final

import tengbol

PAGE: Final = Path(__file__).parents[1] / "docs" / "reference" / "python.md"
_HEAD: Final = """# Public names

The public names of `import tengbol`, from their docstrings. How to use them: [../python.md](../python.md).
`make reference` generates this page, and a test checks that it is up to date.
"""
#: In the order in which a program meets them.
_ORDER: Final = ("read", "distribute", "write", "verify", "run", "Reading", "Chamber", "Result", "Config")


def page() -> str:
    """The whole page."""
    names = [*_ORDER, *(name for name in tengbol.__all__ if name not in _ORDER)]
    return "\n".join([_HEAD, *(line for name in names for line in _section(name))])


def _section(name: str) -> list[str]:
    one = getattr(tengbol, name)
    one = one.verify if inspect.ismodule(one) else one
    text = inspect.getdoc(one) or ""
    signature = [f"{_signature(name, one)}\n"] if inspect.isfunction(one) else []
    return [f"## `{name}`\n", *signature, *_body(text), ""]


def _signature(name: str, function: Any) -> str:
    """The call, with types as the source has them."""
    signature = inspect.signature(function)
    parts, named = [], False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not named:
            parts.append("*")
            named = True
        usual = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
        parts.append(f"{parameter.name}: {parameter.annotation}{usual}")
    return f"`{name}({', '.join(parts)}) -> {signature.return_annotation}`"


def _body(text: str) -> list[str]:
    """A docstring in numpydoc's form as Markdown: its sections as lists."""
    first, *rest = re.split(r"^(\w+)\n-{3,}\n", text, flags=re.MULTILINE)
    lines = [_plain(first)]
    for title, entries in zip(rest[::2], rest[1::2], strict=True):
        lines.append(f"\n**{title}**\n")
        if title == "Notes":
            lines.append(re.sub(r"docs/([\w/-]+\.md)", r"[\1](../\1)", _plain(entries)))
            continue
        for entry in re.split(r"^(?=\S)", entries.strip(), flags=re.MULTILINE):
            head, _, said = entry.strip().partition("\n")
            if head:
                lines.append(f"- `{head}`" + (f": {' '.join(said.split())}" if said.strip() else ""))
    return lines


def _plain(text: str) -> str:
    """Paragraphs, each on one line: a line that begins with a word and a colon begins one."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
