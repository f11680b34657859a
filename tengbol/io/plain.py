"""CSV text as programs write it: no quotation mark anywhere, so that every line stands by itself.

Nearly all large files are such, and polars splits them at once. That it split them as their lines say is proven
by counting: with no line of more cells than the header, as many rows as lines, and as many separators as so many
rows of that width have, every line has exactly its cells. Whatever fails that is left to `io.delimited`.
"""

from __future__ import annotations

import numpy as np
import polars as pl

#: Bytes looked through at a time, so that what is counted in stays in the processor's cache.
_PIECE = 1 << 20


def plain_cells(text: bytes, separator: str, above: list[bytes], width: int) -> pl.DataFrame | None:
    """Split the lines below `above`, the first lines of `text`, as `Grid.cells`; None where they are not plain.

    Neither is text with bytes that are not UTF-8, or with the planes for private use, where `io.delimited` keeps
    its mark of such bytes.
    """
    if width < 2 or any(byte in text for byte in (b'"', b"\0", b"\xf4")):
        return None
    names = [str(place) for place in range(width)]
    try:
        cells = pl.read_csv(
            text,
            has_header=False,
            skip_lines=len(above),
            separator=separator,
            quote_char=None,
            schema=dict.fromkeys(names, pl.String),
        )
    except pl.exceptions.PolarsError:
        return None
    lines = _count(text, b"\n") + (not text.endswith(b"\n")) - len(above)
    separators = _count(text, separator.encode()) - sum(line.count(separator.encode()) for line in above)
    if cells.height != lines or separators != lines * (width - 1):
        return None
    first = len(above) + 1
    return cells.with_columns(row=pl.int_range(first, pl.len() + first, dtype=pl.Int64))


def _count(text: bytes, byte: bytes) -> int:
    """How often one byte occurs; several times as quick as `bytes.count` where it is frequent."""
    content = np.frombuffer(text, dtype=np.uint8)
    pieces = (content[start : start + _PIECE] for start in range(0, len(content), _PIECE))
    return sum(int(np.count_nonzero(piece == ord(byte))) for piece in pieces)
