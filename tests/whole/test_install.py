"""What is installed: a lock for users and one for developers, every file in the wheel, a licence for every package."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree
from zipfile import ZipFile

import pytest

import tengbol

ROOT = Path(tengbol.__file__).parents[1]
LOCKS = ["requirements.lock", "requirements-dev.lock"]


def pins(lock: str) -> set[tuple[str, str]]:
    """Names and versions; a package stands twice where its version depends on Python's."""
    return set(re.findall(r"^([a-z0-9._-]+)==([^ ]+)", (ROOT / lock).read_text(), re.MULTILINE))


def same_name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def tengbol_command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "tengbol", *words], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_a_hash_for_every_package_and_no_address(lock):
    text = (ROOT / lock).read_text()
    assert "://" not in text
    for pinned in re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in pinned


def test_developers_use_the_versions_that_users_get():
    assert pins("requirements.lock") < pins("requirements-dev.lock")


def test_a_user_installs_at_most_48_packages():
    # Counted as the 127 of 0.1.0 are: what the lock puts on Linux, so without what only Windows needs.
    assert len({name for name, _ in pins("requirements.lock")} - {"colorama", "tzdata"}) <= 48


def test_every_package_that_a_user_installs_has_its_licence_in_the_table():
    text = (ROOT / "docs/licences.md").read_text()
    rows = re.findall(r"^\| ([^ |]+) +\| ([^ |]+) +\| ([^|]+?) +\|", text, re.MULTILINE)[1:]
    listed = {(same_name(name), version) for name, version, _ in rows}
    locked = pins("requirements.lock")
    assert listed <= locked, "make licences"
    assert {name for name, _ in listed} == {name for name, _ in locked}, "make licences"
    prose = text.split("|")[0].lower()
    assert all(name in prose for name, _, licence in rows if licence == "UNKNOWN")


def test_the_wheel_holds_every_file_of_the_package(tmp_path):
    listing = subprocess.run(["git", "ls-files", "tengbol"], cwd=ROOT, capture_output=True, text=True, check=True)
    # Built from a copy, for building leaves folders behind.
    copytree(ROOT / "tengbol", tmp_path / "tengbol")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    build = "from setuptools.build_meta import build_wheel; build_wheel('wheel')"
    subprocess.run([sys.executable, "-c", build], cwd=tmp_path, capture_output=True, check=True)
    [wheel] = (tmp_path / "wheel").glob("*.whl")
    with ZipFile(wheel) as packed:
        assert set(listing.stdout.split()) <= set(packed.namelist())


def test_python_m_tengbol_is_the_command_and_says_its_version():
    assert tengbol_command("--version").stdout == f"tengbol {tengbol.__version__}\n"


def test_a_shell_completes_the_verbs(monkeypatch):
    for name, value in {"_TENGBOL_COMPLETE": "complete_bash", "COMP_WORDS": "tengbol ver", "COMP_CWORD": "1"}.items():
        monkeypatch.setenv(name, value)
    assert tengbol_command().stdout.split() == ["verify"]
