"""The public names: each once, real, typed, explained, and loaded only when asked for; and what is printed is short."""

from __future__ import annotations

import ast
import datetime as dt
import doctest
import inspect
import json
import pkgutil
import subprocess
import sys
import weakref
from dataclasses import fields, replace
from importlib import import_module
from pathlib import Path

import pytest
from small import AS_OF, SEED, absence, enforcer, writ, write_tables

import tengbol
from tengbol import batch
from tengbol.cli import batch as command

PACKAGE = Path(tengbol.__file__).parent
MOMENT = dt.datetime.fromisoformat(AS_OF)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four enforcers, ten writs of theirs, one row that cannot be read."""
    return write_tables(
        tmp_path_factory.mktemp("doors") / "in",
        districts=[{"district_id": "D1", "name": "District", "chamber_id": "C1"}],
        enforcers=[enforcer(f"E{n}") for n in range(4)],
        writs=[*(writ(f"W{n}") for n in range(10)), writ("unreadable", claim="no claim")],
    )


def test_every_public_name_is_listed_once_in_each_place_and_is_what_it_says():
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    (typed,) = [node for node in tree.body if isinstance(node, ast.If)]
    for_checkers = {name.asname: node.module for node in typed.body for name in getattr(node, "names", ())}
    assert tengbol.__all__ == sorted(for_checkers)
    assert {name: getattr(tengbol, name).__module__.split(".")[1] for name in tengbol.__all__ if name != "verify"} == {
        name: str(module).split(".")[1] for name, module in for_checkers.items() if name != "verify"
    }
    assert set(tengbol.__all__) <= set(dir(tengbol))


def test_a_name_that_there_is_not_is_refused_by_name():
    with pytest.raises(AttributeError, match="has no attribute 'distribut'"):
        tengbol.distribut  # noqa: B018


def test_verify_can_be_called_before_and_after_its_package_is_loaded():
    told = "import tengbol as t; print(callable(t.verify)); import tengbol.verify.check; print(callable(t.verify))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]


def test_to_import_tengbol_loads_nothing_else_of_it():
    listed = "import sys, tengbol; print(*[name for name in sys.modules if name.startswith('tengbol')])"
    done = subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["tengbol"]


def test_what_python_writes_is_what_the_command_writes(source, tmp_path, monkeypatch):
    reading = tengbol.read(source)
    result = tengbol.distribute(reading.chamber, as_of=MOMENT, seed=SEED)
    tengbol.write(result, tmp_path / "python", reading)
    command.run_command(source, tmp_path / "command", AS_OF, SEED, processes=1)
    manifests = []
    for folder in (tmp_path / "python", tmp_path / "command"):
        manifest = json.loads((folder / "manifest.json").read_bytes())
        # The page shows seconds.
        del manifest["timings"], manifest["outputs"]["summary.html"]
        manifests.append(manifest)
    assert manifests[0] == manifests[1]
    assert tengbol.verify(source, tmp_path / "python").ok


def test_rows_that_restrict_and_cannot_be_read_are_not_written_over(tmp_path):
    writs, people = [writ("W")], [enforcer("E1")]
    place = {"districts": [{"district_id": "D1", "name": "District", "chamber_id": "C1"}]}
    source = write_tables(
        tmp_path / "in", **place, enforcers=people, writs=writs, absences=[absence("E1", start="some day")]
    )
    reading = tengbol.read(source)
    result = tengbol.distribute(reading, as_of=MOMENT, seed=SEED, accept="asked by telephone")
    with pytest.raises(tengbol.UnusableInputError, match="absences row 2"):
        tengbol.write(result, tmp_path / "out", reading)
    assert not (tmp_path / "out").exists()


def test_what_travels_prints_itself_in_a_few_lines(source):
    reading = tengbol.read(source)
    result = tengbol.distribute(reading.chamber, as_of=MOMENT, seed=SEED)
    assert repr(reading.chamber).startswith("<Chamber, rows: districts 1, enforcers 4, ")
    assert repr(reading).endswith("; 1 rejected, 0 warnings>")
    assert repr(result) == "<Result as of 2026-11-23 09:30: 10 assigned, 0 unassigned, seed 00ff>"
    assert str(result).splitlines() == [
        "Result as of 2026-11-23T09:30:00, seed 00ff",
        "  assigned    10 writs to 4 enforcers, 0 of them bound (¶11, ¶13, ¶14)",
        "  unassigned  0",
        "  categories  Σe² 1, least possible 1: optimal",
        "  totals      Σe² 1, least possible 1: optimal",
    ]


def test_every_public_function_says_its_parameters_what_it_returns_and_what_it_raises():
    for name in tengbol.__all__:
        one = getattr(tengbol, name)
        one = one.verify if inspect.ismodule(one) else one
        text = inspect.getdoc(one) or ""
        assert len(text) > 40, name
        if not inspect.isfunction(one):
            continue
        for title in ("Parameters", "Raises", "Notes"):
            assert f"\n{title}\n{'-' * len(title)}\n" in text, (name, title)
        heads = [line.partition(" : ") for line in text.splitlines() if not line.startswith(" ")]
        named = {word.strip(): kind for names, _, kind in heads for word in names.split(",")}
        assert set(inspect.signature(one).parameters) <= set(named), name
        assert all(named[word] or name == "run" for word in inspect.signature(one).parameters), name


@pytest.mark.parametrize("name", ["Chamber", "Config", "Reading", "Result"])
def test_every_public_class_says_its_attributes_with_their_types(name):
    one = getattr(tengbol, name)
    heads = [line.partition(" : ") for line in (inspect.getdoc(one) or "").splitlines() if not line.startswith(" ")]
    named = {word.strip() for names, colon, _ in heads if colon for word in names.split(",")}
    assert {each.name for each in fields(one)} == named


def test_the_example_of_the_name_plate_runs():
    assert doctest.testmod(tengbol).attempted == 2
    assert doctest.testmod(tengbol).failed == 0


def test_every_package_says_on_its_plate_what_it_decides():
    packages = [name for _, name, is_package in pkgutil.walk_packages([str(PACKAGE)], "tengbol.") if is_package]
    assert len(packages) > 15
    for name in packages:
        if "versions" not in name:
            first = (import_module(name).__doc__ or "").splitlines()[0]
            assert len(first) > 40, name


def test_the_package_says_that_it_is_typed():
    assert (PACKAGE / "py.typed").is_file()


@pytest.fixture
def lacking(tmp_path: Path) -> Path:
    """The absence of E1 cannot be read."""
    return write_tables(
        tmp_path / "lacking",
        districts=[{"district_id": "D1", "name": "District", "chamber_id": "C1"}],
        enforcers=[enforcer(f"E{n}") for n in range(3)],
        writs=[writ(f"W{n}") for n in range(9)],
        absences=[absence("E1", "sickness", start="20 November or so")],
    )


def test_nothing_is_distributed_of_a_reading_whose_absence_cannot_be_read_unless_that_is_accepted(lacking, tmp_path):
    reading = tengbol.read(lacking)
    for given in (reading, reading.chamber, replace(reading.chamber, writs=reading.chamber.writs.head(3))):
        with pytest.raises(tengbol.UnusableInputError, match="accept=REASON") as refused:
            tengbol.distribute(given, as_of=MOMENT, seed=SEED)
        assert "--" not in str(refused.value) and (refused.value.reason or "").startswith("T")
    with pytest.raises(tengbol.UnusableArgumentError, match="whole Reading"):
        tengbol.distribute(reading.chamber, as_of=MOMENT, seed=SEED, accept="asked by telephone")
    result = tengbol.distribute(reading, as_of=MOMENT, seed=SEED, accept="asked by telephone")
    assert set(result.assignments["enforcer_id"]) == {"E0", "E2"}
    with pytest.raises(tengbol.UnusableInputError, match="accept=REASON"):
        tengbol.write(result, tmp_path / "python", reading)
    tengbol.write(result, tmp_path / "python", reading, accept="asked by telephone")
    tengbol.run(lacking, tmp_path / "run", as_of=MOMENT, seed=SEED, accept="asked by telephone")
    told = [json.loads((tmp_path / name / "manifest.json").read_bytes())["accepted"] for name in ("python", "run")]
    assert told[0] == told[1] and told[0]["held_out"] == ["E1"]
    assert tengbol.verify(lacking, tmp_path / "python").ok


def test_a_whole_reading_can_be_distributed_as_well_as_its_chamber(source):
    reading = tengbol.read(source)
    both = [tengbol.distribute(given, as_of=MOMENT, seed=SEED) for given in (reading, reading.chamber)]
    assert both[0].assignments.equals(both[1].assignments)


@pytest.mark.parametrize("keep", [True, False])
def test_a_run_keeps_what_it_read_or_lets_it_go_once_the_rules_were_applied(source, tmp_path, monkeypatch, keep):
    read, then = [], []

    def draw(*words, **named):
        then.extend(whole() is not None for whole in read)
        return drawn(*words, **named)

    drawn = batch.draw
    monkeypatch.setattr(batch, "draw", draw)
    result, reading = tengbol.run(
        source, tmp_path / "out", as_of=MOMENT, seed=SEED, keep=keep,
        before=lambda reading: read.extend(map(weakref.ref, (reading.chamber.writs, reading.chamber.ledger))),
    )  # fmt: skip
    assert then == [keep, keep]
    assert (reading.chamber.writs.height, reading.chamber.enforcers.height) == (10 * keep, 4)
    assert result.assignments.equals(tengbol.distribute(tengbol.read(source), as_of=MOMENT, seed=SEED).assignments)
    assert tengbol.verify(source, tmp_path / "out").ok


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (lambda chamber: tengbol.Config(short_absence_binds="maybe"), "Config, short_absence_binds: "),  # type: ignore[arg-type]
        (lambda chamber: tengbol.Config(calender={}), "Config, calender: "),  # type: ignore[call-arg]
        (lambda chamber: tengbol.distribute(chamber, as_of=MOMENT, processes=0), "processes 0: "),
        (lambda chamber: tengbol.distribute(chamber, as_of=MOMENT, processes=True), "processes True: "),
        (lambda chamber: tengbol.distribute("in", as_of=MOMENT), "chamber str: "),  # type: ignore[arg-type]
        (lambda chamber: tengbol.run("in", "out", as_of=MOMENT, processes=0), "processes 0: "),
        (lambda chamber: tengbol.run("in", "out", as_of=MOMENT, seed="zz"), "seed 'zz': "),
    ],
)
def test_a_wrong_argument_is_refused_in_one_sentence_that_names_it(source, wrong, named):
    with pytest.raises(tengbol.UnusableArgumentError) as refused:
        wrong(tengbol.read(source).chamber)
    told = str(refused.value)
    assert told.startswith(named) and "http" not in told and "\n" not in told
    assert refused.value.code == 2 and refused.value.reason


def test_errors_name_arguments_as_python_has_them(source, tmp_path):
    table = (
        (source / "writs.csv")
        .read_text(encoding="utf-8")
        .replace("case_id", "Сумма", 1)
        .replace("amount", "Сумма долга", 1)
    )
    folder = tmp_path / "in"
    folder.mkdir()
    for file in source.glob("*.csv"):
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "writs.csv").write_text(table, encoding="utf-8")
    with pytest.raises(tengbol.UnusableInputError, match=r"columns=\{") as refused:
        tengbol.read(folder)
    assert "--" not in str(refused.value)
