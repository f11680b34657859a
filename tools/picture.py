"""`docs/report/readme.png`: the excess of each enforcer, from an English report on the example chamber."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).parents[1] / "docs" / "report" / "readme.png"

if __name__ == "__main__":
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        page.goto(Path(sys.argv[1]).resolve().as_uri())
        box = page.locator("#excess ~ figure, section:has(#excess) figure").first.bounding_box()
        assert box is not None
        clip = {"x": box["x"], "y": box["y"], "width": box["width"], "height": 350}
        page.screenshot(path=PICTURE, clip=clip, full_page=True)
