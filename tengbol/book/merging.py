"""How a table that comes in meets what the book holds of it: which rows are new, same, changed, or not to be taken."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.book.schema import TABLES
from tengbol.io.rejections import BY_BOOK, cut
from tengbol.model.codes import CLAIMS
from tengbol.model.folding import DOCUMENT, folded_document
from tengbol.parameters import claims

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tengbol.book.store import Store

_REJECTED: Final = {"table": pl.String, "row": pl.Int64, "column": pl.String, "code": pl.String, "message": pl.String}


@dataclass(frozen=True)
class Merged:
    """ended: rows held, with `id`, that others take the place of. written: rows new or changed. changed: of these, with
    the old cells as `NAME_old`. same: how many were no news. rejected: contract section 4.
    """

    ended: pl.DataFrame
    written: pl.DataFrame
    changed: pl.DataFrame
    same: int
    rejected: pl.DataFrame

    @classmethod
    def nothing(cls, name: str) -> Merged:
        """Of a table that was not given."""
        empty = pl.DataFrame(schema=TABLES[name].types)
        held = pl.DataFrame(schema={"id": pl.Int64, **TABLES[name].types, "since": pl.Int64})
        return cls(held, empty, _with_old(empty.lazy(), held.lazy(), name).collect(), 0, pl.DataFrame(schema=_REJECTED))


def _with_old(rows: pl.LazyFrame, held: pl.LazyFrame, name: str) -> pl.LazyFrame:
    key = TABLES[name].key or TABLES[name].columns
    old = held.select(*key, *(pl.col(column).alias(f"{column}_old") for column in TABLES[name].columns))
    return rows.join(old, on=list(key), how="inner", nulls_equal=True)


def _versions(store: Store, name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Everything the book holds or ever held under the first part of the rows' keys."""
    table = TABLES[name]
    first = (table.key or table.columns)[0]
    return store.frame(
        f'SELECT {", ".join(f"""t."{c}" """ for c in table.stored if c != "row_hash")} FROM "{name}" t '
        f"WHERE {store.among(f't.{first}', 'ids')}",
        {column: dtype for column, dtype in table.stored.items() if column != "row_hash"},
        ids=rows[first].unique().sort().to_list(),
    )


def _split(
    name: str,
    rows: pl.DataFrame,
    versions: pl.DataFrame,
    *,
    news: pl.Expr,
    verdict: pl.Expr,
    places: tuple[str, ...] = (),
) -> Merged:
    """`rows` have `row`, and are joined to the held row of their key, whose cells are `NAME_old`.

    news: false where the row tells nothing new; verdict: a code where it is not taken, else null. places: columns of
    `rows` that fill the places of their names in a sentence.
    """
    own = list(TABLES[name].columns)
    key = list(TABLES[name].key) or own
    held = versions.filter(pl.col("until").is_null())
    old = held.select(*key, "id", "since", *(pl.col(column).alias(f"{column}_old") for column in own), _held=True)
    ever = versions.select(own).unique().with_columns(_ever=True)
    met = (
        rows.join(old, on=key, how="left", nulls_equal=True, maintain_order="left")
        .join(ever, on=own, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(
            pl.col("_held", "_ever").fill_null(False),
            _equal=pl.all_horizontal([pl.col(column).eq_missing(pl.col(f"{column}_old")) for column in own]),
        )
    )
    met = met.with_columns(_news=news).with_columns(_code=pl.when("_news").then(verdict))
    taken = met.filter(pl.col("_news") & pl.col("_code").is_null())
    changed = taken.filter("_held")
    refused = met.filter(pl.col("_code").is_not_null())
    message = pl.col("_code").replace_strict(BY_BOOK, return_dtype=pl.String)
    for place in (*places, *({"writ_id"} & set(met.columns))):
        message = message.str.replace_all(f"{{{place}}}", cut(pl.col(place)).fill_null("?"), literal=True)
    return Merged(
        ended=held.join(changed.select("id"), on="id", how="semi").select("id", *own, "since"),
        written=taken.select(own),
        changed=changed.select(*own, *(f"{column}_old" for column in own)),
        same=met.filter(~pl.col("_news")).height,
        rejected=refused.select(
            table=pl.lit(name),
            row="row",
            column=pl.lit(key[0]),
            code="_code",
            message=message,
        ).cast(pl.Schema(_REJECTED)),
    )


_NEVER: Final = pl.lit(None, dtype=pl.String)


def _whole_rows(store: Store, name: str, rows: pl.DataFrame, *, documented: bool) -> Merged:
    """Rows that are their own key: one that was ever there is no news, even if it was ended since."""
    return _split(name, rows, _versions(store, name, rows), news=~pl.col("_ever"), verdict=_NEVER)


def _by_key(store: Store, name: str, rows: pl.DataFrame, *, documented: bool) -> Merged:
    """Rows whose last word counts."""
    return _split(name, rows, _versions(store, name, rows), news=~(pl.col("_held") & pl.col("_equal")), verdict=_NEVER)


def _writs(store: Store, name: str, rows: pl.DataFrame, *, documented: bool) -> Merged:
    """A writ that waits, or is set aside, can be corrected; one that was distributed can only come back (¶11)."""
    ids = rows["writ_id"].to_list()
    states = store.frame(
        f"SELECT writ_id, state, at FROM states WHERE until IS NULL AND {store.among('writ_id', 'ids')}",
        {"writ_id": pl.String(), "state": pl.String(), "at": pl.String()},
        ids=ids,
    ).with_columns(day=pl.col("at").str.slice(0, 10))
    busy = store.frame(
        f"SELECT writ_id FROM ledger WHERE until IS NULL AND closed_at IS NULL AND {store.among('writ_id', 'ids')}",
        {"writ_id": pl.String()},
        ids=ids,
    ).with_columns(_busy=True)
    rows = rows.join(states, on="writ_id", how="left", maintain_order="left").join(
        busy, on="writ_id", how="left", maintain_order="left"
    )
    rows = _as_distributed(store, rows)
    rows = rows.join(_documents(store, rows), on="row", how="left", maintain_order="left")
    rows = rows.join(_last_holders(store, ids), on="writ_id", how="left", maintain_order="left")
    # What the book knew of the writ before it came back, or before it was distributed, is the past.
    past = pl.col("_ever") & (pl.col("received_at") < pl.col("received_at_old"))
    free = _free()
    again = pl.col("origin") != "new"
    later = again & (pl.col("received_at") > pl.col("received_at_old"))
    withdrawn = pl.col("_held") & pl.col("state").is_in(["withdrawn", "annulled"])
    known = pl.col("_equal") | past | (~free & pl.col("_ever"))
    news = ~pl.when(pl.col("_held") & ~withdrawn).then(known).otherwise(pl.lit(False))
    verdict = (
        pl.when(withdrawn)
        .then(pl.col("state"))
        .when(pl.col("origin").is_in(["returned", "forwarded"]) & (pl.col("previous_enforcer_id") != pl.col("last")))
        .then(pl.lit("previous_enforcer_differs"))
        .when(pl.col("_held") & ~free & ~later)
        .then(pl.lit("already_distributed"))
        .when(pl.col("first").is_not_null())
        .then(pl.lit("duplicate_document"))
        .when(~pl.col("_held") & pl.col("_busy") & ~again)
        .then(pl.lit("open_proceeding"))
    )
    places = ("first", "where", "day", "last")
    return _split(name, rows, _versions(store, name, rows), news=news, verdict=verdict, places=places)


def _free() -> pl.Expr:
    """Whether a writ is yet to be distributed."""
    return pl.col("state").is_null() | pl.col("state").is_in(["pending", "set_aside"])


#: Claims that the law got later.
_LATER: Final = tuple(claim for claim in CLAIMS if claim not in claims(dt.date.min))


def _as_distributed(store: Store, rows: pl.DataFrame) -> pl.DataFrame:
    """Keep the claim of what was distributed where its row, which is the same, is read as one that came later.

    A writ that came back since is another row, and will be distributed by what its claim is by now.
    """
    odd = rows.filter(~_free(), pl.col("claim").is_in(_LATER))
    if odd.is_empty():
        return rows
    held = store.frame(
        f"SELECT writ_id, received_at, claim FROM writs WHERE until IS NULL AND {store.among('writ_id', 'ids')}",
        dict.fromkeys(("writ_id", "received_at", "claim"), pl.String()),
        ids=odd["writ_id"].to_list(),
    )
    return rows.update(held, on=["writ_id", "received_at"], how="left")


def _last_holders(store: Store, writ_ids: list[str]) -> pl.DataFrame:
    """`writ_id`, `last`: who was given each writ latest, by the book's ledger."""
    past = store.frame(
        f"SELECT writ_id, enforcer_id, assigned_at FROM ledger WHERE until IS NULL AND {store.among('writ_id', 'ids')}",
        dict.fromkeys(("writ_id", "enforcer_id", "assigned_at"), pl.String()),
        ids=writ_ids,
    )
    return past.sort("assigned_at", "enforcer_id").group_by("writ_id").agg(last=pl.col("enforcer_id").last())


def _documents(store: Store, rows: pl.DataFrame) -> pl.DataFrame:
    """`row`, `first`, `where`: rows whose document the book has under another id, and what became of it there.

    A writ that was withdrawn may have been entered under a wrong id. One that waits is what these rows make of it.
    """
    names = ("writ_id", *DOCUMENT, "state", "enforcer_id")
    known = store.frame(
        f"SELECT w.writ_id, {', '.join(f'w.{column}' for column in DOCUMENT)}, s.state, l.enforcer_id "
        "FROM writs w JOIN states s ON s.writ_id = w.writ_id AND s.until IS NULL "
        "LEFT JOIN ledger l ON l.writ_id = w.writ_id AND l.until IS NULL AND l.closed_at IS NULL "
        f"WHERE w.until IS NULL AND s.state <> 'withdrawn' AND {store.among('w.debtor_id', 'ids')}",
        dict.fromkeys(names, pl.String()),
        ids=rows["debtor_id"].unique().sort().to_list(),
    )
    corrected = known.filter(pl.col("state").is_in(["pending", "set_aside"])).join(rows, on="writ_id", how="semi")
    held_as = known.join(corrected, on="writ_id", how="anti").select(
        first="writ_id",
        where=pl.coalesce(pl.format("with {}", "enforcer_id"), pl.col("state").replace("pending", "it waits")),
        **folded_document(),
    )
    return (
        rows.select("row", "writ_id", **folded_document())
        .join(held_as, on=list(DOCUMENT))
        .filter(pl.col("writ_id") != pl.col("first"))
        .sort("first")
        .unique("row", keep="first", maintain_order=True)
        .select("row", "first", "where")
    )


def _ledger(store: Store, name: str, rows: pl.DataFrame, *, documented: bool) -> Merged:
    """Past proceedings come in once; of those the book opened, only their closing."""
    versions = _versions(store, name, rows)
    own = store.frame(
        f"SELECT DISTINCT writ_id FROM assignments WHERE {store.among('writ_id', 'ids')}",
        {"writ_id": pl.String()},
        ids=rows["writ_id"].unique().to_list(),
    )
    open_now = versions.filter(pl.col("until").is_null() & pl.col("closed_at").is_null())
    rows = rows.with_columns(
        _own=pl.col("writ_id").is_in(own["writ_id"].implode()),
        _twice=pl.struct("writ_id", "assigned_at").is_duplicated(),
        _other=pl.col("writ_id").is_in(open_now["writ_id"].implode()),
    )
    alike = [c for c in TABLES[name].columns if c != "closed_at"]
    closing = (
        pl.all_horizontal([pl.col(column).eq_missing(pl.col(f"{column}_old")) for column in alike])
        & pl.col("closed_at_old").is_null()
        & pl.col("closed_at").is_not_null()
    )
    verdict = (
        pl.when("_twice")
        .then(pl.lit("conflicting_rows"))
        .when(~pl.col("_held") & pl.col("closed_at").is_null() & pl.col("_other"))
        .then(pl.lit("open_proceeding"))
        .when(~pl.col("_held") & pl.lit(not documented and _begun(store)))
        .then(pl.lit("document_needed"))
        .when(pl.col("_held") & ~closing & (pl.col("_own") | pl.col("closed_at_old").is_not_null()))
        .then(pl.lit("kept_by_book"))
    )
    return _split(name, rows, versions, news=~pl.col("_ever"), verdict=verdict)


def _balances(store: Store, name: str, rows: pl.DataFrame, *, documented: bool) -> Merged:
    """What each was due and got until the book's first batch; from then on the book reckons.

    Whoever joins later may bring balances along, on a document: the book has never reckoned any of his.
    """
    ids = rows["enforcer_id"].unique().sort().to_list()
    known = store.frame(
        f"SELECT DISTINCT enforcer_id FROM standing WHERE {store.among('enforcer_id', 'ids')}",
        {"enforcer_id": pl.String()},
        ids=ids,
    )["enforcer_id"]
    late = _begun(store) and not documented
    verdict = pl.when(pl.lit(late) | pl.col("enforcer_id").is_in(known.implode())).then(pl.lit("kept_by_book"))
    return _split(name, rows, _versions(store, name, rows), news=~pl.col("_ever"), verdict=verdict)


def _begun(store: Store) -> bool:
    """Whether the book has made a batch."""
    return not store.frame("SELECT id FROM batches LIMIT 1", {"id": pl.Int64()}).is_empty()


MERGERS: Final[Mapping[str, Callable[..., Merged]]] = {
    "districts": _by_key,
    "enforcers": _by_key,
    "attachments": _whole_rows,
    "absences": _whole_rows,
    "writs": _writs,
    "recusals": _whole_rows,
    "ledger": _ledger,
    "balances": _balances,
}
