"""README and docs: every code block runs, every link leads somewhere, every command and option is written down."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
import typer
from pages import ROOT, Reader, anchors, blocks, commands, links, name_of, pages, words_of

import tools.commands
import tools.names
from tengbol.cli import app
from tengbol.config import config_of
from tengbol.service import identity

if TYPE_CHECKING:
    from pathlib import Path

    from pages import Block

PAGES = pages()
LANGUAGES = {"sh", "python", "output", "toml", "json", "text"}
#: Pages with blocks that are only shown, and what they would need.
SHOWN = {
    "README.md": "a checkout and a registry of packages",
    "CONTRIBUTING.md": "a checkout, and minutes",
    "docs/book.md": "ids of a book of the reader's own",
    "docs/keeping.md": "another user, a server",
    "docs/public.md": "earlier files",
    "docs/service.md": "a server that goes on; `test_service_*` call what it calls",
    "docs/console.md": "a server that goes on",
    "docs/dev/add-a-rule.md": "a change of the program",
    "docs/dev/add-a-peer.md": "a change of the benchmark, and minutes",
    "docs/report.md": "results of several days",
}
COMMAND = typer.main.get_command(app)


def of(kind: str) -> list[tuple[Path, Block]]:
    return [(page, block) for page in PAGES for block in blocks(page) if block.language == kind]


def _runs(page: Path) -> bool:
    """Whether something on a page runs here; the tutorial does where its papers are read (`test_tutorial`)."""
    kinds = [block.words for block in blocks(page) if block.language in ("sh", "python")]
    return page.name != "tutorial.md" and any(not {"shown", "soak", "hidden"} & set(words) for words in kinds)


@pytest.mark.parametrize("page", [page for page in PAGES if _runs(page)], ids=name_of)
def test_the_blocks_of_a_page_run_one_after_the_other(page: Path, tmp_path: Path):
    assert Reader(tmp_path).work_through(page, soak=False)


@pytest.mark.soak
@pytest.mark.parametrize(
    "page", [page for page in PAGES if any("soak" in one.words for one in blocks(page))], ids=name_of
)
def test_the_long_blocks_of_a_page_run_too(page: Path, tmp_path: Path):
    assert Reader(tmp_path).work_through(page, soak=True)


def test_every_block_says_what_it_is_and_those_only_shown_are_few():
    for page in PAGES:
        for block in blocks(page):
            assert block.language in LANGUAGES, (name_of(page), block.line, block.language)
            assert set(block.words) <= {"soak", "shown", "hidden"}, (name_of(page), block.line, block.words)
    shown = {name_of(page) for page, block in of("sh") if "shown" in block.words}
    assert shown <= set(SHOWN)


def test_every_command_in_a_block_is_one_that_the_program_takes():
    seen = 0
    for page, block in of("sh"):
        for command in commands(block):
            words = words_of(command)
            if words is None:
                continue
            seen += 1
            try:
                _parsed(words)
            except Exception as error:
                raise AssertionError(f"{name_of(page)}:{block.line}: {command}: {error}") from error
    assert seen > 40


def _parsed(words: list[str]) -> None:
    """Let the program take a command's words apart, down to its last verb, and do nothing."""
    if "--help" in words or "--version" in words or "--install-completion" in words:
        return
    # `--lang` may stand before any verb.
    words = [word for word in (words[2:] if words[:1] == ["--lang"] else words) if word != "--json"]
    here, name = COMMAND, "tengbol"
    while hasattr(here, "commands"):
        name, words = words[0], words[1:]
        assert name in here.commands, f"no command {name!r}"
        here = here.commands[name]
    here.make_context(name, list(words)).close()


def test_every_block_of_settings_and_of_json_can_be_read():
    for page, block in of("json"):
        assert json.loads(block.text) is not None, name_of(page)
    for page, block in of("toml"):
        read = tomllib.loads(block.text)
        if "issuer" in read:
            assert set(read) == identity._NAMES, name_of(page)
        elif "variant" not in read:
            assert config_of(read), name_of(page)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path):
    for target in links(page):
        parts = urlsplit(target)
        if parts.scheme:
            assert parts.scheme in ("http", "https", "mailto"), target
            assert parts.scheme == "mailto" or re.fullmatch(r"[a-z0-9.-]+\.[a-z]+(:\d+)?", parts.netloc), target
            continue
        place = page if not parts.path else page.parent / unquote(parts.path)
        assert place.exists(), f"{target}: no such file"
        if parts.fragment and place.suffix == ".md":
            assert unquote(parts.fragment) in anchors(place), f"{target}: no such heading"


def test_every_page_is_led_to_from_the_start():
    """README and the index of docs lead, by links, to every page."""
    seen: set[Path] = set()
    waiting = [ROOT / "README.md", ROOT / "docs" / "index.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        targets = (page.parent / urlsplit(target).path for target in links(page) if not urlsplit(target).scheme)
        waiting += [place.resolve() for place in targets if place.suffix == ".md"]
    assert sorted(name_of(page) for page in PAGES if page.resolve() not in {one.resolve() for one in seen}) == []


@pytest.mark.parametrize("made", [tools.commands, tools.names])
def test_a_page_that_is_made_is_what_the_program_says_of_itself(made):
    assert made.PAGE.read_text(encoding="utf-8") == made.page(), "make reference"


def test_every_command_and_option_stands_on_the_page_of_commands():
    text = tools.commands.PAGE.read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## `(tengbol [^`]*)`\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    for name, command in tools.commands.verbs(COMMAND):
        assert name in sections, name
        for word in (word for parameter in command.params for word in parameter.opts if word.startswith("-")):
            assert f"`{word}`" in sections[name], (name, word)


def test_every_command_is_named_on_a_page_that_somebody_wrote():
    by_hand = [page for page in PAGES if "reference" not in page.parts and page.name != "CHANGELOG.md"]
    written = "\n".join(page.read_text(encoding="utf-8") for page in by_hand)
    named = {name: name.removeprefix("tengbol ") for name, _ in tools.commands.verbs(COMMAND)}
    alone = {name: rf"`{re.escape(name.split()[-1])}\b" for name in named}
    missing = [
        name for name, said in named.items() if f"tengbol {said}" not in written and not re.search(alone[name], written)
    ]
    assert missing == []


def test_the_tutorials_in_three_languages_give_the_same_commands():
    said = {}
    for page in ("tutorial.md", "tutorial.kk.md", "tutorial.ru.md"):
        given = [line for block in blocks(ROOT / "docs" / page) for line in commands(block)]
        said[page] = [re.sub(r"--lang \w\w", "--lang", line) for line in given]
    assert said["tutorial.md"] == said["tutorial.kk.md"] == said["tutorial.ru.md"]
    assert [line.split()[1] for line in said["tutorial.md"]] == ["template", "check", "run", "verify", "forms"]
