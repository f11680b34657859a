"""A report in a real browser: no error, no request, no missing glyph, and nothing that an audit objects to."""

from __future__ import annotations

import pytest
from browser import audited, browser, missing_glyphs, opened
from periods import made

from tengbol.report.words import LANGUAGES


@pytest.fixture(scope="module")
def chromium():
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The report of a period in each language, as files."""
    folder = tmp_path_factory.mktemp("pages")
    for language in LANGUAGES:
        (folder / f"{language}.html").write_text(made(language)[3], encoding="utf-8")
    return folder


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_without_an_error_a_request_or_a_missing_glyph(chromium, pages, language):
    tab, seen = opened(chromium, pages / f"{language}.html")
    assert not seen.messages
    assert not seen.requests
    assert not missing_glyphs(tab)
    assert tab.evaluate("document.documentElement.lang") == language
    tab.close()


def test_a_missing_glyph_would_be_seen(chromium, tmp_path):
    (tmp_path / "odd.html").write_text("<h1>Әтеу \U0001e900</h1><svg><text>қ</text></svg>", encoding="utf-8")
    tab, _ = opened(chromium, tmp_path / "odd.html")
    assert missing_glyphs(tab) == ["\U0001e900"]
    tab.close()


def test_a_request_or_an_error_would_be_seen(chromium, tmp_path):
    (tmp_path / "odd.html").write_text("<img src='https://example.invalid/x.png'><script>nothing()</script>")
    tab, seen = opened(chromium, tmp_path / "odd.html")
    assert seen.messages
    assert seen.requests
    tab.close()


@pytest.mark.parametrize(("language", "scheme"), [("kk", "dark"), ("ru", "light"), ("en", "dark")])
def test_an_audit_of_accessibility_objects_to_nothing(chromium, pages, language, scheme):
    tab, _ = opened(chromium, pages / f"{language}.html", color_scheme=scheme, bypass_csp=True)
    assert audited(tab) == []
    tab.close()


def test_the_audit_would_object(chromium, tmp_path):
    (tmp_path / "odd.html").write_text("<html><body><img src='data:,'><p style='color:#ccc'>pale</p></body></html>")
    tab, _ = opened(chromium, tmp_path / "odd.html")
    assert {found.split(":")[0] for found in audited(tab)} >= {"image-alt", "color-contrast", "html-has-lang"}
    tab.close()


def test_the_keyboard_reaches_everything(chromium, pages):
    tab, _ = opened(chromium, pages / "en.html")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    unreachable = "[...document.querySelectorAll('.wide, .plot')].filter(one => one.tabIndex !== 0).length"
    assert tab.evaluate(unreachable) == 0
    first = tab.locator("summary").first
    first.focus()
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.querySelector('details').open")
    tab.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_fits_a_telephone(chromium, pages, language):
    tab, _ = opened(chromium, pages / f"{language}.html", viewport={"width": 360, "height": 700})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    tab.close()


def test_every_chart_turns_dark_with_the_page(chromium, pages):
    """No mark keeps a colour of the light page that the dark one does not know."""
    tab, _ = opened(chromium, pages / "kk.html", color_scheme="dark")
    tab_light, _ = opened(chromium, pages / "kk.html", color_scheme="light")
    colours = """() => [...document.querySelectorAll('.plot svg [fill], .plot svg [stroke]')].map(one => {
        const style = getComputedStyle(one);
        return [one.getAttribute('fill'), style.fill, one.getAttribute('stroke'), style.stroke];
    })"""
    for dark, light in zip(tab.evaluate(colours), tab_light.evaluate(colours), strict=True):
        for place in (0, 2):
            if dark[place] not in (None, "none", "transparent"):
                assert dark[place + 1] != light[place + 1], dark
    tab.close()
    tab_light.close()
