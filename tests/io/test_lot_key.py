"""A chamber's key: its lot goes by ids that can be published, and whoever has the key can replay it from the tables."""

from __future__ import annotations

import hmac
import json
import shutil
from hashlib import sha256

import polars as pl
import pytest
from books import tengbol
from hypothesis import given
from hypothesis import strategies as st
from small import AS_OF, district, enforcer, put, writ, write_tables

from tengbol.errors import UnusableInputError
from tengbol.io.key import BESIDE, read_key
from tengbol.model.cells import check_digit_holds
from tengbol.optimizer import lot
from tengbol.verify import Kind, verify
from tengbol.verify.masks import could_be_personal

KEY = "0f" * 32
#: Ids of enforcers that could be personal numbers: made up, with right check digits.
PERSONAL = ("850101300124", "900512400018", "750303300012")


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keyed")
    write_tables(
        folder / "in",
        districts=[district("D1")],
        enforcers=[*(enforcer(f"E{n}") for n in range(3)), *map(enforcer, PERSONAL)],
        writs=[
            *(writ(f"single-{n}") for n in range(25)),
            *(writ(f"pair-{n}-{half}", case_id=f"K{n}", debtor_id=f"d{n}") for n in range(4) for half in "ab"),
        ],
    )
    (folder / "chamber.key").write_text(KEY + "\n")
    (folder / "chamber.key").chmod(0o600)
    run = tengbol(
        "run", folder / "in", "--out", folder / "out", "--as-of", AS_OF, "--seed", "ab", "--key", folder / "chamber.key"
    )
    assert run.returncode == 0, run.stderr
    return folder


def test_the_manifest_says_that_the_lot_goes_by_masked_ids_and_commits_to_the_key(ran):
    manifest = json.loads((ran / "out" / "manifest.json").read_text())
    committed = sha256(f"tengbol key\n{KEY}".encode()).hexdigest()
    assert manifest["lot"] == {"version": 2, "ids": "masked", "key_commitment": committed}
    assert KEY not in (ran / "out" / "manifest.json").read_text()


def test_with_the_key_the_lot_is_replayed(ran):
    report = verify(ran / "in", ran / "out", key=KEY)
    assert report.ok, str(report)
    # Who among equals got more is chosen by a search that is not repeated (`--again`).
    assert {f.check for f in report.of(Kind.UNPROVEN)} <= {"lot"}, str(report)


def test_the_command_takes_the_key_and_says_how_to_check(ran):
    done = tengbol("verify", ran / "in", ran / "out", "--key", ran / "chamber.key")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Of all choices as even, the seed gives this one" in done.stdout


def test_a_key_beside_the_result_is_used(ran, tmp_path):
    shutil.copytree(ran / "out", tmp_path / "out")
    (tmp_path / "out" / BESIDE).write_text(KEY)
    (tmp_path / "out" / BESIDE).chmod(0o600)
    report = verify(ran / "in", tmp_path / "out")
    assert report.ok
    # Who among equals got more is chosen by a search that is not repeated (`--again`).
    assert {f.check for f in report.of(Kind.UNPROVEN)} <= {"lot"}, str(report)


def test_without_the_key_the_lot_is_left_open_and_the_rest_is_checked(ran):
    report = verify(ran / "in", ran / "out")
    assert report.ok
    assert [finding.check for finding in report.of(Kind.UNPROVEN)] == ["lot", "decisions"]


def test_with_another_key_the_lot_breaks(ran):
    report = verify(ran / "in", ran / "out", key="1e" * 32)
    assert [finding.check for finding in report.broken()] == ["lot"]


def test_two_alike_writs_exchanged_break_the_lot_of_masked_ids(ran, tmp_path):
    shutil.copytree(ran / "out", tmp_path / "out")
    frame = pl.read_parquet(tmp_path / "out" / "assignments.parquet")
    one, two = frame.filter(pl.col("writ_id").str.starts_with("single")).unique("enforcer_id", keep="first")[:2].rows()
    put(
        tmp_path / "out",
        "assignments",
        frame.with_columns(
            enforcer_id=pl.col("writ_id").replace_strict(
                {one[0]: two[1], two[0]: one[1]}, default=pl.col("enforcer_id")
            )
        ),
    )
    assert "lot" in {finding.check for finding in verify(ran / "in", tmp_path / "out", key=KEY).broken()}


def test_a_key_for_a_result_without_one_is_refused(ran, tmp_path):
    run = tengbol("run", ran / "in", "--out", tmp_path / "out", "--as-of", AS_OF, "--seed", "ab")
    assert run.returncode == 0, run.stderr
    with pytest.raises(UnusableInputError, match="without a key"):
        verify(ran / "in", tmp_path / "out", key=KEY)


@pytest.mark.parametrize("content", [b"", b"xyz", b"0f" * 31, b"0f" * 33, "ключ".encode()])
def test_a_file_that_holds_no_key_is_refused_with_a_sentence(tmp_path, content):
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(UnusableInputError, match="64 hexadecimal digits"):
        read_key(tmp_path / "key")


@given(st.text(alphabet="0123456789", min_size=11, max_size=11), st.integers(0, 9))
def test_who_could_be_a_personal_number_is_told_alike_by_both_codes(start, last):
    number = f"{start}{last}"
    holds = pl.select(check_digit_holds(pl.lit(number)).fill_null(False)).item()
    assert could_be_personal(number) == holds


def test_only_ids_that_could_be_personal_numbers_are_masked():
    ids = ["JSO-1", "850101300124", "850101300125"]
    own = [could_be_personal(name) for name in ids]
    due = hmac.new(bytes.fromhex(KEY), b"enforcer:850101300124", "sha256").hexdigest()[:32]
    assert lot.officials(KEY, ids, own) == ["JSO-1", due, "850101300125"]
