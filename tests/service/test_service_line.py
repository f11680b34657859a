"""The command line on a book with accounts: whoever acts signs in, and the table of roles decides what he may."""

from __future__ import annotations

import json
import os
import pty
import sys
from shutil import copy

import pytest
from books import batch, clerk, home, opened
from listening import ended, invoked
from served import PASSWORD, people
from small import writ, write_tables

from tengbol.book import desk
from tengbol.book.access import connect, open_book
from tengbol.book.acts import Hand, events, payload
from tengbol.book.audit import audit
from tengbol.book.kept import held
from tengbol.cli import app, machine
from tengbol.service import passwords, sessions
from tengbol.service.accounts import change_account, open_account
from tengbol.service.roles import CLERK, ENDPOINTS, HEAD, ROLES, scopes_of

AT = "2026-11-24T10:00:00"
PAPER = ("--document", "no. 4 of 24 November")
DRY = (*PAPER, "--dry-run")
#: By the service's endpoint, a command line of it that changes little.
LINES = {
    "intake.take": ("import", "{in}"),
    "batches.run": ("batch",),
    "batches.announce": ("announce", "the rate of 30 November"),
    "writs.assign": ("assign", "W0"),
    "acts.leave": ("leave", "E9", "--reason", "sickness", "--from", "2026-11-24"),
    "acts.pause": ("pause", "E9", "--from", "2026-11-24"),
    "acts.return": ("return", "E9"),
    "acts.transfer": ("transfer", "E9", "--to", "D2"),
    "acts.returned": ("returned", "W99"),
    "acts.mark": ("mark", "notified", "W99"),
    "acts.materials": ("materials", "E9"),
    "acts.centre": ("centre", "D9"),
    "acts.recuse": ("recuse", "W99", "E1", "--ground", "article_54", "--decision", "no. 5"),
    "acts.request": ("request", "application", "W99", "--ground", "article_54"),
    "acts.ruling": ("ruling", "W99"),
    "acts.annul": ("annul", "W0", "--reason", "entered_twice", *DRY),
    "acts.withdraw": ("withdraw", "W0", "--reason", "creditor_withdrew", *DRY),
    "acts.correct": ("correct", "W0", "--set", "case_id=7", "--reason", "entered_wrongly", *DRY),
    "acts.revoke": ("revoke", "W0", *DRY),
    "acts.reassign": ("reassign", "W0", "--ground", "court_order", "--decision", "no. 6", *DRY),
    "acts.succeed": ("succeed", "D1", "D2", "--reason", "district_renamed", *DRY),
    "acts.balance": ("balance", "E1", "individual", "--share", "3", "--reason", "entered_wrongly", *DRY),
    "proposals.confirm": ("confirm", "{proposal}"),
    "proposals.reject": ("confirm", "{proposal}", "--reject", "no"),
}
#: What the service has not, and who keeps the machine does.
OPERATORS = {"init", "backup", "restore", "accept", "erase"}
#: What changes nothing.
READING = {"status", "audit", "export", "verify", "due"}
ALLOW = "Your role, or this token, does not allow it."


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("line")
    store = opened(f"sqlite:///{folder / 'first'}", folder, home(writs=[writ(f"W{n}") for n in range(6)]))
    batch(store, clerk(), as_of=clerk().clock())
    people(store)
    store.close()
    write_tables(folder / "in", **home(writs=[writ("N1")]))
    return folder


@pytest.fixture
def book(place, tmp_path, monkeypatch):
    """A copy of it, named by the environment."""
    copy(place / "first", tmp_path / "book")
    monkeypatch.setenv("TENGBOL_BOOK", str(tmp_path / "book"))
    monkeypatch.delenv("TENGBOL_TOKEN", raising=False)
    store = connect(f"sqlite:///{tmp_path / 'book'}")
    yield store
    store.close()


def token(store, login, *scopes):
    role = desk.one(store, "accounts", "login = :login", login=login)["role"]
    return sessions.give_token(store, Hand("test"), login, "test", list(scopes) or sorted(scopes_of(role)), 1)[1]


def said(monkeypatch, *words, as_token=None, password=None, code=None):
    """What a command answers to a program: typed on a terminal by who has this password, or with a token."""
    if as_token:
        monkeypatch.setenv("TENGBOL_TOKEN", as_token)
    else:
        monkeypatch.delenv("TENGBOL_TOKEN", raising=False)
    asked = [password, code]
    monkeypatch.setattr("tengbol.cli.signing._terminal", lambda: password is not None)
    monkeypatch.setattr("getpass.getpass", lambda _: asked.pop(0))
    try:
        return json.loads(ended(invoked(machine.listen(["book", *words, "--json"]))))
    finally:
        machine.listen([])


def test_every_command_of_a_book_is_asked_of_the_table_or_is_the_operators_or_changes_nothing():
    commands = {command.name for group in app.registered_groups for command in group.typer_instance.registered_commands
                if group.name == "book"}  # fmt: skip
    assert {words[0] for words in LINES.values()} | OPERATORS | READING == commands
    writes = {name for name, one in ENDPOINTS.items() if one.once and name.split(".")[0] in
              ("acts", "batches", "intake", "proposals")}  # fmt: skip
    # Those two change nothing in the book.
    assert writes - set(LINES) == {"intake.check", "batches.verify"}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_acts_by_the_command_line_where_the_table_says_so_and_nowhere_else(role, book, place, monkeypatch):
    # To check a password takes long, as it should.
    monkeypatch.setattr("tengbol.service.passwords.fits", lambda kept, password: password == PASSWORD)
    mine, wrong = token(book, role), {}
    made = said(monkeypatch, "annul", "W5", "--reason", "entered_twice", *PAPER, "--by", "head", password=PASSWORD)
    for name, line in LINES.items():
        words = [word.format_map({"in": str(place / "in"), "proposal": made["proposal_id"]}) for word in line]
        allowed = role in ENDPOINTS[name].roles
        if role == "integration":
            told, allowed = said(monkeypatch, *words, as_token=mine), allowed and ENDPOINTS[name].scope is not None
        else:
            told = said(monkeypatch, *words, "--by", role, password=PASSWORD)
        if (told.get("detail") == ALLOW) == allowed or told["exit"] not in (0, 2):
            wrong[name] = told
    assert not wrong


def test_a_token_of_one_scope_is_let_in_for_nothing_else(book, place, monkeypatch):
    narrow = token(book, "clerk", "acts.write")
    refused = {
        name
        for name, line in LINES.items()
        if said(monkeypatch, *[word.format_map({"in": str(place / "in"), "proposal": "0" * 16}) for word in line],
                as_token=narrow).get("detail") == ALLOW
    }  # fmt: skip
    assert refused == {"intake.take", "batches.run", "batches.announce", "writs.assign"}


def test_a_name_alone_is_no_longer_enough_and_nothing_is_done(book, monkeypatch):
    last = events(book)["hash"][-1]
    told = said(monkeypatch, "mark", "notified", "W0", "--by", "clerk")
    assert "sign in on a terminal" in told["detail"]
    for wrong in ("another password of mine", ""):
        assert "is wrong" in said(monkeypatch, "mark", "notified", "W0", "--by", "clerk", password=wrong)["detail"]
    assert "is wrong" in said(monkeypatch, "mark", "notified", "W0", "--by", "nobody", password=PASSWORD)["detail"]
    assert "no token" in said(monkeypatch, "mark", "notified", "W0", as_token="tengbol_1_2")["detail"]
    mine = token(book, "clerk")
    assert "is of clerk" in said(monkeypatch, "mark", "notified", "W0", "--by", "head", as_token=mine)["detail"]
    annul = ("annul", "W0", "--reason", "entered_twice", *PAPER, "--second", "head")
    assert "another login confirms" in said(monkeypatch, *annul, as_token=mine)["detail"]
    sessions.end_token(book, Hand("test"), mine.split("_")[1])
    assert "no token" in said(monkeypatch, "mark", "notified", "W0", as_token=mine)["detail"]
    first = open_account(book, Hand("test"), "new.clerk", CLERK)
    given = said(monkeypatch, "mark", "notified", "W0", "--by", "new.clerk", password=first)
    assert "set by somebody else" in given["detail"]
    assert set(events(book, "seq > (SELECT seq FROM events WHERE hash = :last)", last=last)["what"]) == {
        "token given",
        "token ended",
        "account opened",
    }


def test_a_login_that_is_tried_too_often_rests(book, monkeypatch):
    for _ in range(5):
        said(monkeypatch, "mark", "notified", "W0", "--by", "clerk", password="not the right one")
    told = said(monkeypatch, "mark", "notified", "W0", "--by", "clerk", password=PASSWORD)
    assert "Too many attempts" in told["detail"]


def test_whoever_has_one_time_codes_gives_one(book, monkeypatch):
    key = passwords.totp_drawn()
    desk.change(book, "accounts", "login = 'clerk'", {"totp": key})
    line = ("mark", "notified", "W0", "--by", "clerk")
    assert "is wrong" in said(monkeypatch, *line, password=PASSWORD, code="000000")["detail"]
    code = passwords.TOTP(key).now()
    assert said(monkeypatch, *line, password=PASSWORD, code=code)["exit"] == 0
    assert "is wrong" in said(monkeypatch, *line, password=PASSWORD, code=code)["detail"]


def test_an_act_that_moves_a_writ_waits_for_another_login(book, monkeypatch):
    annul = ("annul", "W0", "--reason", "entered_twice", *PAPER)
    states = held(book, "states")
    dry = said(monkeypatch, *annul, "--dry-run", as_token=token(book, "clerk"))
    assert dry["dry_run"] and dry["proposal_id"] is None and dry["balances"]
    assert not desk.found(book, "proposals", "1 = 1")
    told = said(monkeypatch, *annul, as_token=token(book, "clerk"))
    assert told["exit"] == 0 and told["dry_run"] and told["balances"] == dry["balances"]
    assert held(book, "states").equals(states)
    waits = said(monkeypatch, "confirm")["waiting"]
    assert [(one["proposal_id"], one["subject"], one["asked_by"]) for one in waits] == [
        (told["proposal_id"], "W0", "clerk")
    ]
    confirm = ("confirm", told["proposal_id"])
    # A token lets nobody confirm, who asked cannot, and there is no other.
    assert said(monkeypatch, *confirm, as_token=token(book, "head"))["detail"] == ALLOW
    own = said(monkeypatch, *confirm, "--by", "clerk", password=PASSWORD)
    assert "Another login" in own["detail"]
    assert "no such act" in said(monkeypatch, "confirm", "0" * 16, "--by", "head", password=PASSWORD)["detail"]
    assert said(monkeypatch, *confirm, "--by", "head", password=PASSWORD)["state"] == "done"
    assert "already" in said(monkeypatch, *confirm, "--by", "head", password=PASSWORD)["detail"]
    event = events(book).row(-1, named=True)
    assert (event["what"], event["who"], payload(event)["second"]) == ("annul", "clerk", "head")
    assert audit(book).ok


def test_what_waits_can_be_rejected_also_by_who_asked(book, monkeypatch):
    annul = ("annul", "W0", "--reason", "entered_twice", *PAPER)
    told = said(monkeypatch, *annul, as_token=token(book, "clerk"))
    line = ("confirm", told["proposal_id"], "--reject", "a mistake", "--by", "clerk")
    assert said(monkeypatch, *line, password=PASSWORD)["state"] == "rejected"
    assert events(book)["document"][-1] == "a mistake" and said(monkeypatch, "confirm")["waiting"] == []


def test_an_account_of_one_chamber_acts_for_no_other(place, tmp_path, monkeypatch):
    tables = home(writs=[writ("W0"), writ("V0", debtor_district_id="D2")])
    tables["districts"][1]["chamber_id"] = "C2"
    store = opened(f"sqlite:///{tmp_path / 'two'}", tmp_path, tables)
    monkeypatch.setenv("TENGBOL_BOOK", str(tmp_path / "two"))
    people(store, other=HEAD)
    chambers = [row["chamber_id"] for row in tables["districts"]]
    for login in ("clerk", "other"):
        change_account(store, Hand("test"), login, {"chamber_id": chambers[0]})
    mine = token(store, "clerk")

    def done(*words):
        told = said(monkeypatch, *words, as_token=mine)
        return told["exit"] == 0 or ("not yours" not in told["detail"] and told["detail"] != ALLOW)

    assert done("batch", "--chamber", chambers[0]) and not done("batch", "--chamber", "C2")
    assert not done("import", str(place / "in")) and not done("centre", "D1")
    assert done("mark", "notified", "W0") and not done("mark", "notified", "V0")
    assert not done("leave", "F1", "--reason", "sickness", "--from", "2026-11-24")
    head = token(store, "head")
    assert said(monkeypatch, "batch", "--chamber", "C2", as_token=head)["exit"] == 0
    annul = said(monkeypatch, "annul", "V0", "--reason", "entered_twice", *PAPER, as_token=head)
    confirm = ("confirm", annul["proposal_id"], "--by", "other")
    assert "no such act" in said(monkeypatch, *confirm, password=PASSWORD)["detail"]
    store.close()


def test_who_keeps_the_machine_is_written_in_brackets_which_no_login_has(book, tmp_path, monkeypatch):
    backup, new = str(tmp_path / "copy"), str(tmp_path / "new")
    assert said(monkeypatch, "backup", backup)["exit"] == 0
    assert said(monkeypatch, "restore", backup, "--book", new, "--by", "clerk")["exit"] == 0
    restored = open_book(new)
    assert events(restored)["who"][-1] == "(clerk)"
    restored.close()


def test_a_password_is_asked_on_the_terminal_and_shown_nowhere(book):
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-m", "tengbol", "book", "mark", "notified", "W0", "--by", "clerk"])
    shown = b""
    while b"Password of clerk: " not in shown:
        shown += os.read(terminal, 1000)
    os.write(terminal, PASSWORD.encode() + b"\n")
    try:
        while more := os.read(terminal, 1000):
            shown += more
    except OSError:
        # The terminal is gone with who had it.
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, shown
    assert PASSWORD.encode() not in shown
    event = events(book).row(-1, named=True)
    assert event["who"] == "clerk"
