"""One form for the ids of enforcers: `jso-7`, `JSО–7` with a Cyrillic О, `№ JSO-7` are `JSO-7` if one is so called.

A number is known without the zeros before it, which a spreadsheet takes away: `102` is `0102` if no other is so called.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.clerks.codes import WORDS, plain
from tengbol.io.headers import header, sheet
from tengbol.model.folding import bare_id, folded_id
from tengbol.phrase import Phrase, listed, mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tengbol.io.validate import Cells


#: Words of a person's name at most.
_WORDS: Final = 4


def canonical_ids(text: pl.Expr, known: pl.DataFrame) -> pl.Expr:
    """Return the one id that `text` can be, compared in a folded form, or that of the one who has it for a name.

    known: `enforcer_id`, and `name` where it is known. What is neither, or the name of several, stays as it is.
    """
    keys = (folded_id(text), bare_id(text), plain(text))
    meant = [_replaced(key, by) for key, by in zip(keys, _of_one(known), strict=True)]
    return pl.when(text.is_in(known["enforcer_id"].implode())).then(text).otherwise(pl.coalesce(*meant, text))


def under_known_ids(enforcers: pl.DataFrame, known: pl.DataFrame) -> tuple[pl.DataFrame, list[Phrase]]:
    """Rows of those who are known by another form of their id and the same name, under the id known, and what is said.

    enforcers: `row`, `enforcer_id`, `name`, as known. Where either has two of a form and name, nothing is meant by it.
    """
    form = {"_form": bare_id(pl.col("enforcer_id")), "_called": plain(pl.col("name"))}
    theirs = known.select(_known="enforcer_id", **form).unique(list(form), keep="none")
    theirs = theirs.filter(~pl.col("_known").is_in(enforcers["enforcer_id"].implode()))
    meant = pl.when(pl.struct(list(form)).is_unique()).then(pl.col("_known"))
    found = (
        enforcers.with_columns(**form)
        .join(theirs, on=list(form), how="left", maintain_order="left")
        .with_columns(_known=meant)
    )
    rows = found.filter(pl.col("_known").is_not_null())["row"].to_list()
    named = {"table": sheet("enforcers"), "column": header("enforcers", "enforcer_id"), "rows": listed(rows)}
    notes = [Phrase("{table}: {column} was put into its one form in rows {rows}.", **named)] if rows else []
    return found.with_columns(enforcer_id=pl.coalesce("_known", "enforcer_id")).select(enforcers.columns), notes


def spelt_otherwise(ids: pl.Series, known: pl.DataFrame) -> pl.Series:
    """Those of `ids`, each once, that are no id of `known`, but another form of one, or a name."""
    others = ids.to_frame("id").filter(~pl.col("id").is_in(known["enforcer_id"].implode())).unique()
    if others.is_empty():
        return others.to_series()
    return others.filter(named(pl.col("id"), known)).to_series()


def named(cell: pl.Expr, known: pl.DataFrame) -> pl.Expr:
    """Whether a cell is the id of somebody in any form, or a name that he or several have."""
    ids = known.select(bare_id(pl.col("enforcer_id"))).to_series()
    return bare_id(cell).is_in(ids.implode()) | plain(cell).is_in(_called(known)["key"].implode())


def namesakes(known: pl.DataFrame) -> pl.DataFrame:
    """`called`, what `called_by` gives of a cell, and `ids`, those of several enforcers who are so called."""
    return _namesakes(*_columns_of(known))


def called_by(cell: pl.Expr, people: pl.DataFrame) -> pl.Expr:
    """What a cell calls several: an id as `bare_id` leaves it, else a name as `plain` does; people: `namesakes`."""
    bare = bare_id(cell)
    return pl.when(bare.is_in(people["called"].implode())).then(bare).otherwise(plain(cell))


def for_each(cells: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Rows that may be of each who has a name, once for each of them; all others as they are.

    cells: `enforcer_id` and more; known: as of `canonical_ids`.
    """
    if cells.is_empty() or (people := namesakes(known)).is_empty():
        return cells
    cell = pl.col("enforcer_id")
    several = pl.when(~cell.is_in(known["enforcer_id"].implode())).then(called_by(cell, people))
    return (
        cells.with_columns(_called=several)
        .join(people, left_on="_called", right_on="called", how="left", maintain_order="left")
        .explode("ids")
        .with_columns(enforcer_id=pl.coalesce("ids", "enforcer_id"))
        .select(cells.columns)
    )


#: What is said of recusals of nobody.
OF_NOBODY: Final = mark(
    "{table}: in rows {rows} {column} is nobody of {enforcers}, so that these keep nobody from a writ; see whether "
    "somebody else is meant."
)


def nobody_kept_out(recusals: pl.DataFrame, enforcers: pl.DataFrame) -> tuple[Phrase, ...]:
    """Say which recusals are of people who are no enforcers (any more): by mistake, or of the past."""
    rows = recusals.filter(~pl.col("enforcer_id").is_in(enforcers["enforcer_id"].implode()))["row"].to_list()
    # Where nobody could be read, nothing is known of who is somebody.
    if not rows or enforcers.is_empty():
        return ()
    named = {"table": sheet("recusals"), "column": header("recusals", "enforcer_id"), "enforcers": sheet("enforcers")}
    return (Phrase(OF_NOBODY, rows=listed(rows), **named),)


def nobody_bound(ledger: pl.DataFrame, writs: pl.DataFrame, enforcers: pl.DataFrame) -> list[Phrase]:
    """Say which holders of open proceedings against these writs' debtors, and which previous ones, are no enforcers.

    Nothing is bound by them (¶11, ¶13, ¶14): by mistake, or for they are of the past.
    """

    def of_nobody(table: pl.DataFrame, column: str) -> pl.DataFrame:
        return table.filter(~pl.col(column).is_in(enforcers["enforcer_id"].implode()).fill_null(True))

    if enforcers.is_empty():
        return []
    # Few are of nobody, and to copy a large table is dear.
    open_ = of_nobody(ledger, "enforcer_id").filter(pl.col("closed_at").is_null())
    back = of_nobody(writs, "previous_enforcer_id").filter(pl.col("origin").is_in(["returned", "forwarded"]))
    debtors = writs["debtor_id"].filter(writs["debtor_id"].is_in(open_["debtor_id"].implode()))
    here = open_.filter(pl.col("debtor_id").is_in(debtors.implode()))
    parts = (("ledger", "enforcer_id", here), ("writs", "previous_enforcer_id", back))
    told = mark(
        "{table}: in rows {rows} {column} is nobody of {enforcers}, so that these bind no writ to anybody; see whether "
        "somebody else is meant."
    )
    notes = []
    for table, column, part in parts:
        rows = part["row"].to_list()
        named = {"table": sheet(table), "column": header(table, column), "enforcers": sheet("enforcers")}
        notes += [Phrase(told, rows=listed(rows), **named)] if rows else []
    return notes


def repeated_enforcers(given: Cells) -> list[Phrase]:
    """Say which enforcers stand in more than one row of their table: there is no batch with them."""
    enforcers = given.texts(given.cells["row"])
    repeated = (
        enforcers.filter(pl.col("enforcer_id").is_duplicated() & pl.col("enforcer_id").is_not_null())
        .group_by("enforcer_id")
        .agg(pl.col("row").sort())
        .sort("enforcer_id")
    )
    if repeated.is_empty():
        return []
    identity, rows = repeated.row(0)
    more = Phrase(" (and {n} more ids are repeated)", n=repeated.height - 1) if repeated.height > 1 else ""
    shown = ", ".join(map(str, rows[:10]))
    seen = "".join(sign if sign.isprintable() else "\ufffd" for sign in identity[:80])
    refused = UnusableInputError(
        "{table}: {column} '{seen}' stands in more than one row ({shown}){more}. Each enforcer must have one row, or "
        "shares cannot be reckoned; leave one of them.",
        table=sheet("enforcers"),
        column=header("enforcers", "enforcer_id"),
        seen=seen,
        shown=shown,
        more=more,
    )
    return [refused.phrase]


def _replaced(text: pl.Expr, by: dict[str, str]) -> pl.Expr:
    return text.replace_strict(by, default=None, return_dtype=pl.String)


def _of_one(known: pl.DataFrame) -> tuple[dict[str, str], ...]:
    """Folded ids, bare ones, and names as `plain` leaves them, each of one enforcer alone → his id."""
    return _each_of_one(*_columns_of(known))


def _called(known: pl.DataFrame) -> pl.DataFrame:
    """`enforcer_id` and `key`, each name that he has in `known` as `plain` leaves it, once.

    «Ахметова Гульнара Сериковна» is also «Ахметова Гульнара», «Ахметова Г.С.», «Ахметова Г.» and each of these with the
    surname last, unless that is somebody's name as it stands.
    """
    return _names_of(*_columns_of(known))


def _columns_of(known: pl.DataFrame) -> tuple[tuple[str | None, ...], tuple[str | None, ...] | None]:
    return tuple(known["enforcer_id"]), tuple(known["name"]) if "name" in known.columns else None


#: Every table that names enforcers asks the same of the same ones, some thirty times in a run.
_KNOWN: Final = 4


@lru_cache(maxsize=_KNOWN)
def _each_of_one(
    enforcer_ids: tuple[str | None, ...], names: tuple[str | None, ...] | None
) -> tuple[dict[str, str], ...]:
    ids = pl.DataFrame({"enforcer_id": enforcer_ids}, schema={"enforcer_id": pl.String}).unique()
    called = [ids.with_columns(key=form(pl.col("enforcer_id"))) for form in (folded_id, bare_id)]
    one = [
        keyed.filter(~pl.col("key").is_duplicated()).sort("key") for keyed in (*called, _names_of(enforcer_ids, names))
    ]
    return tuple(dict(zip(keyed["key"], keyed["enforcer_id"], strict=True)) for keyed in one)


@lru_cache(maxsize=_KNOWN)
def _namesakes(enforcer_ids: tuple[str | None, ...], names: tuple[str | None, ...] | None) -> pl.DataFrame:
    ids = pl.DataFrame({"enforcer_id": enforcer_ids}, schema={"enforcer_id": pl.String}).unique()
    bare = ids.with_columns(key=bare_id(pl.col("enforcer_id")))
    called = pl.concat([_names_of(enforcer_ids, names), bare]).unique()
    groups = called.group_by(called="key").agg(ids=pl.col("enforcer_id").sort())
    return groups.filter(pl.col("ids").list.len() > 1).sort("called")


@lru_cache(maxsize=_KNOWN)
def _names_of(enforcer_ids: tuple[str | None, ...], names: tuple[str | None, ...] | None) -> pl.DataFrame:
    if names is None:
        return pl.DataFrame(schema={"enforcer_id": pl.String, "key": pl.String})
    text = {"enforcer_id": pl.String, "name": pl.String}
    known = pl.DataFrame({"enforcer_id": enforcer_ids, "name": names}, schema=text)
    whole = known.select("enforcer_id", key=plain(pl.col("name"))).unique().filter(pl.col("key") != "")
    words = whole.select("enforcer_id", word=pl.col("key").str.split(" ")).filter(
        pl.col("word").list.len().is_between(2, _WORDS),
        pl.col("word").list.get(1, null_on_oob=True).str.contains(r"^\p{L}{2}"),
    )
    surname, others = pl.col("word").list.first(), pl.col("word").list.slice(1)
    given = others.list.first()
    rest = [others.list.eval(pl.element().str.head(1)).list.join(" "), given.str.head(1), given]
    short = [pl.concat_str(*pair, separator=" ") for one in rest for pair in ((surname, one), (one, surname))]
    shorter = pl.concat([words.select("enforcer_id", key=each) for each in short]).unique()
    return pl.concat([whole, shorter.filter(~pl.col("key").is_in(whole["key"].implode()))])


def absent_beside(file: str, unused: Mapping[str, pl.DataFrame]) -> tuple[Phrase, ...]:
    """Say in which columns of enforcers that nobody reads somebody is said to be away: he would receive all the same.

    unused: `row` and `cell`, by the header's word.
    """
    notes = []
    for word, cells in unused.items():
        text = plain(pl.col("cell").cast(pl.String))
        away = cells.filter(text.str.contains_any(_reasons(), ascii_case_insensitive=False))
        if away.height:
            told = mark(
                "{file}: the column '{word}' tells of absences in rows {rows}, and holds nobody out: absences are a "
                "table of their own ({table})."
            )
            rows = listed(away["row"].to_list())
            notes.append(Phrase(told, file=file, word=word.strip(), rows=rows, table=sheet("absences")))
    return tuple(notes)


@cache
def _reasons() -> list[str]:
    """The words for absences, as `plain` leaves them."""
    words = pl.Series([word for words in WORDS["reason"].values() for word in words])
    return pl.select(plain(pl.lit(words))).to_series().unique(maintain_order=True).to_list()


def perhaps_one(enforcers: pl.DataFrame) -> tuple[str, ...]:
    """Name enforcers who may be one person: their ids look alike, or they have one name in one district.

    enforcers: `enforcer_id`, and `name` and `district_id` where they are known.
    """
    alike = _groups(
        enforcers,
        [folded_id(pl.col("enforcer_id")).str.replace_all(r"(^|[^0-9])0+([0-9])", "${1}${2}")],
    )
    notes = [
        Phrase(
            "{table}: {ids} look alike; if they are one enforcer, leave one of them.", table=sheet("enforcers"), ids=ids
        )
        for ids in alike
    ]
    if {"name", "district_id"} <= set(enforcers.columns):
        named = _groups(enforcers, [plain(pl.col("name")), pl.col("district_id")])
        notes += [
            Phrase(
                "{table}: {ids} have one name in one district; if they are one enforcer, leave one of them.",
                table=sheet("enforcers"),
                ids=ids,
            )
            for ids in named
            if ids not in alike
        ]
    return tuple(notes)


def _groups(enforcers: pl.DataFrame, likeness: list[pl.Expr]) -> list[str]:
    """The ids of each group alike, joined, by the smallest of them."""
    by = [expression.alias(str(place)) for place, expression in enumerate(likeness)]
    groups = enforcers.group_by(by).agg(pl.col("enforcer_id").sort()).filter(pl.col("enforcer_id").list.len() > 1)
    return sorted(" and ".join(ids) for ids in groups["enforcer_id"].to_list())
