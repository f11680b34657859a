"""What-if and plans of attachments in the console: asked in a form, made beside the worker, over the book as it is."""

from __future__ import annotations

import io
import re
import tomllib
import zipfile
from datetime import timedelta
from shutil import copy

import pytest
from books import home, opened
from consoles import day_of, practising, worker_done
from served import session
from small import proceeding

from tengbol.asked import local_now
from tengbol.book import desk
from tengbol.book.acts import events
from tengbol.book.kept import held
from tengbol.phrase import Phrase
from tengbol.report.words import Words
from tengbol.service import jobs, studies
from tengbol.service.jobs import WHATIF
from tengbol.service.pages.whatif import EVENTS, LABELS, written
from tengbol.service.phrases import packed, unpacked

HTML = {"accept": "text/html", "accept-language": "en"}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with practising(tmp_path_factory.mktemp("studies")) as found:
        yield found


def row(variant, kind, who, on, **more):
    return {**dict.fromkeys(LABELS, ""), "variant": variant, "kind": kind, "enforcer_id": who, "on": str(on), **more}


def form(client, rows, **more):
    fields = {name: [one[name] for one in rows] for name in LABELS}
    return day_of(
        client, **fields, **{"days": "0", "delay": "0", "as_of": local_now().date().isoformat(), "what": "ask", **more}
    )


def test_the_head_asks_what_if_two_variants_beside_each_other_and_keeps_the_scenario(place):
    head = session(place.server, place.store, "head")
    before = events(place.store).height
    who = held(place.store, "ledger", "t.closed_at IS NULL")["enforcer_id"].mode().sort()[0]
    own = held(place.store, "enforcers", "t.enforcer_id = :id", id=who)["district_id"][0]
    soon = local_now().date() + timedelta(days=1)
    rows = [
        row("he goes", "leave", who, soon, reason="expelled"),
        row("and one comes", "leave", who, soon, reason="expelled"),
        row("and one comes", "join", "NEW", soon, district_id=own),
    ]
    more = head.post("/whatif", data=form(head, rows[:1], what="more"), headers=HTML).text
    assert more.count("<fieldset") == 3 and f'value="{who}"' in more, "what was filled in stays"
    asked = head.post("/whatif", data=form(head, rows), headers=HTML)
    assert asked.status_code == 303, asked.text
    address = asked.headers["location"]
    page = worker_done(head, address)
    assert "he goes" in page and "and one comes" in page and "Variants beside each other" in page
    one = head.get(address, params={"variant": "he goes"}, headers=HTML).text
    assert "Whom it concerns" in one
    kept = head.get(f"{address}/scenario.toml").text
    assert [variant["name"] for variant in tomllib.loads(kept)["variant"]] == ["he goes", "and one comes"]
    answer = zipfile.ZipFile(io.BytesIO(head.get(f"{address}/answer.zip").content))
    assert {"whatif.html", "decision.html", "scenario.toml", "manifest.json"} <= set(answer.namelist())
    assert place.store.url not in kept + answer.read("manifest.json").decode(), "where the book is, is nobody's"
    again = head.get("/whatif", params={"study": address.rpartition("/")[2]}, headers=HTML).text
    assert again.count('value="and one comes"') == 2
    sent = head.post("/whatif", data=form(head, []), files={"file": ("kept.toml", kept.encode())}, headers=HTML)
    assert sent.status_code == 303
    assert events(place.store).height == before, "a study is no act"
    for other in ("clerk", "controller", "admin"):
        assert session(place.server, place.store, other).get(address, headers=HTML).status_code == 403
    assert head.get(f"/api/v1/jobs/{address.rpartition('/')[2]}").status_code == 404
    # The lists of jobs are of the chamber's work.
    assert address.rpartition("/")[2] not in head.get("/batches", headers=HTML).text


def test_what_departures_bring_is_on_the_page_while_the_days_to_come_are_drawn(place, tmp_path, empty_book):
    head = session(place.server, place.store, "head")
    # A chamber of four is studied sooner than the example; how a page tells of it is the same.
    copy(empty_book, tmp_path / "book")
    ledger = [proceeding(f"P{n}", f"E{n % 3 + 1}", assigned_at=f"2026-11-{10 + n}T12:00:00") for n in range(9)]
    small = opened(f"sqlite:///{tmp_path / 'book'}", tmp_path, home(ledger=ledger))
    rows = [row("he goes", "leave", "E1", local_now().date() + timedelta(days=1), reason="expelled")]
    asked = form(head, rows, days="24", delay="1", readings="yes")
    text = written({name: asked[name] for name in ("as_of", "days", "delay", "readings")}, rows).replace(
        "days = 24", "days = 24\nreplications = 2"
    )
    with place.store.writing():
        study = studies.put(place.store, WHATIF, "head", {"scenario": text, "lang": "en"})
        mine = {"state": "running", "owner": "me", "beat_at": desk.moment(3_600.0)}
        desk.change(place.store, "jobs", "job_id = :id", mine, id=study)
    early = []
    job = desk.one(place.store, "jobs", "job_id = :id", id=study)
    whole = studies.done(small, job, lambda *_: None, early.append)
    small.close()
    jobs.tell_early(place.store, study, "somebody else", early[0])
    assert "he goes" not in head.get(f"/studies/{study}", headers=HTML).text, "the job is not his"
    jobs.tell_early(place.store, study, "me", early[0])
    page = head.get(f"/studies/{study}", headers=HTML)
    assert "<progress" in page.text and "he goes, 1 month later" in page.text and "still being drawn" in page.text
    assert "Over the working days to come" not in page.text and page.headers["refresh"] == "10"
    one = head.get(f"/studies/{study}", params={"variant": "he goes"}, headers=HTML).text
    assert "Whom it concerns" in one and "<progress" in one
    jobs.finish(place.store, study, "me", "done")
    jobs.tell(place.store, study, whole)
    page = head.get(f"/studies/{study}", headers=HTML).text
    assert "Now against later, over the working days to come" in page and "<progress" not in page
    assert ("What it decides" if whole["readings"] else "By every other reading of the law") in page
    again = head.get("/whatif", params={"study": study}, headers=HTML).text
    assert re.search(r'value="1" selected>1 month later', again), "what was asked stands in the form again"
    assert 'value="yes" selected>what they would have moved in a year' in again


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"enforcer_id": "nobody"}, "there is no enforcer"),
        ({"enforcer_id": ""}, "Event 1, Enforcer: is needed."),
        ({"on": ""}, "Event 1, From which day: is needed."),
        ({"kind": "join", "district_id": "nowhere", "enforcer_id": "NEW"}, "there is no district"),
        ({"reason": ""}, "Event 1, Reason: is needed."),
    ],
)
def test_an_event_that_lacks_something_is_told_by_its_number_and_field(change, told, place):
    head = session(place.server, place.store, "head")
    given = {**row("A", "leave", place.enforcer, local_now().date(), reason="expelled"), **change}
    refused = head.post("/whatif", data=form(head, [given]), headers=HTML)
    assert refused.status_code == 422 and told in refused.text


@pytest.mark.parametrize(
    ("language", "told"), [("kk", "as_of: жоқ"), ("ru", "as_of: отсутствует"), ("en", "as_of: is missing")]
)
def test_a_scenario_that_is_sent_and_wrong_is_refused_in_the_reader_s_language(language, told, place):
    head = session(place.server, place.store, "head")
    sent = {"file": ("s.toml", b'base = "x"')}
    refused = head.post("/whatif", params={"lang": language}, data=form(head, []), files=sent, headers=HTML)
    assert refused.status_code == 422 and told in refused.text


def test_a_study_that_is_too_large_for_a_page_is_refused(place):
    head = session(place.server, place.store, "head")
    text = written({"as_of": "2026-11-23", "days": "60", "delay": "0"}, []).replace("days = 60", "days = 61")
    refused = head.post("/whatif", data=form(head, []), files={"file": ("s.toml", text.encode())}, headers=HTML)
    assert refused.status_code == 422 and "too large" in refused.text


def test_the_head_plans_attachments(place):
    head = session(place.server, place.store, "head")
    wrong = head.post("/plan", data=day_of(head, keep="none", leavers="1"), headers=HTML)
    assert wrong.status_code == 422 and "write a whole number" in wrong.text
    half = head.post("/plan", data=day_of(head, keep="1", leavers="1", within="50"), headers=HTML)
    assert half.status_code == 422 and "give both or neither" in half.text
    address = head.post("/plan", data=day_of(head, keep="2", leavers="1"), headers=HTML).headers["location"]
    page = worker_done(head, address)
    assert "new attachments" in page and "proven" in page
    assert head.get(f"{address}/scenario.toml", headers=HTML).status_code == 404
    packed_plan = zipfile.ZipFile(io.BytesIO(head.get(f"{address}/answer.zip").content))
    assert {"plan.csv", "plan.txt", "districts.csv"} <= set(packed_plan.namelist())


def test_a_sentence_that_a_process_left_is_said_in_the_readers_language():
    said = Phrase("{field}: is needed.", field=Phrase("Enforcer"))
    again = unpacked(packed(said))
    assert again == said
    assert again.said(Words("ru")) == said.said(Words("ru")) != said
    assert unpacked(packed("just text")) == "just text"


def test_the_form_writes_what_the_command_line_reads():
    from tengbol.scenarios.whatif.scenario import parse

    rows = [
        row('a "name"\\ \x7f', kind, "E1", "2026-11-23", district_id="D1", reason="leave", until="2026-11-30")
        for kind in EVENTS
    ]
    asked = parse(
        written({"as_of": "2026-11-23", "days": "5", "delay": "2", "readings": "yes"}, rows), "a form"
    ).scenario
    assert (asked.days, asked.delay, asked.readings) == (5, 2, True)
    assert [event.kind for event in asked.variant[0].event] == list(EVENTS)
    assert asked.variant[0].name == 'a "name"\\ \x7f'
