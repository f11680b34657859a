"""`tengbol public` and `verify --public` as a clerk, a party and a stranger use them."""

from __future__ import annotations

import json

import pytest
from listening import invoked
from small import AS_OF, district, enforcer, writ, write_tables

from tengbol.errors import UnusableInputError

KEY = "c3" * 32


def tengbol(*arguments):
    """The command in this process: quicker, and what it raises is seen."""
    return invoked(list(map(str, arguments)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("command")
    write_tables(
        folder / "in",
        districts=[district("D1")],
        enforcers=[enforcer(f"E{n}") for n in range(4)],
        writs=[
            *(writ(f"writ-{n}") for n in range(11)),
            *(writ(f"pair-{half}", case_id="K", debtor_id="d-1") for half in "ab"),
            writ("unsigned", signature="invalid"),
        ],
    )
    (folder / "key").write_text(KEY)
    (folder / "key").chmod(0o600)
    for out, key in (("out", ("--key", folder / "key")), ("plain", ())):
        done = tengbol("run", folder / "in", "--out", folder / out, "--as-of", AS_OF, "--seed", "ab", *key)
        assert done.exit_code == 0, done.stderr
    done = tengbol(
        "public", "write", folder / "in", folder / "out", "--key", folder / "key", "--out", folder / "public.jsonl"
    )
    assert done.exit_code == 0, done.stderr
    return folder


def test_a_stranger_checks_the_file(folder):
    done = tengbol("verify", "--public", folder / "public.jsonl")
    assert done.exit_code == 0, done.output


def test_beside_the_file_stands_the_page_that_checks_it(folder, tmp_path):
    assert (folder / "public.html").read_text("utf-8").startswith("<!doctype html>\n")
    again = ("public", "write", folder / "in", folder / "out", "--key", folder / "key", "--out")
    (tmp_path / "public.html").write_text("<!doctype html>\n<title>ours</title>")
    refused = tengbol(*again, tmp_path / "public.jsonl")
    assert isinstance(refused.exception, UnusableInputError)
    assert [file.name for file in tmp_path.iterdir()] == ["public.html"], "nothing is written where the page may not be"
    assert tengbol(*again, folder / "public.jsonl").exit_code == 0


def test_a_changed_file_ends_with_1(folder, tmp_path):
    text = (folder / "public.jsonl").read_text()
    (tmp_path / "changed.jsonl").write_text(text.replace('"E0"', '"E1"', 1))
    assert tengbol("verify", "--public", tmp_path / "changed.jsonl").exit_code == 1


def test_a_party_is_told_his_public_id_and_finds_his_writ(folder):
    told = tengbol("public", "id", "pair-a", "unsigned", "--key", folder / "key")
    ids = dict(line.split() for line in told.stdout.splitlines())
    found = tengbol("public", "find", folder / "public.jsonl", ids["pair-a"])
    assert found.exit_code == 0, found.stderr
    assert "in a pool of 4: E0, E1, E2, E3" in found.stdout
    assert "of its case or debtor: 1" in found.stdout
    waiting = tengbol("public", "find", folder / "public.jsonl", ids["unsigned"])
    assert "not assigned, signature_not_valid" in waiting.stdout
    assert tengbol("public", "find", folder / "public.jsonl", "0" * 32).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("verify",), "give INPUT and DIR"),
        (("verify", "--public", "none.jsonl"), "cannot be read"),
        (("verify", "--public", "in/writs.csv"), "is no public report"),
        (("verify", "in", "--public", "public.jsonl"), "from its file alone"),
        (("verify", "in", "out", "--previous", "public.jsonl"), "--previous goes with --public"),
        (("public", "find", "public.jsonl", "W-1"), "32 hexadecimal digits"),
        (("public", "find", "in/writs.csv", "0" * 32), "is no public report"),
        (("public", "write", "in", "plain", "--key", "key", "--out", "p.jsonl"), "was not made with this key"),
        (("public", "write", "in", "out", "--key", "in/writs.csv", "--out", "p.jsonl"), "64 hexadecimal digits"),
        (("public", "write", "in", "out", "--key", "key", "--out", "in"), "is the input itself"),
    ],
)
def test_what_cannot_be_used_ends_with_2_and_a_sentence(folder, monkeypatch, arguments, sentence):
    monkeypatch.chdir(folder)
    done = tengbol(*arguments)
    assert isinstance(done.exception, UnusableInputError), done.output
    assert sentence in str(done.exception)


@pytest.mark.parametrize(
    "line",
    ["{}", "[]", "null", "x", '{"link":"' + "0" * 64 + '","part":{}}', '{"part":1.5}', "9" * 5000, "[" * 100_000],
)
def test_a_line_that_is_no_batch_is_named(folder, tmp_path, line):
    first = (folder / "public.jsonl").read_text().splitlines()[0]
    (tmp_path / "odd.jsonl").write_text(f"{first}\n{line}\n")
    done = tengbol("verify", "--public", tmp_path / "odd.jsonl")
    assert done.exit_code == 1, done.stderr
    assert "line 2" in done.stdout
    done = tengbol("public", "find", tmp_path / "odd.jsonl", "0" * 32)
    assert isinstance(done.exception, UnusableInputError), done.output
    assert "line 2" in str(done.exception) or "is no public report" in str(done.exception)


def test_a_key_said_twice_cannot_hide_a_second_meaning(folder, tmp_path):
    text = (folder / "public.jsonl").read_text()
    (tmp_path / "twice.jsonl").write_text(text.replace('"rejected":0', '"rejected":7,"rejected":0'))
    done = tengbol("verify", "--public", tmp_path / "twice.jsonl")
    assert done.exit_code == 1
    assert "not canonical" in done.stdout


def test_the_file_is_what_its_description_says(folder):
    """Another reader, written from docs/public.md alone."""
    from hashlib import sha256

    first, second = (json.loads(line) for line in (folder / "public.jsonl").read_text().splitlines())
    text = json.dumps(second["part"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert first["link"] == sha256(b"tengbol batch\n").hexdigest()
    assert second["link"] == sha256(f"tengbol batch\n{first['link']}\n{text}".encode()).hexdigest()
    table = second["part"]["assignments"]
    share = sum(10**9 // len(second["part"]["pools"][pool]) for pool in table["pool"])
    got = {who: table["enforcer"].count(who) for who in set(table["enforcer"])}
    excess = [1000 * got.get(who, 0) - round(share / 1e6) for who in ("E0", "E1", "E2", "E3")]
    assert sum(value**2 for value in excess) == second["part"]["objective"]
