"""What each command loads: most of the time of a short one goes into imports, so each loads only what it needs."""

from __future__ import annotations

import subprocess
import sys

import pytest
from books import clerk, home, opened
from small import AS_OF, SEED, enforcer, writ, write_tables

from tengbol.cli import _COMMANDS, _GROUPS

#: What takes a twentieth of a second or more to load, alone or with what it loads in turn.
HEAVY = {
    *("alembic", "altair", "babel", "dataframely", "distributed", "fastexcel", "holidays", "jinja2", "multiprocessing"),
    *("numba", "numpy", "numpy.f2py", "numpy.testing", "ortools.graph", "ortools.sat", "pandas", "polars", "pyarrow"),
    *(
        "pydantic",
        "pydoc",
        "scipy",
        "scipy.sparse",
        "scipy.stats",
        "sqlalchemy",
        "typst",
        "unittest",
        "vl_convert",
        "xlrd",
        "xlsxwriter",
    ),
}
#: Every module that has commands.
OF_COMMANDS = {f"tengbol.cli.{name}" for name in (*_COMMANDS.values(), *sum(_GROUPS.values(), ()))}
TABLES = {"numpy", "polars"}
CHILD = """
import sys
from tengbol.cli import main
try:
    main()
finally:
    print("\\n", *sys.modules, file=sys.stderr)
"""


def modules(*arguments: object, ends: int = 0) -> set[str]:
    """The modules that a command has loaded when it ends so."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == ends, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def loaded(*arguments: object) -> set[str]:
    """The heavy ones of them."""
    return HEAVY & modules(*arguments)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory):
    """A chamber of ten writs, most of all and all of one pool, their result, and a book of them."""
    place = tmp_path_factory.mktemp("ten")
    tables = home(
        enforcers=[enforcer(f"E{n}") for n in range(4)],
        writs=[writ(f"W{n}", immediate=str(n == 9).lower()) for n in range(10)],
    )
    write_tables(place / "in", **tables)
    opened(f"sqlite:///{place / 'book'}", place, tables).close()
    return place


def test_nothing_is_looked_through_for_garbage_when_a_command_ends():
    ending = "import gc\nfrom tengbol.cli import main\ntry:\n    main()\nfinally:\n    print(gc.get_freeze_count())"
    done = subprocess.run([sys.executable, "-c", ending, "--version"], capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[-1]) > 10_000


def test_no_plugin_of_a_library_that_is_installed_comes_into_a_command(folder, tmp_path, monkeypatch):
    package = tmp_path / "nosy-1.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: nosy\nVersion: 1\n")
    (package / "entry_points.txt").write_text("[pydantic]\nnosy = nosy:plugin\n")
    (tmp_path / "nosy.py").write_text("plugin = None\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert "nosy" not in modules("run", folder / "in", "--out", tmp_path / "out", "--as-of", AS_OF, "--seed", SEED)


def test_a_command_leaves_no_file_beside_a_book(folder, monkeypatch):
    monkeypatch.setenv("TENGBOL_BOOK", str(folder / "book"))
    for ends, command in ((0, ("status",)), (2, ("assign", "W99", "--by", clerk().who))):
        modules("book", *command, ends=ends)
        assert not [*folder.glob("book-*")], command


@pytest.mark.parametrize("asked", ["--help", "--version", "run --help", "book due --help"])
def test_to_be_told_of_itself_takes_nothing_heavy(asked: str):
    # The library of the command line asks pydantic how a number's bounds are told.
    assert loaded(*asked.split()) <= ({"pydantic"} if asked[0] != "-" else set())


def test_a_command_is_built_without_the_others():
    assert modules("run", "--help") & OF_COMMANDS == {"tengbol.cli.batch"}
    assert not modules("--version") & {"tengbol.report.words", "tengbol.io.staging"}


def test_settings_are_checked_where_some_are_given_alone(folder, tmp_path):
    (tmp_path / "own.toml").write_text("search_limit = 2", encoding="utf-8")
    options = ("--as-of", AS_OF, "--seed", SEED, "--out")
    assert "pydantic" not in loaded("run", folder / "in", *options, tmp_path / "plain")
    assert "pydantic" in loaded("run", folder / "in", *options, tmp_path / "own", "--config", tmp_path / "own.toml")


def test_a_batch_and_its_check_load_neither_databases_nor_solvers_of_hard_problems_nor_drawing(folder):
    result = folder / "out"
    options = ("--out", result, "--as-of", AS_OF, "--seed", SEED)
    # Its page by jinja2, several pools at once by the flow.
    assert loaded("run", folder / "in", *options) <= TABLES | {"jinja2", "ortools.graph"}
    assert loaded("verify", folder / "in", result) <= TABLES | {"holidays", "ortools.graph"}
    # Papers have no charts, whose library alone takes half a second.
    assert not loaded("forms", result, "--input", folder / "in", "--out", folder / "forms") & {"altair", "pandas"}
    # Nor have the tables of a report, whoever wants these alone; of scipy they need its special functions.
    alone = ("--input", folder / "in", "--format", "tables", "--out", folder / "report")
    drawing, numbers = {"vl_convert", "jinja2", "xlsxwriter", "typst"}, {"scipy.sparse", "scipy.stats"}
    assert not loaded("report", result, *alone) & (drawing | numbers | {"altair"})
    # And whoever wants pictures has them drawn as they are specified.
    whole = loaded("report", result, *alone[:2], "--out", folder / "report")
    assert whole >= drawing and not whole & (numbers | {"altair"})


def test_what_is_due_is_told_from_a_file_without_the_library_for_servers(folder, monkeypatch):
    monkeypatch.setenv("TENGBOL_BOOK", str(folder / "book"))
    assert loaded("book", "due") <= TABLES
    assert loaded("book", "status") <= {"polars"}
    assert loaded("book", "assign", "W9", "--by", clerk().who) <= TABLES
    assert loaded("book", "batch", "--by", clerk().who) <= TABLES | {"ortools.graph"}
