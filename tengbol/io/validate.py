"""Which rows of the tables are good, and why each other one is rejected (contract section 2).

Every source row ends in exactly one of the two. The rules are those of `model.tables`; here are only the
three that need more than one row: rows alike in their key, references to other tables, and the one broken
rule that stops the batch, an enforcer in several rows. Rows that are plainly good (`io.plainly`) are taken as
they are; the others are judged one rule after another, as text.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from tengbol.io import plainly
from tengbol.io.clerks.doubt import Several, called_several, doubt, no_district, of_two
from tengbol.io.clerks.enforcers import for_each, nobody_bound, nobody_kept_out, perhaps_one, under_known_ids
from tengbol.io.clerks.places import near
from tengbol.io.clerks.remarks import in_cells
from tengbol.io.clerks.understand import understood
from tengbol.io.clerks.writs import for_each_writ, of_no_writ
from tengbol.io.documents import once
from tengbol.io.holders import by_ledger
from tengbol.io.rejections import REJECTED_TYPES, no_rejections, sentence, together
from tengbol.model.tables import TABLES
from tengbol.model.then import tables_on

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tengbol.io.grid import Place
    from tengbol.model.tables import Table

#: What a reference that leads nowhere is called.
UNKNOWN: Final = {"districts": "unknown_district", "enforcers": "unknown_enforcer"}


class Rule(NamedTuple):
    """One rule of a table: the Boolean column that says where it holds, and how its breach is reported."""

    holds: str
    column: str
    code: pl.Expr
    sentence: pl.Expr


class Cells(NamedTuple):
    """One table before it is judged.

    `cells`: `row` and the contract's columns as the source has them: `String`, or the type that its `Kind` reads.
    `texts`: gives the rows of the numbers asked for as text, trimmed, empty cells null and empty rows left out.
    `beside`: `row` and what is kept beside a writ, as text; none of other tables. `place`: where its cells are.
    """

    cells: pl.DataFrame
    texts: Callable[[pl.Series], pl.DataFrame]
    beside: pl.DataFrame | None = None
    place: Place | None = None


def of_texts(texts: pl.DataFrame) -> Cells:
    """Take a table that is all text, trimmed, empty cells null."""
    return Cells(texts, lambda rows: texts.filter(pl.col("row").is_in(rows.implode())))


class Validated(NamedTuple):
    """good: by table its good rows, typed, each with its `row`. rejected: contract section 4.

    faults: the same, a line for each fault of a row. unread: by table the cells of its rejected rows, as text, with
    their `row`. notes: what was put right.
    """

    good: dict[str, pl.DataFrame]
    rejected: pl.DataFrame
    faults: pl.DataFrame
    unread: dict[str, pl.DataFrame]
    notes: tuple[str, ...]


def validate_all(
    tables: Mapping[str, Cells],
    known: Mapping[str, pl.DataFrame] = MappingProxyType({}),
    day: dt.date | None = None,
) -> Validated:
    """Split every table of the contract into its good rows and the others, and say what was put right.

    `known`: by table the ids, and the names of districts, that rows may refer to besides the good ones. `day`: of the
    batch; what the law got after it is not known then (`model.then`).
    """
    good: dict[str, pl.DataFrame] = {}
    unread: dict[str, pl.DataFrame] = {}
    there: dict[str, pl.DataFrame] = {}
    rejected, faults, again = [no_rejections()], [no_rejections()], no_rejections()
    notes: list[str] = []
    for table in tables_on(day).values():
        good[table.name], bad, cells, unread[table.name], told = split(table, tables[table.name], there)
        if table.name == "writs":
            good["writs"], again = once(good["writs"])
        if table.name == "enforcers" and table.name in known:
            good["enforcers"], meant = under_known_ids(good["enforcers"], known["enforcers"])
            notes += meant
        there[table.name] = good[table.name]
        if table.name in known:
            also = known[table.name]
            there[table.name] = pl.concat([good[table.name].select(also.columns), also]).unique()
        if "enforcers" in there and "enforcer_id" in table.columns:
            # Whom a refused row names by a name of several it may name each of them: all are to be held out.
            unread[table.name] = for_each(unread[table.name], there["enforcers"])
        rejected.append(bad)
        faults.append(cells)
        notes += told
        for texts in (tables[table.name].cells, tables[table.name].beside):
            notes += [] if texts is None else in_cells(table.name, texts)
        if table.name == "recusals":
            unread[table.name] = for_each_writ(table, unread[table.name], there)
        if table.name == "writs":
            rejected.append(again)
            faults.append(again)
    good["writs"], unlike = by_ledger(good["writs"], good["ledger"])
    rejected.append(unlike)
    faults.append(unlike)
    across = pl.concat([again, unlike])
    if across.height:
        # A row refused for what another row tells is refused like any other, and asked for by its cells.
        unread["writs"] = pl.concat([unread["writs"], tables["writs"].texts(across["row"].sort())]).sort("row")
    notes += perhaps_one(there["enforcers"])
    notes += nobody_kept_out(good["recusals"], there["enforcers"])
    notes += nobody_bound(good["ledger"], good["writs"], there["enforcers"])
    if "writs" not in known:
        notes += of_no_writ(good["recusals"], [tables["writs"].cells["writ_id"], good["ledger"]["writ_id"]])
    return Validated(good, pl.concat(rejected), pl.concat(faults), unread, tuple(notes))


def split(
    table: Table, given: Cells, good: Mapping[str, pl.DataFrame]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame, tuple[str, ...]]:
    """Split one table into `(good, rejected)`: first what is plainly good, then the rest by a closer look.

    Also gives the faults and the cells of the rejected, and says what was put right of the ids of what was looked at.
    """
    cells = given.cells
    unread = pl.DataFrame(schema={"row": pl.Int64, **dict.fromkeys(table.columns, pl.String)})
    if cells.is_empty():
        return pl.DataFrame(schema={"row": pl.Int64, **table.types}), no_rejections(), no_rejections(), unread, ()
    read = plainly.typed(table, cells)
    doubtful = plainly.doubtful(table, cells, read, good) | plainly.perhaps_alike(table, cells, given.texts)
    if not doubtful.any():
        return read, no_rejections(), no_rejections(), unread, ()
    text, notes = understood(table, given.texts(cells["row"].filter(doubtful)), good)
    closer, rejected, faults = validate(table, text, good)
    left_out = text.filter(pl.col("row").is_in(rejected["row"].implode()))
    return plainly.merged(read, doubtful, closer), rejected, faults, left_out, notes


def validate(
    table: Table, text: pl.DataFrame, good: Mapping[str, pl.DataFrame]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Look closely at rows of one table: `(good, rejected, faults)`, the good ones typed, with their `row`.

    `text` has every row whose key another of its rows has; `good` holds the good rows of the tables it refers to.

    Of several broken rules the first by column order gives a row's column and code; the message tells all
    of them.
    """
    if text.is_empty():
        return pl.DataFrame(schema={"row": pl.Int64, **table.types}), no_rejections(), no_rejections()
    several = called_several(table, text, good)
    one = {
        f"{column}__two_meanings": ~(cell.is_in(of["called"].implode()) & ~of_itself).fill_null(False)
        for column, (cell, of_itself, of) in several.items()
    }
    flags = {**_alike(table, text), **one, **_known(table, good), **table.rules}
    marked = text.with_columns(**flags)
    whole = pl.all_horizontal(list(flags))
    broken = marked.filter(~whole)
    kept = text if broken.is_empty() else marked.filter(whole)
    typed = kept.select("row", *(kind.read(pl.col(name)).alias(name) for name, kind in table.kinds.items()))
    told = [name for name in flags if not broken[name].all()]
    strange = {name: broken.filter(~pl.col(name)) for name in told if name.endswith(UNKNOWN["districts"])}
    places = {name: near(rows[name.split("__")[0]], good["districts"]) for name, rows in strange.items()}
    rules = _rules(table, told, several, places)
    return typed, _reported(broken, rules, table.name), _faults(broken, rules, table.name)


def _alike(table: Table, text: pl.DataFrame) -> dict[str, pl.Series]:
    """Where the rows of one key allow a row to stay: it repeats no earlier row, and differs from no other.

    Compared by meaning, so that `2026-11-23` and `2026-11-23T00:00:00` are one closing. Rows that lack a
    required column of the key are left to the rule of the missing value.
    """
    key = list(table.key or table.columns)
    needed = [column for column in key if column in table.required_columns]
    meaning = text.select("row", *_meanings(table, key))
    keyed = pl.all_horizontal(pl.col(needed).is_not_null())
    several = meaning.filter(keyed & pl.struct(key).is_duplicated())["row"]
    suspects = text.filter(pl.col("row").is_in(several.implode()))
    suspects = suspects.select("row", *_meanings(table, table.columns))
    judged = suspects.select(
        "row",
        differs=pl.struct(table.columns).n_unique().over(key) > 1,
        first=pl.col("row") == pl.col("row").min().over(key),
    )
    conflicting = judged.filter(pl.col("differs"))["row"]
    repeating = judged.filter(~pl.col("differs") & ~pl.col("first"))["row"]
    flags = {f"{key[0]}__duplicate_row": ~text["row"].is_in(repeating.implode())}
    if table.key:
        # Where the key is the whole row, rows of one key cannot differ.
        flags[f"{key[0]}__conflicting_rows"] = ~text["row"].is_in(conflicting.implode())
    return flags


def _meanings(table: Table, columns: Iterable[str]) -> Iterator[pl.Expr]:
    return (table.kinds[column].meaning(pl.col(column)).alias(column) for column in columns)


def _known(table: Table, good: Mapping[str, pl.DataFrame]) -> dict[str, pl.Expr]:
    """Where each reference leads to a good row; an empty cell is left to the rule of the missing value."""
    return {
        f"{column}__{UNKNOWN[target]}": pl.col(column).is_null()
        | pl.col(column).is_in(good[target][TABLES[target].key[0]].implode())
        for column, target in table.references.items()
    }


def _rules(table: Table, names: list[str], several: Several, places: Mapping[str, pl.DataFrame]) -> list[Rule]:
    """Order the rules behind the Boolean columns `names` by column, those of the whole row first; places: by rule."""
    rules = [_rule(table, name, several, places) for name in names]
    order = {column: place for place, column in enumerate(table.columns)}
    return sorted(rules, key=lambda rule: order[rule.column])


def _rule(table: Table, name: str, several: Several, places: Mapping[str, pl.DataFrame]) -> Rule:
    column, code = name.split("__")
    need = table.need(column)
    words = {
        "column": column,
        "accepted": table.kinds[column].said(code),
        "when": f"when {need.words}" if need else "in every row",
        "start": table.not_before(column),
        "key": " and ".join(table.key),
        "known": table.references.get(column, ""),
    }
    cell = pl.concat_str(table.key, separator=", ", ignore_nulls=True) if code == "conflicting_rows" else pl.col(column)
    if name in places:
        return Rule(name, column, pl.lit(code), no_district(cell, places[name], words))
    if code == "two_meanings":
        called, _, of = several[column]
        one, other = (called.replace_strict(of["called"], of["ids"].list.get(n), default="") for n in (0, 1))
        return Rule(name, column, pl.lit(code), of_two(column, cell, one, other))
    codes, said = [pl.lit(code)], [sentence(code, cell, **words)]
    if better := doubt(code, column, cell):
        codes, said = [better[0], *codes], [better[1], *said]
    return Rule(name, column, pl.coalesce(codes), pl.coalesce(said))


def _reported(broken: pl.DataFrame, rules: list[Rule], table: str) -> pl.DataFrame:
    """`rejected`, one line for each row of `broken`."""
    if broken.is_empty():
        return no_rejections()

    def where_broken(rule: Rule, value: pl.Expr) -> pl.Expr:
        return pl.when(~pl.col(rule.holds)).then(value)

    return broken.select(
        table=pl.lit(table),
        row="row",
        column=pl.coalesce(where_broken(rule, pl.lit(rule.column)) for rule in rules),
        code=pl.coalesce(where_broken(rule, rule.code) for rule in rules),
        message=together([where_broken(rule, rule.sentence) for rule in rules]),
    ).cast(pl.Schema(REJECTED_TYPES))


def _faults(broken: pl.DataFrame, rules: list[Rule], table: str) -> pl.DataFrame:
    """Like `rejected`, but a line for each rule that a row breaks."""
    parts = [
        broken.filter(~pl.col(rule.holds)).select(
            table=pl.lit(table), row="row", column=pl.lit(rule.column), code=rule.code, message=rule.sentence
        )
        for rule in rules
    ]
    types = pl.Schema(REJECTED_TYPES)
    return pl.concat([no_rejections(), *(part.cast(types) for part in parts)]).sort("row", maintain_order=True)
