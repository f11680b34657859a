"""The report speaks Kazakh, Russian and English: nothing is left untranslated, and no sentence loses a figure."""

from __future__ import annotations

import datetime as dt
import re
import string
from gettext import c2py  # type: ignore[attr-defined]
from importlib.resources import files
from io import BytesIO

import polars as pl
import pytest
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from chambers import chambers, decide, typed
from hypothesis import given
from hypothesis.strategies import booleans, decimals, floats, integers, one_of
from small import absence, attachment, proceeding, recusal, writ

from tengbol.batch import distribute
from tengbol.errors import UnusableInputError
from tengbol.io.validate import of_texts, validate_all
from tengbol.report.catalogue import Catalogue
from tengbol.report.catalogue import catalogue as ours_of
from tengbol.report.explained import assigned, unassigned
from tengbol.report.rejected import reworded
from tengbol.report.terms import terms
from tengbol.report.words import LANGUAGES, Figure, Said, Words

OTHERS = [language for language in LANGUAGES if language != "en"]


def catalogue(language):
    text = files("tengbol.report").joinpath("catalogues", f"{language}.po").read_bytes()
    return read_po(BytesIO(text), locale=language)


def forms(message):
    """Pairs of sentence and translation; of a plural, each form against the plural sentence."""
    if message.pluralizable:
        return [(message.id[1], form) for form in message.string]
    return [(message.id, message.string)]


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated_and_none_by_guess(language):
    known = {message.id: message for message in catalogue(language) if message.id}
    missing = [message.id for message in terms() if message.id and message.id not in known]
    assert not missing
    assert not [
        message.id for message in known.values() if message.fuzzy or not all(text for _, text in forms(message))
    ]


@pytest.mark.parametrize("language", OTHERS)
def test_the_catalogue_holds_no_sentence_that_nobody_says(language):
    said = {message.id for message in terms()}
    assert not [message.id for message in catalogue(language) if message.id and message.id not in said]


@pytest.mark.parametrize("language", OTHERS)
def test_sentences_are_read_as_babel_reads_them(language):
    read = {message.id: message.string for message in catalogue(language) if message.id}
    one = {each if isinstance(each, str) else each[0]: said for each, said in read.items()}
    ours = {sentence: forms if len(forms) > 1 else forms[0] for sentence, forms in ours_of(language).forms.items()}
    assert {sentence: said for sentence, said in ours.items() if sentence} == one


@pytest.mark.parametrize("language", OTHERS)
def test_numbers_take_the_form_that_gettext_gives_them(language):
    rule = c2py(catalogue(language).plural_expr)
    forms = ours_of(language).forms["{n} writ"]
    for number in (*range(130), 1_001, 1_011):
        assert Words(language).several("{n} writ", "{n} writs", number) == forms[rule(number)]


@given(number=integers(-(10**27), 10**27))  # Babel writes no more digits
@pytest.mark.parametrize("language", LANGUAGES)
def test_counts_are_written_as_babel_writes_numbers(language, number):
    words = Words(language)
    assert words.count(number) == words.decimal(number, 0) == by_babel(words, number, "#,##0")


@given(number=one_of(floats(-1e15, 1e15), decimals(-(10**15), 10**15)), places=integers(1, 9), idle=booleans())
@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_are_written_as_babel_writes_numbers(language, number, places, idle):
    words = Words(language)
    written = words.decimal(number, places, least=None if idle else 0)
    assert written == by_babel(words, round(number, places), "#,##0." + places * ("0" if idle else "#"))


def by_babel(words, number, shape):
    """A number as Babel writes it, with a minus of its own sign and no negative zero."""
    return format_decimal(number + 0, shape, locale=words.locale).replace("-", "−")


def test_guesses_and_sentences_without_a_translation_stay_english():
    known = Catalogue(
        '#, fuzzy\nmsgid "a"\nmsgstr "b"\n\nmsgid "c"\nmsgstr ""\n\nmsgid "d\\n"\n"e"\nmsgstr ""\n"f \\"g\\""\n'
    )
    assert known.forms == {"d\ne": ('f "g"',)}
    assert known.gettext("a") == "a"


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_every_place_of_its_sentence(language):
    def places(text):
        return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)

    for message in catalogue(language):
        for sentence, text in forms(message) if message.id else []:
            assert places(text) == places(sentence), sentence


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_cites_the_paragraphs_that_its_sentence_cites(language):
    for message in catalogue(language):
        for sentence, text in forms(message) if message.id else []:
            assert sorted(re.findall(r"¶\d+", text)) == sorted(re.findall(r"¶\d+", sentence)), sentence


def test_kazakh_terms_are_those_of_the_order():
    words = Words("kk")
    assert words("Distribution of writs among private court enforcers") == (
        "Атқарушылық құжаттарды жеке сот орындаушылары арасында бөлу"
    )
    assert words("Money for natural persons") == "Жеке тұлғалардың пайдасына сомаларды өндіріп алу"
    assert "борышкер" in words("holds an open alimony proceeding against this debtor")
    assert words("Chamber") == "Өңірлік палата"


def test_there_is_no_other_language():
    with pytest.raises(UnusableInputError, match="kk, ru, en"):
        Words("de")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "12,345.679 +1.500 −0.250 35.2%"),
        ("ru", "12 345,679 +1,500 −0,250 35,2 %"),
        ("kk", "12 345,679 +1,500 −0,250 35,2%"),
    ],
)
def test_numbers_are_written_as_the_language_does(language, expected):
    words = Words(language)
    text = f"{words.writs(12345.6789)} {words.signed(1.5)} {words.signed(-0.25)} {words.percent(0.352)}"
    assert text.replace("\u00a0", " ").replace("\u202f", " ") == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_rounds_to_zero_has_no_sign_and_what_is_undefined_is_a_dash(language):
    words = Words(language)
    assert words.signed(-0.0001) == words.signed(0.0)
    assert "−" not in words.signed(-0.0001)
    assert words.index(None) == "–"


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "23 November 2026"), ("ru", "23 ноября 2026"), ("kk", "23 қараша")]
)
def test_days_are_written_as_the_language_does(language, expected):
    text = Words(language).day(dt.date(2026, 11, 23))
    assert all(part in text for part in expected.split())


def test_russian_counts_have_their_three_forms():
    said = [Words("ru").several("{n} enforcer", "{n} enforcers", n).format(n=n) for n in (1, 2, 5, 21)]
    assert said == ["1 исполнитель", "2 исполнителя", "5 исполнителей", "21 исполнитель"]


def test_a_figure_in_a_sentence_is_written_in_the_language():
    said = Said("{category}", {"category": Figure("t", 2, "c", 1234.5, "writs")})
    assert Words("kk").plain(said).replace("\u00a0", " ") == "1 234,500"


ALIMONY = [
    proceeding("L", "E1", debtor_id="D-1", category="alimony"),
    proceeding("M", "E2", debtor_id="D-1", case_id="2/1"),
]


def explanations():
    """Assignments of every kind: registered, attached, bound, alone, together, passed over, left out."""
    claim = {"claim": "alimony", "amount": None, "debtor_id": "D-1"}
    outcomes = [
        decide(*(writ(name) for name in "ABCDE")),
        decide(writ("W", debtor_district_id="D2"), absences=[absence("A1")]),
        decide(*(writ(f"{n}{half}", case_id=n, debtor_id=n) for n in "123" for half in "ab")),
        decide(writ("W", **claim, case_id="2/1"), ledger=ALIMONY),
        decide(writ("W", **claim, case_id="2/1"), writ("V", debtor_id="D-1", case_id="2/1"), ledger=ALIMONY,
               absences=[absence("E1"), absence("E2", "chamber_office")], recusals=[recusal("W", "E3")],
               attachments=[attachment("D1", "A1")]),
        decide(writ("W", origin="returned", previous_enforcer_id="E3")),
        decide(writ("W", origin="returned", previous_enforcer_id="nobody; we know")),
    ]  # fmt: skip
    return [text for outcome in outcomes for text in outcome.whole.assignments["explanation"].to_list()]


@pytest.mark.parametrize("language", OTHERS)
def test_every_kind_of_explanation_is_said_in_the_language(language):
    for text in explanations():
        said = assigned(text, Words(language))
        assert not re.search(r"\b(?:given|enforcers?|writs?|lot|the|its)\b", said), (text, said)
        assert sorted(re.findall(r"¶\d+", said)) == sorted(re.findall(r"¶\d+", text))


@given(chambers())
def test_explanations_are_taken_apart_and_put_together_without_loss(tables):
    made = distribute(typed(tables), as_of=dt.datetime(2026, 11, 23, 9, 30), seed="00ff")
    for texts, say in ((made.assignments["explanation"], assigned), (made.unassigned["explanation"], unassigned)):
        for text in texts.to_list():
            assert say(text, Words("en")) == text
            assert say(text, Words("ru")) != text, text


def test_a_sentence_of_unknown_making_stays_as_it_is():
    for say in (assigned, unassigned, reworded):
        assert say("Something else; by hand (¶99).", Words("kk")) == "Something else; by hand (¶99)."


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize(
    "cells",
    [
        {"amount": None, "creditor_kind": "state"}, {"amount": "a lot"}, {"form": "fax"}, {"issued_on": "1/2/2026"},
        {"received_at": "yesterday"}, {"immediate": "perhaps"}, {"debtor_id": "850101300125"}, {"subject": "#REF!"},
        {"debtor_district_id": "D9"}, {"origin": "returned"}, {"signature": None}, {"issued_by": None},
        {"claim": "x; y is accepted.", "amount": "q"}, {"origin": "returned", "previous_enforcer_id": "=E"},
        {"case_id": "\u202e7"}, {"subject": "x" * 10_001}, {"issued_on": "2026-12-24"},
    ],
)  # fmt: skip
def test_every_message_of_rejected_is_said_in_the_language(language, cells):
    from small import district, enforcer

    from tengbol.model.tables import TABLES

    given_rows = {"districts": [district("D1")], "enforcers": [enforcer("E1")], "writs": [writ("W", **cells)]}
    texts = {
        name: pl.DataFrame(
            [
                {"row": 2 + n, **{c: None if row.get(c) is None else str(row[c]) for c in table.columns}}
                for n, row in enumerate(given_rows.get(name, []))
            ],
            schema={"row": pl.Int64, **dict.fromkeys(table.columns, pl.String)},
        )
        for name, table in TABLES.items()
    }
    _, rejected, *_ = validate_all({name: of_texts(text) for name, text in texts.items()})
    (message,) = rejected["message"].to_list()
    said = reworded(message, Words(language))
    assert reworded(message, Words("en")) == message
    assert not re.search(r"\b(?:accepted\.?$|needed|empty|without|which)\b", said), (message, said)


#: Words that ask of a name or a number put beside them for another form than the one it has.
BENT = {
    "kk": r"\{district\} тіркелген|\{(who|id)\} орындаушыға|\{id\} \{claim\}|\{day\} дейін|іс жүргізуі бар",
    "ru": r"(?i)исполнителю \{|исполнителя \{|числом \{|\{id\} \{claim\}|, который \{claim\}",
}


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_put_into_a_sentence_needs_no_other_ending(language):
    bent = re.compile(BENT[language])
    assert not [
        text for message in catalogue(language) if message.id for _, text in forms(message) if bent.search(text)
    ]


@pytest.mark.parametrize("language", OTHERS)
def test_one_word_stands_for_one_thing(language):
    """A batch and a group, a bound writ and what the order determines, were called the same."""
    once = {"kk": {"топтама": "batch", "өріс": "-", "айқындалған": "-"}, "ru": {"парти": "batch"}}[language]
    for message in catalogue(language):
        for english, text in forms(message) if message.id else ():
            for word, meaning in once.items():
                assert word not in text or meaning in english.lower(), text


def test_a_count_and_its_noun_agree():
    said = {
        number: Words("ru").plain(Said("batch", plural="batches", number=number))
        for number in (0, 1, 2, 5, 11, 21, 104)
    }
    assert said == {0: "партий", 1: "партия", 2: "партии", 5: "партий", 11: "партий", 21: "партия", 104: "партии"}
    assert [Words("en").plain(Said("batch", plural="batches", number=number)) for number in (1, 2)] == [
        "batch",
        "batches",
    ]
