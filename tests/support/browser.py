"""A real browser without a window, and what it sees of a page: errors, requests, missing glyphs, an audit.

Debian's chromium, or any other that PATH has. Where there is none the tests are left out, unless `TENGBOL_BROWSER` asks
for one, as the machine that checks every change does.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tengbol.report.public.checker import write_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")

#: Characters of the page whose picture is that of a character which no font has, by the fonts of body and of charts.
_MISSING = """() => {
  const canvas = document.createElement("canvas"); canvas.width = canvas.height = 40;
  const context = canvas.getContext("2d", {willReadFrequently: true});
  const drawn = (text, font) => {
    context.clearRect(0, 0, 40, 40); context.font = font; context.textBaseline = "middle";
    context.fillText(text, 4, 20);
    return context.getImageData(0, 0, 40, 40).data.join();
  };
  const missing = new Set();
  const places = [document.body, document.querySelector("svg text"), document.querySelector("h1")].filter(Boolean);
  const text = new Set([...document.body.textContent].filter(letter => /\\S/u.test(letter)));
  for (const place of places) {
    const style = getComputedStyle(place), font = `${style.fontWeight} 20px ${style.fontFamily}`;
    const unknown = new Set(["\\u{10FFFE}", "\\u{E123}", "\\u{FFFFE}"].map(letter => drawn(letter, font)));
    for (const letter of text) if (unknown.has(drawn(letter, font))) missing.add(letter);
  }
  return [...missing];
}"""

#: The page that checks names these of every file: no file can show them.
ALWAYS = {"outside", "previous"}


@contextmanager
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        if os.environ.get("TENGBOL_BROWSER"):
            raise AssertionError(f"none of {', '.join(NAMES)} is installed")
        pytest.skip("no chromium is installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        try:
            yield opened
        finally:
            opened.close()


@dataclass
class Seen:
    """What a page did while it was opened: messages of its console, and what it asked for besides itself."""

    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def opened(where: Browser, file: Path, **options: object) -> tuple[Page, Seen]:
    """Open a file; `options` are the browser context's."""
    page, seen = where.new_page(**options), Seen()  # type: ignore[arg-type]
    page.on("console", lambda message: seen.messages.append(message.text))
    page.on("pageerror", lambda error: seen.messages.append(str(error)))
    page.on("request", lambda request: seen.requests.append(request.url))
    page.goto(file.as_uri())
    seen.requests = [url for url in seen.requests if url != file.as_uri() and not url.startswith("data:")]
    return page, seen


@contextmanager
def checking(folder: Path) -> Iterator[Page]:
    """The page that checks public files, opened in English; it may say nothing to the console."""
    with browser() as chromium:
        tab, seen = opened(chromium, write_page(folder / "p.jsonl"), locale="en-GB")
        yield tab
        assert seen.messages == []
        tab.close()


def missing_glyphs(page: Page) -> list[str]:
    """Characters on the page that its fonts cannot show."""
    return page.evaluate(_MISSING)


def audited(page: Page) -> list[str]:
    """What axe-core finds wrong, the first folded table of each section open: the others are made alike."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("document.querySelectorAll('details:first-of-type').forEach(one => { one.open = true; })")
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]} (× {len(one['nodes'])})" for one in found]


def dropped(tab: Page, content: str | bytes, name: str = "public.jsonl") -> tuple[str, set[str], set[str]]:
    """The verdict of the page that checks on a file, what is broken and what it did not check, by check."""
    content = content if isinstance(content, bytes) else content.encode()
    tab.set_input_files("#file", [{"name": name, "mimeType": "application/octet-stream", "buffer": content}])
    tab.wait_for_selector("body[data-verdict]", state="attached")
    of = {
        kind: set(tab.eval_on_selector_all(f"[data-kind={kind}] li", "all => all.map(one => one.dataset.check)"))
        for kind in ("broken", "open")
    }
    return tab.evaluate("document.body.dataset.verdict"), of["broken"], of["open"] - ALWAYS
