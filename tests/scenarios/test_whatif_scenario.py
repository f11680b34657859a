"""A scenario file is read field by field; what is wrong in it is told with file, line and reason."""

from __future__ import annotations

import datetime as dt
import re
import tomllib

import pytest
from chambers import HOME, typed
from hypothesis import given
from hypothesis import strategies as st
from small import absence

from tengbol.config import Config
from tengbol.errors import UnusableInputError
from tengbol.model.law.availability import counts_as_long, month_after
from tengbol.report.words import Words
from tengbol.scenarios.whatif.contradictions import refuse_contradictions
from tengbol.scenarios.whatif.scenario import load, parse
from tengbol.scenarios.whatif.toml_lines import lines

HEAD = 'base = "."\nas_of = 2026-11-23T18:00:00\n'
ONE = HEAD + '[[variant]]\nname = "one"\n'


def event(**cells: object) -> str:
    """An event's table of four lines and more, `kind` in the second."""
    return "[[variant.event]]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in cells.items())


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value).replace("'", '"') if isinstance(value, str | list) else str(value)


def refusal(text: str, **tables: list) -> str:
    chamber = typed({**HOME, **tables})
    with pytest.raises(UnusableInputError) as refused:
        asked = parse(text, "s.toml")
        refuse_contradictions(asked, chamber, Config())
    return str(refused.value)


def accepted(text: str, **tables: list) -> None:
    refuse_contradictions(parse(text, "s.toml"), typed({**HOME, **tables}), Config())


D = dt.date
LEAVE = {"kind": "leave", "enforcer_id": "E1", "reason": "licence_suspended", "on": D(2026, 11, 24)}

#: Events of one variant, and what is said of them: line, field, reason.
CONTRADICTIONS = {
    "leaves twice": (
        event(**LEAVE) + event(**LEAVE),
        "line 12, variant 1, event 2, enforcer_id: 'E1' is to be away twice",
    ),
    "unknown enforcer": (event(**{**LEAVE, "enforcer_id": "E9"}), "line 7, variant 1, event 1, enforcer_id: 'E9'"),
    "unknown district": (
        event(kind="attach", enforcer_id="E1", district_id="D9", on=D(2026, 12, 1)),
        "line 8, variant 1, event 1, district_id: 'D9' is no district",
    ),
    "end before start": (event(**LEAVE, until=D(2026, 11, 23)), "line 5, variant 1, event 1: ends (2026-11-23) before"),
    "return without absence": (
        event(kind="return", enforcer_id="E1", on=D(2026, 11, 25)),
        "line 8, variant 1, event 1, on: 'E1' is not away on 2026-11-25",
    ),
    "before the base": (event(**{**LEAVE, "on": D(2026, 11, 20)}), "line 9, variant 1, event 1, on: 2026"),
    "joins under a known id": (
        event(kind="join", enforcer_id="E1", district_id="D1", on=D(2026, 11, 25)),
        "'E1' is an enforcer already",
    ),
    "moved where he is": (
        event(kind="transfer", enforcer_id="E1", district_id="D1", on=D(2026, 11, 25)),
        "'E1' is registered in 'D1' already",
    ),
    "moved twice on one day": (
        event(kind="transfer", enforcer_id="E1", district_id="D2", on=D(2026, 11, 25))
        + event(kind="transfer", enforcer_id="E1", district_id="D3", on=D(2026, 11, 25)),
        "line 13, variant 1, event 2, district_id: 'E1' is transferred twice on 2026-11-25 (also in line 5)",
    ),
    "back on the day he leaves": (
        event(**LEAVE) + event(kind="return", enforcer_id="E1", on=LEAVE["on"]),
        "'E1' is not away on",
    ),
    "attached where registered": (
        event(kind="attach", enforcer_id="E1", district_id="D1", on=D(2026, 11, 25)),
        "no need to attach",
    ),
    "attached twice": (
        event(kind="attach", enforcer_id="A1", district_id="D2", on=D(2026, 11, 25)),
        "'A1' is attached to 'D2' already",
    ),
    "detached from nothing": (
        event(kind="detach", enforcer_id="E1", district_id="D2", on=D(2026, 11, 25)),
        "'E1' is not attached to 'D2'",
    ),
    "a known district is new": (
        event(kind="new_district", district_id="D1", out_of="D2", share=0.5, on=D(2026, 11, 25)),
        "'D1' is a district already",
    ),
    "one rule twice a day": (
        event(kind="rule", period=2, on=D(2026, 11, 25)) + event(kind="rule", period=3, on=D(2026, 11, 25)),
        "line 11, variant 1, event 2, period: is changed twice on 2026-11-25 (also in line 5)",
    ),
    "no reason of the contract": (event(**{**LEAVE, "reason": "bored"}), "line 8, variant 1, event 1, reason: 'bored'"),
    "a field nobody knows": (event(**LEAVE, untill=D(2026, 12, 1)), "line 10, variant 1, event 1, untill: is not"),
    "no kind of event": (event(kind="leaves"), "line 6, variant 1, event 1, kind: 'leaves' is no kind of event"),
    "a rule that changes nothing": (event(kind="rule", on=D(2026, 11, 25)), "line 5, variant 1, event 1: changes"),
    "two variants of one name": ('[[variant]]\nname = "one"\n', "line 6, variant 2, name: two variants"),
    "a factor below 0": (event(kind="volume", factor=-1, on=D(2026, 11, 25)), "line 7, variant 1, event 1, factor"),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_is_refused_with_file_line_field_and_reason(name):
    text, said = CONTRADICTIONS[name]
    told = refusal(ONE + text)
    assert told.startswith("s.toml, line ")
    assert said in told


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_refusal_is_told_in_the_reader_s_language(name, language):
    text, _ = CONTRADICTIONS[name]
    with pytest.raises(UnusableInputError) as refused:
        accepted(ONE + text)
    told = refused.value.said(Words(language))
    assert ("строка" if language == "ru" else "жол") in told
    # What stands after the place is the reason; ids, fields and codes are as in the file.
    assert re.search("[а-яәғқңөұүһі]{3}", told.split(": ", 1)[1]), told
    assert not re.search(r"\b(is|lies|line|twice|already|check|keep|one of|swap)\b", told), told


def test_everything_wrong_is_told_at_once():
    told = refusal(ONE + event(**{**LEAVE, "reason": "bored"}) + event(kind="nothing"))
    assert [line.split(":")[0] for line in told.splitlines()] == [
        "s.toml, line 8, variant 1, event 1, reason",
        "s.toml, line 11, variant 1, event 2, kind",
    ]


@pytest.mark.parametrize(
    "events",
    [
        event(**LEAVE) + event(kind="return", enforcer_id="E1", on=D(2026, 11, 25)),
        event(**LEAVE, until=D(2026, 12, 1)) + event(**{**LEAVE, "on": D(2026, 12, 2)}),
        # Named first, happens last: what counts is the day.
        event(kind="return", enforcer_id="E1", on=D(2026, 12, 24)) + event(**LEAVE),
        event(kind="join", enforcer_id="N1", district_id="D1", on=D(2026, 11, 25))
        + event(**{**LEAVE, "enforcer_id": "N1", "on": D(2026, 11, 26)}),
        event(kind="detach", enforcer_id="A1", district_id="D2", on=D(2026, 11, 25))
        + event(kind="attach", enforcer_id="A1", district_id="D2", on=D(2026, 11, 26)),
        event(kind="new_district", district_id="D9", out_of="D1", share=0.5, on=D(2026, 11, 25))
        + event(kind="transfer", enforcer_id="E1", district_id="D9", on=D(2026, 11, 25)),
        event(kind="volume", factor=1.5, district_ids=["D1"], categories=["alimony"], on=D(2026, 11, 25)),
        event(kind="rule", mci=5000, binding=False, period=5, on=D(2026, 11, 25)),
        event(kind="rule", office_binds="holder", on=D(2026, 11, 25))
        + event(kind="rule", index_day="issued", on=D(2026, 11, 26)),
    ],
)
def test_what_does_not_contradict_itself_is_accepted(events):
    accepted(ONE + events)


def test_whoever_is_ill_in_the_base_can_lose_his_licence_but_whoever_lost_it_cannot_leave_again():
    accepted(ONE + event(**LEAVE), absences=[absence("E1", "sickness")])
    assert "in the base he is gone since" in refusal(ONE + event(**LEAVE), absences=[absence("E1", "expelled")])


def test_an_event_after_the_last_simulated_day_is_refused():
    text = ONE.replace("[[variant]]", "days = 3\n[[variant]]", 1)
    accepted(text + event(**LEAVE))
    assert "lies after the last simulated day, 2026-11-25" in refusal(text + event(**{**LEAVE, "on": D(2026, 11, 26)}))


def test_what_is_no_toml_or_no_file_is_refused_in_a_sentence(tmp_path):
    assert refusal('base = "."\nas_of = soon\n').startswith("s.toml, line 2: this is not TOML")
    with pytest.raises(UnusableInputError, match="cannot be read"):
        load(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UnusableInputError, match="not UTF-8"):
        load(tmp_path / "bytes.toml")


def test_an_absence_counts_as_long_when_it_outlasts_a_calendar_month():
    """¶3, ¶18: until the same day of the next month it is a month; a day more is longer."""
    assert month_after(D(2026, 1, 31)) == D(2026, 3, 1)
    # Not from 1 March on: March has a 31st.
    assert month_after(D(2026, 1, 31), 2) == D(2026, 3, 31)
    assert month_after(D(2026, 1, 31), 13) == D(2027, 3, 1)
    assert month_after(D(2026, 12, 5)) == D(2027, 1, 5)
    assert counts_as_long("sickness", D(2026, 3, 1), D(2026, 3, 31)) is None
    assert counts_as_long("sickness", D(2026, 3, 1), D(2026, 4, 1)) == D(2026, 3, 1)
    assert counts_as_long("leave", D(2026, 3, 1), None) == D(2026, 4, 1)
    assert counts_as_long("expelled", D(2026, 3, 1), D(2026, 3, 2)) == D(2026, 3, 1)
    assert counts_as_long("chamber_office", D(2026, 3, 1), None) is None


def test_lines_are_those_where_people_see_things():
    text = """# [not] = "a table"
a = "x # = [" # b = 1
'q k'.c = [ # open
  1,
  { d = 2, e = [
    "]", 3] },
]
m = \"\"\"
z = 1
[t]
\"\"\"
[[v]]
[v.deep]
x = 1.5
[[v]]
y = 2026-11-23
[[v.w]]
k = '''
'''
[[v.w]]
k = true
"""
    assert tomllib.loads(text)["v"][1]["w"][1]["k"] is True
    assert lines(text) == {
        ("a",): 2, ("q k",): 3, ("q k", "c"): 3, ("q k", "c", 0): 4, ("q k", "c", 1): 5, ("q k", "c", 1, "d"): 5,
        ("q k", "c", 1, "e"): 5, ("q k", "c", 1, "e", 0): 6, ("q k", "c", 1, "e", 1): 6, ("m",): 8, ("v",): 12,
        ("v", 0): 12, ("v", 0, "deep"): 13, ("v", 0, "deep", "x"): 14, ("v", 1): 15, ("v", 1, "y"): 16,
        ("v", 1, "w"): 17, ("v", 1, "w", 0): 17, ("v", 1, "w", 0, "k"): 18, ("v", 1, "w", 1): 20,
        ("v", 1, "w", 1, "k"): 21,
    }  # fmt: skip


_VALUES = st.sampled_from(
    ['"a"', "'b'", "1", "true", "[1, 2]", "[\n1\n]", "{ p = 1 }", '"""x\ny = 2\n"""', "2026-11-23"]
)


@given(st.lists(st.tuples(st.sampled_from(["k", "[t]", "[[v]]", "[[v.w]]", "# c", ""]), _VALUES), max_size=12))
def test_every_value_that_is_read_has_a_line(parts):
    text, seen = "", 0
    for number, (part, value) in enumerate(parts):
        if part == "[t]" or (part == "[[v.w]]" and "[[v]]" not in text):
            part = f"[t{number}]"
        text += f"{part}{number} = {value}\n" if part == "k" else f"{part}\n"
        seen = number
    found = lines(text)

    def walk(value, place):
        assert place == () or place in found, (text, place)
        if place and isinstance(place[-1], str) and place[-1].startswith("k"):
            assert text.splitlines()[found[place] - 1].startswith(place[-1])
        for key, inner in (
            value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
        ):
            walk(inner, (*place, key))

    walk(tomllib.loads(text), ())
    assert seen < 12


#: What is written where something else belongs.
NOT_OF_ITS_KIND = {
    "a word for a number": HEAD + 'days = "ten"\n',
    "a part of a day": HEAD + "days = 1.5\n",
    "a number for a path": "base = 5\nas_of = 2026-11-23T18:00:00\n",
    "a word for a moment": 'base = "."\nas_of = "soon"\n',
    "no moment": 'base = "."\nas_of = [1]\n',
    "an empty base": 'base = ""\nas_of = 2026-11-23T18:00:00\n',
    "a word for variants": HEAD + 'variant = "one"\n',
    "a word for a variant": HEAD + 'variant = ["one"]\n',
    "a word for a day": ONE + event(**{**LEAVE, "on": "soon"}),
    "a list for a day": ONE + event(**{**LEAVE, "on": [1]}),
    "a time for a day": ONE + '[[variant.event]]\nkind = "return"\nenforcer_id = "E1"\non = 2026-11-24T09:30:00\n',
    "a word for a factor": ONE + event(kind="volume", factor="twice", on=D(2026, 11, 25)),
    "a factor without an end": ONE + '[[variant.event]]\nkind = "volume"\nfactor = inf\non = 2026-11-24\n',
    "no district named": ONE + event(kind="volume", factor=2.0, district_ids=[], on=D(2026, 11, 25)),
    "a word for a list": ONE + event(kind="volume", factor=2.0, district_ids="D1", on=D(2026, 11, 25)),
    "a number for a flag": ONE + event(kind="rule", binding=5, on=D(2026, 11, 25)),
}


@pytest.mark.parametrize("name", NOT_OF_ITS_KIND)
def test_what_is_not_of_its_kind_is_said_in_the_reader_s_language(name):
    with pytest.raises(UnusableInputError) as refused:
        parse(NOT_OF_ITS_KIND[name], "s.toml")
    english = str(refused.value)
    for language in ("kk", "ru"):
        said = refused.value.phrase.said(Words(language))
        reason, told = (line.partition(": ")[2] for line in (said, english))
        assert reason != told and re.search("[а-яә]{3}", reason)
        # Of English words none is left but those of the file itself.
        assert not re.search(r"\b(input|should|valid|not|type|given|string|number)\b", reason), reason
