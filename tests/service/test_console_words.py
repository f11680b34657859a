"""What pages tell is in the reader's language, names no command of a terminal, and is told however long it is."""

from __future__ import annotations

import re
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from consoles import day_of, practising, worker_done
from hypothesis import given
from hypothesis import strategies as st
from served import session

from tengbol import verify
from tengbol.asked import local_now
from tengbol.book.asking import ON_PAGES
from tengbol.book.kept import held
from tengbol.report.words import Words
from tengbol.service.pages.checks import CHECKS
from tengbol.service.pages.render import _ROOM, _flash_of, _packed
from tengbol.service.roles import ENDPOINTS

RU = {"accept": "text/html", "accept-language": "ru"}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with practising(tmp_path_factory.mktemp("words")) as found:
        yield found


def text(page):
    """What is read on a page, but what it says itself to be English."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"<[^>]*>", " ", re.sub(r'<div class="box" lang="en">.*?</div>', "", main, flags=re.DOTALL))


def test_an_audit_and_a_check_are_told_in_the_readers_language(place):
    auditor = session(place.server, place.store, "auditor")
    auditor.cookies.set("lang", "ru")
    address = auditor.post("/audits", data=day_of(auditor), headers=RU).headers["location"]
    worker_done(auditor, address)
    told = text(auditor.get(address, headers=RU).text)
    assert "Всё сходится" in told and "Everything fits" not in told
    batch = held(place.store, "batches")["batch_id"][0]
    address = auditor.post(f"/batches/{batch}/verify", data=day_of(auditor), headers=RU).headers["location"]
    worker_done(auditor, address)
    told = text(auditor.get(address, headers=RU).text)
    assert "жребий" in told
    # The English of every finding stands where it says that it is English.
    checks = re.findall(r'<th scope="row">([^<]*)</th>', auditor.get(address, headers=RU).text)
    assert len(checks) > 10 and not [one for one in checks if re.fullmatch(r"[a-z_]+", one)], checks


def test_every_check_has_a_name_in_each_language():
    sources = (file.read_text(encoding="utf-8") for file in Path(verify.__file__).parent.rglob("*.py"))
    named = {name for text in sources for name in re.findall(r'found\.(?:holds|broken|unproven)\(\s*"(\w+)"', text)}
    assert len(named) > 20 and named <= set(CHECKS)
    for language in ("kk", "ru"):
        words = Words(language)
        assert all(words(title) != title for title in CHECKS.values())


def test_what_is_asked_for_names_an_act_and_no_command(place):
    clerk = session(place.server, place.store, "clerk")
    clerk.cookies.set("lang", "en")
    today = local_now().date().isoformat()
    pause = {"enforcer_id": place.enforcer, "start": today, "office": "chamber_head", "document": "1", "step": "do"}
    assert clerk.post("/acts/pause", data=day_of(clerk, **pause), headers=RU).status_code == 303
    due = clerk.get("/due", headers=RU).text
    assert "it ends with his office" in due and "tengbol book" not in text(due)
    assert f'href="/acts/return?enforcer_id={place.enforcer}"' in due
    for sentence, (told, verb) in ON_PAGES.items():
        assert "`tengbol" in sentence and "`" not in told and f"page.act_{verb}" in ENDPOINTS
        assert set(re.findall(r"{\w+}", told)) <= set(re.findall(r"{\w+}", sentence))


@given(st.lists(st.text(max_size=6000), min_size=1, max_size=6), st.booleans())
def test_what_is_told_on_the_way_is_never_dropped(lines, wrong):
    value = _packed(lines, wrong)
    assert len(value) < _ROOM
    seen = _flash_of(SimpleNamespace(cookies={"told": value}))  # type: ignore[arg-type]
    assert seen and all(flag is wrong for flag, _ in seen)
    for (_, shown), line in zip(seen, lines, strict=False):
        assert shown == line or (shown.endswith(" …") and line.startswith(shown.rstrip("… ")))


@pytest.mark.parametrize("told", ["", "eA==", "%%%", "eNoDAAAAAAE=", "W10="])
def test_a_cookie_that_is_nothing_of_ours_tells_nothing(told):
    assert _flash_of(SimpleNamespace(cookies={"told": told})) == []  # type: ignore[arg-type]


def test_an_id_with_a_slash_leads_to_its_own_page_and_not_to_anothers(place):
    clerk = session(place.server, place.store, "clerk")
    for path, name in {
        "/api/v1/writs/A/1": "writs.read",
        "/api/v1/writs/A/1/why": "writs.why",
        "/api/v1/batches/C/1-1": "batches.read",
        "/api/v1/batches/C/1-1/proof": "batches.proof",
        "/batches/C/1-1": "page.batch",
        "/batches/C/1-1/papers": "page.papers",
        "/writs/A/1": "page.writ",
        "/writs/A/1/others": "page.others",
    }.items():
        answer = clerk.get(path)
        until = time.monotonic() + 10
        while not (asked := [line for line in place.server.logged if answer.headers["x-request-id"] in line]):
            assert time.monotonic() < until
            time.sleep(0.05)
        assert answer.status_code == 404 and f'"endpoint": "{name}"' in asked[0], path
