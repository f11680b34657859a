"""SIGKILL at random moments of a command that replaces an output: inputs and one whole output are always there.

`TENGBOL_KILLS` sets how many kills the soak makes of each command (100).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from books import home, tengbol
from small import write_tables

CHILD = Path(__file__).with_name("output_child.py")
AS_OF = ("--as-of", "2026-11-23T18:00:00")
KILLS = int(os.environ.get("TENGBOL_KILLS", "100"))
OUTPUTS = {"run --out": "out", "public write": "public.jsonl.gz"}

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


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


def commands(what: str) -> list[list[str]]:
    """Two commands that write to the same place, to be run in turn."""
    if what == "run --out":
        return [["run", "in", "--out", "out", *AS_OF, "--seed", seed, "--processes", "1"] for seed in ("01", "02")]
    return [
        ["public", "write", "in", f"result{seed}", "--key", "key", "--out", "public.jsonl.gz"] for seed in ("01", "02")
    ]


def inputs(here: Path) -> dict[str, bytes]:
    places = [here / "key", *(path for name in ("in", "result01", "result02") for path in (here / name).iterdir())]
    return {str(path): path.read_bytes() for path in places}


def killed(here: Path, what: str, kills: int, seed: int, *, aside: bool = False) -> None:
    """Kill the command so many times; each time what it reads is as it was, and its output the last or the new one."""
    before = inputs(here)
    command = [sys.executable, str(CHILD), str(here), str(kills), str(seed), *(["aside"] if aside else [])]
    done = subprocess.run(command, input=json.dumps(commands(what)), capture_output=True, text=True, check=False)
    rounds = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rounds) == kills + 2, done.stderr
    [first, second], dead = rounds[:2], [one for one in rounds[2:] if one[0] == -9]
    assert first[0] == second[0] == 0, done.stderr
    assert first[2] != second[2], "the two outputs can be told from each other"
    assert {one[0] for one in rounds} <= {0, -9}, done.stderr
    assert len(dead) >= 0.8 * kills, "few outlive their moment, which threads may pass in another order"
    for _, moment, found, left, closed, _ in rounds:
        assert found in (first[2], second[2]), f"killed at {moment}: {found}"
        assert closed, f"killed at {moment}: a leftover is open to others"
        assert left <= 1, "leftovers are removed by the next command"
    assert inputs(here) == before
    counts = [sum(one[place] for one in rounds) for place in (3, 5)]
    print(f"{what}: {len(dead)} kills, {counts[0]} leftovers, {counts[1]} finished")
    last = tengbol(*commands(what)[0], cwd=here)
    assert last.returncode == 0
    assert not [path for path in here.iterdir() if path.name.startswith(".tengbol-")]


@pytest.mark.parametrize("what", OUTPUTS)
def test_killed_at_any_moment_a_command_leaves_its_input_and_one_whole_output(chamber, what):
    killed(chamber, what, 8, 1)


def test_where_names_cannot_be_exchanged_in_one_step_the_next_command_makes_it_whole(chamber):
    killed(chamber, "run --out", 8, 2, aside=True)


@pytest.mark.soak
@pytest.mark.parametrize("aside", [False, True], ids=["in one step", "one after the other"])
@pytest.mark.parametrize("what", OUTPUTS)
def test_killed_at_many_moments(chamber, what, aside):
    killed(chamber, what, KILLS, 3, aside=aside)
