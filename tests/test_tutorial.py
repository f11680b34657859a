"""The tutorial's own commands, as a new user would give them: from a workbook to printed lists in at most five."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import openpyxl
from books import tengbol

PAGE = Path(__file__).parent.parent / "docs" / "tutorial.md"


def test_the_tutorials_five_commands_lead_from_a_workbook_to_the_papers(tmp_path):
    commands = re.findall(r"```\ntengbol (.*?)\n```", PAGE.read_text(encoding="utf-8"))
    assert [command.split()[0] for command in commands] == ["template", "check", "run", "verify", "forms"]
    for command in commands:
        done = tengbol(*shlex.split(command), cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    register = openpyxl.load_workbook(tmp_path / "papers" / "register-ru.xlsx")
    cells = [str(cell) for sheet in register for row in sheet.iter_rows(values_only=True) for cell in row]
    for wanted in ("1116-26-00-2/101", "Ойдан шығарылған Борышкер", "Ким Анна Сергеевна"):
        assert any(wanted in cell for cell in cells), wanted
