"""What is made of files that are shipped with the package, kept as Python keeps its modules, in the same place.

To read the tables of words and headers anew, and to make what reads TOML, took a twentieth of a small run. What is kept
says itself of which text it was made, and is made anew for any other.
"""

from __future__ import annotations

import datetime
import marshal
import os
import sys
from contextlib import suppress
from importlib.resources import files
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from typing import Any


def toml(name: str) -> dict[str, Any]:
    """A TOML file that is shipped with the package, by its path in it."""
    text = files("tengbol").joinpath(*name.split("/")).read_text(encoding="utf-8")
    kept = name.replace("/", ".")
    with suppress(OSError, EOFError, ValueError, TypeError):
        magic, code = marshal.loads(place(kept).read_bytes())
        if magic == MAGIC_NUMBER:
            of_text, told = eval(code, {"datetime": datetime})
            if of_text == text:
                return told
    import tomllib

    told = tomllib.loads(text)
    # Days are no constants of compiled Python, but calls.
    keep(kept, marshal.dumps((MAGIC_NUMBER, compile(f"({text!r}, {told!r})", kept, "eval"))))
    return told


def place(name: str) -> Path:
    """Where what is called so is kept."""
    return Path(cache_from_source(__file__)).parent / f"{name}.{sys.implementation.cache_tag}"


def keep(name: str, content: bytes) -> None:
    """Keep it, where Python may keep modules; what cannot be written is made anew another time."""
    if sys.dont_write_bytecode:
        return
    there = place(name)
    beside = there.with_name(f"{there.name}.{os.getpid()}")
    with suppress(OSError):
        beside.write_bytes(content)
        beside.replace(there)
