"""`--json`: one object on stdout however a command ends, as the published schema says; every refusal has its code."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from decimal import Decimal

import pytest
import typer
from books import tengbol
from forked import command
from listening import fits
from small import SEED, district, enforcer, writ, write_tables

import tools.answers
import tools.refusals
from tengbol.cli import app
from tengbol.io.exact import exact_json
from tengbol.phrase import Phrase, joined
from tengbol.refusals import reason_of, refusals
from tools.commands import verbs

RUN = ("run", "in", "--out", "out", "--as-of", "2026-11-23T18:00:00", "--seed", SEED)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("json")
    people = [enforcer(f"E{n}") for n in range(3)]
    write_tables(folder / "in", districts=[district("D1")], enforcers=people, writs=[writ(f"W{n}") for n in range(4)])
    return folder


def one_object(done):
    """The only thing on stdout; nothing is on stderr."""
    assert done.stderr == "", done.stderr
    (line,) = done.stdout.splitlines()
    return json.loads(line)


def test_a_command_that_is_done_answers_with_its_figures_and_its_sentences(small):
    told = one_object(tengbol(*RUN, "--json", cwd=small))
    fits("run", told)
    manifest = json.loads((small / "out" / "manifest.json").read_text(encoding="utf-8"))
    shared = ("objective", "lower_bound", "status", "objective_total", "status_total", "status_lot", "seed", "as_of")
    assert {name: told[name] for name in shared} == {name: manifest[name] for name in shared}
    assert (told["assigned"], told["unassigned"], told["rejected"], told["exit"]) == (4, 0, 0, 0)
    shutil.rmtree(small / "out")  # to replace it would be told
    plain = tengbol(*RUN, cwd=small)
    assert told["said"] == plain.stdout.splitlines()
    assert [f"note: {note}" for note in told["notes"]] == plain.stderr.splitlines()


def test_it_may_stand_anywhere_before_two_dashes_and_the_sentences_are_in_the_language(small):
    told = one_object(tengbol("--json", *RUN[:2], "--lang", "ru", *RUN[2:], cwd=small))
    assert any("Исполнительных документов" in line or "распределено" in line for line in told["said"]), told
    done = tengbol("book", "mark", "closed", "--", "--json", cwd=small)
    assert done.returncode == 2 and done.stdout == ""


def test_a_refused_cell_is_told_by_the_header_of_its_own_sheet(small, tmp_path):
    people, rows = [enforcer("E0")], [writ("W0"), writ("W1", claim="?")]
    write_tables(tmp_path / "in", districts=[district("D1")], enforcers=people, writs=rows)
    file = tmp_path / "in" / "writs.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("claim", "Категория требования", 1), encoding="utf-8")
    plain = tengbol("check", "in", "--lang", "ru", cwd=tmp_path)
    (fault,) = one_object(tengbol("check", "in", "--lang", "ru", "--json", cwd=tmp_path))["faults"]
    assert (fault["table"], fault["row"], fault["column"]) == ("writs", 3, "claim")
    assert "«Категория требования»" in fault["message"] and "алименты" in fault["message"], fault
    assert fault["cell"] in plain.stdout and fault["message"].split(";")[0] in plain.stdout, plain.stdout


def test_a_check_that_failed_is_an_answer_too(small):
    assert tengbol(*RUN, cwd=small).returncode == 0
    file = small / "out" / "summary.html"
    file.write_text(file.read_text(encoding="utf-8") + " ", encoding="utf-8")
    done = tengbol("verify", "in", "out", "--json", cwd=small)
    told = one_object(done)
    fits("verify", told)
    assert done.returncode == told["exit"] == 1 and told["ok"] is False
    assert {one["check"] for one in told["findings"] if one["kind"] == "broken"} == {"hashes"}


@pytest.mark.parametrize(
    ("words", "code", "detail", "status"),
    [
        (("run", "nowhere", "--out", "o"), "refused", r"^nowhere: ", 2),
        (("run", "in", "--out", "o", "--seed", "zz"), "refused", r"^--seed 'zz'", 2),
        (("why", "out", "NONE"), "refused", "NONE", 2),
        (("run",), "usage", "INPUT", 2),
        (("run", "in", "--out", "o", "--sed", "1"), "usage", "--sed", 2),
        (("fly",), "usage", "fly", 2),
        (("plan", "in", "--out", "p", "--keep", "0"), "usage", "keep", 2),
    ],
)
def test_what_is_not_done_is_a_refusal_with_a_code(small, words, code, detail, status):
    assert tengbol(*RUN, cwd=small).returncode == 0
    done = tengbol(*words, "--json", cwd=small)
    told = one_object(done)
    fits("refusal", told)
    assert (done.returncode, told["exit"], told["code"]) == (status, status, code)
    assert re.search(detail, told["detail"]), told
    assert (told["reason"] is None) == (code == "usage")


def test_a_fault_of_ours_is_told_as_one(small):
    program = (
        "import tengbol.config as c; from tengbol.cli import main\n"
        "def load(*_): raise ZeroDivisionError('on purpose')\n"
        "c.load = load; main()"
    )
    faulty = [sys.executable, "-c", program, *RUN, "--json"]
    done = subprocess.run(faulty, capture_output=True, text=True, check=False, cwd=small)
    told = one_object(done)
    fits("refusal", told)
    assert (told["code"], told["exit"], done.returncode) == ("fault", 3, 3) and "on purpose" in told["detail"]


@pytest.mark.parametrize("words", [("run", "--help"), ("--help",), ("book", "--help"), ("book", "due", "--help")])
def test_help_is_an_answer_whose_sentences_are_the_help(words):
    done = tengbol(*words, "--json")
    told = one_object(done)
    assert (done.returncode, told["exit"]) == (0, 0) and set(told) == {"exit", "said", "notes"}
    assert told["said"] == tengbol(*words).stdout.strip("\n").split("\n")


@pytest.mark.parametrize("words", [(), ("book",), ("public",)])
def test_no_command_is_a_refusal(words):
    done = tengbol(*words, "--json")
    told = one_object(done)
    fits("refusal", told)
    assert (done.returncode, told["exit"], told["code"]) == (2, 2, "usage")


def test_a_server_gives_one_object_and_a_second_one_is_refused_as_busy(tmp_path):
    words = ("serve", "--book", "a.book", "--port", "0", "--json")
    server = command(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path)
    try:
        assert server.stdout is not None
        fits("serve", json.loads(server.stdout.readline()))
        for second in (words, (*words, "--check")):
            done = tengbol(*second, cwd=tmp_path)
            told = json.loads(done.stdout)
            assert (done.returncode, told["exit"], told["code"]) == (4, 4, "busy"), told
            assert told["reason"].startswith("T")
        server.terminate()
        rest, _ = server.communicate(timeout=60)
        assert rest == "" and server.returncode == 143
    finally:
        server.kill()
    assert tengbol(*words, "--check", cwd=tmp_path).returncode == 0


def test_a_server_of_books_that_cannot_be_reached_is_busy(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = tengbol("book", "status", "--book", f"postgresql://u@127.0.0.1:{port}/b", "--json", cwd=tmp_path)
    told = one_object(done)
    assert (done.returncode, told["exit"], told["code"]) == (4, 4, "busy")
    assert told["reason"].startswith("T") and "efused" in told["detail"]


def test_the_published_schema_is_of_every_command_and_of_this_program():
    assert json.loads(tools.answers.FILE.read_text(encoding="utf-8")) == tools.answers.schema()
    every = {name.removeprefix("tengbol ") for name, _ in verbs(typer.main.get_command(app))}
    assert every == set(tools.answers.ANSWERS) - {"--version", "serve --check"}


def test_every_refusal_of_the_source_has_a_code_that_stays_its_own():
    kept = tomllib.loads(tools.refusals.FILE.read_text(encoding="utf-8"))
    assert list(kept["refusals"].values()) == list(dict.fromkeys(kept["refusals"].values()))
    assert set(tools.refusals.in_source()) == set(kept["refusals"].values()), "make reference"
    assert tools.refusals.PAGE.read_text(encoding="utf-8") == tools.refusals.page()
    assert max(int(code[1:]) for code in kept["refusals"]) <= kept["last"]
    code, sentence = next((code, one) for code, one in refusals().items() if "{" in one)
    names = re.findall(r"\{(\w+)\}", sentence)
    phrase = Phrase(sentence, **dict.fromkeys(names, "x"))
    assert reason_of(phrase) == code
    assert reason_of(joined([Phrase("unknown"), phrase])) == code
    assert reason_of(Phrase("nothing of ours")) is None


def test_numbers_keep_all_their_digits():
    assert (
        exact_json({"a": Decimal("12345678901234567.123456"), "b": 0.5}) == '{"a": 12345678901234567.123456, "b": 0.5}'
    )
    with pytest.raises(ValueError, match="JSON"):
        exact_json({"a": float("nan")})
