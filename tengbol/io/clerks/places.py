"""Districts by their names: `Ойтас қаласы`, `г. Ойтас`, `Ойтас қ-сы`, or `Ойтас` where one district is so called.

A city is never taken for a district of the same name: where a text says which it is, the name must say the same, or
nothing of it.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.io.clerks.codes import plain
from tengbol.model.limits import ID_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What tells a city from a district, before or behind the name itself.
_CITY: Final = r"(?:^|\s)(?:қаласы|қала|қаласының|қ сы|город|города|гор|г|қ)(?:\s|$)"
_DISTRICT: Final = r"(?:^|\s)(?:ауданы|аудан|ауданының|ауд ы|ауд|район|района|р он|р н|рн)(?:\s|$)"
#: That a place bears somebody's name may be said or not.
_OF: Final = r"(?:^|\s)(?:имени|им|атындағы|ат)(?:\s|$)"
#: Signs that a message has room for, and names that it looks for.
_ROOM: Final = 60
_LOOKED_FOR: Final = 40


def ids_by_name(districts: pl.DataFrame) -> dict[str, str]:
    """Name and kind of place, as `_core` and `_kind` tell them, → `district_id`, where one district alone has them."""
    known = districts.select("district_id", core=_core(pl.col("name")), kind=_kind(pl.col("name")))
    # A district whose name says nothing of its kind may be called either; any may be called by its name alone.
    called = pl.concat(
        [
            known,
            known.with_columns(kind=pl.lit("")),
            *(known.filter(pl.col("kind") == "").with_columns(kind=pl.lit(kind)) for kind in ("city", "district")),
        ]
    ).unique()
    name = pl.concat_str("core", "kind", separator="|")
    one = called.filter((pl.col("core") != "") & ~pl.struct("core", "kind").is_duplicated()).select(
        "district_id", name=name
    )
    return dict(zip(one["name"], one["district_id"], strict=True))


def district_of(text: pl.Expr, by_name: dict[str, str]) -> pl.Expr:
    """Return the id of the district that a text names; null where none, or several."""
    name = pl.concat_str(_core(text), _kind(text), separator="|")
    return name.replace_strict(by_name, default=None, return_dtype=pl.String)


def near(text: pl.Series, districts: pl.DataFrame) -> pl.DataFrame:
    """`said` and `near`: the districts that texts which name none are spelt most like, with their codes.

    districts: `district_id`, and `name` where it is known. Of many texts only the first by spelling, and none that is
    too long for a name.
    """
    rows = districts.select("district_id", pl.col("^name$")).unique().sort("district_id").rows(named=True)
    known = [(row, [_Spelling(cell.casefold()) for cell in row.values()]) for row in rows]
    said = text.filter(text.str.len_chars() <= ID_LENGTH).unique().sort().head(_LOOKED_FOR)
    return pl.DataFrame(
        {"said": said, "near": [_nearest(one, known) for one in said]}, schema={"said": pl.String, "near": pl.String}
    )


class _Spelling:
    """What compares texts with one cell of a district."""

    def __init__(self, cell: str) -> None:
        self._cell = cell
        self._matcher = SequenceMatcher(None, b=cell)
        self._places: dict[str, int] = {}
        for place, sign in enumerate(cell):
            self._places[sign] = self._places.get(sign, 0) | 1 << place

    def by_length(self, said: str) -> float:
        """What the likeness cannot exceed, from the lengths alone."""
        return self._of(min(len(said), len(self._cell)), said)

    def by_order(self, said: str) -> float:
        """What it cannot exceed, from the longest common subsequence: likeness counts blocks that make up one.

        Each 0 in `left` is a sign of the cell that ends a longer one (Hyyrö 2004).
        """
        every = left = (1 << len(self._cell)) - 1
        for sign in said:
            met = left & self._places.get(sign, 0)
            left = (left + met | left - met) & every
        return self._of(len(self._cell) - left.bit_count(), said)

    def likeness(self, said: str) -> float:
        self._matcher.set_seq1(said)
        return self._matcher.ratio()

    def _of(self, common: int, said: str) -> float:
        both = len(said) + len(self._cell)
        return 2.0 * common / both if both else 1.0


#: A district, and what compares a text with each of its cells.
_Known = tuple[dict[str, str], list[_Spelling]]


def _nearest(said: str, known: list[_Known]) -> str:
    """`: Ойтас қаласы (751110000), …`: as many as there is room for; empty where there is none."""
    shown: list[str] = []
    for row in _by_likeness(said.casefold(), known):
        one = (
            f"{row['name'].translate(_BRACKETS)} ({row['district_id']})" if "name" in row else f"({row['district_id']})"
        )
        if len(", ".join([*shown, one])) > _ROOM:
            break
        shown.append(one)
    return f": {', '.join(shown)}" if shown else ""


_BRACKETS: Final = str.maketrans("", "", "()")
#: From what takes no time and is never below the likeness, to the likeness itself.
_STEPS: Final = (_Spelling.by_length, _Spelling.by_order, _Spelling.likeness)


def _by_likeness(said: str, known: list[_Known]) -> Iterator[dict[str, str]]:
    """Districts, the most alike first, and of those as alike by their codes; what is not asked for is not compared."""
    queue = [(-1.0, -1, place) for place in range(len(known))]
    while queue:
        _, step, place = heappop(queue)
        row, cells = known[place]
        if step == len(_STEPS) - 1:
            yield row
            continue
        # What is only bounded comes before what is just as alike: it may be so too, and have an earlier code.
        heappush(queue, (-max(_STEPS[step + 1](cell, said) for cell in cells), step + 1, place))


def _core(name: pl.Expr) -> pl.Expr:
    return plain(plain(name).str.replace_all(_CITY, " ").str.replace_all(_DISTRICT, " ").str.replace_all(_OF, " "))


def _kind(name: pl.Expr) -> pl.Expr:
    word = plain(name)
    return (
        pl.when(word.str.contains(_CITY))
        .then(pl.lit("city"))
        .when(word.str.contains(_DISTRICT))
        .then(pl.lit("district"))
        .otherwise(pl.lit(""))
    )
