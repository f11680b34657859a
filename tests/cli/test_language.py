"""The terminal speaks the language asked for, by `--lang`, TENGBOL_LANG or the system; nothing English is left."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
import typer
from books import tengbol
from latin import english
from small import absence, district, enforcer, writ, write_tables

from tengbol.cli import app, language
from tengbol.errors import UnusableInputError
from tengbol.report.words import Words

NOW = ("--as-of", "2026-11-23T18:00:00", "--document", "№ 1")


@pytest.fixture
def spoken(monkeypatch):
    monkeypatch.setattr(language, "_spoken", {"language": "en", "asked": ""})
    return language


@pytest.mark.parametrize(
    ("line", "environment", "expected"),
    [
        ("run in --out o --lang kk", {}, ("kk", "run in --out o")),
        ("--lang=ru book due", {"TENGBOL_LANG": "kk"}, ("ru", "book due")),
        ("book due", {"TENGBOL_LANG": "kk", "LANG": "ru_RU.UTF-8"}, ("kk", "book due")),
        ("book due", {"LC_ALL": "kk_KZ.UTF-8", "LANG": "ru_RU.UTF-8"}, ("kk", "book due")),
        ("book due", {"LANG": "ru_RU.UTF-8"}, ("ru", "book due")),
        ("book due", {"LANG": "C.UTF-8"}, ("en", "book due")),
        ("book due", {}, ("en", "book due")),
        # What a command writes has a language of its own.
        ("report r --lang ru", {}, ("ru", "report r --lang ru")),
        ("forms r --lang both", {"LANG": "kk"}, ("kk", "forms r --lang both")),
        ("run -- --lang kk", {}, ("en", "run -- --lang kk")),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_systems(line, environment, expected):
    asked, rest = language.heard(line.split(), environment)
    assert (asked, " ".join(rest)) == expected


def test_a_language_that_there_is_not_is_refused(spoken):
    with pytest.raises(UnusableInputError, match="TENGBOL_LANG 'de': there are kk, ru, en"):
        language.heard(["run"], {"TENGBOL_LANG": "de"})
    with pytest.raises(UnusableInputError, match="--lang 'de'"):
        spoken.speak("de")


def test_a_number_decides_the_form_of_its_noun(spoken):
    assert spoken.counted("{n} batch", "{n} batches", 1) == "1 batch"
    assert spoken.counted("{n} batch", "{n} batches", 1200) == "1,200 batches"
    spoken.speak("ru")
    assert [spoken.counted("{n} batch", "{n} batches", n) for n in (1, 3, 11, 21)] == [
        *("1 партия", "3 партии", "11 партий", "21 партия"),
    ]


def test_an_error_given_as_a_template_is_said_in_the_language(spoken):
    error = UnusableInputError("--lang '{lang}': there are kk, ru, both; give one of these.", lang="x")
    assert str(error) == "--lang 'x': there are kk, ru, both; give one of these."
    spoken.speak("kk")
    assert error.said(spoken.spoken) == "--lang «x»: kk, ru, both бар; осылардың бірін беріңіз."
    # One that nobody has translated, braces and all, is said as it is.
    assert UnusableInputError("no {such} sentence").said(spoken.spoken) == "no {such} sentence"


@pytest.mark.parametrize("tongue", ["kk", "ru"])
def test_no_help_of_any_command_is_english(tongue):
    words = Words(tongue)
    command = typer.main.get_command(app)
    seen = []

    def said(text):
        seen.append(words(text))
        return seen[-1]

    language._translate(command, said)
    assert len(seen) > 200
    assert not {text: left for text in seen if (left := english(text))}


@pytest.mark.parametrize("tongue", ["kk", "ru"])
def test_no_word_of_a_day_is_english(tongue, tmp_path):
    source = write_tables(
        tmp_path / "IN",
        districts=[district("D1", name="Аудан")],
        enforcers=[enforcer(f"E{n}", name=f"Орындаушы {n}") for n in range(3)],
        writs=[
            *(writ(f"W{n}") for n in range(6)),
            writ("W8", signature="invalid"),
            writ("W9", debtor_district_id="D9"),
        ],
        absences=[absence("E2")],
    )

    def run(*words, ends=0):
        done = tengbol(*words, "--lang", tongue, cwd=tmp_path)
        assert done.returncode == ends, done.stderr
        said = done.stdout + done.stderr
        left = english(said, tmp_path, source, "KZT")
        # `result` is the folder of the command to go on with.
        ids = re.compile(r"[WEDC]\d?|[0-9a-f]{12,}|root|\w*T\d*|result")
        assert not [word for word in left if not ids.fullmatch(word)], said
        return said

    run("book", "init", "--book", "my.book")
    assert "debtor_district_id" in run("book", "import", source, "--book", "my.book")
    run("check", source, ends=1)
    tried = run("book", "batch", "--dry-run", "--book", "my.book", *NOW)
    assert "Орындаушы" not in tried
    made = run("book", "batch", "--book", "my.book", *NOW)
    assert re.search(r"\d  Орындаушы 0 \(E0\): W", made)
    assert "forms my.book --batch 1 --out DIR" in made
    run("book", "due", "--book", "my.book", "--as-of", "2026-11-27")
    run("book", "status", "--book", "my.book")
    run("run", "IN", "--out", "OUT", "--as-of", "2026-11-23T18:00:00", "--seed", "01")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("run", "IN", "--out", "OUT", "--as-of", "2026-13-01"), "мұндай күн немесе уақыт жоқ"),
        (("run", "IN", "--out", "OUT", "--seed", "x"), "1-ден 128-ге дейінгі он алтылық цифр"),
        (("book", "due"), "Кітап аталмаған"),
        (("verify", "IN"), "нәтиженің INPUT пен DIR мәндерін"),
    ],
)
def test_an_error_is_said_in_the_language_asked_for(words, sentence, tmp_path):
    environment = {"TENGBOL_LANG": "kk", "PATH": "", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "tengbol", *words],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert sentence in done.stderr


@pytest.mark.parametrize("tongue", ["kk", "ru"])
@pytest.mark.parametrize(
    ("line", "given"),
    [
        ("nosuch", "nosuch"),
        ("rum", "rum run"),
        ("book bach", "bach batch backup"),
        ("run", ""),
        ("run IN", ""),
        ("run IN --aout x", ""),
        ("demo X --writs x", ""),
        ("demo X --writs 0", ""),
        ("plan X --out Y --within far", ""),
        ("plan X --out Y --within=-1", ""),
        ("serve --port 70000", ""),
        ("demo X Y", ""),
        ("demo --xlsx=4 X", ""),
        ("demo X --writs", ""),
    ],
)
def test_what_is_wrong_with_a_command_line_is_said_in_the_language(line, given, tongue, tmp_path):
    done = tengbol(*line.split(), "--lang", tongue, cwd=tmp_path)
    assert done.returncode == 2
    assert set(english(done.stderr)) <= {"tengbol", *line.split(), *given.split()}, done.stderr
