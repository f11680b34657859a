"""What acts, corrections, audits and refusals say is said in the language asked for: every sentence of every error."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest
from books import clerk, home, opened, take
from held_by import unlocked
from latin import english
from listening import invoked, listened
from small import district, writ

import tengbol
from tengbol.book.audit import audit
from tengbol.book.batches import batch
from tengbol.book.departures import leave
from tengbol.cli import language
from tengbol.cli.language import spoken
from tengbol.errors import UnusableInputError
from tengbol.io.rejections import BY_BOOK
from tengbol.phrase import Phrase, joined
from tengbol.report.rejected import reworded
from tengbol.report.words import Words

PAPER = "--by Әлия --document '№ 17, 2026-11-23' --second Болат"
#: Each correction, and the other acts of a clerk, in an order in which each can be done.
ACTS = (
    f"annul W0 --reason entered_twice {PAPER} --dry-run",
    f"annul W0 --reason entered_twice {PAPER}",
    f"revoke W0 {PAPER}",
    f"withdraw W1 --reason creditor_withdrew {PAPER.partition(' --second')[0]}",
    f"correct W2 --set debtor_district_id=D2 --reason entered_wrongly {PAPER}",
    f"correct W3 --set amount=7 --reason entered_wrongly {PAPER}",
    f"correct W9 --set amount=7 --reason entered_wrongly {PAPER}",
    f"reassign W4 --ground court_order --decision '№ 4' {PAPER}",
    f"balance E1 alimony --share 1.5 --reason court_order {PAPER}",
    "recuse W9 E1 --ground article_54 --decision '№ 5' --by Әлия",
    "request application W9 --ground article_54 --by Әлия --document '№ 6'",
    "ruling R --by Әлия --document '№ 7'",
    "materials E1 --by Әлия --document '№ 8'",
    "leave E2 --reason licence_revoked --from 2026-11-23 --by Әлия --document '№ 9'",
    f"revoke E2 {PAPER}",
    "return E3 --by Әлия",
    "mark handed W5 --by Әлия",
    "centre D1 --by Әлия",
    "centre D2 --not --by Әлия",
    f"succeed D1 D2 --reason district_merged {PAPER}",
    "audit",
    "backup {folder}/көшірме",
    # And what is refused.
    f"annul W0 --reason nobody_knows {PAPER}",
    "annul W77 --reason entered_twice --by Әлия --document '№ 1'",
    "annul W0 --reason entered_twice --by Әлия --document '№ 1'",
    f"revoke W77 {PAPER}",
    f"correct W3 --set amount=7 --reason entered_wrongly {PAPER}",
    f"correct W3 --set amount=x --reason entered_wrongly {PAPER}",
    f"balance E77 alimony --share 1.5 --reason court_order {PAPER}",
    f"balance E1 alimony --share 99 --reason mistaken_absence {PAPER}",
    f"succeed D1 D77 --reason district_merged {PAPER}",
    "recuse W9 E1 --ground article_54 --decision нет --by Әлия",
    "mark notified W77 --by Әлия",
    "return E1 --by Әлия",
    "transfer E1 --to D77 --by Әлия",
    "leave E1 --reason tired --from 2026-11-23 --by Әлия",
    "assign W77 --by Әлия",
)


@pytest.mark.parametrize("tongue", ["kk", "ru"])
def test_acts_and_what_is_refused_are_said_in_the_language(tongue, tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'book'}"
    now = clerk().clock()
    store = opened(url, tmp_path, home(absences=[], districts=[*home()["districts"], district("D2", name="Аудан 2")]))
    batch(store, clerk(), as_of=now)
    back = writ("R", origin="returned", previous_enforcer_id="E1")
    take(store, tmp_path, **home(writs=[writ("W9"), back]))
    leave(store, clerk(), "E3", reason="sickness", start=now.date(), end=None, at=now)
    store.close()
    monkeypatch.setattr("tengbol.book.acts.local_now", lambda: now)
    monkeypatch.setattr(language, "_spoken", {"language": tongue, "asked": ""})
    ended = []
    for line in ACTS:
        words = shlex.split(line.format(folder=tmp_path))
        # In Russian as a program asks, which is told the same sentences in an object.
        said, refused = (printed if tongue == "kk" else listened)(["book", *words, "--book", url])
        shown = re.sub(
            r"\b[0-9a-f]{64}\b|\bevent_\w+|\bD\d\d?\b|\b[WERU]\d*\b|\b[a-z]+(?:_[a-z0-9]+)+\b",
            " ",
            said.replace(str(tmp_path), ""),
        )
        known = {"x", "tired", "leave", "annul"}
        left = set(english(shown)) - known
        assert not left, (line, said, left)
        ended.append(refused)
    first = next(place for place, line in enumerate(ACTS) if "nobody_knows" in line)
    assert not any(ended[:first]) and all(ended[first:]), list(zip(ACTS, ended, strict=True))


def printed(words):
    """What a command prints, and whether it was refused."""
    done = invoked(words)
    refused = isinstance(done.exception, UnusableInputError)
    assert refused or done.exit_code == 0, (words, done.output, done.exception)
    return done.exception.said(spoken) if refused else done.output, refused


def test_no_error_is_put_together_where_no_translator_sees_it():
    """Every refusal is a template with values: its sentences are in the catalogues, which another test holds."""
    odd = []
    for path in sorted(Path(tengbol.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in ("UnusableInputError", "UnusableArgumentError", "BusyError", "AloneError", "Phrase"):
                first = node.args[0]
                plain = not any(isinstance(part, ast.JoinedStr | ast.BinOp) for part in ast.walk(first))
                odd += (
                    []
                    if plain or (name == "Phrase" and not isinstance(first, ast.JoinedStr))
                    else [f"{path}:{node.lineno}"]
                )
    assert not odd


@pytest.mark.parametrize("code", sorted(BY_BOOK))
@pytest.mark.parametrize("tongue", ["kk", "ru"])
def test_why_a_book_takes_no_row_is_said_in_the_language(code, tongue):
    values = {"first": "W1", "writ_id": "W2", "day": "2026-11-23", "last": "E1", "where": "with E2"}
    said = reworded(BY_BOOK[code].format(**values), Words(tongue))
    shown = re.sub(r"\b[WE]\d\b", " ", said)
    assert not set(english(shown)) - {"origin", "forwarded", "redistributed"}, said
    assert all(value in said for name, value in values.items() if f"{{{name}}}" in BY_BOOK[code] and name != "where")


def test_a_phrase_is_english_text_that_can_be_said_otherwise():
    inner = Phrase("nobody")
    outer = Phrase("{who} and {n} more: {{}}", who=inner, n=1200)
    assert outer == "nobody and 1200 more: {}" and isinstance(outer, str)
    assert outer.said(lambda sentence, **values: sentence.upper() if not values else repr(values)) == (
        "{'who': 'NOBODY', 'n': '1200'}"
    )
    assert joined([inner, "x"], ", ") == "nobody, x"
    assert joined([inner, "x"], ", ").said(lambda s, **v: s.format(**v) if v else s.upper()) == "NOBODY, x"
    assert UnusableInputError(outer).phrase is outer
    assert str(UnusableInputError("{a} no values")) == "{a} no values"


def test_an_audits_faults_are_said_in_the_language(tmp_path):
    store = opened(f"sqlite:///{tmp_path / 'book'}", tmp_path)
    unlocked(store).execute("UPDATE writs SET amount = '1' WHERE id = 1")
    words = Words("kk")
    lines = [line.said(words) for line in audit(store).lines()]
    assert lines[0].startswith("Кітап өзгертілген; сәйкес келмейтін бірінші оқиға")
    assert any("жазылған жол емес: хэші басқа" in line for line in lines), lines
