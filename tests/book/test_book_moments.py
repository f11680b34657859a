"""No moment of what has happened is later than the clock, by any verb; a batch runs as of now, or on a document."""

from __future__ import annotations

import datetime as dt

import click
import pytest
import typer
from books import NOW, clerk, home, opened, take, tengbol
from listening import invoked
from small import proceeding, writ

from tengbol.asked import local_now
from tengbol.book.acts import events, payload
from tengbol.book.batches import batch
from tengbol.book.departures import leave
from tengbol.book.kept import held
from tengbol.book.moments import LENIENCE
from tengbol.book.papers import mark, returned
from tengbol.book.recusing import recuse
from tengbol.book.urgent import assign
from tengbol.cli import app
from tengbol.errors import UnusableInputError

HOUR = dt.timedelta(hours=1)
FAR = dt.datetime(2066, 11, 23, 18)
#: Words of each verb of `book` that takes a time, besides that time.
WORDS = {
    "batch": [],
    "assign": ["V"],
    "leave": ["E1", "--reason", "licence_suspended"],
    "pause": ["E2"],
    "return": ["E3"],
    "transfer": ["E1", "--to", "D2"],
    "recuse": ["W1", "E1", "--ground", "article_54", "--decision", "No. 4"],
    "request": ["application", "W2", "--ground", "article_54"],
    "ruling": ["next"],
    "returned": ["W0"],
    "mark": ["notified", "W0"],
    "materials": ["E1"],
    "due": [],
    "erase": [],
    "annul": ["W2", "--reason", "entered_twice", "--second", "chair"],
    "withdraw": ["W2", "--reason", "creditor_withdrew"],
    "correct": ["W2", "--set", "amount=1", "--reason", "entered_wrongly"],
    "reassign": ["W2", "--ground", "court_order", "--decision", "No. 4", "--second", "chair"],
}
#: Options of a verb that it cannot do without.
NEEDED = {"leave": {"--from": "2026-11-23"}, "pause": {"--from": "2026-11-23"}}
#: What only looks, and days that may be planned.
ANY = {
    ("due", "--as-of"),
    *(
        ("leave", "--from"),
        ("leave", "--to"),
        ("pause", "--from"),
        ("pause", "--to"),
        ("return", "--on"),
        ("recuse", "--until"),
    ),
}


def timed() -> list[tuple[str, str, bool]]:
    """Verb, option, and whether it takes a moment and not a day, of every option of `book` that takes a time."""
    book = typer.main.get_command(app).commands["book"]  # type: ignore[attr-defined]
    return [
        (verb, option.opts[0], option.metavar == "DATE-TIME")
        for verb, command in book.commands.items()
        for option in command.params
        if isinstance(option, click.Option) or option.param_type_name == "option"
        if option.metavar in ("DATE-TIME", "DATE", "DAY", "TIME")
    ]


def test_a_wrong_year_closes_no_book_by_any_verb(tmp_path):
    book = tmp_path / "chamber.book"
    store = opened(f"sqlite:///{book}", tmp_path)
    batch(store, clerk())
    take(
        store, tmp_path, writs=[writ("next", origin="returned", previous_enforcer_id="E2"), writ("V", immediate="true")]
    )
    leave(store, clerk(), "E3", reason="leave", start=NOW.date(), end=None)

    def run(*words):
        return invoked(["book", *words, "--book", str(book)])

    assert {verb for verb, _, _ in timed()} == set(WORDS)
    for verb, option, is_moment in timed():
        far = f"{FAR:%Y-%m-%dT%H:%M:%S}" if is_moment else f"{FAR:%Y-%m-%d}"
        asked = {**NEEDED.get(verb, {}), option: far, **({} if verb == "due" else {"--document": "Order 4"})}
        before = events(store).height
        done = run(verb, *WORDS[verb], *(word for pair in asked.items() for word in pair))
        if (verb, option) in ANY:
            assert done.exit_code == 0, (verb, option, done.exception)
        else:
            assert "later than the clock" in str(done.exception), (verb, option)
            assert events(store).height == before, (verb, option)
    assert run("return", "E1").exit_code == run("return", "E2").exit_code == run("return", "E3").exit_code == 0
    assert run("assign", "V").exit_code == 0
    assert run("batch").exit_code == 0
    assert run("mark", "notified", "next").exit_code == 0
    assert held(store, "batches")["as_of"].max() <= (local_now() + LENIENCE).isoformat()


@pytest.mark.parametrize("column", ["received_at", "issued_on", "assigned_at", "closed_at"])
def test_rows_that_tell_of_what_has_not_happened_yet_are_rejected_and_the_rest_is_taken(url, tmp_path, column):
    late = {column: "2066-11-23T18:00:00" if column != "issued_on" else "2066-11-23"}
    if column == "issued_on":
        late["received_at"] = "2066-11-24T09:00:00"
    bad = writ("W1", **late) if column in writ("W1") else proceeding("L1", "E1", **late)
    store = opened(url, tmp_path, {})
    tables = home(writs=[writ("W0"), writ("W2")], ledger=[proceeding("L0", "E1")])
    tables["writs" if "received_at" in bad else "ledger"].insert(1, bad)
    found = take(store, tmp_path, clerk(), **tables)
    told = found.rejected.row(0, named=True)
    assert found.rejected.height == 1
    assert (told["row"], told["code"]) == (3, "later_than_clock")
    assert told["column"] in late and "later than the clock" in told["message"]
    assert held(store, "writs")["writ_id"].sort().to_list() == ["W0", "W2"]
    assert held(store, "ledger")["writ_id"].to_list() == ["L0"]
    assert found.counts["writs"]["new"] == 2


def test_days_that_are_planned_may_be_as_late_as_they_like(url, tmp_path):
    store = opened(url, tmp_path)
    planned = {"enforcer_id": "E1", "reason": "leave", "start": "2066-01-01", "end": "2066-01-09", "reference": None}
    valid = {"district_id": "D1", "enforcer_id": "F1", "valid_from": "2066-01-01", "valid_to": None}
    found = take(store, tmp_path, absences=[planned], attachments=[valid])
    assert found.rejected.is_empty()


def test_a_batch_runs_as_of_now_and_as_of_an_earlier_moment_on_a_document_alone(url, tmp_path):
    store = opened(url, tmp_path, home(writs=[*home()["writs"], writ("U", immediate="true")]))
    for act in (batch, lambda *who, **when: assign(*who, "U", **when)):
        with pytest.raises(UnusableInputError, match="a batch runs as of now"):
            act(store, clerk(), as_of=NOW - HOUR)
        with pytest.raises(UnusableInputError, match="a batch runs as of now"):
            act(store, clerk(document="  "), as_of=NOW - HOUR)
        with pytest.raises(UnusableInputError, match="later than the clock"):
            act(store, clerk(document="Order 4"), as_of=NOW + HOUR)
    assert held(store, "batches").is_empty()
    assign(store, clerk(document="Order 4 of 23 November"), "U", as_of=NOW - HOUR)
    event = events(store).row(-1, named=True)
    assert (event["document"], event["at"]) == ("Order 4 of 23 November", NOW.isoformat())
    assert payload(event)["as_of"] == (NOW - HOUR).isoformat()
    assert batch(store, clerk()).result.as_of == NOW


def test_clocks_may_differ_by_a_few_minutes(url, tmp_path):
    store = opened(url, tmp_path)
    ahead = batch(store, clerk(at=NOW + LENIENCE), as_of=NOW + 2 * LENIENCE)
    assert ahead.result.as_of == NOW + LENIENCE, "what is a little ahead of the clock is now"
    take(store, tmp_path, writs=[writ("next")])
    assert batch(store, clerk()).result.as_of == NOW + LENIENCE, "and not before what came before it"
    take(store, tmp_path, writs=[writ("more")])
    later = NOW + 2 * LENIENCE
    assert batch(store, clerk(at=later), as_of=later - LENIENCE).number == 3, "no document for a few minutes"


def test_p8_p15_nothing_is_marked_before_it_was_assigned_or_before_it_came(url, tmp_path):
    store = opened(url, tmp_path, home(writs=[*home()["writs"], writ("absent", signature="absent")]))
    batch(store, clerk())
    now = clerk(at=NOW + HOUR)
    holder = held(store, "ledger", "t.writ_id = 'W0'")["enforcer_id"][0]
    before = events(store).height
    for act in (
        lambda at: mark(store, now, "collected", ["W0"], at=at),
        lambda at: recuse(store, now, "W0", holder, ground="article_54", decision="No. 4", at=at),
        lambda at: returned(store, now, "W0", at=at),
        lambda at: leave(store, now, holder, reason="expelled", start=dt.date(2026, 11, 1), end=None, at=at),
    ):
        with pytest.raises(UnusableInputError, match=r"lies before writ W\d was assigned"):
            act(NOW - HOUR)
    with pytest.raises(UnusableInputError, match="lies before writ absent was received"):
        mark(store, now, "withdrawn", ["absent"], at=dt.datetime(2026, 1, 1))
    assert events(store).height == before
    mark(store, now, "collected", ["W0"], at=NOW)


def test_a_book_that_a_wrong_year_closed_says_so_and_goes_on_by_a_document(url, tmp_path):
    """Version 0.1.0 took any year."""
    store = opened(url, tmp_path)
    batch(store, clerk(at=FAR), as_of=FAR)
    take(store, tmp_path, writs=[writ("next"), writ("U", immediate="true")])
    for act in (batch, lambda *who: assign(*who, "U")):
        with pytest.raises(
            UnusableInputError, match=r"dated 2066-11-23T18:00:00, .* Leave --as-of out and give --document"
        ):
            act(store, clerk())
    done = batch(store, clerk(document="Order 5: the year of batch 1 was mistyped"))
    assert (done.number, done.result.as_of) == (2, NOW)
    mark(store, clerk(), "notified", ["W0"], at=NOW)
    take(store, tmp_path, writs=[writ("after")])
    assert batch(store, clerk(at=NOW + HOUR)).number == 3


def test_the_commands_take_todays_bare_date_for_now(tmp_path):
    book = tmp_path / "chamber.book"
    opened(f"sqlite:///{book}", tmp_path).close()
    today = local_now().date().isoformat()
    done = tengbol("book", "batch", "--as-of", today, "--book", book)
    assert done.returncode == 0, done.stderr
    marked = tengbol("book", "mark", "collected", "W0", "--as-of", "2026-11-20T10:00:00", "--book", book)
    assert marked.returncode == 2 and "before writ W0 was assigned" in marked.stderr
