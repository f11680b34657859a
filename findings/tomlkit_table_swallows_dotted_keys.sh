#!/usr/bin/env bash
# What: tomlkit 0.15.2 (PyPI), a table set into a table that the text writes with dotted keys.
# Where it was met: random changes of small TOML documents: what the library holds set beside what Python's tomllib
#   reads of the text that it writes.
# Expected: the two are equal, as the package is there for changing settings without touching what stands around them.
#   Of `share.akmola = 3` and `share.almaty = 5`, after `document["share"]["late"] = {"days": 2}`, both stay shares.
# Seen: the document in memory says so; its text has the header `[share.late]` between the two lines, so that what
#   follows is read as part of it: `share.almaty` is `share.late.share.almaty`. Below a header `[lot]` the new header
#   loses its parent, too, and also a plain `seed` that stood in `[lot]` ends in it. All of it is valid TOML, nothing is
#   raised. The same settings under a header `[share]`, or a number in place of the table, are written rightly.
# Source: run here. Issues 513, 524 and 543 of python-poetry/tomlkit, of tables in the place of dotted keys and of keys
#   added after one, are mended in this version; pull requests 558 and 568 for 556 and 557, the nearest, are not in it.
# What follows: read what was written with another parser and compare, before it takes the old file's place.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check tomlkit==0.15.2
"$place/venv/bin/python" - <<'PYTHON'
import tomllib

import tomlkit

DOTTED = "share.akmola = 3\nshare.almaty = 5\n"


def changed(text, value, *path):
    document = tomlkit.parse(text)
    table = document
    for key in path:
        table = table[key]
    table["late"] = value
    held, written = document.unwrap(), tomlkit.dumps(document)
    read = tomllib.loads(written)
    print(f"{written!r}\n  held: {held}\n  read: {read}")
    return held, read


held, read = changed(DOTTED, {"days": 2}, "share")
assert held == {"share": {"akmola": 3, "almaty": 5, "late": {"days": 2}}}
assert read == {"share": {"akmola": 3, "late": {"days": 2, "share": {"almaty": 5}}}}, "the header stands last now"

held, read = changed(f"[lot]\n{DOTTED}seed = 7\n", {"days": 2}, "lot", "share")
assert held == {"lot": {"share": {"akmola": 3, "almaty": 5, "late": {"days": 2}}, "seed": 7}}
assert read["lot"] == {"share": {"akmola": 3}} and read["share"]["late"]["seed"] == 7, "the header has its parent now"

for text, value in (("[share]\nakmola = 3\nalmaty = 5\n", {"days": 2}), (DOTTED, 2)):
    held, read = changed(text, value, "share")
    assert held == read
PYTHON
