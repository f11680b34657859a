"""Of a text that names no district those are told that are spelt most like it, as if each had been compared."""

from __future__ import annotations

from difflib import SequenceMatcher

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tengbol.io.clerks.places import near

NAMES = st.text("абАқ 0(", max_size=9)


def slowly(said: str, known: list[dict[str, str]]) -> str:
    """By comparing a text with every cell of every district."""

    def alike(row: dict[str, str]) -> float:
        return max(SequenceMatcher(None, said.casefold(), cell.casefold()).ratio() for cell in row.values())

    shown: list[str] = []
    for row in sorted(known, key=lambda row: (-alike(row), row["district_id"])):
        name = f"{row['name']} ".replace("(", "") if "name" in row else ""
        if len(", ".join([*shown, one := f"{name}({row['district_id']})"])) > 60:
            break
        shown.append(one)
    return f": {', '.join(shown)}" if shown else ""


@given(st.lists(NAMES, min_size=1, max_size=30), st.lists(NAMES, min_size=1, max_size=5, unique=True), st.booleans())
def test_the_nearest_are_those_that_comparing_all_gives(names, said, named):
    known = [
        {"district_id": f"{n % 7}{name[:2]}{n}", **({"name": name} if named else {})} for n, name in enumerate(names)
    ]
    found = near(pl.Series(said), pl.DataFrame(known))
    assert found.rows() == [(one, slowly(one, known)) for one in sorted(said)]
