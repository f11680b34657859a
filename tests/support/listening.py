"""The command line as a program calls it: `--json`, each answer held to the published schema."""

from __future__ import annotations

import json

import jsonschema
from typer.testing import CliRunner

from tengbol.cli import machine, tree
from tengbol.cli.language import spoken
from tengbol.errors import UnusableInputError
from tengbol.refusals import reason_of
from tools.answers import ANSWERS, FILE

SCHEMA = json.loads(FILE.read_text(encoding="utf-8"))


def listened(words):
    """The command's sentences, and whether it was refused; what it answers is held to the schema."""
    try:
        done = invoked(machine.listen([*words, "--json"]))
        error = done.exception if isinstance(done.exception, UnusableInputError) else None
        assert error or ended_well(done), (words, done.output, done.exception)
        assert not done.output, "a program is told nothing but its answer"
        told = json.loads(ended(done))
    finally:
        machine.listen([])
    fits("refusal" if error else asked(words), told)
    if error:
        assert told["reason"], words
    return "\n".join([told["detail"]] if error else [*told["said"], *told["notes"]]), error is not None


def invoked(words):
    """A command line, run in this process as `main` runs it: only the command that it asks for is built."""
    return CliRunner().invoke(tree(words), words)


def ended_well(done):
    """Whether a command has answered: a fault of the program, too, ends with 1."""
    return done.exit_code in (0, 1) and isinstance(done.exception, SystemExit | None)


def ended(done):
    """The object of a command that has ended."""
    error = done.exception
    if isinstance(error, UnusableInputError):
        return machine.refused(error.kind, error.said(spoken), error.code, reason_of(error.phrase))
    return machine.answered(code=done.exit_code)


def asked(words):
    """The command that words ask for, as the schema calls it."""
    if words[0] == "serve" and "--check" in words:
        return "serve --check"
    return next(name for name in (" ".join(words[:2]), words[0]) if name in ANSWERS)


def fits(name, told):
    """An answer, held to what is published, and without a member that is not."""
    one = SCHEMA["properties"][name]
    jsonschema.validate(told, {**SCHEMA, "properties": {}, **one})
    known = set(SCHEMA["$defs"][one["$ref"].removeprefix("#/$defs/")]["properties"])
    assert set(told) <= known, (name, set(told) - known)
