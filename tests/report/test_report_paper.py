"""The paper can be read: in the text layer of its pages no two words stand on each other, and no head is broken."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest
from pdfs import overlapping, pages
from periods import made

from tengbol.report.document import Grid, Section
from tengbol.report.paper import paper
from tengbol.report.words import LANGUAGES, Figure, Said, Words


@cache
def printed(language):
    _, told, drawn, _ = made(language)
    return pages(paper(told, drawn, Words(language)))


def set_alone(head, rows, language="kk"):
    """One table on paper."""
    _, told, _, _ = made("kk")
    section = Section("one", Said("one"), [Said("one")], grids=[Grid(Said("one"), [Said(one) for one in head], rows)])
    return pages(paper(replace(told, sections=[section]), {}, Words(language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_words_of_a_page_stand_on_each_other(language):
    assert sum(len(page) for page in printed(language)) > 1000
    for number, page in enumerate(printed(language), 1):
        assert not overlapping(page), number


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_head_is_broken_within_a_word(language):
    words = Words(language)
    seen = {word.text for page in printed(language) for word in page}
    for section in made(language)[1].sections:
        for grid in section.grids:
            for title in grid.head if grid.printed else ():
                # Numbers inside a head stand apart by spaces that do not break.
                assert set(re.split(r"\s", words.plain(title))) <= seen


def test_other_languages_take_as_many_pages_give_or_take_a_fifth():
    of = {language: len(printed(language)) for language in LANGUAGES}
    assert all(abs(number - of["en"]) <= of["en"] / 5 for number in of.values()), of


def test_long_names_and_ids_stay_in_their_columns():
    name = "Ойданшығарылғанов-Ұзынтегінбекұлы Ұзынесімқожахан Әкесінің-атыұлы"
    rows = [[name, "x" * 128, "¶13", *(Figure("t", 2, "n", 10**9 + n) for n in range(8))] for _ in range(60)]
    head = ["Орындаушы", "Нөмір", "Тармақ", *(["Мемлекет пайдасына мың АЕК-тен аспайтын өндіріп алу"] * 8)]
    shown = set_alone(head, rows)
    assert len(shown) > 1
    for page in shown:
        assert not overlapping(page)
        # A4, with margins of 16 mm.
        assert all(word.left > 45 and word.right < 551 for word in page)
        # The head stands on every page.
        assert any(word.text == "Тармақ" for word in page)


def test_a_table_with_room_breaks_no_line():
    name = "Ойданшығарылғанов Ұзынесім Әкесінің-атыұлы"
    [page] = set_alone(["Орындаушы", "Алғаны"], [[name, Figure("t", 2, "n", 12)]])
    line = {word.text: word.bottom for word in page if word.text in (*name.split(), "12")}
    assert len(line) == 4
    assert max(line.values()) - min(line.values()) < 3
