"""Templates compiled once: the same page in each language, of the text that is there, wherever nothing can be kept."""

from __future__ import annotations

import jinja2
import pytest

from tengbol.report import shipped
from tengbol.report.summary import templates
from tengbol.report.words import LANGUAGES


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The folder in which they are kept, and how many were compiled."""
    compiled: list[str] = []
    compile_ = jinja2.Environment.compile
    monkeypatch.setattr(shipped, "cache_from_source", lambda _: str(tmp_path / "kept" / "module.pyc"))
    monkeypatch.setattr(shipped.sys, "dont_write_bytecode", False)
    monkeypatch.setattr(
        jinja2.Environment, "compile", lambda *given, **how: compiled.append(given[2]) or compile_(*given, **how)
    )
    return tmp_path / "kept", compiled


def test_a_template_is_compiled_once_for_all_languages(kept):
    folder, compiled = kept
    folder.mkdir()
    for language in LANGUAGES:
        templates(language).get_template("summary.html")
    assert compiled == ["summary.html"]


def test_nothing_that_a_filter_says_is_kept(kept):
    kept[0].mkdir()
    for said in ("one", "two"):
        made = shipped.environment(say=lambda _, said=said: said)
        made.loader = jinja2.DictLoader({"page": "{{ 'word'|say }}"})
        assert made.get_template("page").render() == said
    assert kept[1] == ["page"]


def test_a_changed_template_is_compiled_anew(kept):
    kept[0].mkdir()
    for text in ("one", "two"):
        made = shipped.environment()
        made.loader = jinja2.DictLoader({"page": text})
        assert made.get_template("page").render() == text


def test_where_nothing_can_be_kept_a_template_is_compiled_each_time(kept):
    for _ in range(2):
        assert templates().get_template("summary.html") is not None
    assert kept[1] == ["summary.html"] * 2
    assert not kept[0].exists()
