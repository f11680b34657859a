"""Every command there is, run to its end in Kazakh and in Russian: no word of what it says or writes is English."""

from __future__ import annotations

import getpass
import json
import re
import shlex
from pathlib import Path

import openpyxl
import pytest
import typer
from books import NOW, home, opened
from latin import english
from listening import ended_well, invoked, listened
from small import attachment, district, enforcer, writ, write_tables
from test_language_acts import ACTS

from tengbol.book.access import open_book
from tengbol.book.acts import head
from tengbol.cli import app, language
from tengbol.errors import UnusableInputError

#: From files to files, then of a book; `{b}` is the book, and what `test_language_acts` runs is not run again.
LINES = (
    "demo demo --writs 60",
    "template empty.xlsx --lang {tongue}",
    "check in --marked marked.xlsx",
    "run in --out out --as-of {now} --seed 01 --config settings.toml",
    "verify in out",
    "verify in out --again",
    "why out W1 --input in",
    "report out --input in --out report --lang {tongue}",
    "forms out --input in --out forms --lang {tongue}",
    "judge in out/assignments.csv --as-of {now} --out judged --lang {tongue}",
    "plan in --out plan --as-of {now} --seed 01 --config settings.toml",
    "whatif scenario.toml --out answer",
    "book init --book fresh.book",
    "serve --book fresh.book --check",
    "book import in --book {b}",
    "book assign U1 --as-of {now} --document '№ 2' --by Әлия --book {b}",
    "book batch --document '№ 1' --as-of {now} --dry-run --book {b}",
    "book batch --document '№ 1' --as-of {now} --config settings.toml --book {b}",
    "book status --book {b}",
    "book due --as-of 2026-11-30 --book {b}",
    "book verify 1 --book {b}",
    "book export exported --book {b}",
    "book export past --batch 1 --book {b}",
    "book announce 'Ұлттық банктің бағамы, 2026-11-25' --chamber C1 --book {b}",
    "book mark notified W1 --by Әлия --book {b}",
    "book returned W2 --by Әлия --book {b}",
    "book pause E2 --from 2026-11-24 --by Әлия --document '№ 3' --book {b}",
    "book return E2 --on 2026-11-24 --by Әлия --book {b}",
    "book transfer E3 --to D2 --by Әлия --document '№ 4' --book {b}",
    "book confirm --book {b}",
    "book erase --before 2026-01-01 --by Әлия --document '№ 10' --book {b}",
    "book backup copy --book {b}",
    "book restore copy --book restored.book",
    "book accept {head} --by Әлия --document '№ 9' --book {b}",
    "report {b} --out of_book --lang {tongue}",
    "public write {b} --out public.jsonl.gz",
    "verify --public public.jsonl.gz",
    "public id W1 --book {b}",
    "public find public.jsonl.gz {id}",
)
#: What a test of its own lets succeed; here it is refused.
REFUSED = ("book accept {head} --by Әлия --document '№ 9' --book {b}",)
#: Names of checks and of files, hashes, ids, and codes.
NAMES = re.compile(
    r"^ +\[\w+\]|[\w.]+\.(?:parquet|json)\b|\b[0-9a-f]{12,64}\b|\b\d{8}T\d{6}-\w+|\b[WEDUC]\d\w*\b"
    r"|\b[a-z]+(?:_[a-z0-9]+)+\b",
    re.M,
)
#: What is hashed, names of files and of columns of a result, and of whoever runs the tests.
FILES = {
    "writ",
    "rejected",
    "message",
    "basis",
    "explanation",
    "parquet",
    "input",
    getpass.getuser(),
    "result",
    "handover",
    "register",
    "protocol",
    "post",
    "notices",
    "waiting",
}


def names(command, above=()):
    """Every command that can be asked for, by its words."""
    below = getattr(command, "commands", {})
    if not below:
        return {" ".join(above)}
    return {name for word, child in below.items() for name in names(child, (*above, word))}


def test_every_command_is_among_those_that_are_run():
    ran = {" ".join(line.split()[: 2 if line.split()[0] in ("book", "public") else 1]) for line in LINES}
    ran |= {f"book {act.split()[0]}" for act in ACTS}
    assert names(typer.main.get_command(app)) == ran


@pytest.mark.parametrize("tongue", ["kk", "ru"])
def test_every_command_speaks_the_language(tongue, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tables = {
        "districts": [district("D1", name="Аудан"), district("D2", name="Аудан 2"), district("D3", name="Аудан 3")],
        "enforcers": [enforcer(f"E{n}", name=f"Орындаушы {n}") for n in range(4)],
        "attachments": [attachment("D3", "E1")],
        "writs": [
            *(writ(f"W{n}") for n in range(6)),
            writ("W8", signature="invalid"),
            writ("W9", debtor_district_id="D9"),
        ],
    }
    write_tables(tmp_path / "in", **tables)
    scenario = """base = "in"
as_of = 2026-11-23T18:00:00
seed = "01"
days = 3
replications = 2
lots = 2
[[variant]]
name = "Бірі кетсе"
[[variant.event]]
kind = "leave"
enforcer_id = "E1"
reason = "licence_suspended"
on = 2026-11-24
"""
    (tmp_path / "scenario.toml").write_text(scenario, encoding="utf-8")
    (tmp_path / "settings.toml").write_text(f'lang = "{tongue}"\n', encoding="utf-8")
    url = f"sqlite:///{tmp_path / 'my.book'}"
    opened(
        url, tmp_path, home(**{**tables, "writs": [writ("U1", immediate=True, received_at=NOW.isoformat())]})
    ).close()
    monkeypatch.setattr("tengbol.book.acts.local_now", lambda: NOW)
    monkeypatch.setattr(language, "_spoken", {"language": tongue, "asked": ""})
    left = {}
    told = {"now": NOW.isoformat(), "tongue": tongue, "b": "my.book"}
    for line in LINES:
        words = line.format_map({**told, "head": head_of(tmp_path), "id": told.get("id")})
        # In Russian as a program asks, which is told the same sentences in an object.
        said, refused = (printed if tongue == "kk" else listened)(shlex.split(words))
        assert refused == (line in REFUSED), (words, said)
        if line.startswith("public id"):
            told["id"] = said.split()[1]
        # What was given comes again, and each finding has the name of its check before it.
        given = sorted({part for word in words.split() for part in (word, Path(word).stem)}, key=len, reverse=True)
        said = re.sub(rf"(?<!\w)({'|'.join(map(re.escape, given))})(?!\w)", " ", said)
        shown = NAMES.sub(" ", said)
        if found := set(english(shown.replace(str(tmp_path), ""))) - FILES:
            left[words] = sorted(found)
    for sheet in openpyxl.load_workbook("marked.xlsx"):
        told = [cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment]
        assert not english(NAMES.sub(" ", " ".join(told))), told
    page = Path("out/summary.html").read_text(encoding="utf-8")
    assert f'<html lang="{tongue}">' in page
    assert not left, json.dumps(left, ensure_ascii=False, indent=1)


def printed(words):
    """What a command prints, and whether it was refused."""
    done = invoked(words)
    refused = isinstance(done.exception, UnusableInputError)
    assert refused or ended_well(done), (words, done.output, done.exception)
    return done.exception.said(language.spoken) if refused else done.output, refused


def head_of(folder):
    """Hash of the book's last event."""
    store = open_book(f"sqlite:///{folder / 'my.book'}")
    try:
        return (head(store) or {}).get("hash")
    finally:
        store.close()
