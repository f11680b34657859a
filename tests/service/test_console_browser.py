"""A short day of a chamber in a real browser, in Russian and in Kazakh: two clerks, an enforcer, the head.

Nothing for axe to find on any page, no message in the console, nothing asked of another place, nothing beside the page
of a phone.
"""

from __future__ import annotations

import pytest
from browser import browser
from consoles import Person, pages, practising
from small import writ, write_tables

from tengbol.asked import local_now
from tengbol.book.kept import held
from tengbol.service.practice import LOGINS


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with practising(tmp_path_factory.mktemp("console")) as found:
        yield found


@pytest.mark.parametrize("language", [pytest.param("ru", marks=pytest.mark.soak), "kk"])
def test_a_short_day_of_a_chamber(language, place, tmp_path):
    store = place.store
    district = held(store, "enforcers", "t.enforcer_id = :id", id=place.enforcer)["district_id"][0]
    today = local_now().date().isoformat()
    more = {"debtor_district_id": district, "issued_on": today, "received_at": f"{today}T00:01:00"}
    name = f"DAY-{language}"
    write_tables(
        tmp_path / "in", writs=[writ(f"{name}-{n}", **more) for n in range(3)] + [writ("BAD", form="?", **more)]
    )
    with browser() as where:
        one = Person(place.server.address, where, language, "clerk", place.password)
        one.goes("/")
        one.goes("/intake")
        one.page.set_input_files("#file", tmp_path / "in" / "writs.csv")
        one.presses("main form button.first")
        one.sound("intake read")
        one.presses("button[value=take]")
        one.sound("/writs")
        assert held(store, "states", "t.writ_id = :id", id=f"{name}-1")["state"][0] == "pending"
        one.goes("/batches")
        one.presses("button[value=draft]")
        one.over()
        one.sound("draft")
        assert name not in one.page.inner_text("main")
        one.goes("/batches")
        one.presses("button[value=run]")
        one.over()
        one.sound("job")
        one.presses("main p.buttons a.first")
        one.sound("batch")
        one.goes(f"/writs/{name}-1", "writ")
        one.presses("a[href$='/others']")
        one.sound("others")
        given = held(store, "assignments", "t.writ_id = :id", id=f"{name}-1").row(0, named=True)
        one.goes(f"/batches/{given['batch_id']}/papers", "papers")
        with one.page.expect_download() as paper:
            one.page.click(f"button[value='handover-{language}.xlsx']")
        assert paper.value.path().read_bytes().startswith(b"PK")
        one.goes(f"/ticks?what=handed&batch={given['batch_id']}", "ticks")
        one.page.emulate_media(media="print")
        paper = one.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper == "rgb(255, 255, 255)", "on paper it is not dark"
        one.page.emulate_media(media="screen")
        one.page.click("[data-ticks=all]")
        one.presses("main form:has([data-ticks]) button.first")
        assert held(store, "states", "t.writ_id = :id", id=f"{name}-1")["state"][0] == "handed"
        one.goes("/due")
        one.goes("/acts")
        one.goes(f"/acts/annul?writ_id={name}-1", "act")
        one.page.select_option("#reason", "entered_twice")
        one.page.fill("#document", "№ 7")
        one.presses("main form button")
        one.sound("effect")
        one.presses("section button.first")
        one.sound("proposal of one's own")
        proposal = one.page.url.removeprefix(place.server.address)
        one.ends()

        two = Person(place.server.address, where, language, "clerk2", place.password)
        two.goes("/proposals")
        two.goes(proposal, "proposal")
        two.presses("button[value=confirm]")
        assert held(store, "states", "t.writ_id = :id", id=f"{name}-1")["state"][0] == "annulled"
        two.ends()

        mine = Person(place.server.address, where, language, "enforcer", place.password)
        mine.goes("/")
        mine.goes(f"/enforcers/{place.enforcer}", "line")
        mine.ends()

        head = Person(place.server.address, where, language, "head", place.password)
        for path in ("/evenness", "/alarms", "/enforcers", "/published", "/events"):
            head.goes(path)
        head.ends()
        admin = Person(place.server.address, where, language, "admin", place.password)
        admin.goes("/accounts")
        admin.ends()


@pytest.mark.soak
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_page_of_every_role_in_both_themes_and_on_a_phone(language, theme, width, place):
    look = {"color_scheme": theme, "viewport": {"width": width, "height": 900}}
    with browser() as where:
        for login, role in LOGINS.items():
            one = Person(place.server.address, where, language, login, place.password, **look)
            mine = [path for name, path, roles in pages(place) if role in roles and not path.startswith("/login")]
            assert len(mine) > 3
            for path in mine:
                one.goes(path)
            one.ends()
