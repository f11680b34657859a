"""`tengbol report`: from result folders to a report, whole or not at all, and a sentence where that cannot be."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl
import pytest
from small import district, enforcer, proceeding, put, writ, write_tables
from typer.testing import CliRunner

from tengbol.batch import distribute
from tengbol.cli import app
from tengbol.errors import UnusableInputError
from tengbol.io.read import read
from tengbol.model import sentences
from tengbol.report.explained import in_language
from tengbol.report.folders import of_folders, of_path
from tengbol.report.output import write_report
from tengbol.report.record import SCHEMAS, of_distribution
from tengbol.report.words import Words
from tengbol.runner import run

TABLES = {
    "districts": [district("D1"), district("D2")],
    "enforcers": [*(enforcer(f"E{n}") for n in range(3)), enforcer("A0", "D2")],
    "ledger": [proceeding("L", "E2", debtor_id="payer", category="alimony")],
}


FILES = {"page": {"report.html"}, "pdf": {"report.pdf"}, "workbook": {"report.xlsx"}}


def writs(day):
    pair = [writ(f"{day}-pair-{n}", case_id=f"K{day}", debtor_id=f"d{day}") for n in range(2)]
    return [
        *(writ(f"{day}-{n}") for n in range(4)),
        *pair,
        writ(f"{day}-alimony", claim="alimony", amount=None, debtor_id="payer"),
        writ(f"{day}-elsewhere", debtor_district_id="no such district"),
        writ(f"{day}-paper", form="paper", signature=None, original_attached="false"),
    ]


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Three days of one chamber in `in/DAY` and `out/DAY`, each with the balances that the day before left."""
    folder = tmp_path_factory.mktemp("days")
    balances = []
    for day in range(3):
        write_tables(
            folder / "in" / f"{day}", **TABLES, writs=writs(day), **({"balances": balances} if balances else {})
        )
        moment = datetime(2026, 11, 23, 18) + timedelta(days=day)
        made, _ = run(folder / "in" / f"{day}", folder / "out" / f"{day}", as_of=moment, seed="ab12")
        balances = [{**row, "share": f"{row['share']:f}"} for row in made.balances.iter_rows(named=True)]
    return folder


def test_only_what_is_wanted_is_made_and_it_is_the_same(ran, tmp_path):
    def reported(*formats):
        out = tmp_path / ("-".join(formats) or "all")
        wanted = [word for name in formats for word in ("--format", name)]
        line = ["report", ran / "out" / "0", "--input", ran / "in" / "0", "--out", out, "--lang", "ru", *wanted]
        done = CliRunner().invoke(app, list(map(str, line)))
        assert done.exit_code == 0, done.exception
        return {path.name: path.read_bytes() for path in out.iterdir() if path.name != "manifest.json"}

    whole = reported()
    tables = {name for name in whole if name.endswith(".parquet")}
    assert set(whole) - tables == {"report.html", "report.pdf", "report.xlsx"} and len(tables) > 10
    for formats in (["page"], ["tables"], ["workbook", "page"], ["pdf"]):
        made = reported(*formats)
        assert set(made) == set().union(*({**FILES, "tables": tables}[name] for name in formats))
        # A PDF and a workbook have their moment in them.
        assert all(made[name] == whole[name] for name in made if name.endswith((".html", ".parquet")))
    wrong = CliRunner().invoke(app, ["report", "out", "--out", str(tmp_path / "x"), "--format", "doc"])
    assert isinstance(wrong.exception, UnusableInputError) and "page, pdf, workbook, tables" in str(wrong.exception)
    assert not (tmp_path / "x").exists()


def tengbol(*arguments):
    command = [sys.executable, "-c", "from tengbol.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_record_read_by_many_processes_is_the_one_read_by_one(ran, monkeypatch):
    one = of_path(ran / "out", ran / "in")
    monkeypatch.setattr("tengbol.report.folders._WORTH_PROCESSES", 2)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    many = of_path(ran / "out", ran / "in")
    for name in SCHEMAS:
        assert getattr(many, name).equals(getattr(one, name)), name
    with pytest.raises(UnusableInputError, match="is not the input"):
        of_folders([(ran / "in" / "0", ran / "out" / "0"), (ran / "in" / "0", ran / "out" / "1")])


def test_a_folder_gives_the_record_that_its_distribution_gave(ran):
    chamber = read(ran / "in" / "0")
    made = distribute(chamber.chamber, as_of=datetime(2026, 11, 23, 18), seed="ab12")
    kept = of_path(ran / "out" / "0", ran / "in" / "0")
    other = of_distribution(chamber.chamber, made, batch_id=kept.batches["batch_id"].item(), rejected=chamber.rejected)
    for name in SCHEMAS:
        assert getattr(kept, name).equals(getattr(other, name)), name


def test_a_folder_of_results_is_a_period_in_the_order_of_time(ran):
    kept = of_path(ran / "out", ran / "in")
    assert kept.batches["number"].to_list() == [1, 2, 3]
    assert kept.batches["as_of"].is_sorted()
    assert kept.assignments.height == 3 * 7
    pairs = [(ran / "in" / name, ran / "out" / name) for name in "201"]
    again = of_folders(pairs)
    for name in SCHEMAS:
        assert getattr(kept, name).equals(getattr(again, name)), name


def refused(*arguments):
    with pytest.raises(UnusableInputError) as told:
        of_path(*arguments)
    return str(told.value)


def test_another_input_is_refused(ran):
    assert "is not the input" in refused(ran / "out" / "0", ran / "in" / "1")


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_result_alone_is_reported_without_names_and_amounts(ran, language):
    alone, whole = of_path(ran / "out" / "0", None), of_path(ran / "out" / "0", ran / "in" / "0")
    for name in ("unassigned", "rejected", "left_out", "passed_over", "waiting", "pools", "standing"):
        assert getattr(alone, name).equals(getattr(whole, name)), name
    left = ("amount", "received_at", "immediate")
    assert alone.assignments.drop(left).equals(whole.assignments.drop(left))
    nameless = replace(
        whole,
        enforcers=whole.enforcers.with_columns(name="enforcer_id"),
        districts=whole.districts.with_columns(name="district_id"),
    )
    words = Words(language)
    assert in_language(alone, words)["assignments"]["explanation"].equals(
        in_language(nameless, words)["assignments"]["explanation"]
    )


def test_a_result_of_version_0_1_0_needs_its_input(ran, tmp_path):
    shutil.copytree(ran / "out" / "0", tmp_path / "old")
    manifest = json.loads((tmp_path / "old" / "manifest.json").read_text(encoding="utf-8"))
    del manifest["format"]
    (tmp_path / "old" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert "--input" in refused(tmp_path / "old", None)
    assert of_path(tmp_path / "old", ran / "in" / "0").waiting.equals(of_path(ran / "out" / "0", None).waiting)


def test_shares_that_contradict_the_balances_are_refused(ran, tmp_path):
    shutil.copytree(ran / "out" / "0", tmp_path / "other")
    shares = pl.read_parquet(tmp_path / "other" / "shares.parquet")
    put(tmp_path / "other", "shares", shares[1:])
    assert "another share" in refused(tmp_path / "other", None)


def test_a_template_changed_in_one_place_is_shown_changed_of_every_result(ran, monkeypatch):
    before = (ran / "out" / "0" / "assignments.csv").read_bytes()
    monkeypatch.setitem(sentences.LOT, "writs", "Of {alike} alike, each of {n} gets some.")
    said = in_language(of_path(ran / "out" / "0", ran / "in" / "0"), Words("en"))["assignments"]["explanation"]
    assert said.str.contains("alike, each of").any()
    assert (ran / "out" / "0" / "assignments.csv").read_bytes() == before


def test_what_is_no_result_is_refused(ran, tmp_path):
    assert "no such folder" in refused(tmp_path / "nothing", ran / "in")
    assert "holds no result" in refused(tmp_path, ran / "in")
    (tmp_path / "manifest.json").write_text("[]")
    assert "is no result" in refused(tmp_path, ran / "in") or "cannot be read" in refused(tmp_path, ran / "in")
    (tmp_path / "manifest.json").write_text("{")
    assert "cannot be read" in refused(tmp_path, ran / "in")


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("9007199254.740993", 2**53 + 1),
        ("9223372036854.775807", 2**63 - 1),
        ("9007199255", 9_007_199_255_000_000),
        ("1.5e3", 1_500_000_000),
        ("9223372036854.775808", None),
        ("0.0000001", None),
        ('"1"', None),
        ("null", None),
        ("true", None),
        ("NaN", None),
    ],
)
def test_an_objective_is_read_with_all_its_digits_or_not_at_all(ran, tmp_path, text, due):
    """Above 2⁵³ squared thousandths a float no longer tells one from the next."""
    shutil.copytree(ran / "out" / "0", tmp_path / "out")
    manifest = tmp_path / "out" / "manifest.json"
    told = json.loads(manifest.read_text())
    told["objective"] = "HERE"
    manifest.write_text(json.dumps(told).replace('"HERE"', text))
    if due is None:
        assert "'objective' is" in refused(tmp_path / "out", ran / "in" / "0")
    else:
        assert of_path(tmp_path / "out", ran / "in" / "0").batches["objective"].to_list() == [due]


def test_a_result_that_lost_a_table_is_refused(ran, tmp_path):
    shutil.copytree(ran / "out" / "0", tmp_path / "out")
    (tmp_path / "out" / "balances.parquet").unlink()
    assert "balances.parquet" in refused(tmp_path / "out", ran / "in" / "0")


def test_a_period_with_a_day_missing_is_refused(ran):
    pairs = [(ran / "in" / name, ran / "out" / name) for name in "02"]
    with pytest.raises(UnusableInputError, match="with other balances than"):
        of_folders(pairs)


def test_one_batch_twice_is_refused(ran):
    with pytest.raises(UnusableInputError, match="same batch"):
        of_folders([(ran / "in" / "0", ran / "out" / "0")] * 2)


@pytest.fixture(scope="module")
def reported(ran):
    done = tengbol("report", ran / "out", "--input", ran / "in", "--out", ran / "report", "--lang", "kk")
    assert done.returncode == 0, done.stderr
    return ran / "report"


def test_a_report_has_its_page_paper_workbook_and_tables_and_lists_them(reported):
    told = json.loads((reported / "manifest.json").read_text())
    present = {file.name for file in reported.iterdir()} - {"manifest.json"}
    assert present == set(told["outputs"])
    assert {"report.html", "report.pdf", "report.xlsx", "measures.parquet", "findings.parquet"} <= present
    assert told["kind"] == "report"
    assert len(told["batches"]) == 3
    assert '<html lang="kk">' in (reported / "report.html").read_text(encoding="utf-8")


def test_without_typst_a_report_has_no_paper_and_says_how_to_get_it(ran, tmp_path, monkeypatch):
    monkeypatch.setattr("tengbol.report.paper.find_spec", lambda _: None)
    asked = ["report", str(ran / "out" / "0"), "--input", str(ran / "in" / "0"), "--out", str(tmp_path / "report")]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0
    assert "pip install typst" in done.output
    told = json.loads((tmp_path / "report" / "manifest.json").read_text())
    assert "report.html" in told["outputs"]
    assert "report.pdf" not in told["outputs"]


def test_the_workbook_holds_what_the_parquet_files_hold(reported):
    for file in reported.glob("*.parquet"):
        frame = pl.read_parquet(file)
        if frame.is_empty():
            continue
        sheet = pl.read_excel(reported / "report.xlsx", sheet_name=file.stem, infer_schema_length=None)
        assert sheet.columns == frame.columns
        assert sheet.height == frame.height
        for name, kind in frame.schema.items():
            if kind in (pl.Float64, pl.Int64) and frame[name].null_count() == 0:
                apart = (sheet[name].cast(pl.Float64) - frame[name].cast(pl.Float64)).abs().max()
                assert apart <= 1e-12 * max(1.0, frame[name].abs().max()), (file.stem, name)


def test_explanations_and_messages_stand_in_the_language_of_the_report(reported):
    given = pl.read_parquet(reported / "assignments.parquet")["explanation"].to_list()
    assert all("орындаушы" in text for text in given)
    left = pl.read_parquet(reported / "unassigned.parquet")["explanation"].to_list()
    assert all("қағаз жеткізгіштегі" in text for text in left)
    messages = pl.read_parquet(reported / "rejected.parquet")["message"].to_list()
    assert messages
    assert all("кестесінің" in text for text in messages)


def test_the_same_results_give_the_same_bytes(ran, reported):
    again = tengbol("report", ran / "out", "--input", ran / "in", "--out", ran / "again", "--lang", "kk")
    assert again.returncode == 0, again.stderr
    for file in reported.iterdir():
        assert file.read_bytes() == (ran / "again" / file.name).read_bytes(), file.name


def test_a_report_takes_the_place_of_a_report_but_never_of_a_result(ran, tmp_path, monkeypatch):
    monkeypatch.setattr("tengbol.report.page.pictures", lambda *_: {})
    kept = of_path(ran / "out" / "0", ran / "in" / "0")
    shutil.copytree(ran / "out" / "0", tmp_path / "result")
    with pytest.raises(UnusableInputError, match="holds a result"):
        write_report(kept, tmp_path / "result", Words("en"))
    assert (tmp_path / "result" / "assignments.csv").exists()
    write_report(kept, tmp_path / "report", Words("en"))
    write_report(kept, tmp_path / "report", Words("ru"))
    assert json.loads((tmp_path / "report" / "manifest.json").read_text())["language"] == "ru"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["--lang", "de"], "kk, ru, en"), (["--chamber", "C9"], "no district belongs to it")],
)
def test_what_cannot_be_reported_ends_with_2_and_a_sentence(ran, tmp_path, arguments, told):
    place = ["--input", ran / "in" / "0", "--out", tmp_path / "report"]
    done = tengbol("report", ran / "out" / "0", *place, *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "report").exists()
