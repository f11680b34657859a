"""The console: what each role sees, acts that show their effect first, and the clerk's day by its forms alone.

One book and one server for all of it: the example to practise on, as `tengbol serve --example` makes it.
"""

from __future__ import annotations

import re

import polars as pl
import pytest
from books import clerk
from consoles import day_of, field, pages, practising, worker_done
from served import anybody, session
from small import writ, write_tables

from tengbol.asked import local_now
from tengbol.book import desk
from tengbol.book.acts import events
from tengbol.book.amending import withdraw
from tengbol.book.kept import held
from tengbol.book.publishing import published
from tengbol.cli import app as commands
from tengbol.errors import UnusableInputError
from tengbol.report.words import LANGUAGES
from tengbol.service.asked import Annul, Leave
from tengbol.service.pages.act_fields import GUIDES
from tengbol.service.pages.effects import shown
from tengbol.service.pages.reached import BESIDE, NOT_BESIDE, NOT_REACHED, REACHED
from tengbol.service.practice import LOGINS
from tengbol.service.roles import ACTORS, CHAMBER, ENDPOINTS, PEOPLE
from tengbol.service.verbs import VERBS

HTML = {"accept": "text/html", "accept-language": "en"}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with practising(tmp_path_factory.mktemp("console")) as found:
        yield found


@pytest.mark.parametrize("login", LOGINS)
def test_a_role_sees_the_pages_of_the_table_in_each_language_and_no_others(login, place):
    role = LOGINS[login]
    client = session(place.server, place.store, login)
    for number, (name, address, roles) in enumerate(pages(place)):
        language = LANGUAGES[number % 3]
        response = client.get(address, params={"lang": language}, headers=HTML)
        may = role in roles or name == "page.login"
        assert response.status_code == (200 if may else 403), (name, response.text[:300])
        assert f'<html lang="{language}"' in response.text, name
        assert len(response.content) < 500_000, name
        assert "None" not in re.sub(r"<[^>]*>", "", response.text), name


def test_nobody_is_let_in_who_has_not_signed_in(place):
    client = anybody(place.server)
    for name, address, _ in pages(place):
        if name != "page.login":
            response = client.get(address, headers=HTML)
            assert (response.status_code, response.headers.get("location")) == (303, "/login"), name


def test_an_enforcer_never_sees_anothers_by_an_id_in_an_address(place):
    client = session(place.server, place.store, "enforcer")
    others = held(place.store, "assignments", "t.enforcer_id <> :id", id=place.enforcer)
    for writ_id in others["writ_id"].head(5):
        assert client.get(f"/writs/{writ_id}", headers=HTML).status_code == 404
        posted = client.post(f"/writs/{writ_id}/personal", data=day_of(client, reason="to look"), headers=HTML)
        assert posted.status_code == 404
    assert client.get(f"/enforcers/{others['enforcer_id'][0]}", headers=HTML).status_code == 404
    listed = client.get("/writs", params={"state": "all", "enforcer": others["enforcer_id"][0]}, headers=HTML).text
    batch = client.get(f"/batches/{others['batch_id'][0]}", headers=HTML).text
    for writ_id in others["writ_id"]:
        assert writ_id not in listed and writ_id not in batch


def test_a_form_of_another_place_does_nothing(place):
    client = session(place.server, place.store, "clerk")
    before = events(place.store).height
    for data in ({"what": "run"}, {"what": "run", "csrf": "x" * 43, "once": "0" * 16}):
        assert client.post("/batches", data=data, headers=HTML).status_code == 403
    assert events(place.store).height == before
    assert not desk.found(place.store, "jobs", "kind = 'batch'")


def test_every_verb_of_the_book_is_done_by_a_page_or_has_a_reason_why_not():
    groups = {group.name: group.typer_instance for group in commands.registered_groups}
    verbs = {command.name for command in groups["book"].registered_commands}
    assert set(REACHED) | set(NOT_REACHED) == verbs
    assert not set(REACHED) & set(NOT_REACHED)
    assert set(REACHED.values()) <= set(ENDPOINTS)
    assert all(ENDPOINTS[name].roles <= PEOPLE for name in REACHED.values())
    assert all(reason.endswith(".") for reason in (*NOT_REACHED.values(), *NOT_BESIDE.values()))
    beside = {command.name for group in (commands, groups["public"]) for command in group.registered_commands}
    assert set(BESIDE) | set(NOT_BESIDE) == beside
    assert not set(BESIDE) & set(NOT_BESIDE)
    assert set(BESIDE.values()) <= set(ENDPOINTS)


def test_every_act_has_a_guide_that_asks_for_all_its_fields():
    assert set(GUIDES) == set(VERBS) == set(ACTORS)
    for verb, guide in GUIDES.items():
        asked = {field.name for field in guide.fields if not field.cell} | (
            {"cells"} & set(VERBS[verb].asked.model_fields)
        )
        known = set(VERBS[verb].asked.model_fields) - {"dry_run"}
        # A centre's `none` is the other answer to `centre`; a moment is not asked for where it says nothing.
        assert asked - {"none"} <= known, verb
        needed = {name for name, one in VERBS[verb].asked.model_fields.items() if one.is_required()}
        assert needed <= asked, verb
        assert ENDPOINTS[f"page.do_{verb}"].roles == ACTORS[verb] & CHAMBER


def test_what_an_act_would_do_is_what_it_does_and_leaves_the_book_as_it_was(place):
    store, document = place.store, "act 5 of today"
    writ_id = held(store, "states", "t.state = 'assigned'").sort("writ_id")["writ_id"][-1]
    who = held(store, "ledger", "t.closed_at IS NULL AND t.enforcer_id <> :id", id=place.enforcer)[
        "enforcer_id"
    ].mode()[0]
    hand = clerk(document=document, at=local_now())
    before = [events(store).height, held(store, "states").sort("id"), held(store, "ledger").sort("id")]
    annulled = shown(store, hand, "annul", Annul(writ_id=writ_id, reason="entered_twice", document=document))
    today = local_now().date().isoformat()
    gone = shown(store, hand, "leave", Leave(enforcer_id=who, reason="expelled", start=today, document=document))
    assert [row["after"] for row in annulled.moves] == ["annulled"] and annulled.second
    assert annulled.balances and any(row["received"] == -1 for row in annulled.balances)
    assert gone.rows[0] == ("absences", 1, 0) and not gone.second
    after = [events(store).height, held(store, "states").sort("id"), held(store, "ledger").sort("id")]
    assert before[0] == after[0] and all(was.equals(now) for was, now in zip(before[1:], after[1:], strict=True))


def test_an_act_that_moves_a_writ_is_shown_then_waits_then_is_confirmed_by_another_login(place):
    store = place.store
    writ_id = held(store, "states", "t.state = 'assigned'").sort("writ_id")["writ_id"][0]
    one, two = (session(place.server, store, login) for login in ("clerk", "clerk2"))
    asked = {"writ_id": writ_id, "reason": "entered_twice", "document": "act 7 of today"}
    missing = one.post("/acts/annul", data=day_of(one, **{**asked, "document": ""}, step="look"), headers=HTML)
    assert missing.status_code == 422 and "Document: is needed." in missing.text
    looked = one.post("/acts/annul", data=day_of(one, **asked, step="look"), headers=HTML)
    assert looked.status_code == 200 and "What it would change" in looked.text and "annulled" in looked.text
    assert held(store, "states", "t.writ_id = :id", id=writ_id)["state"][0] == "assigned"
    # The button is pressed twice.
    data = {**day_of(one, **asked, step="do"), "once": field(looked.text, "once")}
    first, again = (one.post("/acts/annul", data=data, headers=HTML) for _ in range(2))
    assert first.status_code == 303 and first.headers["location"] == again.headers["location"]
    address = first.headers["location"]
    assert len(desk.found(store, "proposals", "state = 'open'")) == 1
    mine = one.post(address, data={**day_of(one), "what": "confirm"}, headers=HTML)
    assert mine.headers["location"] == address
    assert "Another login has to confirm it" in one.get(address, headers=HTML).text
    page = two.get(address, headers=HTML)
    assert "act 7 of today" in page.text
    assert two.post(address, data={**day_of(two), "what": "confirm"}, headers=HTML).headers["location"] == "/proposals"
    assert held(store, "states", "t.writ_id = :id", id=writ_id)["state"][0] == "annulled"
    last = events(store, "what = 'annul'").row(-1, named=True)
    assert last["who"] == "clerk" and '"second":"clerk2"' in last["payload"]


def test_a_refusal_of_the_book_names_the_field_by_its_label(place):
    client = session(place.server, place.store, "clerk")
    asked = {"writ_id": "W", "enforcer_id": place.enforcer, "ground": "article_54", "decision": "of late"}
    refused = client.post("/acts/recuse", data=day_of(client, **asked, step="look"), headers=HTML)
    alert = re.search(r'role="alert"[^>]*>([^<]*)<', refused.text)
    assert refused.status_code == 422 and alert is not None and "«Decision»" in alert[1] and "--" not in alert[1]
    assert re.search(r'<input[^>]*id="decision"[^>]*aria-invalid="true"', refused.text)
    assert 'value="of late"' in refused.text, "nothing of what was filled in is lost"
    nobody = client.post("/acts/annul", data=day_of(client, writ_id="no such", reason="entered_twice", document="1"),
                         headers=HTML)  # fmt: skip
    assert nobody.status_code == 422 and "no such" in nobody.text


def test_a_clerks_day_by_its_forms(place, tmp_path):
    store = place.store
    client = session(place.server, store, "clerk")
    district = held(store, "enforcers", "t.enforcer_id = :id", id=place.enforcer)["district_id"][0]
    today = local_now().date().isoformat()
    more = {"debtor_district_id": district, "issued_on": today, "received_at": f"{today}T00:01:00"}
    rows = [*(writ(name, **more) for name in ("NEW-1", "NEW-2", "NEW/4")), writ("NEW-3", **{**more, "amount": "many"})]
    write_tables(tmp_path / "in", writs=rows)
    sent = {"file": ("writs.csv", (tmp_path / "in" / "writs.csv").read_bytes(), "text/csv")}
    wrong = client.post("/intake", data=day_of(client), files={"file": ("day.txt", b"x", "text/plain")}, headers=HTML)
    assert wrong.status_code == 422 and "File:" in wrong.text
    looked = client.post("/intake", data=day_of(client), files=sent, headers=HTML)
    address = looked.headers["location"]
    page = client.get(address, headers=HTML).text
    assert "Refused: 1" in page and "many" in page
    marked = client.get(f"{address}/marked.xlsx")
    assert marked.status_code == 200 and marked.content.startswith(b"PK")
    assert session(place.server, store, "clerk2").get(address, headers=HTML).status_code == 404
    assert held(store, "states", "t.writ_id = 'NEW-1'").is_empty()
    taken = client.post(address, data={**day_of(client), "what": "take"}, headers=HTML)
    assert taken.headers["location"].startswith("/writs")
    assert held(store, "states", "t.writ_id IN ('NEW-1', 'NEW-2')")["state"].to_list() == ["pending", "pending"]
    assert client.get(address, headers=HTML).status_code == 404

    assert "NEW-1" in client.get("/writs", params={"find": "NEW-"}, headers=HTML).text
    draft = client.post("/batches", data={**day_of(client), "what": "draft"}, headers=HTML).headers["location"]
    told = worker_done(client, draft)
    assert "By pools" in told and place.enforcer not in told and "NEW-1" not in told
    run = client.post("/batches", data={**day_of(client), "what": "run"}, headers=HTML).headers["location"]
    worker_done(client, run)
    row = held(store, "assignments", "t.writ_id = 'NEW-1'").row(0, named=True)
    why = client.get("/writs/NEW-1", headers=HTML).text
    assert "¶9" in why and row["batch_id"] in why
    others = client.get("/writs/NEW-1/others", headers=HTML)
    assert others.status_code == 200 and "got it" in others.text
    for address in ("/writs/NEW/4", "/writs/NEW/4/others"):
        assert "NEW/4" in client.get(address, headers=HTML).text, "an id may hold a slash"

    paper = client.post(f"/batches/{row['batch_id']}/papers", data={**day_of(client), "paper": "handover-kk.xlsx"})
    assert paper.status_code == 200 and paper.content.startswith(b"PK")
    opened = events(store, "what = 'personal data opened' AND subject = :id", id=row["batch_id"])
    assert opened["document"].to_list() == ["handover-kk.xlsx"]
    client.post("/ticks", data={**day_of(client), "what": "handed", "writ": ["NEW-1", "NEW-2"]}, headers=HTML)
    states = held(store, "states", "t.writ_id IN ('NEW-1', 'NEW-2')")
    assert set(states["state"]) == {"handed"}
    nothing = client.post("/ticks", data={**day_of(client), "what": "handed"}, headers=HTML)
    assert nothing.status_code == 303
    assert "nothing was marked" in client.get("/ticks", headers=HTML).text
    papers = f"/batches/{row['batch_id']}/papers"
    assert "No longer as this batch gave them" not in client.get(papers, headers=HTML).text
    withdraw(store, clerk(document="application", at=local_now()), "NEW-1", reason="creditor_withdrew")
    assert "1 (NEW-1). Every paper marks them." in client.get(papers, headers=HTML).text


def test_an_example_says_so_on_every_page_and_is_never_published(place):
    with pytest.raises(UnusableInputError, match="example"):
        published(place.store)
    client = session(place.server, place.store, "controller")
    assert "invented people and writs" in client.get("/published", headers=HTML).text
    assert client.get("/api/v1/public").json()["code"] == "refused"


def test_lists_page_and_search_by_the_server(place):
    client = session(place.server, place.store, "auditor")
    seen, address = [], "/writs?state=all"
    while address:
        page = client.get(address, headers=HTML).text
        found = re.findall(r'href="/writs/([^"?]+)">', page)
        assert 0 < len(found) <= 50
        seen += found
        onward = re.search(r'class="button quiet" href="(/writs\?[^"]*after=[^"]*)"', page)
        address = onward[1].replace("&amp;", "&") if onward else None
    known = held(place.store, "states", "t.state <> 'incomplete'")["writ_id"]
    assert len(seen) == len(set(seen)) and set(seen) == set(known)
    one = known.sort()[7]
    assert re.findall(r'href="/writs/([^"?]+)">', client.get("/writs", params={"find": one}, headers=HTML).text) == [
        one
    ]
    nothing = client.get("/writs", params={"find": "%"}, headers=HTML).text
    assert "No writ is like that." in nothing
    assert pl.Series(seen).is_unique().all()
