"""What `tengbol run` writes, `tengbol verify` accepts; what somebody changed, it refuses, with the right exit code."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys

import polars as pl
import pytest
from small import district, enforcer, proceeding, put, recusal, writ, write_tables

from tengbol.verify import Kind, verify


def tengbol(*arguments):
    command = [sys.executable, "-c", "from tengbol.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    pairs = [writ(f"pair-{n}-{half}", case_id=f"K{n}", debtor_id=f"d{n}") for n in range(5) for half in "ab"]
    write_tables(
        folder / "in",
        districts=[district("D1"), district("D2")],
        enforcers=[*(enforcer(f"E{n}") for n in range(4)), enforcer("F", "D2")],
        ledger=[proceeding("L", "E2", debtor_id="payer", category="alimony")],
        recusals=[recusal("single-3", "E1")],
        writs=[
            *pairs,
            *(writ(f"single-{n}") for n in range(12)),
            *(writ(f"firm-{n}", creditor_kind="legal_entity") for n in range(7)),
            writ("alimony", claim="alimony", amount=None, debtor_id="payer"),
            writ("there", debtor_district_id="D2"),
            writ("paper", debtor_district_id="D2", form="paper", signature=None, original_attached="true"),
            writ("elsewhere", debtor_district_id="no such district"),
        ],
    )
    run = tengbol("run", folder / "in", "--out", folder / "out", "--as-of", "2026-11-23T09:30:00", "--seed", "ab12")
    assert run.returncode == 0, run.stderr
    return folder


def test_what_run_writes_holds_and_is_proven_independently(ran):
    report = verify(ran / "in", ran / "out")
    assert report.ok, str(report)
    # Who among equals got more is chosen by a search that is not repeated (`--again`).
    assert {f.check for f in report.of(Kind.UNPROVEN)} <= {"lot"}, str(report)


def test_the_command_ends_with_0_when_everything_holds(ran):
    done = tengbol("verify", ran / "in", ran / "out")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing broke" in done.stdout


def test_the_command_ends_with_2_without_a_traceback_when_there_is_no_result(ran, tmp_path):
    done = tengbol("verify", ran / "in", tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stdout + done.stderr


def test_the_command_ends_with_1_and_names_the_writ_that_was_moved(ran):
    path = ran / "out" / "assignments.parquet"
    before = pl.read_parquet(path)
    try:
        moved = pl.when(pl.col("writ_id") == "alimony").then(pl.lit("E0")).otherwise("enforcer_id")
        put(ran / "out", "assignments", before.with_columns(moved.alias("enforcer_id")))
        done = tengbol("verify", ran / "in", ran / "out")
        assert done.returncode == 1
        assert "alimony · ¶13: went to E0; it is bound to E2" in done.stdout
    finally:
        put(ran / "out", "assignments", before)


@pytest.mark.parametrize(
    ("told", "instead"),
    [("the 3 enforcers", "the 9 enforcers"), ("¶9: ", "¶11: "), ("(E", "(X")],
    ids=["size of the pool", "paragraph", "enforcer"],
)
def test_an_explanation_that_tells_what_is_not_so_is_found(ran, told, instead):
    path = ran / "out" / "assignments.parquet"
    before = pl.read_parquet(path)
    try:
        text = pl.col("explanation").str.replace(told, instead, literal=True)
        told_otherwise = pl.when(pl.col("writ_id") == "single-3").then(text).otherwise("explanation")
        put(ran / "out", "assignments", before.with_columns(told_otherwise.alias("explanation")))
        broken = verify(ran / "in", ran / "out").broken()
        assert [(finding.check, finding.subject) for finding in broken] == [("explanations", "single-3")]
    finally:
        put(ran / "out", "assignments", before)


def test_p9_of_late_writs_each_names_the_day_by_which_it_was_due(tmp_path):
    """Alike but for that day; an explanation is worked out once for all that have the same."""
    days = ("2026-11-02", "2026-11-05", "2026-11-20")
    write_tables(
        tmp_path / "in",
        districts=[district("D1")],
        enforcers=[enforcer("E1")],
        writs=[writ(f"{day}-{n}", received_at=f"{day}T10:00:00") for day in days for n in "ab"],
    )
    run = tengbol("run", tmp_path / "in", "--out", tmp_path / "out", "--as-of", "2026-11-23T09:30:00", "--seed", "ab")
    assert run.returncode == 0, run.stderr
    assert verify(tmp_path / "in", tmp_path / "out").ok
    table = pl.read_parquet(tmp_path / "out" / "assignments.parquet")
    told = dict(table.select("writ_id", "explanation").iter_rows())
    assert len({told[f"{day}-a"] for day in days}) == 3
    first, second = f"{days[0]}-a", f"{days[1]}-a"
    swapped = pl.col("writ_id").replace_strict(
        {first: told[second], second: told[first]}, default=pl.col("explanation")
    )
    put(tmp_path / "out", "assignments", table.with_columns(explanation=swapped))
    broken = verify(tmp_path / "in", tmp_path / "out").broken()
    assert sorted((finding.check, finding.subject) for finding in broken) == [
        ("explanations", first),
        ("explanations", second),
    ]


@pytest.mark.parametrize(
    ("writ_id", "column", "day", "paragraph"),
    [
        ("there", "collect_by", dt.date(2026, 11, 26), "¶8"),
        ("paper", "notify_creditor_by", dt.date(2026, 11, 26), "¶15"),
        ("paper", "collect_by", None, "¶8"),
    ],
)
def test_p8_p15_a_day_that_a_writ_of_its_form_has_not_is_found(ran, writ_id, column, day, paragraph):
    """Nothing of an electronic writ is collected; a notice of a paper one has no day before its receipt."""
    before = pl.read_parquet(ran / "out" / "assignments.parquet")
    try:
        other = pl.when(pl.col("writ_id") == writ_id).then(pl.lit(day)).otherwise(column).alias(column)
        put(ran / "out", "assignments", before.with_columns(other))
        found = verify(ran / "in", ran / "out").broken("deadlines")
        assert [(f.subject, f.paragraph) for f in found] == [(writ_id, paragraph)]
    finally:
        put(ran / "out", "assignments", before)


def test_what_was_rejected_must_be_what_reading_rejects(ran):
    before = pl.read_parquet(ran / "out" / "rejected.parquet")
    try:
        put(ran / "out", "rejected", before.with_columns(code=pl.lit("another code")))
        assert {finding.check for finding in verify(ran / "in", ran / "out").broken()} == {"rejected"}
    finally:
        put(ran / "out", "rejected", before)


def test_a_count_that_is_not_so_is_found_whichever_it_is(ran):
    path = ran / "out" / "manifest.json"
    before = path.read_text(encoding="utf-8")
    told = json.loads(before)
    assert told["counts"]["components"] > 1
    names = set(told["counts"]) - {"components_searched"}  # a matter of the way, not of the result
    try:
        for name in names:
            counts = {**told["counts"], name: told["counts"][name] + 1}
            path.write_text(json.dumps({**told, "counts": counts}), encoding="utf-8")
            broken = verify(ran / "in", ran / "out").broken()
            assert [(finding.check, finding.subject) for finding in broken] == [("counts", name)]
        counts = {**told["counts"], "unassigned_of_another_kind": 1}
        path.write_text(json.dumps({**told, "counts": counts}), encoding="utf-8")
        assert [finding.check for finding in verify(ran / "in", ran / "out").broken()] == ["counts"]
    finally:
        path.write_text(before, encoding="utf-8")


def test_a_batch_under_another_name_is_found(ran):
    path = ran / "out" / "manifest.json"
    before = path.read_text(encoding="utf-8")
    name = json.loads(before)["batch_id"]
    try:
        path.write_text(before.replace(name, name[:-1] + ("0" if name[-1] != "0" else "1")), encoding="utf-8")
        assert [finding.check for finding in verify(ran / "in", ran / "out").broken()] == ["batch_id"]
        path.write_text(before.replace(name, "a name of its own"), encoding="utf-8")
        report = verify(ran / "in", ran / "out")
        assert report.ok
        assert [finding.check for finding in report.of(Kind.UNPROVEN) if finding.check != "lot"] == ["batch_id"]
    finally:
        path.write_text(before, encoding="utf-8")
