"""The site of docs: `make docs` puts README and docs side by side into build/pages and builds build/site from them.

It works from the disk, without a network: no font, script or picture of anybody else's. The pages stay plain Markdown
as GitHub shows it; the tree of contents is read from the headings and links of `index.md`.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_SETTINGS = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))

project = "tengbol"
author = "tengbol"
version = release = _SETTINGS["project"]["version"]
root_doc = "docs/index"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["docs/benchmarks/*.json"]
smartquotes = False
myst_heading_anchors = 4

html_theme = "furo"
html_title = f"tengbol {version}"
html_copy_source = False
html_show_copyright = False
html_theme_options = {"source_view_link": "", "top_of_page_buttons": []}
# Long tables scroll on a phone instead of widening the page; unlabelled heads of tables take no room.
html_css_files = ["site.css"]
html_static_path = ["static"]


def _as_site(app: Sphinx, name: str, source: list[str]) -> None:
    """Call links by the titles of their pages, and give the index a tree for each of its headings, of what it links."""
    # A name of a file says enough beside the files, but not on a site.
    source[0] = re.sub(r"\[[\w./-]+\.md\](\([\w./-]+\.md(?:#[^)\s]+)?\))", r"[]\1", source[0])
    if name != root_doc:
        return
    trees = []
    for title, body in re.findall(r"^## ([^\n]*)\n(.*?)(?=^## |\Z)", source[0], re.MULTILINE | re.DOTALL):
        pages = [page.removesuffix(".md") for page in re.findall(r"\]\(([\w./-]+\.md)\)", body)]
        if title == "Understand":
            pages += sorted(f"law/cases/{path.stem}" for path in (Path(app.srcdir) / "docs/law/cases").glob("*.md"))
        trees.append("\n".join(["```{toctree}", ":hidden:", f":caption: {title}", "", *dict.fromkeys(pages), "```"]))
    source[0] += "\n\n" + "\n\n".join(["```{toctree}\n:hidden:\n\n../README\n```", *trees])


def setup(app: Sphinx) -> None:
    """Read the contents from the index."""
    app.connect("source-read", _as_site)
