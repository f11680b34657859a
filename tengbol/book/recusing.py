"""¶12: an enforcer who may not have a writ, or no writ of a person, by decision of the disciplinary commission."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tengbol.book.acts import act
from tengbol.book.coming_back import Back, send_back
from tengbol.book.compensation import take_back
from tengbol.book.kept import held
from tengbol.book.moments import happened, refuse_before_assignment
from tengbol.book.requests import open_requests
from tengbol.book.schema import TABLES
from tengbol.errors import UnusableInputError
from tengbol.model.codes import PARTIES, RECUSAL_GROUNDS

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.book.acts import Hand
    from tengbol.book.store import Store


def recuse(
    store: Store,
    hand: Hand,
    writ_id: str,
    enforcer_id: str,
    *,
    ground: str,
    decision: str,
    party: str | None = None,
    until: dt.date | None = None,
    application: str | None = None,
    confirmation: str | None = None,
    at: dt.datetime | None = None,
) -> Back:
    """Record that a writ may not go to an enforcer; where he has it, it waits again for another (¶12).

    party: of `PARTIES`, whose every writ may not go to him either, this one's and the next. until: the last day of it.
    application, confirmation: the papers of ¶12(2), else those that `request` recorded.
    """
    if ground not in RECUSAL_GROUNDS:
        raise UnusableInputError(
            "--ground '{ground}': one of {recusal_grounds} is accepted.",
            ground=ground,
            recusal_grounds=", ".join(RECUSAL_GROUNDS),
        )
    if party is not None and party not in PARTIES:
        raise UnusableInputError(
            "--party '{party}': one of {parties} is accepted.", party=party, parties=", ".join(PARTIES)
        )
    numbered("--decision", decision)
    at = happened(at, hand)
    if until is not None and until < at.date():
        raise UnusableInputError(
            "The recusal ends ({until}) before it begins ({at}); check --until.", until=until, at=at.date()
        )
    with act(store, hand, "recusal", subject=writ_id) as doing:
        writ = held(store, "writs", "t.writ_id = :id", id=writ_id)
        if writ.is_empty():
            raise UnusableInputError("Writ '{writ_id}' is not in the book; check its id.", writ_id=writ_id)
        person = None if party is None else writ[f"{party}_id"][0]
        papers = papers_of(store, writ_id, ground, application, confirmation)
        row = recusal(writ_id, enforcer_id, ground, decision, person, until, papers)
        if known(store, row).height:
            raise UnusableInputError(
                "Writ {writ_id}: the book has this recusal of {enforcer_id} already.",
                writ_id=writ_id,
                enforcer_id=enforcer_id,
            )
        doing.write("recusals", row)
        his = held(
            store, "ledger", "t.writ_id = :id AND t.closed_at IS NULL AND t.enforcer_id = :who",
            id=writ_id, who=enforcer_id,
        )  # fmt: skip
        refuse_before_assignment(store, hand, his["writ_id"].to_list(), at)
        # Taken away through nobody's wish, it leaves what he received and was due (`docs/book.md`).
        take_back(store, doing, his["writ_id"].to_list(), "recused")
        back = send_back(store, doing, his, at, "redistributed")
        doing.payload |= {"recusal": row.row(0, named=True), "redistributed": len(back.writ_ids)}
    return back


def also_held(store: Store, writ_id: str, enforcer_id: str) -> list[str]:
    """Writs of the person from whom he was last recused at this writ that he holds still: each is decided by itself."""
    rows = held(store, "recusals", "t.writ_id = :id AND t.enforcer_id = :who", id=writ_id, who=enforcer_id)
    persons = rows.sort("id")["party_id"].to_list()[-1:]
    if not persons or persons[0] is None:
        return []
    found = store.frame(
        "SELECT w.writ_id FROM writs w JOIN ledger l ON l.writ_id = w.writ_id AND l.until IS NULL "
        "AND l.closed_at IS NULL AND l.enforcer_id = :who "
        "WHERE w.until IS NULL AND (w.debtor_id = :person OR w.creditor_id = :person) ORDER BY w.writ_id",
        {"writ_id": pl.String()},
        who=enforcer_id,
        person=persons[0],
    )
    return found["writ_id"].to_list()


def recusal(
    writ_id: str,
    enforcer_id: str,
    ground: str,
    decision: str,
    person: str | None = None,
    until: dt.date | None = None,
    papers: tuple[str | None, str | None] = (None, None),
) -> pl.DataFrame:
    """Make a row of `recusals`, cells as stored."""
    last = None if until is None else until.isoformat()
    cells = (writ_id, enforcer_id, ground, decision, person, last, *papers)
    return pl.DataFrame([cells], schema=TABLES["recusals"].types, orient="row")


def known(store: Store, row: pl.DataFrame) -> pl.DataFrame:
    """Of the rows that hold the one that is alike, if any."""
    rows = held(store, "recusals", "t.writ_id = :id", id=row["writ_id"][0])
    return rows.join(row, on=row.columns, how="semi", nulls_equal=True)


def papers_of(
    store: Store, writ_id: str, ground: str, application: str | None, confirmation: str | None
) -> tuple[str | None, str | None]:
    """The creditor's application and what confirms it, as told or as recorded before; both are needed by ¶12(2).

    Raises `UnusableInputError` where one is missing.
    """
    if ground != "creditor_complaint":
        return application, confirmation
    recorded = open_requests(store).get((writ_id, ground))
    if recorded is not None:
        application = application or recorded.papers["application"][0]
        confirmation = confirmation or recorded.confirmation()
    for option, paper in (("--application", application), ("--confirmation", confirmation)):
        if not (paper or "").strip():
            raise UnusableInputError(
                "{option} is needed: a creditor's complaint has three papers, his application, the inspection or the "
                "judgment that confirms it, and the commission's decision (¶12).",
                option=option,
            )
        numbered(option, paper or "")
    return application, confirmation


def numbered(option: str, decision: str) -> None:
    """Ask of a decision that it be one: a paper has a number and a day. Raises `UnusableInputError`."""
    if not any(sign.isdecimal() for sign in decision):
        raise UnusableInputError(
            "{option} '{decision}': name the decision by its number and day, as 'No. 4 of 24 November 2026' (¶12).",
            option=option,
            decision=decision,
        )
