"""Settings, paths and files that make trouble: a sentence that says what to mend, never a fault of tengbol itself."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import polars as pl
import pytest
from small import district, enforcer, writ, write_tables

from tengbol.config import load
from tengbol.errors import UnusableInputError
from tengbol.io.columnar import parquet_frame
from tengbol.io.write import refuse_unless_replaceable
from tengbol.runner import run
from tengbol.verify import verify

AS_OF = dt.datetime(2026, 11, 23, 18)


def result(folder: Path, name: str = "out", **asked) -> tuple[Path, Path]:
    """A small chamber, distributed: the input and the result."""
    source = write_tables(
        folder / "in",
        districts=[district("D1")],
        enforcers=[enforcer("E1"), enforcer("E2")],
        writs=[writ("W1"), writ("W2"), writ("W3")],
    )
    run(source, folder / name, as_of=AS_OF, seed="1", **asked)
    return source, folder / name


def test_the_root_of_all_folders_cannot_take_a_result():
    with pytest.raises(UnusableInputError, match=r"^/: "):
        refuse_unless_replaceable(Path("/"))


def test_an_index_that_no_tenge_could_reach_is_refused(tmp_path):
    settings = tmp_path / "settings.toml"
    settings.write_text("[mci]\n2026-01-01 = 99999999999999999999\n")
    with pytest.raises(UnusableInputError, match=r"at mci\.2026-01-01"):
        load(settings)


def test_p7_a_whole_year_off_by_decree_moves_the_deadlines_behind_it(tmp_path):
    settings = tmp_path / "settings.toml"
    year = [dt.date(2026, 11, 1) + dt.timedelta(days=n) for n in range(400)]
    settings.write_text(f"[calendar]\ndays_off = [{', '.join(map(str, year))}]\n")
    source, out = result(tmp_path, config=load(settings))
    assert pl.read_parquet(out / "assignments.parquet")["collect_by"].min() == dt.date(2027, 12, 8)
    assert verify(source, out).ok


def test_a_result_in_a_folder_whose_name_is_not_utf8_is_verified(tmp_path):
    source, out = result(tmp_path, os.fsdecode(b"\xff\xfe"))
    assert verify(source, out).ok


def test_a_file_of_the_result_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    source, out = result(tmp_path)
    opened = Path.open

    def refused(self, *how, **asked):
        if self.name.startswith("assignments."):
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *how, **asked)

    monkeypatch.setattr(Path, "open", refused)
    broken = verify(source, out).broken("files")
    assert [finding.file for finding in broken] == ["assignments.csv", "assignments.parquet"]
    assert {finding.sentence for finding in broken} == {"cannot be read: Permission denied"}


def damaged_parquet(path: Path) -> Path:
    """A Parquet file with a byte changed, over which the library's threads panic."""
    frame = pl.DataFrame({"district_id": ["01", None, "03"], "name": ["a", "b", None], "chamber_id": ["1", "1", "1"]})
    frame.write_parquet(path, compression="uncompressed", statistics=False)
    content = bytearray(path.read_bytes())
    content[34] = 0
    path.write_bytes(content)
    return path


def test_a_damaged_parquet_file_is_refused_without_a_word_from_the_library(tmp_path, capfd):
    with pytest.raises(ValueError, match=r"\w"):
        parquet_frame(damaged_parquet(tmp_path / "districts.parquet"))
    assert capfd.readouterr() == ("", "")


def test_a_damaged_table_of_the_result_is_a_finding(tmp_path, capfd):
    source, out = result(tmp_path)
    damaged_parquet(out / "assignments.parquet")
    broken = verify(source, out).broken("files")
    assert [finding.file for finding in broken] == ["assignments.parquet"]
    assert capfd.readouterr() == ("", "")


def test_settings_that_are_no_file_are_refused_and_not_waited_for(tmp_path: Path):
    pipe = tmp_path / "settings.toml"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path):
        with pytest.raises(UnusableInputError, match="is no file to be read; give the path of a TOML file"):
            load(path)
