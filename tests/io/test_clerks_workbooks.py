"""Workbooks in the ways clerks make them: every row is taken, and every value is the one that was meant."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from clerks import made

from tengbol.io.read import read
from tengbol.model.tables import TABLES

#: A dozen tell most; the rest are tried in the soak.
QUICK, ALL = range(12), range(12, 40)


#: The workbooks of these numbers, opened in LibreOffice 7.4 and saved by it as what their names say.
SAVED = Path(__file__).parents[1] / "support" / "libreoffice"


def same_as_meant(seed: int, folder, saved: Path | None = None) -> None:
    place, tables = made(seed, folder)
    reading = read(saved or place)
    assert reading.rejected.is_empty(), reading.rejected.rows()
    for name, rows in tables.items():
        got = {tuple(row[key] for key in _key(name)): row for row in _rows(reading, name)}
        assert len(got) == len(rows), (name, len(got), len(rows))
        for row in rows:
            want = dict(row)
            if name == "balances":
                want["share"] = Decimal(row["share"])
            assert got[tuple(want[key] for key in _key(name))] == want


def _key(name: str) -> tuple[str, ...]:
    return TABLES[name].key or ("enforcer_id", "start")


def _rows(reading, name: str) -> list[dict]:
    frame = getattr(reading.chamber, name)
    if name == "writs":
        frame = frame.join(reading.beside, on="writ_id", how="left")
    return frame.to_dicts()


@pytest.mark.parametrize("seed", QUICK)
def test_what_a_clerk_means_is_what_is_read(tmp_path, seed):
    same_as_meant(seed, tmp_path)


@pytest.mark.parametrize("name", ["clerk-0.ods", "clerk-1.xls", "clerk-2.xlsx"])
def test_what_a_spreadsheet_program_saved_is_read_alike(tmp_path, name):
    same_as_meant(int(name[len("clerk-")]), tmp_path, SAVED / name)


@pytest.mark.soak
@pytest.mark.parametrize("seed", ALL)
def test_what_more_clerks_mean_is_what_is_read(tmp_path, seed):
    same_as_meant(seed, tmp_path)
