"""Contract point 3.9: the same input, settings and seed give the same bytes, whatever else is different."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest
from chambers import typed
from io_cases import csv_folder, parquet_folder, workbook
from small import AS_OF, attachment, balance, district, enforcer, proceeding, recusal, writ, write_tables

from tengbol.batch import distribute
from tengbol.io.read import read
from tengbol.scenarios.demo import demo

if TYPE_CHECKING:
    from pathlib import Path

    from tengbol.batch import Result

MOMENT = datetime.fromisoformat(AS_OF)
EVENING = datetime(2026, 11, 23, 18)
TABLES = [
    f"{name}.{end}"
    for name in ("assignments", "unassigned", "rejected", "balances", "uniformity")
    for end in ("csv", "parquet")
]


def bundles(district_id: str, lengths: list[int]) -> list[dict]:
    return [
        writ(
            f"{district_id}/{n}/{part}", debtor_district_id=district_id, case_id=f"{n}", debtor_id=f"{district_id} {n}"
        )
        for n, length in enumerate(lengths)
        for part in range(length)
    ]


#: Two districts whose bundles need a search each, so that two processes have something to do; a third with all else,
#: and ids that sort oddly.
CHAMBER = {
    "districts": [district("Ә"), district("b", "C2"), district("B"), district("ß")],
    "enforcers": [
        *(enforcer(name, "Ә") for name in ("007", "7", "Қ")),
        *(enforcer(name, "b") for name in ("I", "i", "İ", "ı")),
        *(enforcer(name, "ß") for name in ("z", "Z", "1e3", "true")),
    ],
    "attachments": [attachment("B", "z"), attachment("B", "1e3")],
    "writs": [
        *bundles("Ә", [8, 8, 8, 7, 6, 6, 4, 2, 2]),
        *bundles("b", [8, 8, 8, 7, 6, 4, 4, 4, 2, 2]),
        *bundles("ß", [1, 2, 3]),
        *(
            writ(f"z{n}", debtor_district_id="B", claim=claim)
            for n, claim in enumerate(["money", "alimony", "eviction"])
        ),
        writ("again", debtor_district_id="ß", origin="returned", previous_enforcer_id="Z"),
        writ("unsigned", signature="absent", debtor_district_id="b"),
        writ("unreadable", amount="much", debtor_district_id="b"),
    ],
    "recusals": [recusal("ß/1/0", "true")],
    "ledger": [proceeding("L", "1e3", debtor_id="debtor of z1", category="alimony", district_id="B")],
    "balances": [balance("Z", "individual", 3, "2.123456789"), balance("1e3", "alimony", 0, "0.000500000")],
}

SURROUNDINGS = [
    ("1", {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"}),
    ("2", {"PYTHONHASHSEED": "1", "LC_ALL": "C.utf8", "TZ": "Asia/Almaty", "POLARS_MAX_THREADS": "2"}),
    ("1", {"PYTHONHASHSEED": "77", "LC_ALL": "tr_TR.UTF-8", "TZ": "America/New_York", "POLARS_MAX_THREADS": "1"}),
    ("2", {"PYTHONHASHSEED": "4242", "LC_ALL": "kk_KZ.UTF-8", "PYTHONUTF8": "0", "POLARS_MAX_THREADS": "3"}),
]


def command(source: Path, out: Path, processes: str, surroundings: dict[str, str]) -> None:
    subprocess.run(
        [
            *(sys.executable, "-c", "from tengbol.cli import main; main()"),
            *("run", source, "--out", out, "--as-of", AS_OF, "--seed", "7f3a09", "--processes", processes),
        ],
        env={**os.environ, **surroundings},
        check=True,
        capture_output=True,
    )


def test_the_bytes_of_every_table_are_the_same_whatever_the_processes_hash_seed_locale_and_clock(tmp_path):
    source = write_tables(tmp_path / "in", **CHAMBER)
    manifests = []
    for n, (processes, surroundings) in enumerate(SURROUNDINGS):
        command(source, tmp_path / f"{n}", processes, surroundings)
        for name in TABLES:
            assert (tmp_path / f"{n}" / name).read_bytes() == (tmp_path / "0" / name).read_bytes(), name
        manifest = json.loads((tmp_path / f"{n}" / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["counts"]["components_searched"] >= 2
        manifests.append({key: manifest[key] for key in manifest if key not in ("timings", "outputs")})
    assert all(manifest == manifests[0] for manifest in manifests)


# ---- The same tables in another order or another format


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    return demo(tmp_path_factory.mktemp("demo") / "csv", writs=300)


def result(source: Path, processes: int = 1) -> Result:
    return distribute(read(source).chamber, as_of=EVENING, seed="7f3a09", processes=processes)


def assert_alike(one: Result, other: Result) -> None:
    assert one.assignments.equals(other.assignments)
    assert one.unassigned.equals(other.unassigned)
    assert one.balances.equals(other.balances)
    assert one.proof == other.proof


def test_shuffled_rows_and_columns_give_the_same_objective_and_the_same_assignments(source, tmp_path):
    chance = random.Random(5)
    (tmp_path / "shuffled").mkdir()
    for file in sorted(source.glob("*.csv")):
        frame = pl.read_csv(file, infer_schema=False)
        rows = chance.sample(range(frame.height), frame.height)
        columns = chance.sample(frame.columns, frame.width)
        frame[rows].select(columns).write_csv(tmp_path / "shuffled" / file.name)
    assert_alike(result(source), result(tmp_path / "shuffled"))


def test_a_workbook_gives_what_the_folder_gives(source, tmp_path):
    assert_alike(result(source), result(demo(tmp_path / "xlsx", writs=300, xlsx=True)))


def test_csv_parquet_and_xlsx_give_the_same_assignments_also_with_odd_ids(tmp_path):
    tables = {
        name: [{key: str(cell) for key, cell in row.items() if cell is not None} for row in rows]
        for name, rows in CHAMBER.items()
    }
    tables["writs"] = [row for row in tables["writs"] if row["writ_id"] != "unreadable"]
    given = [
        csv_folder(tmp_path / "csv", tables),
        parquet_folder(tmp_path / "parquet", tables),
        workbook(tmp_path / "book.xlsx", tables),
    ]
    results = [distribute(read(source).chamber, as_of=MOMENT, seed="7f3a09") for source in given]
    assert results[0].counts["assigned"] == 51 + 53 + 6 + 3 + 1
    for other in results[1:]:
        assert_alike(results[0], other)


def test_columns_that_are_not_of_the_contract_change_nothing(source, tmp_path):
    (tmp_path / "wider").mkdir()
    for file in sorted(source.glob("*.csv")):
        frame = pl.read_csv(file, infer_schema=False)
        frame.with_columns(remark=pl.lit("x, y")).write_csv(tmp_path / "wider" / file.name)
    assert_alike(result(source), result(tmp_path / "wider"))


def test_what_is_decided_in_one_part_does_not_depend_on_a_part_it_has_nothing_to_do_with():
    """Writs of district b share neither pool nor enforcer with those of Ә: taking them away moves nothing there."""
    apart = {**CHAMBER, "attachments": [], "ledger": [], "writs": bundles("Ә", [5, 4, 3, 3]) + bundles("b", [2] * 5)}
    both = distribute(typed(apart), as_of=MOMENT, seed="7f3a09").assignments
    alone = distribute(typed({**apart, "writs": bundles("Ә", [5, 4, 3, 3])}), as_of=MOMENT, seed="7f3a09").assignments
    assert both.filter(pl.col("writ_id").str.starts_with("Ә")).equals(alone)
