"""Every sentence that the catalogues must have: those marked in the source, and the words declared in tables of codes.

`python -m tengbol.report.terms` brings the catalogues up to date: new sentences come in empty, old ones go. A new
category is called there as the template calls it.
"""

from __future__ import annotations

import ast
import datetime as dt
import io
from argparse import ArgumentParser
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from tengbol.io.headers import word_of
from tengbol.io.rejections import BY_BOOK, CODES
from tengbol.model.sentences import REASONS, SIGNATURES
from tengbol.report import content, explained, rejected, wording
from tengbol.report.public.checker import SCRIPTS, sentences_of

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Where sentences are marked: packages, and folders below them.
_SOURCES: Final = (
    ("tengbol.report", ("", "alarms/", "charts/", "whatif/")),
    ("tengbol.forms", ("",)),
    ("tengbol.book", ("",)),
    ("tengbol.io", ("",)),
    ("tengbol.cli", ("",)),
    ("tengbol.service", ("", "api/", "pages/", "pages/templates/")),
)


def terms() -> Catalog:
    """A catalogue of all sentences, without translations."""
    # One day for ever: a header that changes by itself makes two changes of a catalogue contradict each other.
    found = Catalog(project="tengbol", version="", fuzzy=False, creation_date=_CREATED)
    for name, text in sorted(_sources()):
        kind = "python" if name.endswith(".py") else "jinja2.ext:babel_extract"
        options = {} if kind == "python" else {"trimmed": "false"}
        for line, sentence, *_ in extract(kind, io.BytesIO(text), _KEYWORDS, options=options):
            found.add(sentence, locations=[(name, line)])
    for name in SCRIPTS:
        text = files("tengbol.report").joinpath("public", "page", f"{name}.js").read_text("utf-8")
        for sentence in sentences_of(text):
            found.add(sentence, locations=[(f"public/page/{name}.js", 1)])
    for name, sentences in _declared().items():
        for sentence in sentences:
            found.add(sentence, locations=[(name, 1)])
    return found


_CREATED: Final = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
_KEYWORDS: Final = {
    **dict.fromkeys(("mark", "words", "_", "spoken", "tell"), (1,)),
    **dict.fromkeys(("counted", "several"), (1, 2)),
}


#: What the library of the command line says by itself.
_SHELL: Final = (
    *("Usage: ", "Options", "Arguments", "Commands", "required", "default: {default}"),
    *("[OPTIONS]", "COMMAND [ARGS]...", "Show this message and exit."),
    "Install completion for the current shell.",
    "Show completion for the current shell, to copy it or customize the installation.",
)


def _declared() -> dict[str, Sequence[str | tuple[str, str]]]:
    """Sentences that stand in tables of codes, by where they stand; pairs are the forms for one and for many."""
    pairs = [wording.BASES, wording.UNASSIGNED, wording.DEADLINES]
    plain = [wording.CATEGORIES, wording.SHORT_BASES, wording.OUTCOMES, wording.REJECTED]
    forms = explained.FORMS.values()
    return {
        "wording.py": [
            *(meaning for table in pairs for meaning, _ in table.values()),
            *(meaning for table in plain for meaning in table.values()),
            *wording.WEEKDAYS,
        ],
        "content.py": list(content.TALLIES.values()),
        "explained.py": [(form.one, form.many) if form.one else form.many for form in forms],
        "model/sentences.py": [*REASONS.values(), *SIGNATURES.values(), *explained.CLAIMS],
        "io/rejections.py": [*CODES.values(), *BY_BOOK.values()],
        "cli": [*_helps(), *_SHELL],
        "errors": _refusals(),
        "book/importing.py": ["new", "same", "changed", "rejected"],
        "rejected.py": [*rejected.ACCEPTED, *rejected.CONDITIONS],
    }


def _helps() -> list[str]:
    """What the commands' help says: every `help=`, and the first words of what a command does."""
    found = []
    for file in files("tengbol.cli").iterdir():
        for node in ast.walk(ast.parse(file.read_bytes())) if file.name.endswith(".py") else ():
            if isinstance(node, ast.keyword) and node.arg == "help" and isinstance(node.value, ast.Constant):
                found.append(node.value.value)
            elif isinstance(node, ast.FunctionDef) and node.name.endswith("_command"):
                found.append(ast.get_docstring(node))
    return sorted(filter(None, found))


_REFUSALS: Final = ("UnusableInputError", "UnusableArgumentError", "BusyError", "AloneError", "Phrase", "mark")


def _refusals() -> list[str]:
    """Sentences of errors that stand in the source as such, or as templates."""
    found = set()
    for source in sorted(Path(str(files("tengbol"))).rglob("*.py")):
        for node in ast.walk(ast.parse(source.read_bytes())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _REFUSALS:
                found |= {
                    one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
    return sorted(found)


def _sources() -> list[tuple[str, bytes]]:
    return [
        (f"{_shown(package)}{part}{file.name}", file.read_bytes())
        for package, parts in _SOURCES
        for part in parts
        for file in files(package).joinpath(part).iterdir()
        if file.name.endswith(".py")
        or file.name in ("report.html", "summary.html", "whatif.html", "sheet.html")
        or part == "pages/templates/"
    ]


def _shown(package: str) -> str:
    """How places in a package begin; those of this one are told by file alone."""
    return "" if package == "tengbol.report" else f"{package.removeprefix('tengbol.')}/"


def main() -> None:
    """Bring the catalogues beside this module up to date, and say what is left to be translated."""
    ArgumentParser(prog="python -m tengbol.report.terms", description=main.__doc__).parse_args()
    for language in ("kk", "ru"):
        place = files("tengbol.report").joinpath("catalogues", f"{language}.po")
        known = read_po(io.BytesIO(place.read_bytes()), locale=language)
        known.update(terms(), no_fuzzy_matching=True)
        known.obsolete.clear()
        for code, name in wording.CATEGORIES.items():
            # What clerks call it will do, until somebody finds better words.
            if (called := word_of(code, language)) != code and not known[name].string:
                known[name].string = called[0].upper() + called[1:]
        print(f"{language}: {sum(not message.string for message in known if message.id)} to be translated")
        content = io.BytesIO()
        write_po(content, known, width=120, sort_output=True, include_lineno=False)
        place.write_bytes(content.getvalue())  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
