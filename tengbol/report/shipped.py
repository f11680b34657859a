"""Templates that are shipped beside this module, compiled once and kept as Python keeps its modules, in the same place.

To compile the page of a small run anew took a seventh of it.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib.resources import files
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from tengbol import __version__
from tengbol.report.wording import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2.bccache import Bucket
    from jinja2.runtime import Context


def environment(**filters: Callable[..., Any]) -> jinja2.Environment:
    """An environment with filters of one's own."""
    folder = files("tengbol.report")
    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: folder.joinpath(name).read_text("utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=printable,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_Kept(),
    )
    made.filters |= {name: _at_work(told) for name, told in filters.items()}
    return made


def _at_work(told: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that is never asked when a template is compiled, so that no language or catalogue comes into what is
    kept.
    """

    @jinja2.pass_context
    def ask(_: Context, *values: Any) -> Any:
        return told(*values)

    return ask


class _Kept(jinja2.BytecodeCache):
    """By template and version; each file says itself of which text it was made. What cannot be read or written is made
    anew.
    """

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept."""
        with suppress(OSError), _place(bucket).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        if sys.dont_write_bytecode:
            return
        place = _place(bucket)
        beside = place.with_name(f"{place.name}.{os.getpid()}")
        with suppress(OSError):
            beside.write_bytes(bucket.bytecode_to_string())
            beside.replace(place)


def _place(bucket: Bucket) -> Path:
    folder, made_by = Path(cache_from_source(__file__)).parent, f"{__version__}.jinja2-{jinja2.__version__}"
    return folder / f"{bucket.key}.{made_by}.{sys.implementation.cache_tag}"
