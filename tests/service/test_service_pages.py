"""The door and the start in a real browser: by keyboard alone, in three languages, with nothing for axe to find."""

from __future__ import annotations

import pytest
from browser import audited, browser, missing_glyphs
from served import PASSWORD, peopled, served


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with served(peopled(tmp_path_factory.mktemp("pages")).url) as server:
        yield server.address


def test_one_signs_in_by_keyboard_and_every_page_is_sound(address):
    said, asked = [], []
    with browser() as where:
        page = where.new_page(locale="kk-KZ", color_scheme="dark", viewport={"width": 390, "height": 800})
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/")
        assert page.url == f"{address}/login" and page.title().startswith("Кіру")

        def sound():
            assert audited(page) == [] and missing_glyphs(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing beside a phone's page"

        def spoken(language):
            page.wait_for_function(f"document.documentElement.lang === '{language}'")

        sound()
        page.click("text=English")
        spoken("en")
        page.focus("#login")
        page.keyboard.type("head")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/")
        assert page.inner_text("h1") == "Today" and "Head of the chamber" in page.inner_text("header")
        sound()
        page.click("main >> text=Set a new password")
        page.wait_for_selector("#old")
        sound()
        page.fill("#old", PASSWORD)
        page.fill("#new", "another long password")
        page.keyboard.press("Enter")
        page.wait_for_selector("[role=status]")
        page.click("text=Русский")
        spoken("ru")
        page.click("text=Выйти")
        page.wait_for_url("**/login")
        assert page.url == f"{address}/login" and page.title().startswith("Вход")
    assert said == []
    assert all(url.startswith(address) for url in asked)
