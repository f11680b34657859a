"""The site of docs: it builds without a warning, asks nobody on the network, and fits a phone, light and dark."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from browser import browser
from pages import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory):
    """The site as `make docs` builds it."""
    place = tmp_path_factory.mktemp("site")
    for folder in ("docs", "examples"):
        shutil.copytree(ROOT / folder, place / "pages" / folder)
    for page in [*ROOT.glob("*.md"), ROOT / "LICENSE", ROOT / "pyproject.toml"]:
        shutil.copy(page, place / "pages")
    build = ["sphinx", "-q", "-W", "--keep-going", "-b", "html", "-c", "pages/docs", "pages", "site"]
    done = subprocess.run([sys.executable, "-m", *build], cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return place / "site"


@pytest.mark.soak
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_site_fits_a_phone_and_asks_nobody(site, scheme):
    outside, wide = [], []
    pages = [page for page in sorted(site.rglob("*.html")) if "_static" not in page.parts]
    assert len(pages) > 40
    with browser() as opened:
        page = opened.new_context(color_scheme=scheme, viewport={"width": 390, "height": 844}).new_page()
        page.on("request", lambda asked: outside.append(asked.url) if asked.url.startswith("http") else None)
        for one in pages:
            page.goto(one.as_uri())
            if page.evaluate("document.documentElement.scrollWidth") > 390:
                wide.append(one.name)
        page.goto((site / "search.html").as_uri() + "?q=alimony")
        page.wait_for_selector("#search-results li")
    assert (outside, wide) == ([], [])
