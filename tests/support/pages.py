"""The pages of README and docs as tests see them: code blocks that run, links that lead somewhere, anchors.

A fence names its language: `sh` (commands, run in order in a folder of the page's own, with `examples` in it), `python`
(one program for each page), `output` (lines that the block before it prints, in that order), `toml`, `json`, `text`.
A second word changes that: `soak` runs only in the soak, `shown` (of `sh`) needs another machine and only its `tengbol`
commands are held to the program. A comment `<!-- run: … -->` is a command that readers need not see.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from listening import ended, invoked

from tengbol.book.store import OPEN
from tengbol.cli import machine
from tengbol.cli.language import heard, speak
from tengbol.errors import UnusableInputError

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1[ ]*$|^<!-- run: (.*?) -->$", re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    """Every page that is written for readers, in the order of their paths."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@dataclass(frozen=True)
class Block:
    """A fence: its language, its other words, its text, and the line where it begins. `run` is a hidden command."""

    language: str
    words: tuple[str, ...]
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    text, found = page.read_text(encoding="utf-8"), []
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        if match[4] is not None:
            found.append(Block("sh", ("hidden",), match[4], line))
        else:
            language, *words = match[2].split() or [""]
            found.append(Block(language, tuple(words), match[3], line))
    return found


def prose(page: Path) -> str:
    """A page without its code."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to a page's headings."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    heads = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", head).replace("`", "").strip().lower() for head in heads)
    return {re.sub(r"[^\w\- ]", "", head).replace(" ", "-") for head in plain}


def links(page: Path) -> list[str]:
    """Targets of a page's links and pictures."""
    return re.findall(r"\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)", prose(page))


def commands(block: Block) -> list[str]:
    """Commands of a block, one a line; a line that ends in a backslash goes on."""
    lines = block.text.replace("\\\n", " ").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def words_of(command: str) -> list[str] | None:
    """Arguments of a `tengbol` command; None of another command."""
    if not re.match(r"(\S*/)?tengbol\s", command):
        return None
    return shlex.split(command, comments=True)[1:]


class Reader:
    """Whoever works through one page, in a folder of his own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.names, self.printed = folder, {"__name__": "page"}, ""
        (folder / "examples").symlink_to(ROOT / "examples")

    def work_through(self, page: Path, *, soak: bool) -> int:
        """Run a page's blocks; returns how many. Fails with the page, the line and what was seen."""
        ran, told = 0, False
        with contextlib.chdir(self.folder), _environment():
            for block in blocks(page):
                place = f"{name_of(page)}:{block.line}"
                if block.language == "output":
                    if told:
                        self._holds(block, place)
                    continue
                told = block.language in ("sh", "python") and "shown" not in block.words
                told = told and (soak or "soak" not in block.words)
                if not told:
                    continue
                ran += 1
                (self._shell if block.language == "sh" else self._python)(block, place)
        return ran

    def _python(self, block: Block, place: str) -> None:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(block.text, place, "exec"), self.names)
        self.printed = out.getvalue()

    def _shell(self, block: Block, place: str) -> None:
        self.printed = ""
        for command in commands(block):
            wanted = int((re.search(r"# exit (\d)", command) or [0, 0])[1])
            code, said = _done(command)
            assert code == wanted, f"{place}: {command}\nended with {code}: {said}"
            self.printed += said

    def _holds(self, block: Block, place: str) -> None:
        rest = self.printed
        for line in filter(str.strip, block.text.splitlines()):
            _, found, rest = rest.partition(line.strip())
            assert found, f"{place}: {line!r} is not printed (in this order); printed was\n{self.printed}"


def _done(command: str) -> tuple[int, str]:
    """Exit code and output of one command."""
    words = words_of(command)
    if words is None:
        if setting := re.fullmatch(r"export (\w+)=(.*?)(?:\s+#.*)?", command):
            os.environ[setting[1]] = " ".join(shlex.split(setting[2]))
            return 0, ""
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr
    if "restore" in words:
        # A cursor that waits for the collector keeps a book open that was closed; the end of a process ends it, too.
        gc.collect()
    try:
        asked, words = heard(machine.listen(words))
        speak(asked or "en")
        done = invoked(words)
        if machine.listening():
            code = getattr(done.exception, "code", done.exit_code)
            return code if isinstance(code, int) else done.exit_code, ended(done)
    except UnusableInputError as error:
        return error.code, str(error)
    finally:
        machine.listen([])
        # A command's process ends with it, and with that what it had open.
        for store in list(OPEN):
            store.close()
    if isinstance(done.exception, UnusableInputError):
        return done.exception.code, done.output + str(done.exception)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


@contextlib.contextmanager
def _environment() -> Any:
    """Whatever a page exports ends with it."""
    kept = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)
        speak("en")
