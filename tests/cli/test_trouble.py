"""Settings, paths and files that make trouble: a sentence that says what to mend, never a fault of tengbol itself."""

from __future__ import annotations

import base64
import datetime as dt
import os
import zlib
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from books import tengbol
from small import CATEGORIES, attachment, balance, district, enforcer, writ, write_tables

from tengbol.config import load
from tengbol.errors import UnusableInputError
from tengbol.io.columnar import parquet_frame
from tengbol.io.kinds import RESULT
from tengbol.io.outputs import Output, refuse_unless_replaceable
from tengbol.report.folders import of_path
from tengbol.report.public.results import of_results
from tengbol.runner import run
from tengbol.service.pages.naming import unpacked
from tengbol.service.pages.render import _flash_of
from tengbol.service.problems import ProblemError
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
        refuse_unless_replaceable(Output(Path("/"), RESULT))


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
    assert pl.read_parquet(out / "assignments.parquet")["notify_creditor_by"].min() == dt.date(2027, 12, 8)
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


@pytest.mark.parametrize("bundled", [False, True])
def test_balances_as_far_apart_as_they_may_be_are_computed_and_checked(tmp_path, bundled):
    """Every enforcer stands a million writs to one side or the other: sums of squares reach 10²⁰ and more."""
    names = [f"E{j:02}" for j in range(40)]
    most = ((1_000_000, "0"), (0, "1000000"))
    source = write_tables(
        tmp_path / "in",
        districts=[district(f"D{d}") for d in range(3)],
        enforcers=[enforcer(name, f"D{j % 3}") for j, name in enumerate(names)],
        attachments=[attachment(f"D{(j + 1) % 3}", name) for j, name in enumerate(names) if j % 4 == 0],
        balances=[
            balance(name, category, *most[(j // 3 + place * (j % 2)) % 2])
            for j, name in enumerate(names)
            for place, category in enumerate(CATEGORIES)
        ],
        writs=[
            writ(
                f"W{i:03}",
                debtor_district_id=f"D{i % 3}",
                case_id=f"K{i // 12}-{i % 3}" if bundled else None,
                debtor_id=f"P{i}",
            )
            for i in range(240)
        ],
    )
    done, reading = run(source, tmp_path / "out", as_of=AS_OF, seed="1")
    assert reading.rejected.is_empty()
    assert len(done.assignments) == 240
    assert done.proof.objective > 2**63
    checked = verify(source, tmp_path / "out")
    assert checked.ok, str(checked)


@pytest.mark.parametrize(("received", "share"), [("1000001", "0"), ("0", "1000000.000000001"), ("0", "990101300123")])
def test_a_balance_too_large_for_any_enforcer_is_rejected_with_a_sentence(tmp_path, received, share):
    source = write_tables(
        tmp_path / "in",
        districts=[district("D1")],
        enforcers=[enforcer("E1"), enforcer("E2")],
        writs=[writ("W1")],
        balances=[balance("E1", "state", int(received), share)],
    )
    with pytest.raises(UnusableInputError, match="from 0 to 1000000"):
        run(source, tmp_path / "again", as_of=AS_OF, seed="1")
    _, reading = run(source, tmp_path / "again", as_of=AS_OF, seed="1", accept="known")
    assert reading.rejected["code"].to_list() == ["bad_number"]
    assert "from 0 to 1000000" in reading.rejected["message"].item()


#: Deeper than Python's reader of JSON goes.
NESTED = "[" * 5000 + "]" * 5000


def test_a_manifest_that_is_nested_without_end_is_none_at_every_door(tmp_path):
    source, out = result(tmp_path)
    (out / "manifest.json").write_text(f'{{"outputs": {{}}, "batch_id": {NESTED}}}')
    assert [finding.file for finding in verify(source, out).broken("manifest")] == ["manifest.json"]
    for read in (of_results, of_path):
        with pytest.raises(UnusableInputError, match="cannot be read"):
            read(out, source, *(["5a" * 32] if read is of_results else []))
    with pytest.raises(UnusableInputError, match=r"^.*out: "):
        run(source, out, as_of=AS_OF, seed="1")


def test_where_a_page_begins_and_what_is_told_on_the_way_are_not_nested_without_end():
    with pytest.raises(ProblemError):
        unpacked(base64.urlsafe_b64encode(NESTED.encode()).decode(), (str,))
    told = base64.urlsafe_b64encode(zlib.compress(NESTED.encode())).decode()
    assert _flash_of(SimpleNamespace(cookies={"told": told})) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "words",
    ["book status --book {}", "book init --book {}", "public write {} --out out", "forms {} --batch 1 --out out",
     "why {} W1", "report {} --out out", "serve --check --book {}", "verify . {}", "run . --config {} --out out",
     "template {}.xlsx"],
)  # fmt: skip
def test_a_path_that_cannot_be_looked_at_is_told_by_every_command(tmp_path, words):
    """As one in a folder that is closed to the user, which no test can make where it runs as root."""
    place = tmp_path / ("a" * 300) / "chamber.book"
    done = tengbol(*words.format(place).split(), cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith(f"tengbol: {place}")
    assert "cannot be reached (File name too long); check the path" in done.stderr
