"""Of a text that names no district those are told that are spelt most like it, as if each had been compared."""

from __future__ import annotations

import random
from difflib import SequenceMatcher

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tengbol.io.clerks.places import near
from tengbol.model.limits import ID_LENGTH

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


def test_of_many_districts_only_those_that_may_be_told_are_compared(monkeypatch):
    draw = random.Random(5)
    parts = ("ка", "ра", "бай", "ал", "ма", "ты", "кө", "ол", "жа", "ор", "ес", "ді", "ша", "қы", "өз", "ақ", "бел")

    def named():
        return "".join(draw.choices(parts, k=draw.randint(2, 5))).capitalize()

    known = [{"district_id": f"7{n:08}", "name": f"{named()} ауданы"} for n in range(250)]
    said = sorted({f"{named()} р-н" for _ in range(60)})[:40]
    compared = []
    blocks = SequenceMatcher.get_matching_blocks

    def counted(matcher):
        compared.append(matcher)
        return blocks(matcher)

    with monkeypatch.context() as patched:
        patched.setattr(SequenceMatcher, "get_matching_blocks", counted)
        found = near(pl.Series([*said, *said]), pl.DataFrame(known))
    assert len(compared) < 20 * len(said)
    assert found.rows()[::9] == [(one, slowly(one, known)) for one in said[::9]]


def test_what_is_too_long_for_a_name_is_compared_with_none():
    known = pl.DataFrame({"district_id": ["751110000"], "name": ["Алмалы"]})
    assert near(pl.Series(["Алмалы " * ID_LENGTH, "Алмала"]), known)["said"].to_list() == ["Алмала"]
