"""Commands killed at random moments: a process that starts each by a fork, for imports take longer than the command.

`python output_child.py FOLDER KILLS SEED` reads from its standard input a JSON list of commands, which it runs in turn
in `FOLDER`, each killed (SIGKILL) at a random event of its file system after it begins to write, and prints for each
what it found then. Nothing here uses polars: its threads would not survive a fork.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import random
import signal
import sys
from pathlib import Path
from typing import Any

from tengbol import cli
from tengbol.io import exchange, staging


def lay_mine(last: int, said: Path) -> None:
    """Die before the `last`-th event after the command began to write; 0: live, and say how many there were."""
    begun, seen = False, 0

    def step(event: str, given: tuple[Any, ...]) -> None:
        nonlocal begun, seen
        begun = begun or (event == "os.mkdir" and ".tengbol-" in str(given[0]))
        # Files of Python's own are opened at first use, and are no moments of a command.
        if not begun or event in ("import", "compile", "exec", "object.__getattr__") or not event.startswith(WATCHED):
            return
        seen += 1
        if seen == last:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(step)
    ENDS.append(lambda: said.write_text(str(seen)))


#: What the commands import when they begin: once, before the first fork.
IMPORTED = (
    *("tengbol.runner", "tengbol.report.public.results", "tengbol.report.public", "tengbol.config"),
    *("tengbol.book.store", "tengbol.book.publishing", "tengbol.io.key"),
)
WATCHED = ("open", "os.", "shutil.", "ctypes.call_function", "fcntl.")
ENDS: list[Any] = []


def run(words: list[str], last: int, said: Path, *, aside: bool) -> int:
    """One command in a process of its own; how it ended, negative for a signal."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 70
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if aside:
            exchange._exchanged = lambda *_: False
        lay_mine(last, said)
        sys.argv = ["tengbol", *words]
        try:
            cli.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        if not last:
            ENDS[0]()
    finally:
        os._exit(code)


def told(out: Path) -> str:
    """An output in a word: the hash of a file, the seed of a result that is whole, or what it lacks."""
    if not out.exists():
        return "missing"
    if out.is_file():
        return hashlib.sha256(out.read_bytes()).hexdigest()
    manifest = json.loads((out / "manifest.json").read_bytes())
    for name, entry in manifest["outputs"].items():
        if hashlib.sha256((out / name).read_bytes()).hexdigest() != entry["sha256"]:
            return f"{name} is another"
    spare = {path.name for path in out.iterdir()} - {"manifest.json", *manifest["outputs"]}
    return f"{min(spare)} is left over" if spare else manifest["seed"]


def main(folder: str, kills: str, seed: str, aside: str = "") -> None:
    os.chdir(folder)
    for name in IMPORTED:
        importlib.import_module(name)
    commands = json.load(sys.stdin)
    draw, said = random.Random(int(seed)), Path("said").absolute()
    moments = {}
    for number in range(int(kills) + 2):
        words = commands[number % 2]
        out = Path(words[words.index("--out") + 1])
        # The first two live, so that there is an output, and tell how many moments there are.
        last = draw.randint(1, moments[number % 2]) if number > 1 else 0
        code = run(words, last, said, aside=bool(aside))
        if not last:
            moments[number % 2] = int(said.read_text()) if code == 0 else 0
        left = [place for place in out.absolute().parent.iterdir() if place.name.startswith(".tengbol-")]
        closed = all(place.stat().st_mode & 0o077 == 0 for place in left)
        finished = [str(path) for path in staging.finish(out.absolute().parent)] if aside else []
        print(json.dumps([code, last, told(out), len(left), closed, len(finished)]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
