"""Every act of a clerk is killed (SIGKILL) before any of its statements, on both stores: done whole or not at all.

Long (`-m soak`); one verb is tried at one place always.
"""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from shutil import copy

import pytest
from book_verbs import VERBS, rows
from books import clerk, home, opened, take
from small import writ

from tengbol.book.batches import batch
from tengbol.book.departures import leave

KILLER = Path(__file__).parents[1] / "support" / "book_killer.py"
pytestmark = pytest.mark.stores

#: Acts on single writs and people; imports and batches have their own trials.
ACTS = [
    *("leave", "return", "pause", "transfer", "recuse", "recuse --party", "request", "materials", "mark", "centre"),
    *("returned", "annul", "withdraw", "correct", "reassign", "revoke", "succeed", "balance", "ruling"),
]
PLACES = 8


class Trial:
    """A book with a batch behind it, copied for each try."""

    def __init__(self, url: str, folder: Path, server) -> None:
        self.url, self.folder, self.server, self.made = url, folder, server, 0
        store = opened(url, folder)
        batch(store, clerk(), as_of=clerk().clock())
        back = writ("R", origin="returned", previous_enforcer_id="E1")
        take(store, folder, **home(writs=[writ("W9"), writ("U", immediate=True), back]))
        leave(store, clerk(), "E3", reason="sickness", start=clerk().clock().date(), end=None, at=clerk().clock())
        store.close()

    def copy(self) -> str:
        if self.server is not None:
            return self.server.copy(self.url)
        self.made += 1
        path = self.folder / f"copy{self.made}"
        copy(self.url.removeprefix("sqlite:///"), path)
        path.chmod(0o600)
        return f"sqlite:///{path}"

    def run(self, url: str, verb: str, last: int) -> tuple[int, int]:
        """Exit code, and how many statements there were; none where it was killed."""
        words = [word.format(folder=self.folder, n=0) for word in VERBS[verb]]
        done = subprocess.run(
            [sys.executable, str(KILLER), str(last), "book", *words, "--book", url],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, int(done.stdout.split()[-1]) if "statements" in done.stdout else 0


@pytest.fixture
def trial(url, tmp_path, request) -> Trial:
    server = request.getfixturevalue("postgresql") if url.startswith("postgresql") else None
    return Trial(url, tmp_path, server)


def killed(trial: Trial, verb: str, places: list[float]) -> None:
    before = rows(trial.url)
    whole = trial.copy()
    code, statements = trial.run(whole, verb, 0)
    assert code == 0 and statements > 2, verb
    after = rows(whole)
    assert after != before, "the verb does something"
    for place in places:
        again = trial.copy()
        code, said = trial.run(again, verb, 1 + int(place * (statements - 1)))
        assert code == -9 and said == 0, "it was killed"
        now = rows(again)
        assert now in (before, after), (verb, place)
        # Whoever does it once more does it whole, where it was not done.
        if now == before:
            assert trial.run(again, verb, 0)[0] == 0
            assert rows(again) == after


def test_an_act_killed_under_its_statements_was_done_whole_or_not_at_all(trial):
    killed(trial, "reassign", [0.8])


@pytest.mark.soak
@pytest.mark.parametrize("verb", ACTS)
def test_so_it_is_with_every_act_wherever_it_is_killed(trial, verb):
    draws = random.Random(f"killed {verb}")
    killed(trial, verb, [draws.random() for _ in range(PLACES)])
