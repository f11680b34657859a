"""SIGKILL at random moments while an output is replaced: what is read and one whole output are always there.

In the suite an output of a few bytes, by the same way that every command takes; in the soak the commands themselves.
`TENGBOL_KILLS` sets how many kills the soak makes of each (100).
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from books import home, tengbol
from small import write_tables

from tengbol.io.staging import finish

CHILD = Path(__file__).parents[1] / "support" / "output_child.py"
AS_OF = ("--as-of", "2026-11-23T18:00:00")
KILLS = int(os.environ.get("TENGBOL_KILLS", "100"))

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a system without SIGKILL")


def child(here: Path, words: list[str], last: int, *, aside: bool) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(CHILD), json.dumps(words), str(last), json.dumps(aside)]
    return subprocess.run(command, cwd=here, capture_output=True, text=True, check=False)


def told(out: Path) -> str:
    """An output in a word: the hash of a file, the seed of a result that is whole, or what is wrong with it."""
    if not out.exists():
        return "missing"
    if out.is_file():
        return hashlib.sha256(out.read_bytes()).hexdigest()
    manifest = json.loads((out / "manifest.json").read_bytes())
    for name, entry in manifest["outputs"].items():
        if "sha256" in entry and hashlib.sha256((out / name).read_bytes()).hexdigest() != entry["sha256"]:
            return f"{name} is another"
    differ = {path.name for path in out.iterdir()} ^ {"manifest.json", *manifest["outputs"]}
    return f"{min(differ)} is missing or too much" if differ else manifest["seed"]


def killed(here: Path, pair: list[list[str]], out: Path, kills: int, *, aside: bool = False) -> None:
    """Two commands replace each other's output, each killed so many times at an event drawn by a seed."""
    draw, moments, states = random.Random(7), [], []
    # Twice, for whoever comes first compiles what he imports, and replaces nothing.
    for words in (*pair, *pair):
        done = child(here, words, 0, aside=aside)
        assert done.returncode == 0, done.stderr
        moments.append(int(done.stdout.split()[-1]))
        states.append(told(out))
    del moments[:2], states[:2]
    assert states[0] != states[1], "the two outputs can be told from each other"
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file() and out not in (path, path.parent)}
    died = left = finished = 0
    for number in range(kills):
        last = draw.randint(1, moments[number % 2])
        done = child(here, pair[number % 2], last, aside=aside)
        # Threads may pass the events in another order, so that one command has fewer of them.
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        died += done.returncode != 0
        found = [place for place in here.iterdir() if place.name.startswith(".tengbol-")]
        assert len(found) <= 1, "the next command removes what the one before left"
        assert all(place.stat().st_mode & 0o077 == 0 for place in found), "a leftover is open to others"
        left += len(found)
        finished += len(finish(here)) if aside else 0
        assert told(out) in states, f"killed at {last} of {moments[number % 2]}: {told(out)}"
    assert died >= 0.8 * kills
    assert {path: path.read_bytes() for path in before} == before
    assert child(here, pair[0], 0, aside=aside).returncode == 0
    assert not [path for path in here.iterdir() if path.name.startswith(".tengbol-")]
    print(f"{died} killed, {left} leftovers, {finished} finished by the next command")


@pytest.mark.parametrize(("what", "aside"), [("folder", False), ("folder", True), ("file", False)])
def test_killed_at_any_moment_one_whole_output_is_there(tmp_path, what, aside):
    killed(tmp_path, [["put", what, "out", text] for text in ("1", "2")], tmp_path / "out", 6, aside=aside)


@pytest.fixture(scope="module")
def chamber(tmp_path_factory):
    """Tables, a key, and two results of them to be published in turn."""
    here = tmp_path_factory.mktemp("chamber")
    write_tables(here / "in", **home())
    (here / "key").write_text("ab" * 32)
    (here / "key").chmod(0o600)
    for seed in ("01", "02"):
        done = tengbol("run", "in", "--out", f"result{seed}", *AS_OF, "--seed", seed, "--key", "key", cwd=here)
        assert done.returncode == 0, done.stderr
    return here


@pytest.mark.soak
@pytest.mark.parametrize("aside", [False, True], ids=["in one step", "one after the other"])
@pytest.mark.parametrize("what", ["run", "public write"])
def test_killed_at_many_moments_a_command_leaves_its_input_and_one_whole_output(chamber, tmp_path, what, aside):
    here = tmp_path / "here"
    shutil.copytree(chamber, here)
    (here / "key").chmod(0o600)
    if what == "run":
        pair = [["run", "in", "--out", "out", *AS_OF, "--seed", seed, "--processes", "1"] for seed in ("01", "02")]
    else:
        pair = [["public", "write", "in", f"result{n}", "--key", "key", "--out", "out"] for n in ("01", "02")]
    killed(here, pair, here / "out", KILLS, aside=aside)
