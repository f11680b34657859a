"""A chamber's week in a real browser, from an empty book: accounts, a workbook of its own, batches, an urgent writ, a
departure, a recusal, a correction with its second person, papers, the late list, the controller. Kazakh and Russian.
"""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from books import home
from browser import browser
from consoles import LOOKS, Person
from served import served
from small import attachment, writ

from tengbol.asked import local_now
from tengbol.book.access import connect
from tengbol.book.acts import events
from tengbol.book.audit import audit
from tengbol.book.kept import held
from tengbol.verify.public import verify_public

pytestmark = pytest.mark.soak

OWN = "a long password of one's own"


def workbook(**tables):
    """A clerk's workbook: a sheet for each table."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, list(rows[0]))
            for number, row in enumerate(rows, 1):
                sheet.write_row(number, 0, ["" if cell is None else str(cell) for cell in row.values()])
    return content.getvalue()


class Week(Person):
    """Somebody who does a chamber's work."""

    def takes(self, name, content):
        self.goes("/intake")
        self.page.set_input_files("#file", {"name": name, "mimeType": "application/octet-stream", "buffer": content})
        self.presses("main form button.first")
        self.sound("intake read")
        self.presses("button[value=take]")
        self.sound("writs")

    def distributes(self):
        self.goes("/batches")
        self.presses("button[value=run]")
        self.over()
        self.sound("job")
        self.presses("main p.buttons a.first")
        self.sound("batch")

    def asks(self, verb, **fields):
        """Fill in an act, look at what it would change, and press the button."""
        self.goes(f"/acts/{verb}")
        for name, value in fields.items():
            place = self.page.locator(f"#{name}")
            if place.evaluate("node => node.tagName") == "SELECT":
                place.select_option(value)
            else:
                place.fill(value)
        self.presses("main form button")
        self.sound(f"effect of {verb}")
        self.presses("section button.first")
        assert self.page.locator(".flash.wrong").count() == 0
        self.sound(f"after {verb}")


def first_password(server):
    """Sign in as the first administrator did, and set a password of one's own."""
    told = next(line for line in server.said if "login" in line and "password" in line)
    return told.rpartition(" ")[2]


def opened(where, server, admin, language, login, role, enforcer=""):
    """Open an account by its page, and set its own password at the first sign-in."""
    admin.goes("/accounts")
    admin.page.fill("#login", login)
    admin.page.select_option("#role", role)
    admin.page.fill("#enforcer_id", enforcer)
    admin.presses("main form.fields button.first")
    password = admin.page.inner_text("[role=status] b")
    return signed_in(where, server, language, login, password)


def signed_in(where, server, language, login, password):
    page = where.new_context(**LOOKS[language]).new_page()
    page.goto(f"{server.address}/login")
    page.fill("#login", login)
    page.fill("#password", password)
    page.keyboard.press("Enter")
    page.wait_for_selector("#old")
    page.fill("#old", password)
    page.fill("#new", OWN)
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    page.context.close()
    return Week(server.address, where, language, login, OWN)


@pytest.mark.parametrize("language", LOOKS)
def test_a_chambers_week(language, tmp_path):
    url = f"sqlite:///{tmp_path / 'chamber.book'}"
    today = local_now().date().isoformat()
    when = {"issued_on": today, "received_at": f"{today}T00:01:00"}
    papers = {"form": "paper", "signature": None, "original_attached": "true"}
    first = home(
        writs=[*(writ(f"W{n}", **when) for n in range(6)), *(writ(f"P{n}", **papers, **when) for n in range(4))],
        attachments=[attachment("D2", "E3")],
    )
    with served(url) as server, browser() as where:
        store = connect(url)
        admin = signed_in(where, server, language, "admin", first_password(server))
        clerk = opened(where, server, admin, language, "clerk", "clerk")
        second = opened(where, server, admin, language, "clerk2", "clerk")
        clerk.goes("/", "empty")
        clerk.takes("week.xlsx", workbook(**first))
        clerk.distributes()
        assert set(held(store, "states")["state"]) == {"assigned"}

        # An urgent writ, with one that cannot be read.
        urgent = [writ("U1", immediate="true", **when), writ("U2", creditor_kind="?", **when)]
        clerk.takes("urgent.xlsx", workbook(writs=urgent))
        clerk.goes("/writs/U1", "urgent")
        clerk.presses("button[form=assign]")
        assert held(store, "states", "t.writ_id = 'U1'")["state"][0] == "assigned"
        clerk.goes("/due")

        # Handing over, and a departure: what he holds waits again, and the next batch gives it to others.
        clerk.goes("/ticks?what=handed", "ticks")
        clerk.page.click("[data-ticks=all]")
        clerk.presses("main form:has([data-ticks]) button.first")
        clerk.asks("leave", enforcer_id="E2", reason="expelled", start=today, document="№ 1")
        clerk.distributes()
        assert held(store, "ledger", "t.closed_at IS NULL AND t.enforcer_id = 'E2'").is_empty()

        # A recusal of the commission, and a correction that a second person confirms.
        row = held(store, "ledger", "t.closed_at IS NULL AND t.district_id = 'D1'").sort("writ_id").row(0, named=True)
        whom, what = row["enforcer_id"], row["writ_id"]
        clerk.asks("recuse", writ_id=what, enforcer_id=whom, ground="article_54", decision=f"№ 2, {today}")
        clerk.distributes()
        assert held(store, "ledger", "t.closed_at IS NULL AND t.writ_id = :id", id=what)["enforcer_id"][0] != whom
        gone = held(store, "states", "t.state = 'assigned'")["writ_id"].sort()[0]
        clerk.asks("annul", writ_id=gone, reason="entered_twice", document="№ 3")
        proposal = clerk.page.url.removeprefix(server.address)
        second.goes(proposal, "proposal")
        second.presses("button[value=confirm]")
        assert held(store, "states", "t.writ_id = :id", id=gone)["state"][0] == "annulled"
        second.ends()

        batch_id = held(store, "batches").sort("id")["batch_id"][-1]
        clerk.goes(f"/batches/{batch_id}/papers", "papers")
        with clerk.page.expect_download() as packed:
            clerk.page.click("button[value='all-both.zip']")
        assert packed.value.path().read_bytes().startswith(b"PK")
        clerk.goes("/due", "late")
        clerk.ends()

        mine = opened(where, server, admin, language, "e1", "enforcer", "E1")
        mine.goes("/enforcers/E1", "line")
        mine.ends()
        controller = opened(where, server, admin, language, "controller", "controller")
        for path in ("/batches", "/evenness", "/alarms", "/enforcers", "/events"):
            controller.goes(path)
        controller.goes("/published")
        with controller.page.expect_download() as public:
            controller.page.click("main form button")
        file = tmp_path / "public.jsonl.gz"
        file.write_bytes(public.value.path().read_bytes())
        assert verify_public(file).ok
        controller.ends()
        admin.ends()
        assert audit(store).ok
        assert events(store, "what = 'annul'")["who"].to_list() == ["clerk"]
