"""Latin words that a Kazakh or Russian line may have, and those that it may not."""

from __future__ import annotations

import re

from tengbol.io.rejections import CODES
from tengbol.model import codes
from tengbol.model.tables import TABLES

#: What may be written in Latin letters: codes, names of tables and columns, states of the book, options and what they
#: take, files, formats, products.
KNOWN = {
    *("true", "false", "K", "N", "e", "csv", "md", "court_order"),
    *CODES,
    *TABLES,
    *(column for table in TABLES.values() for column in table.columns),
    *(
        code
        for name in dir(codes)
        if name.isupper() and isinstance(getattr(codes, name), tuple)
        for code in getattr(codes, name)
    ),
    *("pending", "assigned", "incomplete", "import", "batch", "set", "aside", "km", "other_district_id", "public"),
    *("handed", "collected", "posted", "received", "notified", "closed", "withdrawn", "return", "announce", "both"),
    *(
        "tengbol",
        "typst",
        "segno",
        "pip",
        "install",
        "dask",
        "kk",
        "ru",
        "en",
        "xlsx",
        "postgresql",
        "psycopg",
        "T",
        "x",
    ),
}


SPECIAL = re.compile(
    r"`[^`]*`|tengbol (?:book )?[a-z]+ |--?[a-z][a-z-]*|[\w./-]*\.(?:book|csv|xlsx|pdf|html|key|gz|jsonl|md)\b"
    r"|[A-Z][A-Z0-9_-]+|<\w+>|tengbol\[pdf\]|Typst|Parquet|Excel|OpenID Connect"
)


def english(text, *names):
    """Latin words that are none of those."""
    for name in names:
        text = text.replace(str(name), "")
    return sorted(set(re.findall(r"[A-Za-z][A-Za-z_0-9]*", SPECIAL.sub(" ", text))) - KNOWN)
