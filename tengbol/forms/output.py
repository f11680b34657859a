"""The forms of a day on disk, whole or not at all: each as PDF and as workbook, in one language or two."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from tengbol import __version__
from tengbol.forms.handover import handover
from tengbol.forms.notices import notices
from tengbol.forms.post import post
from tengbol.forms.register import protocol, register
from tengbol.forms.typeset import typeset
from tengbol.forms.waiting import waiting
from tengbol.forms.workbook import workbook
from tengbol.io.kinds import FORMS
from tengbol.io.outputs import Output, refuse_unless_replaceable
from tengbol.io.write import write_files
from tengbol.report.paper import can_print
from tengbol.report.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tengbol.forms.day import Day

#: In the order in which they are used.
_FORMS: Final = (handover, register, protocol, post, notices, waiting)


def write_forms(
    day: Day,
    out: Path,
    languages: Sequence[str],
    *,
    templates: Path | None = None,
    spared: Mapping[str, Path | None] | None = None,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> list[str]:
    """Write `NAME-LANGUAGE.pdf` and `.xlsx` of every form into the folder `out`; returns the names of the forms.

    Without Typst (`can_print`) there are workbooks alone. spared: what the day was read from (`Output`). Readable by
    its owner alone: it names debtors. Raises `UnusableInputError` where `out` holds anything but earlier forms.
    """
    output = Output(out, FORMS, {**(spared or {}), "the templates": templates}, private=True)
    refuse_unless_replaceable(output)
    forms = [replace(make(day), example=day.example) for make in _FORMS]
    every = [(form, Words(language)) for language in languages for form in forms]
    files: dict[str, tuple[bytes, int | None]] = {}
    # Typst works outside of Python's lock: the longest first, and the rest beside it.
    with ThreadPoolExecutor() as pool:
        printed = {
            f"{form.name}-{words.language}.pdf": pool.submit(typeset, form, words, day.as_of, templates)
            for form, words in sorted(every, key=lambda one: -len(one[0].papers))
            if can_print()
        }
        for done, (form, words) in enumerate(every):
            progress("set", done, len(every))
            name = f"{form.name}-{words.language}"
            files[f"{name}.xlsx"] = (workbook(form, words), None)
            if (pdf := f"{name}.pdf") in printed:
                files[pdf] = (printed[pdf].result(), None)

    def manifest(outputs: dict[str, dict[str, Any]]) -> dict[str, Any]:
        return {
            "batch_id": day.batch_id,
            "chamber_id": day.chamber_id,
            "languages": list(languages),
            "counts": {"distributed": day.given.height, "waiting": day.waiting.height},
            "versions": {"tengbol": __version__},
            "outputs": outputs,
        }

    write_files(output, files, manifest)
    progress("set", len(every), len(every))
    return [form.name for form in forms]
