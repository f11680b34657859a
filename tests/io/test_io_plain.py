"""Text without a quotation mark goes one quick road, and says there what the careful road would say."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tengbol.io import delimited
from tengbol.io.plain import plain_cells
from tengbol.model.tables import TABLES

_TABLE = TABLES["districts"]
_HEADER = b"district_id,name,chamber_id\n"
_GOOD = b"111010000,Kokshetau,KZ-11\n"


def _body(lines: list[bytes]) -> bytes:
    return _HEADER + b"".join(lines)


_PLAIN = {
    "one line": _body([_GOOD]),
    "no end of the last line": _body([_GOOD, b"1,a,b"]),
    "Windows ends of lines": _body([_GOOD, _GOOD]).replace(b"\n", b"\r\n"),
    "empty cells": _body([b",,\n", b"1,,\n", b",,x\n", b",x,\n"]),
    "blanks around": _body([b" 1 ,\tb,c \n"]),
    "a mark of UTF-8": b"\xef\xbb\xbf" + _body([_GOOD]),
    "semicolons, and commas inside": _body([_GOOD]).replace(b",", b";") + b"1;a,b;c,\n",
    "a title above": b"Districts of 2026\n\n" + _body([_GOOD]),
    "only a header": _HEADER,
    "Kazakh letters": _body(["1,Ақмола,ә\n".encode()] * 3),
}

_NOT_PLAIN = {
    "a quotation mark": _body([_GOOD, b'1,"a,b",c\n']),
    "a stray quotation mark": _body([_GOOD, b'1,a"b,c\n', _GOOD]),
    "a cell too many": _body([_GOOD, b"1,a,b,c\n", _GOOD]),
    "empty cells too many": _body([_GOOD, b"1,a,b,,\n", _GOOD]),
    "a cell too few": _body([_GOOD, b"1,a\n", _GOOD]),
    "as many too few as too many": _body([b"1,a\n", b"1,a,b,c\n"]),
    "an empty line": _body([_GOOD, b"\n", _GOOD]),
    "empty lines at the end": _body([_GOOD, b"\n\n"]),
    "letters of kz1048": _body(["1,Ақмола,ә\n".encode("kz1048")] * 3),
    "a byte that is not UTF-8": _body(["1,Ақмола,ә\n".encode()] * 3 + [b"1,\xff,c\n"]),
    "the mark of such a byte": _body([b"1,\xf4\x8f\xbf\xbd,c\n"]),
    "ends of lines of old": _body([_GOOD]).replace(b"\n", b"\r"),
    "the spreadsheet's word on separators": b"sep=,\n" + _body([_GOOD]),
}


@pytest.mark.parametrize("name", _PLAIN)
def test_plain_text_reads_as_with_care(name: str) -> None:
    quick = delimited._plain_grid(_PLAIN[name].removeprefix(b"\xef\xbb\xbf"), "x.csv", _TABLE)
    assert quick is not None
    careful = delimited._careful_grid(_PLAIN[name], "x.csv", _TABLE)
    assert quick.header == careful.header
    # Ends of cells that hold nothing but blanks are trimmed away for both, right after.
    trimmed = [grid.cells.select(_trimmed(grid.cells.columns)) for grid in (quick, careful)]
    assert_frame_equal(*trimmed)
    assert careful.broken.is_empty()


@pytest.mark.parametrize("name", _NOT_PLAIN)
def test_all_else_is_left_to_the_careful_road(name: str) -> None:
    assert delimited._plain_grid(_NOT_PLAIN[name], "x.csv", _TABLE) is None


@pytest.mark.parametrize("odd", [b"1,a\n", b"1,a,b,c\n", b"\n", b'1,"a",b\n'])
def test_one_odd_line_among_many_is_never_overlooked(odd: bytes) -> None:
    lines = [_GOOD] * 50_000
    for place in (0, 24_999, 49_999):
        text = _body([*lines[:place], odd, *lines[place:]])
        assert plain_cells(text, ",", [_HEADER], 3) is None
    assert plain_cells(_body(lines), ",", [_HEADER], 3) is not None


def _trimmed(columns: list[str]) -> list[pl.Expr]:
    return [pl.col("row"), *(pl.col(name).str.strip_chars().replace("", None) for name in columns if name != "row")]
