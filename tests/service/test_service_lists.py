"""Lists of the service whatever the length of a book: read page by page, and never a long table whole."""

from __future__ import annotations

import asyncio
import re
from shutil import copy
from unittest import mock

import httpx
import pytest
from books import clerk, home, opened, take
from lived import lived
from served import people
from small import writ

from tengbol.book import desk, remembered
from tengbol.book.batches import batch
from tengbol.book.kept import LENGTHY, held
from tengbol.book.sqlite import SQLite
from tengbol.service import sessions
from tengbol.service.app import application
from tengbol.service.pages import naming
from tengbol.service.pages.batches import _counts
from tengbol.service.settings import Settings

API = "/api/v1"
#: Tables that grow with every writ or act; what a role may see of them goes by indexes.
LONG = {"writs", "states", "ledger", "assignments", "unassigned", "standing", "events", "names", "jobs", "deliveries",
        "requests"}  # fmt: skip
#: Counted over an index, once after each event.
COUNTED = ("SELECT state, count(*)", "SELECT enforcer_id, count(*)", "SELECT DISTINCT what")  # fmt: skip
PAGES = [
    "/", "/writs", "/writs?state=all", "/writs?state=assigned", "/writs?enforcer=E1", "/writs?district=D1",
    "/writs?find=N1", "/writs/N1-0", "/batches", "/batches/{batch}", "/ticks", "/ticks?what=notified",
    "/ticks?what=received", "/due", "/due?late=1&what=hand_over", "/enforcers", "/enforcers/E1", "/events",
    "/events?what=batch", "/evenness", "/published", "/proposals",
    f"{API}/writs", f"{API}/writs?state=assigned", f"{API}/writs?district_id=D1", f"{API}/writs/N1-0",
    f"{API}/writs/N1-0/why", f"{API}/status", f"{API}/due", f"{API}/batches", f"{API}/batches/{{batch}}",
    f"{API}/batches/{{batch}}/assignments", f"{API}/events", f"{API}/jobs", f"{API}/absences",
]  # fmt: skip
ROLES = ("head", "clerk", "enforcer", "controller", "auditor", "commission")


@pytest.fixture(scope="module")
def place(tmp_path_factory, empty_book):
    """A month's book on SQLite, an application over it, and each role's cookie."""
    folder = tmp_path_factory.mktemp("lists")
    url = f"sqlite:///{folder / 'chamber.book'}"
    store = lived(url, folder)
    people(store)
    settings = Settings(url)
    cookies = {}
    for role in ROLES:
        row = desk.one(store, "accounts", "login = :login", login=role)
        assert row is not None
        cookies[role] = {settings.cookie: sessions.open_session(store, row, settings)[0]}
    yield store, application(settings), cookies
    store.close()


def asked(app, cookies: dict[str, str], paths: list[str]) -> list[httpx.Response]:
    async def every() -> list[httpx.Response]:
        over = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=over, base_url="http://127.0.0.1", cookies=cookies) as client:
            accept = {"accept": "text/html,application/json", "accept-language": "ru"}
            return [await client.get(path, headers=accept) for path in paths]

    return asyncio.run(every())


def whole(plan: list[tuple[int, str]], sql: str) -> list[str]:
    """Lines of a plan that go through a long table, or through it and then sort it, whatever is shown; or for each row
    of another through a range of it. plan: by line, the part of the query that it is of.
    """
    tables = {
        alias or name: name
        for name, alias in re.findall(r'(?:FROM|JOIN) "?(\w+)"?(?: (?!WHERE|ORDER|JOIN)(\w+))?', sql)
    }
    ends = "LIMIT" in sql and not any("ORDER BY" in line for _, line in plan)
    outer, found = set(), []
    for part, line in plan:
        step = re.match(r"(SCAN|SEARCH) (\w+)", line)
        if step is None or tables.get(step[2]) not in LONG:
            continue
        if (step[1] == "SCAN" and not ends) or (part in outer and re.search(r"[<>]\?", line)):
            found.append(line)
        outer.add(part)
    return found


def plans(place, role: str, paths: list[str]) -> dict[str, list[tuple[int, str]]]:
    """By each query that one of the pages asks its plan: by line, the part of the query that it is of."""
    store, app, cookies = place
    said: dict[str, dict] = {}
    real = SQLite.frame

    def seen(self, sql, types, **values):
        said[sql] = values
        return real(self, sql, types, **values)

    last = held(store, "batches")["batch_id"][-1]
    # What is remembered is asked by none.
    remembered._answers.clear()
    with mock.patch.object(SQLite, "frame", seen):
        answers = asked(app, cookies[role], [path.format(batch=last) for path in paths])
    assert {answer.status_code for answer in answers} <= {200, 403, 404}
    assert sum(answer.status_code == 200 for answer in answers) > min(5, len(paths) - 1)
    found = {}
    for sql, values in said.items():
        plain = {name: "[]" if isinstance(value, list) else value for name, value in values.items()}
        found[sql] = [(row[1], row[3]) for row in store.connection.execute(f"EXPLAIN QUERY PLAN {sql}", plain)]
    return found


def read_whole(place, role: str, paths: list[str]) -> dict[str, list[str]]:
    """Lines of plans that go through a long table, by the query that one of the pages asks."""
    every = {sql: whole(plan, sql) for sql, plan in plans(place, role, paths).items() if not sql.startswith(COUNTED)}
    return {sql: found for sql, found in every.items() if found}


def test_the_writs_of_one_bundle_are_found_by_it_and_not_among_all_of_its_pool(place):
    [plan] = [
        plan
        for sql, plan in plans(place, "head", ["/writs/N1-0"]).items()
        if 'FROM "assignments"' in sql and "t.bundle_id = " in sql
    ]
    assert [line for _, line in plan if "pool_id=? AND batch_id=? AND bundle_id=?" in line], plan


@pytest.mark.parametrize("role", ROLES)
def test_no_page_reads_a_long_table_whole(place, role):
    bad = read_whole(place, role, PAGES)
    assert not bad, "\n".join(f"{found}: {sql}" for sql, found in bad.items())


@pytest.mark.parametrize("index", ["jobs_in_time", "writs_of_district", "ledger_of_enforcer", "standing_of_batch"])
def test_a_page_that_lacks_its_index_is_noticed(place, index):
    connection = place[0].connection
    [made] = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", [index]).fetchone()
    connection.execute(f"DROP INDEX {index}")
    try:
        assert read_whole(place, "head", PAGES)
    finally:
        connection.execute(made)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory, empty_book):
    """A book of one batch of more writs than a page could name in 500 kB, and as many that wait."""
    folder = tmp_path_factory.mktemp("crowded")
    copy(empty_book, folder / "chamber.book")
    url = f"sqlite:///{folder / 'chamber.book'}"
    store = opened(url, folder, home())
    for n in range(2):
        writs = [writ(f"W{n}-{i}", received_at=f"2026-11-{20 + n}T10:00:00") for i in range(2000)]
        take(store, folder, writs=writs)
        if not n:
            batch(store, clerk())
    people(store)
    settings = Settings(url)
    row = desk.one(store, "accounts", "login = :login", login="head")
    assert row is not None
    yield store, application(settings), {settings.cookie: sessions.open_session(store, row, settings)[0]}
    store.close()


def test_no_page_is_above_500_kB(crowded):
    store, app, cookies = crowded
    last = held(store, "batches")["batch_id"][-1]
    paths = [path.format(batch=last).replace("N1-0", "W0-0") for path in PAGES if not path.startswith(API)]
    answers = asked(app, cookies, paths)
    assert {answer.status_code for answer in answers} == {200}
    sizes = {str(answer.url): len(answer.content) for answer in answers}
    assert max(sizes.values()) < 500_000, sizes


def test_a_list_goes_on_where_its_page_ended(place):
    store, app, cookies = place
    for path in ("/writs?state=all", "/writs?state=assigned", "/due"):
        seen, place_of = [], path
        while place_of:
            [answer] = asked(app, cookies["head"], [place_of])
            seen.append(re.findall(r'<th scope="row"', answer.text))
            found = re.search(r'class="button quiet" href="([^"]*after=[^"]*)"', answer.text)
            place_of = found[1].replace("&amp;", "&") if found else ""
        assert len(seen) > 1 and all(len(rows) == naming.ROWS for rows in seen[:-1]), path
    rows = held(store, "states")
    ids = re.findall(r'class="id" href="/writs/([^"]*)"', asked(app, cookies["head"], ["/writs?state=all"])[0].text)
    assert ids == rows["writ_id"].sort().to_list()[: len(ids)]


def test_what_a_batch_gave_is_counted_by_its_event(place):
    store, _, _ = place
    batches = held(store, "batches", leaving=LENGTHY)
    given = held(store, "assignments")["batch_id"].value_counts().rows()
    assert _counts(store, batches) == {**dict.fromkeys(batches["batch_id"], 0), **dict(given)}


def test_what_is_due_is_told_by_pages_with_what_is_asked_for_besides(place):
    _, app, cookies = place
    [first] = asked(app, cookies["head"], [f"{API}/due?limit=5&day=2026-12-31"])
    told, rows = first.json(), first.json()["writs"]
    assert told["asked"] and all(isinstance(line, str) for line in told["asked"])
    while told["next"]:
        [answer] = asked(app, cookies["head"], [f"{API}/due?limit=5&day=2026-12-31&cursor={told['next']}"])
        told = answer.json()
        rows += told["writs"]
    assert len(rows) == told["total"] == len({(row["what"], row["writ_id"]) for row in rows})
    [wrong] = asked(app, cookies["head"], [f"{API}/due?cursor=bm8"])
    assert wrong.status_code == 400
