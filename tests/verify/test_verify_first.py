"""Results that version 0.1.0 made are verified by the rules by which they were made (format 1).

`results-0.1.0.tar.gz` has three that its own code wrote, each with its input. `plain`: a writ on paper and electronic
ones, a money writ without a sum (rejected then, taken today), balances of E4, whose licence had ended. `lost`: the
same with an absence that cannot be read. `filler`: the same as `plain`, and a debtor 000000000000 (taken then,
rejected today).
"""

from __future__ import annotations

import json
import tarfile
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from tengbol.verify import verify
from tengbol.verify.findings import Kind

MADE = Path(__file__).parents[1] / "support" / "results-0.1.0.tar.gz"


@pytest.fixture
def made(tmp_path):
    with tarfile.open(MADE) as packed:
        packed.extractall(tmp_path, filter="data")
    return tmp_path


def verified(made, name):
    return verify(made / name / "input", made / name / "result")


def unproven(report):
    return {(finding.check, finding.subject) for finding in report.of(Kind.UNPROVEN)}


def changed(made, name, table, change):
    """The result with a table changed and its hashes made anew, as whoever forges it would."""
    result = made / name / "result"
    frame = change(pl.read_parquet(result / f"{table}.parquet"))
    frame.write_parquet(result / f"{table}.parquet")
    frame.write_csv(result / f"{table}.csv")
    manifest = json.loads((result / "manifest.json").read_text())
    for end in ("csv", "parquet"):
        told = manifest["outputs"][f"{table}.{end}"]
        told |= {"rows": frame.height, "sha256": sha256((result / f"{table}.{end}").read_bytes()).hexdigest()}
    (result / "manifest.json").write_text(json.dumps(manifest))


LOT = ("lot", "")
NO_SUM = ("rejected", "writs row 4")


@pytest.mark.parametrize(
    ("name", "named"),
    [("plain", {LOT, NO_SUM}), ("lost", {LOT, NO_SUM, ("accepted", "absences row 3")}),
     ("filler", {("rejected", "writs row 9")})],
)  # fmt: skip
def test_what_version_0_1_0_made_still_verifies_as_what_it_was(made, name, named):
    report = verified(made, name)
    assert report.ok, str(report)
    assert unproven(report) == named


def test_p8_p15_it_gave_every_writ_both_days(made):
    assert pl.read_parquet(made / "plain/result/assignments.parquet")["collect_by"].null_count() == 0
    changed(made, "plain", "assignments", lambda rows: rows.with_columns(collect_by=pl.lit(None, dtype=pl.Date)))
    assert verified(made, "plain").broken("deadlines")


def test_p9_what_it_made_is_held_to_the_law_all_the_same(made):
    away = pl.when(pl.col("writ_id") == "W1").then(pl.lit("E3")).otherwise("enforcer_id").alias("enforcer_id")
    changed(made, "plain", "assignments", lambda rows: rows.with_columns(away))
    assert verified(made, "plain").broken("availability")


def test_a_row_that_it_would_have_rejected_is_not_passed_over(made):
    changed(made, "plain", "rejected", pl.DataFrame.clear)
    assert verified(made, "plain").broken("writs")
