"""A second law, invented, as proof that the law has a room of its own: files in `second_law`, and nothing else.

Each folder there mirrors the package: `law` is the law, `verifier` its twin, `words` what it calls things. They are
laid over a copy of the package: a module's lines follow those of the module that it mirrors, any other file takes the
place of its own. Everything runs as commands of that copy, in processes of their own.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from pages import ROOT
from small import SEED, enforcer, proceeding, writ, write_tables

PACK = Path(__file__).parent / "second_law"


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """The package under the second law."""
    place = tmp_path_factory.mktemp("tree")
    shutil.copytree(ROOT / "tengbol", place / "tengbol", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("law", "verifier", "words"):
        for file in (path for path in (PACK / folder).rglob("*") if path.is_file()):
            into = place / "tengbol" / file.relative_to(PACK / folder)
            assert into.is_file(), f"{into} is not there any more"
            own = file.read_text(encoding="utf-8")
            before = f"{into.read_text(encoding='utf-8')}\n\n" if into.suffix == ".py" else ""
            into.write_text(before + own, encoding="utf-8")
    return place


def run(tree, *command):
    done = subprocess.run(
        [sys.executable, *map(str, command)], cwd=tree, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": f"{tree}:{ROOT / 'tests' / 'support'}:{ROOT}", "PATH": "/usr/bin", "LANG": "C.UTF-8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def code(first: str) -> str:
    """A personal code from its first ten digits; of people born in 1800, so of nobody."""
    sums = [
        sum(int(digit) * weight for digit, weight in zip(first, weights, strict=True)) % 11
        for weights in ([1, 2, 3, 4, 5, 6, 7, 8, 9, 1], [3, 4, 5, 6, 7, 8, 9, 1, 2, 3])
    ]
    return first + str(next((one for one in sums if one < 10), 0))


def test_the_program_and_verify_answer_every_case_of_the_second_law(tree):
    told = run(tree, PACK / "answers.py", PACK / "cases.md")
    assert told.splitlines() == ["6 cases"]


def test_a_batch_under_the_second_law_is_even_verified_and_reported(tree, tmp_path):
    debtor = code("1800101001")
    # Both sums of these leave 10.
    last = next(
        one for one in (code(f"18001{n:05}") for n in range(10**5))
        if one[-1] == "0" and all(sum(int(d) * w for d, w in zip(one[:10], ws, strict=True)) % 11 == 10
                                  for ws in ([1, 2, 3, 4, 5, 6, 7, 8, 9, 1], [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]))
    )  # fmt: skip
    source = write_tables(
        tmp_path / "in",
        districts=[{"district_id": "D1", "name": "Vilnius", "chamber_id": "C1"}],
        enforcers=[enforcer(f"A{n}") for n in range(1, 5)],
        ledger=[proceeding("L", "A3", debtor_id=debtor, category="treasury")],
        writs=[
            *(writ(f"W{n:02}", creditor_kind=("individual", "legal_entity")[n % 2]) for n in range(20)),
            writ("X1", debtor_id=debtor),
            writ("X2", debtor_id=debtor, claim="alimony", amount=None),
            writ("X3", debtor_id=last, claim="handover_of_child", amount=None),
            writ("X4", debtor_id=str(int(debtor) + 1)),
        ],
    )
    out = tmp_path / "out"
    run(tree, "-m", "tengbol", "run", source, "--out", out, "--as-of", "2026-11-23T09:30:00", "--seed", SEED)
    given = pl.read_parquet(out / "assignments.parquet")
    refused = pl.read_parquet(out / "rejected.parquet")
    assert refused.select("column", "code").rows() == [("debtor_id", "bad_check_digit")]
    assert given.height == 23
    mine = given.filter(pl.col("writ_id").is_in(["X1", "X2"]))
    assert mine.select("enforcer_id", "basis").unique().rows() == [("A3", "alimony_debtor")]
    assert "already has this debtor" in mine["explanation"][0]
    assert set(given["category"]) == {"persons", "companies", "maintenance", "acts"}
    shared = given.filter(pl.col("category").is_in(["persons", "companies"]))
    counts = shared.group_by("category", "enforcer_id").len()["len"].sort().to_list()
    assert counts == [2, 2, 2, 3, 3, 3, 3, 3], "eleven and ten among four"
    assert "0 broken" in run(tree, "-m", "tengbol", "verify", source, out, "--lang", "en")
    report = tmp_path / "report"
    run(tree, "-m", "tengbol", "report", out, "--input", source, "--out", report, "--lang", "en", "--format", "page")
    assert "Maintenance" in (report / "report.html").read_text(encoding="utf-8")


def test_the_second_law_is_small():
    """At most 200 lines of Python and TOML; its words, its cases and the twin for `verify` are counted apart."""
    own = [path for path in (PACK / "law").rglob("*") if path.suffix in (".py", ".toml")]
    assert own
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in own) <= 200
