"""A batch into the book, at once: assignments, proceedings, balances, states, its secret, the next one's commitment."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from tengbol import proofs
from tengbol.book import canon, decided, kept
from tengbol.book.acts import act
from tengbol.book.compensation import corrections_of
from tengbol.book.manifest import manifest_of
from tengbol.book.opening import keep_secret, key_of
from tengbol.book.schema import TABLES
from tengbol.book.unrecorded import counted, on_imports
from tengbol.report.public.chain import START, canonical, link
from tengbol.report.public.part import public_part

if TYPE_CHECKING:
    from collections.abc import Callable

    from tengbol.batch import Result
    from tengbol.book.acts import Act, Hand
    from tengbol.book.drawing import Public
    from tengbol.book.gathering import Tables
    from tengbol.book.moments import Run
    from tengbol.book.store import Store
    from tengbol.ruling import Ruled


@dataclass(frozen=True)
class Draft:
    """A batch to be made: of which chamber, of what kind (`batch`, `urgent writ`), from which tables.

    run: as of when. seen: the last event when they were read. read: reads them again. ruled: what the rules make of
    them. last: the chamber's last batch (`status.chamber`).
    """

    chamber_id: str
    kind: str
    run: Run
    tables: Tables
    seen: int
    public: Public
    read: Callable[[], Tables]
    ruled: Ruled
    last: dict[str, Any]


class _ChangedError(Exception):
    """The input is no longer the one that was solved."""


def commit(
    store: Store,
    hand: Hand,
    draft: Draft,
    result: Result,
    *,
    number: int,
    batch_id: str,
    secret: str,
    digest: str,
) -> bool:
    """Keep a result; False, with the book as it was, when its input changed since it was read."""
    following = secrets.token_hex(32)
    row = {
        "batch_id": batch_id,
        "chamber_id": draft.chamber_id,
        "number": number,
        "kind": draft.kind,
        "as_of": result.as_of.isoformat(),
        "seed": result.seed,
        "secret": secret,
        "commitment": draft.last["commitment"],
        "commitment_next": canon.commitment(following),
        "input_digest": digest,
        "public_source": draft.public.source,
        "public_value": draft.public.value,
        **result.proof.statuses(),
        **result.proof.numbers(),
        "certificate": proofs.text(result.certificate),
    }
    # Made before the transaction, which is to be short.
    rows = {**decided.rows_of(result, batch_id), "pools": kept.cells(result.pools, "pools")}
    try:
        with act(store, hand, draft.kind, chamber_id=draft.chamber_id, subject=batch_id) as doing:
            # Between reading and now only the event of its beginning, or else everything is read again.
            if doing.seq != draft.seen + 2 and canon.input_digest(draft.read()) != digest:
                raise _ChangedError
            _keep(store, doing, draft, result, rows, batch_id)
            resting = {"on_word": counted(store, batch_id), "on_imports": on_imports(store, batch_id)}
            doing.payload |= resting
            doing.payload |= {**result.lot_told, "format": decided.FORMAT}
            part = public_part(
                # As a report's record has it: the moment as such, and the commitment to the next secret.
                {
                    **row,
                    "as_of": result.as_of,
                    "commitment": row["commitment_next"],
                    **asdict(draft.run),
                    **resting,
                    **result.lot_told,
                },
                assignments=rows["assignments"],
                unassigned=rows["unassigned"],
                rejected=_rejected(store, draft.last, doing.seq),
                pools=result.parts,
                standing=rows["standing"],
                key=key_of(store),
                corrections=corrections_of(store, draft.chamber_id, draft.last["since"], doing.seq),
            )
            row["link"] = link(draft.last["link"] or START, part)
            row["manifest"] = canonical({**manifest_of(result), "public": part})
            doing.write("batches", pl.DataFrame([row], schema=TABLES["batches"].types))
            keep_secret(store, draft.chamber_id, number + 1, following)
            told = ("number", "as_of", "seed", "secret", "commitment_next", "input_digest", "link")
            doing.payload |= {name: row[name] for name in told}
            doing.payload |= {name: part[name] for name in ("made", "document") if name in part}
            doing.payload["counts"] = result.counts
    except _ChangedError:
        return False
    return True


def _keep(store: Store, doing: Act, draft: Draft, result: Result, rows: Tables, batch_id: str) -> None:
    at = result.as_of.isoformat()
    given = rows["assignments"].select("writ_id", "category", "enforcer_id")
    ids = given["writ_id"].to_list()
    for name in ("assignments", "unassigned", "standing", *decided.OWN):
        doing.write(name, rows[name])
    known = kept.held(store, "pools", store.among("t.pool_id", "ids"), ids=rows["pools"]["pool_id"].unique().to_list())
    doing.write("pools", rows["pools"].join(known, on="pool_id", how="anti"))

    waited = kept.held(store, "states", f"t.state = 'pending' AND {store.among('t.writ_id', 'ids')}", ids=ids)
    if waited.height != len(ids):
        raise AssertionError(f"{len(ids) - waited.height} writs to be assigned do not wait")
    doing.end("states", waited)
    doing.write(
        "states",
        given.select("writ_id", state=pl.lit("assigned"), at=pl.lit(at), batch_id=pl.lit(batch_id)),
    )

    # A writ that came back may have left a proceeding open: now it has another.
    left = kept.held(store, "ledger", f"t.closed_at IS NULL AND {store.among('t.writ_id', 'ids')}", ids=ids)
    doing.end("ledger", left)
    opened = given.join(draft.tables["writs"], on="writ_id", how="left", maintain_order="left").with_columns(
        district_id="debtor_district_id", assigned_at=pl.lit(at), closed_at=pl.lit(None, dtype=pl.String)
    )
    columns = TABLES["ledger"].columns
    doing.write("ledger", pl.concat([opened.select(columns), left.with_columns(closed_at=pl.lit(at)).select(columns)]))

    before = draft.tables["balances"]
    after = kept.cells(result.balances, "balances").filter((pl.col("received") > 0) | (pl.col("share") != _NOTHING))
    moved = after.join(before, on=TABLES["balances"].columns, how="anti")
    old = kept.held(
        store, "balances", store.among("t.enforcer_id", "ids"), ids=moved["enforcer_id"].unique().sort().to_list()
    )
    doing.end("balances", old.join(moved, on=["enforcer_id", "category"], how="semi"))
    doing.write("balances", moved)


#: A share of nothing, as stored.
_NOTHING = "0.000000000"


def _rejected(store: Store, last: dict[str, Any], seq: int) -> int:
    """Rows that imports have rejected since the chamber's last batch."""
    since = last["since"] if last["number"] else 0
    sql = "SELECT count(*) AS n FROM rejected WHERE since > :since AND since < :seq"
    return store.frame(sql, {"n": pl.Int64()}, since=since, seq=seq)["n"][0]
