"""How tests run: quick by default, long on request (`--hypothesis-profile=soak -m "soak or not soak"`)."""

from __future__ import annotations

import os
from shutil import copy
from typing import TYPE_CHECKING
from zlib import crc32

import pytest
from books import STORES
from forked import cheap_passwords
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from books import Server

_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)

# The quick profile repeats itself: what fails once fails for everyone. The soak looks for something new each time.
settings.register_profile(
    "quick", max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=_SLOW
)
settings.register_profile("soak", max_examples=2000, deadline=None, print_blob=True, suppress_health_check=_SLOW)
settings.load_profile("quick")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "soak: takes minutes; runs only when -m says so")
    config.addinivalue_line("markers", "stores: of what a store does by itself; runs on each store, soak or not")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Unless -m was given, leave the soak out, and let each test of a book run on one store: half of them on each."""
    if config.option.markexpr:
        return
    kept, left = [], []
    every = {item.nodeid for item in items}
    for item in items:
        out = item.get_closest_marker("soak") is not None or _on_the_other_store(item, every)
        (left if out else kept).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def _on_the_other_store(item: pytest.Item, every: set[str]) -> bool:
    """Whether a test of both stores runs on the other one; by its name, so that each always runs on the same."""
    given = getattr(item, "callspec", None)
    params = {} if given is None else given.params
    store = params.get("url", params.get("book"))
    if store not in STORES or item.get_closest_marker("stores") is not None:
        return False
    other = STORES[1 - STORES.index(store)]
    before, _, behind = item.nodeid.rpartition("[")
    if f"{before}[{behind.replace(store, other)}" not in every:
        return False
    both = item.nodeid.replace("postgresql", "").replace("sqlite", "")
    return store != STORES[crc32(both.encode()) % 2]


@pytest.fixture(scope="session", autouse=True)
def noted_apart(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is noted of books in databases is noted in a folder of the tests."""
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="session", autouse=True)
def passwords_kept_cheaply() -> None:
    """Of accounts that tests open; `test_service_door` holds a chamber's to what they cost."""
    cheap_passwords()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL of the tests' own."""
    from books import server

    yield from server()


@pytest.fixture(scope="session")
def empty_book() -> Path:
    """A SQLite file with the book's tables and nothing in them, to be copied."""
    from books import empty

    return empty()


@pytest.fixture(params=STORES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new book can be opened: in a soak every test that asks for it runs on each store."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql").new()
    copy(request.getfixturevalue("empty_book"), tmp_path / "chamber.book")
    return f"sqlite:///{tmp_path / 'chamber.book'}"
