"""Plain values of a command line are read without typer's own reader, and as it reads them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer._coercion import build_runtime_param, resolve_type_descriptor
from typer.models import OptionInfo

from tengbol.cli.values import _Plain

#: Kinds of options as commands have them, each with its bounds.
KINDS: list[tuple[Any, dict[str, Any], bool]] = [
    (str, {}, False),
    (Path, {}, False),
    (list[str], {}, True),
    (list[Path], {}, True),
    (int, {}, False),
    (int, {"min": 1, "max": 12}, False),
    (float, {"min": 0.0}, False),
    (Path, {"exists": True}, False),
    (Path, {"dir_okay": False}, False),
]
WORDS = st.text(max_size=8) | st.sampled_from(
    [
        "",
        "0",
        "12",
        "13",
        "-1",
        "007",
        "1_0",
        "1.5",
        "1e3",
        "٣",
        " 4",
        "/",
        ".",
        "no such",
        "a\0b",
        "\udcff",
        "x" * 5000,
    ]
)
GIVEN = st.none() | WORDS | st.integers(-2, 20) | st.floats() | st.lists(WORDS, max_size=3).map(tuple)


def read(build: Any, told: Any, value: Any, many: bool) -> Any:
    """What a value is read as, with its type, or what is said of it."""
    parameter = SimpleNamespace(multiple=many, nargs=1, name="option")
    try:
        found = build(told).coerce(value, param=parameter, ctx=None)
    except typer.BadParameter as error:
        return error.message
    except Exception as error:
        return type(error)
    return repr(found), type(found)


@pytest.mark.parametrize(("kind", "asked", "many"), KINDS)
@given(value=GIVEN)
def test_a_value_is_read_as_typer_reads_it(kind, asked, many, value):
    told = resolve_type_descriptor(kind, OptionInfo(**asked))
    assert read(_Plain, told, value, many) == read(build_runtime_param, told, value, many)
