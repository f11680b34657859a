"""Whether both files of a table, `.csv` and `.parquet`, say the same (contract section 4)."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256
from io import RawIOBase
from typing import IO, TYPE_CHECKING, Final, cast

import polars as pl

from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path

    from typing_extensions import Buffer

    from tengbol.verify.findings import Findings

_SHARE: Final = pl.Decimal(38, 9)
#: Bytes that are compared at once: so many stay near the processor.
_AT_ONCE: Final = 1 << 18
#: A decimal that loses nothing when it becomes one of `_SHARE`.
_NINE_PLACES: Final = r"^-?[0-9]{1,28}(\.[0-9]{1,9})?$"


def same_bytes(path: Path, frame: pl.DataFrame) -> str | None:
    """SHA-256, hex, of a `.csv` that is, byte for byte, how a table is plainly written: nothing has to be read of it.

    Another may say the same and be written otherwise: then its cells are compared (`check_alike`).
    """
    try:
        with path.open("rb", buffering=0) as file:
            beside = _Beside(file)
            frame.write_csv(cast("IO[bytes]", beside), datetime_format="%Y-%m-%dT%H:%M:%S%.f")
            return beside.sum.hexdigest() if beside.same and not file.read(1) else None
    except (OSError, pl.exceptions.PolarsError):
        return None


class _Beside(RawIOBase):
    """Takes what is written and keeps none of it: has a file the same bytes in the same places, and their sum."""

    def __init__(self, file: FileIO) -> None:
        self.file, self.same, self.sum = file, True, sha256()

    def write(self, piece: Buffer, /) -> int:
        """Compare one piece, a part of it at a time. Raises `OSError` where it differs, so that no more is written."""
        whole = memoryview(piece)
        for begin in range(0, len(whole), _AT_ONCE):
            part = bytes(whole[begin : begin + _AT_ONCE])
            if self.file.read(len(part)) != part:
                self.same = False
                raise OSError
            # While it is near the processor.
            self.sum.update(part)
        return len(whole)


def check_alike(table: str, frame: pl.DataFrame, text: pl.DataFrame, found: Findings) -> None:
    """Compare columns, rows and cells of both files; an empty text and a missing one are the same."""
    name = f"{table}.csv"
    if frame.columns != text.columns:
        found.broken("csv", name, "", "contract 4", Phrase("has other columns than its .parquet"))
        return
    if frame.height != text.height:
        found.broken("csv", name, "", "contract 4", Phrase("has another number of rows than its .parquet"))
        return
    for column, dtype in frame.schema.items():
        left, right = _comparable(frame[column], text[column], dtype)
        unparsed = right.is_null() & text[column].is_not_null() & (text[column] != "")
        differs = (left.ne_missing(right) | unparsed.fill_null(False)).arg_true()
        if len(differs):
            place = int(differs[0])
            found.broken(
                "csv",
                name,
                f"row {place + 2}",
                "contract 4",
                Phrase(
                    "{column} is {csv} where the .parquet has {parquet}; {n} rows differ",
                    column=column,
                    csv=f"{text[column][place]!r}",
                    parquet=f"{frame[column][place]!r}",
                    n=len(differs),
                ),
            )


def _comparable(left: pl.Series, right: pl.Series, dtype: pl.DataType) -> tuple[pl.Series, pl.Series]:
    """Make a column of both files comparable; what cannot be parsed is null."""
    if isinstance(dtype, pl.Datetime):
        return left, right.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit=dtype.time_unit, strict=False)
    if dtype == pl.Date:
        return left, right.str.to_date("%Y-%m-%d", strict=False)
    if dtype.is_integer() or dtype.is_float():
        return left, right.cast(dtype, strict=False)
    if dtype == _SHARE and right.str.contains(_NINE_PLACES).all():
        return left, right.cast(dtype)
    if dtype.is_decimal():
        return pl.Series([_plain(cell) for cell in left], dtype=pl.String), pl.Series(
            [_plain(cell) for cell in right], dtype=pl.String
        )
    return left.cast(pl.String).fill_null(""), right.fill_null("")


def _plain(cell: Decimal | str | None) -> str | None:
    """Write a decimal without trailing zeros, so that 1.5 and 1.500000000 are alike."""
    if cell is None:
        return None
    try:
        return f"{Decimal(cell).normalize():f}"
    except ArithmeticError:
        return f"not a number: {cell}"
