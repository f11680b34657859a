"""TOML that is shipped is read once, and anew where its text or what is kept of it is another."""

from __future__ import annotations

import datetime as dt
import tomllib

import pytest

from tengbol import compiled


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """The file, the folder in which it is kept, and what was read of TOML."""
    read, loads = [], tomllib.loads
    monkeypatch.setattr(compiled, "files", lambda _: tmp_path)
    monkeypatch.setattr(compiled, "cache_from_source", lambda _: str(tmp_path / "kept" / "module.pyc"))
    monkeypatch.setattr(compiled.sys, "dont_write_bytecode", False)
    monkeypatch.setattr(tomllib, "loads", lambda text: read.append(text) or loads(text))
    return tmp_path / "a.toml", tmp_path / "kept", read


def test_toml_is_read_once_for_each_text(shipped):
    file, kept, read = shipped
    kept.mkdir()
    for text in ("day = 2026-11-23\nrows = [{n = 1, s = 'ә'}]", "day = 2026-11-24"):
        file.write_text(text, encoding="utf-8")
        told = [compiled.toml("a.toml") for _ in range(3)]
        assert told == [tomllib.loads(text)] * 3 and type(told[2]["day"]) is dt.date
    assert len(read) == 2 + 2, "and once each by this test"


@pytest.mark.parametrize("content", [b"", b"no module", b"\x00" * 40])
def test_what_cannot_be_used_is_made_anew(shipped, content):
    file, kept, read = shipped
    file.write_text("n = 1", encoding="utf-8")
    assert compiled.toml("a.toml") == {"n": 1} and not kept.exists(), "it cannot be kept"
    kept.mkdir()
    compiled.place("a.toml").write_bytes(content)
    assert compiled.toml("a.toml") == compiled.toml("a.toml") == {"n": 1}
    assert len(read) == 2
