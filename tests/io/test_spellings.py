"""However an IIN, a day or a sum is spelt: it is read as what was meant, or not at all; never as another's.

Each spelling is written into a workbook's column as text and read by the same door as a chamber's table. 600 of each
kind at once, 10,000 in the soak.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING, Final

import pytest
from small import district, enforcer, writ, write_tables

from tengbol.io.read import read

if TYPE_CHECKING:
    from collections.abc import Callable

#: What stands between groups of digits: spaces (common, unbreakable, narrow), an apostrophe, a point in the middle.
GAPS: Final = (" ", "\u00a0", "\u202f", "\u2009", "'", "’")
#: Months as a clerk writes them out, in Kazakh and in the Russian genitive.
MONTHS: Final = (
    ("қаңтар", "января"), ("ақпан", "февраля"), ("наурыз", "марта"), ("сәуір", "апреля"), ("мамыр", "мая"),
    ("маусым", "июня"), ("шілде", "июля"), ("тамыз", "августа"), ("қыркүйек", "сентября"), ("қазан", "октября"),
    ("қараша", "ноября"), ("желтоқсан", "декабря"),
)  # fmt: skip
LOOKS_LIKE: Final = {"0": "ОO", "3": "З", "1": "Il"}


def iin(draw: random.Random) -> str:
    """An invented IIN: a day of birth, a century and sex, a serial number, and the check digit of Article 9's rule.

    One in three was born in 2000 to 2009, so that Excel takes its zeros.
    """
    while True:
        born = dt.date(2000 if draw.random() < 1 / 3 else 1960, 1, 1) + dt.timedelta(days=draw.randrange(3650))
        digits = [*map(int, f"{born:%y%m%d}{5 if born.year >= 2000 else 3}{draw.randrange(10_000):04d}")]
        for weights in (range(1, 12), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)):
            check = sum(w * d for w, d in zip(weights, digits, strict=True)) % 11
            if check < 10:
                return "".join(map(str, [*digits, check]))


def spelt_iin(meant: str, draw: random.Random) -> str:
    gap = draw.choice(GAPS)
    ways: list[Callable[[], str]] = [
        lambda: meant,
        lambda: gap.join((meant[:6], meant[6:])),
        lambda: gap.join((meant[:4], meant[4:8], meant[8:])),
        lambda: "-".join((meant[:6], meant[6:])),
        lambda: f"'{meant}",
        lambda: f"{meant}.0",
        lambda: f"{int(meant)}",
        lambda: f"{int(meant)}.0",
        lambda: f"{int(meant):.5E}".replace(".", draw.choice(".,")),
        lambda: draw.choice(("ИИН ", "ЖСН: ", "иин№", "ИИН/БИН ", "IIN ")) + meant,
        lambda: "".join(draw.choice(LOOKS_LIKE.get(sign, sign)) for sign in meant),
        lambda: meant.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        lambda: meant[: draw.randrange(5, 9)],
        lambda: meant + draw.choice("0123456789"),
        lambda: f"{meant} {draw.choice(('(дубль)', 'т. 8 701 000 00 00', 'Ойдан А.'))}",
    ]
    return draw.choice(ways)()


def spelt_day(meant: dt.date, draw: random.Random) -> str:
    d, m, y = meant.day, meant.month, meant.year
    kazakh, russian = MONTHS[m - 1]
    ways: list[Callable[[], str]] = [
        lambda: f"{meant}",
        lambda: f"{d:02}.{m:02}.{y}",
        lambda: f"{d}.{m}.{y}",
        lambda: f"{d:02}/{m:02}/{y}",
        lambda: f"{d:02}-{m:02}-{y}",
        lambda: f"{d:02}.{m:02}.{y % 100:02}",
        lambda: f"{y % 100:02}.{m:02}.{d:02}",
        lambda: f"{d:02}.{m:02}.{y} г.",
        lambda: f"{d:02}.{m:02}.{y} ж.",
        lambda: f"{d:02}.{m:02}.{y} 00:00:00",
        lambda: f"{meant} 00:00:00",
        lambda: f"{meant}T00:00:00",
        lambda: f"{d} {russian} {y} г.",
        lambda: f"«{d}» {russian} {y} года",
        lambda: f"{y} жылғы {d} {kazakh}",
        lambda: f"{d} {kazakh} {y} ж.",
        lambda: f"{(meant - dt.date(1899, 12, 30)).days}",
        lambda: f"{d:02}{m:02}{y}",
        lambda: f"{y}{m:02}{d:02}",
        lambda: f"{y}.{m:02}.{d:02}",
    ]
    text = draw.choice(ways)()
    return draw.choice((text, text.upper(), f" {text} ", text.replace(" ", "\u00a0")))


def spelt_sum(meant: int, draw: random.Random) -> str:
    """meant: tiyn."""
    tenge, tiyn, gap = meant // 100, meant % 100, draw.choice(GAPS)
    grouped = f"{tenge:,}".replace(",", gap)
    ways: list[Callable[[], str]] = [
        lambda: f"{tenge}.{tiyn:02}",
        lambda: f"{tenge},{tiyn:02}",
        lambda: f"{grouped},{tiyn:02}",
        lambda: f"{grouped}.{tiyn:02}",
        lambda: f"{tenge:,}.{tiyn:02}",
        lambda: f"{tenge:,}".replace(",", ".") + f",{tiyn:02}",
        lambda: f"{grouped},{tiyn:02} тг",
        lambda: f"{grouped},{tiyn:02} ₸",
        lambda: f"{tenge} тг. {tiyn:02} тиын",
        lambda: f"{tenge}-{tiyn:02}",
        lambda: f"{meant // 100_000}{draw.choice('.,')}{meant % 100_000:05} тыс. тг",
        lambda: f"{grouped}-{tiyn:02}",
        lambda: f"{grouped} (девятьсот тысяч двести) тенге {tiyn:02} тиын",
        lambda: f"{meant / 100:E}",
        lambda: f"{meant / 100:.5E}".replace(".", ","),
        *([lambda: f"{tenge:,}", lambda: f"{tenge}", lambda: f"{grouped} теңге"] if tiyn == 0 else []),
        *([lambda: f"{tenge:,}".replace(",", "."), lambda: f"{grouped}-00"] if tiyn == 0 else []),
        *([lambda: f"{tenge // 10**6} млн {tenge // 1000 % 1000} мың {tenge % 1000} тг"] if tiyn == 0 else []),
        *([lambda: f"{tenge},{tiyn // 10}", lambda: f"{tenge}.{tiyn // 10}"] if tiyn % 10 == 0 else []),
    ]
    return draw.choice(ways)()


def a_sum(draw: random.Random) -> int:
    return draw.randrange(1, 10 ** draw.randrange(3, 11)) // draw.choice((1, 1, 10, 100)) * draw.choice((1, 100))


def a_day(draw: random.Random) -> dt.date:
    return dt.date(2019, 1, 1) + dt.timedelta(days=draw.randrange(2800))


KINDS: Final = {
    "debtor_id": (iin, spelt_iin, str),
    "issued_on": (a_day, spelt_day, str),
    "amount": (a_sum, spelt_sum, lambda tiyn: tiyn / 100),
}


@pytest.mark.parametrize("count", [600, pytest.param(10_000, marks=pytest.mark.soak)])
@pytest.mark.parametrize("column", KINDS)
def test_a_spelling_is_read_as_what_was_meant_or_not_at_all(tmp_path, column, count):
    of, spelt, value = KINDS[column]
    draw = random.Random(f"{column} {count}")
    meant = {f"W{n}": of(draw) for n in range(count)}
    cells = {name: spelt(what, draw) for name, what in meant.items()}
    rows = [writ(name, **{column: cell}) for name, cell in cells.items()]
    write_tables(tmp_path / "in", districts=[district("D1")], enforcers=[enforcer("E1")], writs=rows)
    reading = read(tmp_path / "in")
    taken = dict(reading.chamber.writs.select("writ_id", column).iter_rows())
    wrong = [
        (cells[name], f"{meant[name]}", f"{found}")
        for name, found in taken.items()
        if (found if column == "amount" else str(found)) != value(meant[name])
    ]
    assert not wrong, f"{len(wrong)} of {count}: {wrong[:20]}"
    assert reading.rejected["row"].n_unique() + len(taken) == count
    assert len(taken) > count / 2
