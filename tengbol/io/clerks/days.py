"""Days and moments as they are written in Kazakhstan: day first, in figures or with the month's name.

`23.11.2026`, `23.11.2026 09:11`, `23.11.2026 г. в 09:11`, `2026 жылғы 23 қараша`, `23 қараша 2026 ж.`,
`«23» ноября 2026 года`. With slashes or hyphens the day comes first only where the second number cannot be one:
`23/11/2026` is read, `01/02/2026` has two meanings. A year has four digits.
"""

from __future__ import annotations

from typing import Final

import polars as pl

#: The months' names as they stand in dates: Kazakh, with and without case endings, and Russian in both cases.
_MONTHS: Final = (
    "қаңтар|январь|января|january|янв|қаң",
    "ақпан|февраль|февраля|february|фев|ақп",
    "наурыз|март|марта|march|мар|нау",
    "сәуір|апрель|апреля|april|апр|сәу",
    "мамыр|май|мая|may|мам",
    "маусым|июнь|июня|june|июн|мау",
    "шілде|июль|июля|july|июл|шіл",
    "тамыз|август|августа|august|авг|там",
    "қыркүйек|сентябрь|сентября|september|сен|сент|қыр",
    "қазан|октябрь|октября|october|окт|қаз",
    "қараша|ноябрь|ноября|november|ноя|нояб|қар",
    "желтоқсан|декабрь|декабря|december|дек|жел",
)
_MONTH_OF: Final = {name: f"{n:02}" for n, names in enumerate(_MONTHS, 1) for name in names.split("|")}

#: Endings of a Kazakh month in a date: «23 қарашасы», «23 қарашада», «23 қарашадағы».
_ENDINGS: Final = r"(?:сы|сі|ы|і|да|де|та|те|дағы|дегі|тағы|тегі|нан|нен|дан|ден|тан|тен)?"
_YEAR_WORD: Final = r"(?:\s*(?:г|год|года|ж|жыл|жылы|жылғы)\.?)?"
_CLOCK: Final = r"(?P<hour>[0-9]{1,2}):[ ]?(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9])(?:[.,]0+)?)?"
_TIME: Final = rf"(?:[\s,]*(?:t|в|сағат|сағ\.?)?\s*{_CLOCK})?"
_DOTS: Final = r"^(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4})" + _YEAR_WORD + _TIME + "$"
#: With a slash or a hyphen only a first number above twelve is surely the day.
_DAY_FIRST: Final = r"^(?P<day>1[3-9]|2[0-9]|3[01])[/\-](?P<month>[0-9]{1,2})[/\-](?P<year>[0-9]{4})" + _TIME + "$"
_SAME: Final = r"^(?P<day>0?[1-9]|1[0-2])[/\-](?P<month>[0-9]{1,2})[/\-](?P<year>[0-9]{4})" + _TIME + "$"
_ISO_LIKE: Final = r"^(?P<year>[0-9]{4})[./](?P<month>[0-9]{1,2})[./](?P<day>[0-9]{1,2})" + _TIME + "$"
#: The longest first, for «августа» is no «авгус» with an ending.
_WORD: Final = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_NAMED: Final = (
    r"^[«\"]?(?P<day>[0-9]{1,2})[»\"]?\s*[-–]?(?:ші|шы|го|е)?\s+(?P<name>" + _WORD + ")" + _ENDINGS
    + r"\.?\s+(?P<year>[0-9]{4})" + _YEAR_WORD + _TIME + "$"
)  # fmt: skip
_YEAR_FIRST: Final = (
    r"^(?P<year>[0-9]{4})\s*(?:ж\.?|жыл|жылы|жылғы|жылдың)\s+[«\"]?(?P<day>[0-9]{1,2})[»\"]?\s+(?P<name>" + _WORD + ")"
    + _ENDINGS + r"\.?" + _TIME + "$"
)  # fmt: skip


def moment_of(text: pl.Expr) -> pl.Expr:
    """Return the day or moment that `text` can only mean, in the contract's form; null where it is none, or two."""
    spaced = text.str.to_lowercase().str.replace_all(r"\s+", " ")
    numeric = [_written(spaced.str.extract_groups(shape)) for shape in (_DOTS, _DAY_FIRST, _ISO_LIKE)]
    same = spaced.str.extract_groups(_SAME)
    equal = same.struct.field("day").str.zfill(2) == same.struct.field("month").str.zfill(2)
    named = [_written(spaced.str.extract_groups(shape), named=True) for shape in (_NAMED, _YEAR_FIRST)]
    return pl.coalesce(*numeric, pl.when(equal).then(_written(same)), *named)


#: A day and a month that there can be; whether the month has that day is asked where it is not read.
_DAY_OF_MONTH: Final = r"^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"


def no_such_day(text: pl.Expr) -> pl.Expr:
    """Whether a text is written as a day is, and its month has no such day: `31.11.2026`."""
    written = pl.coalesce(moment_of(text), text)
    day = written.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    return written.str.contains(_DAY_OF_MONTH) & day.is_null()


def two_days(text: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return the two days that `01/02/2026` can mean; nulls where a text has not two meanings."""
    groups = text.str.extract_groups(_SAME)
    day, month = (groups.struct.field(name).str.zfill(2) for name in ("day", "month"))
    year = groups.struct.field("year")
    both = day.is_not_null() & (day != month) & (month <= "12")
    first, second = (pl.concat_str(year, *parts, separator="-") for parts in ((month, day), (day, month)))
    return pl.when(both).then(first), pl.when(both).then(second)


def _written(groups: pl.Expr, *, named: bool = False) -> pl.Expr:
    """ISO text of the parts, whether or not such a day exists: that is judged where it is read."""
    part = {name: groups.struct.field(name) for name in ("year", "day", "hour", "minute", "second")}
    month = (
        groups.struct.field("name").replace_strict(_MONTH_OF, default=None, return_dtype=pl.String)
        if named
        else groups.struct.field("month").str.zfill(2)
    )
    day = pl.concat_str(part["year"], month, part["day"].str.zfill(2), separator="-")
    time = pl.concat_str(
        pl.lit("T"), part["hour"].str.zfill(2), pl.lit(":"), part["minute"], pl.lit(":"),
        part["second"].fill_null("00"),
    )  # fmt: skip
    return pl.concat_str(day, time.fill_null(""))
