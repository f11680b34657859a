"""The tutorial's own commands, as a new user would give them: from a workbook to printed lists in at most five."""

from __future__ import annotations

import openpyxl
import pytest
from pages import ROOT, Reader


@pytest.mark.parametrize(("page", "language"), [("", "ru"), (".ru", "ru"), (".kk", "kk")])
def test_the_tutorials_five_commands_lead_from_a_workbook_to_the_papers(tmp_path, page, language):
    assert Reader(tmp_path).work_through(ROOT / "docs" / f"tutorial{page}.md", soak=True) == 5
    register = openpyxl.load_workbook(tmp_path / "papers" / f"register-{language}.xlsx")
    cells = [str(cell) for sheet in register for row in sheet.iter_rows(values_only=True) for cell in row]
    for wanted in ("1116-26-00-2/101", "Ойдан шығарылған Борышкер", "Ким Анна Сергеевна"):
        assert any(wanted in cell for cell in cells), wanted
